/* The causal order of a view: what was before what by program order and reads-from, together with
 * other edges that a level adds. And where a session last wrote a key. */
#ifndef BELIE_CHECKER_LEVELS_PAST_H
#define BELIE_CHECKER_LEVELS_PAST_H

#include "checker/levels/clocks.h"
#include "checker/levels/level.h"

/* An edge that a level derived, between operations of a view. Those with a smaller stamp (and
 * program order and reads-from) justify it. */
struct derived {
    uint32_t from, to, via; /* via: UINT32_MAX where none */
    enum edge_kind kind;
    uint32_t stamp;
};

struct derived_list {
    struct derived *at;
    size_t n, cap;
};

void derived_add(struct derived_list *l, struct derived d);
void derived_free(struct derived_list *l);

struct past {
    const struct view *v;
    struct clocks clocks;
    vclock *clock;     /* of each operation: how many operations of each *other* session are before
                          it; its own session's column says nothing */
    uint32_t *order;   /* operations, each after all that is before it */
    uint32_t n;        /* of them; fewer than v->n: there is a cycle among the others */
};

/* Put the operations of `v` into an order that contains program order, reads-from and the edges of
 * `more` (or NULL). With `with_clocks`, fill in the clocks. O(n + edges), and joins. */
void past_make(struct past *p, const struct view *v, const struct derived_list *more,
               bool with_clocks);
void past_free(struct past *p);

/* Is `a` before `b` (and not the same)? */
static inline bool past_before(const struct past *p, uint32_t a, uint32_t b)
{
    const struct view *v = p->v;
    if (v->session[a] == v->session[b])
        return a < b;
    return clock_get(&p->clocks, p->clock[b], v->session[a]) > view_place(v, a);
}

/* Writes by key and session. */
struct writes_slot {
    uint32_t session, begin, end; /* of ids */
};

struct writes {
    uint32_t *first;           /* of each key its first slot; nkeys + 1 */
    struct writes_slot *slots; /* by key, then session */
    uint32_t nslots;
    uint32_t *ids;             /* operations, in program order within a slot */
};

void writes_make(struct writes *w, const struct view *v);
void writes_free(struct writes *w);
/* Of the slot's writes that are before place `limit` of its session, how many there are; `hint` is
 * an earlier answer for a limit that was not greater. O(log of what is new). */
uint32_t writes_before(const struct writes *w, const struct view *v, const struct writes_slot *slot,
                       uint32_t limit, uint32_t hint);

/* Of slots `from` .. `end` - 1 of one key, the first one of session `session` or a later one. */
uint32_t writes_slot_from(const struct writes *w, uint32_t from, uint32_t end, uint32_t session);

#endif
