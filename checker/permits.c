/* Semaphores without owners. Taking a permit late and giving one back early is best for everybody,
 * so acquires take effect when they return and releases when they are invoked (also crashed ones;
 * crashed acquires not at all). The history is linearizable iff at no return of an acquire more
 * permits are taken than there were at first and came in since. O(n log p), p operations open at a
 * time. Limits: an acquire that was refused needs that no permit was left; then the search decides.
 * Source: research/algorithms.md 1.12, without owners. */
#include "checker/culprits.h"
#include "checker/engine.h"
#include "checker/number_states.h"
#include "checker/rules.h"
#include "checker/sweep.h"

#define NO_OP UINT32_MAX

struct scan {
    const struct object *o;
    int64_t free;
    bool witness;
};

static bool acquires(const struct object *o, uint32_t op)
{
    return o->classes[o->ops[op].cls].action == ACT_ACQUIRE;
}

/* False when the operation takes a permit that is not there. */
static bool take_effect(struct scan *s, const struct sweep_event *e, struct engine_result *out)
{
    bool acquire = acquires(s->o, e->op);
    if (acquire != e->returns)
        return true;
    int64_t permits = number_value(s->o, s->o->classes[s->o->ops[e->op].cls].a);
    s->free += acquire ? -permits : permits;
    if (s->witness)
        out->witness[out->nwitness++] = e->op;
    return s->free >= 0;
}

/* All acquires that returned by then: what came in was theirs. */
static void explain(const struct object *o, uint32_t bad, struct engine_result *out)
{
    const struct lin_op *ops = o->ops;
    long long first = (long long)number_of(o, o->init_state), added = 0, taken = 0;
    struct culprits c;
    culprits_open(&c, o->n);
    for (uint32_t i = 0; i < o->n && ops[i].inv < ops[bad].res; i++) {
        int64_t permits = number_value(o, o->classes[ops[i].cls].a);
        if (!acquires(o, i)) {
            added += permits;
        } else if (ops[i].res <= ops[bad].res) {
            taken += permits;
            culprits_link(&c, i, CULPRIT_SHOWN);
        }
    }
    culprits_close(&c, RULE_TWO_HOLDERS, out);
    out->alone = true;
    out->steps = arena_alloc(&out->arena, 2 * sizeof *out->steps);
    out->steps[out->nsteps++] = (struct step){STEP_OP, bad, 0, ""};
    out->steps[out->nsteps++] = (struct step){STEP_TEXT, 0, 0,
        arena_printf(&out->arena, "by then %lld permits had been taken, but %lld were free at "
                     "first (--initial) and at most %lld had been given back", taken, first,
                     added)};
}

static void decide(struct scan *s, const struct engine_options *opt, struct engine_result *out)
{
    struct sweep sweep = sweep_open(s->o);
    struct sweep_event e = {NO_OP, false, 0};
    bool good = true;
    for (size_t i = 0; good && sweep_next(&sweep, &e); i++) {
        good = take_effect(s, &e, out);
        if (i % 65536 == 0 && budget_stopped(opt->budget) != STOP_NONE) {
            out->reason = stop_text(budget_stopped(opt->budget));
            out->certified = good && e.at > 0 ? e.at - 1 : 0;
            break;
        }
    }
    sweep_close(&sweep);
    if (out->reason)
        return;
    out->verdict = good ? VERDICT_VALID : VERDICT_INVALID;
    out->certified = good ? RES_INF : e.at - 1;
    if (good)
        return;
    out->bad = e.op;
    out->rule = RULE_TWO_HOLDERS;
    out->nwitness = 0;
    if (!opt->verdict_only)
        explain(s->o, e.op, out);
}

static const char *permits_applies(const struct object *o, struct arena *a)
{
    (void)a;
    if (o->model->close != number_states_close)
        return "";
    if (!(o->actions & (1u << ACT_ACQUIRE | 1u << ACT_RELEASE)))
        return "";
    if (o->actions & ~(1u << ACT_ACQUIRE | 1u << ACT_RELEASE))
        return "some acquires were refused, which tells that no permit was left";
    return NULL;
}

static void permits_run(struct object *o, const struct engine_options *opt,
                        struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    struct scan s = {.o = o, .free = number_of(o, o->init_state), .witness = opt->witness};
    ptrdiff_t bytes = (ptrdiff_t)(opt->witness ? 4 * o->n : 0);
    if (budget_memory(opt->budget, bytes)) {
        if (opt->witness)
            out->witness = arena_alloc(&out->arena, (o->n + 1) * sizeof *out->witness);
        decide(&s, opt, out);
    } else {
        out->reason = stop_text(STOP_MEMORY);
    }
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_permits = {
    .name = "permits",
    .summary = "semaphores without owners: never more permits taken than given",
    .complexity = "O(n log p), p operations open at a time",
    .applies = permits_applies,
    .run = permits_run,
};
