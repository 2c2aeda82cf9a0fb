/* Items with a last cell, in a fixed order; those of a range of the order that reach a cell are
 * taken out one by one. Blocks of items are scanned; above them is a tree of maxima.
 * Owner rule: free with stabs_free. */
#ifndef BELIE_CHECKER_STABS_H
#define BELIE_CHECKER_STABS_H

#include <stddef.h>
#include <stdint.h>

#define NO_ITEM UINT32_MAX

struct stabs {
    uint32_t n, leaves;
    uint32_t *reach; /* per item: its last cell and 1; 0 = taken out */
    uint32_t *most;  /* per node of the tree, 1 is the root */
};

/* n items; the caller fills reach, then stabs_build. */
void stabs_init(struct stabs *s, uint32_t n);
void stabs_build(struct stabs *s);
void stabs_free(struct stabs *s);

/* Take out the last of the items from .. to - 1 that reaches `cell`; NO_ITEM when none does.
 * O(block + log n). */
uint32_t stabs_take(struct stabs *s, uint32_t from, uint32_t to, uint32_t cell);
/* Take out item i. */
void stabs_drop(struct stabs *s, uint32_t i);

#endif
