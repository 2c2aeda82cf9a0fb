/* CRDTs from the outside: conditions that every history of such an object keeps, at any read and in
 * the end. Each is the judge of its kind with more demands; see there. They are necessary: a
 * history that keeps them may still come from something else. */
#include "checker/replicas/replicas.h"

static bool decide(const struct level_input *in, struct key_result *k, enum replica_kind kind,
                   const struct demands *d, struct err *e)
{
    struct replicas r;
    if (!replicas_make(&r, in, k, kind, e))
        return false;
    judge_replicas(&r, d);
    replicas_free(&r);
    return true;
}

static bool decide_g_counter(const struct level_input *in, struct key_result *k, struct err *e)
{
    static const struct demands d = {.grows = true};
    return decide(in, k, KIND_COUNTER, &d, e);
}

const struct property crdt_g_counter = {
    .name = "crdt-g-counter",
    .summary = "a counter of replicas that only grows",
    .complexity = "n log n",
    .any_model = true,
    .decide = decide_g_counter,
    .per_key = true,
};

static bool decide_pn_counter(const struct level_input *in, struct key_result *k, struct err *e)
{
    static const struct demands d = {0};
    return decide(in, k, KIND_COUNTER, &d, e);
}

const struct property crdt_pn_counter = {
    .name = "crdt-pn-counter",
    .summary = "a counter of replicas that goes up and down",
    .complexity = "n log n",
    .any_model = true,
    .decide = decide_pn_counter,
    .per_key = true,
};

static bool decide_g_set(const struct level_input *in, struct key_result *k, struct err *e)
{
    static const struct demands d = {.grows = true};
    return decide(in, k, KIND_SET, &d, e);
}

const struct property crdt_g_set = {
    .name = "crdt-g-set",
    .summary = "a set of replicas that only grows",
    .complexity = "n log n",
    .any_model = true,
    .decide = decide_g_set,
    .per_key = true,
};

static bool decide_two_phase_set(const struct level_input *in, struct key_result *k, struct err *e)
{
    static const struct demands d = {.tombstones = true};
    return decide(in, k, KIND_SET, &d, e);
}

const struct property crdt_two_phase_set = {
    .name = "crdt-2p-set",
    .summary = "a set of replicas; what was removed never comes back",
    .complexity = "n log n",
    .any_model = true,
    .decide = decide_two_phase_set,
    .per_key = true,
};

static bool decide_or_set(const struct level_input *in, struct key_result *k, struct err *e)
{
    static const struct demands d = {.observed = true};
    return decide(in, k, KIND_SET, &d, e);
}

const struct property crdt_or_set = {
    .name = "crdt-or-set",
    .summary = "a set of replicas; a removal takes the additions that its replica had seen",
    .complexity = "n log n",
    .any_model = true,
    .decide = decide_or_set,
    .per_key = true,
};

static bool decide_lww_register(const struct level_input *in, struct key_result *k, struct err *e)
{
    static const struct demands d = {.last_wins = true};
    return decide(in, k, KIND_REGISTER, &d, e);
}

const struct property crdt_lww_register = {
    .name = "crdt-lww-register",
    .summary = "a register of replicas; the last writer wins",
    .complexity = "n log n",
    .any_model = true,
    .decide = decide_lww_register,
    .per_key = true,
};

static bool decide_mv_register(const struct level_input *in, struct key_result *k, struct err *e)
{
    static const struct demands d = {.many = true};
    return decide(in, k, KIND_REGISTER, &d, e);
}

const struct property crdt_mv_register = {
    .name = "crdt-mv-register",
    .summary = "a register of replicas; reads return all writes that no other one replaced",
    .complexity = "n log n",
    .any_model = true,
    .decide = decide_mv_register,
    .per_key = true,
};
