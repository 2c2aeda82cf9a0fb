/* Registers whose operations carry versions. Versions order the mutations, so the history is
 * linearizable (with these versions) iff the stages [write v1][reads at v1][write v2]... do not
 * contradict real time: no operation ends before one of an earlier stage begins. Values may repeat.
 * One pass backwards, remembering the earliest end among later stages. Complexity O(n).
 * Source: research/algorithms.md 1.6; what counts as a version's writer is in stages_plan.c. */
#include "checker/stages.h"

#include "checker/culprits.h"
#include "checker/rules.h"

/* The violation that is complete first. */
struct finding {
    enum rule rule;
    uint32_t op, op2; /* roles by rule */
    uint32_t evident; /* prefixes that end before this position are good as far as it goes */
};

struct scan {
    const struct stage_plan *p;
    struct finding best;
    uint32_t end;  /* the earliest end among later stages, or RES_INF */
    uint32_t ends; /* the operation with it */
};

static void offer(struct scan *s, enum rule rule, uint32_t op, uint32_t op2, uint32_t evident)
{
    if (s->best.rule == RULE_NONE || evident < s->best.evident)
        s->best = (struct finding){rule, op, op2, evident};
}

static void has_ended(struct scan *s, uint32_t op)
{
    uint32_t res = s->p->o->ops[op].res;
    if (res < s->end) {
        s->end = res;
        s->ends = op;
    }
}

static bool is_writer(const struct stage_plan *p, uint32_t op)
{
    return p->values->effect[p->o->ops[op].cls].to != NO_VALUE;
}

/* A read shows its place when it ends; a mutation as soon as anything of a later stage ends. */
static void scan_group(struct scan *s, const struct version_group *g)
{
    const struct stage_plan *p = s->p;
    const struct lin_op *ops = p->o->ops;
    for (uint32_t i = g->first; i < g->end; i++) {
        uint32_t op = p->ops[i];
        if (!is_writer(p, op) && s->end < ops[op].inv)
            offer(s, RULE_VERSION_ORDER, op, s->ends, ops[op].res);
    }
    for (uint32_t i = g->first; i < g->end; i++)
        if (!is_writer(p, p->ops[i]))
            has_ended(s, p->ops[i]);
    if (g->writer != NO_OP && s->end < ops[g->writer].inv)
        offer(s, RULE_VERSION_ORDER, g->writer, s->ends, s->end);
    for (uint32_t i = g->first; i < g->end; i++)
        if (is_writer(p, p->ops[i]))
            has_ended(s, p->ops[i]);
    if (g->rule != RULE_NONE)
        offer(s, g->rule, g->op, g->op2, s->end);
}

static uint32_t ends_last(const struct object *o, uint32_t a, uint32_t b)
{
    return b == NO_OP || (o->ops[a].res > o->ops[b].res && o->ops[a].res != RES_INF) ? a : b;
}

static bool crashed(const struct stage_plan *p, uint32_t op)
{
    return op != NO_OP && p->o->ops[op].res == RES_INF;
}

/* What keeps all other mutations that leave `value` from having made this version: their own
 * versions; for a crashed one that of its reads. The initial value has only the lowest version. */
static void link_writers(struct culprits *c, const struct stage_plan *p, uint32_t value)
{
    for (size_t i = 0; i < p->nops; i++)
        if (p->values->effect[p->o->ops[p->ops[i]].cls].to == value)
            culprits_link(c, p->ops[i], CULPRIT_LINK);
    for (size_t i = 0; i < p->ngroups; i++) {
        const struct version_group *g = &p->groups[i];
        if (g->value == value && (g->writer == NO_OP || crashed(p, g->writer)))
            culprits_link(c, p->ops[g->first], CULPRIT_LINK);
    }
    if (value == 0)
        culprits_link(c, p->ops[p->groups[0].first], CULPRIT_LINK);
}

static bool holds(const struct stage_plan *p, const struct version_group *g, uint32_t op)
{
    bool found = g->writer == op;
    for (uint32_t i = g->first; i < g->end && !found; i++)
        found = p->ops[i] == op;
    return found;
}

/* A read has its value from the mutation before. Of a version that no ok mutation made, all others
 * that leave its value are excluded, and the version before had another value, so that it was not
 * kept by a cas of itself. */
static void link_group(struct culprits *c, const struct stage_plan *p, uint32_t op,
                       enum culprit_role side)
{
    for (size_t i = 0; i < p->ngroups; i++) {
        const struct version_group *g = &p->groups[i];
        if (!holds(p, g, op))
            continue;
        if (g->writer != op)
            culprits_link(c, g->writer, side);
        if (g->rule == RULE_VERSION_AIR || crashed(p, g->writer)) {
            link_writers(c, p, g->value);
            if (i > 0)
                culprits_link(c, p->ops[g[-1].first], side);
        }
    }
}

static void refute(const struct stage_plan *p, const struct finding *f, struct engine_result *out)
{
    bool order = f->rule == RULE_VERSION_ORDER, air = f->rule == RULE_VERSION_AIR;
    struct culprits c;
    culprits_open(&c, p->o->n);
    culprits_add(&c, f->op, air ? CULPRIT_SEES : order ? CULPRIT_EARLIER : CULPRIT_CLASH);
    culprits_add(&c, f->op2, order ? CULPRIT_LATER : CULPRIT_CLASH);
    struct effect e = p->values->effect[p->o->ops[f->op].cls];
    if (f->rule == RULE_VERSION_CAS)
        link_writers(&c, p, e.from);
    link_group(&c, p, f->op, CULPRIT_LINK);
    if (f->op2 != NO_OP)
        link_group(&c, p, f->op2, CULPRIT_LINK_B);
    out->verdict = VERDICT_INVALID;
    out->certified = f->evident - 1;
    out->bad = ends_last(p->o, f->op, f->op2);
    culprits_close(&c, f->rule, out);
}

static void confirm(const struct stage_plan *p, struct engine_result *out)
{
    out->verdict = VERDICT_VALID;
    out->certified = RES_INF;
    out->witness = arena_alloc(&out->arena, p->o->n * sizeof *out->witness);
    for (size_t g = 0; g < p->ngroups; g++) {
        const struct version_group *group = &p->groups[g];
        if (group->writer != NO_OP)
            out->witness[out->nwitness++] = group->writer;
        for (uint32_t i = group->first; i < group->end; i++)
            if (p->ops[i] != group->writer)
                out->witness[out->nwitness++] = p->ops[i];
    }
}

static const char *stages_applies(const struct object *o, struct arena *a)
{
    struct stage_plan p;
    const char *why = stage_plan_make(&p, o, a);
    stage_plan_free(&p);
    return why;
}

static void decide(const struct object *o, struct engine_result *out)
{
    struct stage_plan p;
    out->reason = stage_plan_make(&p, o, &out->arena);
    if (!out->reason) {
        struct scan s = {.p = &p, .end = RES_INF, .ends = NO_OP};
        for (size_t g = p.ngroups; g-- > 0;)
            scan_group(&s, &p.groups[g]);
        if (s.best.rule == RULE_NONE)
            confirm(&p, out);
        else
            refute(&p, &s.best, out);
    }
    stage_plan_free(&p);
}

static void stages_run(struct object *o, const struct engine_options *opt,
                       struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    ptrdiff_t bytes = (ptrdiff_t)((20 + sizeof(struct version_group)) * o->n);
    enum stop_cause stop = budget_stopped(opt->budget);
    if (!budget_memory(opt->budget, bytes))
        stop = STOP_MEMORY;
    if (stop == STOP_NONE)
        decide(o, out);
    else
        out->reason = stop_text(stop);
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_stages = {
    .name = "stages",
    .summary = "registers whose operations carry versions (:version, :mod-revision)",
    .complexity = "O(n)",
    .applies = stages_applies,
    .run = stages_run,
};
