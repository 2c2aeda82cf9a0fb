/* Planted violations. Each is a few operations of one client, one after the other and with nothing
 * in between, so that only the past can explain them. An operation that may still write the value
 * in question (in flight, or crashed and thus possible for ever) would be an explanation;
 * sim_open counts those. Values are chosen such that none is left: either the history offers one,
 * or, when forced, a value made up for the purpose is written first. No violation relies on a
 * read of nil, which some checkers take for "unknown". */
#include "generators/sim.h"

enum { TICK = 1000 }; /* virtual nanoseconds between planted events */

static void run(struct sim *s, struct sim_op *op, enum op_type type, bool effect)
{
    op->process = s->planter;
    s->shift += TICK;
    sim_invoke(s, op);
    if (effect)
        sim_effect(s, op);
    s->shift += TICK;
    sim_complete(s, op, type);
}

static void write_value(struct sim *s, uint32_t key, val v)
{
    struct sim_op op = {.n = 1, .act[0] = {SIM_WRITE, key, v, VAL_ABSENT}};
    run(s, &op, OP_OK, true);
}

/* A read that returns what it should not. */
static void read_value(struct sim *s, uint32_t key, val v, int64_t version)
{
    struct sim_op op = {.n = 1, .version = version, .act[0] = {SIM_READ, key, v, VAL_ABSENT}};
    run(s, &op, OP_OK, false);
}

static val other_than(struct sim *s, val v)
{
    if (s->o->values < 2)
        return sim_fresh(s);
    val x;
    do
        x = sim_random(s);
    while (x == v);
    return x;
}

/* The current value, if no operation can still write it; when forced a new one. */
static bool settled(struct sim *s, uint32_t key, bool force, val *out)
{
    struct sim_key *k = &s->keys[key];
    bool good = k->current != VAL_NIL && sim_open(s, key, k->current) == 0;
    if (!good && !force)
        return false;
    if (!good)
        write_value(s, key, sim_fresh(s));
    *out = k->current;
    return true;
}

/* A value whose writers have all returned, and after which another write began and returned. */
static const struct sim_ack *overwritten(const struct sim *s, uint32_t key)
{
    const struct sim_key *k = &s->keys[key];
    uint32_t n = k->nrecent < SIM_RECENT ? k->nrecent : SIM_RECENT;
    for (uint32_t i = 1; i <= n; i++) {
        const struct sim_ack *a = &k->recent[(k->nrecent - i) % SIM_RECENT];
        if (sim_open(s, key, a->v) == 0 && sim_last_ret(s, key, a->v) < k->last_inv)
            return a;
    }
    return NULL;
}

static bool plant_stale_read(struct sim *s, uint32_t key, bool force)
{
    const struct sim_ack *a = overwritten(s, key);
    if (a) {
        read_value(s, key, a->v, a->version);
        return true;
    }
    if (!force)
        return false;
    val old = sim_fresh(s);
    write_value(s, key, old);
    int64_t version = s->keys[key].version;
    write_value(s, key, other_than(s, old));
    read_value(s, key, old, version);
    return true;
}

/* The acknowledged value that the fewest operations may still write. */
static const struct sim_ack *least_open(const struct sim *s, uint32_t key)
{
    const struct sim_key *k = &s->keys[key];
    uint32_t n = k->nrecent < SIM_RECENT ? k->nrecent : SIM_RECENT;
    const struct sim_ack *best = NULL;
    for (uint32_t i = 1; i <= n; i++) {
        const struct sim_ack *a = &k->recent[(k->nrecent - i) % SIM_RECENT];
        if (!best || sim_open(s, key, a->v) < sim_open(s, key, best->v))
            best = a;
    }
    return best;
}

/* Every round needs one more operation that wrote the value late: one round too many. */
static bool plant_stale_reads(struct sim *s, uint32_t key, bool force)
{
    const struct sim_ack *found = least_open(s, key);
    if (!found)
        return force && plant_stale_read(s, key, true);
    struct sim_ack a = *found;
    for (uint32_t rounds = sim_open(s, key, a.v) + 1; rounds > 0; rounds--) {
        write_value(s, key, other_than(s, a.v));
        read_value(s, key, a.v, a.version);
    }
    return true;
}

static bool plant_lost_write(struct sim *s, uint32_t key, bool force)
{
    val old;
    if (!settled(s, key, force, &old))
        return false;
    int64_t version = s->keys[key].version;
    struct sim_op lost = {.n = 1,
                          .version = version + 1,
                          .act[0] = {SIM_WRITE, key, other_than(s, old), VAL_ABSENT}};
    run(s, &lost, OP_OK, false);
    read_value(s, key, old, version);
    return true;
}

static bool plant_phantom_read(struct sim *s, uint32_t key, bool force)
{
    (void)force;
    read_value(s, key, sim_fresh(s), s->keys[key].version);
    return true;
}

static bool plant_future_read(struct sim *s, uint32_t key, bool force)
{
    (void)force;
    val v = sim_fresh(s);
    read_value(s, key, v, s->keys[key].version + 1);
    write_value(s, key, v);
    return true;
}

static bool plant_flip(struct sim *s, uint32_t key, bool force)
{
    struct sim_key *k = &s->keys[key];
    val old, new = k->pending;
    bool pending = new != k->current && sim_open(s, key, new) > 0;
    if (pending && settled(s, key, false, &old)) {
        read_value(s, key, new, k->version + 1);
        read_value(s, key, old, k->version);
        return true;
    }
    if (!force)
        return false;
    old = sim_fresh(s);
    write_value(s, key, old);
    int64_t version = k->version;
    write_value(s, key, other_than(s, old));
    read_value(s, key, k->current, k->version);
    read_value(s, key, old, version);
    return true;
}

static bool plant_double_cas(struct sim *s, uint32_t key, bool force)
{
    val old;
    if (!settled(s, key, force, &old))
        return false;
    struct sim_op first = {.n = 1, .act[0] = {SIM_CAS, key, old, other_than(s, old)}};
    run(s, &first, OP_OK, true);
    struct sim_op second = {.n = 1,
                            .version = first.version,
                            .act[0] = {SIM_CAS, key, old, other_than(s, old)}};
    run(s, &second, OP_OK, false);
    return true;
}

static bool plant_aborted_read(struct sim *s, uint32_t key, bool force)
{
    (void)force;
    struct sim_key *k = &s->keys[key];
    val v = sim_fresh(s);
    struct sim_op failed = {.n = 1, .act[0] = {SIM_CAS, key, other_than(s, k->current), v}};
    run(s, &failed, OP_FAIL, false);
    read_value(s, key, v, k->version);
    return true;
}

static bool plant_fractured_read(struct sim *s, uint32_t key, bool force)
{
    uint32_t other = (key + 1) % s->o->keys;
    val old;
    if (!settled(s, other, force, &old))
        return false;
    val new = sim_fresh(s);
    struct sim_op both = {.n = 2,
                          .act = {{SIM_WRITE, key, new, VAL_ABSENT},
                                  {SIM_WRITE, other, other_than(s, old), VAL_ABSENT}}};
    run(s, &both, OP_OK, true);
    struct sim_op half = {
        .n = 2, .act = {{SIM_READ, key, new, VAL_ABSENT}, {SIM_READ, other, old, VAL_ABSENT}}};
    run(s, &half, OP_OK, false);
    return true;
}

static const struct violation stale_read = {
    .name = "stale-read",
    .summary = "a read returns a value that was overwritten before the read began",
    .plant = plant_stale_read,
};
static const struct violation stale_reads = {
    .name = "stale-reads",
    .summary = "an overwritten value is read once more than crashed writes could explain",
    .plant = plant_stale_reads,
};
static const struct violation lost_write = {
    .name = "lost-write",
    .summary = "a write is acknowledged, but the next read returns the value before it",
    .plant = plant_lost_write,
};
static const struct violation phantom_read = {
    .name = "phantom-read",
    .summary = "a read returns a value that nobody ever writes",
    .plant = plant_phantom_read,
};
static const struct violation future_read = {
    .name = "future-read",
    .summary = "a read returns a value before its write is invoked",
    .plant = plant_future_read,
};
static const struct violation flip = {
    .name = "flip",
    .summary = "two reads in a row see a new value and then the old one again",
    .plant = plant_flip,
};
static const struct violation double_cas = {
    .name = "double-cas",
    .summary = "two compare-and-sets in a row succeed from one and the same value",
    .needs_cas = true,
    .plant = plant_double_cas,
};
static const struct violation aborted_read = {
    .name = "aborted-read",
    .summary = "a read returns the value of a compare-and-set that failed",
    .needs_cas = true,
    .plant = plant_aborted_read,
};
static const struct violation fractured_read = {
    .name = "fractured-read",
    .summary = "a read sees one of two values that a transaction wrote, and the old other one",
    .needs_txn = true,
    .plant = plant_fractured_read,
};

const struct violation *const violations[] = {
    &stale_read, &stale_reads, &lost_write,   &phantom_read,   &future_read,
    &flip,       &double_cas,  &aborted_read, &fractured_read, NULL,
};
