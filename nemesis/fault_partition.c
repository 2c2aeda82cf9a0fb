/* partition: cut the network between nodes. */
#include "nemesis/fault.h"

static void choose(void *state, struct rng *rng, struct gen_op *op)
{
    struct nemesis *m = state;
    size_t n = 0, fit = 0;
    for (; grudge_kinds[n]; n++)
        fit += grudge_kinds[n]->least <= m->n;
    size_t k = fit ? (size_t)rng_below(rng, fit) : 0;
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

/* How many of the grudge's links are cut, and how many others. */
static void measure(struct nemesis *m, const struct grudge *g, uint32_t *cut, uint32_t *others)
{
    *cut = *others = 0;
    for (uint32_t to = 0; to < m->n; to++)
        for (uint32_t from = 0; from < m->n; from++)
            if (!m->target->linked(m->target->ctx, from, to))
                ++*(g->deaf_to[to] >> from & 1 ? cut : others);
}

static val begin(struct nemesis *m, val in)
{
    struct grudge g = {.n = m->n};
    uint32_t cut, others;
    char name[32] = "";
    struct str spec = val_get_text(m->values, in);
    memcpy(name, spec.p, spec.n < sizeof name ? spec.n : 0);
    const struct grudge_kind *k = grudge_find(name);
    if (k)
        grudge_make(&g, k, m->n, &m->rng);
    for (uint32_t to = 0; to < m->n; to++)
        for (uint32_t from = 0; from < m->n; from++)
            m->target->cut(m->target->ctx, from, to, g.deaf_to[to] >> from & 1);
    measure(m, &g, &cut, &others);
    buf_printf(&m->receipt, "%u of %u links cut", cut, grudge_links(&g));
    if (others)
        buf_printf(&m->receipt, ", and %u that should not be", others);
    val pair[2] = {fault_keyword(m, "isolated"), as_value(m, &g)};
    return val_seq(m->values, V_LIST, pair, 2);
}

static val end(struct nemesis *m)
{
    const struct grudge none = {.n = m->n};
    uint32_t cut, others, all = m->n * (m->n - 1);
    for (uint32_t to = 0; to < m->n; to++)
        for (uint32_t from = 0; from < m->n; from++)
            m->target->cut(m->target->ctx, from, to, false);
    measure(m, &none, &cut, &others);
    buf_printf(&m->receipt, "%u of %u links work", all - others, all);
    return fault_keyword(m, "network-healed");
}

const struct fault fault_partition = {
    .name = "partition",
    .summary = "cut the network: one node, halves, a minority, a ring of majorities, a bridge, one "
               "way only, or everything",
    .start = "start-partition",
    .stop = "stop-partition",
    .choose = choose,
    .begin = begin,
    .end = end,
};
