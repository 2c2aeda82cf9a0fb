/* Least-significant-digit radix sort with 11-bit digits. Positions and value ids are small and
 * dense, so mostly two passes remain; short arrays are sorted by insertion. */
#include "checker/radix.h"

#include <stdbool.h>
#include <string.h>

enum { DIGITS = 3, BITS = 11, BUCKETS = 1 << BITS, SHORT = 48 };

static void insertion_sort(struct keyed *a, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct keyed x = a[i];
        size_t j = i;
        for (; j > 0 && a[j - 1].key > x.key; j--)
            a[j] = a[j - 1];
        a[j] = x;
    }
}

static uint32_t digit(uint32_t key, unsigned d)
{
    return key >> (d * BITS) & (BUCKETS - 1);
}

/* Turn counts into first places. False when one bucket holds everything. */
static bool places(uint32_t *count, size_t n)
{
    uint32_t at = 0;
    for (size_t b = 0; b < BUCKETS; b++) {
        uint32_t c = count[b];
        if (c == n)
            return false;
        count[b] = at;
        at += c;
    }
    return true;
}

void radix_sort(struct keyed *a, struct keyed *tmp, size_t n)
{
    if (n <= SHORT) {
        insertion_sort(a, n);
        return;
    }
    uint32_t count[DIGITS][BUCKETS];
    memset(count, 0, sizeof count);
    for (size_t i = 0; i < n; i++)
        for (unsigned d = 0; d < DIGITS; d++)
            count[d][digit(a[i].key, d)]++;
    struct keyed *from = a, *to = tmp;
    for (unsigned d = 0; d < DIGITS; d++) {
        if (!places(count[d], n))
            continue;
        for (size_t i = 0; i < n; i++)
            to[count[d][digit(from[i].key, d)]++] = from[i];
        struct keyed *other = from;
        from = to;
        to = other;
    }
    if (from != a)
        memcpy(a, from, n * sizeof *a);
}
