#include "checker/reachable.h"

#include "base/mem.h"

#include <stdlib.h>

enum { SHOWN = 8 };

void reachable_init(struct reachable *r, int64_t base)
{
    *r = (struct reachable){.n = 1};
    r->v = mem_alloc(2 * REACHABLE_PIECES * sizeof *r->v);
    r->spare = mem_alloc(2 * REACHABLE_PIECES * sizeof *r->spare);
    r->v[0] = (struct interval){base, base};
}

void reachable_free(struct reachable *r)
{
    mem_free(r->v);
    mem_free(r->spare);
}

/* Append to the spare array, or extend its last interval. Intervals come in order of lo. */
static size_t append(struct interval *to, size_t n, struct interval x)
{
    if (n > 0 && x.lo <= to[n - 1].hi + 1) {
        if (x.hi > to[n - 1].hi)
            to[n - 1].hi = x.hi;
        return n;
    }
    to[n] = x;
    return n + 1;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Close the smallest gaps until at most half of the pieces are left. */
static void coarsen(struct reachable *r)
{
    int64_t *gaps = mem_alloc(r->n * sizeof *gaps);
    for (size_t i = 1; i < r->n; i++)
        gaps[i - 1] = r->v[i].lo - r->v[i - 1].hi;
    qsort(gaps, r->n - 1, sizeof *gaps, by_size);
    int64_t limit = gaps[r->n - REACHABLE_PIECES / 2];
    size_t n = 1;
    for (size_t i = 1; i < r->n; i++) {
        if (r->v[i].lo - r->v[n - 1].hi <= limit)
            r->v[n - 1].hi = r->v[i].hi;
        else
            r->v[n++] = r->v[i];
    }
    r->n = n;
    r->coarse = true;
    mem_free(gaps);
}

void reachable_add(struct reachable *r, int64_t amount)
{
    size_t n = 0;
    r->added++;
    for (size_t i = 0, j = 0; i < r->n || j < r->n;) {
        struct interval moved = {0, 0};
        if (j < r->n)
            moved = (struct interval){r->v[j].lo + amount, r->v[j].hi + amount};
        bool stay = j == r->n || (i < r->n && r->v[i].lo <= moved.lo);
        n = append(r->spare, n, stay ? r->v[i] : moved);
        i += stay;
        j += !stay;
    }
    struct interval *t = r->v;
    r->v = r->spare;
    r->spare = t;
    r->n = n;
    if (r->n > REACHABLE_PIECES)
        coarsen(r);
}

bool reachable_has(const struct reachable *r, int64_t x)
{
    size_t lo = 0, hi = r->n; /* the first interval that ends at x or later */
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (r->v[mid].hi < x)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < r->n && r->v[lo].lo <= x;
}

void reachable_print(const struct reachable *r, struct buf *out)
{
    for (size_t i = 0; i < r->n && i < SHOWN; i++) {
        buf_puts(out, i ? ", " : "");
        buf_i64(out, r->v[i].lo);
        if (r->v[i].hi > r->v[i].lo) {
            buf_puts(out, "..");
            buf_i64(out, r->v[i].hi);
        }
    }
    if (r->n > SHOWN)
        buf_puts(out, " and more");
}
