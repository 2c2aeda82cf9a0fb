/* Multisets of the ids 0 .. n-1 as dense states: equal contents are equal ids. A state is the root
 * of a binary tree over all ids that shares its branches with other states; only branches that hold
 * something exist. Owner rule: free with bags_free. */
#ifndef BELIE_CHECKER_BAG_STATES_H
#define BELIE_CHECKER_BAG_STATES_H

#include "base/hash.h"

enum { BAG_EMPTY = 0 };

struct bag_branch {
    uint32_t child[2]; /* branches, or counts at the lowest level; 0: nothing */
    uint32_t distinct; /* ids in it */
};

struct bags {
    struct bag_branch *branches;
    size_t n, cap;
    unsigned levels;
    struct map64 of; /* children -> branch */
};

void bags_init(struct bags *b, uint32_t ids);
void bags_free(struct bags *b);
size_t bags_bytes(const struct bags *b);

/* State s with one more, or one less, of id. O(log ids). bags_take: one is there. */
uint32_t bags_put(struct bags *b, uint32_t s, uint32_t id);
uint32_t bags_take(struct bags *b, uint32_t s, uint32_t id);
/* How often id is in s. O(log ids). */
uint32_t bags_count(const struct bags *b, uint32_t s, uint32_t id);
/* How many different ids are in s, and the k-th of them (k < that). O(log ids). */
uint32_t bags_distinct(const struct bags *b, uint32_t s);
uint32_t bags_nth(const struct bags *b, uint32_t s, uint32_t k);

#endif
