#include "runners/sim_test.h"

#include "nemesis/fault_plan.h"
#include "runners/phases.h"

enum { TIMEOUT = 1000000000, RECOVERY = 2000000000 }; /* nanoseconds */

bool sim_test_possible(const struct sim_test *t, struct err *e)
{
    if (t->nodes < 1 || t->nodes > WORLD_NODES_MAX)
        return err_set(e, ERR_USAGE, "%u nodes: a simulated cluster has 1 to %d", t->nodes,
                       WORLD_NODES_MAX);
    if (t->clients < 1 || t->clients > SIM_CLIENTS_MAX)
        return err_set(e, ERR_USAGE, "%u clients: there can be 1 to %d", t->clients,
                       SIM_CLIENTS_MAX);
    if (t->ops_per_key && !t->workload->keyed)
        return err_set(e, ERR_USAGE, "the workload %s has one object: no operations per key",
                       t->workload->name);
    for (const struct workload_op *o = t->workload->ops; o->f; o++)
        if (!store_serves(t->store, o->kind))
            return err_set(e, ERR_USAGE, "the store %s has no %s as the workload %s does it",
                           t->store->name, o->f, t->workload->name);
    if (!fault_list_possible(&t->faults, &cluster_target, "a simulated cluster", e))
        return false;
    if (t->faults.n && t->nodes < 2)
        return err_set(e, ERR_USAGE, "faults need at least 2 nodes");
    return true;
}

static struct phases phases_of(const struct sim_test *t)
{
    return (struct phases){
        .workload = t->workload,
        .faults = &t->faults,
        .clients = t->clients,
        .nodes = t->nodes,
        .ops_per_key = t->ops_per_key,
        .time_limit = t->time_limit,
        .interval = t->interval,
        .recovery = RECOVERY,
        .mean_pause = t->mean_pause,
    };
}

/* The faults of the recorded plan, in the test's own values. */
static bool read_plan(const struct sim_test *t, struct nemesis *m, struct fault_plan *p,
                      struct arena *a, struct err *e)
{
    if (!t->plan)
        return true;
    m->plan = p;
    return fault_plan_read(p, t->plan, m->values, a, e);
}

static bool run_on(const struct sim_test *t, struct cluster *c, struct values *values,
                   struct arena *a, const struct sim_sink *to, struct err *e)
{
    struct fault_plan plan;
    struct workload_state state = {values, 1, t->clients};
    struct recorder copy = {.fd = to->faults, .values = values};
    struct recorder recorder = {.fd = to->history,
                                .text = to->text,
                                .faults = &copy,
                                .values = values,
                                .lazy = true /* nobody outside waits for virtual time */};
    if (!read_plan(t, cluster_nemesis(c), &plan, a, e))
        return false;
    const struct phases phases = phases_of(t);
    const struct schedule s = {
        .gen = phases_generator(&phases, &state, cluster_nemesis(c), a),
        .clients = t->clients,
        .seed = t->seed,
        .runtime = cluster_runtime(c),
        .recorder = &recorder,
        .stop = t->stop,
    };
    bool ok = schedule_run(&s, e);
    ok = recorder_flush(&recorder, ok ? e : NULL) && ok;
    recorder_free(&recorder);
    recorder_free(&copy);
    return ok;
}

bool sim_test_run(const struct sim_test *t, const struct sim_sink *to, struct err *e)
{
    struct values values;
    struct arena a = {0};
    values_init(&values);
    const struct cluster_options o = {
        .store = t->store,
        .variant = t->variant,
        .nodes = t->nodes,
        .clients = t->clients,
        .seed = t->seed,
        .timeout = TIMEOUT,
        .workload = t->workload,
        .keyed = t->ops_per_key > 0 || t->workload->pairs,
        .values = &values,
    };
    struct cluster *c = cluster_open(&o);
    bool ok = run_on(t, c, &values, &a, to, e);
    cluster_close(c);
    arena_free(&a);
    values_free(&values);
    return ok;
}
