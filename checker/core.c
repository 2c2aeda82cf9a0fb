/* Minimal cores by sound relaxation (delta debugging, Zeller & Hildebrandt 2002, over relax.c).
 *
 * Every check asks an engine about a relaxed object: the one that refuted, where it goes on
 * applying to what is left, else the jit search (which does not know versions, so that a refutation
 * by versions stays with the stage scan); monotonicity makes any order of
 * deletion right. Where to start: the culprits, when the engine named them; otherwise the last
 * 1, 2, 4, ... operations that ended by the point where the search died, until the violation
 * survives the relaxation of everything older; and when it never does (a crashed write that was
 * used long ago must stay used), everything. Then halves, quarters, ... single operations are
 * relaxed as long as the rest stays bad, the oldest first, so that what is left is close together.
 * Observers go first and blind writes after them: a strict write covers older mutations, which
 * relax() can then take out, while an early strict observer lets all of them back in. */
#include "checker/core.h"

#include "base/hash.h"
#include "base/mem.h"
#include "checker/relax.h"
#include "checker/shrinker.h"

enum { CHECK_EXPLORES = 50000, WINDOW_MAX = 1024, VALUES_TRIED = 100,
       BACKGROUND_MAX = 2000 };

static void mark_culprits(struct shrinker *s, const struct engine_result *r)
{
    s->end = 0;
    for (size_t i = 0; i < r->nculprits; i++) {
        const struct lin_op *op = &s->o->ops[r->culprits[i].op];
        if (op->inv >= s->end)
            s->end = op->inv + 1;
        if (op->res == RES_INF)
            continue;
        s->strict[r->culprits[i].op] = true;
        if (op->res > s->end)
            s->end = op->res;
    }
}

/* Strict: the last k to end, and the blind operations among the COVER * k + COVER_MIN before. */
static void set_window(struct shrinker *s, const uint32_t *list, size_t n, size_t k)
{
    enum { COVER = 2, COVER_MIN = 100 };
    size_t covers = (k + 1) * COVER + COVER_MIN;
    for (size_t i = 0; i < n && i < k + covers; i++)
        s->strict[list[i]] = i < k || s->o->classes[s->o->ops[list[i]].cls].blind;
}

/* `trusted`: that everything up to the end is bad need not be asked again. */
static bool start_from_windows(struct shrinker *s, uint32_t end, bool trusted)
{
    s->end = end;
    size_t n;
    uint32_t *list = shrinker_by_end(s, &n);
    bool bad = false;
    for (size_t k = 1; !bad && k < n && k <= WINDOW_MAX; k *= 2) {
        set_window(s, list, n, k);
        bad = shrinker_is_bad(s);
    }
    if (!bad) {
        shrinker_set(s, list, n, true);
        bad = trusted || shrinker_is_bad(s);
    }
    mem_free(list);
    return bad;
}

static bool observes(const struct object *o, uint32_t op, val v)
{
    const struct op_class *c = &o->classes[o->ops[op].cls];
    return (c->action == ACT_READ && c->b == v) || (c->action == ACT_CAS && c->a == v);
}

/* Registers: relax all strict observers of one value at once, value by value. A crashed operation
 * that sets the value drops out with the last of them. */
static void minimise_values(struct shrinker *s)
{
    size_t n;
    uint32_t *list = shrinker_strict(s, STRICT_OBSERVERS, &n);
    struct map64 tried = {0};
    for (size_t i = 0; i < n && tried.n < VALUES_TRIED; i++) {
        if (!s->strict[list[i]])
            continue;
        const struct op_class *c = &s->o->classes[s->o->ops[list[i]].cls];
        val v = c->action == ACT_READ ? c->b : c->a;
        if (map64_get(&tried, v) != MAP64_NONE)
            continue;
        map64_put(&tried, v, 0);
        for (size_t k = i; k < n; k++)
            s->strict[list[k]] &= !observes(s->o, list[k], v);
        if (shrinker_is_bad(s))
            continue;
        for (size_t k = i; k < n; k++)
            s->strict[list[k]] |= observes(s->o, list[k], v);
    }
    map64_free(&tried);
    mem_free(list);
}

/* Of a long history few operations can matter from here on: the strict ones, and for registers the
 * mutations that set a value which a strict one, or a cas that sets such a value, observes. */
struct narrowed {
    struct object o;
    bool *strict;
    uint32_t *to; /* op -> op of the whole object */
};

static void wanted_values(const struct object *o, const bool *strict, struct map64 *wanted)
{
    for (size_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        if (strict[i] && c->action != ACT_WRITE)
            map64_put(wanted, c->action == ACT_READ ? c->b : c->a, 0);
    }
    for (size_t before = SIZE_MAX; before != wanted->n;) {
        before = wanted->n;
        for (size_t i = 0; i < o->n; i++) {
            const struct op_class *c = &o->classes[o->ops[i].cls];
            if (c->action == ACT_CAS && map64_get(wanted, c->b) != MAP64_NONE)
                map64_put(wanted, c->a, 0);
        }
    }
}

static void choose_wanted(const struct shrinker *s, bool *keep)
{
    const struct object *o = s->o;
    struct map64 wanted = {0};
    wanted_values(o, s->strict, &wanted);
    for (size_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        val sets = c->action == ACT_CAS ? c->b : c->a;
        keep[i] = s->strict[i] || (c->action != ACT_READ && o->ops[i].inv < s->end &&
                                   map64_get(&wanted, sets) != MAP64_NONE);
    }
    map64_free(&wanted);
}

/* What relax() leaves now: it will leave no more when fewer operations are strict. The object's
 * any_start goes with it. */
static bool choose_relaxed(const struct shrinker *s, bool *keep)
{
    struct object sub;
    relax(s->o, s->strict, s->end, &sub, s->from);
    for (size_t i = 0; i < sub.n; i++)
        keep[s->from[i]] = true;
    bool any_start = sub.any_start;
    relaxed_free(&sub);
    return any_start;
}

static void narrow(struct shrinker *s, struct narrowed *w)
{
    const struct object *o = s->o;
    bool *keep = mem_zalloc(o->n + 1, sizeof *keep);
    bool any_start = false;
    if (o->register_like)
        choose_wanted(s, keep);
    else
        any_start = choose_relaxed(s, keep);
    w->o = *o;
    w->o.any_start = any_start;
    w->o.arena = (struct arena){0};
    w->o.ops = mem_alloc((o->n + 1) * sizeof *w->o.ops);
    w->to = mem_alloc((o->n + 1) * sizeof *w->to);
    w->strict = mem_zalloc(o->n + 1, sizeof *w->strict);
    w->o.n = 0;
    for (size_t i = 0; i < o->n; i++) {
        if (!keep[i])
            continue;
        w->strict[w->o.n] = s->strict[i];
        w->to[w->o.n] = (uint32_t)i;
        w->o.ops[w->o.n++] = o->ops[i];
    }
    mem_free(keep);
    s->o = &w->o;
    s->strict = w->strict;
}

static void widen(struct shrinker *s, struct narrowed *w, const struct object *o, bool *strict)
{
    for (size_t i = 0; i < w->o.n; i++)
        strict[w->to[i]] = w->strict[i];
    s->o = o;
    s->strict = strict;
    mem_free(w->o.ops);
    mem_free(w->to);
    mem_free(w->strict);
}

/* Relaxed registers are soon outside of what zones can judge, and the search is quick on them. For
 * all else the engine that refuted goes on as long as it applies. */
static const struct engine *judge_of(const struct object *o, const struct engine *by)
{
    if (by == &engine_wgl || (o->register_like && by != &engine_stages))
        return &engine_jit;
    return by;
}

/* The culprits without any background. */
static void stand_alone(const struct object *o, const struct engine_result *r, struct core *c)
{
    for (size_t i = 0; i < r->nculprits; i++)
        c->strict[r->culprits[i].op] = true;
    c->sub = *o;
    c->sub.arena = (struct arena){0};
    c->sub.ops = mem_alloc((r->nculprits + 1) * sizeof *c->sub.ops);
    c->sub.n = c->sub.crashed = 0;
    c->sub.actions = 0;
    for (uint32_t i = 0; i < o->n; i++) {
        if (!c->strict[i])
            continue;
        c->from[c->sub.n] = i;
        c->sub.ops[c->sub.n++] = o->ops[i];
        c->sub.actions |= 1u << o->classes[o->ops[i].cls].action;
    }
    c->found = true;
}

/* On success the shrinker stays with the part of the object that the culprits need. */
static bool start_from_culprits(struct shrinker *s, const struct engine_result *r,
                                struct narrowed *w)
{
    const struct object *o = s->o;
    bool *strict = s->strict;
    if (!r->nculprits)
        return false;
    mark_culprits(s, r);
    narrow(s, w);
    if (shrinker_is_bad(s))
        return true;
    widen(s, w, o, strict);
    memset(strict, 0, o->n * sizeof *strict);
    return false;
}

static void minimise(struct shrinker *s, struct core *c)
{
    size_t strict = 0;
    for (size_t i = 0; i < s->o->n; i++)
        strict += s->strict[i];
    if (!shrinker_can(s, strict))
        return;
    if (s->o->register_like)
        minimise_values(s);
    c->minimal = shrinker_minimise(s);
}

/* The core of a narrowed object, in operations of the whole. Where a beginning was cut off, how
 * much of it counts is asked of the whole. */
static void finish(struct shrinker *s, struct narrowed *w, const struct object *o, struct core *c)
{
    uint32_t end = shrinker_last_end(s);
    bool part = !w->o.any_start;
    if (part) {
        relax(&w->o, w->strict, end, &c->sub, c->from);
        for (size_t i = 0; i < c->sub.n; i++)
            c->from[i] = w->to[c->from[i]];
    }
    widen(s, w, o, c->strict);
    if (!part)
        relax(o, c->strict, end, &c->sub, c->from);
}

void core_find(const struct object *o, const struct engine *by, const struct engine_result *r,
               struct budget *budget, struct core *c)
{
    *c = (struct core){.strict = mem_zalloc(o->n + 1, sizeof *c->strict),
                       .from = mem_alloc((o->n + 1) * sizeof *c->from)};
    if (r->alone && r->nculprits > 0 && o->n > BACKGROUND_MAX) {
        stand_alone(o, r, c);
        return;
    }
    struct shrinker s = {.o = o, .engine = judge_of(o, by),
                         .budget = budget, .strict = c->strict, .from = c->from,
                         .check_limit = CHECK_EXPLORES + 2 * r->explored};
    struct narrowed w;
    uint32_t end = r->bad != UINT32_MAX ? o->ops[r->bad].res : RES_INF;
    /* the scan of one bit refutes the operations that ended by then, and nothing else was asked */
    bool scanned = by == &engine_bits && r->nculprits == 0;
    c->found = start_from_culprits(&s, r, &w);
    if (!c->found) {
        c->found = start_from_windows(&s, end, scanned) ||
                   (end != RES_INF && start_from_windows(&s, RES_INF, false));
        if (!c->found)
            return;
        narrow(&s, &w);
    }
    minimise(&s, c);
    finish(&s, &w, o, c);
}

size_t core_strict(const struct core *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->sub.n; i++)
        n += c->sub.ops[i].res != RES_INF;
    return n;
}

void core_free(struct core *c)
{
    if (c->found)
        relaxed_free(&c->sub);
    mem_free(c->strict);
    mem_free(c->from);
    *c = (struct core){0};
}
