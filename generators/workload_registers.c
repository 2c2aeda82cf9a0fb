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

/* ---- several keys that belong together: values are [key value] ------------------------------ */

enum { KEYS = 5, RETRY_NS = 100000000 };

static val pair(struct workload_state *s, int64_t key, val v)
{
    val items[2] = {val_int(s->values, key), v};
    return val_seq(s->values, V_LIST, items, 2);
}

static void make_read_any(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    op->f = workload_f(s, "read");
    op->value = pair(s, (int64_t)rng_below(rng, KEYS), VAL_NIL);
}

static void make_write_any(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    op->f = workload_f(s, "write");
    op->value = pair(s, (int64_t)rng_below(rng, KEYS), val_int(s->values, s->next++));
}

static struct gen *keys_clients(void *state, struct arena *a)
{
    struct gen *const mix[] = {gen_source(a, make_read_any, state),
                               gen_source(a, make_read_any, state),
                               gen_source(a, make_write_any, state)};
    return gen_mix(a, mix, 3);
}

struct one_key {
    struct workload_state *state;
    int64_t key;
};

static void make_read_key(void *state, struct rng *rng, struct gen_op *op)
{
    const struct one_key *k = state;
    (void)rng;
    op->f = workload_f(k->state, "read");
    op->value = pair(k->state, k->key, VAL_NIL);
}

/* Each key in turn, until it was read. */
static struct gen *keys_final(void *state, struct arena *a)
{
    struct gen *list[KEYS];
    for (int64_t key = 0; key < KEYS; key++) {
        struct one_key *k = arena_alloc(a, sizeof *k);
        *k = (struct one_key){state, key};
        struct gen *reads = gen_stagger(a, RETRY_NS, gen_source(a, make_read_key, k));
        list[key] = gen_until_ok(a, reads);
    }
    return gen_concat(a, list, KEYS);
}

const struct workload workload_session = {
    .name = "session",
    .summary = "read and write five registers, each value once, at another node each time",
    .model = "register",
    .property = "read-your-writes,monotonic-reads,monotonic-writes,writes-follow-reads",
    .pairs = true,
    .roams = true,
    .ops = register_ops,
    .clients = keys_clients,
    .final = keys_final,
};

const struct workload workload_causal = {
    .name = "causal",
    .summary = "read and write five registers, each value once",
    .model = "register",
    .property = "causal",
    .pairs = true,
    .ops = register_ops,
    .clients = keys_clients,
    .final = keys_final,
};

const struct workload workload_lww_register = {
    .name = "lww-register",
    .summary = "read and write five registers whose last writer wins; all read in the end",
    .model = "register",
    .property = "eventual",
    .pairs = true,
    .ops = register_ops,
    .clients = keys_clients,
    .final = keys_final,
};

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
