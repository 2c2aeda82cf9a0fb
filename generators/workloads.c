#include "generators/workload.h"

extern const struct workload workload_register, workload_cas_register, workload_set,
    workload_counter, workload_queue, workload_fifo, workload_mutex, workload_session,
    workload_causal, workload_bank, workload_list_append, workload_rw_register, workload_g_counter,
    workload_pn_counter, workload_g_set, workload_two_phase_set, workload_lww_register,
    workload_unique_ids;

const struct workload *const workloads[] = {
    &workload_register,
    &workload_cas_register,
    &workload_set,
    &workload_counter,
    &workload_queue,
    &workload_fifo,
    &workload_mutex,
    &workload_session,
    &workload_causal,
    &workload_bank,
    &workload_list_append,
    &workload_rw_register,
    &workload_g_counter,
    &workload_pn_counter,
    &workload_g_set,
    &workload_two_phase_set,
    &workload_lww_register,
    &workload_unique_ids,
    NULL,
};

const struct workload *workload_find(const char *name)
{
    for (size_t i = 0; workloads[i]; i++)
        if (strcmp(workloads[i]->name, name) == 0)
            return workloads[i];
    return NULL;
}

const struct workload_op *workload_op(const struct workload *w, struct str f)
{
    for (const struct workload_op *o = w->ops; o->f; o++)
        if (str_is(f, o->f))
            return o;
    return NULL;
}

const char *request_name(size_t kind)
{
    static const char *const names[REQUEST_KINDS] = {
        [REQUEST_READ] = "read",
        [REQUEST_WRITE] = "write",
        [REQUEST_CAS] = "cas",
        [REQUEST_ADD] = "add",
        [REQUEST_COUNT] = "count",
        [REQUEST_INSERT] = "insert",
        [REQUEST_MEMBERS] = "members",
        [REQUEST_REMOVE] = "remove",
        [REQUEST_ENQUEUE] = "enqueue",
        [REQUEST_DEQUEUE] = "dequeue",
        [REQUEST_DRAIN] = "drain",
        [REQUEST_ACQUIRE] = "acquire",
        [REQUEST_RELEASE] = "release",
        [REQUEST_TRANSFER] = "transfer",
        [REQUEST_ACCOUNTS] = "accounts",
        [REQUEST_TXN] = "txn",
        [REQUEST_APPEND_TXN] = "append-txn",
        [REQUEST_GENERATE] = "generate",
    };
    return kind < REQUEST_KINDS ? names[kind] : NULL;
}

bool request_returns(enum request_kind kind)
{
    return request_reads(kind) || kind == REQUEST_DEQUEUE || kind == REQUEST_DRAIN ||
           kind == REQUEST_TXN || kind == REQUEST_APPEND_TXN;
}

/* What makes the generator of one key. */
struct one_key {
    const struct workload *workload;
    struct workload_state *state;
    uint64_t ops;
};

static struct gen *make_key(void *state, struct arena *a)
{
    const struct one_key *k = state;
    return gen_limit(a, k->ops, k->workload->clients(k->state, a));
}

struct gen *workload_generator(const struct workload *w, struct workload_state *state,
                               const struct workload_plan *plan, struct arena *a)
{
    struct gen *g;
    if (plan->ops_per_key) {
        struct one_key *k = arena_alloc(a, sizeof *k);
        *k = (struct one_key){w, state, plan->ops_per_key};
        g = gen_keys(a, state->values, plan->clients, plan->group, make_key, k);
    } else {
        g = w->clients(state, a);
    }
    return gen_clients(a, plan->mean_pause ? gen_stagger(a, plan->mean_pause, g) : g);
}

struct gen *workload_final(const struct workload *w, struct workload_state *state,
                           const struct workload_plan *plan, struct arena *a)
{
    if (!w->final)
        return NULL;
    struct gen *each = gen_each_thread(a, plan->clients, w->final, state);
    return gen_clients(a, gen_final(a, each));
}
