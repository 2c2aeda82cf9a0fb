/* Radix sort of 64-bit words by their high 32 bits (stable): a word is a key and what goes with it.
 * Used to order events by position, values, classes. */
#ifndef BELIE_BASE_SORT_H
#define BELIE_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t sort_word(uint32_t key, uint32_t id)
{
    return (uint64_t)key << 32 | id;
}

static inline uint32_t sort_key(uint64_t word)
{
    return (uint32_t)(word >> 32);
}

static inline uint32_t sort_id(uint64_t word)
{
    return (uint32_t)word;
}

/* O(n) passes of 11 bits; passes over constant digits are skipped. Needs n words of scratch,
 * allocated inside. Arrays that are short or nearly in order are sorted in place by insertion. */
void sort_by_high32(uint64_t *a, size_t n);

#endif
