/* Synthetic histories that keep one level of consistency and break stronger ones. */
#ifndef BELIE_GENERATORS_SYNTH_LEVEL_H
#define BELIE_GENERATORS_SYNTH_LEVEL_H

#include "generators/synth.h"

/* The history of `o`, which is linearizable, and in it, at random places, the small histories
 * `woven` (histories/compact.h; ended by NULL), each with keys and processes of its own: the whole
 * keeps a level iff the parts do. Once every 10,000 operations, at least once. With `final_reads`
 * operations have nodes, and at the end each node reads each key, and all read the same.
 * Registers only; at least 2 keys. False with ERR_USAGE for options that do not go together. */
bool synth_level(struct history *h, const struct synth_options *o, const char *const *woven,
                 bool final_reads, struct err *e);

#endif
