/* Linear-time sorting of 32-bit keys that carry an id. */
#ifndef BELIE_CHECKER_RADIX_H
#define BELIE_CHECKER_RADIX_H

#include <stddef.h>
#include <stdint.h>

struct keyed {
    uint32_t key, id;
};

/* Sort a[0..n) by key, stable; `tmp` has room for n. O(n): at most three bucket passes, and none
 * for digits that all keys share. */
void radix_sort(struct keyed *a, struct keyed *tmp, size_t n);

#endif
