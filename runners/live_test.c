#define _POSIX_C_SOURCE 200809L
#include "runners/live_test.h"

#include "base/clock.h"
#include "nemesis/fault_plan.h"
#include "runners/phases.h"

#include <time.h>
#include <unistd.h>

enum { PROBE_PAUSE = 100000000 }; /* nanoseconds */

bool live_test_possible(const struct live_test *t, struct err *e)
{
    const char *missing = NULL;
    if (t->nnodes < 1 || t->nnodes > LIVE_NODES_MAX)
        return err_set(e, ERR_USAGE, "%u nodes: there can be 1 to %d", t->nnodes, LIVE_NODES_MAX);
    if (t->clients < 1 || t->clients > REALTIME_CLIENTS_MAX)
        return err_set(e, ERR_USAGE, "%u clients: there can be 1 to %d", t->clients,
                       REALTIME_CLIENTS_MAX);
    if (t->ops_per_key && !t->workload->keyed)
        return err_set(e, ERR_USAGE, "the workload %s has one object: no operations per key",
                       t->workload->name);
    if (!target_does(t->target, t->workload, &missing))
        return err_set(e, ERR_USAGE,
                       "the workload %s needs the operation \"%s\", and the target %s does not "
                       "say how that is done",
                       t->workload->name, missing, t->target->name);
    const struct nemesis_target *can = t->system ? t->system->faults : NULL;
    if (can && !fault_list_possible(&t->faults, can, t->target->name, e))
        return false;
    if (t->faults.n && !can)
        return err_set(e, ERR_USAGE,
                       "nobody controls the nodes of %s: no faults can be made (\"faults\" in its "
                       "description gives the commands)",
                       t->target->name);
    return true;
}

static bool stopped(const struct live_test *t)
{
    return t->stop && atomic_load_explicit(t->stop, memory_order_relaxed);
}

static struct client_place place(const struct live_test *t, const struct test_dir *d, uint32_t node)
{
    return (struct client_place){
        .target = t->target,
        .node = t->nodes[node],
        .number = node,
        .timeout = t->timeout,
        .dir = d->path,
        .stop_fd = -1,
    };
}

/* Wait until every node can be spoken to. */
static bool find_nodes(const struct live_test *t, const struct test_dir *d, struct err *e)
{
    const int64_t deadline = clock_ns() + t->ready;
    const struct timespec pause = {.tv_nsec = PROBE_PAUSE};
    for (uint32_t i = 0; i < t->nnodes; i++) {
        const struct client_place p = place(t, d, i);
        while (!t->target->client->probe(t->target->config, &p, e)) {
            if (stopped(t) || clock_ns() >= deadline)
                return false;
            (void)nanosleep(&pause, NULL);
        }
    }
    return true;
}

static struct phases phases_of(const struct live_test *t)
{
    return (struct phases){
        .workload = t->workload,
        .faults = &t->faults,
        .clients = t->clients,
        .nodes = t->nnodes,
        .ops_per_key = t->ops_per_key,
        .time_limit = t->time_limit,
        .interval = t->interval,
        .recovery = t->recovery,
        .mean_pause = t->mean_pause,
        .ready = t->system ? t->system->ready : 0,
        .real = true,
    };
}

static bool run_schedule(const struct live_test *t, const struct test_dir *d, struct err *e)
{
    struct values values;
    struct arena a = {0};
    struct nemesis deciding; /* about faults, in the scheduler's thread */
    values_init(&values);
    nemesis_init(&deciding, NULL, t->nnodes, &values, ~t->seed);
    deciding.knows_primaries = t->system && t->system->faults && t->system->faults->primaries;
    struct fault_plan plan;
    const struct phases phases = phases_of(t);
    struct workload_state state = {&values, 1, t->clients};
    struct recorder copy = {.fd = test_dir_faults(d, e), .values = &values};
    struct recorder recorder = {.fd = d->fd, .faults = &copy, .values = &values};
    if (t->plan)
        deciding.plan = &plan;
    const struct realtime_options o = {
        .clients = t->clients,
        .type = t->target->client,
        .config = t->target->config,
        .target = t->target,
        .nodes = t->nodes,
        .nnodes = t->nnodes,
        .workload = t->workload,
        .keyed = t->ops_per_key > 0 || t->workload->pairs,
        .timeout = t->timeout,
        .dir = d->path,
        .values = &values,
        .recorder = &recorder,
        .faults = t->system ? t->system->faults : NULL,
        .plan = t->plan,
        .seed = ~t->seed,
    };
    bool ok = copy.fd >= 0 && (!t->plan || fault_plan_read(&plan, t->plan, &values, &a, e));
    struct realtime *r = ok ? realtime_open(&o, e) : NULL;
    ok = r;
    if (r) {
        const struct schedule s = {
            .gen = phases_generator(&phases, &state, &deciding, &a),
            .clients = t->clients,
            .seed = t->seed,
            .runtime = realtime_runtime(r),
            .recorder = &recorder,
            .stop = t->stop,
        };
        ok = realtime_run(r, &s, e);
        realtime_close(r);
    }
    recorder_free(&recorder);
    recorder_free(&copy);
    if (copy.fd >= 0)
        (void)close(copy.fd);
    nemesis_free(&deciding);
    arena_free(&a);
    values_free(&values);
    return ok;
}

bool live_test_run(const struct live_test *t, const struct test_dir *d, struct err *e,
                   struct err *after)
{
    const struct client_type *c = t->target->client;
    const struct client_place first = place(t, d, 0);
    const struct live_system *s = t->system;
    struct err late = {0};
    *after = (struct err){0};
    bool ok = (!s || !s->set_up || s->set_up(s->ctx, d, e)) && find_nodes(t, d, e);
    bool prepared = ok && (!c->prepare || c->prepare(t->target->config, &first, e));
    ok = prepared && run_schedule(t, d, e);
    if (prepared && c->finish && !c->finish(t->target->config, &first, &late))
        *after = late;
    if (s && s->tear_down && !s->tear_down(s->ctx, d, &late))
        *after = late;
    return ok;
}
