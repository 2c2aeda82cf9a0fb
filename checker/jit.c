/* The jit engine: passes of the frontier search with widening beams.
 *
 * One pass that keeps the whole frontier is a complete breadth-first search: it refutes. On
 * histories with many crashed operations or few values the frontier can grow past any memory,
 * while a handful of well chosen configurations would have found a witness. So the first passes
 * keep few configurations and use crashed operations only when they must; if one survives to the
 * end, the history is linearizable. If it dies, nothing is proved unless nothing was left out; the
 * search backs up a little and tries again with a wider beam, then further with a still wider one,
 * and when that does not help starts over where it first left something out, wider everywhere. The
 * work of all narrow passes together is a fraction of the last one's. Everything is deterministic.
 * Memory: the frontier, not the history; with a witness one trace node per applied operation. */
#include "base/mem.h"
#include "checker/engine.h"
#include "checker/jit_search.h"

#include <string.h>

enum { COLLECT_MIN = 1 << 16 };

static const struct {
    size_t width;
    bool lean;
} beams[] = {{8, true}, {64, true}, {512, false}, {4096, false}, {SIZE_MAX, false}};

enum { BEAMS = sizeof beams / sizeof beams[0] };

/* How far to back up after a death, and how much wider, at the first, second, ... try. */
static const struct {
    uint32_t events;
    size_t wider;
} retries[] = {{32, 4}, {128, 16}, {512, 64}};

enum { RETRIES = sizeof retries / sizeof retries[0], PAST_DEATH = 32 };

struct passes {
    struct jit j;
    struct jit_plan plan;
    const struct engine_options *opt;
    size_t beam;      /* index into beams */
    unsigned tries;   /* at the place of the last death */
    uint32_t death;   /* event; the beam is wide until it is passed */
    bool wide;
    uint32_t deepest; /* events certified by any pass */
    uint32_t collect_at;
};

static void keep_house(struct passes *b)
{
    struct jit *j = &b->j;
    if (j->event > b->deepest)
        b->deepest = j->event;
    if (j->tracing && j->ntrace >= b->collect_at) {
        jit_trace_collect(j);
        b->collect_at = j->ntrace * 2 + COLLECT_MIN;
    }
    if (b->wide && j->event > b->death + PAST_DEATH) {
        b->wide = false;
        b->tries = 0;
        j->width = beams[b->beam].width;
    }
    if (j->width != SIZE_MAX && j->event % JIT_SNAP_EVERY == 0 && j->cut)
        jit_snapshot(j);
}

static enum jit_outcome run_pass(struct passes *b)
{
    struct jit *j = &b->j;
    while (j->event < b->plan.nevents) {
        enum jit_outcome o = jit_step(j);
        if (o != JIT_SURVIVED)
            return o;
        keep_house(b);
        if ((j->event & 255) == 0 && !jit_within_limits(j))
            return JIT_STOPPED;
    }
    return JIT_SURVIVED;
}

/* After a death of an incomplete pass: try again from a little earlier, or start a wider pass. */
static void try_again(struct passes *b)
{
    struct jit *j = &b->j;
    if (j->event > b->death)
        b->death = j->event;
    if (beams[b->beam].lean && b->tries < RETRIES) {
        uint32_t back = retries[b->tries].events;
        j->width = beams[b->beam].width * retries[b->tries].wider;
        b->wide = true;
        b->tries++;
        if (b->death > back && jit_go_back(j, b->death - back))
            return;
    }
    b->beam++;
    b->tries = 0;
    b->wide = false;
    jit_restart(j, beams[b->beam].width, beams[b->beam].lean);
}

static const char *describe_limit(const struct passes *b, struct arena *a)
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

/* The distinct states of the frontier, not more than ENGINE_STATES. */
static void frontier_states(struct passes *b, struct engine_result *out)
{
    struct jit *j = &b->j;
    out->states = arena_alloc(&out->arena, ENGINE_STATES * sizeof *out->states);
    uint32_t *of = b->plan.reg ? model_states(j) : NULL;
    for (size_t i = 0; i < j->front.n && out->nstates < ENGINE_STATES; i++) {
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

static void frontier_finals(struct passes *b, struct engine_result *out)
{
    struct jit *j = &b->j;
    if (j->front.n > ENGINE_STATES)
        return;
    out->finals = arena_zalloc(&out->arena, ENGINE_STATES * sizeof *out->finals);
    uint32_t *of = b->plan.reg ? model_states(j) : NULL;
    for (size_t i = 0; i < j->front.n; i++) {
        const uint64_t *c = jit_at(&j->front, i);
        struct final *f = &out->finals[out->nfinals++];
        f->state = of ? of[(uint32_t)c[0]] : (uint32_t)c[0];
        f->used = arena_alloc(&out->arena, (b->plan.ncrash + 1u) * sizeof *f->used);
        for (uint32_t k = 0; k < b->plan.ncrash; k++) {
            uint32_t count = jit_used(j, c, k);
            if (count == 0)
                continue;
            f->used[f->nused].cls = b->plan.effects[b->plan.crash[k].effect].cls;
            f->used[f->nused++].count = count;
        }
        if (f->state == NO_STATE) { /* it cannot be told */
            out->nfinals = 0;
            break;
        }
    }
    mem_free(of);
}

static void report_death(struct passes *b, struct engine_result *out)
{
    out->verdict = VERDICT_INVALID;
    out->rule = RULE_STUCK;
    out->bad = b->plan.event[b->j.event] >> 1;
    out->reason = "no order of the overlapping operations explains this result";
    frontier_states(b, out);
}

static void report_survival(struct passes *b, struct engine_result *out)
{
    struct jit *j = &b->j;
    out->verdict = VERDICT_VALID;
    if (b->opt->final_states)
        frontier_finals(b, out);
    if (!b->opt->witness)
        return;
    if (!jit_witness(j, jit_at(&j->front, 0), &out->arena, &out->witness, &out->nwitness)) {
        out->verdict = VERDICT_UNKNOWN;
        out->reason = "internal error: the linearization that was found could not be rebuilt";
    }
}

static void search(struct passes *b, struct engine_result *out)
{
    for (;;) {
        switch (run_pass(b)) {
        case JIT_SURVIVED:
            report_survival(b, out);
            return;
        case JIT_DIED:
            if (!b->j.cut) {
                report_death(b, out);
                return;
            }
            try_again(b);
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
    struct passes b = {.opt = opt, .collect_at = COLLECT_MIN};
    out->bad = out->failed_op = UINT32_MAX;
    jit_plan_make(&b.plan, o, !opt->final_states);
    jit_init(&b.j, &b.plan, opt->budget, opt->witness, opt->max_explored);
    b.j.keep_values = opt->exact_states || opt->final_states;
    b.beam = opt->final_states ? BEAMS - 1 : 0;
    b.j.width = beams[b.beam].width;
    b.j.lean = beams[b.beam].lean;
    search(&b, out);
    out->explored = b.j.explored;
    if (out->verdict == VERDICT_VALID)
        out->certified = RES_INF;
    else if (b.deepest)
        out->certified = jit_event_pos(&b.plan, b.deepest - 1);
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
