/* A history of objects that only grow (lists, sets, counters) as sessions: what each process added
 * and read, in its order. Failed operations and crashed reads are not in it.
 * Owner rule: growing_free frees it; the history must outlive it. */
#ifndef BELIE_CHECKER_LEVELS_GROWING_H
#define BELIE_CHECKER_LEVELS_GROWING_H

#include "checker/levels/level.h"

struct grow_op {
    uint32_t op;           /* history op */
    uint32_t session, key; /* dense, by first appearance */
    val value;             /* what it adds, or what it read */
    bool read, crashed;
};

struct growing {
    const struct history *h;
    struct grow_op *ops; /* by session, then by program order */
    uint32_t n, nsessions, nkeys;
};

/* False with an error for operations that do not fit the model. Expected O(ops). */
bool growing_make(struct growing *g, const struct level_input *in, struct err *e);
void growing_free(struct growing *g);

/* The failed history op that would have added `value` to the key of history op `read`, or
 * NO_EVENT. O(ops). */
uint32_t growing_failed(const struct growing *g, uint32_t read, val value);

/* "process 3 read [1 2]", "process 3 added 4 to x" */
void growing_say(struct speaker *s, const struct grow_op *o);

#endif
