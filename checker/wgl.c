/* The classical search of Wing & Gong (1993) with Lowe's cache of visited configurations (2017):
 * depth first, each step linearizes one operation whose invocation lies before the first return
 * that is left; configurations (set of linearized operations, model state) are visited once.
 *
 * What is added, each by an exchange argument that keeps it exact:
 *  - the set is a window: all ok operations before the first one left are implicit;
 *  - operations that only observe are linearized as soon as they are legal;
 *  - of equal open operations the one that returns first is taken, and equal crashed operations
 *    are counted instead of named;
 *  - crashed operations come last, are never required, and are skipped where the next step leads
 *    to the same state without them: a linearization with the fewest crashed operations exists;
 *  - a configuration that used more crashed operations than one visited before is not visited;
 *  - first what opens the wall, the first return that is left, then the earliest return.
 * Hashes are incremental (Zobrist), keys are compared exactly.
 *
 * Memory grows with the configurations visited (about 30 bytes each), not with their distance from
 * the start, so long histories are fine; time is exponential in what overlaps. */
#include "checker/wgl.h"

#include "base/mem.h"
#include "checker/rules.h"

enum outcome { OUTCOME_FOUND, OUTCOME_NONE, OUTCOME_STOPPED };

struct search {
    struct wgl w;
    const struct engine_options *opt;
    uint64_t steps;
    size_t accounted; /* bytes of the model's states */
    enum stop_cause cause; /* STOP_NONE with OUTCOME_STOPPED: max_explored */
};

/* The step before was a crashed operation, and without it this one leads to the same state. */
static bool superfluous(const struct wgl *w, uint32_t cls, uint32_t next)
{
    if (w->npath == 0)
        return false;
    const struct wgl_frame *top = &w->path[w->npath - 1];
    if (!(top->what & WGL_CRASHED))
        return false;
    const struct model *m = w->o->model;
    for (unsigned k = 0;; k++) {
        uint32_t without = m->step(w->o, top->state, cls, k);
        if (without == next || without == NO_STATE)
            return without == next;
    }
}

/* Take the first step at or after candidate f->ordinal, next state f->k. */
static bool descend(struct wgl *w, struct wgl_frame *f)
{
    const struct model *m = w->o->model;
    for (; f->ordinal < w->nturn; f->ordinal++, f->k = 0) {
        f->what = w->turn[f->ordinal].what;
        uint32_t cls = wgl_class(w, f->what);
        for (;; f->k++) {
            uint32_t next = m->step(w->o, w->state, cls, f->k);
            if (next == NO_STATE)
                break;
            bool idle = (f->what & WGL_CRASHED) && next == w->state;
            if (idle || superfluous(w, cls, next))
                continue;
            f->state = w->state;
            wgl_push(w, *f, next);
            return true;
        }
    }
    return false;
}

static bool ascend(struct wgl *w, struct wgl_frame *f)
{
    do {
        if (w->npath == 0)
            return false;
        *f = wgl_pop(w);
    } while (f->ordinal == WGL_FORCED);
    f->k++;
    return true;
}

static bool account_states(struct search *s)
{
    size_t now = object_bytes(s->w.o);
    ptrdiff_t delta = (ptrdiff_t)now - (ptrdiff_t)s->accounted;
    s->accounted = now;
    return budget_memory(s->opt->budget, delta);
}

static bool may_go_on(struct search *s)
{
    if (s->opt->max_explored && s->w.cache.n >= s->opt->max_explored)
        return false;
    if (++s->steps % 1024 == 0) {
        s->cause = budget_stopped(s->opt->budget);
        if (!account_states(s))
            s->cause = STOP_MEMORY;
    }
    return s->cause == STOP_NONE;
}

static enum outcome search(struct search *s)
{
    struct wgl *w = &s->w;
    struct wgl_frame f = {0};
    bool expanded = false; /* w->turn is of the current configuration */
    for (;;) {
        wgl_settle(w);
        if (w->left == 0)
            return OUTCOME_FOUND;
        wgl_note(w);
        enum wgl_cache_answer seen = wgl_visit(w);
        if (seen == CACHE_FULL)
            s->cause = STOP_MEMORY;
        if (!may_go_on(s))
            return OUTCOME_STOPPED;
        if (seen == CACHE_NEW) {
            f = (struct wgl_frame){0};
            expanded = false;
        } else if (!ascend(w, &f)) {
            return OUTCOME_NONE;
        }
        if (!expanded)
            wgl_candidates(w);
        while (!descend(w, &f)) {
            if (!ascend(w, &f))
                return OUTCOME_NONE;
            wgl_candidates(w);
        }
        expanded = true;
    }
}

static void report_witness(const struct search *s, struct engine_result *out)
{
    struct wgl w = s->w;
    out->witness = arena_alloc(&out->arena, w.npath * sizeof *out->witness);
    out->nwitness = w.npath;
    for (uint32_t p = 0; p < w.npools; p++)
        w.pools[p].used = 0;
    for (size_t i = 0; i < w.npath; i++) {
        uint32_t what = w.path[i].what;
        out->witness[i] = wgl_op(&w, what);
        if (what & WGL_CRASHED)
            w.pools[what & ~WGL_CRASHED].used++;
    }
}

static void report_stuck(const struct wgl *w, struct engine_result *out)
{
    out->rule = RULE_STUCK;
    out->reason = rule_text(RULE_STUCK);
    out->bad = w->ok[w->deepest];
    out->nstates = w->nstates;
    out->states = arena_alloc(&out->arena, w->nstates * sizeof *out->states);
    memcpy(out->states, w->states, w->nstates * sizeof *out->states);
}

static void report_limit(const struct search *s, struct engine_result *out)
{
    const struct wgl *w = &s->w;
    uint32_t end = w->o->ops[w->ok[w->deepest]].res, ended = 0, crashed = 0;
    for (uint32_t i = 0; i < w->nok; i++)
        ended += w->o->ops[w->ok[i]].res < end;
    for (size_t i = 0; i < w->ncrashed; i++)
        crashed += w->o->ops[w->crashed[i]].inv < end;
    const char *limit =
        s->cause ? stop_text(s->cause) : "the limit of explored configurations was reached";
    out->reason = arena_printf(&out->arena,
                               "%s after %zu configurations: the first %u of %u completed "
                               "operations are linearizable, %u crashed operations overlap what "
                               "follows",
                               limit, w->cache.n, ended, w->nok, crashed);
}

static void report(const struct search *s, enum outcome found, struct engine_result *out)
{
    const struct wgl *w = &s->w;
    out->explored = w->cache.n;
    out->certified = RES_INF;
    if (found != OUTCOME_FOUND)
        out->certified = w->o->ops[w->ok[w->deepest]].res - 1;
    switch (found) {
    case OUTCOME_FOUND:
        out->verdict = VERDICT_VALID;
        if (s->opt->witness)
            report_witness(s, out);
        return;
    case OUTCOME_NONE:
        out->verdict = VERDICT_INVALID;
        report_stuck(w, out);
        return;
    case OUTCOME_STOPPED:
        report_limit(s, out);
        return;
    }
}

static const char *wgl_applies(const struct object *o, struct arena *a)
{
    (void)a;
    return o->n < WGL_CRASHED / 2 ? NULL : "an object with more than 2^30 operations";
}

static void wgl_run(struct object *o, const struct engine_options *opt, struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = UINT32_MAX, .failed_op = UINT32_MAX};
    ptrdiff_t bytes = (ptrdiff_t)(48 * o->n + 4 * o->nclasses);
    struct search s = {.opt = opt};
    if (budget_memory(opt->budget, bytes)) {
        wgl_open(&s.w, o, opt->budget);
        report(&s, search(&s), out);
        wgl_close(&s.w);
        budget_memory(opt->budget, -(ptrdiff_t)s.accounted);
    } else {
        out->reason = stop_text(STOP_MEMORY);
    }
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_wgl = {
    .name = "wgl",
    .summary = "depth-first search with a cache of visited configurations, for every model",
    .complexity = "exponential in the operations that overlap",
    .applies = wgl_applies,
    .run = wgl_run,
};
