/* Transactions: a bank, and Elle's list-append and rw-register, in Jepsen's shapes. Values are
 * unique; keys go out of use as values go on, so that lists stay short. */
#include "generators/workload_ops.h"

enum { MAX_TRANSFER = 5, KEYS = 8, VALUES_PER_WINDOW = 256 };

/* ---- bank ---------------------------------------------------------------------------------- */

static void put(struct workload_state *s, val *items, size_t i, const char *name, uint64_t n)
{
    items[2 * i] = workload_f(s, name);
    items[2 * i + 1] = val_int(s->values, (int64_t)n);
}

static void make_transfer(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    uint64_t from = rng_below(rng, BANK_ACCOUNTS);
    uint64_t to = (from + 1 + rng_below(rng, BANK_ACCOUNTS - 1)) % BANK_ACCOUNTS;
    val items[6];
    put(s, items, 0, "from", from);
    put(s, items, 1, "to", to);
    put(s, items, 2, "amount", 1 + rng_below(rng, MAX_TRANSFER));
    op->f = workload_f(s, "transfer");
    op->value = val_seq(s->values, V_MAP, items, 6);
}

static struct gen *bank_clients(void *state, struct arena *a)
{
    struct gen *const mix[] = {gen_source(a, workload_read, state),
                               gen_source(a, make_transfer, state)};
    return gen_mix(a, mix, 2);
}

/* ---- list-append, rw-register --------------------------------------------------------------- */

static val micro(struct workload_state *s, struct rng *rng, const char *write)
{
    int64_t key = s->next / VALUES_PER_WINDOW + (int64_t)rng_below(rng, KEYS);
    bool reads = rng_below(rng, 2) == 0;
    val items[3] = {workload_f(s, reads ? "r" : write), val_int(s->values, key), VAL_NIL};
    if (!reads)
        items[2] = val_int(s->values, s->next++);
    return val_seq(s->values, V_LIST, items, 3);
}

static void make_txn(struct workload_state *s, struct rng *rng, struct gen_op *op,
                     const char *write)
{
    val items[TXN_MAX];
    size_t n = 1 + (size_t)rng_below(rng, TXN_MAX);
    for (size_t i = 0; i < n; i++)
        items[i] = micro(s, rng, write);
    op->f = workload_f(s, "txn");
    op->value = val_seq(s->values, V_LIST, items, n);
}

static void make_append(void *state, struct rng *rng, struct gen_op *op)
{
    make_txn(state, rng, op, "append");
}

static void make_write(void *state, struct rng *rng, struct gen_op *op)
{
    make_txn(state, rng, op, "w");
}

static struct gen *append_clients(void *state, struct arena *a)
{
    return gen_source(a, make_append, state);
}

static struct gen *write_clients(void *state, struct arena *a)
{
    return gen_source(a, make_write, state);
}

static const struct workload_op bank_ops[] = {
    {"transfer", REQUEST_TRANSFER}, {"read", REQUEST_ACCOUNTS}, {0}};
static const struct workload_op append_ops[] = {{"txn", REQUEST_APPEND_TXN}, {0}};
static const struct workload_op write_ops[] = {{"txn", REQUEST_TXN}, {0}};

const struct workload workload_bank = {
    .name = "bank",
    .summary = "move money between eight accounts, and read them all: the total must stay 100",
    .property = "bank",
    .ops = bank_ops,
    .clients = bank_clients,
    .final = workload_final_read,
};

const struct workload workload_list_append = {
    .name = "list-append",
    .summary = "transactions that append to lists and read them",
    .property = "strict-serializable",
    .ops = append_ops,
    .clients = append_clients,
};

const struct workload workload_rw_register = {
    .name = "rw-register",
    .summary = "transactions that write registers and read them",
    .property = "strict-serializable",
    .ops = write_ops,
    .clients = write_clients,
};
