/* The end of a violation: when a core is long because the whole history leads to the state in which
 * it ends, the last operations say more, together with the states in which they begin.
 * Owner rule: free with window_free. */
#ifndef BELIE_CHECKER_WINDOW_H
#define BELIE_CHECKER_WINDOW_H

#include "checker/engine.h"

struct window {
    bool found;
    uint32_t since;   /* position (as in lin_op) of the first invocation in it */
    uint32_t *states; /* of the object: all that are possible once everything that returned before
                         `since` is in, and nothing that was invoked at or after it */
    size_t nstates;
    struct object sub; /* the window's operations, relaxed as in a core; those that were open at
                          `since` are in it unless they are what led to the state */
    uint32_t *from;    /* sub op -> object op */
};

/* From each of the states on, the operations of the window have no order. `r` says invalid; at most
 * `most` strict operations, else nothing is found. Deterministic, bounded work. */
void window_find(const struct object *o, const struct engine_result *r, size_t most,
                 struct budget *budget, struct window *w);
void window_free(struct window *w);

#endif
