/* What is the case, as far as the independent judges can tell. */
#ifndef BELIE_TESTS_TRUTH_H
#define BELIE_TESTS_TRUTH_H

#include "tests/property/spec.h"

enum truth { TRUTH_VALID, TRUTH_INVALID, TRUTH_UNKNOWN, TRUTH_DISPUTED };

/* Is the history linearizable? Brute force is asked where it can answer in an instant, and the core
 * search always, up to `limit` configurations. Disputed: they differ (a bug in a judge), or
 * the history is not understood. */
enum truth truth_of(struct history *h, const struct spec_options *opt, uint64_t limit);

#endif
