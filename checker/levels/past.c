/* The order is made by letting each session go on until its next operation needs another session's
 * operation that has not happened yet, on which it then waits. Each operation is looked at once for
 * each thing it needs. What never happens lies on a cycle or behind one. */
#include "checker/levels/past.h"

#include "base/mem.h"

void derived_add(struct derived_list *l, struct derived d)
{
    l->at = mem_grow(l->at, &l->cap, l->n + 1, sizeof *l->at);
    l->at[l->n++] = d;
}

void derived_free(struct derived_list *l)
{
    mem_free(l->at);
    *l = (struct derived_list){0};
}

/* ---- the order ------------------------------------------------------------------------------ */

struct maker {
    struct past *p;
    const struct view *v;
    uint32_t *first, *source;   /* derived edges into each operation; NULL: none */
    uint32_t *next;             /* of each session: its next operation */
    uint32_t *waiting, *behind; /* of each operation: sessions that wait for it, as a list */
    uint32_t *ready;
    uint32_t nready;
};

static const uint32_t NOBODY = UINT32_MAX;

static bool happened(const struct maker *m, uint32_t op)
{
    return op < m->next[m->v->session[op]];
}

/* Something that `op` needs and that has not happened, or NOBODY. */
static uint32_t missing(const struct maker *m, uint32_t op)
{
    uint32_t from = m->v->from[op];
    if (from_write(from) && !happened(m, from))
        return from;
    for (uint32_t i = m->first ? m->first[op] : 0; m->first && i < m->first[op + 1]; i++)
        if (!happened(m, m->source[i]))
            return m->source[i];
    return NOBODY;
}

static vclock join_with(struct past *p, vclock c, uint32_t own_session, uint32_t other)
{
    const struct view *v = p->v;
    uint32_t s = v->session[other];
    if (s == own_session || clock_get(&p->clocks, c, s) > view_place(v, other))
        return c;
    c = clock_join(&p->clocks, c, p->clock[other]);
    return clock_raise(&p->clocks, c, s, view_place(v, other) + 1);
}

static void set_clock(struct maker *m, uint32_t op)
{
    struct past *p = m->p;
    const struct view *v = m->v;
    uint32_t s = v->session[op];
    vclock c = op > v->start[s] ? p->clock[op - 1] : 0;
    /* A clock that contains an operation contains its past: the condition in join_with. */
    if (from_write(v->from[op]))
        c = join_with(p, c, s, v->from[op]);
    for (uint32_t i = m->first ? m->first[op] : 0; m->first && i < m->first[op + 1]; i++)
        c = join_with(p, c, s, m->source[i]);
    p->clock[op] = c;
}

/* Let session `s` go on as far as it can. */
static void go_on(struct maker *m, uint32_t s, bool with_clocks)
{
    const struct view *v = m->v;
    while (m->next[s] < v->start[s + 1]) {
        uint32_t op = m->next[s], need = missing(m, op);
        if (need != NOBODY) {
            m->behind[s] = m->waiting[need];
            m->waiting[need] = s;
            return;
        }
        if (with_clocks)
            set_clock(m, op);
        m->p->order[m->p->n++] = op;
        m->next[s]++;
        for (uint32_t w = m->waiting[op]; w != NOBODY; w = m->behind[w])
            m->ready[m->nready++] = w;
        m->waiting[op] = NOBODY;
    }
}

static void index_edges(struct maker *m, const struct derived_list *more)
{
    if (!more || more->n == 0)
        return;
    m->first = mem_zalloc((size_t)m->v->n + 2, sizeof *m->first);
    m->source = mem_alloc((more->n + 1) * sizeof *m->source);
    for (size_t i = 0; i < more->n; i++)
        m->first[more->at[i].to + 1]++;
    for (uint32_t i = 0; i < m->v->n; i++)
        m->first[i + 1] += m->first[i];
    for (size_t i = more->n; i-- > 0;)
        m->source[--m->first[more->at[i].to + 1]] = more->at[i].from;
    for (uint32_t i = 0; i < m->v->n; i++)
        m->first[i] = m->first[i + 1];
    m->first[m->v->n] = (uint32_t)more->n;
}

void past_make(struct past *p, const struct view *v, const struct derived_list *more,
               bool with_clocks)
{
    size_t n = (size_t)v->n + 1, s = (size_t)v->nsessions + 1;
    *p = (struct past){.v = v, .order = mem_alloc(n * sizeof *p->order)};
    struct maker m = {.p = p, .v = v};
    if (with_clocks) {
        clocks_init(&p->clocks, v->nsessions);
        p->clock = mem_zalloc(n, sizeof *p->clock);
    }
    index_edges(&m, more);
    m.next = mem_alloc(s * sizeof *m.next);
    m.behind = mem_alloc(s * sizeof *m.behind);
    m.ready = mem_alloc(s * sizeof *m.ready);
    m.waiting = mem_alloc(n * sizeof *m.waiting);
    for (size_t i = 0; i < n; i++)
        m.waiting[i] = NOBODY;
    for (uint32_t i = v->nsessions; i-- > 0;) {
        m.next[i] = v->start[i];
        m.ready[m.nready++] = i;
    }
    while (m.nready > 0)
        go_on(&m, m.ready[--m.nready], with_clocks);
    mem_free(m.next);
    mem_free(m.behind);
    mem_free(m.ready);
    mem_free(m.waiting);
    mem_free(m.first);
    mem_free(m.source);
}

void past_free(struct past *p)
{
    clocks_free(&p->clocks);
    mem_free(p->clock);
    mem_free(p->order);
    *p = (struct past){0};
}

/* ---- writes by key ------------------------------------------------------------------------ */

void writes_make(struct writes *w, const struct view *v)
{
    *w = (struct writes){.first = mem_zalloc((size_t)v->nkeys + 2, sizeof *w->first),
                         .ids = mem_alloc(((size_t)v->n + 1) * sizeof *w->ids)};
    uint32_t *at = mem_zalloc((size_t)v->nkeys + 2, sizeof *at);
    size_t cap = 0;
    for (uint32_t i = 0; i < v->n; i++)
        if (v->flags[i] & VIEW_WRITES)
            at[v->key[i] + 2]++;
    for (uint32_t k = 2; k < v->nkeys + 2; k++)
        at[k] += at[k - 1];
    for (uint32_t i = 0; i < v->n; i++)
        if (v->flags[i] & VIEW_WRITES)
            w->ids[at[v->key[i] + 1]++] = i;
    for (uint32_t k = 0; k < v->nkeys; k++) {
        w->first[k] = w->nslots;
        for (uint32_t i = at[k]; i < at[k + 1]; i++) {
            uint32_t s = v->session[w->ids[i]];
            if (i == at[k] || s != w->slots[w->nslots - 1].session) {
                w->slots = mem_grow(w->slots, &cap, (size_t)w->nslots + 1, sizeof *w->slots);
                w->slots[w->nslots++] = (struct writes_slot){s, i, i};
            }
            w->slots[w->nslots - 1].end = i + 1;
        }
    }
    w->first[v->nkeys] = w->nslots;
    mem_free(at);
}

void writes_free(struct writes *w)
{
    mem_free(w->first);
    mem_free(w->slots);
    mem_free(w->ids);
    *w = (struct writes){0};
}

uint32_t writes_before(const struct writes *w, const struct view *v, const struct writes_slot *slot,
                       uint32_t limit, uint32_t hint)
{
    uint32_t bound = v->start[slot->session] + limit, n = slot->end - slot->begin;
    const uint32_t *ids = w->ids + slot->begin;
    uint32_t low = hint, step = 1, high = hint;
    while (high < n && ids[high] < bound) {
        low = high + 1;
        high += step;
        step *= 2;
    }
    high = high < n ? high : n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ids[middle] < bound)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t writes_slot_from(const struct writes *w, uint32_t from, uint32_t end, uint32_t session)
{
    uint32_t low = from, step = 1;
    while (end - low > step && w->slots[low + step].session < session) {
        low += step;
        step *= 2;
    }
    uint32_t high = end - low > step ? low + step : end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (w->slots[middle].session < session)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
