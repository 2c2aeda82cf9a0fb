/* From a violation to the operations that alone show it, and to the argument. The takes of the
 * elements in question are among them: relaxed, they could have taken anything. */
#include "base/mem.h"
#include "checker/culprits.h"
#include "checker/fifo.h"

enum { PAIRS_SHOWN = 6 };

struct story {
    struct fifo *f;
    struct engine_result *out;
    struct culprits list;
};

static void add(struct story *s, uint32_t op)
{
    if (op != NO_OP && s->f->o->ops[op].inv <= s->f->limit)
        culprits_link(&s->list, op, CULPRIT_SHOWN);
}

static void tell(struct story *s, enum step_kind kind, uint32_t x, uint32_t y, const char *text)
{
    struct engine_result *r = s->out;
    struct step *steps = arena_alloc(&r->arena, (r->nsteps + 1) * sizeof *steps);
    if (r->nsteps)
        memcpy(steps, r->steps, r->nsteps * sizeof *steps);
    steps[r->nsteps++] = (struct step){kind, x, y, text};
    r->steps = steps;
}

static const char *print(struct story *s, val v)
{
    struct buf b = {.max = 60};
    val_print_edn(&s->f->o->h->values, v, &b);
    const char *text = arena_printf(&s->out->arena, "%.*s%s", (int)b.n, buf_str(&b).p,
                                    b.cut ? "..." : "");
    buf_free(&b);
    return text;
}

static const char *name(struct story *s, uint32_t i)
{
    return print(s, sort_key(s->f->ops[s->f->start[i]]));
}

static const char *name_of_op(struct story *s, uint32_t op)
{
    const struct op_class *c = &s->f->o->classes[s->f->o->ops[op].cls];
    return print(s, c->action == ACT_PUT ? c->a : c->b);
}

static bool is_take(const struct story *s, uint32_t op)
{
    return s->f->o->classes[s->f->o->ops[op].cls].action == ACT_TAKE;
}

/* The operation whose end proves that element i had come in. */
static uint32_t came_op(const struct story *s, uint32_t i)
{
    const struct fifo_value *v = &s->f->v[i];
    bool by_put = v->put != NO_OP && s->f->o->ops[v->put].res == v->came;
    return by_put ? v->put : v->first;
}

/* The takes of element i. Beside crashed takes also one that begins after the limit: without it
 * they might have taken the element. */
static void add_takes(struct story *s, uint32_t i)
{
    const struct fifo *f = s->f;
    bool all = f->nlost && !f->rescue;
    for (uint32_t k = f->start[i]; k < f->start[i + 1]; k++) {
        uint32_t op = sort_id(f->ops[k]);
        if (is_take(s, op) && (all || f->o->ops[op].inv <= f->limit))
            culprits_link(&s->list, op, CULPRIT_SHOWN);
    }
}

/* A failed operation that would have put element `v` in; UINT32_MAX when there is none. */
static uint32_t failed_put(const struct object *o, val v)
{
    for (size_t i = 0; i < o->nfailed; i++) {
        const struct op *op = &o->h->ops[o->failed[i]];
        enum action action;
        if (op->in == v && model_action(o->model, val_get_text(&o->h->values, op->f), &action) &&
            action == ACT_PUT)
            return o->failed[i];
    }
    return UINT32_MAX;
}

static enum rule thin_air(struct story *s, uint32_t op)
{
    const struct object *o = s->f->o;
    uint32_t failed = failed_put(o, o->classes[o->ops[op].cls].b);
    const char *what = name_of_op(s, op);
    add(s, op);
    s->out->failed_op = failed;
    tell(s, STEP_OP, op, NO_OP, arena_printf(&s->out->arena, ": nothing put %s in", what));
    if (failed == UINT32_MAX)
        return RULE_THIN_AIR;
    int64_t index = o->h->events.index[o->h->ops[failed].inv];
    tell(s, STEP_TEXT, NO_OP, NO_OP,
         arena_printf(&s->out->arena, "the operation that would have put %s in, invoked at op "
                                      "%lld, was recorded as :fail: it must not have happened",
                      what, (long long)(index >= 0 ? index : o->h->ops[failed].inv)));
    return RULE_ABORTED_READ;
}

static void taken_twice(struct story *s, const struct fifo_clash *c)
{
    add(s, c->op);
    add(s, c->op2);
    tell(s, STEP_OP, c->op, NO_OP, "");
    tell(s, STEP_OP, c->op2, NO_OP, "");
    tell(s, STEP_TEXT, NO_OP, NO_OP,
         arena_printf(&s->out->arena, "%s came in only once", name_of_op(s, c->op)));
}

/* The text with its capital letters A and B replaced. */
static const char *fill(struct story *s, const char *text, const char *a, const char *b)
{
    struct buf t = {.max = 300};
    for (const char *p = text; *p; p++) {
        if (*p == 'A' || *p == 'B')
            buf_puts(&t, *p == 'A' ? a : b);
        else
            buf_putc(&t, *p);
    }
    const char *filled = arena_printf(&s->out->arena, "%.*s", (int)t.n, buf_str(&t).p);
    buf_free(&t);
    return filled;
}

/* x completed before y was invoked (NO_OP: a step about x alone), with the text filled. */
static void before(struct story *s, uint32_t x, uint32_t y, const char *text, const char *a,
                   const char *b)
{
    tell(s, y == NO_OP ? STEP_OP : STEP_BEFORE, x, y, fill(s, text, a, b));
}

/* b was at the front before a had left. */
static void front_before(struct story *s, uint32_t b, uint32_t a)
{
    const struct fifo_value *x = &s->f->v[a], *y = &s->f->v[b];
    bool took = is_take(s, y->first);
    if (x->take == NO_OP)
        before(s, y->first, NO_OP, ": yet A never left before that", name(s, a), "");
    else
        before(s, y->first, x->last,
               took ? ": B had left while A was still inside"
                    : ": B was at the front while A was still inside",
               name(s, a), name(s, b));
    add(s, y->first);
    add_takes(s, b);
    add_takes(s, a);
    if (x->take != NO_OP)
        add(s, x->last);
}

static void two_elements(struct story *s, uint32_t a, uint32_t b)
{
    struct fifo *f = s->f;
    if (f->v[a].came < fifo_inv(f, &f->v[b])) {
        before(s, came_op(s, a), f->v[b].put, ": A came in before B", name(s, a), name(s, b));
        add(s, came_op(s, a));
        s->out->reason = fill(s, "B was at the front of the queue while A, which had come in "
                                 "before it, was still inside", name(s, a), name(s, b));
    } else {
        front_before(s, a, b);
        s->out->reason =
            fill(s, "A and B were at the front of the queue in turns", name(s, a), name(s, b));
    }
    front_before(s, b, a);
}

/* More elements were passed than crashed takes can have taken. */
static void too_few_lost(struct story *s, uint32_t last)
{
    struct fifo *f = s->f;
    uint32_t *passer = mem_alloc((f->nv + 1) * sizeof *passer);
    (void)fifo_passed(f, passer);
    for (uint32_t k = 0; k <= last; k++) {
        uint32_t a = sort_id(f->words[k]), b = passer[a];
        add(s, f->v[a].put);
        add_takes(s, a);
        add_takes(s, b);
        if (k >= PAIRS_SHOWN)
            continue;
        before(s, f->v[a].put, f->v[b].put, ": A came in before B", name(s, a), name(s, b));
        before(s, f->v[b].take, NO_OP, ": B left, so A had left before it, yet nothing says that "
                                       "it took A", name(s, a), name(s, b));
    }
    uint32_t a = sort_id(f->words[0]), first = passer[a];
    mem_free(passer);
    if (last == 0)
        tell(s, STEP_TEXT, NO_OP, NO_OP, "no crashed operation that could have taken it had begun "
                                         "by then");
    else
        tell(s, STEP_TEXT, NO_OP, NO_OP,
             arena_printf(&s->out->arena, "%u elements had left like that, and only %u crashed "
                                          "operations that could have taken them had begun",
                          last + 1, last));
    s->out->reason =
        last ? "more elements had left the queue than operations can have taken"
             : fill(s, "A was passed in the queue by B, which had come in after it", name(s, a),
                    name(s, first));
}

/* The fewest elements that are inside for certain, one after the other, all the time. */
static void not_empty(struct story *s, uint32_t op)
{
    struct fifo *f = s->f;
    const struct lin_op *l = &f->o->ops[op];
    uint32_t covered = l->inv, previous = NO_OP;
    size_t k = 0;
    add(s, op);
    while (covered < l->res) {
        uint32_t best = NO_OP;
        for (; k < f->ncame && sort_key(f->words[k]) <= covered; k++) {
            uint32_t i = sort_id(f->words[k]);
            if (f->v[i].stays > covered && (best == NO_OP || f->v[i].stays > f->v[best].stays))
                best = i;
        }
        if (best == NO_OP)
            break;
        before(s, came_op(s, best), previous == NO_OP ? op : f->v[previous].last,
               previous == NO_OP ? ": A was inside by then" : ": A came in before B left",
               name(s, best), previous == NO_OP ? "" : name(s, previous));
        add(s, came_op(s, best));
        add_takes(s, best);
        if (f->v[best].take != NO_OP)
            add(s, f->v[best].last);
        covered = f->v[best].stays;
        previous = best;
    }
    if (previous != NO_OP && f->v[previous].take != NO_OP)
        before(s, op, f->v[previous].last, ": A was still inside", name(s, previous), "");
    else if (previous != NO_OP)
        before(s, op, NO_OP, ": A never left", name(s, previous), "");
}

static enum rule explain(struct story *s, const struct fifo_clash *c)
{
    switch ((int)c->rule) {
    case RULE_THIN_AIR:
        return thin_air(s, c->op);
    case RULE_FUTURE_READ:
    case RULE_SEEN_AFTER:
        add(s, c->op);
        add(s, c->op2);
        before(s, c->op, c->op2, c->rule == RULE_FUTURE_READ ? ": A had yet to come in"
                                                             : ": A was gone by then",
               name_of_op(s, c->op), "");
        break;
    case RULE_TAKEN_TWICE:
        taken_twice(s, c);
        break;
    case RULE_NOT_EMPTY:
        not_empty(s, c->op);
        break;
    default:
        if (c->a == NO_OP)
            too_few_lost(s, c->last);
        else
            two_elements(s, c->a, c->b);
        break;
    }
    return c->rule;
}

static uint32_t op_ending_at(const struct object *o, uint32_t end)
{
    uint32_t i = 0;
    while (i < o->n && o->ops[i].res != end)
        i++;
    return i < o->n ? i : NO_OP;
}

void fifo_explain(struct fifo *f, const struct fifo_clash *c, struct engine_result *out)
{
    struct story s = {.f = f, .out = out};
    culprits_open(&s.list, f->o->n);
    out->bad = op_ending_at(f->o, c->evident);
    enum rule rule = explain(&s, c);
    const char *why = out->reason;
    culprits_close(&s.list, rule, out);
    if (why)
        out->reason = why;
}
