/* Radix sort of 64-bit words by their high 32 bits (stable). Used to order events by position. */
#ifndef BELIE_BASE_SORT_H
#define BELIE_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/* O(n) passes of 11 bits; passes over constant digits are skipped. Needs n words of scratch,
 * allocated inside. */
void sort_by_high32(uint64_t *a, size_t n);

#endif
