#include "base/sort.h"

#include "base/mem.h"

#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

static void pass(const uint64_t *from, uint64_t *to, size_t n, unsigned shift, size_t *count)
{
    size_t at = 0;
    for (size_t d = 0; d < DIGITS; d++) {
        size_t c = count[d];
        count[d] = at;
        at += c;
    }
    for (size_t i = 0; i < n; i++)
        to[count[(from[i] >> shift) & (DIGITS - 1)]++] = from[i];
}

void sort_by_high32(uint64_t *a, size_t n)
{
    if (n < 2)
        return;
    uint64_t *spare = mem_alloc(n * sizeof *spare);
    uint64_t *from = a, *to = spare;
    for (unsigned shift = 32; shift < 64; shift += DIGIT_BITS) {
        size_t count[DIGITS] = {0};
        for (size_t i = 0; i < n; i++)
            count[(from[i] >> shift) & (DIGITS - 1)]++;
        if (count[(from[0] >> shift) & (DIGITS - 1)] == n)
            continue;
        pass(from, to, n, shift, count);
        uint64_t *t = from;
        from = to;
        to = t;
    }
    if (from != a)
        memcpy(a, from, n * sizeof *a);
    mem_free(spare);
}
