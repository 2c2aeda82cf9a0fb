/* Sets and counters: what was added must be there in the end. */
#include "generators/workload_ops.h"

enum { INCREMENTS = 5, RETRY_NS = 100000000 };

struct gen *workload_final_read(void *state, struct arena *a)
{
    return gen_until_ok(a, gen_stagger(a, RETRY_NS, gen_source(a, workload_read, state)));
}

static void make_insert(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    (void)rng;
    op->f = workload_f(s, "add");
    op->value = val_int(s->values, s->next++);
}

static void make_increment(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    op->f = workload_f(s, "add");
    op->value = val_int(s->values, 1 + (int64_t)rng_below(rng, INCREMENTS));
}

static void make_decrement(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    make_increment(state, rng, op);
    int64_t n = 1 + (int64_t)rng_below(rng, INCREMENTS);
    op->value = val_int(s->values, -n);
}

/* One of the elements that were added; each may be removed more than once. */
static void make_remove(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    op->f = workload_f(s, "remove");
    op->value = val_int(s->values, 1 + (int64_t)rng_below(rng, (uint64_t)s->next));
}

static struct gen *pn_clients(void *state, struct arena *a)
{
    struct gen *const mix[] = {gen_source(a, workload_read, state),
                               gen_source(a, make_increment, state),
                               gen_source(a, make_decrement, state)};
    return gen_mix(a, mix, 3);
}

static struct gen *two_phase_clients(void *state, struct arena *a)
{
    struct gen *const mix[] = {gen_source(a, make_insert, state),
                               gen_source(a, make_remove, state)};
    return gen_mix(a, mix, 2);
}

static struct gen *set_clients(void *state, struct arena *a)
{
    return gen_source(a, make_insert, state);
}

static struct gen *counter_clients(void *state, struct arena *a)
{
    struct gen *const mix[] = {gen_source(a, workload_read, state),
                               gen_source(a, make_increment, state)};
    return gen_mix(a, mix, 2);
}

static const struct workload_op set_ops[] = {
    {"add", REQUEST_INSERT}, {"read", REQUEST_MEMBERS}, {0}};
static const struct workload_op counter_ops[] = {
    {"add", REQUEST_ADD}, {"read", REQUEST_COUNT}, {0}};

static const struct workload_op two_phase_ops[] = {
    {"add", REQUEST_INSERT}, {"remove", REQUEST_REMOVE}, {"read", REQUEST_MEMBERS}, {0}};

const struct workload workload_set = {
    .name = "set",
    .summary = "add unique elements; read the set when the faults are over",
    .property = "set",
    .ops = set_ops,
    .clients = set_clients,
    .final = workload_final_read,
};

const struct workload workload_counter = {
    .name = "counter",
    .summary = "increment and read; read again when the faults are over",
    .property = "counter",
    .ops = counter_ops,
    .clients = counter_clients,
    .final = workload_final_read,
};

const struct workload workload_g_counter = {
    .name = "g-counter",
    .summary = "increment and read a counter that replicas merge; all read in the end",
    .property = "crdt-g-counter",
    .ops = counter_ops,
    .clients = counter_clients,
    .final = workload_final_read,
};

const struct workload workload_pn_counter = {
    .name = "pn-counter",
    .summary = "increment, decrement and read a counter that replicas merge; all read in the end",
    .property = "pn-counter,crdt-pn-counter",
    .ops = counter_ops,
    .clients = pn_clients,
    .final = workload_final_read,
};

const struct workload workload_g_set = {
    .name = "g-set",
    .summary = "add to a set that replicas merge; all read it in the end",
    .property = "set,crdt-g-set",
    .ops = set_ops,
    .clients = set_clients,
    .final = workload_final_read,
};

const struct workload workload_two_phase_set = {
    .name = "2p-set",
    .summary = "add and remove, for good, in a set that replicas merge; all read it in the end",
    .property = "crdt-2p-set",
    .ops = two_phase_ops,
    .clients = two_phase_clients,
    .final = workload_final_read,
};
