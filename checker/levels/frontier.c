/* A read (and a cas whose source is known, once it is the last reader of it) is placed as soon as
 * it is right: that takes nothing from anybody. A write is too early while a read that is known to
 * observe the current value of its key has not been placed. What is left to choose is which write
 * comes next. Whether a frontier can be completed depends on nothing else: where a read is known to
 * observe a value that is current, that value stays; where none is, it does not matter (only of
 * values that were written more than once the current ones matter, too, and are part of what is
 * remembered). So at most product of (operations of a session + 1) frontiers. */
#include "checker/levels/frontier.h"

#include "base/hash.h"
#include "base/heap.h"
#include "base/mem.h"
#include "base/sort.h"

static const uint32_t NONE = UINT32_MAX;

struct frontier {
    const struct frontier_question *q;
    const struct view *v;
    uint32_t *next;    /* of each session */
    uint32_t *current; /* of each key the write, or NONE: the initial value */
    uint32_t *left;    /* reads known to observe each write (n + key: the initial value) */
    uint32_t *below;   /* of a placed write: what was current before */
    uint32_t *first, *source; /* `more` by where they lead; NULL: none */
    uint32_t *trail;   /* placed operations */
    uint32_t n, strict, strict_placed;
};

/* ---- one step -------------------------------------------------------------------------------- */

static uint32_t *left_of(struct frontier *f, uint32_t key, uint32_t write)
{
    return &f->left[write == NONE ? f->v->n + key : write];
}

static val value_of(const struct frontier *f, uint32_t key)
{
    uint32_t w = f->current[key];
    return w == NONE ? f->v->initial : f->v->wrote[w];
}

static bool certain(uint32_t from)
{
    return from_write(from) || from == FROM_INITIAL;
}

static bool placed(const struct frontier *f, uint32_t op)
{
    return op < f->next[f->v->session[op]];
}

/* Can it be the next one? */
static bool fits(struct frontier *f, uint32_t op)
{
    const struct view *v = f->v;
    uint32_t key = v->key[op], from = v->from[op], now = f->current[key];
    bool sure = certain(from);
    if (sure ? now != (from == FROM_INITIAL ? NONE : from)
             : v->saw[op] != VAL_ABSENT && value_of(f, key) != v->saw[op])
        return false;
    if ((v->flags[op] & VIEW_WRITES) && *left_of(f, key, now) > (sure ? 1 : 0))
        return false;
    for (uint32_t i = f->first ? f->first[op] : 0; f->first && i < f->first[op + 1]; i++)
        if (!placed(f, f->source[i]))
            return false;
    return true;
}

/* Placing it takes nothing from anybody. */
static bool free_of_charge(const struct frontier *f, uint32_t op)
{
    return !(f->v->flags[op] & VIEW_WRITES) || certain(f->v->from[op]);
}

static void place(struct frontier *f, uint32_t op)
{
    const struct view *v = f->v;
    uint32_t key = v->key[op];
    if (certain(v->from[op]))
        --*left_of(f, key, f->current[key]);
    if (v->flags[op] & VIEW_WRITES) {
        f->below[op] = f->current[key];
        f->current[key] = op;
    }
    f->next[v->session[op]]++;
    f->strict_placed += !(v->flags[op] & VIEW_CRASHED);
    f->trail[f->n++] = op;
}

static void take_back(struct frontier *f)
{
    const struct view *v = f->v;
    uint32_t op = f->trail[--f->n], key = v->key[op];
    f->strict_placed -= !(v->flags[op] & VIEW_CRASHED);
    f->next[v->session[op]]--;
    if (v->flags[op] & VIEW_WRITES)
        f->current[key] = f->below[op];
    if (certain(v->from[op]))
        ++*left_of(f, key, f->current[key]);
}

static uint32_t head(const struct frontier *f, uint32_t s)
{
    return f->next[s] < f->v->start[s + 1] ? f->next[s] : NONE;
}

/* ---- begin and end --------------------------------------------------------------------------- */

static void index_more(struct frontier *f, const struct derived_list *more)
{
    if (!more || more->n == 0)
        return;
    uint32_t n = f->v->n;
    f->first = mem_zalloc((size_t)n + 2, sizeof *f->first);
    f->source = mem_alloc(more->n * sizeof *f->source);
    for (size_t i = 0; i < more->n; i++)
        f->first[more->at[i].to + 1]++;
    for (uint32_t i = 0; i < n; i++)
        f->first[i + 1] += f->first[i];
    for (size_t i = 0; i < more->n; i++)
        f->source[f->first[more->at[i].to]++] = more->at[i].from;
    for (uint32_t i = n; i > 0; i--)
        f->first[i] = f->first[i - 1];
    f->first[0] = 0;
}

static void begin(struct frontier *f, const struct frontier_question *q, uint32_t *order)
{
    const struct view *v = q->v;
    size_t n = (size_t)v->n + 1;
    *f = (struct frontier){.q = q, .v = v, .trail = order};
    f->next = mem_alloc(((size_t)v->nsessions + 1) * sizeof *f->next);
    memcpy(f->next, v->start, v->nsessions * sizeof *f->next);
    f->current = mem_alloc(((size_t)v->nkeys + 1) * sizeof *f->current);
    for (uint32_t k = 0; k < v->nkeys; k++)
        f->current[k] = NONE;
    f->left = mem_zalloc(n + v->nkeys, sizeof *f->left);
    f->below = mem_alloc(n * sizeof *f->below);
    for (uint32_t i = 0; i < v->n; i++) {
        f->strict += !(v->flags[i] & VIEW_CRASHED);
        if (certain(v->from[i]))
            ++*left_of(f, v->key[i], v->from[i] == FROM_INITIAL ? NONE : v->from[i]);
    }
    index_more(f, q->more);
}

static void end(struct frontier *f, uint32_t *n)
{
    *n = f->n;
    mem_free(f->next);
    mem_free(f->current);
    mem_free(f->left);
    mem_free(f->below);
    mem_free(f->first);
    mem_free(f->source);
}

/* ---- greedy ---------------------------------------------------------------------------------- */

/* Sessions whose next operation does not fit wait: for a write to become current, for a key, or for
 * another operation. They are woken when that may have changed. */
struct greedy {
    struct frontier f;
    uint32_t *of_key;  /* sessions that wait for anything about a key, as lists */
    uint32_t *of_op;   /* sessions that wait for an operation to be placed */
    uint32_t *behind;  /* of a session: the next one of its list */
    uint32_t *ready;
    uint32_t nready;
    struct heap writes; /* rank, session */
};

static void wake(struct greedy *g, uint32_t *list)
{
    for (uint32_t s = *list; s != NONE; s = g->behind[s])
        g->ready[g->nready++] = s;
    *list = NONE;
}

static void wait_on(struct greedy *g, uint32_t *list, uint32_t s)
{
    g->behind[s] = *list;
    *list = s;
}

static void wait_for(struct greedy *g, uint32_t s, uint32_t op)
{
    const struct frontier *f = &g->f;
    for (uint32_t i = f->first ? f->first[op] : 0; f->first && i < f->first[op + 1]; i++) {
        if (!placed(f, f->source[i])) {
            wait_on(g, &g->of_op[f->source[i]], s);
            return;
        }
    }
    uint32_t from = f->v->from[op];
    if (from_write(from) && !placed(f, from))
        wait_on(g, &g->of_op[from], s);
    else
        wait_on(g, &g->of_key[f->v->key[op]], s);
}

static void place_and_wake(struct greedy *g, uint32_t op)
{
    const struct view *v = g->f.v;
    uint32_t key = v->key[op];
    place(&g->f, op);
    wake(g, &g->of_op[op]);
    /* Whoever waits about the key waits for its last readers, or for a value. */
    if (*left_of(&g->f, key, g->f.current[key]) <= 1 || v->many)
        wake(g, &g->of_key[key]);
}

static void go_on(struct greedy *g, uint32_t s)
{
    for (uint32_t op; (op = head(&g->f, s)) != NONE;) {
        if (!fits(&g->f, op)) {
            wait_for(g, s, op);
            return;
        }
        if (!free_of_charge(&g->f, op)) {
            heap_push(&g->writes, sort_word(g->f.q->rank[op], s));
            return;
        }
        place_and_wake(g, op);
    }
}

static void run_greedy(struct greedy *g)
{
    for (;;) {
        while (g->nready > 0)
            go_on(g, g->ready[--g->nready]);
        if (g->writes.n == 0)
            return;
        uint32_t s = sort_id(heap_pop(&g->writes)), op = head(&g->f, s);
        if (fits(&g->f, op)) {
            place_and_wake(g, op);
            g->ready[g->nready++] = s;
        } else {
            wait_for(g, s, op);
        }
    }
}

bool frontier_greedy(const struct frontier_question *q, uint32_t *order, uint32_t *n)
{
    const struct view *v = q->v;
    struct greedy g = {0};
    begin(&g.f, q, order);
    g.of_key = mem_alloc(((size_t)v->nkeys + 1) * sizeof *g.of_key);
    g.of_op = mem_alloc(((size_t)v->n + 1) * sizeof *g.of_op);
    g.behind = mem_alloc(((size_t)v->nsessions + 1) * sizeof *g.behind);
    g.ready = mem_alloc(((size_t)v->nsessions + 1) * sizeof *g.ready);
    for (uint32_t k = 0; k < v->nkeys; k++)
        g.of_key[k] = NONE;
    for (uint32_t i = 0; i < v->n; i++)
        g.of_op[i] = NONE;
    for (uint32_t s = v->nsessions; s-- > 0;)
        g.ready[g.nready++] = s;
    run_greedy(&g);
    bool all = g.f.strict_placed == g.f.strict;
    heap_free(&g.writes);
    mem_free(g.of_key);
    mem_free(g.of_op);
    mem_free(g.behind);
    mem_free(g.ready);
    end(&g.f, n);
    return all;
}

/* ---- search --------------------------------------------------------------------------------- */

/* Frontiers that were tried, as rows of words. */
struct tried {
    uint32_t *rows;
    size_t width, n, cap;
    uint32_t *slots; /* open addressing: row + 1 */
    size_t nslots;
};

struct search {
    struct frontier f;
    struct tried tried;
    struct {
        uint32_t placed; /* before the choice */
        uint32_t rank_from; /* choices are tried by rank and session: the next one */
        uint32_t session_from;
    } *choices;
    size_t n, cap;
    uint64_t explored;
    ptrdiff_t bytes;
    bool stopped;
};

static void rehash(struct tried *t)
{
    mem_free(t->slots);
    t->nslots = t->nslots ? t->nslots * 2 : 1024;
    t->slots = mem_zalloc(t->nslots, sizeof *t->slots);
    for (size_t i = 0; i < t->n; i++) {
        size_t s = hash_bytes(t->rows + i * t->width, t->width * sizeof *t->rows) &
                   (t->nslots - 1);
        while (t->slots[s])
            s = (s + 1) & (t->nslots - 1);
        t->slots[s] = (uint32_t)i + 1;
    }
}

/* True when the frontier is new; it is remembered. */
static bool remember(struct search *s)
{
    struct tried *t = &s->tried;
    const struct view *v = s->f.v;
    size_t bytes = t->width * sizeof *t->rows;
    t->rows = mem_grow(t->rows, &t->cap, (t->n + 1) * t->width, sizeof *t->rows);
    uint32_t *row = t->rows + t->n * t->width;
    memcpy(row, s->f.next, v->nsessions * sizeof *row);
    for (uint32_t k = 0; t->width > v->nsessions && k < v->nkeys; k++)
        row[v->nsessions + k] = value_of(&s->f, k);
    if ((t->n + 1) * 2 > t->nslots)
        rehash(t);
    size_t at = hash_bytes(row, bytes) & (t->nslots - 1);
    for (; t->slots[at]; at = (at + 1) & (t->nslots - 1))
        if (memcmp(t->rows + (size_t)(t->slots[at] - 1) * t->width, row, bytes) == 0)
            return false;
    t->slots[at] = (uint32_t)++t->n;
    ptrdiff_t more = (ptrdiff_t)bytes + 16;
    s->bytes += more;
    s->stopped = s->stopped || !budget_memory(s->f.q->budget, more) || t->n >= NONE - 1;
    return true;
}

/* Place all that is free of charge. */
static void settle(struct search *s)
{
    bool moved = true;
    while (moved) {
        moved = false;
        for (uint32_t i = 0; i < s->f.v->nsessions; i++) {
            for (uint32_t op; (op = head(&s->f, i)) != NONE && free_of_charge(&s->f, op) &&
                              fits(&s->f, op);) {
                place(&s->f, op);
                moved = true;
            }
        }
    }
}

static void push_choice(struct search *s)
{
    s->choices = mem_grow(s->choices, &s->cap, s->n + 1, sizeof *s->choices);
    s->choices[s->n].placed = s->f.n;
    s->choices[s->n].rank_from = 0;
    s->choices[s->n++].session_from = 0;
}

/* The next write to try at the last choice, or NONE. */
static uint32_t next_choice(struct search *s)
{
    const struct view *v = s->f.v;
    uint32_t best = NONE;
    uint64_t least = UINT64_MAX,
             from = sort_word(s->choices[s->n - 1].rank_from, s->choices[s->n - 1].session_from);
    for (uint32_t i = 0; i < v->nsessions; i++) {
        uint32_t op = head(&s->f, i);
        uint64_t word = op == NONE ? UINT64_MAX : sort_word(s->f.q->rank[op], i);
        if (word < from || word >= least || !fits(&s->f, op))
            continue;
        best = op;
        least = word;
    }
    if (best != NONE) {
        s->choices[s->n - 1].rank_from = sort_key(least);
        s->choices[s->n - 1].session_from = sort_id(least) + 1;
    }
    return best;
}

static bool limit_reached(struct search *s)
{
    const struct frontier_question *q = s->f.q;
    s->explored++;
    s->stopped = s->stopped || (q->max_explored && s->explored > q->max_explored) ||
                 (s->explored % 256 == 0 && budget_stopped(q->budget) != STOP_NONE);
    return s->stopped;
}

static bool run_search(struct search *s)
{
    settle(s);
    if (remember(s))
        push_choice(s);
    while (s->n > 0 && s->f.strict_placed < s->f.strict && !limit_reached(s)) {
        while (s->f.n > s->choices[s->n - 1].placed)
            take_back(&s->f);
        uint32_t op = next_choice(s);
        if (op == NONE) {
            s->n--;
            continue;
        }
        place(&s->f, op);
        settle(s);
        if (s->f.strict_placed < s->f.strict && remember(s))
            push_choice(s);
    }
    return s->f.strict_placed == s->f.strict;
}

enum frontier_verdict frontier_search(const struct frontier_question *q, uint32_t *order,
                                      uint32_t *n, uint64_t *explored)
{
    struct search s = {0};
    begin(&s.f, q, order);
    s.tried.width = q->v->nsessions + (q->v->many ? q->v->nkeys : 0);
    s.tried.width += s.tried.width == 0;
    bool found = run_search(&s);
    *explored = s.explored;
    (void)budget_memory(q->budget, -s.bytes);
    mem_free(s.tried.rows);
    mem_free(s.tried.slots);
    mem_free(s.choices);
    end(&s.f, n);
    return found ? FRONTIER_FOUND : s.stopped ? FRONTIER_STOPPED : FRONTIER_NONE;
}
