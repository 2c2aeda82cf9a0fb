/* How many of a set of intervals cover each cell, and by which one where it is one. Cells are taken
 * from the structure one after the other; intervals are removed.
 * Blocks of cells are scanned; above them is a binary tree. Owner rule: free with cover_free. */
#ifndef BELIE_CHECKER_COVER_H
#define BELIE_CHECKER_COVER_H

#include <stddef.h>
#include <stdint.h>

enum { COVER_BLOCK = 64 };

struct cover_node {
    int32_t least; /* of the cells below, with all that is added at or below this node */
    int32_t add;
    uint32_t who;
};

struct cover {
    uint32_t cells, leaves; /* leaves: a power of two of blocks */
    int32_t *count;         /* per cell, what is not added at a node */
    uint32_t *who;          /* the same, exclusive or of the ids */
    struct cover_node *node; /* 1 is the root */
};

/* For cells 0 .. cells - 1, all free; the caller fills count and who, then calls cover_build. */
void cover_init(struct cover *c, uint32_t cells);
void cover_build(struct cover *c);
void cover_free(struct cover *c);

/* The least count of all cells that are left; large when none is. O(1). */
static inline int32_t cover_least(const struct cover *c)
{
    return c->node[1].least;
}

/* Take out the cells with the least count of one block that has it: they go to cells[0..n) with
 * what covers them (exclusive or of ids) in who[0..n); returns n, at most COVER_BLOCK.
 * O(COVER_BLOCK + log cells). */
uint32_t cover_take(struct cover *c, uint32_t *cells, uint32_t *who);

/* Interval `id` no longer covers first .. last. O(COVER_BLOCK + log cells). */
void cover_remove(struct cover *c, uint32_t first, uint32_t last, uint32_t id);

#endif
