/* What all levels over a view do first and last: refute what no level allows (a value that nothing
 * wrote), say what cannot be judged, leave open what values written more than once leave open. */
#ifndef BELIE_CHECKER_LEVELS_PATTERNS_H
#define BELIE_CHECKER_LEVELS_PATTERNS_H

#include "checker/levels/level.h"

/* The models whose operations are reads, writes and cas of registers. */
extern const char *const register_models[];
/* Why a history whose processes were made up has no sessions. */
extern const char *const no_program_order;

/* True when the level is to go on; k->verdict is then valid, for the level to change. `bytes` are
 * what it will need. */
bool pattern_begin(const struct level_input *in, struct key_result *k, size_t bytes);
/* Give the bytes back. A verdict of valid becomes unknown when reads had several possible writes
 * and were left out. */
void pattern_end(const struct level_input *in, struct key_result *k, size_t bytes);
/* Give the bytes back, as the level holds for certain. Always true. */
bool pattern_proved(const struct level_input *in, size_t bytes);

#endif
