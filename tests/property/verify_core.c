/* A complete search for a linearization of the relaxed history. A configuration is the set of
 * strict operations done, the state, and how many relaxed operations of each class were used; one
 * that used fewer of every class than another makes the other superfluous. Relaxed operations that
 * nobody can observe are left out first. */
#include "base/hash.h"
#include "base/mem.h"
#include "tests/property/verify.h"

#include <stdlib.h>

/* Relaxed operations with equal effect. Those with the earliest invocations are used first. */
struct relaxed {
    uint32_t op;    /* index into ops of the copy */
    uint32_t *invs; /* ascending */
    size_t n;
    bool blind;     /* overwrites the whole state */
};

struct need {
    uint32_t key;
    val v;
};

struct search {
    struct spec copy; /* ops: strict ones as recorded, then one relaxed one per class */
    struct arena arena;
    size_t nstrict;
    struct relaxed *classes;
    size_t nclasses;
    struct need *needs; /* values that some operation has to see */
    size_t nneeds, needs_cap;
    size_t done_words, row_words; /* row: done bits, flag, state */
    uint32_t *rows, *first;       /* visited rows, each with a list of counts */
    size_t nrows, rows_cap, first_cap;
    uint32_t *slots;
    size_t nslots;
    uint16_t *counts; /* one entry: nclasses counts */
    uint32_t *next;   /* of an entry, + 1 */
    size_t nentries, counts_cap, next_cap;
    uint64_t limit, explored;
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
    for (size_t i = 0; i < o->n; i++) {
        const struct spec_micro *m = &o->micro[i];
        if (m->kind == SPEC_CAS || (m->kind == SPEC_READ && m->a != VAL_ABSENT))
            add_need(q, m->key, m->a);
    }
}

static bool is_needed(const struct search *q, uint32_t key, val v)
{
    for (size_t i = 0; i < q->nneeds; i++)
        if (q->needs[i].key == key && q->needs[i].v == v)
            return true;
    return false;
}

/* Can what `o` does be seen, as far as the needs found so far tell? */
static bool observable(const struct search *q, const struct spec_op *o)
{
    for (size_t i = 0; i < o->n; i++) {
        const struct spec_micro *m = &o->micro[i];
        if (m->kind == SPEC_WRITE && is_needed(q, m->key, m->a))
            return true;
        if (m->kind == SPEC_CAS && is_needed(q, m->key, m->b))
            return true;
        for (size_t k = 0; m->kind == SPEC_APPEND && k < q->nneeds; k++)
            if (q->needs[k].key == m->key)
                return true;
    }
    return false;
}

static bool same_effect(const struct spec_op *x, const struct spec_op *y)
{
    bool same = x->n == y->n;
    for (size_t i = 0; same && i < x->n; i++)
        same = x->micro[i].kind == y->micro[i].kind && x->micro[i].key == y->micro[i].key &&
               x->micro[i].a == y->micro[i].a && x->micro[i].b == y->micro[i].b;
    return same;
}

/* A copy whose reads observe nothing and that may happen or not. */
static struct spec_op relax(struct search *q, const struct spec_op *o)
{
    struct spec_op r = *o;
    r.must = false;
    r.res = SPEC_INF;
    r.version = -1;
    r.micro = arena_alloc(&q->arena, o->n * sizeof *r.micro);
    r.n = 0;
    for (size_t i = 0; i < o->n; i++)
        if (o->micro[i].kind != SPEC_READ)
            r.micro[r.n++] = o->micro[i];
    return r;
}

static bool overwrites_all(const struct search *q, const struct spec_op *o)
{
    for (uint32_t k = 0; k < q->copy.nkeys; k++) {
        bool written = false;
        for (size_t i = 0; i < o->n; i++)
            written |= o->micro[i].kind == SPEC_WRITE && o->micro[i].key == k;
        if (!written)
            return false;
    }
    return !q->copy.versions;
}

static void add_relaxed(struct search *q, const struct spec_op *o, size_t most)
{
    size_t c = 0;
    while (c < q->nclasses && !same_effect(&q->copy.ops[q->classes[c].op], o))
        c++;
    struct relaxed *r = &q->classes[c];
    if (c == q->nclasses) {
        q->nclasses++;
        r->op = (uint32_t)q->copy.nops;
        r->invs = arena_alloc(&q->arena, most * sizeof *r->invs);
        r->n = 0;
        r->blind = overwrites_all(q, o);
        q->copy.ops[q->copy.nops++] = *o;
    }
    r->invs[r->n++] = o->inv;
}

/* Strict operations, and the relaxed ones that can be observed by them or by one another. */
static void collect(struct search *q, const struct spec *s, const bool *strict)
{
    q->copy = *s;
    q->copy.nops = 0;
    q->copy.ops = arena_alloc(&q->arena, s->nops * sizeof *s->ops);
    q->classes = arena_alloc(&q->arena, s->nops * sizeof *q->classes);
    struct spec_op *loose = arena_alloc(&q->arena, s->nops * sizeof *loose);
    bool *in = arena_zalloc(&q->arena, s->nops * sizeof *in);
    size_t n = 0;
    for (size_t i = 0; i < s->nops; i++) {
        if (strict[s->ops[i].op] && s->ops[i].must)
            q->copy.ops[q->copy.nops++] = s->ops[i];
        else if (spec_mutates(&s->ops[i]))
            loose[n++] = relax(q, &s->ops[i]);
    }
    q->nstrict = q->copy.nops;
    for (size_t i = 0; i < q->nstrict; i++)
        add_needs(q, &q->copy.ops[i]);
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < n; i++) {
            if (in[i] || !observable(q, &loose[i]))
                continue;
            in[i] = grew = true;
            add_needs(q, &loose[i]);
        }
    }
    for (size_t i = 0; i < n; i++)
        if (in[i])
            add_relaxed(q, &loose[i], n);
}

static size_t slot_of(const struct search *q, const uint32_t *row)
{
    size_t bytes = q->row_words * sizeof *row;
    size_t s = (size_t)hash_bytes(row, bytes) & (q->nslots - 1);
    while (q->slots[s] && memcmp(q->rows + (q->slots[s] - 1) * q->row_words, row, bytes) != 0)
        s = (s + 1) & (q->nslots - 1);
    return s;
}

static void grow_slots(struct search *q)
{
    q->nslots = q->nslots ? q->nslots * 2 : 1024;
    mem_free(q->slots);
    q->slots = mem_zalloc(q->nslots, sizeof *q->slots);
    for (size_t i = 0; i < q->nrows; i++)
        q->slots[slot_of(q, q->rows + i * q->row_words)] = (uint32_t)i + 1;
}

static bool no_more(const uint16_t *x, const uint16_t *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] > y[i])
            return false;
    return true;
}

/* Remember the configuration; false when it, or one that used no more, was visited before. */
static bool visit(struct search *q, const uint32_t *row, const uint16_t *used)
{
    if ((q->nrows + 1) * 2 > q->nslots)
        grow_slots(q);
    size_t s = slot_of(q, row);
    if (!q->slots[s]) {
        q->rows = mem_grow(q->rows, &q->rows_cap, (q->nrows + 1) * q->row_words, sizeof *q->rows);
        q->first = mem_grow(q->first, &q->first_cap, q->nrows + 1, sizeof *q->first);
        memcpy(q->rows + q->nrows * q->row_words, row, q->row_words * sizeof *row);
        q->first[q->nrows] = 0;
        q->slots[s] = (uint32_t)++q->nrows;
    }
    uint32_t *first = &q->first[q->slots[s] - 1];
    size_t n = q->nclasses;
    for (uint32_t at = *first; at; at = q->next[at - 1])
        if (no_more(q->counts + (at - 1) * n, used, n))
            return false;
    q->counts = mem_grow(q->counts, &q->counts_cap, (q->nentries + 1) * n + 1, sizeof *q->counts);
    q->next = mem_grow(q->next, &q->next_cap, q->nentries + 1, sizeof *q->next);
    memcpy(q->counts + q->nentries * n, used, n * sizeof *used);
    q->next[q->nentries] = *first;
    *first = (uint32_t)++q->nentries;
    return true;
}

static bool is_done(const uint32_t *row, size_t i)
{
    return row[i / 32] >> (i % 32) & 1;
}

/* The earliest completion of a strict operation that is not done. */
static uint32_t deadline(const struct search *q, const uint32_t *row)
{
    uint32_t d = SPEC_INF;
    for (size_t i = 0; i < q->nstrict; i++)
        if (!is_done(row, i) && q->copy.ops[i].res < d)
            d = q->copy.ops[i].res;
    return d;
}

/* A text that no needed one begins with is never seen again as long as it only grows. */
static bool hopeless_append(const struct search *q, const struct spec_op *o, const uint32_t *state)
{
    const struct values *t = &q->copy.h->values;
    for (size_t m = 0; m < o->n; m++) {
        if (o->micro[m].kind != SPEC_APPEND)
            continue;
        struct str text = val_get_text(t, state[o->micro[m].key]);
        bool hope = false;
        for (size_t i = 0; i < q->nneeds && !hope; i++) {
            struct str need = val_get_text(t, q->needs[i].v);
            hope = q->needs[i].key == o->micro[m].key && need.n >= text.n &&
                   memcmp(need.p, text.p, text.n) == 0;
        }
        if (!hope)
            return true;
    }
    return false;
}

static bool search(struct search *q, const uint32_t *row, uint16_t *used);

/* `flag` marks a state that a relaxed blind write has just made: overwriting it at once is idle. */
static bool try_op(struct search *q, const uint32_t *row, uint16_t *used, size_t op, bool strict,
                   bool flag)
{
    uint32_t *next = mem_alloc(q->row_words * sizeof *next);
    memcpy(next, row, q->row_words * sizeof *next);
    uint32_t *state = next + q->done_words + 1;
    const uint32_t *before = row + q->done_words + 1;
    bool found = false;
    if (strict)
        next[op / 32] |= 1u << (op % 32);
    next[q->done_words] = flag;
    if (spec_apply(&q->copy, op, state)) {
        bool idle = memcmp(state, before, q->copy.width * sizeof *state) == 0 ||
                    hopeless_append(q, &q->copy.ops[op], state);
        if (strict || !idle)
            found = search(q, next, used);
    }
    mem_free(next);
    return found;
}

/* An observer that is legal now may as well be now: then nothing else has to be tried. */
static size_t legal_observer(const struct search *q, const uint32_t *row, uint32_t before)
{
    uint32_t *state = mem_alloc(q->copy.width * sizeof *state);
    size_t i = 0;
    for (; i < q->nstrict; i++) {
        const struct spec_op *o = &q->copy.ops[i];
        if (is_done(row, i) || o->inv > before || spec_mutates(o))
            continue;
        memcpy(state, row + q->done_words + 1, q->copy.width * sizeof *state);
        if (spec_apply(&q->copy, i, state))
            break;
    }
    mem_free(state);
    return i;
}

static bool search(struct search *q, const uint32_t *row, uint16_t *used)
{
    uint32_t before = deadline(q, row);
    if (before == SPEC_INF)
        return true;
    if (!visit(q, row, used) || ++q->explored > q->limit)
        return false;
    if (!q->copy.versions) {
        size_t now = legal_observer(q, row, before);
        if (now < q->nstrict)
            return try_op(q, row, used, now, true, false);
    }
    bool fresh = row[q->done_words];
    for (size_t i = 0; i < q->nstrict; i++) {
        const struct spec_op *o = &q->copy.ops[i];
        if (is_done(row, i) || o->inv > before || (fresh && overwrites_all(q, o)))
            continue;
        if (try_op(q, row, used, i, true, false))
            return true;
    }
    for (size_t c = 0; c < q->nclasses; c++) {
        const struct relaxed *r = &q->classes[c];
        if (used[c] == r->n || r->invs[used[c]] > before || (fresh && r->blind))
            continue;
        used[c]++;
        bool found = try_op(q, row, used, r->op, false, r->blind);
        used[c]--;
        if (found)
            return true;
    }
    return false;
}

static void search_free(struct search *q)
{
    mem_free(q->needs);
    mem_free(q->rows);
    mem_free(q->first);
    mem_free(q->slots);
    mem_free(q->counts);
    mem_free(q->next);
    arena_free(&q->arena);
}

enum proof verify_core(const struct spec *s, const bool *strict, uint64_t limit, const char **why)
{
    struct search q = {.limit = limit};
    collect(&q, s, strict);
    q.done_words = (q.nstrict + 31) / 32;
    q.row_words = q.done_words + 1 + s->width;
    uint32_t *row = arena_zalloc(&q.arena, q.row_words * sizeof *row);
    uint16_t *used = arena_zalloc(&q.arena, (q.nclasses + 1) * sizeof *used);
    memcpy(row + q.done_words + 1, s->initial, s->width * sizeof *row);
    bool found = search(&q, row, used);
    bool gave_up = q.explored > q.limit;
    search_free(&q);
    *why = found     ? "the relaxed history is linearizable"
           : gave_up ? "too many configurations"
                     : NULL;
    return found ? PROOF_FAILS : gave_up ? PROOF_GAVE_UP : PROOF_HOLDS;
}
