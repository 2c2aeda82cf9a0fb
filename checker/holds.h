/* Private to the engine of locks with owners: what its scan and its evidence share. */
#ifndef BELIE_CHECKER_HOLDS_H
#define BELIE_CHECKER_HOLDS_H

#include "checker/engine.h"
#include "checker/locks.h"

#define NO_OP UINT32_MAX

/* What an owner holds for certain. */
struct owner {
    uint32_t count;   /* acquires that returned, less releases that were invoked */
    uint32_t since;   /* the acquire from which on count was positive */
    uint32_t release; /* its last release, or NO_OP */
    enum hold hold;
    bool unfounded;   /* a release was invoked while count was 0, or of the wrong kind */
};

struct holds {
    const struct object *o;
    const struct locks *l;
    struct owner *owners;
    uint64_t holders, writers, permits; /* owners that hold; LOCK_RW: that write; counts together */
    uint32_t last;                      /* LOCK_FENCED: the last acquire that told its token */
    uint32_t *out;                      /* with a witness: operations as they took effect */
    size_t nout;
};

/* The violation of `rule` by `bad`, whose return is the first event that cannot be. Fills rule,
 * culprits and steps. O(n). */
void holds_explain(const struct holds *h, enum rule rule, uint32_t bad, struct engine_result *out);

#endif
