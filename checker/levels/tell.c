/* The shortest way where steps in program order cost nothing: a session is entered at an operation,
 * from which all later ones are reached. Each operation is scanned once, when it is first reached;
 * entries wait in buckets by cost (Dial). */
#include "checker/levels/tell.h"

#include "base/mem.h"
#include "checker/levels/digraph.h"

enum { COST_READ = 1, COST_DERIVED = 3, BUCKETS = COST_DERIVED + 1 };

static const uint32_t NONE = UINT32_MAX;

static uint32_t *filled(size_t n)
{
    uint32_t *a = mem_alloc((n + 1) * sizeof *a);
    for (size_t i = 0; i < n; i++)
        a[i] = NONE;
    return a;
}

void tell_begin(struct teller *t, const struct level_input *in, struct key_result *k,
                const struct derived_list *derived, uint32_t reader)
{
    const struct view *v = in->view;
    size_t nd = derived ? derived->n : 0;
    *t = (struct teller){.in = in, .v = v, .k = k, .derived = derived, .reader = reader};
    t->head = filled(v->n);
    t->next = filled(v->n);
    t->dhead = filled(v->n);
    t->dnext = filled(nd);
    t->told = mem_zalloc(nd + 1, sizeof *t->told);
    shown_init(&t->shown, v);
    for (uint32_t i = v->n; i-- > 0;) {
        if (!from_write(v->from[i]))
            continue;
        t->next[i] = t->head[v->from[i]];
        t->head[v->from[i]] = i;
    }
    for (size_t i = nd; i-- > 0;) {
        t->dnext[i] = t->dhead[derived->at[i].from];
        t->dhead[derived->at[i].from] = (uint32_t)i;
    }
}

void tell_op(struct teller *t, uint32_t op)
{
    shown_add(&t->shown, op);
}

void tell_edge(struct teller *t, uint32_t from, uint32_t to, uint32_t via, enum edge_kind kind)
{
    const struct view *v = t->v;
    const struct edge e = {v->op[from], v->op[to], via == NONE ? NO_EVENT : v->op[via], kind, NULL};
    tell_op(t, from);
    tell_op(t, to);
    if (via != NONE)
        tell_op(t, via);
    for (size_t i = 0; i < t->n; i++)
        if (t->edges[i].from == e.from && t->edges[i].to == e.to && t->edges[i].kind == e.kind)
            return;
    t->edges = mem_grow(t->edges, &t->cap, t->n + 1, sizeof *t->edges);
    t->edges[t->n++] = e;
}

void tell_derived(struct teller *t, uint32_t index)
{
    const struct derived d = t->derived->at[index];
    if (t->told[index])
        return;
    t->told[index] = true;
    uint32_t reader = t->reader;
    if (t->found_by)
        t->reader = t->found_by[index];
    if (d.kind == EDGE_CONFLICT) {
        tell_way(t, d.from, d.via, d.stamp);
        tell_edge(t, d.to, d.via, NONE, EDGE_READS);
    } else if (d.kind == EDGE_ANTI) {
        tell_way(t, d.via, d.to, d.stamp);
        tell_edge(t, d.via, d.from, NONE, EDGE_READS);
    } else if (d.kind == EDGE_AGREED) {
        tell_way(t, d.from, d.to, d.stamp);
    }
    tell_edge(t, d.from, d.to, d.via, d.kind);
    t->reader = reader;
}

/* What orders something in the view that is told. */

static bool reader_counts(const struct teller *t, uint32_t read)
{
    return t->reader == NONE || t->v->session[read] == t->reader ||
           (t->found_by && (t->v->flags[read] & VIEW_WRITES));
}

static bool derived_counts(const struct teller *t, uint32_t index)
{
    enum edge_kind kind = t->derived->at[index].kind;
    return !t->found_by || t->found_by[index] == t->reader ||
           (kind != EDGE_ANTI && kind != EDGE_INITIAL);
}

/* ---- ways ----------------------------------------------------------------------------------- */

struct search {
    struct teller *t;
    uint32_t *entry;  /* of a scanned operation: where its session was entered */
    uint32_t *source; /* of an entry: where from, and by which derived edge or NONE */
    uint32_t *edge;
    uint32_t *end;    /* of a session: what is scanned begins here */
    struct {
        size_t *at; /* of `waiting` */
        size_t n, cap;
    } bucket[BUCKETS];
    struct {
        uint32_t to, source, edge;
    } *waiting;
    size_t nwaiting, cap;
};

static void push(struct search *s, unsigned cost, uint32_t to, uint32_t source, uint32_t edge)
{
    if (s->entry[to] != NONE)
        return;
    s->waiting = mem_grow(s->waiting, &s->cap, s->nwaiting + 1, sizeof *s->waiting);
    s->waiting[s->nwaiting].to = to;
    s->waiting[s->nwaiting].source = source;
    s->waiting[s->nwaiting].edge = edge;
    size_t b = cost % BUCKETS;
    s->bucket[b].at = mem_grow(s->bucket[b].at, &s->bucket[b].cap, s->bucket[b].n + 1,
                               sizeof *s->bucket[b].at);
    s->bucket[b].at[s->bucket[b].n++] = s->nwaiting++;
}

static void leave(struct search *s, uint32_t op, unsigned cost, uint32_t stamp)
{
    const struct teller *t = s->t;
    for (uint32_t r = t->head[op]; r != NONE; r = t->next[r])
        if (reader_counts(t, r))
            push(s, cost + COST_READ, r, op, NONE);
    for (uint32_t d = t->dhead[op]; d != NONE; d = t->dnext[d])
        if (t->derived->at[d].stamp < stamp && derived_counts(t, d))
            push(s, cost + COST_DERIVED, t->derived->at[d].to, op, d);
}

/* Enter at `w`: scan from there to what is scanned already. True when `b` was reached. */
static bool enter(struct search *s, size_t w, unsigned cost, uint32_t b, uint32_t stamp)
{
    const struct view *v = s->t->v;
    uint32_t op = s->waiting[w].to, session = v->session[op];
    if (s->entry[op] != NONE)
        return false;
    s->source[op] = s->waiting[w].source;
    s->edge[op] = s->waiting[w].edge;
    uint32_t end = s->end[session];
    s->end[session] = op;
    for (uint32_t i = op; i < end; i++) {
        s->entry[i] = op;
        if (i == b)
            return true;
        leave(s, i, cost, stamp);
    }
    return false;
}

/* The way that was found, from its beginning. */
static void tell_found(struct search *s, uint32_t b)
{
    struct teller *t = s->t;
    uint32_t *ends = NULL; /* where it leaves or ends in each session, from the last one */
    size_t n = 0, cap = 0;
    for (uint32_t op = b; op != NONE; op = s->source[s->entry[op]]) {
        ends = mem_grow(ends, &cap, n + 1, sizeof *ends);
        ends[n++] = op;
    }
    while (n-- > 0) {
        uint32_t op = ends[n], e = s->entry[op];
        if (s->source[e] != NONE && s->edge[e] == NONE)
            tell_edge(t, s->source[e], e, NONE, EDGE_READS);
        else if (s->source[e] != NONE)
            tell_derived(t, s->edge[e]);
        if (e != op)
            tell_edge(t, e, op, NONE, EDGE_PROGRAM);
    }
    mem_free(ends);
}

void tell_way(struct teller *t, uint32_t a, uint32_t b, uint32_t stamp)
{
    const struct view *v = t->v;
    struct search s = {.t = t, .entry = filled(v->n), .source = filled(v->n), .edge = filled(v->n),
                       .end = mem_alloc(((size_t)v->nsessions + 1) * sizeof *s.end)};
    for (uint32_t i = 0; i < v->nsessions; i++)
        s.end[i] = v->start[i + 1];
    push(&s, 0, a, NONE, NONE);
    bool found = false;
    unsigned empty = 0;
    for (unsigned cost = 0; !found && empty < BUCKETS; cost++) {
        size_t q = cost % BUCKETS;
        empty = s.bucket[q].n ? 0 : empty + 1;
        for (size_t i = 0; i < s.bucket[q].n && !found; i++)
            found = enter(&s, s.bucket[q].at[i], cost, b, stamp);
        s.bucket[q].n = 0;
    }
    if (found)
        tell_found(&s, b);
    for (size_t i = 0; i < BUCKETS; i++)
        mem_free(s.bucket[i].at);
    mem_free(s.waiting);
    mem_free(s.entry);
    mem_free(s.source);
    mem_free(s.edge);
    mem_free(s.end);
}

/* ---- cycles --------------------------------------------------------------------------------- */

static const uint32_t TAG_PROGRAM = UINT32_MAX, TAG_READS = UINT32_MAX - 1;

static void add_edges(struct digraph *g, const struct teller *t, const struct past *p)
{
    const struct view *v = t->v;
    bool *done = mem_zalloc((size_t)v->n + 1, sizeof *done);
    for (uint32_t i = 0; i < p->n; i++)
        done[p->order[i]] = true;
    for (uint32_t i = 0; i < v->n; i++) {
        if (done[i])
            continue;
        if (i > v->start[v->session[i]] && !done[i - 1])
            digraph_add(g, i - 1, i, TAG_PROGRAM);
        for (uint32_t r = t->head[i]; r != NONE; r = t->next[r])
            if (reader_counts(t, r))
                digraph_add(g, i, r, TAG_READS);
        for (uint32_t d = t->dhead[i]; d != NONE; d = t->dnext[d])
            if (derived_counts(t, d))
                digraph_add(g, i, t->derived->at[d].to, d);
    }
    mem_free(done);
}

void tell_cycle(struct teller *t, const struct past *p)
{
    struct digraph g = {.n = t->v->n};
    add_edges(&g, t, p);
    size_t n = 0;
    struct digraph_edge *cycle = digraph_cycle(&g, &n);
    size_t begin = 0;
    while (begin < n && cycle[begin].tag == TAG_PROGRAM)
        begin++; /* a cycle has another edge */
    for (size_t i = 0; i < n; i++) {
        const struct digraph_edge *e = &cycle[(begin + i) % n];
        if (e->tag == TAG_READS) {
            tell_edge(t, e->from, e->to, NONE, EDGE_READS);
        } else if (e->tag != TAG_PROGRAM) {
            tell_derived(t, e->tag);
        } else {
            uint32_t from = e->from;
            while (i + 1 < n && cycle[(begin + i + 1) % n].tag == TAG_PROGRAM)
                i++;
            tell_edge(t, from, cycle[(begin + i) % n].to, NONE, EDGE_PROGRAM);
        }
    }
    mem_free(cycle);
    digraph_free(&g);
}

void tell_end(struct teller *t, const char *word, const char *reason)
{
    struct speaker s = level_speaker(t->in->h, t->k);
    level_edges(&s, t->edges, t->n, shown_history_ops(&t->shown), t->shown.n);
    buf_puts(&s.b, reason);
    level_invalid(&s, word);
    buf_free(&s.b);
    mem_free(t->head);
    mem_free(t->next);
    mem_free(t->dhead);
    mem_free(t->dnext);
    mem_free(t->told);
    shown_free(&t->shown);
    mem_free(t->edges);
}
