/* One step of core.c and window.c: is a relaxed object still a violation, and which strict
 * operations can be relaxed? */
#include "checker/shrinker.h"

#include "base/mem.h"
#include "base/sort.h"
#include "checker/relax.h"

enum { CORE_CHECKS = 3000, CORE_EXPLORES = 1000000 };

/* The relaxed object, from its one initial state. */
static bool one_bad(struct shrinker *s, struct object *sub)
{
    struct engine_options opt = {
        .budget = s->budget, .verdict_only = true, .max_explored = s->check_limit};
    struct engine_result r = {0};
    bool versions = s->engine == &engine_stages;
    const struct engine *by = s->engine->applies(sub, &r.arena) ? NULL : s->engine;
    if (sub->any_start)
        by = &engine_bits;
    else if (!by && !versions)
        by = &engine_jit;
    bool bad = false;
    if (by) {
        by->run(sub, &opt, &r);
        bad = r.verdict == VERDICT_INVALID && !sub->broken;
        s->gave_up |= r.verdict == VERDICT_UNKNOWN || sub->broken;
    }
    s->explored += r.explored + sub->n;
    arena_free(&r.arena);
    return bad;
}

/* The relaxed object from one of several starts, which has used up some of its operations. */
static bool bad_from(struct shrinker *s, const struct object *sub, const struct start *start)
{
    struct object one = *sub;
    size_t gone = 0;
    one.arena = (struct arena){0};
    one.ops = mem_alloc((sub->n + 1) * sizeof *one.ops);
    one.n = one.crashed = 0;
    for (size_t i = 0; i < sub->n; i++) {
        while (gone < start->ngone && start->gone[gone] < s->from[i])
            gone++;
        if (gone < start->ngone && start->gone[gone] == s->from[i])
            continue;
        one.crashed += sub->ops[i].res == RES_INF;
        one.ops[one.n++] = sub->ops[i];
    }
    object_begin_in(&one, start->state);
    bool bad = one_bad(s, &one);
    mem_free(one.ops);
    arena_free(&one.arena);
    return bad;
}

bool shrinker_spent(const struct shrinker *s)
{
    return s->checks > CORE_CHECKS || s->explored > CORE_EXPLORES ||
           budget_stopped(s->budget) != STOP_NONE;
}

bool shrinker_can(const struct shrinker *s, size_t strict)
{
    enum { TIMES = 4 };
    return !shrinker_spent(s) && strict < (CORE_EXPLORES - s->explored) / TIMES;
}

bool shrinker_is_bad(struct shrinker *s)
{
    s->checks++;
    if (shrinker_spent(s)) {
        s->gave_up = true;
        return false;
    }
    struct object sub;
    relax(s->o, s->strict, s->end, &sub, s->from);
    bool bad = true;
    for (size_t i = 0; bad && i < s->nstarts; i++)
        bad = bad_from(s, &sub, &s->starts[i]);
    if (s->nstarts == 0)
        bad = one_bad(s, &sub);
    relaxed_free(&sub);
    return bad;
}

void shrinker_set(struct shrinker *s, const uint32_t *list, size_t n, bool value)
{
    for (size_t i = 0; i < n; i++)
        s->strict[list[i]] = value;
}

/* Object ops that end by s->end, the last to end first. */
uint32_t *shrinker_by_end(const struct shrinker *s, size_t *n)
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

/* Strict operations of a kind, the oldest first. */
uint32_t *shrinker_strict(const struct shrinker *s, enum strict_kind kind, size_t *n)
{
    size_t ended;
    uint32_t *all = shrinker_by_end(s, &ended);
    uint32_t *list = mem_alloc((ended + 1) * sizeof *list);
    *n = 0;
    for (size_t i = ended; i-- > 0;) {
        bool blind = s->o->classes[s->o->ops[all[i]].cls].blind;
        if (s->strict[all[i]] && (kind == STRICT_ALL || blind == (kind == STRICT_BLIND)))
            list[(*n)++] = all[i];
    }
    mem_free(all);
    return list;
}

/* Relax what can be relaxed of one kind. True when something was. */
static bool minimise(struct shrinker *s, enum strict_kind kind)
{
    size_t n;
    uint32_t *list = shrinker_strict(s, kind, &n);
    bool any = false;
    for (size_t size = (n + 1) / 2; size > 0 && !shrinker_spent(s);) {
        bool cut = false;
        for (size_t i = 0; i < n;) {
            size_t take = i + size <= n ? size : n - i;
            shrinker_set(s, list + i, take, false);
            if (!shrinker_is_bad(s)) {
                shrinker_set(s, list + i, take, true);
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

/* With no more strict operations than these, operations invoked after the last of them ends, or
 * crashed long before, only matter through relax(); end at the last strict return. */
uint32_t shrinker_last_end(const struct shrinker *s)
{
    uint32_t end = 0;
    for (size_t i = 0; i < s->o->n; i++) {
        if (s->strict[i] && s->o->ops[i].res > end)
            end = s->o->ops[i].res;
    }
    return end;
}

bool shrinker_minimise(struct shrinker *s)
{
    minimise(s, STRICT_OBSERVERS);
    minimise(s, STRICT_BLIND);
    do
        s->gave_up = false;
    while (minimise(s, STRICT_ALL));
    return !s->gave_up && !shrinker_spent(s);
}
