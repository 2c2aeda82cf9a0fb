/* Relaxations (research/algorithms.md 8): each only adds behaviours, so a violation that survives
 * is a violation of the original.
 *  - An observer is removed.
 *  - A mutation becomes crashed: optional, and open-ended.
 *  - An element is left out with all its operations, where the model promises that this is sound.
 *  - Locks by owner: operations go that no strict one can need, see relax_locks.c.
 *  - Two-state objects: what completed before the first strict operation began is removed, and the
 *    object may begin in any state. In a linearization of the rest all of that comes first.
 *  - Registers: mutation x, which sets v, is removed when no remaining observer of v can have
 *    observed x itself. Observer o cannot when it returns before x is invoked, or when a strict
 *    mutation m lies between them in real time (x returns before m is invoked, m returns before o
 *    is invoked). Then in any linearization the operation whose effect o sees is another one, and
 *    stays the last mutation before o when all such x are taken out. */
#include "checker/relax.h"

#include "base/hash.h"
#include "base/mem.h"
#include "checker/locks.h"

struct observer {
    uint32_t inv, res;
    uint32_t next; /* of the same value */
};

struct needed {
    const struct object *o;
    const bool *strict;
    struct map64 by_value; /* value -> first observer */
    struct observer *obs;
    size_t nobs, obs_cap;
    uint64_t *cover; /* strict mutations: inv << 32 | least res of those invoked not before */
    size_t ncover;
};

static val sets(const struct op_class *c)
{
    return c->action == ACT_CAS ? c->b : c->a;
}

static void add_observer(struct needed *s, val v, uint32_t inv, uint32_t res)
{
    uint32_t first = map64_get(&s->by_value, v);
    s->obs = mem_grow(s->obs, &s->obs_cap, s->nobs + 1, sizeof *s->obs);
    s->obs[s->nobs] = (struct observer){inv, res, first};
    map64_put(&s->by_value, v, (uint32_t)s->nobs++);
}

static void read_strict(struct needed *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->o->n; i++)
        n += s->strict[i];
    s->cover = mem_alloc((n + 1) * sizeof *s->cover);
    for (size_t i = 0; i < s->o->n; i++) {
        const struct lin_op *op = &s->o->ops[i];
        const struct op_class *c = &s->o->classes[op->cls];
        if (!s->strict[i])
            continue;
        if (c->action != ACT_WRITE)
            add_observer(s, c->action == ACT_READ ? c->b : c->a, op->inv, op->res);
        if (c->action != ACT_READ)
            s->cover[s->ncover++] = ((uint64_t)op->inv << 32) | op->res;
    }
    for (size_t i = s->ncover; i-- > 1;) { /* ops are sorted by inv */
        uint32_t least = (uint32_t)s->cover[i];
        if ((uint32_t)s->cover[i - 1] > least)
            s->cover[i - 1] = (s->cover[i - 1] >> 32 << 32) | least;
    }
}

/* Least return of the strict mutations that are invoked after position `pos`. */
static uint32_t covered_by(const struct needed *s, uint32_t pos)
{
    size_t lo = 0, hi = s->ncover;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if ((uint32_t)(s->cover[mid] >> 32) > pos)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo < s->ncover ? (uint32_t)s->cover[lo] : RES_INF;
}

static bool observable(const struct needed *s, const struct lin_op *x)
{
    uint32_t first = map64_get(&s->by_value, sets(&s->o->classes[x->cls]));
    if (!s->obs || first == MAP64_NONE)
        return false;
    uint32_t gone = x->res == RES_INF ? RES_INF : covered_by(s, x->res);
    for (uint32_t i = first; i != MAP64_NONE; i = s->obs[i].next) {
        if (s->obs[i].res > x->inv && s->obs[i].inv <= gone)
            return true;
    }
    return false;
}

/* keep[i]: op i stays, strict or relaxed. A relaxed cas that stays observes its old value. */
static void choose_register(const struct object *o, const bool *strict, uint32_t end, bool *keep)
{
    struct needed s = {.o = o, .strict = strict};
    read_strict(&s);
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < o->n && o->ops[i].inv < end; i++) {
            const struct op_class *c = &o->classes[o->ops[i].cls];
            if (keep[i] || c->action == ACT_READ || !observable(&s, &o->ops[i]))
                continue;
            keep[i] = true;
            if (c->action == ACT_CAS) {
                add_observer(&s, c->a, o->ops[i].inv, RES_INF);
                again = true;
            }
        }
    }
    map64_free(&s.by_value);
    mem_free(s.obs);
    mem_free(s.cover);
}

/* One of 64 bits for each element: most of the others are told apart without a look-up. */
static uint64_t element_bit(val v)
{
    return (uint64_t)1 << (v * 0x9e3779b9u >> 26);
}

/* Mutations of elements that some strict operation is about, and those that are about no single
 * element; all where the model has no elements. */
static void choose_elements(const struct object *o, uint32_t end, bool *keep)
{
    struct map64 wanted = {0};
    uint64_t bits = 0;
    val (*element)(const struct object *, uint32_t) = o->begun ? NULL : o->model->element;
    for (size_t i = 0; element && i < o->n; i++) {
        if (!keep[i])
            continue;
        val v = element(o, o->ops[i].cls);
        map64_put(&wanted, v, 0);
        bits |= element_bit(v);
    }
    for (size_t i = 0; i < o->n && o->ops[i].inv < end; i++) {
        if (keep[i] || o->classes[o->ops[i].cls].pure)
            continue;
        val v = element ? element(o, o->ops[i].cls) : VAL_ABSENT;
        keep[i] = v == VAL_ABSENT || (bits & element_bit(v) && map64_get(&wanted, v) != MAP64_NONE);
    }
    map64_free(&wanted);
}

/* What completed before the first strict operation began is cut off. True when some of it may have
 * changed the state. */
static bool cut_before(const struct object *o, const bool *strict, bool *keep)
{
    bool changed = false;
    size_t first = 0;
    while (first < o->n && !strict[first])
        first++;
    uint32_t begin = first < o->n ? o->ops[first].inv : RES_INF;
    for (size_t i = 0; i < first; i++) {
        if (!keep[i] || o->ops[i].res >= begin)
            continue;
        keep[i] = false;
        changed = true;
    }
    return changed;
}

void relax(const struct object *o, const bool *strict, uint32_t end, struct object *out,
           uint32_t *from)
{
    bool *keep = mem_alloc(o->n + 1);
    size_t n = 0;
    bool any_start = o->any_start;
    memcpy(keep, strict, o->n * sizeof *keep);
    if (o->register_like)
        choose_register(o, strict, end, keep);
    else if (!locks_relax(o, strict, end, keep))
        choose_elements(o, end, keep);
    if (object_two_state(o))
        any_start |= cut_before(o, strict, keep);
    for (size_t i = 0; i < o->n; i++)
        n += keep[i];
    *out = *o;
    out->any_start = any_start;
    out->arena = (struct arena){0};
    out->ops = mem_alloc((n + 1) * sizeof *out->ops);
    out->n = out->crashed = 0;
    out->actions = 0;
    for (size_t i = 0; i < o->n; i++) {
        if (!keep[i])
            continue;
        from[out->n] = (uint32_t)i;
        out->ops[out->n] = o->ops[i];
        if (!strict[i]) {
            out->ops[out->n].res = RES_INF;
            out->ops[out->n].cls = o->classes[o->ops[i].cls].relaxed;
            out->ops[out->n].version = -1;
            out->crashed++;
        }
        out->actions |= 1u << o->classes[out->ops[out->n].cls].action;
        out->n++;
    }
    mem_free(keep);
}

void relaxed_free(struct object *out)
{
    mem_free(out->ops);
    arena_free(&out->arena);
    *out = (struct object){0};
}
