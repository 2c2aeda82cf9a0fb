#include "checker/priorities.h"

#include "base/mem.h"
#include "base/sort.h"

#include <stdlib.h>

bool priority_comparable(const struct values *t, val x, val y)
{
    enum val_kind k = val_kind(t, x);
    return k == val_kind(t, y) &&
           (k == V_INT || k == V_STRING || k == V_KEYWORD || k == V_SYMBOL);
}

bool priority_less(const struct values *t, val x, val y)
{
    int64_t i, j;
    if (val_get_int(t, x, &i) && val_get_int(t, y, &j))
        return i < j;
    struct str a = val_get_text(t, x), b = val_get_text(t, y);
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c < 0 : a.n < b.n;
}

static bool all_small(const val *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(v[i] & VAL_SMALL))
            return false;
    return true;
}

static void sort_small(const val *v, size_t n, uint32_t *order)
{
    uint64_t *k = mem_alloc((n + 1) * sizeof *k);
    for (size_t i = 0; i < n; i++)
        k[i] = sort_word((v[i] & ~VAL_SMALL) ^ 0x40000000u, (uint32_t)i); /* its sign bit */
    sort_by_high32(k, n);
    for (size_t i = 0; i < n; i++)
        order[i] = sort_id(k[i]);
    mem_free(k);
}

struct ranked {
    const struct values *t;
    val v;
    uint32_t at;
};

static int by_priority(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    return priority_less(b->t, b->v, a->v) - priority_less(a->t, a->v, b->v);
}

void priorities_sort(const struct values *t, const val *v, size_t n, uint32_t *order)
{
    if (all_small(v, n)) {
        sort_small(v, n, order);
        return;
    }
    struct ranked *r = mem_alloc(n * sizeof *r);
    for (size_t i = 0; i < n; i++)
        r[i] = (struct ranked){t, v[i], (uint32_t)i};
    qsort(r, n, sizeof *r, by_priority);
    for (size_t i = 0; i < n; i++)
        order[i] = r[i].at;
    mem_free(r);
}
