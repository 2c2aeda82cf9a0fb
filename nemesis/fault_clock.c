/* clock: set the clocks of some nodes forward or back. */
#include "nemesis/fault.h"

enum { MILLISECOND = 1000000, STEPS = 16 };

/* Up to a minute either way, small jumps as likely as large ones. */
static int64_t random_offset(struct rng *rng)
{
    uint64_t size = UINT64_C(1) << rng_below(rng, STEPS);
    int64_t ms = (int64_t)(size + rng_below(rng, size));
    return (rng_below(rng, 2) ? ms : -ms) * MILLISECOND;
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
    int good = 0;
    for (uint32_t i = 0; i < m->n; i++) {
        if (!(set >> i & 1))
            continue;
        m->target->skew(m->target->ctx, i, offset[i]);
        good += m->target->offset(m->target->ctx, i) == offset[i];
    }
    buf_printf(&m->receipt, "%d of %d clocks %s", good, __builtin_popcountll(set), what);
}

static val begin(struct nemesis *m, val in)
{
    int64_t offset[GRUDGE_NODES_MAX];
    uint64_t set = fault_nodes(m, in);
    for (uint32_t i = 0; i < m->n; i++)
        offset[i] = random_offset(&m->rng);
    set_all(m, set, offset, "off");
    return offsets(m, set, offset);
}

static val end(struct nemesis *m)
{
    const int64_t zero[GRUDGE_NODES_MAX] = {0};
    set_all(m, grudge_all(m->n), zero, "right");
    return offsets(m, grudge_all(m->n), zero);
}

const struct fault fault_clock = {
    .name = "clock",
    .summary = "set the clocks of some nodes forward or back, by up to a minute",
    .start = "bump-clock",
    .stop = "reset-clock",
    .choose = fault_choose_nodes,
    .begin = begin,
    .end = end,
};
