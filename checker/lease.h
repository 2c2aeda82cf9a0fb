/* What leases have beyond other locks: terms. Times are used for nothing else than this. */
#ifndef BELIE_CHECKER_LEASE_H
#define BELIE_CHECKER_LEASE_H

#include "checker/locks.h"

struct lease {
    /* per class, of which every operation has one of its own */
    uint32_t *end; /* acquires and renewals: position from which the term may be over */
    uint32_t *res; /* position of the return; RES_INF for the class of a crashed operation */
    uint32_t *length; /* ttl in ms, the longest ones as UINT32_MAX; NULL when all are `equal` */
    int64_t *least; /* per owner: the shortest ttl that an acquire gives, or 0 */
    int64_t ttl, slack; /* ns, for all operations that do not say their own; ttl 0: none */
    bool equal; /* all terms of an owner are as long */
};

/* How long the lease lasts that `op` asks for, in ns. */
int64_t lease_ttl(const struct object *o, uint32_t op);
/* The same as the operation says it, in ms: its completion, else its invocation; 0: it does not.
 * False when it is no positive number. */
bool lease_own_ttl(const struct history *h, const struct op *op, int64_t *ms);

/* Fill l->lease->end, res, length and equal; sets o->doubt where times cannot be used. */
void lease_terms(struct object *o);

/* For the model's table. */
uint32_t lease_step(struct object *o, uint32_t state, uint32_t cls, unsigned k);

static inline enum action lease_action(const struct object *o, uint32_t op)
{
    return (enum action)o->classes[o->ops[op].cls].action;
}

#endif
