/* Objects whose operations are each about one element, where some do not tell what they found
 * (adds and removes that return nothing). Elements are independent objects (locality, Herlihy and
 * Wing 1990): the object is linearizable iff each element is. Those whose operations all tell go
 * through the greedy pass together, each of the others through the search alone, so that the
 * choices of one never multiply with those of another.
 *
 * A witness of the whole from those of the elements: every operation happens at the latest
 * invocation among it and those before it in its element's order, which lies within its interval
 * because that order keeps real time. Sorted by these positions (two elements never share one)
 * the orders become one. O(n log n), and what the searches need. */
#include "base/hash.h"
#include "base/mem.h"
#include "base/sort.h"
#include "checker/bits.h"
#include "checker/rules.h"

/* The object split: operations grouped by element, those of `told` elements in one part. */
struct parts {
    struct object *o;
    uint32_t *part;  /* per operation */
    uint32_t *start; /* per part, and one more: offsets into ops */
    uint32_t n;
    uint32_t *from;  /* part's operations: indices of the object's */
    struct lin_op *ops;
};

struct merged {
    uint64_t *at; /* position, operation */
    size_t n;
    uint32_t certified;
    struct engine_result worst; /* of the part `part` */
    uint32_t part;
    enum verdict verdict;
    uint64_t explored;
};

static const char *by_element_applies(const struct object *o, struct arena *a)
{
    (void)a;
    uint32_t only = 1u << ACT_UP | 1u << ACT_DOWN | 1u << ACT_IS_UP | 1u << ACT_IS_DOWN |
                    1u << ACT_JOIN | 1u << ACT_LEAVE;
    if (!(o->actions & only))
        return "";
    if (!o->model->element || (o->actions & ~only))
        return "some operations are not about one element of a set";
    for (size_t i = 0; i < o->n; i++)
        if (o->model->element(o, o->ops[i].cls) == VAL_ABSENT)
            return "some operations are about more than one element";
    return NULL;
}

static bool tells(const struct op_class *c)
{
    return c->action >= ACT_UP && c->action <= ACT_IS_DOWN;
}

/* Part 0 holds the elements of which every operation tells; the others follow. */
static void number_parts(struct parts *p)
{
    const struct object *o = p->o;
    struct map64 part_of = {0};
    p->part = mem_alloc((o->n + 1) * sizeof *p->part);
    p->n = 1;
    for (size_t i = 0; i < o->n; i++) {
        val e = o->model->element(o, o->ops[i].cls);
        if (!tells(&o->classes[o->ops[i].cls]) && map64_get(&part_of, e) == MAP64_NONE)
            map64_put(&part_of, e, p->n++);
    }
    for (size_t i = 0; i < o->n; i++) {
        uint32_t part = map64_get(&part_of, o->model->element(o, o->ops[i].cls));
        p->part[i] = part == MAP64_NONE ? 0 : part;
    }
    map64_free(&part_of);
}

static void parts_open(struct parts *p, struct object *o)
{
    *p = (struct parts){.o = o};
    number_parts(p);
    p->start = mem_zalloc((size_t)p->n + 2, sizeof *p->start);
    p->from = mem_alloc((o->n + 1) * sizeof *p->from);
    p->ops = mem_alloc((o->n + 1) * sizeof *p->ops);
    for (size_t i = 0; i < o->n; i++)
        p->start[p->part[i] + 2]++;
    for (uint32_t k = 0; k < p->n; k++)
        p->start[k + 2] += p->start[k + 1];
    for (uint32_t i = 0; i < o->n; i++) {
        uint32_t at = p->start[p->part[i] + 1]++;
        p->from[at] = i;
        p->ops[at] = o->ops[i];
    }
}

static void parts_close(struct parts *p)
{
    mem_free(p->part);
    mem_free(p->start);
    mem_free(p->from);
    mem_free(p->ops);
}

/* Part k as an object that borrows everything from the whole. */
static struct object part_object(const struct parts *p, uint32_t k)
{
    struct object sub = *p->o;
    sub.arena = (struct arena){0};
    sub.ops = p->ops + p->start[k];
    sub.n = p->start[k + 1] - p->start[k];
    sub.crashed = 0;
    sub.actions = 0;
    for (size_t i = 0; i < sub.n; i++) {
        sub.crashed += sub.ops[i].res == RES_INF;
        sub.actions |= 1u << sub.classes[sub.ops[i].cls].action;
    }
    return sub;
}

static void add_witness(const struct parts *p, uint32_t k, const struct engine_result *r,
                        struct merged *m)
{
    uint32_t latest = 0;
    for (size_t i = 0; i < r->nwitness; i++) {
        uint32_t op = p->from[p->start[k] + r->witness[i]];
        latest = p->o->ops[op].inv > latest ? p->o->ops[op].inv : latest;
        m->at[m->n++] = sort_word(latest, op);
    }
}

/* Invalid before unknown before valid; of the invalid the one that is evident first. */
static bool worse(const struct merged *m, const struct engine_result *r)
{
    if (r->verdict == VERDICT_INVALID)
        return m->verdict != VERDICT_INVALID || r->certified < m->worst.certified;
    return r->verdict == VERDICT_UNKNOWN && m->verdict == VERDICT_VALID;
}

static void run_part(const struct parts *p, uint32_t k, const struct engine_options *opt,
                     struct merged *m)
{
    struct object sub = part_object(p, k);
    struct engine_options quick = *opt;
    struct engine_result r = {.certified = RES_INF};
    quick.verdict_only = true;
    if (sub.n > 0)
        (k == 0 ? &engine_bits : &engine_jit)->run(&sub, &quick, &r);
    m->explored += r.explored;
    if (r.certified < m->certified)
        m->certified = r.certified;
    p->o->broken = p->o->broken ? p->o->broken : sub.broken;
    if (r.verdict == VERDICT_VALID && opt->witness)
        add_witness(p, k, &r, m);
    if (!worse(m, &r)) {
        arena_free(&r.arena);
        return;
    }
    arena_free(&m->worst.arena);
    m->worst = r;
    m->part = k;
    m->verdict = r.verdict;
}

static void conclude(struct object *o, const struct parts *p, const struct engine_options *opt,
                     struct merged *m, struct engine_result *out)
{
    out->verdict = m->verdict;
    out->certified = m->certified;
    out->explored = m->explored;
    if (m->verdict == VERDICT_UNKNOWN && m->worst.reason)
        out->reason = arena_printf(&out->arena, "%s", m->worst.reason);
    if (m->verdict == VERDICT_INVALID) {
        out->bad = p->from[p->start[m->part] + m->worst.bad];
        if (!opt->verdict_only)
            bit_evidence(o, m->part == 0 ? &engine_bits : &engine_jit, out->bad, -1, opt, out);
    }
    if (m->verdict != VERDICT_VALID || !opt->witness)
        return;
    sort_by_high32(m->at, m->n);
    out->witness = arena_alloc(&out->arena, (m->n + 1) * sizeof *out->witness);
    for (size_t i = 0; i < m->n; i++)
        out->witness[out->nwitness++] = sort_id(m->at[i]);
}

static void run_parts(struct object *o, const struct engine_options *opt,
                      struct engine_result *out)
{
    struct parts p;
    struct merged m = {.certified = RES_INF};
    parts_open(&p, o);
    m.at = mem_alloc((opt->witness ? o->n + 1 : 1) * sizeof *m.at);
    for (uint32_t k = 0; k < p.n && budget_stopped(opt->budget) == STOP_NONE; k++)
        run_part(&p, k, opt, &m);
    if (m.verdict == VERDICT_VALID && budget_stopped(opt->budget) != STOP_NONE) {
        m.verdict = VERDICT_UNKNOWN;
        m.worst.reason = stop_text(budget_stopped(opt->budget));
        m.certified = 0;
    }
    conclude(o, &p, opt, &m, out);
    arena_free(&m.worst.arena);
    mem_free(m.at);
    parts_close(&p);
}

static void by_element_run(struct object *o, const struct engine_options *opt,
                           struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX};
    size_t per_op = sizeof(struct lin_op) + 2 * sizeof(uint32_t) + sizeof(uint64_t);
    ptrdiff_t bytes = (ptrdiff_t)(o->n * per_op);
    if (budget_memory(opt->budget, bytes))
        run_parts(o, opt, out);
    else
        out->reason = stop_text(STOP_MEMORY);
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_by_element = {
    .name = "by-element",
    .summary = "sets by element: greedy where every operation tells what it found, else search",
    .complexity = "O(n log n), and a search per element with operations that do not tell",
    .applies = by_element_applies,
    .run = by_element_run,
};
