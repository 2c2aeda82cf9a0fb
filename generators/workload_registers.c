/* Registers. `register` writes every value once, so that its check takes linear time;
 * `cas-register` is Jepsen's: few values, so that a compare-and-set has a chance. */
#include "generators/workload_ops.h"

enum { CAS_VALUES = 5 };

static void make_write(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    (void)rng;
    op->f = workload_f(s, "write");
    op->value = val_int(s->values, s->next++);
}

static void make_small_write(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    op->f = workload_f(s, "write");
    op->value = val_int(s->values, (int64_t)rng_below(rng, CAS_VALUES));
}

static void make_cas(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    val pair[2] = {val_int(s->values, (int64_t)rng_below(rng, CAS_VALUES)),
                   val_int(s->values, (int64_t)rng_below(rng, CAS_VALUES))};
    op->f = workload_f(s, "cas");
    op->value = val_seq(s->values, V_LIST, pair, 2);
}

static struct gen *register_clients(void *state, struct arena *a)
{
    struct gen *const mix[] = {gen_source(a, workload_read, state),
                               gen_source(a, make_write, state)};
    return gen_mix(a, mix, 2);
}

static struct gen *cas_clients(void *state, struct arena *a)
{
    struct gen *const mix[] = {gen_source(a, workload_read, state),
                               gen_source(a, make_small_write, state),
                               gen_source(a, make_cas, state)};
    return gen_mix(a, mix, 3);
}

static const struct workload_op register_ops[] = {
    {"read", REQUEST_READ}, {"write", REQUEST_WRITE}, {0}};
static const struct workload_op cas_ops[] = {
    {"read", REQUEST_READ}, {"write", REQUEST_WRITE}, {"cas", REQUEST_CAS}, {0}};

const struct workload workload_register = {
    .name = "register",
    .summary = "read and write; every value is written once",
    .model = "register",
    .property = "linearizable",
    .keyed = true,
    .ops = register_ops,
    .clients = register_clients,
};

const struct workload workload_cas_register = {
    .name = "cas-register",
    .summary = "read, write and compare-and-set of five values",
    .model = "cas-register",
    .property = "linearizable",
    .keyed = true,
    .ops = cas_ops,
    .clients = cas_clients,
};
