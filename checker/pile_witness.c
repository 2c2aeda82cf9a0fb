/* A linearization of a stack or a priority queue.
 *
 * Elements are placed from the top of the pile to its bottom, and each covers its certain time when
 * it has been placed, so that a moment is free for an element when none of those above it is
 * certainly inside. It is taken at the first free moment that there is, a stack's also added at
 * the last one; so an element above that is inside for longer than is certain is so only in moments
 * that other elements above it cover anyway, in which nobody below has an operation. A priority
 * queue's element may be added under others: as late as possible, but not after the first of its
 * peeks, each of which takes the first free moment in certain time or later, else the last one
 * before it. Elements that need be inside for a moment only are added and taken at once.
 *
 * Within a moment: those that leave, the top first; what is seen in between; those that come, the
 * top last. */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/moments.h"
#include "checker/pile.h"

struct placing {
    struct pile *p;
    bool good; /* there were enough crashed takes */
    bool lifo;
    struct moments free;
    uint32_t *at;      /* per op: its moment */
    uint64_t *entries; /* moment, op */
    uint32_t n;
};

static uint32_t clamp(uint32_t x, uint32_t low, uint32_t high)
{
    return x < low ? low : x > high ? high : x;
}

/* Element k is gone after moment r, unless that is after everything. */
static void place_take(struct placing *w, uint32_t k, uint32_t r)
{
    struct pile_element *e = &w->p->e[k];
    if (e->take == NO_OP && r == w->p->nevents)
        return;
    if (e->take == NO_OP)
        e->take = pile_granted(w->p, k);
    if (e->take == NO_OP)
        w->good = false;
    else
        w->at[e->take] = r;
}

static void place_stacked(struct placing *w, uint32_t k)
{
    const struct pile *p = w->p;
    const struct pile_element *e = &p->e[k];
    uint32_t a = moments_before(&w->free, e->in - 1), r = moments_after(&w->free, e->out);
    for (uint32_t i = p->peek_at[k]; i < p->peek_at[k + 1]; i++) {
        uint32_t first, last;
        pile_span(p, p->peeks[i], &first, &last);
        w->at[p->peeks[i]] = clamp(moments_after(&w->free, first), a, r);
    }
    w->at[e->add] = a;
    place_take(w, k, r);
}

static void place_ordered(struct placing *w, uint32_t k)
{
    const struct pile *p = w->p;
    const struct pile_element *e = &p->e[k];
    uint32_t r = moments_after(&w->free, e->out);
    uint32_t a = r < e->in ? r : e->in - 1;
    for (uint32_t i = p->peek_at[k]; i < p->peek_at[k + 1]; i++) {
        uint32_t first, last;
        pile_span(p, p->peeks[i], &first, &last);
        uint32_t q = r;
        if (r >= e->in)
            q = moments_after(&w->free, first > e->in ? first : e->in);
        if (q > last && r >= e->in)
            q = moments_before(&w->free, e->in - 1);
        w->at[p->peeks[i]] = q;
        a = q < a ? q : a;
    }
    w->at[e->add] = a;
    place_take(w, k, r);
}

/* A stack's element that needs no time. */
static void place_at_once(struct placing *w, uint32_t k)
{
    const struct pile *p = w->p;
    const struct pile_element *e = &p->e[k];
    uint32_t moment = e->in - 1;
    w->at[e->add] = moment;
    place_take(w, k, moment);
    for (uint32_t i = p->peek_at[k]; i < p->peek_at[k + 1]; i++)
        w->at[p->peeks[i]] = moment;
}

static void emit(struct placing *w, uint32_t op)
{
    w->entries[w->n++] = sort_word(w->at[op], op);
}

static bool passes_through(const struct placing *w, uint32_t k)
{
    const struct pile_element *e = &w->p->e[k];
    return e->take != NO_OP && w->at[e->add] == w->at[e->take];
}

enum phase { LEAVING, BETWEEN, COMING };

static enum phase peek_phase(const struct placing *w, const struct pile_element *e, uint32_t peek)
{
    if (e->take != NO_OP && w->at[peek] == w->at[e->take])
        return LEAVING;
    return w->at[peek] == w->at[e->add] ? COMING : BETWEEN;
}

static void emit_peeks(struct placing *w, uint32_t k, enum phase phase)
{
    const struct pile *p = w->p;
    for (uint32_t i = p->peek_at[k]; i < p->peek_at[k + 1]; i++)
        if (peek_phase(w, &p->e[k], p->peeks[i]) == phase)
            emit(w, p->peeks[i]);
}

/* Element k's part of a phase, in the order of the phase. */
static void emit_element(struct placing *w, uint32_t k, enum phase phase)
{
    const struct pile_element *e = &w->p->e[k];
    if (e->add == NO_OP)
        return;
    if (passes_through(w, k)) { /* its peeks count as leaving */
        if (phase == BETWEEN) {
            emit(w, e->add);
            emit_peeks(w, k, LEAVING);
            emit(w, e->take);
        }
        return;
    }
    if (phase == COMING)
        emit(w, e->add);
    emit_peeks(w, k, phase);
    if (phase == LEAVING && e->take != NO_OP)
        emit(w, e->take);
}

static bool ordered(const struct placing *w, uint32_t k)
{
    return !w->lifo || pile_certain(&w->p->e[k]);
}

static void place(struct placing *w, const uint32_t *order, uint32_t n)
{
    const struct pile *p = w->p;
    for (uint32_t i = 0; i < n; i++) {
        const struct pile_element *e = &p->e[order[i]];
        if (e->add == NO_OP)
            continue;
        if (w->lifo)
            place_stacked(w, order[i]);
        else
            place_ordered(w, order[i]);
        if (pile_certain(e))
            moments_cover(&w->free, e->in, e->out);
    }
    for (uint32_t k = 0; k < p->n; k++)
        if (p->e[k].add != NO_OP && !ordered(w, k))
            place_at_once(w, k);
    for (uint32_t i = 0; i < p->nempties; i++)
        w->at[p->empties[i]] = moments_after(&w->free, p->inv[p->empties[i]]);
}

static void list_all(struct placing *w, const uint32_t *order, uint32_t n)
{
    const struct pile *p = w->p;
    for (uint32_t i = 0; i < n; i++)
        emit_element(w, order[i], LEAVING);
    for (uint32_t i = 0; i < n; i++)
        emit_element(w, order[i], BETWEEN);
    for (uint32_t k = 0; k < p->n; k++)
        if (!ordered(w, k))
            emit_element(w, k, BETWEEN);
    for (uint32_t i = 0; i < p->nempties; i++)
        emit(w, p->empties[i]);
    for (uint32_t i = n; i-- > 0;)
        emit_element(w, order[i], COMING);
}

bool pile_witness(struct pile *p, const uint32_t *order, uint32_t norder, bool lifo,
                  struct engine_result *out)
{
    struct placing w = {.p = p, .good = true, .lifo = lifo};
    size_t n = p->o->n + 1;
    moments_init(&w.free, (size_t)p->nevents + 1, true);
    w.at = mem_alloc(n * sizeof *w.at);
    w.entries = mem_alloc(n * sizeof *w.entries);
    place(&w, order, norder);
    if (w.good)
        list_all(&w, order, norder);
    moments_free(&w.free);
    mem_free(w.at);
    sort_by_high32(w.entries, w.n);
    out->witness = arena_alloc(&out->arena, n * sizeof *out->witness);
    for (uint32_t i = 0; i < w.n; i++)
        out->witness[out->nwitness++] = sort_id(w.entries[i]);
    mem_free(w.entries);
    return w.good;
}
