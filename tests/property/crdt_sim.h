/* A few replicas of a CRDT, simulated by its definition: an update is known by which updates its
 * replica had been delivered, and a state is a function of the updates that were delivered.
 * Histories are what clients see of it. Shares nothing with the checker. */
#ifndef BELIE_TESTS_CRDT_SIM_H
#define BELIE_TESTS_CRDT_SIM_H

#include "base/buf.h"
#include "base/rng.h"

enum crdt_kind {
    CRDT_G_COUNTER,
    CRDT_PN_COUNTER,
    CRDT_G_SET,
    CRDT_2P_SET,
    CRDT_OR_SET,
    CRDT_LWW,
    CRDT_MV,
    CRDT_KINDS
};

extern const char *const crdt_names[CRDT_KINDS]; /* of the property */

enum crdt_bug {
    BUG_NONE,
    BUG_LOSE,     /* an acknowledged update vanishes from all replicas */
    BUG_APART,    /* one replica gets nothing any more */
    BUG_INVENT,   /* a read returns what nothing made */
    BUG_REVERT,   /* a replica goes back to what it had before */
    BUG_IGNORE,   /* removals, and what writes had seen, have no effect at other replicas */
    CRDT_BUGS
};

extern const char *const crdt_bug_names[CRDT_BUGS];

/* A history as EDN. *hurt: the bug had something to bite on. */
void crdt_history(enum crdt_kind kind, enum crdt_bug bug, struct rng *r, struct buf *out,
                  bool *hurt);

#endif
