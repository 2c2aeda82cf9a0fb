/* From a violation to English: the sentence, the numbered steps, the possible states. */
#ifndef BELIE_CHECKER_ARGUMENT_H
#define BELIE_CHECKER_ARGUMENT_H

#include "checker/check.h"
#include "checker/core.h"
#include "checker/window.h"

/* Fill reason, steps, states and bad_op of `k` (arena k->arena) from the engine's result and, when
 * found, the core and the window. The object is the one that `r` speaks of. */
void argue(struct object *o, const struct engine_result *r, struct core *c,
           const struct window *w, struct budget *budget, struct key_result *k);

#endif
