/* The engine for stacks whose elements are all different.
 *
 * Definition: an element is certainly inside from the first end of its operations to the last
 * begin before it was popped. The stack is linearizable iff the operations on each element are in
 * order, everyone who found it empty has a moment in which nothing is certainly inside, and all
 * elements can be peeled off, the lowest first (stack_peel.c). That this suffices is shown by the
 * linearization that pile_witness.c builds from the order of peeling.
 *
 * Evidence: what peeling leaves is a core, but a large one: everything that happened on it. In a
 * smaller one each element has an operation that others of the core cover (stack_core.c).
 * The longest good prefix: the check is repeated on the prefix just before the violation, which
 * mostly is good; else on shorter ones.
 *
 * Complexity O(n log n). Source: research/algorithms.md 1.9.
 * Exactness: repeated elements are left to the search. Crashed pops may have taken anything: as
 * long as a core needs that an element which nobody is known to have popped stays inside, one such
 * element is granted to them. What is wrong even so is wrong; what is right is right when there are
 * crashed pops enough, in time, maybe after grants that turned out to be superfluous were taken
 * back (pile_tries.c); and what is neither is left to the search. */
#include "base/mem.h"
#include "checker/model_list.h"
#include "checker/moments.h"
#include "checker/stack_peel.h"

enum { PREFIXES = 12 };

static const char *stack_applies(const struct object *o, struct arena *a)
{
    return o->model == &model_stack ? pile_applies(o, a) : "";
}

/* Of the operations that wrongly found it empty the one that ends first, or NO_OP. */
static uint32_t false_empty(const struct pile *p)
{
    struct moments free;
    uint32_t bad = NO_OP;
    if (p->nempties == 0)
        return NO_OP;
    moments_init(&free, (size_t)p->nevents + 1, false);
    for (uint32_t k = 0; k < p->n; k++)
        if (pile_certain(&p->e[k]))
            moments_cover(&free, p->e[k].in, p->e[k].out);
    for (uint32_t i = 0; i < p->nempties; i++) {
        uint32_t op = p->empties[i];
        if (moments_after(&free, p->inv[op]) >= p->res[op] &&
            (bad == NO_OP || p->res[op] < p->res[bad]))
            bad = op;
    }
    moments_free(&free);
    return bad;
}

static void blame_empty(const struct pile *p, uint32_t op, struct pile_clash *c)
{
    uint32_t *all = mem_alloc(((size_t)p->n + 1) * sizeof *all);
    for (uint32_t k = 0; k < p->n; k++)
        all[k] = k;
    pile_clash_free(c);
    c->rule = RULE_NOT_EMPTY;
    c->bad = op;
    c->evident = p->res[op];
    pile_block_op(c, op);
    pile_cover_span(p, all, p->n, p->inv[op], p->res[op] - 1, c);
    mem_free(all);
}

/* Peel the loaded prefix. PILE_BAD: *c is replaced. PILE_GRANTED: load it anew and try again.
 * PILE_GOOD: *order, when asked for, is the elements from the top to the lowest; the caller frees
 * it. */
static enum pile_outcome try_prefix(const struct pile *p, struct budget *budget,
                                    struct pile_clash *c, uint32_t **order, uint32_t *norder)
{
    struct peel q;
    struct pile_clash found;
    peel_open(&q, p, budget);
    enum verdict v = peel_run(&q);
    enum pile_outcome r = v == VERDICT_VALID     ? PILE_GOOD
                          : v == VERDICT_UNKNOWN ? PILE_STOPPED
                                                 : PILE_GRANTED;
    if (r == PILE_GRANTED && stack_core(&q, &found)) {
        pile_clash_free(c);
        *c = found;
        r = PILE_BAD;
    } else if (r == PILE_GOOD && order) {
        *norder = q.norder;
        *order = mem_alloc(((size_t)q.norder + 1) * sizeof **order);
        for (uint32_t i = 0; i < q.norder; i++)
            (*order)[i] = q.order[q.norder - 1 - i];
    }
    peel_close(&q);
    return r;
}

/* Move the clash to the shortest bad prefix, as far as PREFIXES go. Returns the last event up to
 * which the history is good for sure. */
static uint32_t earliest(struct pile *p, struct budget *budget, struct pile_clash *c)
{
    uint32_t good = 0;
    struct pile_clash none;
    for (unsigned i = 0; i < PREFIXES && good + 1 < c->evident; i++) {
        uint32_t limit = i % 2 ? good + (c->evident - good) / 2 : c->evident - 1;
        (void)pile_load(p, limit, &none);
        enum pile_outcome r = try_prefix(p, budget, c, NULL, NULL);
        if (r == PILE_STOPPED)
            break;
        if (r == PILE_GOOD)
            good = limit;
    }
    return good;
}

/* The position, as in lin_op, of an event. */
static uint32_t position(const struct pile *p, uint32_t event)
{
    for (uint32_t i = 0; i < p->o->n; i++) {
        if (p->inv[i] == event)
            return p->o->ops[i].inv;
        if (p->res[i] == event)
            return p->o->ops[i].res;
    }
    return 0;
}

static void refute(struct pile *p, struct pile_clash *c, struct budget *budget,
                   struct engine_result *out)
{
    bool known = !p->crashes; /* else prefixes would have to be good without grants */
    uint32_t good = !known ? 0 : c->rule == RULE_STACK_ORDER ? earliest(p, budget, c)
                                                             : c->evident - 1;
    out->certified = good + 1 == c->evident ? p->o->ops[c->bad].res - 1 : position(p, good);
    if (c->rule == RULE_STACK_ORDER)
        stack_shrink(p, budget, c);
    pile_explain(p, c, out);
}

struct peeling {
    struct pile *p;
    struct budget *budget;
    uint32_t *order, norder;
};

/* With the grants made so far. */
static enum pile_outcome attempt(void *of, struct pile_clash *c)
{
    struct peeling *s = of;
    struct pile *p = s->p;
    struct pile_clash none;
    mem_free(s->order);
    s->order = NULL;
    pile_load_most(p, c);
    uint32_t empty = false_empty(p);
    if (empty != NO_OP) {
        blame_empty(p, empty, c);
        if (pile_grant_cover(p, c))
            return PILE_GRANTED;
        (void)pile_load(p, c->evident - 1, &none);
    }
    enum pile_outcome r = try_prefix(p, s->budget, c, &s->order, &s->norder);
    return r == PILE_GOOD && c->rule != RULE_NONE ? PILE_BAD : r;
}

static enum pile_outcome decide(struct pile *p, const struct engine_options *opt,
                           struct engine_result *out)
{
    struct peeling s = {.p = p, .budget = opt->budget};
    struct pile_attempt a = {attempt, &s};
    struct pile_clash c = {.rule = RULE_NONE};
    enum pile_outcome r = pile_rounds(&a, &c);
    if (r == PILE_BAD)
        refute(p, &c, opt->budget, out);
    else if (r == PILE_GOOD && (opt->witness || p->crashes) &&
             !pile_witness(p, s.order, s.norder, true, out)) {
        r = pile_spare_grants(p, &a);
        if (r == PILE_GOOD && !pile_witness(p, s.order, s.norder, true, out))
            r = PILE_GRANTED;
    }
    mem_free(s.order);
    pile_clash_free(&c);
    return r;
}

static void stack_run(struct object *o, const struct engine_options *opt,
                      struct engine_result *out)
{
    pile_run(o, opt, decide, out);
}

const struct engine engine_stack = {
    .name = "stack",
    .summary = "stacks whose elements are all different, with peeks and crashed operations",
    .complexity = "O(n log n)",
    .applies = stack_applies,
    .run = stack_run,
};
