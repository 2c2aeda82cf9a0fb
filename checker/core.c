/* Minimal cores by sound relaxation (delta debugging, Zeller & Hildebrandt 2002, over relax.c).
 *
 * Every check asks an engine about a relaxed object: the one that refuted, where it goes on applying
 * to what is left, else the jit search (which does not know versions, so that a refutation by
 * versions stays with the stage scan);
 * monotonicity makes any order of
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
#include "base/sort.h"
#include "checker/relax.h"

enum { CORE_CHECKS = 3000, CHECK_EXPLORES = 50000, CORE_EXPLORES = 1000000, WINDOW_MAX = 1024,
       VALUES_TRIED = 100 };

struct shrinker {
    const struct object *o;
    const struct engine *engine; /* that is asked */
    struct budget *budget;
    bool *strict;
    uint32_t *from;
    uint32_t end;
    unsigned checks;
    uint64_t explored, check_limit;
    bool gave_up; /* some check had no answer */
};

static bool is_bad(struct shrinker *s)
{
    if (++s->checks > CORE_CHECKS || s->explored > CORE_EXPLORES ||
        budget_stopped(s->budget) != STOP_NONE) {
        s->gave_up = true;
        return false;
    }
    struct object sub;
    relax(s->o, s->strict, s->end, &sub, s->from);
    struct engine_options opt = {
        .budget = s->budget, .verdict_only = true, .max_explored = s->check_limit};
    struct engine_result r = {0};
    bool versions = s->engine == &engine_stages;
    const struct engine *by = s->engine->applies(&sub, &r.arena) ? NULL : s->engine;
    if (sub.any_start)
        by = &engine_bits;
    else if (!by && !versions)
        by = &engine_jit;
    bool bad = false;
    if (by) {
        by->run(&sub, &opt, &r);
        bad = r.verdict == VERDICT_INVALID && !sub.broken;
        s->gave_up |= r.verdict == VERDICT_UNKNOWN || sub.broken;
    }
    s->explored += r.explored + sub.n;
    arena_free(&r.arena);
    relaxed_free(&sub);
    return bad;
}

static void set_all(struct shrinker *s, const uint32_t *list, size_t n, bool value)
{
    for (size_t i = 0; i < n; i++)
        s->strict[list[i]] = value;
}

static bool start_from_culprits(struct shrinker *s, const struct engine_result *r)
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
    if (r->nculprits && is_bad(s))
        return true;
    memset(s->strict, 0, s->o->n * sizeof *s->strict);
    return false;
}

/* Object ops that end by s->end, the last to end first. */
static uint32_t *by_end(const struct shrinker *s, size_t *n)
{
    const struct object *o = s->o;
    uint64_t *k = mem_alloc((o->n + 1) * sizeof *k);
    *n = 0;
    for (size_t i = 0; i < o->n; i++) {
        if (o->ops[i].res != RES_INF && o->ops[i].res <= s->end)
            k[(*n)++] = ((uint64_t)(RES_INF - o->ops[i].res) << 32) | i;
    }
    sort_by_high32(k, *n);
    uint32_t *list = mem_alloc((*n + 1) * sizeof *list);
    for (size_t i = 0; i < *n; i++)
        list[i] = (uint32_t)k[i];
    mem_free(k);
    return list;
}

/* Strict: the last k to end, and the blind operations among the COVER * k + COVER_MIN before. */
static void set_window(struct shrinker *s, const uint32_t *list, size_t n, size_t k)
{
    enum { COVER = 2, COVER_MIN = 100 };
    size_t covers = (k + 1) * COVER + COVER_MIN;
    for (size_t i = 0; i < n && i < k + covers; i++)
        s->strict[list[i]] = i < k || s->o->classes[s->o->ops[list[i]].cls].blind;
}

static bool start_from_windows(struct shrinker *s, uint32_t end)
{
    s->end = end;
    size_t n;
    uint32_t *list = by_end(s, &n);
    bool bad = false;
    for (size_t k = 1; !bad && k < n && k <= WINDOW_MAX; k *= 2) {
        set_window(s, list, n, k);
        bad = is_bad(s);
    }
    if (!bad) {
        set_all(s, list, n, true);
        bad = is_bad(s);
    }
    mem_free(list);
    return bad;
}

enum { OBSERVERS, BLIND, ALL };

/* Strict operations of a kind, the oldest first. */
static uint32_t *strict_list(const struct shrinker *s, int kind, size_t *n)
{
    size_t ended;
    uint32_t *all = by_end(s, &ended);
    uint32_t *list = mem_alloc((ended + 1) * sizeof *list);
    *n = 0;
    for (size_t i = ended; i-- > 0;) {
        bool blind = s->o->classes[s->o->ops[all[i]].cls].blind;
        if (s->strict[all[i]] && (kind == ALL || blind == (kind == BLIND)))
            list[(*n)++] = all[i];
    }
    mem_free(all);
    return list;
}

/* Relax what can be relaxed of one kind. True when something was. */
static bool minimise(struct shrinker *s, int kind)
{
    size_t n;
    uint32_t *list = strict_list(s, kind, &n);
    bool any = false;
    for (size_t size = (n + 1) / 2; size > 0;) {
        bool cut = false;
        for (size_t i = 0; i < n;) {
            size_t take = i + size <= n ? size : n - i;
            set_all(s, list + i, take, false);
            if (!is_bad(s)) {
                set_all(s, list + i, take, true);
                i += take;
                continue;
            }
            memmove(list + i, list + i + take, (n - i - take) * sizeof *list);
            n -= take;
            cut = any = true;
        }
        if (size == 1 && !cut)
            break;
        size = size > 1 ? size / 2 : 1;
    }
    mem_free(list);
    return any;
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
    uint32_t *list = strict_list(s, OBSERVERS, &n);
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
        if (is_bad(s))
            continue;
        for (size_t k = i; k < n; k++)
            s->strict[list[k]] |= observes(s->o, list[k], v);
    }
    map64_free(&tried);
    mem_free(list);
}

/* With no more strict operations than these, operations invoked after the last of them ends, or
 * crashed long before, only matter through relax(); end at the last strict return. */
static uint32_t last_end(const struct shrinker *s)
{
    uint32_t end = 0;
    for (size_t i = 0; i < s->o->n; i++) {
        if (s->strict[i] && s->o->ops[i].res > end)
            end = s->o->ops[i].res;
    }
    return end;
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

static bool minimise_all(struct shrinker *s)
{
    minimise(s, OBSERVERS);
    minimise(s, BLIND);
    do
        s->gave_up = false;
    while (minimise(s, ALL));
    return !s->gave_up;
}

/* Relaxed registers are soon outside of what zones can judge, and the search is quick on them. For
 * all else the engine that refuted goes on as long as it applies. */
static const struct engine *judge_of(const struct object *o, const struct engine *by)
{
    if (by == &engine_wgl || (o->register_like && by != &engine_stages))
        return &engine_jit;
    return by;
}

void core_find(const struct object *o, const struct engine *by, const struct engine_result *r,
               struct budget *budget, struct core *c)
{
    *c = (struct core){.strict = mem_zalloc(o->n + 1, sizeof *c->strict),
                       .from = mem_alloc((o->n + 1) * sizeof *c->from)};
    struct shrinker s = {.o = o, .engine = judge_of(o, by),
                         .budget = budget, .strict = c->strict, .from = c->from,
                         .check_limit = CHECK_EXPLORES + 2 * r->explored};
    uint32_t end = r->bad != UINT32_MAX ? o->ops[r->bad].res : RES_INF;
    c->found = start_from_culprits(&s, r) || start_from_windows(&s, end) ||
               (end != RES_INF && start_from_windows(&s, RES_INF));
    if (!c->found)
        return;
    struct narrowed w;
    narrow(&s, &w);
    if (o->register_like)
        minimise_values(&s);
    c->minimal = minimise_all(&s);
    widen(&s, &w, o, c->strict);
    relax(o, c->strict, last_end(&s), &c->sub, c->from);
}

void core_free(struct core *c)
{
    if (c->found)
        relaxed_free(&c->sub);
    mem_free(c->strict);
    mem_free(c->from);
    *c = (struct core){0};
}
