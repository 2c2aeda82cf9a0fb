/* Helpers of the workloads. */
#ifndef BELIE_GENERATORS_WORKLOAD_OPS_H
#define BELIE_GENERATORS_WORKLOAD_OPS_H

#include "generators/workload.h"

static inline val workload_f(struct workload_state *s, const char *name)
{
    return val_text(s->values, V_KEYWORD, str_of(name));
}

/* A gen_maker of reads, whose value is nil. */
static inline void workload_read(void *state, struct rng *rng, struct gen_op *op)
{
    (void)rng;
    op->f = workload_f(state, "read");
}

/* The read of each thread at the end: a gen_factory. Pauses of a tenth of a second between tries.
 */
struct gen *workload_final_read(void *state, struct arena *a);

#endif
