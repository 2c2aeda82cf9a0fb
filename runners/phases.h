/* What a whole test does, one phase after the other: work and faults, heal and wait, what comes in
 * the end. The same for simulated and real systems. */
#ifndef BELIE_RUNNERS_PHASES_H
#define BELIE_RUNNERS_PHASES_H

#include "generators/workload.h"
#include "nemesis/fault_plan.h"

struct phases {
    const struct workload *workload;
    const struct fault_list *faults;
    uint32_t clients, nodes;
    uint64_t ops_per_key;                                 /* 0: one object */
    int64_t time_limit, interval, recovery, mean_pause;   /* nanoseconds */
    int64_t ready; /* how long the system may take to come up; final reads are tried so long */
    /* A real system may be slow to answer the final reads, which then have a limit, too; and where
     * the workload has none, some more work shows that the system is back. */
    bool real;
};

/* The generator, in `a`. A nemesis with a plan repeats that instead of drawing faults. */
struct gen *phases_generator(const struct phases *p, struct workload_state *state,
                             struct nemesis *m, struct arena *a);

#endif
