/* clock: set the clocks of some nodes forward or back; strobe: let them jump to and fro. */
#include "nemesis/fault.h"

enum { MILLISECOND = 1000000, STEPS = 16, PERIOD_STEPS = 10 };

/* `size` is a power of two below 2^steps, then up to as much again: small ones as likely as large
 * ones. */
static int64_t random_size(struct rng *rng, uint64_t steps)
{
    uint64_t size = UINT64_C(1) << rng_below(rng, steps);
    return (int64_t)(size + rng_below(rng, size)) * MILLISECOND;
}

/* Up to a minute either way. */
static int64_t random_offset(struct rng *rng)
{
    int64_t size = random_size(rng, STEPS);
    return rng_below(rng, 2) ? size : -size;
}

/* {"n1" 250, ...}: offsets in milliseconds. */
static val offsets(struct nemesis *m, uint64_t set, const int64_t *offset)
{
    val items[2 * GRUDGE_NODES_MAX];
    size_t n = 0;
    for (uint32_t i = 0; i < m->n; i++)
        if (set >> i & 1) {
            items[n++] = fault_node(m, i);
            items[n++] = val_int(m->values, offset[i] / MILLISECOND);
        }
    return val_seq(m->values, V_MAP, items, n);
}

static void set_all(struct nemesis *m, uint64_t set, const int64_t *offset, const char *what)
{
    uint32_t good = 0;
    for (uint32_t i = 0; i < m->n; i++) {
        if (!(set >> i & 1))
            continue;
        m->target->skew(m->target->ctx, i, offset[i]);
        good += m->target->offset(m->target->ctx, i) == offset[i];
    }
    fault_receipt(m, good, (uint32_t)__builtin_popcountll(set), what);
}

static val begin(struct nemesis *m, val in)
{
    int64_t offset[GRUDGE_NODES_MAX], ms;
    uint64_t set = fault_nodes(m, in);
    for (uint32_t i = 0; i < m->n; i++)
        offset[i] = fault_number_of(m, in, i, &ms) ? ms * MILLISECOND : random_offset(&m->rng);
    set_all(m, set, offset, "clocks off");
    return offsets(m, set, offset);
}

static val end(struct nemesis *m)
{
    const int64_t zero[GRUDGE_NODES_MAX] = {0};
    set_all(m, grudge_all(m->n), zero, "clocks right");
    return offsets(m, grudge_all(m->n), zero);
}

static bool possible(const struct nemesis_target *t)
{
    return t->skew && t->offset;
}

/* ---- strobe -------------------------------------------------------------------------------- */

/* {:delta 200, :period 10}: milliseconds. */
static val strobe_value(struct nemesis *m, int64_t delta, int64_t period)
{
    val items[] = {fault_keyword(m, "delta"), val_int(m->values, delta / MILLISECOND),
                   fault_keyword(m, "period"), val_int(m->values, period / MILLISECOND)};
    return val_seq(m->values, V_MAP, items, 4);
}

static int64_t member(struct nemesis *m, val map, const char *name, int64_t otherwise)
{
    size_t n;
    const val *items = val_items(m->values, map, &n), key = fault_keyword(m, name);
    int64_t ms;
    for (size_t i = 0; val_kind(m->values, map) == V_MAP && i < n; i += 2)
        if (items[i] == key && val_get_int(m->values, items[i + 1], &ms) && ms > 0)
            return ms * MILLISECOND;
    return otherwise;
}

/* What `in`, {"n1" {...}}, says about a node; VAL_NIL: nothing. */
static val entry(const struct nemesis *m, val in, uint32_t node)
{
    size_t n;
    const val *items = val_items(m->values, in, &n);
    for (size_t i = 0; val_kind(m->values, in) == V_MAP && i < n; i += 2)
        if (fault_node_number(m, items[i]) == node)
            return items[i + 1];
    return VAL_NIL;
}

static val strobe_begin(struct nemesis *m, val in)
{
    uint64_t set = fault_nodes(m, in);
    val items[2 * GRUDGE_NODES_MAX];
    size_t n = 0;
    uint32_t good = 0;
    for (uint32_t i = 0; i < m->n; i++) {
        if (!(set >> i & 1))
            continue;
        int64_t delta = member(m, entry(m, in, i), "delta", random_size(&m->rng, STEPS));
        int64_t period = member(m, entry(m, in, i), "period", random_size(&m->rng, PERIOD_STEPS));
        m->target->strobe(m->target->ctx, i, delta, period);
        good += m->target->strobes(m->target->ctx, i);
        items[n++] = fault_node(m, i);
        items[n++] = strobe_value(m, delta, period);
    }
    fault_receipt(m, good, (uint32_t)__builtin_popcountll(set), "clocks jump");
    return val_seq(m->values, V_MAP, items, n);
}

static val strobe_end(struct nemesis *m)
{
    uint32_t still = 0;
    for (uint32_t i = 0; i < m->n; i++) {
        m->target->strobe(m->target->ctx, i, 0, 0);
        still += !m->target->strobes(m->target->ctx, i);
    }
    fault_receipt(m, still, m->n, "clocks do not jump");
    return fault_keyword(m, "clocks-steady");
}

static bool strobe_possible(const struct nemesis_target *t)
{
    return t->strobe && t->strobes;
}

const struct fault fault_clock = {
    .name = "clock",
    .needs = "clock",
    .summary = "set the clocks of some nodes forward or back, by up to a minute",
    .start = "bump-clock",
    .stop = "reset-clock",
    .choose = fault_choose_nodes,
    .begin = begin,
    .end = end,
    .possible = possible,
};

const struct fault fault_strobe = {
    .name = "strobe",
    .needs = "clock",
    .summary = "let the clocks of some nodes jump forward and back, many times a second",
    .start = "strobe-clock",
    .stop = "stop-strobe",
    .choose = fault_choose_nodes,
    .begin = strobe_begin,
    .end = strobe_end,
    .possible = strobe_possible,
};
