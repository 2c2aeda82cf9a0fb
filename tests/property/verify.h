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

/* Does the core prove that s is not linearizable? strict[op] (by history op index) marks the
 * operations that it keeps; all others of s are relaxed: those that change something may take
 * effect at any time after their invocation or never, those that only observe are gone. The proof
 * holds when no linearization of that exists. Gives up after `limit` configurations. */
enum proof verify_core(const struct spec *s, const bool *strict, uint64_t limit, const char **why);

#endif
