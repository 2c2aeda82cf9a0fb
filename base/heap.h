/* A binary min-heap of 64-bit words, e.g. sort_word(deadline, id) of base/sort.h.
 * Owner rule: the holder frees it with heap_free; {0} is an empty heap. */
#ifndef BELIE_BASE_HEAP_H
#define BELIE_BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap {
    uint64_t *at;
    size_t n, cap;
};

/* O(log n). */
void heap_push(struct heap *h, uint64_t word);
/* Take the least word out; the heap must not be empty. O(log n). */
uint64_t heap_pop(struct heap *h);
void heap_free(struct heap *h);

#endif
