/* A counter whose operations all add 1 (or all take 1 away), and reads.
 *
 * Idea: keep the count of increments as small as what was seen allows, in one pass over the events.
 * An increment is counted when it returns, if it was not before. A read of v is impossible when the
 * count is above v at its invocation: too low. When it returns and the count is below v, open
 * increments are counted until it is v, those with the earliest deadline first (a crashed one has
 * none, so it comes last); when there are none left, the read was too high. Steps of one pass
 * through every number, so there is a moment inside the read at which the count is v.
 * Why it is exact: a smaller count never makes a read too low, and of two open increments the one
 * that has to be counted earlier anyway is the better one to take.
 *
 * Complexity: O(n log p), p operations open at a time. Exact within its limits (unit steps in one
 * direction); sums of other amounts are as hard as subset sum and left to the search.
 * Source: research/algorithms.md 1.10. Its evidence is in counter_evidence.c. */
#include "checker/counter.h"

#include "base/mem.h"
#include "base/sort.h"
#include "checker/number_states.h"
#include "checker/rules.h"
#include "checker/sweep.h"

struct scan {
    struct counter c;
    const struct object *o;
    uint64_t *settled; /* bit per op: an increment was counted; a read is too low */
    struct heap open;  /* increments by deadline, some of them counted */
    uint32_t *crashed; /* crashed increments that were invoked */
    size_t ncrashed, used;
    int64_t count;
    uint32_t *order;   /* with a witness: increments as they were counted */
};

int64_t counter_told(const struct counter *c, uint32_t read)
{
    const struct object *o = c->o;
    return (number_value(o, o->classes[o->ops[read].cls].b) - c->first) * c->step;
}

static bool settled(const struct scan *s, uint32_t op)
{
    return s->settled[op / 64] >> (op % 64) & 1;
}

static void settle(struct scan *s, uint32_t op)
{
    s->settled[op / 64] |= (uint64_t)1 << (op % 64);
}

static void count(struct scan *s, uint32_t op)
{
    if (s->order)
        s->order[s->count] = op;
    settle(s, op);
    s->count++;
}

/* Count the open increment with the earliest deadline. False when there is none. */
static bool count_next(struct scan *s)
{
    while (s->open.n > 0) {
        uint32_t op = sort_id(heap_pop(&s->open));
        if (!settled(s, op)) {
            count(s, op);
            return true;
        }
    }
    if (s->used == s->ncrashed)
        return false;
    count(s, s->crashed[s->used++]);
    return true;
}

/* Each returns the rule that the operation breaks, or RULE_NONE. */
static enum rule add_event(struct scan *s, const struct sweep_event *e)
{
    uint32_t res = s->o->ops[e->op].res;
    if (res == RES_INF)
        s->crashed[s->ncrashed++] = e->op;
    else if (!e->returns)
        heap_push(&s->open, sort_word(res, e->op));
    else if (!settled(s, e->op))
        count(s, e->op);
    return RULE_NONE;
}

static enum rule read_event(struct scan *s, const struct sweep_event *e)
{
    int64_t told = counter_told(&s->c, e->op);
    if (!e->returns) {
        if (told < s->count)
            settle(s, e->op);
        return RULE_NONE;
    }
    if (settled(s, e->op))
        return RULE_TOO_LOW;
    while (s->count < told)
        if (!count_next(s))
            return RULE_TOO_HIGH;
    return RULE_NONE;
}

static bool is_read(const struct object *o, uint32_t op)
{
    return o->classes[o->ops[op].cls].action == ACT_SUM;
}

/* Increments as they were counted, the reads of each number behind the increment that led to it. */
static void tell_witness(const struct scan *s, struct engine_result *out)
{
    const struct object *o = s->o;
    uint64_t *reads = mem_alloc((o->n + 1) * sizeof *reads);
    size_t n = 0, next = 0;
    for (uint32_t i = 0; i < o->n; i++)
        if (is_read(o, i))
            reads[n++] = sort_word((uint32_t)counter_told(&s->c, i), i);
    sort_by_high32(reads, n);
    out->witness = arena_alloc(&out->arena, (o->n + 1) * sizeof *out->witness);
    for (int64_t k = 0; k <= s->count; k++) {
        for (; next < n && sort_key(reads[next]) == k; next++)
            out->witness[out->nwitness++] = sort_id(reads[next]);
        if (k < s->count)
            out->witness[out->nwitness++] = s->order[k];
    }
    mem_free(reads);
}

static void refute(const struct scan *s, const struct sweep_event *e, enum rule broken,
                   bool verdict_only, struct engine_result *out)
{
    out->verdict = VERDICT_INVALID;
    out->rule = broken;
    out->bad = e->op;
    out->certified = e->at - 1;
    if (verdict_only)
        return;
    if (broken == RULE_TOO_LOW)
        counter_explain_low(&s->c, e->op, out);
    else
        counter_explain_high(&s->c, e->op, out);
}

static void scan_all(struct scan *s, const struct engine_options *opt, struct engine_result *out)
{
    struct sweep sweep = sweep_open(s->o);
    struct sweep_event e;
    enum rule broken = RULE_NONE;
    out->verdict = VERDICT_VALID;
    out->certified = RES_INF;
    for (size_t i = 0; broken == RULE_NONE && sweep_next(&sweep, &e); i++) {
        broken = is_read(s->o, e.op) ? read_event(s, &e) : add_event(s, &e);
        if (i % 65536 == 0 && budget_stopped(opt->budget) != STOP_NONE) {
            out->verdict = VERDICT_UNKNOWN;
            out->reason = stop_text(budget_stopped(opt->budget));
            out->certified = e.at > 0 ? e.at - 1 : 0;
            break;
        }
    }
    sweep_close(&sweep);
    if (broken != RULE_NONE)
        refute(s, &e, broken, opt->verdict_only, out);
}

static const char *counter_applies(const struct object *o, struct arena *a)
{
    (void)a;
    int64_t step = 0;
    if (o->actions & ~(1u << ACT_ADD | 1u << ACT_SUM))
        return "";
    for (size_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        if (c->action != ACT_ADD)
            continue;
        int64_t amount = number_value(o, c->a);
        if (amount != 1 && amount != -1)
            return "some operations add another amount than 1";
        if (step != 0 && amount != step)
            return "there are increments and decrements";
        step = amount;
    }
    const struct model_op_name *names = o->model->names;
    return o->n || (names && names[0].action == ACT_ADD) ? NULL : "";
}

static void counter_run(struct object *o, const struct engine_options *opt,
                        struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = UINT32_MAX, .failed_op = UINT32_MAX, .explored = o->n};
    ptrdiff_t bytes = (ptrdiff_t)(o->n / 8 + 4 * o->crashed + (opt->witness ? 24 * o->n : 0));
    if (!budget_memory(opt->budget, bytes)) {
        out->reason = stop_text(STOP_MEMORY);
    } else {
        struct scan s = {.o = o, .c = {.o = o, .first = number_of(o, o->init_state), .step = 1}};
        for (size_t i = 0; i < o->n; i++)
            if (!is_read(o, (uint32_t)i))
                s.c.step = number_value(o, o->classes[o->ops[i].cls].a);
        s.settled = mem_zalloc(o->n / 64 + 1, sizeof *s.settled);
        s.crashed = mem_alloc((o->crashed + 1) * sizeof *s.crashed);
        s.order = opt->witness ? mem_alloc((o->n + 1) * sizeof *s.order) : NULL;
        scan_all(&s, opt, out);
        if (opt->witness && out->verdict == VERDICT_VALID)
            tell_witness(&s, out);
        heap_free(&s.open);
        mem_free(s.settled);
        mem_free(s.crashed);
        mem_free(s.order);
    }
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_counter = {
    .name = "counter",
    .summary = "counters that go up, or down, by 1",
    .complexity = "O(n log p), p operations open at a time",
    .applies = counter_applies,
    .run = counter_run,
};
