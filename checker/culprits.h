/* A list of culprits in the making. Owner rule: culprits_close frees it. */
#ifndef BELIE_CHECKER_CULPRITS_H
#define BELIE_CHECKER_CULPRITS_H

#include "checker/engine.h"

struct culprits {
    struct culprit *list;
    size_t n, cap;
    uint64_t *linked; /* bit per op: it is listed as a link */
};

/* For an object of n operations. */
void culprits_open(struct culprits *c, size_t n);
/* Add op in a role that argues, once per role. UINT32_MAX is ignored. */
void culprits_add(struct culprits *c, uint32_t op, enum culprit_role role);
/* Add op as a link, unless it is one already. UINT32_MAX is ignored. O(1). */
void culprits_link(struct culprits *c, uint32_t op, enum culprit_role side);
/* Hand the list over to `out` with its rule and reason, and free the rest. */
void culprits_close(struct culprits *c, enum rule rule, struct engine_result *out);

#endif
