/* From versions to groups. A version stands for the state after one mutation, so
 *  - two ok mutations with one version, or two values at one version, are violations;
 *  - the lowest version may be the initial value's, if nothing ok made it and it shows that value;
 *  - any other version that nothing ok made was made by a crashed mutation. Crashed plain writes
 *    of one value are interchangeable but for their invocations, and versions are ordered, so
 *    those that began first are given to the lowest versions: if any choice works, this one does;
 *  - a crashed cas also needs its old value: it is matched only when there is no choice;
 *  - a version that keeps the value of the one before may come from a crashed cas of a value to
 *    itself, which the model dropped.
 * Whatever could be explained by an unobserved crashed operation is left to the searches. */
#include "checker/stages.h"

#include "base/mem.h"
#include "base/sort.h"

struct planner {
    struct stage_plan *p;
    struct arena *arena;
    uint64_t *crashed; /* (value it leaves, op), by value, then invocation */
    uint64_t *open;    /* (value, group) of versions that nothing ok made, by value, version */
    size_t ncrashed, nopen;
};

static struct effect effect_of(const struct stage_plan *p, uint32_t op)
{
    return p->values->effect[p->o->ops[op].cls];
}

/* A cas from a value to itself is a read to the model, but it may have made a version. */
static bool cas_to_itself(const struct object *o, uint32_t i)
{
    const struct op *op = &o->h->ops[o->ops[i].op];
    val a, b;
    enum action action;
    return o->classes[o->ops[i].cls].action == ACT_READ &&
           val_pair(&o->h->values, op->in, &a, &b) &&
           model_action(o->model, val_get_text(&o->h->values, op->f), &action) && action == ACT_CAS;
}

static const char *unfit(const struct object *o)
{
    if (!o->register_like)
        return o->actions > 2u << ACT_OTHER ? "" : "some operations are not read, write or cas";
    if (o->nil_unknown)
        return "reads of nil are unknown here, but their versions would have to count";
    if (o->n == o->crashed)
        return "no operation carries a version";
    bool differ = false;
    uint32_t made = 0;
    int64_t last = -1;
    for (uint32_t i = 0; i < o->n; i++) {
        const struct lin_op *op = &o->ops[i];
        if (op->res == RES_INF)
            continue;
        if (op->version < 0)
            return "not every completed operation carries a version";
        if (cas_to_itself(o, i))
            return "it is not clear whether a cas from a value to itself makes a version";
        if (o->classes[op->cls].action == ACT_READ)
            continue;
        differ |= made++ > 0 && op->version != last;
        last = op->version;
    }
    return made > 1 && !differ ? "all writes carry the same version" : NULL;
}

/* Ok operations by version: stable bucket passes over the low and the high half. */
static void sort_ops(struct stage_plan *p)
{
    const struct object *o = p->o;
    uint64_t *k = mem_alloc((o->n - o->crashed) * sizeof *k);
    for (uint32_t i = 0; i < o->n; i++)
        if (o->ops[i].res != RES_INF)
            k[p->nops++] = sort_word((uint32_t)o->ops[i].version, i);
    sort_by_high32(k, p->nops);
    for (size_t i = 0; i < p->nops; i++)
        k[i] = sort_word((uint32_t)((uint64_t)o->ops[sort_id(k[i])].version >> 32), sort_id(k[i]));
    sort_by_high32(k, p->nops);
    p->ops = mem_alloc(p->nops * sizeof *p->ops);
    for (size_t i = 0; i < p->nops; i++)
        p->ops[i] = sort_id(k[i]);
    mem_free(k);
}

static uint32_t value_of(const struct stage_plan *p, uint32_t op)
{
    struct effect e = effect_of(p, op);
    return e.to != NO_VALUE ? e.to : e.from;
}

/* The pair with different values that is complete first. */
static void compare_values(const struct stage_plan *p, struct version_group *g)
{
    const struct lin_op *ops = p->o->ops;
    uint32_t a = p->ops[g->first], b = NO_OP;
    for (uint32_t i = g->first; i < g->end; i++)
        if (ops[p->ops[i]].res < ops[a].res)
            a = p->ops[i];
    for (uint32_t i = g->first; i < g->end; i++) {
        uint32_t op = p->ops[i];
        if (value_of(p, op) != value_of(p, a) && (b == NO_OP || ops[op].res < ops[b].res))
            b = op;
    }
    if (b == NO_OP)
        return;
    g->rule = RULE_VERSION_VALUE;
    g->op = a;
    g->op2 = b;
}

static void examine(const struct stage_plan *p, struct version_group *g)
{
    g->writer = NO_OP;
    for (uint32_t i = g->first; i < g->end; i++) {
        uint32_t op = p->ops[i];
        if (effect_of(p, op).to == NO_VALUE)
            continue;
        if (g->writer != NO_OP) {
            g->rule = RULE_VERSION_TWICE;
            g->op = g->writer;
            g->op2 = op;
        }
        g->writer = op;
    }
    g->value = value_of(p, g->writer != NO_OP ? g->writer : p->ops[g->first]);
    if (g->rule == RULE_NONE)
        compare_values(p, g);
}

static void group_ops(struct stage_plan *p)
{
    size_t cap = 0;
    for (uint32_t i = 0; i < p->nops; i++) {
        int64_t version = p->o->ops[p->ops[i]].version;
        if (i == 0 || version != p->groups[p->ngroups - 1].version) {
            p->groups = mem_grow(p->groups, &cap, p->ngroups + 1, sizeof *p->groups);
            p->groups[p->ngroups++] = (struct version_group){.version = version, .first = i};
        }
        p->groups[p->ngroups - 1].end = i + 1;
    }
    for (size_t g = 0; g < p->ngroups; g++)
        examine(p, &p->groups[g]);
}

static void list_candidates(struct planner *n)
{
    const struct stage_plan *p = n->p;
    n->crashed = mem_alloc(p->o->crashed * sizeof *n->crashed);
    n->open = mem_alloc(p->ngroups * sizeof *n->open);
    for (uint32_t i = 0; i < p->o->n; i++)
        if (p->o->ops[i].res == RES_INF && effect_of(p, i).to != NO_VALUE)
            n->crashed[n->ncrashed++] = sort_word(effect_of(p, i).to, i);
    for (uint32_t g = 0; g < p->ngroups; g++) {
        bool initial = g == 0 && p->groups[g].value == 0;
        if (p->groups[g].writer == NO_OP && !initial)
            n->open[n->nopen++] = sort_word(p->groups[g].value, g);
    }
    sort_by_high32(n->crashed, n->ncrashed);
    sort_by_high32(n->open, n->nopen);
}

static uint32_t value_before(const struct stage_plan *p, uint32_t group)
{
    return group == 0 ? 0 : p->groups[group - 1].value;
}

/* Give the crashed mutations c[0..nc) to the groups g[0..ng), all of one value. */
static const char *match(struct planner *n, const uint64_t *c, size_t nc, const uint64_t *g,
                         size_t ng)
{
    struct stage_plan *p = n->p;
    for (size_t i = 0; i < ng; i++) {
        struct version_group *group = &p->groups[sort_id(g[i])];
        if (value_before(p, sort_id(g[i])) == group->value)
            return arena_printf(n->arena,
                                "version %lld may have been made by a crashed cas that kept the "
                                "value",
                                (long long)group->version);
        if (i < nc) {
            group->writer = sort_id(c[i]);
        } else if (group->rule == RULE_NONE) {
            group->rule = RULE_VERSION_AIR;
            group->op = p->ops[group->first];
            group->op2 = NO_OP;
        }
    }
    for (size_t i = 0; i < nc; i++) {
        uint32_t from = effect_of(p, sort_id(c[i])).from;
        if (from == NO_VALUE)
            continue;
        if (nc > 1 || ng > 1 || value_before(p, sort_id(g[0])) != from)
            return arena_printf(n->arena, "a crashed cas may have made version %lld",
                                (long long)p->groups[sort_id(g[0])].version);
    }
    return NULL;
}

static const char *match_all(struct planner *n)
{
    size_t c = 0;
    for (size_t g = 0, end; g < n->nopen; g = end) {
        uint32_t value = sort_key(n->open[g]);
        for (end = g; end < n->nopen && sort_key(n->open[end]) == value;)
            end++;
        while (c < n->ncrashed && sort_key(n->crashed[c]) < value)
            c++;
        size_t first = c;
        while (c < n->ncrashed && sort_key(n->crashed[c]) == value)
            c++;
        const char *why = match(n, n->crashed + first, c - first, n->open + g, end - g);
        if (why)
            return why;
    }
    return NULL;
}

static bool crashed_leaves(const struct planner *n, uint32_t value)
{
    size_t lo = 0, hi = n->ncrashed;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (sort_key(n->crashed[mid]) < value)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n->ncrashed && sort_key(n->crashed[lo]) == value;
}

/* An ok cas finds its old value at the version before, unless a crashed mutation came between. */
static const char *check_cas(struct planner *n)
{
    struct stage_plan *p = n->p;
    for (uint32_t i = 0; i < p->ngroups; i++) {
        struct version_group *g = &p->groups[i];
        uint32_t from = g->writer == NO_OP ? NO_VALUE : effect_of(p, g->writer).from;
        if (from == NO_VALUE || from == value_before(p, i) || g->rule != RULE_NONE)
            continue;
        if (crashed_leaves(n, from))
            return arena_printf(n->arena,
                                "a crashed operation may have set the old value of the "
                                "cas that made version %lld",
                                (long long)g->version);
        g->rule = RULE_VERSION_CAS;
        g->op = g->writer;
        g->op2 = i == 0 ? NO_OP : p->groups[i - 1].writer;
        if (i > 0 && g->op2 == NO_OP)
            g->op2 = p->ops[p->groups[i - 1].first];
    }
    return NULL;
}

const char *stage_plan_make(struct stage_plan *p, const struct object *o, struct arena *a)
{
    *p = (struct stage_plan){.o = o};
    const char *why = unfit(o);
    if (why)
        return why;
    p->values = register_values_of(o);
    sort_ops(p);
    group_ops(p);
    struct planner n = {.p = p, .arena = a};
    list_candidates(&n);
    why = match_all(&n);
    if (!why)
        why = check_cas(&n);
    mem_free(n.crashed);
    mem_free(n.open);
    return why;
}

void stage_plan_free(struct stage_plan *p)
{
    mem_free(p->ops);
    mem_free(p->groups);
    *p = (struct stage_plan){0};
}
