/* Private to the engine of leases: what its scan and its evidence share. */
#ifndef BELIE_CHECKER_LEASES_H
#define BELIE_CHECKER_LEASES_H

#include "checker/engine.h"
#include "checker/lease.h"

#define NO_OP UINT32_MAX

/* One hold of an owner: from the return of its first acquire, certainly until `end`. */
struct hold_span {
    uint32_t first; /* acquire */
    uint32_t end;   /* position; before the return of `first`: it need not have lasted at all */
};

/* Why a history is impossible: `bad` was granted during `span`, or did not have what it needs. */
struct lease_fault {
    enum rule rule;
    uint32_t bad;           /* acquire: first of its span; or renewal or release */
    struct hold_span other; /* RULE_LEASE_RAN: of the other owner */
    uint32_t end;           /* RULE_LEASE_RAN: of the span of `bad` */
};

/* Fills rule, culprits and steps. O(n). */
void leases_explain(const struct object *o, const struct lease_fault *f,
                    struct engine_result *out);

#endif
