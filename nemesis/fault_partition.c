/* partition: cut the network between nodes; flapping: cut it and heal it, again and again. */
#include "nemesis/fault.h"

enum { FLAPS = 6 };

static void choose(void *state, struct rng *rng, struct gen_op *op)
{
    struct nemesis *m = state;
    size_t n = 0, fit = 0;
    for (; grudge_kinds[n]; n++)
        fit += grudge_kinds[n]->least <= m->n;
    const size_t all = fit + m->knows_primaries;
    size_t k = all ? (size_t)rng_below(rng, all) : 0;
    if (m->knows_primaries && k == fit)
        op->value = fault_keyword(m, "primaries");
    for (size_t i = 0; i < n; i++)
        if (grudge_kinds[i]->least <= m->n && k-- == 0)
            op->value = fault_keyword(m, grudge_kinds[i]->name);
}

/* {"n1" #{"n2" "n3"}, ...}: the nodes that each one does not hear. */
static val as_value(struct nemesis *m, const struct grudge *g)
{
    val map[2 * GRUDGE_NODES_MAX], set[GRUDGE_NODES_MAX];
    size_t n = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        size_t k = 0;
        for (uint32_t j = 0; j < g->n; j++)
            if (g->deaf_to[i] >> j & 1)
                set[k++] = fault_node(m, j);
        if (k == 0)
            continue;
        map[n++] = fault_node(m, i);
        map[n++] = val_seq(m->values, V_SET, set, k);
    }
    return val_seq(m->values, V_MAP, map, n);
}

/* And back, from [:isolated {...}] or the map alone. */
static void from_value(const struct nemesis *m, val v, struct grudge *g)
{
    val word, map;
    size_t n;
    if (val_pair(m->values, v, &word, &map))
        v = map;
    const val *items = val_items(m->values, v, &n);
    for (size_t i = 0; val_kind(m->values, v) == V_MAP && i < n; i += 2) {
        uint32_t to = fault_node_number(m, items[i]);
        size_t k;
        const val *whom = val_items(m->values, items[i + 1], &k);
        for (size_t j = 0; to < m->n && j < k; j++) {
            uint32_t from = fault_node_number(m, whom[j]);
            g->deaf_to[to] |= from < m->n && from != to ? UINT64_C(1) << from : 0;
        }
    }
}

/* Each primary alone, and the others together. */
static void away_from_primaries(struct grudge *g, uint64_t primaries)
{
    uint64_t sets[GRUDGE_NODES_MAX + 1];
    size_t n = 0;
    for (uint32_t i = 0; i < g->n; i++)
        if (primaries >> i & 1)
            sets[n++] = UINT64_C(1) << i;
    if (n == 0)
        return;
    if (grudge_all(g->n) & ~primaries)
        sets[n++] = grudge_all(g->n) & ~primaries;
    grudge_components(g, sets, n);
}

/* How many of the grudge's links are cut, and how many others. */
static void measure(struct nemesis *m, const struct grudge *g, uint32_t *cut, uint32_t *others)
{
    *cut = *others = 0;
    for (uint32_t to = 0; to < m->n; to++)
        for (uint32_t from = 0; from < m->n; from++)
            if (to != from && !m->target->linked(m->target->ctx, from, to))
                ++*(g->deaf_to[to] >> from & 1 ? cut : others);
}

static void make(struct nemesis *m, val in, struct grudge *g)
{
    char name[32] = "";
    struct str spec = val_get_text(m->values, in);
    memcpy(name, spec.p, spec.n < sizeof name ? spec.n : 0);
    const struct grudge_kind *k = grudge_find(name);
    if (str_is(spec, "primaries"))
        away_from_primaries(g, fault_nodes(m, in));
    else if (k)
        grudge_make(g, k, m->n, &m->rng);
    else
        from_value(m, in, g);
}

static void cut_all(struct nemesis *m, const struct grudge *g)
{
    for (uint32_t to = 0; to < m->n; to++)
        for (uint32_t from = 0; from < m->n; from++)
            if (to != from)
                m->target->cut(m->target->ctx, from, to, g->deaf_to[to] >> from & 1);
}

static val begin(struct nemesis *m, val in)
{
    struct grudge g = {.n = m->n};
    uint32_t cut, others;
    make(m, in, &g);
    cut_all(m, &g);
    measure(m, &g, &cut, &others);
    fault_receipt(m, cut, grudge_links(&g), "links cut");
    if (others)
        buf_printf(&m->receipt, ", and %u that should not be", others);
    val pair[2] = {fault_keyword(m, "isolated"), as_value(m, &g)};
    return val_seq(m->values, V_LIST, pair, 2);
}

static val end(struct nemesis *m)
{
    const struct grudge none = {.n = m->n};
    uint32_t cut, others, all = m->n * (m->n - 1);
    cut_all(m, &none);
    measure(m, &none, &cut, &others);
    fault_receipt(m, all - others, all, "links work");
    return fault_keyword(m, "network-healed");
}

static bool possible(const struct nemesis_target *t)
{
    return t->cut && t->linked;
}

const struct fault fault_partition = {
    .name = "partition",
    .needs = "partition",
    .summary = "cut the network: one node, halves, a minority, a ring of majorities, a bridge, one "
               "way only, or everything",
    .start = "start-partition",
    .stop = "stop-partition",
    .choose = choose,
    .begin = begin,
    .end = end,
    .possible = possible,
};

const struct fault fault_flapping = {
    .name = "flapping",
    .needs = "partition",
    .summary = "cut the network in some way and heal it, several times in quick succession",
    .start = "start-partition",
    .stop = "stop-partition",
    .choose = choose,
    .begin = begin,
    .end = end,
    .possible = possible,
    .flaps = FLAPS,
};
