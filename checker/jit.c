/* The jit engine: passes of the frontier search with widening beams.
 *
 * One pass keeps the whole frontier and is a complete breadth-first search: it refutes. On
 * histories with many crashed operations or few values the frontier can grow past any memory,
 * while a handful of well chosen configurations would have found a witness. So the first pass
 * keeps at most BEAM_FIRST configurations; if it survives to the end, the history is
 * linearizable. If it dies, nothing is proved unless it never had to drop one; the search goes
 * back to the event where it first dropped some, with a beam BEAM_FACTOR times as wide. The work
 * of all narrow passes together is a fraction of the last one's.
 * The order of preference is: fewest crashed operations used (they cannot come back), then most
 * operations done or free. Everything is deterministic.
 * Memory: the frontier, not the history; with a witness one trace node per applied operation. */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/engine.h"
#include "checker/jit_search.h"

#include <string.h>

enum { BEAM_FIRST = 64, BEAM_FACTOR = 8, STATES_MAX = 32 };

struct beam {
    struct jit j;
    struct jit_plan plan;
    const struct engine_options *opt;
    struct jit_set kept; /* frontier before the first cut of this pass */
    uint32_t kept_event;
    bool cut;
    size_t width; /* SIZE_MAX = complete */
    uint64_t *rank;
    size_t rank_cap;
    uint32_t deepest; /* events certified by any pass */
    uint32_t collect_at;
};

static uint64_t score(const struct jit *j, const uint64_t *c)
{
    const unsigned nw = j->shape.nw;
    uint64_t used = 0, undone = 0;
    for (uint32_t i = 0; i < j->nlive; i++)
        used += jit_used(j, c, j->live[i]);
    for (unsigned w = 0; w < nw; w++)
        undone += (unsigned)__builtin_popcountll(j->open[w] & ~c[1 + w] & ~c[1 + nw + w]);
    return used * 16 + undone;
}

/* Keep the `width` best configurations; remember the whole frontier if it is the first cut. */
static void cut_frontier(struct beam *b)
{
    struct jit *j = &b->j;
    if (!b->cut) {
        jit_set_clear(&b->kept);
        for (size_t i = 0; i < j->front.n; i++)
            jit_set_append(&b->kept, jit_at(&j->front, i));
        b->kept_event = j->event;
        b->cut = true;
    }
    b->rank = mem_grow(b->rank, &b->rank_cap, j->front.n, sizeof *b->rank);
    for (size_t i = 0; i < j->front.n; i++)
        b->rank[i] = (score(j, jit_at(&j->front, i)) << 32) | i;
    sort_by_high32(b->rank, j->front.n);
    jit_set_clear(&j->next);
    for (size_t i = 0; i < b->width; i++)
        jit_set_append(&j->next, jit_at(&j->front, (uint32_t)b->rank[i]));
    struct jit_set t = j->front;
    j->front = j->next;
    j->next = t;
}

static void collect(struct beam *b)
{
    if (b->j.ntrace < b->collect_at)
        return;
    jit_trace_collect(&b->j, &b->kept);
    b->collect_at = b->j.ntrace * 2 + (1u << 16);
}

static enum jit_outcome run_pass(struct beam *b)
{
    struct jit *j = &b->j;
    while (j->event < b->plan.nevents) {
        enum jit_outcome o = jit_step(j);
        if (o != JIT_SURVIVED)
            return o;
        if (j->event > b->deepest)
            b->deepest = j->event;
        if (j->front.n > b->width)
            cut_frontier(b);
        if (j->tracing)
            collect(b);
        if ((j->event & 255) == 0 && !jit_within_limits(j))
            return JIT_STOPPED;
    }
    return JIT_SURVIVED;
}

/* Back to where the last pass first dropped configurations. */
static void widen(struct beam *b)
{
    struct jit *j = &b->j;
    b->width = b->width > SIZE_MAX / BEAM_FACTOR ? SIZE_MAX : b->width * BEAM_FACTOR;
    jit_rewind(j, b->kept_event);
    jit_set_clear(&j->front);
    for (size_t i = 0; i < b->kept.n; i++)
        jit_set_append(&j->front, jit_at(&b->kept, i));
    b->cut = false;
}

static const char *describe_limit(const struct beam *b, struct arena *a)
{
    const struct jit *j = &b->j;
    uint32_t open = 0;
    for (unsigned w = 0; w < j->shape.nw; w++)
        open += (uint32_t)__builtin_popcountll(j->open[w]);
    uint32_t crashed = 0;
    for (uint32_t i = 0; i < j->nlive; i++)
        crashed += j->avail[j->live[i]];
    return arena_printf(a,
                        "%s: %u crashed and %u other operations overlap here, %zu configurations "
                        "are possible",
                        j->stopped, crashed, open, j->front.n);
}

/* The model's ids of the search's states: follow effects from the initial state. In order of
 * first appearance nearly every chain resolves in one round; what does not is left out. */
static uint32_t *model_states(struct jit *j)
{
    enum { ROUNDS = 4 };
    const struct jit_plan *p = j->plan;
    struct object *o = j->o;
    uint32_t *of = mem_alloc((p->nstates + 1u) * sizeof *of);
    for (uint32_t s = 0; s <= p->nstates; s++)
        of[s] = NO_STATE;
    of[p->init_state] = o->init_state;
    for (int round = 0; round < ROUNDS; round++) {
        for (uint32_t f = 0; f < p->neffects; f++) {
            const struct jit_effect *fx = &p->effects[f];
            uint32_t from = fx->action == ACT_WRITE ? o->init_state : of[fx->from];
            if (fx->action != ACT_READ && from != NO_STATE && of[fx->to] == NO_STATE)
                of[fx->to] = o->model->step(o, from, fx->cls, 0);
        }
    }
    return of;
}

static void report_death(struct beam *b, struct engine_result *out)
{
    struct jit *j = &b->j;
    out->verdict = VERDICT_INVALID;
    out->rule = RULE_STUCK;
    out->bad = b->plan.event[j->event] >> 1;
    out->reason = "no order of the overlapping operations explains this result";
    out->states = arena_alloc(&out->arena, STATES_MAX * sizeof *out->states);
    uint32_t *of = b->plan.reg ? model_states(j) : NULL;
    for (size_t i = 0; i < j->front.n && out->nstates < STATES_MAX; i++) {
        uint32_t s = (uint32_t)jit_at(&j->front, i)[0];
        s = of ? of[s] : s;
        bool known = s == NO_STATE;
        for (size_t k = 0; k < out->nstates; k++)
            known |= out->states[k] == s;
        if (!known)
            out->states[out->nstates++] = s;
    }
    mem_free(of);
}

static void report_survival(struct beam *b, struct engine_result *out)
{
    struct jit *j = &b->j;
    out->verdict = VERDICT_VALID;
    if (!b->opt->witness)
        return;
    if (!jit_witness(j, jit_at(&j->front, 0), &out->arena, &out->witness, &out->nwitness)) {
        out->verdict = VERDICT_UNKNOWN;
        out->reason = "internal error: the linearization that was found could not be rebuilt";
    }
}

static void search(struct beam *b, struct engine_result *out)
{
    for (;;) {
        switch (run_pass(b)) {
        case JIT_SURVIVED:
            report_survival(b, out);
            return;
        case JIT_DIED:
            if (!b->cut) {
                report_death(b, out);
                return;
            }
            widen(b);
            break;
        case JIT_STOPPED:
            out->verdict = VERDICT_UNKNOWN;
            out->reason = describe_limit(b, &out->arena);
            return;
        }
    }
}

static const char *applies(const struct object *o, struct arena *a)
{
    (void)o;
    (void)a;
    return NULL;
}

static void run(struct object *o, const struct engine_options *opt, struct engine_result *out)
{
    struct beam b = {.opt = opt, .width = BEAM_FIRST, .collect_at = 1u << 16};
    out->bad = out->failed_op = UINT32_MAX;
    jit_plan_make(&b.plan, o);
    jit_init(&b.j, &b.plan, opt->budget, opt->witness, opt->max_explored);
    b.j.keep_values = opt->exact_states;
    jit_set_init(&b.kept, &b.j.shape);
    search(&b, out);
    out->explored = b.j.explored;
    if (out->verdict == VERDICT_VALID)
        out->certified = RES_INF;
    else if (b.deepest)
        out->certified = jit_event_pos(&b.plan, b.deepest - 1);
    jit_set_free(&b.kept);
    mem_free(b.rank);
    jit_free(&b.j);
    jit_plan_free(&b.plan);
}

const struct engine engine_jit = {
    .name = "jit",
    .summary = "frontier of configurations, just-in-time, with dominance and widening beams",
    .complexity = "O(events x frontier); exponential only in what overlaps",
    .applies = applies,
    .run = run,
};
