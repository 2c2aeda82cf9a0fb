/* Which operations of a violation have to be strict? Private to core.c and window.c.
 * Owner rule: a shrinker borrows everything. */
#ifndef BELIE_CHECKER_SHRINKER_H
#define BELIE_CHECKER_SHRINKER_H

#include "checker/engine.h"

/* Where to begin: a state, and crashed operations (of the object, ascending) that are used up. */
struct start {
    uint32_t state;
    uint32_t *gone;
    size_t ngone;
};

struct shrinker {
    const struct object *o;
    const struct engine *engine; /* that is asked, as long as it applies; else jit */
    struct budget *budget;
    bool *strict;            /* per op of o */
    uint32_t *from;          /* scratch, as many */
    uint32_t end;            /* position: later invocations do not matter */
    const struct start *starts; /* or none: the object's own state */
    size_t nstarts;
    unsigned checks;
    uint64_t explored, check_limit;
    bool gave_up; /* some check had no answer */
};

/* Is the object not linearizable, from any of its starts, when only s->strict are strict? */
bool shrinker_is_bad(struct shrinker *s);
/* No more will be asked: there have been too many checks, or too large ones. */
bool shrinker_spent(const struct shrinker *s);
/* So many strict operations can be checked a few times before that. */
bool shrinker_can(const struct shrinker *s, size_t strict);
void shrinker_set(struct shrinker *s, const uint32_t *list, size_t n, bool value);
/* Relax what can be relaxed, the oldest first. True when it was not cut short: then the rest is
 * minimal. */
bool shrinker_minimise(struct shrinker *s);
/* Object ops that end by s->end, the last to end first. Freed by the caller. */
uint32_t *shrinker_by_end(const struct shrinker *s, size_t *n);

enum strict_kind { STRICT_OBSERVERS, STRICT_BLIND, STRICT_ALL };

/* Strict operations of a kind, the oldest first; OBSERVERS are those that are not blind. Freed by
 * the caller. */
uint32_t *shrinker_strict(const struct shrinker *s, enum strict_kind kind, size_t *n);
/* The position after the last strict return; 0 without one. */
uint32_t shrinker_last_end(const struct shrinker *s);

#endif
