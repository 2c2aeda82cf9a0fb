/* Staleness per node, per phase of a fault and per key. A read belongs to the node that served it
 * and to the phase in which it began: before the first fault, during one (named after the one that
 * began last), between two, or after the last. */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/elements.h"
#include "reports/html/faults.h"
#include "reports/measures/measures.h"

#include <stdlib.h>

struct grouping {
    struct measures *m;
    const struct history *h;
    struct elements nodes;
    struct measure_group *node; /* per node */
    size_t node_cap;
    struct measure_group *phase;
    size_t nphases, phase_cap;
    uint32_t *of; /* per history op: its phase, or UINT32_MAX */
};

static uint32_t phase_called(struct grouping *g, const char *what, struct str name)
{
    struct buf b = {0};
    buf_puts(&b, what);
    buf_put(&b, name);
    uint32_t i = 0;
    while (i < g->nphases && !str_eq(str_of(g->phase[i].name), buf_str(&b)))
        i++;
    if (i == g->nphases) {
        g->phase = mem_grow(g->phase, &g->phase_cap, g->nphases + 1, sizeof *g->phase);
        const char *text = arena_printf(&g->m->arena, "%.*s", (int)b.n, buf_str(&b).p);
        g->phase[g->nphases++] = (struct measure_group){.by = BY_PHASE, .name = text};
    }
    buf_free(&b);
    return i;
}

static uint32_t phase_at(struct grouping *g, const struct faults *f, uint32_t event)
{
    const struct one_fault *active = NULL;
    bool before = true, later = false;
    for (size_t i = 0; i < f->n; i++) {
        bool begun = f->v[i].from < event;
        before &= !begun;
        later |= !begun;
        if (begun && (f->v[i].to == NO_FAULT_EVENT || f->v[i].to > event))
            active = &f->v[i];
    }
    if (active)
        return phase_called(g, "during ", active->name);
    return phase_called(g, before ? "before faults" : later ? "between faults" : "after faults",
                        (struct str){"", 0});
}

/* Phases change where a fault begins or ends only; operations are in order of invocation. */
static void find_phases(struct grouping *g)
{
    struct faults f;
    faults_find(&f, g->h);
    uint64_t *edge = mem_alloc((2 * f.n + 1) * sizeof *edge);
    size_t n = 0, j = 0;
    for (size_t i = 0; i < f.n; i++) {
        edge[n++] = sort_word(f.v[i].from, 0);
        if (f.v[i].to != NO_FAULT_EVENT)
            edge[n++] = sort_word(f.v[i].to, 0);
    }
    sort_by_high32(edge, n);
    uint32_t phase = UINT32_MAX;
    for (size_t i = 0; i < g->h->nops; i++) {
        bool moved = i == 0;
        for (; j < n && sort_key(edge[j]) < g->h->ops[i].inv; j++)
            moved = true;
        if (moved && f.n > 0)
            phase = phase_at(g, &f, g->h->ops[i].inv);
        g->of[i] = phase;
    }
    mem_free(edge);
    faults_free(&f);
}

static struct measure_group *node_of(struct grouping *g, const struct op *op)
{
    const val *node = g->h->events.node;
    val v = VAL_ABSENT;
    if (node)
        v = op->ret != NO_EVENT && node[op->ret] != VAL_ABSENT ? node[op->ret] : node[op->inv];
    if (v == VAL_ABSENT)
        return NULL;
    size_t known = g->nodes.n;
    uint32_t i = elements_add(&g->nodes, v);
    if (g->nodes.n > known) {
        struct buf b = {0};
        g->node = mem_grow(g->node, &g->node_cap, g->nodes.n, sizeof *g->node);
        if (val_kind(&g->h->values, v) == V_STRING)
            buf_put(&b, val_get_text(&g->h->values, v));
        else
            report_value(g->h, v, 40, &b);
        g->node[i] = (struct measure_group){
            .by = BY_NODE, .name = arena_printf(&g->m->arena, "%.*s", (int)b.n, buf_str(&b).p)};
        buf_free(&b);
    }
    return &g->node[i];
}

static void add_stale(struct measure_group *x, const struct stale_read *s)
{
    if (!x)
        return;
    x->stale++;
    x->worst_ns = s->ns > x->worst_ns ? s->ns : x->worst_ns;
    x->worst_behind = s->behind > x->worst_behind ? s->behind : x->worst_behind;
}

static int most_stale(const void *a, const void *b)
{
    const struct measure_group *x = a, *y = b;
    if (x->worst_ns != y->worst_ns)
        return x->worst_ns < y->worst_ns ? 1 : -1;
    if (x->stale != y->stale)
        return x->stale < y->stale ? 1 : -1;
    return strcmp(x->name, y->name);
}

static struct measure_group *group_keys(struct grouping *g, const struct staleness_list *l,
                                        size_t *n)
{
    struct measure_group *keys = mem_alloc((l->n + 1) * sizeof *keys);
    *n = 0;
    for (size_t i = 0; i < l->n && g->h->independent; i++) {
        const struct staleness *s = l->keys[i]->staleness;
        if (s->nstale == 0)
            continue;
        struct buf b = {0};
        report_value(g->h, l->keys[i]->key, 40, &b);
        struct measure_group *x = &keys[(*n)++];
        *x = (struct measure_group){.by = BY_KEY, .reads = s->reads,
                                    .name = arena_printf(&g->m->arena, "%.*s", (int)b.n,
                                                         buf_str(&b).p)};
        buf_free(&b);
        for (uint32_t j = 0; j < s->nstale; j++)
            add_stale(x, &s->stale[j]);
    }
    qsort(keys, *n, sizeof *keys, most_stale);
    *n = *n < MEASURES_GROUPS ? *n : MEASURES_GROUPS;
    return keys;
}

static void keep(struct measures *m, const struct measure_group *v, size_t n)
{
    for (size_t i = 0; v && i < n; i++)
        if (v[i].reads > 0)
            m->groups[m->ngroups++] = v[i];
}

void measure_groups(struct measures *m, const struct report *r, const struct staleness_list *l)
{
    struct grouping g = {.m = m, .h = r->history};
    size_t n;
    elements_init(&g.nodes, 16);
    g.of = mem_alloc((g.h->nops + 1) * sizeof *g.of);
    find_phases(&g);
    for (size_t i = 0; i < g.h->nops; i++) {
        if (!measures_read(g.h, &g.h->ops[i]))
            continue;
        struct measure_group *x = node_of(&g, &g.h->ops[i]);
        if (x)
            x->reads++;
        if (g.of[i] != UINT32_MAX)
            g.phase[g.of[i]].reads++;
    }
    for (size_t i = 0; i < l->n; i++) {
        const struct staleness *s = l->keys[i]->staleness;
        for (uint32_t j = 0; j < s->nstale; j++) {
            uint32_t op = s->stale[j].op;
            add_stale(node_of(&g, &g.h->ops[op]), &s->stale[j]);
            if (g.of[op] != UINT32_MAX)
                add_stale(&g.phase[g.of[op]], &s->stale[j]);
        }
    }
    struct measure_group *keys = group_keys(&g, l, &n);
    m->groups = arena_alloc(&m->arena, (g.nodes.n + g.nphases + n + 1) * sizeof *m->groups);
    keep(m, g.node, g.nodes.n);
    keep(m, g.phase, g.nphases);
    keep(m, keys, n);
    mem_free(keys);
    mem_free(g.node);
    mem_free(g.phase);
    mem_free(g.of);
    elements_free(&g.nodes);
}
