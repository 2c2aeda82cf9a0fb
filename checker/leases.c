/* Leases: a lock by owner that ends by itself (model_lease.c says what that means).
 *
 * An owner does one thing after the other, so what it holds is known: from an acquire over its
 * renewals to its release. Being granted late and giving back early is best for everybody. So a
 * hold certainly lasts from the return of its first acquire until
 *  - the invocation of its release or of its last renewal that is ok: it must have had it by
 *    then;
 *  - and, unless it was given back, the end of its last term (lease_terms.c).
 * An acquire that returned only when its term was over, and is not renewed, need not have lasted
 * at all: some moment between the end of its term and its return has to be free, or else some
 * moment before, with all of the term. The second implies the first. The history is linearizable
 * iff certain holds of different owners do not overlap, every acquire of the last kind has a
 * free moment, and nobody renews or gives back what it has given back before, or never had. An
 * order is then: acquires at their returns (of the last kind at the free moment), renewals and
 * releases at their invocations; terms that are over end when somebody else is next.
 *
 * That a term counts from the acquire's invocation makes this easy: were it the grant, wherever
 * that is in the interval, the question would be one-machine scheduling with release times and
 * deadlines, which is NP-complete (Garey & Johnson 1979, SS1); such a lease ends later, so that
 * what is invalid here is invalid there.
 *
 * Complexity: O(n) but for sorting holds by their beginning. Limits: owners with several
 * operations open at a time, or that go on after a crashed one; terms of one owner that are not
 * as long as each other; refused acquires. The search decides those. */
#include "checker/leases.h"

#include "base/mem.h"
#include "base/sort.h"
#include "checker/rules.h"

struct owner {
    struct hold_span span;
    bool holds;
};

struct leases {
    const struct object *o;
    const struct lease *x;
    struct owner *owners;
    struct hold_span *spans; /* first: a renewal or release that has no hold, with end 0 */
    uint64_t *order;         /* of spans, by the return of `first` */
    size_t nspans;
    uint32_t *key; /* with a witness: per operation where it takes effect, or RES_INF */
};

static void add_span(struct leases *s, struct hold_span span)
{
    s->order[s->nspans] = sort_word(s->o->ops[span.first].res, (uint32_t)s->nspans);
    s->spans[s->nspans++] = span;
}

static void effect(struct leases *s, uint32_t op, uint32_t at)
{
    if (s->key)
        s->key[op] = at;
}

static void acquired(struct leases *s, struct owner *w, uint32_t op)
{
    const struct lin_op *l = &s->o->ops[op];
    uint32_t end = s->x->end[l->cls];
    if (l->res == RES_INF)
        return;
    effect(s, op, l->res);
    if (w->holds && w->span.end > l->res) { /* it still had it */
        w->span.end = end;
        return;
    }
    if (w->holds)
        add_span(s, w->span);
    *w = (struct owner){{op, end}, true};
}

static void renewed(struct leases *s, struct owner *w, uint32_t op)
{
    if (s->o->ops[op].res == RES_INF)
        return;
    effect(s, op, s->o->ops[op].inv);
    if (w->holds)
        w->span.end = s->x->end[s->o->ops[op].cls];
    else
        add_span(s, (struct hold_span){op, 0});
}

static void released(struct leases *s, struct owner *w, uint32_t op)
{
    const struct lin_op *l = &s->o->ops[op];
    bool ok = l->res != RES_INF;
    if (!w->holds) {
        if (ok)
            add_span(s, (struct hold_span){op, 0});
        return;
    }
    if (ok || w->span.end > l->inv) {
        effect(s, op, l->inv);
        w->span.end = l->inv;
    }
    add_span(s, w->span);
    w->holds = false;
}

static void find_spans(struct leases *s)
{
    uint32_t nowners = locks_of(s->o)->nowners;
    for (uint32_t i = 0; i < s->o->n; i++) {
        struct owner *w = &s->owners[owner_of(s->o, i)];
        enum action action = lease_action(s->o, i);
        if (action == ACT_ACQUIRE)
            acquired(s, w, i);
        else if (action == ACT_RENEW)
            renewed(s, w, i);
        else
            released(s, w, i);
    }
    for (uint32_t i = 0; i < nowners; i++)
        if (s->owners[i].holds)
            add_span(s, s->owners[i].span);
    sort_by_high32(s->order, s->nspans);
}

/* The spans by their beginning; those before have no fault. */
static struct lease_fault find_fault(struct leases *s)
{
    struct hold_span now = {NO_OP, 0}; /* the last that lasted */
    for (size_t i = 0; i < s->nspans; i++) {
        struct hold_span span = s->spans[sort_id(s->order[i])];
        uint32_t at = sort_key(s->order[i]);
        if (lease_action(s->o, span.first) != ACT_ACQUIRE)
            return (struct lease_fault){.rule = RULE_LEASE_ENDED, .bad = span.first};
        bool lasted = span.end > at, held = now.first != NO_OP && now.end > at;
        uint32_t since = now.first == NO_OP ? 0 : s->o->ops[now.first].res;
        if (held && (lasted || since < span.end))
            return (struct lease_fault){RULE_LEASE_RAN, span.first, now, span.end};
        if (held)
            effect(s, span.first, since - 1);
        if (lasted)
            now = span;
    }
    return (struct lease_fault){.rule = RULE_NONE};
}

static void keep_order(struct leases *s, struct engine_result *out)
{
    uint64_t *words = mem_alloc((s->o->n + 1) * sizeof *words);
    size_t n = 0;
    for (uint32_t i = 0; i < s->o->n; i++)
        if (s->key[i] != RES_INF)
            words[n++] = sort_word(s->key[i], i);
    sort_by_high32(words, n);
    out->witness = arena_alloc(&out->arena, (n + 1) * sizeof *out->witness);
    for (size_t i = 0; i < n; i++)
        out->witness[out->nwitness++] = sort_id(words[i]);
    mem_free(words);
}

static void decide(struct leases *s, const struct engine_options *opt, struct engine_result *out)
{
    find_spans(s);
    struct lease_fault f = find_fault(s);
    out->verdict = f.rule == RULE_NONE ? VERDICT_VALID : VERDICT_INVALID;
    out->certified = f.rule == RULE_NONE ? RES_INF : s->o->ops[f.bad].res - 1;
    if (f.rule == RULE_NONE) {
        if (opt->witness)
            keep_order(s, out);
        return;
    }
    out->bad = f.bad;
    out->rule = f.rule;
    if (!opt->verdict_only)
        leases_explain(s->o, &f, out);
}

static const char *leases_applies(const struct object *o, struct arena *a)
{
    (void)a;
    if (!locks_of(o) || !locks_of(o)->lease)
        return "";
    if (o->actions & 1u << ACT_OTHER)
        return "some acquires were refused, which tells that the lease was held";
    if (!owners_sequential(o))
        return "some owner has several operations open at a time, or goes on after one that "
               "crashed";
    if (!locks_of(o)->lease->equal)
        return "some owner's terms are not as long as each other";
    return NULL;
}

static void leases_run(struct object *o, const struct engine_options *opt,
                       struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    struct leases s = {.o = o, .x = locks_of(o)->lease};
    uint32_t nowners = locks_of(o)->nowners;
    ptrdiff_t bytes = (ptrdiff_t)(nowners * sizeof *s.owners +
                                  o->n * (sizeof *s.spans + sizeof *s.order +
                                          (opt->witness ? 3 * sizeof *s.key : 0)));
    if (budget_stopped(opt->budget) != STOP_NONE) {
        out->reason = stop_text(budget_stopped(opt->budget));
    } else if (budget_memory(opt->budget, bytes)) {
        s.owners = mem_zalloc((size_t)nowners + 1, sizeof *s.owners);
        s.spans = mem_alloc((o->n + 1) * sizeof *s.spans);
        s.order = mem_alloc((o->n + 1) * sizeof *s.order);
        s.key = opt->witness ? mem_alloc((o->n + 1) * sizeof *s.key) : NULL;
        for (size_t i = 0; s.key && i < o->n; i++)
            s.key[i] = RES_INF;
        decide(&s, opt, out);
        mem_free(s.owners);
        mem_free(s.spans);
        mem_free(s.order);
        mem_free(s.key);
    } else {
        out->reason = stop_text(STOP_MEMORY);
    }
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_leases = {
    .name = "leases",
    .summary = "leases: what each owner holds for certain, and for how long",
    .complexity = "O(n), and sorting",
    .applies = leases_applies,
    .run = leases_run,
};
