#include "histories/element_set.h"

#include "base/mem.h"
#include "base/sort.h"

#include <stdlib.h>

struct big {
    int64_t i;
    val v;
};

static int by_size(const void *a, const void *b)
{
    int64_t x = ((const struct big *)a)->i, y = ((const struct big *)b)->i;
    return (x > y) - (x < y);
}

/* What sorts small integers by size and everything else by id. */
static uint32_t small_key(val v)
{
    return v & VAL_SMALL ? (v ^ 0x40000000u) & 0x7fffffffu : v;
}

static void sort_part(val *v, size_t n)
{
    uint64_t *words = mem_alloc((n + 1) * sizeof *words);
    for (size_t i = 0; i < n; i++)
        words[i] = sort_word(small_key(v[i]), v[i]);
    sort_by_high32(words, n);
    for (size_t i = 0; i < n; i++)
        v[i] = sort_id(words[i]);
    mem_free(words);
}

/* Already in order, as most collected elements are: small integers, rising. */
static bool rising(const val *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(v[i] & VAL_SMALL) || (i && small_key(v[i - 1]) > small_key(v[i])))
            return false;
    return true;
}

void element_set_sort(const struct values *t, val *v, size_t n)
{
    if (rising(v, n))
        return;
    struct big *big = mem_alloc((n + 1) * sizeof *big);
    val *small = mem_alloc((2 * n + 1) * sizeof *small), *other = small + n;
    size_t nbig = 0, nsmall = 0, nother = 0, at = 0, next = 0;
    for (size_t i = 0; i < n; i++) {
        if (v[i] & VAL_SMALL)
            small[nsmall++] = v[i];
        else if (val_get_int(t, v[i], &big[nbig].i))
            big[nbig++].v = v[i];
        else
            other[nother++] = v[i];
    }
    qsort(big, nbig, sizeof *big, by_size);
    sort_part(small, nsmall);
    sort_part(other, nother);
    for (; next < nbig && big[next].i < 0; next++)
        v[at++] = big[next].v;
    for (size_t i = 0; i < nsmall; i++)
        v[at++] = small[i];
    for (; next < nbig; next++)
        v[at++] = big[next].v;
    for (size_t i = 0; i < nother; i++)
        v[at++] = other[i];
    mem_free(big);
    mem_free(small);
}

void element_set_print(const struct values *t, const val *sorted, size_t n, struct buf *out)
{
    buf_puts(out, "#{");
    for (size_t i = 0, end; i < n && !out->cut; i = end + 1) {
        int64_t from, last, next;
        end = i;
        buf_puts(out, i ? " " : "");
        if (!val_get_int(t, sorted[i], &from)) {
            val_print_edn(t, sorted[i], out);
            continue;
        }
        for (last = from; end + 1 < n && val_get_int(t, sorted[end + 1], &next) &&
                          last < INT64_MAX && next == last + 1; last = next)
            end++;
        buf_i64(out, from);
        if (end > i) {
            buf_puts(out, "..");
            buf_i64(out, last);
        }
    }
    buf_putc(out, '}');
}
