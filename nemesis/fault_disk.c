/* disk-full: the disk of some nodes is filled, and freed. bitflip, truncate: a file of some nodes
 * rots; that is not undone by itself, but a start of the database after `wipe` is a new one. */
#include "nemesis/fault.h"

typedef void action(void *ctx, uint32_t node);

static uint64_t full_nodes(struct nemesis *m)
{
    uint64_t set = 0;
    for (uint32_t i = 0; i < m->n; i++)
        set |= (uint64_t)m->target->full(m->target->ctx, i) << i;
    return set;
}

static val fill_begin(struct nemesis *m, val in)
{
    uint64_t set = fault_nodes(m, in);
    for (uint32_t i = 0; i < m->n; i++)
        if (set >> i & 1)
            m->target->fill(m->target->ctx, i, true);
    fault_receipt(m, (uint32_t)__builtin_popcountll(full_nodes(m) & set),
                  (uint32_t)__builtin_popcountll(set), "disks full");
    return fault_map(m, set, fault_keyword(m, "full"));
}

static val fill_end(struct nemesis *m)
{
    for (uint32_t i = 0; i < m->n; i++)
        m->target->fill(m->target->ctx, i, false);
    fault_receipt(m, m->n - (uint32_t)__builtin_popcountll(full_nodes(m)), m->n, "disks not full");
    return fault_keyword(m, "disks-freed");
}

static bool fill_possible(const struct nemesis_target *t)
{
    return t->fill && t->full;
}

/* {"n1" 3, ...}: how many bits or bytes. */
static val damage(struct nemesis *m, val in, int64_t (*what)(void *ctx, uint32_t node))
{
    uint64_t set = fault_nodes(m, in);
    val items[2 * GRUDGE_NODES_MAX];
    size_t n = 0;
    uint32_t good = 0;
    for (uint32_t i = 0; i < m->n; i++) {
        if (!(set >> i & 1))
            continue;
        int64_t much = what(m->target->ctx, i);
        good += much > 0;
        items[n++] = fault_node(m, i);
        items[n++] = val_int(m->values, much > 0 ? much : 0);
    }
    fault_receipt(m, good, (uint32_t)__builtin_popcountll(set), "nodes with a damaged file");
    return val_seq(m->values, V_MAP, items, n);
}

static val flip_begin(struct nemesis *m, val in)
{
    return damage(m, in, m->target->flip);
}

static val cut_begin(struct nemesis *m, val in)
{
    return damage(m, in, m->target->shorten);
}

static val damage_end(struct nemesis *m)
{
    buf_puts(&m->receipt, "what was damaged stays so");
    return fault_keyword(m, "no-more-damage");
}

static bool flip_possible(const struct nemesis_target *t)
{
    return t->flip;
}

static bool cut_possible(const struct nemesis_target *t)
{
    return t->shorten;
}

const struct fault fault_disk_full = {
    .name = "disk-full",
    .needs = "disk",
    .summary = "fill the disk of some nodes to the last byte; free it",
    .start = "fill-disk",
    .stop = "free-disk",
    .choose = fault_choose_nodes,
    .begin = fill_begin,
    .end = fill_end,
    .possible = fill_possible,
};

const struct fault fault_bitflip = {
    .name = "bitflip",
    .needs = "disk",
    .summary = "flip a bit in a random file of the database on some nodes",
    .start = "flip-bits",
    .stop = "stop-flipping",
    .choose = fault_choose_nodes,
    .begin = flip_begin,
    .end = damage_end,
    .possible = flip_possible,
};

const struct fault fault_truncate = {
    .name = "truncate",
    .needs = "disk",
    .summary = "cut the last bytes off a random file of the database on some nodes",
    .start = "truncate-file",
    .stop = "stop-truncating",
    .choose = fault_choose_nodes,
    .begin = cut_begin,
    .end = damage_end,
    .possible = cut_possible,
};
