/* Between the values of operations and the words that travel in the world: how each kind of request
 * is put into a command, and its result into a value. */
#ifndef BELIE_RUNNERS_SIM_SHAPE_H
#define BELIE_RUNNERS_SIM_SHAPE_H

#include "generators/workload.h"
#include "runners/sim/machine.h"

/* Fill in what the value of a request says (without its key, where it has one). */
void shape_command(const struct values *t, enum request_kind kind, val value, struct command *c);
/* The value that the operation completes with; `in` is what it was invoked with. */
val shape_result(struct values *t, enum request_kind kind, val in, const int64_t *words, size_t n);

#endif
