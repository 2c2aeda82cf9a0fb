/* From a contradiction of stages to the operations that alone show it. x ended before y began, but
 * comes after it by the data. With all other adds crashed (possible at any time after they began):
 *  - y is a read: x is an add of something that y lacks, or a read that had more than y.
 *  - y adds e, x is a read that has e, and y began first of all adds of e: x alone is impossible.
 *  - both are adds: a read that has what y added, and what x added not before it. */
#include "base/mem.h"
#include "checker/growth.h"
#include "checker/rules.h"

enum { STEPS = 4, CULPRITS = 2 };

struct teller {
    const struct growth *g;
    struct engine_result *out;
};

static void culprit(struct teller *t, uint32_t op)
{
    t->out->culprits[t->out->nculprits++] = (struct culprit){op, CULPRIT_SHOWN};
}

static void step(struct teller *t, enum step_kind kind, uint32_t x, uint32_t y, const char *text)
{
    t->out->steps[t->out->nsteps++] = (struct step){kind, x, y, text};
}

/* A value as text in the result's arena. */
static const char *name(struct teller *t, val v)
{
    struct buf b = {.max = 60};
    val_print_edn(&t->g->o->h->values, v, &b);
    const char *text = arena_printf(&t->out->arena, "%.*s%s", (int)b.n, buf_str(&b).p,
                                    b.cut ? "..." : "");
    buf_free(&b);
    return text;
}

static val added_by(const struct growth *g, uint32_t op)
{
    return g->o->classes[g->o->ops[op].cls].a;
}

/* An operation that failed and would have added v, or UINT32_MAX. */
static uint32_t failed_add(const struct object *o, val v)
{
    for (size_t i = 0; i < o->nfailed; i++) {
        const struct op *op = &o->h->ops[o->failed[i]];
        enum action a;
        if (op->in == v && model_action(o->model, val_get_text(&o->h->values, op->f), &a) &&
            a != ACT_WHOLE)
            return o->failed[i];
    }
    return UINT32_MAX;
}

/* One read that is impossible by itself. */
static void explain_read(struct teller *t, const struct growth_clash *c)
{
    struct engine_result *out = t->out;
    const char *e = name(t, c->e);
    culprit(t, c->x);
    if (c->fault == FAULT_TWICE) {
        out->rule = RULE_ELEMENT_TWICE;
        out->reason = arena_printf(&out->arena, "%s is there twice", e);
        step(t, STEP_OP, c->x, c->x, "");
        step(t, STEP_TEXT, NO_OP, NO_OP, "it was there or appended only once");
    } else if (c->fault == FAULT_INITIAL) {
        out->rule = RULE_DATA_ORDER;
        out->reason = arena_printf(&out->arena, "%s was there from the start, and is missing", e);
        step(t, STEP_OP, c->x, c->x, ": an element of the initial value is not where it was");
    } else {
        out->failed_op = failed_add(t->g->o, c->e);
        bool failed = out->failed_op != UINT32_MAX;
        out->rule = failed ? RULE_ABORTED_READ : RULE_THIN_AIR;
        out->reason = arena_printf(&out->arena, "%s was never added", e);
        step(t, STEP_OP, c->x, c->x, arena_printf(&out->arena, ": it contains %s", e));
        step(t, STEP_TEXT, NO_OP, NO_OP,
             failed ? "the operation that would have added it was recorded as :fail: it must not "
                      "have happened"
                    : "no operation adds it, and it was not there from the start");
    }
}

static void explain_pair(struct teller *t, const struct growth_clash *c)
{
    struct engine_result *out = t->out;
    const char *e = name(t, c->e), *f = name(t, c->f);
    bool fork = c->fault == FAULT_FORK;
    culprit(t, c->x);
    culprit(t, c->y);
    out->rule = fork ? RULE_LOG_FORK : RULE_READS_DISAGREE;
    out->reason = rule_text(out->rule);
    if (fork) {
        step(t, STEP_OP, c->x, c->x,
             arena_printf(&out->arena, ": element number %zu is %s", c->place, e));
        step(t, STEP_OP, c->y, c->y,
             arena_printf(&out->arena, ": element number %zu is %s", c->place, f));
    } else {
        step(t, STEP_OP, c->x, c->x, arena_printf(&out->arena, ": it has %s, not %s", e, f));
        step(t, STEP_OP, c->y, c->y, arena_printf(&out->arena, ": it has %s, not %s", f, e));
    }
    step(t, STEP_TEXT, NO_OP, NO_OP,
         "whichever came first, the other one lost what was there: nothing is ever removed");
}

/* Two adds in the wrong order, as c->read shows. */
static void explain_adds(struct teller *t, const struct growth_clash *c)
{
    struct engine_result *out = t->out;
    const char *e = name(t, added_by(t->g, c->y)), *f = name(t, added_by(t->g, c->x));
    culprit(t, c->x);
    culprit(t, c->read);
    out->reason = arena_printf(&out->arena, "it has %s, but not %s before it, which was complete "
                               "before any add of %s began", e, f, e);
    step(t, STEP_BEFORE, c->x, c->y,
         arena_printf(&out->arena, ": %s came in before %s", f, e));
    step(t, STEP_OP, c->read, c->read,
         arena_printf(&out->arena, ": %s is there, and %s is missing or comes later", e, f));
}

static void explain_order(struct teller *t, const struct growth_clash *c)
{
    struct engine_result *out = t->out;
    const struct object *o = t->g->o;
    bool x_reads = growth_reads(t->g, c->x);
    out->rule = RULE_DATA_ORDER;
    if (!growth_reads(t->g, c->y) && !x_reads) {
        explain_adds(t, c);
        return;
    }
    culprit(t, c->x);
    if (!growth_reads(t->g, c->y)) {
        const char *e = name(t, added_by(t->g, c->y));
        out->rule = RULE_FUTURE_READ;
        out->reason = arena_printf(&out->arena, "it has %s, which nothing had begun to add", e);
        step(t, STEP_BEFORE, c->x, c->y, ": no other operation adds it earlier");
        return;
    }
    culprit(t, c->y);
    if (x_reads) {
        out->reason = "it has less than what was read before it began";
        step(t, STEP_BEFORE, c->x, c->y, ": what was there is still there");
    } else {
        val added = o->classes[o->ops[c->x].cls].a;
        out->reason = arena_printf(&out->arena, "%s had been added before it began, and is missing",
                                   name(t, added));
        step(t, STEP_BEFORE, c->x, c->y, ": it is there from then on");
    }
    step(t, STEP_OP, c->y, c->y, x_reads ? ": something is missing" : ": it is missing");
}

void growth_explain(const struct growth *g, const struct growth_clash *c,
                    struct engine_result *out)
{
    struct teller t = {g, out};
    out->culprits = arena_alloc(&out->arena, CULPRITS * sizeof *out->culprits);
    out->steps = arena_alloc(&out->arena, STEPS * sizeof *out->steps);
    if (c->fault == FAULT_ORDER)
        explain_order(&t, c);
    else if (c->fault == FAULT_DISAGREE || c->fault == FAULT_FORK)
        explain_pair(&t, c);
    else
        explain_read(&t, c);
    /* the last of them to end is the one that found no place; reads rather than adds */
    out->bad = out->culprits[0].op;
    for (size_t i = 1; i < out->nculprits; i++)
        if (growth_reads(g, out->culprits[i].op) &&
            (!growth_reads(g, out->bad) ||
             g->o->ops[out->culprits[i].op].res > g->o->ops[out->bad].res))
            out->bad = out->culprits[i].op;
}
