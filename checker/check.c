/* Dispatch: group by key, choose an engine per key, run keys in parallel, explain what broke.
 *
 * Engine choice is the order of engines[]: the first that applies. The linear ones come first
 * (stages, zones), the frontier search decides the rest; wgl runs when asked for. Before a search
 * that nobody asked for by name, a necessary condition refutes what needs no search.
 * Keys are independent objects (locality, Herlihy & Wing 1990): the history is linearizable iff
 * each key's is. The largest keys start first. */
#include "checker/check.h"

#include "base/mem.h"
#include "base/pool.h"
#include "base/sort.h"
#include "checker/argument.h"
#include "checker/core.h"
#include "checker/keys.h"
#include "checker/levels/level.h"
#include "checker/levels/spectrum.h"
#include "checker/levels/versions.h"
#include "checker/precheck.h"
#include "checker/rules.h"

#include <stdio.h>

enum {
    CORE_LONG = 24,     /* strict operations: more than a reader follows */
    WINDOW_OPS = 50000, /* of longer histories an engine's own argument is enough */
};

struct run {
    const struct history *h;
    const struct check_options *opt;
    const struct property *property;
    const struct engine *forced;
    const struct view *view; /* of levels that look at the whole history */
    uint32_t fault;          /* as in struct level_input, for levels that ask */
    struct check_result *r;
    struct key_groups groups;
    uint32_t *order; /* job -> key, largest first */
    struct err **errors; /* per key; NULL = fine */
    _Atomic uint32_t failed; /* the least key with an error: greater ones need not be looked at */
};

static const struct engine *choose(const struct run *run, struct object *o, struct key_result *k)
{
    if (run->forced) {
        const char *why = run->forced->applies(o, &k->arena);
        k->why_algorithm = !why ? "asked for" : *why ? why : "it judges other kinds of objects";
        return why ? NULL : run->forced;
    }
    const char *passed = NULL;
    for (size_t i = 0; engines[i]; i++) {
        const char *why_not = engines[i]->applies(o, &k->arena);
        if (!why_not) {
            k->why_algorithm = passed ? arena_printf(&k->arena, "%s", passed)
                                      : engines[i]->summary;
            return engines[i];
        }
        if (!*why_not)
            continue;
        passed = passed ? arena_printf(&k->arena, "%s; %s: %s", passed, engines[i]->name, why_not)
                        : arena_printf(&k->arena, "%s: %s", engines[i]->name, why_not);
    }
    k->why_algorithm = passed;
    return NULL;
}

static void keep_core(const struct object *o, const struct core *c, struct key_result *k)
{
    if (!c->found)
        return;
    k->minimal = c->minimal;
    k->core = arena_alloc(&k->arena, (c->sub.n + 1) * sizeof *k->core);
    for (size_t i = 0; i < c->sub.n; i++)
        k->core[k->ncore++] =
            (struct core_op){o->ops[c->from[i]].op, c->sub.ops[i].res != RES_INF};
}

static void keep_window(struct object *o, const struct window *w, struct key_result *k)
{
    k->since = w->found ? lin_event(w->since) : NO_EVENT;
    if (!w->found)
        return;
    k->window = arena_alloc(&k->arena, (w->sub.n + 1) * sizeof *k->window);
    for (size_t i = 0; i < w->sub.n; i++)
        k->window[k->nwindow++] =
            (struct core_op){o->ops[w->from[i]].op, w->sub.ops[i].res != RES_INF};
    k->since_states = arena_alloc(&k->arena, (w->nstates + 1) * sizeof *k->since_states);
    for (size_t i = 0; i < w->nstates; i++) {
        struct buf t = {.max = 200};
        o->model->describe(o, w->states[i], &t);
        k->since_states[k->nsince_states++] =
            arena_printf(&k->arena, "%.*s", (int)t.n, buf_str(&t).p);
        buf_free(&t);
    }
}

/* What a search that was asked for by name refuted is mostly refuted by another engine as well,
 * which names the operations that show it: that needs no second search, let alone the hundreds that
 * make a core without a hint. NULL when there is none. A register's or a mutex's core is quickly
 * found; versions may be wrong where the search is right. */
static const struct engine *find_argument(const struct run *run, struct object *o,
                                          const struct engine *by, uint64_t explored,
                                          struct engine_result *res, struct key_result *k)
{
    struct engine_options opt = {.budget = run->opt->budget, .max_explored = o->n + explored};
    bool quick = o->register_like || (object_two_state(o) && !o->model->element);
    bool searched = by == &engine_jit || by == &engine_wgl;
    for (size_t i = 0; searched && !quick && engines[i] != &engine_jit; i++) {
        if (engines[i] == &engine_stages || engines[i]->applies(o, &k->arena))
            continue;
        engines[i]->run(o, &opt, res);
        if (res->verdict == VERDICT_INVALID && res->nculprits > 0) {
            k->why_algorithm = arena_printf(&k->arena, "%s; the argument is that of %s, which "
                                            "refutes it as well", k->why_algorithm,
                                            engines[i]->name);
            return engines[i];
        }
        arena_free(&res->arena);
    }
    return NULL;
}

static void explain(const struct run *run, struct object *o, const struct engine *by,
                    const struct engine_result *res, struct key_result *k)
{
    struct core c = {0};
    struct engine_result told_by = {0};
    struct window w = {0};
    if (run->opt->evidence) {
        const struct engine *other =
            run->forced ? find_argument(run, o, by, res->explored, &told_by, k) : NULL;
        by = other ? other : by;
        res = other ? &told_by : res;
        core_find(o, by, res, run->opt->budget, &c);
        size_t most = run->opt->core_long ? run->opt->core_long : CORE_LONG;
        bool told = res->nsteps > 0 && o->n > WINDOW_OPS;
        if (by != &engine_stages && !told && (!c.found || core_strict(&c) > most))
            window_find(o, res, CORE_LONG, run->opt->budget, &w);
    }
    argue(o, res, &c, &w, run->opt->budget, k);
    keep_core(o, &c, k);
    keep_window(o, &w, k);
    core_free(&c);
    window_free(&w);
    arena_free(&told_by.arena);
}

static void keep_witness(const struct object *o, const struct engine_result *res,
                         struct key_result *k)
{
    k->witness = arena_alloc(&k->arena, (res->nwitness + 1) * sizeof *k->witness);
    k->nwitness = res->nwitness;
    for (size_t i = 0; i < res->nwitness; i++)
        k->witness[i] = o->ops[res->witness[i]].op;
}

/* Run `engine` and what goes with it when nobody asked for it by name. Returns the engine whose
 * result it is. */
static const struct engine *decide(const struct run *run, const struct engine *engine,
                                   struct object *o, const struct engine_options *opt,
                                   struct engine_result *res, struct key_result *k)
{
    if (!run->forced && engine == &engine_stages) {
        engine->run(o, opt, res);
        if (res->verdict != VERDICT_INVALID)
            return engine;
        /* A version order that works is a linearization; one that does not refutes the versions,
         * which may be wrong by themselves. The question is about values. */
        k->why_algorithm = arena_printf(
            &k->arena, "the recorded versions contradict the history (%s; --algorithm stages says "
            "where), so values alone decide", res->reason);
        arena_free(&res->arena);
        *res = (struct engine_result){.bad = UINT32_MAX, .failed_op = UINT32_MAX};
        engine = &engine_jit;
        k->algorithm = engine->name;
    }
    if (!run->forced && engine == &engine_jit &&
        (precheck_observers(o, res) || precheck_counter(o, res)))
        k->algorithm = "precheck";
    else
        engine->run(o, opt, res);
    return engine;
}

static void check_object(const struct run *run, struct object *o, struct key_result *k)
{
    k->crashed = o->crashed;
    const struct engine *engine = choose(run, o, k);
    if (!engine) {
        k->verdict = VERDICT_UNKNOWN;
        k->algorithm = run->forced ? run->forced->name : "none";
        k->reason = arena_printf(&k->arena, "algorithm %s cannot judge this key: %s", k->algorithm,
                                 k->why_algorithm);
        return;
    }
    k->algorithm = engine->name;
    struct engine_options opt = {.budget = run->opt->budget, .witness = run->opt->witness,
                                 .max_explored = run->opt->max_explored};
    struct engine_result res = {.bad = UINT32_MAX, .failed_op = UINT32_MAX};
    engine = decide(run, engine, o, &opt, &res, k);
    if (o->broken && res.verdict != VERDICT_VALID) {
        res.verdict = VERDICT_UNKNOWN;
        res.reason = o->broken;
    }
    if (o->doubt && res.verdict == VERDICT_VALID) {
        res.verdict = VERDICT_UNKNOWN;
        res.reason = o->doubt;
    }
    k->verdict = res.verdict;
    k->explored = res.explored;
    uint32_t all = (uint32_t)run->h->events.n;
    k->certified = res.certified == RES_INF ? all : lin_event(res.certified) + (res.certified > 0);
    if (res.verdict == VERDICT_INVALID)
        explain(run, o, engine, &res, k);
    else if (res.verdict == VERDICT_UNKNOWN)
        k->reason = arena_printf(&k->arena, "%s", res.reason ? res.reason : "no reason given");
    else if (opt.witness)
        keep_witness(o, &res, k);
    arena_free(&res.arena);
}

static const char *stopped_early(const struct budget *b)
{
    switch (budget_stopped(b)) {
    case STOP_TIME:
        return "the time limit was reached before this key was looked at";
    case STOP_INTERRUPT:
        return "interrupted before this key was looked at";
    case STOP_MEMORY:
        return "the memory limit was reached before this key was looked at";
    case STOP_NONE:
        break;
    }
    return NULL;
}

static val initial_value(const struct run *run)
{
    const struct model *m = run->r->model;
    return run->opt->has_initial ? run->opt->initial : m ? model_initial(m, run->h) : VAL_NIL;
}

static bool check_level(const struct run *run, const uint32_t *ids, struct key_result *k,
                        struct err *e)
{
    struct level_input in = {.h = run->h, .model = run->r->model, .opt = run->opt, .ids = ids,
                             .n = k->ops, .initial = initial_value(run), .view = run->view,
                             .budget = run->opt->budget, .fault = run->fault};
    k->level = true;
    k->algorithm = run->property->name;
    k->why_algorithm = run->property->complexity;
    for (size_t i = 0; i < k->ops; i++)
        k->crashed += run->h->ops[ids[i]].type == OP_INFO;
    if (!run->property->decide(&in, k, e))
        return false;
    k->certified = k->verdict == VERDICT_VALID ? (uint32_t)run->h->events.n : 0;
    return true;
}

static bool check_one(const struct run *run, const uint32_t *ids, struct key_result *k,
                      struct err *e)
{
    const struct check_options *opt = run->opt;
    if (run->property->decide)
        return check_level(run, ids, k, e);
    if (run->property->run) {
        struct account_input in = {.h = run->h, .ids = ids, .n = k->ops,
                                   .has_initial = opt->has_initial, .initial = opt->initial,
                                   .nil_unknown = opt->nil_unknown, .budget = opt->budget};
        return account_key(run->property, &in, k, e);
    }
    struct object o;
    if (!object_build(&o, run->h, run->r->model, ids, k->ops, k->key, initial_value(run),
                      opt->nil_unknown, e))
        return false;
    check_object(run, &o, k);
    object_free(&o);
    return true;
}

static void keep_error(struct run *run, uint32_t key, const struct err *e)
{
    uint32_t least = atomic_load(&run->failed);
    run->errors[key] = mem_alloc(sizeof *e);
    *run->errors[key] = *e;
    while (key < least && !atomic_compare_exchange_weak(&run->failed, &least, key))
        ;
}

static void check_key(void *ctx, size_t job)
{
    struct run *run = ctx;
    uint32_t i = run->order[job];
    const struct key_groups *g = &run->groups;
    struct key_result *k = &run->r->keys[i];
    k->key = g->key[i];
    k->ops = g->start[i + 1] - g->start[i];
    k->bad_op = k->failed_op = k->origin_op = NO_EVENT;
    k->reason = stopped_early(run->opt->budget);
    k->verdict = VERDICT_UNKNOWN;
    k->algorithm = "none";
    k->why_algorithm = "not reached";
    if (k->reason || i > atomic_load(&run->failed))
        return;
    struct err e = {0};
    if (!check_one(run, g->ids + g->start[i], k, &e)) {
        keep_error(run, i, &e);
        return;
    }
    atomic_fetch_add(&run->opt->budget->keys_done, 1);
    atomic_fetch_add(&run->opt->budget->events_done, 2 * (uint64_t)k->ops);
}

static void order_keys(struct run *run)
{
    size_t n = run->groups.n;
    uint64_t *k = mem_alloc((n + 1) * sizeof *k);
    for (size_t i = 0; i < n; i++) {
        uint32_t ops = run->groups.start[i + 1] - run->groups.start[i];
        k[i] = ((uint64_t)(UINT32_MAX - ops) << 32) | i;
    }
    sort_by_high32(k, n);
    run->order = mem_alloc((n + 1) * sizeof *run->order);
    for (size_t i = 0; i < n; i++)
        run->order[i] = (uint32_t)k[i];
    mem_free(k);
}

static void count_ops(struct check_result *r, const struct history *h)
{
    r->ops = h->nops;
    for (size_t i = 0; i < h->nops; i++) {
        r->ok += h->ops[i].type == OP_OK;
        r->fail += h->ops[i].type == OP_FAIL;
        r->info += h->ops[i].type == OP_INFO;
    }
}

enum verdict verdict_merge(enum verdict x, enum verdict y)
{
    static const int weight[] = {[VERDICT_VALID] = 0, [VERDICT_UNKNOWN] = 1, [VERDICT_INVALID] = 2};
    return weight[y] > weight[x] ? y : x;
}

void key_unknown(struct key_result *k, const char *fmt, va_list ap)
{
    char text[512];
    (void)vsnprintf(text, sizeof text, fmt, ap);
    k->verdict = VERDICT_UNKNOWN;
    k->reason = arena_printf(&k->arena, "%s", text);
}

/* The reason is that of the first key with the worst verdict. */
static void merge(struct check_result *r)
{
    for (size_t i = 0; i < r->nkeys; i++) {
        enum verdict v = verdict_merge(r->verdict, r->keys[i].verdict);
        if (v != r->verdict)
            r->reason = r->keys[i].reason;
        r->verdict = v;
    }
}

static bool pick_model(const struct history *h, const struct check_options *opt,
                       struct check_result *r)
{
    r->model = opt->model;
    r->model_reason = "asked for";
    if (!r->model)
        r->model = model_detect(h, &r->arena, &r->model_reason);
    if (r->model || (opt->property && opt->property->any_model))
        return true;
    r->verdict = VERDICT_UNKNOWN;
    r->reason = r->model_reason;
    return false;
}

static bool run_keys(struct run *run, struct err *e)
{
    struct check_result *r = run->r;
    bool whole = run->property->decide ? !run->property->per_key : r->model && !r->model->per_key;
    key_groups_make(&run->groups, run->h, whole);
    r->nkeys = run->groups.n;
    r->keys = arena_zalloc(&r->arena, (r->nkeys + 1) * sizeof *r->keys);
    run->errors = mem_zalloc(r->nkeys + 1, sizeof *run->errors);
    atomic_store(&run->failed, UINT32_MAX);
    order_keys(run);
    atomic_fetch_add(&run->opt->budget->keys_all, (uint32_t)r->nkeys);
    atomic_fetch_add(&run->opt->budget->events_all, 2 * (uint64_t)run->h->nops);
    pool_run(run->opt->jobs, r->nkeys, check_key, run);
    bool good = true;
    for (size_t i = 0; i < r->nkeys; i++) {
        if (run->errors[i] && good && e)
            *e = *run->errors[i];
        good &= !run->errors[i];
        mem_free(run->errors[i]);
    }
    key_groups_free(&run->groups);
    mem_free(run->order);
    mem_free(run->errors);
    return good;
}

static uint32_t after_last_fault(const struct history *h)
{
    for (size_t i = h->events.n; i-- > 0;)
        if (val_kind(&h->values, h->events.process[i]) == V_KEYWORD)
            return (uint32_t)i + 1;
    return 0;
}

/* Levels that heed versions read a view that does. */
static bool run_view(struct run *run, struct err *e)
{
    const struct view *given = run->view;
    struct view heeds;
    if (!run->property->heeds_versions || !given->version)
        return run_keys(run, e);
    versions_heed(&heeds, given);
    run->view = &heeds;
    bool good = run_keys(run, e);
    run->view = given;
    versions_forget(&heeds);
    return good;
}

/* A level that looks at all keys together reads a view, which the caller may have. */
static bool run_level(struct run *run, struct err *e)
{
    const struct property *p = run->property;
    struct check_result *r = run->r;
    struct view own;
    const char *unfit = level_unfit(p, r->model);
    run->view = p->per_key ? NULL : run->opt->view;
    if (unfit) {
        r->verdict = VERDICT_UNKNOWN;
        r->reason = unfit;
        return true;
    }
    run->fault = p->any_model ? after_last_fault(run->h) : 0;
    bool registers = !level_unfit(&level_coherence, r->model); /* others have no view */
    if (p->per_key || run->h->nops == 0 || !registers)
        return run_keys(run, e);
    if (run->view)
        return run_view(run, e);
    if (!view_make(&own, run->h, r->model, initial_value(run), run->opt->nil_unknown, e))
        return false;
    run->view = &own;
    bool good = run_view(run, e);
    run->view = NULL;
    view_free(&own);
    return good;
}

const char *key_rule(const struct key_result *k)
{
    return k->word ? k->word : k->account ? k->account->rule : rule_name(k->rule);
}

bool check_history(const struct history *h, const struct check_options *opt,
                   struct check_result *r, struct err *e)
{
    const struct property *p = opt->property ? opt->property : &property_linearizable;
    *r = (struct check_result){.property = p->name};
    struct run run = {.h = h, .opt = opt, .property = p, .r = r};
    if (opt->algorithm && strcmp(opt->algorithm, "auto") != 0) {
        run.forced = engine_find(opt->algorithm);
        if (!run.forced)
            return err_set(e, ERR_USAGE, "no algorithm is called %s", opt->algorithm);
    }
    count_ops(r, h);
    if (!p->run && !pick_model(h, opt, r))
        return true;
    if (p == &property_all)
        return spectrum_check(h, opt, r, e);
    if (p->decide ? !run_level(&run, e) : !run_keys(&run, e)) {
        check_result_free(r);
        return false;
    }
    merge(r);
    if (r->nkeys == 0 && (p->run || p->any_model)) {
        r->verdict = VERDICT_UNKNOWN;
        r->reason = "nothing was tested: there are no operations";
    }
    return true;
}

void check_result_free(struct check_result *r)
{
    for (size_t i = 0; i < r->nkeys && !r->spectrum; i++)
        arena_free(&r->keys[i].arena);
    if (r->spectrum)
        spectrum_free(r->spectrum);
    arena_free(&r->arena);
    if (r->next) {
        check_result_free(r->next);
        mem_free(r->next);
    }
    *r = (struct check_result){0};
}
