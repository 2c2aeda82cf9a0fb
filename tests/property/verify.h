/* Re-checks the evidence of a verdict from the recorded history alone, with spec.c and a search of
 * its own: nothing of checker/ is used here. */
#ifndef BELIE_TESTS_VERIFY_H
#define BELIE_TESTS_VERIFY_H

#include "tests/property/spec.h"

enum proof { PROOF_HOLDS, PROOF_FAILS, PROOF_GAVE_UP };

/* Is `order` (history op indices) a linearization of s: only operations of s, each once, every ok
 * one there (unless it observes and changes nothing), real-time order kept, every step legal?
 * Else *why says what is wrong. O(n) and the steps. */
bool verify_witness(const struct spec *s, const uint32_t *order, size_t n, const char **why);

/* What an operation is taken as. Each step down allows more, so that a history which is not
 * linearizable with some operations taken down was not linearizable before. */
enum core_role {
    CORE_STRICT,   /* as recorded */
    CORE_OPTIONAL, /* as recorded, or never */
    CORE_CRASHED,  /* its mutations at any time after its invocation, or never */
    CORE_GONE,     /* removed: sound for what only observes, else to be justified otherwise */
};

/* Is the history with these roles (by history op index; NULL: all strict) not linearizable?
 * Operations that only observe are dropped unless strict. Gives up after `limit` configurations,
 * or fewer when they are large.
 * PROOF_HOLDS: no linearization exists. */
enum proof verify_core(const struct spec *s, const enum core_role *roles, uint64_t limit,
                       const char **why);

/* The end of a violation: when everything that had completed before event `since` is in, no order
 * of the strict operations exists, whatever else has or has not happened. */
struct window_op {
    uint32_t op; /* index into history ops */
    bool strict;
};

struct window_claim {
    uint32_t since;
    const struct window_op *ops;
    size_t n;
};

/* Is that so? Tries every order of what was invoked before `since`, a dozen operations at most;
 * gives up on more, or after `limit` configurations of what follows. */
enum proof verify_window(const struct spec *s, const struct window_claim *claim, uint64_t limit);

/* verify_core with every operation strict: a second oracle, for histories of some dozens of
 * operations. PROOF_HOLDS: not linearizable. */
enum proof verify_not_linearizable(const struct spec *s, uint64_t limit);

#endif
