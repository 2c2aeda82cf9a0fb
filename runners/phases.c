#include "runners/phases.h"

/* As many threads per key as there are nodes, where the clients can be divided so. */
static uint32_t group_size(const struct phases *p)
{
    return p->clients % p->nodes == 0 ? p->nodes : p->clients;
}

static struct gen *work_and_faults(const struct phases *p, struct gen *work, struct nemesis *m,
                                   struct arena *a)
{
    struct gen *both[2] = {work};
    size_t n = 1;
    if (m->plan)
        both[n++] = nemesis_replay(m, a);
    else if (p->faults->n)
        both[n++] = nemesis_schedule(m, p->faults, p->interval, a);
    return gen_time_limit(a, p->time_limit, gen_any(a, both, n));
}

/* How long final reads are tried: a short test may end in the middle of a failover, and a system
 * that is being repaired may take as long as one that is started. */
static int64_t patience(const struct phases *p)
{
    return p->recovery + (p->time_limit > p->ready ? p->time_limit : p->ready);
}

/* The final reads, or what stands for them; NULL: nothing. */
static struct gen *in_the_end(const struct phases *p, struct workload_state *state,
                              const struct workload_plan *plan, struct arena *a)
{
    struct gen *final = workload_final(p->workload, state, plan, a);
    const bool reads = final;
    if (!p->real)
        return final;
    if (!reads && p->faults->n)
        final = workload_generator(p->workload, state, plan, a);
    return final ? gen_time_limit(a, reads ? patience(p) : p->recovery, final) : NULL;
}

struct gen *phases_generator(const struct phases *p, struct workload_state *state,
                             struct nemesis *m, struct arena *a)
{
    const struct workload_plan plan = {p->clients, p->ops_per_key, group_size(p), p->mean_pause};
    struct gen *phases[3];
    size_t n = 0;
    phases[n++] = work_and_faults(p, workload_generator(p->workload, state, &plan, a), m, a);
    if (p->faults->n)
        phases[n++] = nemesis_heal(m, p->faults, p->recovery, a);
    struct gen *final = in_the_end(p, state, &plan, a);
    if (final)
        phases[n++] = final;
    return gen_phases(a, phases, n);
}
