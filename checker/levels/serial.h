/* One order of all operations, by when writes took effect. Such an order is the quickest proof of
 * every level that sequential consistency implies. */
#ifndef BELIE_CHECKER_LEVELS_SERIAL_H
#define BELIE_CHECKER_LEVELS_SERIAL_H

#include "checker/levels/level.h"

/* When a write took effect, if the history is linearizable: by the first completion among it and
 * its reads, or by the last of their invocations where that is earlier. Placing writes by that
 * moment then works for sure; where only some reads are stale, it mostly does. rank: room for
 * v->n. O(n). */
void serial_ranks(const struct view *v, uint32_t *rank);

/* Whether such an order explains every read: then the history is sequential and the level, which
 * sequential implies, holds: said. False says nothing. O(n log n). */
bool serial_proves(const struct level_input *in, struct key_result *k);

#endif
