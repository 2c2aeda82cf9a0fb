/* Ids of which each is given once: the history is linearizable iff the results of all successful
 * operations are different. Any order that respects real time will do, e.g. by invocation; the
 * earliest violation is the id whose second occurrence was returned first. O(n).
 * Source: research/algorithms.md 1.13. */
#include "base/mem.h"
#include "checker/culprits.h"
#include "checker/engine.h"
#include "checker/rules.h"

#define NO_OP UINT32_MAX

struct twice {
    uint32_t first, second; /* by return */
};

/* The two that returned the same id and were complete first; NO_OP, NO_OP when there are none. */
static struct twice find_twice(const struct object *o)
{
    struct twice best = {NO_OP, NO_OP};
    uint32_t *least = mem_alloc((o->nclasses + 1) * sizeof *least); /* per id: returned first */
    memset(least, 0xff, (o->nclasses + 1) * sizeof *least);
    for (uint32_t i = 0; i < o->n; i++) {
        uint32_t cls = o->ops[i].cls, known = least[cls];
        if (o->ops[i].res == RES_INF)
            continue;
        bool sooner = known == NO_OP || o->ops[i].res < o->ops[known].res;
        if (sooner)
            least[cls] = i;
        if (known == NO_OP)
            continue;
        struct twice t = sooner ? (struct twice){i, known} : (struct twice){known, i};
        if (best.second == NO_OP || o->ops[t.second].res < o->ops[best.second].res)
            best = t;
    }
    mem_free(least);
    return best;
}

static void refute(const struct object *o, struct twice t, struct engine_result *out)
{
    struct culprits c;
    out->verdict = VERDICT_INVALID;
    out->certified = o->ops[t.second].res - 1;
    out->bad = t.second;
    culprits_open(&c, o->n);
    culprits_link(&c, t.first, CULPRIT_SHOWN);
    culprits_link(&c, t.second, CULPRIT_SHOWN);
    culprits_close(&c, RULE_SAME_TICKET, out);
    out->steps = arena_alloc(&out->arena, 2 * sizeof *out->steps);
    out->steps[out->nsteps++] = (struct step){STEP_OP, t.first, 0, ""};
    out->steps[out->nsteps++] = (struct step){STEP_OP, t.second, 0, ": the same id"};
}

static void confirm(const struct object *o, bool witness, struct engine_result *out)
{
    out->verdict = VERDICT_VALID;
    out->certified = RES_INF;
    if (!witness)
        return;
    out->witness = arena_alloc(&out->arena, (o->n + 1) * sizeof *out->witness);
    for (uint32_t i = 0; i < o->n; i++)
        if (o->ops[i].res != RES_INF)
            out->witness[out->nwitness++] = i;
}

static const char *distinct_applies(const struct object *o, struct arena *a)
{
    (void)a;
    const struct model_op_name *names = o->model->names;
    bool empty = o->n == 0 && names && names[0].action == ACT_FRESH;
    return empty || o->actions == 1u << ACT_FRESH ? NULL : "";
}

static void distinct_run(struct object *o, const struct engine_options *opt,
                         struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    ptrdiff_t bytes = (ptrdiff_t)(4 * o->nclasses + (opt->witness ? 4 * o->n : 0));
    enum stop_cause stop = budget_stopped(opt->budget);
    if (!budget_memory(opt->budget, bytes))
        stop = STOP_MEMORY;
    if (stop == STOP_NONE) {
        struct twice t = find_twice(o);
        if (t.second == NO_OP)
            confirm(o, opt->witness, out);
        else
            refute(o, t, out);
    } else {
        out->reason = stop_text(stop);
    }
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_distinct = {
    .name = "distinct",
    .summary = "unique ids: all results are different",
    .complexity = "O(n)",
    .applies = distinct_applies,
    .run = distinct_run,
};
