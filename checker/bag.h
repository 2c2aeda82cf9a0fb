/* What an unordered queue asks of any container, whatever its order: that what is taken out or seen
 * was inside. */
#ifndef BELIE_CHECKER_BAG_H
#define BELIE_CHECKER_BAG_H

#include "checker/engine.h"

/* True when an operation of a container took or saw an element that cannot have been inside: then
 * the object is not linearizable, and *out is filled as an engine does, without certified. False
 * proves nothing. O(n) and sorting, 40 bytes per operation. */
bool bag_refutes(const struct object *o, struct engine_result *out);

#endif
