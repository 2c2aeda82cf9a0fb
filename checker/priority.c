/* The engine for priority queues whose elements are all different.
 *
 * Definition: an element is certainly inside from the first end of its operations to the last
 * begin before it was taken. The queue is linearizable iff the operations on each element are in
 * order, every take and peek of an element has a moment in which no more urgent element is
 * certainly inside, and everyone who found the queue empty has a moment in which nothing is.
 * Necessity is plain; that it suffices is the construction of a linearization in pile_witness.c.
 *
 * Idea: go through the elements from the most urgent to the least, ask for the nearest free moment
 * of each of its operations, then cover its certain time (union-find, each moment once).
 * Whether an operation has a moment does not depend on the other operations that have none, so that
 * the one of these that ends first also ends the longest good prefix.
 * Complexity O(n alpha(n)) after sorting the elements. Source: research/algorithms.md 1.9.
 * Exactness: repeated elements are left to the search; so is what crashed takes leave open, as for
 * stacks (stack.c). */
#include "base/mem.h"
#include "checker/model_list.h"
#include "checker/moments.h"
#include "checker/pile.h"
#include "checker/priorities.h"

static const char *priority_applies(const struct object *o, struct arena *a)
{
    if (o->model != &model_priority_queue && o->model != &model_max_priority_queue)
        return "";
    return pile_applies(o, a);
}

/* Elements from the most urgent to the least. */
static uint32_t *by_urgency(const struct pile *p)
{
    const struct object *o = p->o;
    uint32_t *order = mem_alloc(((size_t)p->n + 1) * sizeof *order);
    val *v = mem_alloc(((size_t)p->n + 1) * sizeof *v);
    for (size_t i = 0; i < o->n; i++)
        if (p->element[i] != NO_ELEMENT)
            v[p->element[i]] = o->model->element(o, o->ops[i].cls);
    priorities_sort(&o->h->values, v, p->n, order);
    if (o->model == &model_max_priority_queue) {
        for (uint32_t i = 0, j = p->n; i + 1 < j;) {
            uint32_t x = order[i];
            order[i++] = order[--j];
            order[j] = x;
        }
    }
    mem_free(v);
    return order;
}

struct scan {
    struct pile *p;
    struct budget *budget;
    const uint32_t *order;
    uint32_t norder;
    struct moments free;
    uint32_t bad;  /* of the operations without a moment the one that ends first, or NO_OP */
    uint32_t rank; /* the elements before this one in the order are those that cover it */
};

static void need(struct scan *s, uint32_t op, uint32_t rank)
{
    uint32_t first, last;
    pile_span(s->p, op, &first, &last);
    if (moments_after(&s->free, first) <= last)
        return;
    if (s->bad == NO_OP || s->p->res[op] < s->p->res[s->bad]) {
        s->bad = op;
        s->rank = rank;
    }
}

static void scan_element(struct scan *s, uint32_t rank)
{
    const struct pile *p = s->p;
    uint32_t k = s->order[rank];
    const struct pile_element *e = &p->e[k];
    if (e->add == NO_OP)
        return;
    if (e->take != NO_OP)
        need(s, e->take, rank);
    for (uint32_t i = p->peek_at[k]; i < p->peek_at[k + 1]; i++)
        need(s, p->peeks[i], rank);
    if (pile_certain(e))
        moments_cover(&s->free, e->in, e->out);
}

/* False when the budget stopped it. */
static bool scan(struct scan *s)
{
    enum { POLL = 1 << 16 };
    for (uint32_t i = 0; i < s->norder; i++) {
        if (i % POLL == 0 && budget_stopped(s->budget) != STOP_NONE)
            return false;
        scan_element(s, i);
    }
    for (uint32_t i = 0; i < s->p->nempties; i++)
        need(s, s->p->empties[i], s->norder);
    return true;
}

static void block(const struct scan *s, struct pile_clash *c)
{
    const struct pile *p = s->p;
    uint32_t first, last;
    pile_clash_free(c);
    c->rule = p->element[s->bad] == NO_ELEMENT ? RULE_NOT_EMPTY : RULE_PRIORITY_ORDER;
    c->bad = s->bad;
    c->evident = p->res[s->bad];
    pile_block_op(c, s->bad);
    pile_span(p, s->bad, &first, &last);
    pile_cover_span(p, s->order, s->rank, first, last, c);
}

/* With the grants made so far. */
static enum pile_outcome attempt(void *of, struct pile_clash *c)
{
    struct scan *s = of;
    struct pile *p = s->p;
    pile_load_most(p, c);
    s->bad = NO_OP;
    moments_init(&s->free, (size_t)p->nevents + 1, false);
    bool done = scan(s);
    moments_free(&s->free);
    if (!done)
        return PILE_STOPPED;
    if (s->bad != NO_OP) {
        block(s, c);
        if (pile_grant_cover(p, c))
            return PILE_GRANTED;
    }
    return c->rule == RULE_NONE ? PILE_GOOD : PILE_BAD;
}

static enum pile_outcome decide(struct pile *p, const struct engine_options *opt,
                                struct engine_result *out)
{
    struct pile_clash c = {.rule = RULE_NONE};
    uint32_t *order = by_urgency(p);
    struct scan s = {.p = p, .budget = opt->budget, .order = order, .norder = p->n};
    struct pile_attempt a = {attempt, &s};
    enum pile_outcome r = pile_rounds(&a, &c);
    if (r == PILE_BAD) { /* with crashed takes a prefix would have to be good without grants */
        out->certified = !p->crashes ? p->o->ops[c.bad].res - 1 : 0;
        pile_explain(p, &c, out);
    } else if (r == PILE_GOOD && (opt->witness || p->crashes) &&
               !pile_witness(p, order, p->n, false, out)) {
        r = pile_spare_grants(p, &a);
        if (r == PILE_GOOD && !pile_witness(p, order, p->n, false, out))
            r = PILE_GRANTED;
    }
    mem_free(order);
    pile_clash_free(&c);
    return r;
}

static void priority_run(struct object *o, const struct engine_options *opt,
                         struct engine_result *out)
{
    pile_run(o, opt, decide, out);
}

const struct engine engine_priority = {
    .name = "priority",
    .summary = "priority queues whose elements are all different, also with crashed operations",
    .complexity = "O(n log n)",
    .applies = priority_applies,
    .run = priority_run,
};
