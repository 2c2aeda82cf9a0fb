/* Minimal cores of violations. Owner rule: free with core_free. */
#ifndef BELIE_CHECKER_CORE_H
#define BELIE_CHECKER_CORE_H

#include "checker/engine.h"

struct core {
    bool found;
    bool minimal;      /* relaxing any one more strict operation makes it linearizable */
    bool *strict;      /* per op of the object */
    struct object sub; /* the relaxed object: strict operations and the mutations they can see */
    uint32_t *from;    /* sub op -> object op */
};

/* A small set of strict operations of `o` that is still not linearizable, given the result of the
 * engine `by`, which said invalid. Not found when the checks run out of budget: then nothing is
 * claimed.
 * Deterministic. At most CORE_CHECKS searches of small sub-histories. */
void core_find(const struct object *o, const struct engine *by, const struct engine_result *r,
               struct budget *budget, struct core *c);
/* How many operations of the core are strict. */
size_t core_strict(const struct core *c);
void core_free(struct core *c);

#endif
