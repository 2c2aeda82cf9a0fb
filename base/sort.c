#include "base/sort.h"

#include "base/mem.h"

#include <stdbool.h>
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 3, BUCKETS = 1 << DIGIT_BITS };
enum { SHORT = 48, MOVES = 6 }; /* moves per word that are cheaper than distributing it */

static uint32_t digit(uint64_t word, unsigned d)
{
    return (sort_key(word) >> (d * DIGIT_BITS)) & (BUCKETS - 1);
}

/* False when that takes more than `moves` moves; what is done by then is no loss, as equal words
 * keep their order. What comes from a history is mostly nearly in order. */
static bool insertion_sort(uint64_t *a, size_t n, size_t moves)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t x = a[i];
        size_t j = i;
        for (; j > 0 && sort_key(a[j - 1]) > sort_key(x); j--)
            a[j] = a[j - 1];
        a[j] = x;
        if (i - j > moves)
            return false;
        moves -= i - j;
    }
    return true;
}

/* Turn counts into first places. False when one bucket holds everything. */
static bool places(size_t *count, size_t n)
{
    size_t at = 0;
    for (size_t b = 0; b < BUCKETS; b++) {
        size_t c = count[b];
        if (c == n)
            return false;
        count[b] = at;
        at += c;
    }
    return true;
}

static void bucket_sort(uint64_t *a, uint64_t *spare, size_t n)
{
    size_t count[DIGITS][BUCKETS];
    memset(count, 0, sizeof count);
    for (size_t i = 0; i < n; i++)
        for (unsigned d = 0; d < DIGITS; d++)
            count[d][digit(a[i], d)]++;
    uint64_t *from = a, *to = spare;
    for (unsigned d = 0; d < DIGITS; d++) {
        if (!places(count[d], n))
            continue;
        for (size_t i = 0; i < n; i++)
            to[count[d][digit(from[i], d)]++] = from[i];
        uint64_t *t = from;
        from = to;
        to = t;
    }
    if (from != a)
        memcpy(a, from, n * sizeof *a);
}

void sort_by_high32(uint64_t *a, size_t n)
{
    if (insertion_sort(a, n, n <= SHORT ? SIZE_MAX : MOVES * n))
        return;
    uint64_t *spare = mem_alloc(n * sizeof *spare);
    bucket_sort(a, spare, n);
    mem_free(spare);
}
