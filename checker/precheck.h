/* Necessary conditions for registers and containers that settle most real violations before any
 * search. */
#ifndef BELIE_CHECKER_PRECHECK_H
#define BELIE_CHECKER_PRECHECK_H

#include "checker/engine.h"

/* True when some observer of a register object can have observed nobody, or bag_refutes() a
 * container: then the object is not linearizable, and *out is filled (invalid, bad = the first such
 * observer to end). False proves nothing. O(n log n), 40 bytes per operation. */
bool precheck_observers(const struct object *o, struct engine_result *out);
/* The same for a counter: a read that no amounts explain, by bounds. The rule, culprits and steps
 * are filled as well. O(n log p), p operations open at a time. */
bool precheck_counter(const struct object *o, struct engine_result *out);

#endif
