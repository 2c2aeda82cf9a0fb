/* In any linearization of a history, cut after the last of the operations that had returned
 * before position p: before the cut are all of these, some that were open at p or crashed, and
 * none that was invoked at p or later. So the state at the cut, and which of the open ones are
 * used up, is what one of the configurations says in which the complete frontier search ends,
 * when it is given the operations invoked before p, with those that had not returned by then as
 * optional. What follows the cut is a linearization, from that state, of the operations invoked
 * since p and of some that were open or crashed and not used. If there is none from any of the
 * configurations, there is no linearization at all; relaxing operations of the window
 * (research/algorithms.md 8) is as sound as elsewhere.
 *
 * The window begins with the last 8 operations to return, or 4, 2, 1 where that is not enough.
 * The configurations are searched for once over the long prefix, for a longer window, and those
 * of the shorter ones from there. */
#include "checker/window.h"

#include "base/mem.h"
#include "checker/relax.h"
#include "checker/shrinker.h"

enum { WINDOW_WANTED = 8, WINDOW_LONGEST = 128, STARTS_EXPLORES = 200000, CHECK_EXPLORES = 20000,
       STARTS_MOST = 64 };

/* A window: the operations since `since`, and those that were open there or crashed before.
 * `to`: op of the window -> op of the whole object. */
struct view {
    struct object o;
    uint32_t *to;
    uint32_t since;
    struct start starts[STARTS_MOST];
    size_t nstarts;
};

struct finder {
    const struct object *o;
    struct budget *budget;
    uint32_t end;
    uint64_t explores;
    struct arena arena;
    struct view win;
};

static void view_free(struct view *v)
{
    mem_free(v->o.ops);
    mem_free(v->to);
}

/* The operations of `from` that matter at `since` and later, up to the end. Those that do not lie
 * within are optional: the search forgets that an operation took effect where that made no
 * difference, or where fewer operations lead to the same state. */
static void cut_view(const struct finder *f, struct view *v, const struct view *from)
{
    const struct object *o = &from->o;
    v->o = *o;
    v->o.begun = true;
    v->o.arena = (struct arena){0};
    v->o.ops = mem_alloc((o->n + 1) * sizeof *v->o.ops);
    v->o.n = v->o.crashed = 0;
    v->to = mem_alloc((o->n + 1) * sizeof *v->to);
    for (size_t i = 0; i < o->n && o->ops[i].inv < f->end; i++) {
        struct lin_op op = o->ops[i];
        bool pure = o->classes[op.cls].pure;
        if (op.res < v->since || (pure && (op.inv < v->since || op.res > f->end)))
            continue;
        if (op.res > f->end)
            op.cls = o->classes[op.cls].relaxed;
        if (op.res > f->end || op.inv < v->since) {
            op.res = RES_INF;
            op.version = -1;
        }
        v->o.crashed += op.res == RES_INF;
        v->to[v->o.n] = from->to ? from->to[i] : (uint32_t)i;
        v->o.ops[v->o.n++] = op;
    }
}

static bool contains(const uint32_t *list, size_t n, uint32_t x)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == x)
            return true;
    return false;
}

/* What is there of `from` before `since`, without what the start has used up. */
static void cut_prefix(const struct finder *f, struct object *pre, const struct view *from,
                       const struct start *start, uint32_t since)
{
    const struct object *o = &from->o;
    *pre = *o;
    pre->arena = (struct arena){0};
    pre->ops = mem_alloc((o->n + 1) * sizeof *pre->ops);
    pre->n = pre->crashed = 0;
    for (size_t i = 0; i < o->n && o->ops[i].inv < since; i++) {
        struct lin_op op = o->ops[i];
        if (op.res > f->end)
            op.cls = o->classes[op.cls].relaxed;
        if (op.res >= since)
            op.res = RES_INF;
        if (op.res == RES_INF && (o->classes[op.cls].pure ||
                                  contains(start->gone, start->ngone, (uint32_t)i)))
            continue;
        pre->crashed += op.res == RES_INF;
        pre->ops[pre->n++] = op;
    }
    object_begin_in(pre, start->state);
}

/* A final configuration as a start of v: which operations are used up, those of the start before
 * included. Of equal ones the first: the others can do what these could. */
static bool add_start(struct finder *f, struct view *v, const struct view *from,
                      const struct start *before, const struct final *final)
{
    if (v->nstarts == STARTS_MOST)
        return false;
    struct start *s = &v->starts[v->nstarts++];
    *s = (struct start){.state = final->state,
                        .gone = arena_alloc(&f->arena, (v->o.n + 1) * sizeof *s->gone)};
    bool *gone = mem_zalloc(v->o.n + 1, sizeof *gone);
    size_t at = 0; /* of from */
    for (size_t i = 0; i < v->o.n && v->o.ops[i].inv < v->since; i++) {
        while ((from->to ? from->to[at] : at) < v->to[i])
            at++;
        gone[i] = contains(before->gone, before->ngone, (uint32_t)at);
    }
    for (size_t k = 0; k < final->nused; k++) {
        uint32_t left = final->used[k].count;
        for (size_t i = 0; left > 0 && i < v->o.n && v->o.ops[i].inv < v->since; i++) {
            if (gone[i] || v->o.ops[i].cls != final->used[k].cls)
                continue;
            gone[i] = true;
            left--;
        }
    }
    for (size_t i = 0; i < v->o.n; i++)
        if (gone[i])
            s->gone[s->ngone++] = (uint32_t)i;
    mem_free(gone);
    return true;
}

/* How things can stand at v->since when `from` begins in `start`. False when that is not known. */
static bool follow(struct finder *f, struct view *v, const struct view *from,
                   const struct start *start)
{
    struct object pre;
    struct engine_options opt = {.budget = f->budget, .final_states = true,
                                 .max_explored = f->explores};
    struct engine_result r = {0};
    cut_prefix(f, &pre, from, start, v->since);
    engine_jit.run(&pre, &opt, &r);
    /* no order from this start even up to here: then it is none of the possible ones */
    bool good = (r.verdict == VERDICT_INVALID || r.nfinals > 0) && !pre.broken;
    for (size_t i = 0; good && i < r.nfinals; i++)
        good = add_start(f, v, from, start, &r.finals[i]);
    arena_free(&r.arena);
    arena_free(&pre.arena);
    mem_free(pre.ops);
    return good;
}

static struct shrinker shrinker_of(const struct finder *f, const struct view *v, bool *strict,
                                   uint32_t *from)
{
    for (size_t i = 0; i < v->o.n; i++)
        strict[i] = v->o.ops[i].res != RES_INF;
    return (struct shrinker){.o = &v->o, .engine = &engine_jit, .budget = f->budget,
                             .strict = strict, .from = from, .end = f->end, .starts = v->starts,
                             .nstarts = v->nstarts, .check_limit = CHECK_EXPLORES};
}

static bool is_bad(const struct finder *f, const struct view *v)
{
    bool *strict = mem_zalloc(v->o.n + 1, sizeof *strict);
    uint32_t *from = mem_alloc((v->o.n + 1) * sizeof *from);
    struct shrinker s = shrinker_of(f, v, strict, from);
    bool bad = shrinker_is_bad(&s);
    mem_free(strict);
    mem_free(from);
    return bad;
}

/* The window of `from` that begins at `since`. False when it is not known to be bad. */
static bool open_view(struct finder *f, struct view *v, const struct view *from, uint32_t since)
{
    bool good = true;
    *v = (struct view){.since = since};
    cut_view(f, v, from);
    for (size_t i = 0; good && i < from->nstarts; i++)
        good = follow(f, v, from, &from->starts[i]);
    if (good && v->nstarts > 0 && is_bad(f, v))
        return true;
    view_free(v);
    return false;
}

/* The invocation from which a window has to begin to hold the last k returns whole. */
static uint32_t begin_of(const struct object *o, const uint32_t *list, size_t n, size_t k)
{
    uint32_t since = RES_INF;
    for (size_t i = 0; i < n && i < k; i++)
        if (o->ops[list[i]].inv < since)
            since = o->ops[list[i]].inv;
    return since;
}

static bool find_view(struct finder *f, const uint32_t *list, size_t n)
{
    struct view whole = {.o = *f->o, .starts = {{.state = f->o->init_state}}, .nstarts = 1};
    uint32_t since = begin_of(f->o, list, n, WINDOW_LONGEST);
    if (since == RES_INF || !open_view(f, &f->win, &whole, since))
        return false;
    for (size_t k = WINDOW_WANTED; k > 0; k /= 2) {
        struct view shorter;
        since = begin_of(f->o, list, n, k);
        if (since <= f->win.since)
            continue;
        if (!open_view(f, &shorter, &f->win, since))
            continue;
        view_free(&f->win);
        f->win = shorter;
        break;
    }
    return true;
}

/* Few strict operations of the window. */
static void shrink(struct finder *f, size_t most, struct window *w)
{
    const struct object *o = &f->win.o;
    bool *strict = mem_zalloc(o->n + 1, sizeof *strict);
    struct shrinker s = shrinker_of(f, &f->win, strict, w->from);
    (void)shrinker_minimise(&s);
    size_t count = 0;
    for (size_t i = 0; i < o->n; i++)
        count += strict[i];
    w->found = count > 0 && count <= most;
    if (w->found)
        relax(o, strict, shrinker_last_end(&s), &w->sub, w->from);
    for (size_t i = 0; w->found && i < w->sub.n; i++)
        w->from[i] = f->win.to[w->from[i]];
    mem_free(strict);
}

static void keep_states(const struct view *v, struct window *w)
{
    w->states = mem_alloc((v->nstarts + 1) * sizeof *w->states);
    for (size_t i = 0; i < v->nstarts; i++)
        if (!contains(w->states, w->nstates, v->starts[i].state))
            w->states[w->nstates++] = v->starts[i].state;
}

void window_find(const struct object *o, const struct engine_result *r, size_t most,
                 struct budget *budget, struct window *w)
{
    *w = (struct window){.from = mem_alloc((o->n + 1) * sizeof *w->from)};
    if (r->bad == UINT32_MAX || o->ops[r->bad].res == RES_INF)
        return;
    struct finder f = {.o = o, .budget = budget, .end = o->ops[r->bad].res,
                       .explores = STARTS_EXPLORES + 3 * r->explored};
    struct shrinker listing = {.o = o, .end = f.end};
    size_t n;
    uint32_t *list = shrinker_by_end(&listing, &n);
    if (find_view(&f, list, n)) {
        shrink(&f, most, w);
        w->since = f.win.since;
        keep_states(&f.win, w);
        view_free(&f.win);
    }
    arena_free(&f.arena);
    mem_free(list);
}

void window_free(struct window *w)
{
    if (w->found)
        relaxed_free(&w->sub);
    mem_free(w->states);
    mem_free(w->from);
    *w = (struct window){0};
}
