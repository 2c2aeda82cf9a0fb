/* The events of an object in order of position, without sorting them: operations are sorted by
 * invocation, and the few that are open wait in a heap for their return. O(n log open).
 * Owner rule: sweep_close frees; the object must outlive it. */
#ifndef BELIE_CHECKER_SWEEP_H
#define BELIE_CHECKER_SWEEP_H

#include "base/heap.h"
#include "checker/model.h"

struct sweep {
    const struct object *o;
    struct heap open; /* by return; without crashed operations, which have none */
    uint32_t next;    /* operation to be invoked */
};

struct sweep_event {
    uint32_t op;
    bool returns; /* else it is invoked */
    uint32_t at;  /* position */
};

/* Starts at the first event; nothing is allocated yet. */
static inline struct sweep sweep_open(const struct object *o)
{
    return (struct sweep){.o = o};
}

/* False when there are no more events. */
bool sweep_next(struct sweep *s, struct sweep_event *e);
void sweep_close(struct sweep *s);

#endif
