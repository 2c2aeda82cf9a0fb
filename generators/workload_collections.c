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
