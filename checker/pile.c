/* From operations to elements. Every element comes in once; of its operations (add, take, peeks)
 * the first end and the last begin say when it is certainly inside (research/algorithms.md 1.9).
 * Info lemma: an element whose add crashed and that nobody saw is left out. */
#include "checker/pile.h"

#include "base/mem.h"
#include "base/sort.h"
#include "checker/elements.h"
#include "checker/rules.h"

const char *pile_applies(const struct object *o, struct arena *a)
{
    uint64_t *seen = mem_zalloc(o->nclasses / 64 + 1, sizeof *seen);
    const char *why = NULL;
    for (size_t i = 0; !why && i < o->n; i++) {
        uint32_t cls = o->ops[i].cls;
        const struct op_class *c = &o->classes[cls];
        if (c->action != ACT_PUT)
            continue;
        if (seen[cls / 64] >> (cls % 64) & 1) {
            struct buf b = {.max = 80};
            val_print_edn(&o->h->values, c->a, &b);
            why = arena_printf(a, "element %.*s comes in twice", (int)b.n, buf_str(&b).p);
            buf_free(&b);
        }
        seen[cls / 64] |= (uint64_t)1 << (cls % 64);
    }
    mem_free(seen);
    return why;
}

/* Positions to numbers of events: invocations come in order, completions are sorted. */
static void number_events(struct pile *p)
{
    const struct object *o = p->o;
    uint64_t *ends = mem_alloc((o->n + 1) * sizeof *ends);
    size_t n = 0;
    for (uint32_t i = 0; i < o->n; i++)
        if (o->ops[i].res != RES_INF)
            ends[n++] = sort_word(o->ops[i].res, i);
    sort_by_high32(ends, n);
    p->inv = mem_alloc((o->n + 1) * sizeof *p->inv);
    p->res = mem_alloc((o->n + 1) * sizeof *p->res);
    memset(p->res, 0xff, (o->n + 1) * sizeof *p->res);
    uint32_t i = 0;
    for (size_t k = 0; k < n || i < o->n;) {
        if (k == n || (i < o->n && o->ops[i].inv < sort_key(ends[k])))
            p->inv[i++] = p->nevents++;
        else
            p->res[sort_id(ends[k++])] = p->nevents++;
    }
    mem_free(ends);
}

static void number_elements(struct pile *p)
{
    const struct object *o = p->o;
    struct elements t;
    elements_init(&t, o->n);
    p->element = mem_alloc((o->n + 1) * sizeof *p->element);
    for (size_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        val v = c->action == ACT_PUT ? c->a : c->b;
        p->element[i] = v == VAL_ABSENT ? NO_ELEMENT : elements_add(&t, v);
    }
    p->n = (uint32_t)t.n;
    elements_free(&t);
}

void pile_open(struct pile *p, const struct object *o)
{
    *p = (struct pile){.o = o};
    number_events(p);
    number_elements(p);
    size_t peeks = 0, empties = 0;
    for (size_t i = 0; i < o->n; i++) {
        peeks += o->classes[o->ops[i].cls].action == ACT_PEEK;
        empties += o->classes[o->ops[i].cls].action == ACT_EMPTY;
    }
    pile_crashes_open(p);
    p->e = mem_alloc(((size_t)p->n + 1) * sizeof *p->e);
    p->peeks = mem_alloc((peeks + 1) * sizeof *p->peeks);
    p->peek_at = mem_alloc(((size_t)p->n + 2) * sizeof *p->peek_at);
    p->empties = mem_alloc((empties + 1) * sizeof *p->empties);
}

void pile_close(struct pile *p)
{
    mem_free(p->inv);
    mem_free(p->res);
    mem_free(p->element);
    pile_crashes_close(p);
    mem_free(p->e);
    mem_free(p->peeks);
    mem_free(p->peek_at);
    mem_free(p->empties);
}

size_t pile_footprint(const struct object *o)
{
    /* of itself 5 words an operation, of a peel or a witness 12; every other one is an element */
    return o->n * (17 * sizeof(uint32_t) + sizeof(struct pile_element) / 2);
}

static enum action action_of(const struct pile *p, uint32_t op)
{
    return (enum action)p->o->classes[p->o->ops[op].cls].action;
}

/* Keep the clash that is evident first. */
static void clash(const struct pile *p, struct pile_clash *c, enum rule rule, uint32_t op,
                  uint32_t other, uint32_t bad)
{
    if (c->rule == RULE_NONE || p->res[bad] < c->evident)
        *c = (struct pile_clash){
            .rule = rule, .op = op, .other = other, .bad = bad, .evident = p->res[bad]};
}

/* `op` saw the element or took it out. */
static void observe(struct pile *p, uint32_t op, struct pile_clash *c)
{
    struct pile_element *e = &p->e[p->element[op]];
    bool ended = p->res[op] <= p->limit, take = action_of(p, op) == ACT_TAKE;
    if (ended && p->res[op] < e->in) {
        e->in = p->res[op];
        e->in_op = op;
    }
    if (ended && take && e->take != NO_OP)
        clash(p, c, RULE_TAKEN_TWICE, e->take, op,
              p->res[op] > p->res[e->take] ? op : e->take);
    else if (ended && take)
        e->take = op;
    if (ended || take) { /* the last begin: operations come by invocation */
        e->out = p->inv[op];
        e->out_op = op;
    }
    if (take)
        e->gone = p->nevents + 1;
    if (ended && !take)
        p->peek_at[p->element[op] + 2]++;
}

static void read_ops(struct pile *p, struct pile_clash *c)
{
    for (uint32_t i = 0; i < p->n; i++)
        p->e[i] = (struct pile_element){NO_OP, NO_OP, NEVER, NEVER, NEVER, NEVER, NO_OP, NO_OP};
    memset(p->peek_at, 0, ((size_t)p->n + 2) * sizeof *p->peek_at);
    p->nempties = 0;
    for (uint32_t i = 0; i < p->o->n && p->inv[i] <= p->limit; i++) {
        if (p->element[i] == NO_ELEMENT) {
            if (p->res[i] <= p->limit)
                p->empties[p->nempties++] = i;
        } else if (action_of(p, i) != ACT_PUT) {
            observe(p, i, c);
        } else {
            struct pile_element *e = &p->e[p->element[i]];
            e->add = i;
            e->from = p->inv[i];
            if (p->res[i] <= p->limit && p->res[i] < e->in) {
                e->in = p->res[i];
                e->in_op = i;
            }
        }
    }
}

static void group_peeks(struct pile *p)
{
    for (uint32_t k = 0; k < p->n; k++)
        p->peek_at[k + 2] += p->peek_at[k + 1];
    for (uint32_t i = 0; i < p->o->n && p->inv[i] <= p->limit; i++)
        if (p->element[i] != NO_ELEMENT && action_of(p, i) == ACT_PEEK && p->res[i] <= p->limit)
            p->peeks[p->peek_at[p->element[i] + 1]++] = i;
}

/* The last peek of element k that began after it had been taken out, or NO_OP. */
static uint32_t late_peek(const struct pile *p, uint32_t k)
{
    const struct pile_element *e = &p->e[k];
    uint32_t n = p->peek_at[k + 1] - p->peek_at[k];
    uint32_t last = n ? p->peeks[p->peek_at[k + 1] - 1] : NO_OP;
    return last != NO_OP && p->inv[last] > p->res[e->take] ? last : NO_OP;
}

/* The certain time of one element, once all its operations are known. */
static void settle(struct pile *p, uint32_t k, struct pile_clash *c)
{
    struct pile_element *e = &p->e[k];
    if (e->in == NEVER) { /* nothing on it has ended: it may as well not be there */
        e->add = NO_OP;
        return;
    }
    if (e->add == NO_OP || e->in < e->from) {
        clash(p, c, RULE_THIN_AIR, e->in_op, e->add, e->in_op);
        e->add = NO_OP;
        return;
    }
    uint32_t late = e->take == NO_OP ? NO_OP : late_peek(p, k);
    if (late != NO_OP)
        clash(p, c, RULE_SEEN_AFTER, e->take, late, late);
    bool known = e->gone != NEVER;
    if (known && p->crashes)
        p->crashes->leave[k] = TAKEN;
    uint32_t leave = known || !p->crashes ? NEVER : p->crashes->leave[k];
    if (p->crashes && leave <= p->limit && (e->out == NEVER || e->out < leave)) {
        e->out = leave;
        e->out_op = p->crashes->ops[0]; /* where it matters nobody else could have taken it */
    }
    if (!known && leave > p->limit) {
        e->out = p->nevents;
        e->out_op = NO_OP;
    } else if (e->out < e->from) {
        e->out = e->from;
        e->out_op = e->add;
    }
    e->gone = e->take == NO_OP ? p->nevents + 1 : p->res[e->take];
}

bool pile_load(struct pile *p, uint32_t limit, struct pile_clash *c)
{
    *c = (struct pile_clash){.rule = RULE_NONE, .bad = NO_OP};
    p->limit = limit;
    read_ops(p, c);
    group_peeks(p);
    for (uint32_t k = 0; k < p->n; k++)
        settle(p, k, c);
    return c->rule == RULE_NONE;
}

void pile_load_most(struct pile *p, struct pile_clash *c)
{
    struct pile_clash found;
    *c = (struct pile_clash){.rule = RULE_NONE, .bad = NO_OP};
    for (uint32_t limit = p->nevents; !pile_load(p, limit, &found); limit = found.evident - 1)
        *c = found;
}

void pile_span(const struct pile *p, uint32_t op, uint32_t *first, uint32_t *last)
{
    *first = p->inv[op];
    *last = p->res[op] - 1;
    if (p->element[op] == NO_ELEMENT)
        return;
    const struct pile_element *e = &p->e[p->element[op]];
    if (op == e->add) {
        *last = e->in - 1;
    } else if (op == e->take) {
        *first = e->out;
    } else {
        *first = e->from > *first ? e->from : *first;
        *last = e->gone <= *last ? e->gone - 1 : *last;
    }
}

void pile_clash_free(struct pile_clash *c)
{
    mem_free(c->blocks);
    mem_free(c->cover);
    *c = (struct pile_clash){.rule = RULE_NONE, .bad = NO_OP};
}

void pile_run(struct object *o, const struct engine_options *opt,
              enum pile_outcome (*decide)(struct pile *p, const struct engine_options *opt,
                                          struct engine_result *out),
              struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    ptrdiff_t bytes = (ptrdiff_t)pile_footprint(o);
    if (budget_stopped(opt->budget) != STOP_NONE || !budget_memory(opt->budget, bytes)) {
        enum stop_cause stop = budget_stopped(opt->budget);
        out->reason = stop_text(stop == STOP_NONE ? STOP_MEMORY : stop);
        budget_memory(opt->budget, stop == STOP_NONE ? -bytes : 0);
        return;
    }
    struct pile p;
    pile_open(&p, o);
    enum pile_outcome r = decide(&p, opt, out);
    pile_close(&p);
    budget_memory(opt->budget, -bytes);
    if (r == PILE_GRANTED) {
        arena_free(&out->arena);
        engine_jit.run(o, opt, out);
    } else if (r == PILE_STOPPED) {
        out->reason = stop_text(budget_stopped(opt->budget));
    } else if (r == PILE_GOOD) {
        out->verdict = VERDICT_VALID;
        out->certified = RES_INF;
        out->nwitness = opt->witness ? out->nwitness : 0;
    }
}
