/* A complete search for a linearization of a history with relaxed operations. A configuration is
 * the set of strict operations done, the state, and the set of relaxed operations that are spent:
 * used, or too late because something that began after their completion is done. Relaxed
 * operations that nobody can observe are left out first. */
#include "base/mem.h"
#include "tests/property/toy.h"
#include "tests/property/verify.h"
#include "tests/property/visited.h"

enum { WORDS = 64 };

struct need {
    uint32_t key;
    val v;
};

struct search {
    struct spec copy; /* ops: the strict ones, then the relaxed ones with equal effects together */
    struct arena arena;
    size_t nstrict, nrelaxed;
    bool *starts, *blind; /* relaxed: first of those with equal effect; overwrites everything */
    struct need *needs;   /* values that some operation has to see */
    size_t nneeds, needs_cap;
    size_t done_words; /* row: done bits, flag, state */
    struct visited visited;
    uint64_t limit, explored;
};

struct config {
    uint32_t *row, *spent;
};

static void add_need(struct search *q, uint32_t key, val v)
{
    for (size_t i = 0; i < q->nneeds; i++)
        if (q->needs[i].key == key && q->needs[i].v == v)
            return;
    q->needs = mem_grow(q->needs, &q->needs_cap, q->nneeds + 1, sizeof *q->needs);
    q->needs[q->nneeds++] = (struct need){key, v};
}

static void add_needs(struct search *q, const struct spec_op *o)
{
    const struct toy *toy = q->copy.toy;
    if (toy && toy->element && toy->element(o) != VAL_ABSENT)
        add_need(q, 0, toy->element(o));
    for (size_t i = 0; i < o->n && !toy; i++) {
        const struct spec_micro *m = &o->micro[i];
        if (m->kind == SPEC_CAS || (m->kind == SPEC_READ && m->a != VAL_ABSENT))
            add_need(q, m->key, m->a);
    }
}

/* Can a state v be seen as `need`, perhaps after appends? */
static bool leads_to(const struct search *q, val v, val need)
{
    const struct values *t = &q->copy.h->values;
    bool texts = q->copy.empty_is_nil && (v == VAL_NIL || val_kind(t, v) == V_STRING);
    struct str head = val_get_text(t, v), text = val_get_text(t, need);
    return v == need || (texts && text.n >= head.n && memcmp(text.p, head.p, head.n) == 0);
}

/* A toy's elements that no strict operation is about are left out. */
static bool toy_wanted(const struct search *q, const struct spec_op *o)
{
    const struct toy *toy = q->copy.toy;
    if (q->copy.begun)
        return true;
    val v = toy->element ? toy->element(o) : VAL_ABSENT;
    for (size_t k = 0; k < q->nneeds; k++)
        if (q->needs[k].v == v)
            return true;
    return v == VAL_ABSENT;
}

/* Can what `o` does be seen, as far as the needs found so far tell? */
static bool observable(const struct search *q, const struct spec_op *o)
{
    if (q->copy.toy)
        return toy_wanted(q, o);
    for (size_t i = 0; i < o->n; i++) {
        const struct spec_micro *m = &o->micro[i];
        val makes = m->kind == SPEC_CAS ? m->b : m->a;
        for (size_t k = 0; k < q->nneeds && m->kind != SPEC_READ; k++)
            if (q->needs[k].key == m->key &&
                (m->kind == SPEC_APPEND || leads_to(q, makes, q->needs[k].v)))
                return true;
    }
    return false;
}

static bool same_effect(const struct spec_op *x, const struct spec_op *y)
{
    bool same = x->n == y->n && x->verb == y->verb && x->a == y->a && x->b == y->b;
    if (!x->micro)
        return same;
    for (size_t i = 0; same && i < x->n; i++)
        same = x->micro[i].kind == y->micro[i].kind && x->micro[i].key == y->micro[i].key &&
               x->micro[i].a == y->micro[i].a && x->micro[i].b == y->micro[i].b;
    return same;
}

/* A copy that may happen or not; the reads of a crashed one observe nothing. */
static struct spec_op relax(struct search *q, const struct spec_op *o, enum core_role role)
{
    struct spec_op r = *o;
    r.must = false;
    if (role == CORE_CRASHED) {
        r.version = -1;
        r.res = SPEC_INF;
    }
    if (q->copy.toy) {
        r.b = role == CORE_CRASHED ? VAL_ABSENT : r.b;
        return r;
    }
    r.micro = arena_alloc(&q->arena, o->n * sizeof *r.micro);
    r.n = 0;
    for (size_t i = 0; i < o->n; i++)
        if (role == CORE_OPTIONAL || o->micro[i].kind != SPEC_READ)
            r.micro[r.n++] = o->micro[i];
    return r;
}

/* Is the state after `o` the same whatever it was before, and `o` always legal? */
static bool overwrites_all(const struct search *q, const struct spec_op *o)
{
    if (q->copy.toy)
        return false;
    for (size_t i = 0; i < o->n; i++)
        if (o->micro[i].kind != SPEC_WRITE)
            return false;
    for (uint32_t k = 0; k < q->copy.nkeys; k++) {
        bool written = false;
        for (size_t i = 0; i < o->n; i++)
            written |= o->micro[i].kind == SPEC_WRITE && o->micro[i].key == k;
        if (!written)
            return false;
    }
    return !q->copy.versions;
}

/* Is x to be used before y, where both have the same effect? */
static bool sooner(const struct spec_op *x, const struct spec_op *y)
{
    return x->res != y->res ? x->res < y->res : x->inv < y->inv;
}

/* Move from loose[0..n) to the copy: groups of equal effect, each by completion. */
static void add_relaxed(struct search *q, struct spec_op *loose, size_t n)
{
    q->starts = arena_zalloc(&q->arena, n + 1);
    q->blind = arena_zalloc(&q->arena, n + 1);
    bool *taken = arena_zalloc(&q->arena, n + 1);
    for (size_t i = 0; i < n; i++) {
        size_t first = q->nrelaxed;
        if (taken[i])
            continue;
        for (size_t j = i; j < n; j++) {
            if (taken[j] || !same_effect(&loose[i], &loose[j]))
                continue;
            taken[j] = true;
            q->blind[q->nrelaxed] = overwrites_all(q, &loose[j]);
            size_t at = q->nstrict + q->nrelaxed++;
            for (; at > q->nstrict + first && sooner(&loose[j], &q->copy.ops[at - 1]); at--)
                q->copy.ops[at] = q->copy.ops[at - 1];
            q->copy.ops[at] = loose[j];
        }
        q->starts[first] = true;
    }
    q->copy.nops += q->nrelaxed;
}

/* Keep what can be observed by the strict operations, or by something that is kept. */
static size_t keep_observable(struct search *q, struct spec_op *loose, size_t n)
{
    size_t kept = 0;
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = kept; i < n; i++) {
            if (!observable(q, &loose[i]))
                continue;
            struct spec_op o = loose[i];
            add_needs(q, &o);
            memmove(&loose[kept + 1], &loose[kept], (i - kept) * sizeof o);
            loose[kept++] = o;
            grew = true;
        }
    }
    return kept;
}

static enum core_role role_of(const struct spec *s, const enum core_role *roles, size_t i)
{
    return roles ? roles[s->ops[i].op] : CORE_STRICT;
}

static bool is_strict(const struct spec *s, const enum core_role *roles, size_t i)
{
    return role_of(s, roles, i) == CORE_STRICT && s->ops[i].must;
}

static void collect(struct search *q, const struct spec *s, const enum core_role *roles)
{
    struct spec_op *loose = arena_alloc(&q->arena, (s->nops + 1) * sizeof *loose);
    size_t n = 0;
    q->copy = *s;
    q->copy.nops = 0;
    q->copy.ops = arena_alloc(&q->arena, (s->nops + 1) * sizeof *s->ops);
    for (size_t i = 0; i < s->nops; i++)
        if (is_strict(s, roles, i))
            q->copy.ops[q->copy.nops++] = s->ops[i];
    q->nstrict = q->copy.nops;
    for (size_t i = 0; i < q->nstrict; i++)
        add_needs(q, &q->copy.ops[i]);
    for (size_t i = 0; i < s->nops; i++) {
        enum core_role role = role_of(s, roles, i);
        if (is_strict(s, roles, i) || role == CORE_GONE || !spec_mutates(&s->ops[i]))
            continue;
        /* by its own element: that of a crashed operation may be unknown */
        if (!q->copy.toy || toy_wanted(q, &s->ops[i]))
            loose[n++] = relax(q, &s->ops[i], role);
    }
    add_relaxed(q, loose, keep_observable(q, loose, n));
}

static bool bit(const uint32_t *set, size_t i)
{
    return set[i / 32] >> (i % 32) & 1;
}

static void set_bit(uint32_t *set, size_t i)
{
    set[i / 32] |= 1u << (i % 32);
}

static const struct spec_op *relaxed_op(const struct search *q, size_t i)
{
    return &q->copy.ops[q->nstrict + i];
}

static uint32_t *state_of(const struct search *q, uint32_t *row)
{
    return row + q->done_words + 1;
}

/* The earliest completion of a strict operation that is not done. */
static uint32_t deadline(const struct search *q, const uint32_t *row)
{
    uint32_t d = SPEC_INF;
    for (size_t i = 0; i < q->nstrict; i++)
        if (!bit(row, i) && q->copy.ops[i].res < d)
            d = q->copy.ops[i].res;
    return d;
}

/* A text that no needed one begins with is never seen again as long as it only grows. */
static bool hopeless_append(const struct search *q, const struct spec_op *o, const uint32_t *state)
{
    for (size_t m = 0; m < o->n && o->micro; m++) {
        uint32_t key = o->micro[m].key;
        bool hope = o->micro[m].kind != SPEC_APPEND;
        for (size_t i = 0; i < q->nneeds && !hope; i++)
            hope = q->needs[i].key == key && leads_to(q, state[key], q->needs[i].v);
        if (!hope)
            return true;
    }
    return false;
}

static bool search(struct search *q, const struct config *c);

/* Do op i of the copy in one way, then search on. The flag marks a state that a relaxed blind write
 * has just made: overwriting it at once would make that write idle. */
static bool try_way(struct search *q, const struct config *c, size_t i, unsigned way)
{
    size_t words = q->visited.row_words + q->visited.set_words;
    struct config next;
    next.row = mem_alloc(words * sizeof *next.row);
    next.spent = next.row + q->visited.row_words;
    memcpy(next.row, c->row, q->visited.row_words * sizeof *next.row);
    memcpy(next.spent, c->spent, q->visited.set_words * sizeof *next.spent);
    const struct spec_op *o = &q->copy.ops[i];
    bool strict = i < q->nstrict, found = false;
    if (strict)
        set_bit(next.row, i);
    else
        set_bit(next.spent, i - q->nstrict);
    for (size_t k = 0; k < q->nrelaxed; k++)
        if (relaxed_op(q, k)->res < o->inv)
            set_bit(next.spent, k);
    next.row[q->done_words] = !strict && q->blind[i - q->nstrict];
    uint32_t *state = state_of(q, next.row);
    if (spec_apply(&q->copy, i, way, state)) {
        const uint32_t *before = state_of(q, c->row);
        bool idle = memcmp(state, before, q->copy.width * sizeof *state) == 0 ||
                    hopeless_append(q, o, state);
        found = (strict || !idle) && search(q, &next);
    }
    mem_free(next.row);
    return found;
}

static bool try_op(struct search *q, const struct config *c, size_t i)
{
    unsigned ways = spec_ways(&q->copy, i, state_of(q, c->row));
    for (unsigned way = 0; way < ways; way++)
        if (try_way(q, c, i, way))
            return true;
    return false;
}

/* Would doing `o` now make a relaxed operation too late that could still be used? */
static bool spends_others(const struct search *q, const struct config *c, const struct spec_op *o)
{
    for (size_t k = 0; k < q->nrelaxed; k++)
        if (relaxed_op(q, k)->res < o->inv && !bit(c->spent, k))
            return true;
    return false;
}

/* An observer that is legal now, and costs nobody else a chance, may as well be now: then nothing
 * else has to be tried. Not with versions, where a read decides which version a state has. */
static size_t legal_observer(const struct search *q, const struct config *c, uint32_t before)
{
    uint32_t *state = mem_alloc(q->copy.width * sizeof *state);
    size_t i = q->copy.versions ? q->nstrict : 0;
    for (; i < q->nstrict; i++) {
        const struct spec_op *o = &q->copy.ops[i];
        if (bit(c->row, i) || o->inv > before || spec_mutates(o) || spends_others(q, c, o))
            continue;
        memcpy(state, state_of(q, c->row), q->copy.width * sizeof *state);
        if (spec_apply(&q->copy, i, 0, state))
            break;
    }
    mem_free(state);
    return i;
}

static bool search(struct search *q, const struct config *c)
{
    uint32_t before = deadline(q, c->row);
    if (before == SPEC_INF)
        return true;
    if (!visited_add(&q->visited, c->row, c->spent) || ++q->explored > q->limit)
        return false;
    size_t now = legal_observer(q, c, before);
    if (now < q->nstrict)
        return try_op(q, c, now);
    bool fresh = c->row[q->done_words];
    for (size_t i = 0; i < q->nstrict; i++) {
        const struct spec_op *o = &q->copy.ops[i];
        if (bit(c->row, i) || o->inv > before || (fresh && overwrites_all(q, o)))
            continue;
        if (try_op(q, c, i))
            return true;
    }
    bool tried = false; /* one of equal effect: the soonest is enough */
    for (size_t k = 0; k < q->nrelaxed; k++) {
        if (q->starts[k])
            tried = false;
        if (tried || bit(c->spent, k) || relaxed_op(q, k)->inv > before || (fresh && q->blind[k]))
            continue;
        tried = true;
        if (try_op(q, c, q->nstrict + k))
            return true;
    }
    return false;
}

enum proof verify_core(const struct spec *s, const enum core_role *roles, uint64_t limit,
                       const char **why)
{
    struct search q = {.limit = limit};
    collect(&q, s, roles);
    q.done_words = (q.nstrict + 31) / 32;
    q.visited.row_words = q.done_words + 1 + s->width;
    q.visited.set_words = (q.nrelaxed + 31) / 32;
    size_t words = q.visited.row_words + q.visited.set_words;
    size_t many = 1 + q.copy.nops / WORDS;
    if (words > WORDS) /* as much memory and time, however large a configuration is */
        q.limit = limit * WORDS / words / many / many;
    struct config c = {
        .row = arena_zalloc(&q.arena, q.visited.row_words * sizeof *c.row),
        .spent = arena_zalloc(&q.arena, (q.visited.set_words + 1) * sizeof *c.spent),
    };
    memcpy(state_of(&q, c.row), s->initial, s->width * sizeof *c.row);
    bool found = search(&q, &c);
    bool gave_up = q.explored > q.limit;
    mem_free(q.needs);
    visited_free(&q.visited);
    arena_free(&q.arena);
    *why = found     ? "the relaxed history is linearizable"
           : gave_up ? "too many configurations"
                     : NULL;
    return found ? PROOF_FAILS : gave_up ? PROOF_GAVE_UP : PROOF_HOLDS;
}

enum proof verify_not_linearizable(const struct spec *s, uint64_t limit)
{
    const char *why;
    return verify_core(s, NULL, limit, &why);
}
