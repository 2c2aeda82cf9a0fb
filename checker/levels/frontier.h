/* Orders of a view's operations in which every read is right, found by going on from frontier to
 * frontier: how far each session has got. */
#ifndef BELIE_CHECKER_LEVELS_FRONTIER_H
#define BELIE_CHECKER_LEVELS_FRONTIER_H

#include "checker/levels/past.h"

struct frontier_question {
    const struct view *v;
    const struct derived_list *more; /* edges that the order must contain, or NULL */
    const uint32_t *rank;            /* of operations: which write to prefer, the least */
    struct budget *budget;
    uint64_t max_explored;           /* searches: choices, 0: no limit */
};

/* Go on without ever taking a step back. True when all operations were placed: the history is
 * sequentially consistent, and order (room for v->n) has *n of them. O(n log n). */
bool frontier_greedy(const struct frontier_question *q, uint32_t *order, uint32_t *n);

enum frontier_verdict { FRONTIER_FOUND, FRONTIER_NONE, FRONTIER_STOPPED };

/* The same with steps back; no frontier is tried twice. */
enum frontier_verdict frontier_search(const struct frontier_question *q, uint32_t *order,
                                      uint32_t *n, uint64_t *explored);

#endif
