/* With the order of each key's writes given, what must be before what among the writes alone is
 * known: a graph, the same for all processes. A process then goes through its operations and does
 * as little as possible: a read of w needs w and what is before it to have happened, and nothing
 * else. The read is right iff the next write of the key has not happened by then. More than the
 * least never helps, so this is exact. What has happened is one vector clock. */
#include "checker/levels/write_orders.h"

#include "base/mem.h"
#include "checker/levels/frontier.h"

static const uint32_t NONE = UINT32_MAX;

void write_view_make(struct view *out, const struct view *v)
{
    const int both = VIEW_READS | VIEW_WRITES;
    *out = *v;
    out->from = mem_alloc(((size_t)v->n + 1) * sizeof *out->from);
    out->saw = mem_alloc(((size_t)v->n + 1) * sizeof *out->saw);
    out->many = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        bool certain = from_write(v->from[i]) || v->from[i] == FROM_INITIAL;
        bool cas = certain && (v->flags[i] & both) == both;
        out->from[i] = cas ? v->from[i] : FROM_NOTHING;
        out->saw[i] = cas ? v->saw[i] : VAL_ABSENT;
    }
}

void write_view_free(struct view *out)
{
    mem_free(out->from);
    mem_free(out->saw);
}

bool write_orders_guess(const struct view *writes, const struct derived_list *more,
                        const uint32_t *rank, struct budget *budget, uint32_t *order)
{
    const struct frontier_question q = {.v = writes, .more = more, .rank = rank, .budget = budget};
    uint32_t n;
    return frontier_greedy(&q, order, &n) && n == writes->n;
}

struct proof {
    const struct view *v;
    uint32_t *next;  /* of each write the next one of its key, or NONE; n + key: the first one */
    struct past base;
};

static uint32_t node_of(const struct view *v, uint32_t from, uint32_t key)
{
    return from == FROM_INITIAL ? v->n + key : from;
}

static void link_writes(struct proof *p, const uint32_t *order, struct derived_list *edges)
{
    const struct view *v = p->v;
    uint32_t *last = mem_alloc(((size_t)v->nkeys + 1) * sizeof *last);
    for (uint32_t k = 0; k < v->nkeys; k++)
        last[k] = v->n + k;
    for (uint32_t i = 0; i < v->n; i++) {
        uint32_t w = order[i];
        if (!(v->flags[w] & VIEW_WRITES))
            continue;
        uint32_t before = last[v->key[w]];
        p->next[before] = w;
        if (before < v->n)
            derived_add(edges, (struct derived){before, w, NONE, EDGE_AGREED, 0});
        last[v->key[w]] = w;
    }
    mem_free(last);
}

/* What one process has before operation `at`. */
struct progress {
    uint32_t session, at;
    vclock happened; /* of the other sessions */
};

static bool has_happened(const struct proof *p, const struct progress *g, uint32_t w)
{
    const struct view *v = p->v;
    if (v->session[w] == g->session)
        return w < g->at;
    return clock_get(&p->base.clocks, g->happened, v->session[w]) > view_place(v, w);
}

/* Let `w` happen. False when that needs what the process does only later. */
static bool need(struct proof *p, struct progress *g, uint32_t w)
{
    const struct view *v = p->v;
    struct clocks *c = &p->base.clocks;
    if (v->session[w] == g->session)
        return w < g->at;
    if (has_happened(p, g, w))
        return true;
    uint32_t own = clock_get(c, p->base.clock[w], g->session);
    g->happened = clock_join(c, g->happened, p->base.clock[w]);
    g->happened = clock_raise(c, g->happened, v->session[w], view_place(v, w) + 1);
    return own <= view_place(v, g->at);
}

static bool step(struct proof *p, struct progress *g)
{
    const struct view *v = p->v;
    uint32_t i = g->at, from = v->from[i];
    if (v->flags[i] & VIEW_WRITES)
        g->happened = clock_join(&p->base.clocks, g->happened, p->base.clock[i]);
    if (from_write(from) && !need(p, g, from))
        return false;
    if (!from_write(from) && from != FROM_INITIAL)
        return true;
    uint32_t next = p->next[node_of(v, from, v->key[i])];
    return next == NONE || !has_happened(p, g, next);
}

static bool explain_session(struct proof *p, uint32_t s)
{
    const struct view *v = p->v;
    struct progress g = {.session = s};
    size_t clocks = p->base.clocks.n;
    bool good = true;
    for (g.at = v->start[s]; g.at < v->start[s + 1] && good; g.at++)
        good = step(p, &g);
    p->base.clocks.n = clocks; /* joins of this session are of no use to others */
    return good;
}

bool write_orders_explain(const struct view *v, const struct view *writes, const uint32_t *order)
{
    struct proof p = {.v = v};
    struct derived_list edges = {0};
    size_t n = (size_t)v->n + v->nkeys;
    p.next = mem_alloc((n + 1) * sizeof *p.next);
    for (size_t i = 0; i < n; i++)
        p.next[i] = NONE;
    link_writes(&p, order, &edges);
    past_make(&p.base, writes, &edges, true);
    bool good = p.base.n == v->n;
    for (uint32_t s = 0; s < v->nsessions && good; s++)
        good = explain_session(&p, s);
    past_free(&p.base);
    derived_free(&edges);
    mem_free(p.next);
    return good;
}
