/* 2-atomicity, by limited backtracking from the end (Golab, Hurwitz, Li: On the k-Atomicity-
 * Verification Problem, ICDCS 2013, algorithm LBT, as described in research/algorithms.md 6).
 *
 * A write ends in effect when it is seen. The order of writes is built from its end. The last write
 * of what remains is one after which no other begins; put there, every other write that has a read
 * which begins after its end must be the one just before it. If there are two of these the choice
 * was wrong; if there is one it is next; if there is none the chain ends well, and the choice is
 * never revised. Three lists of what remains, by begin, by last read, by end, make a step O(1). */
#include "checker/staleness/k_atomic.h"

#include "base/mem.h"
#include "base/sort.h"

enum { BY_BEGIN, BY_READ, BY_SEEN, LISTS, POLL_EVERY = 1 << 16 };

struct list { /* greatest first; index n is the head */
    uint32_t *next, *prev;
};

struct two {
    const struct versions *t;
    struct list list[LISTS];
    uint32_t *chain, nchain; /* taken out for the chain that is tried */
    uint64_t steps;
};

static uint32_t key_of(const struct versions *t, int list, uint32_t v)
{
    const struct version *x = &t->v[v];
    switch (list) {
    case BY_BEGIN:
        return x->begin;
    case BY_READ:
        return x->last_read == NO_VERSION ? 0 : t->r[x->last_read].begin;
    default:
        return x->seen;
    }
}

static void open_list(struct two *s, int which, uint64_t *order)
{
    const struct versions *t = s->t;
    struct list *l = &s->list[which];
    uint32_t m = 0, at = t->n;
    l->next = mem_alloc(((size_t)t->n + 1) * sizeof *l->next);
    l->prev = mem_alloc(((size_t)t->n + 1) * sizeof *l->prev);
    for (uint32_t v = 0; v < t->n; v++)
        if (t->v[v].seen != NO_RANK)
            order[m++] = sort_word(key_of(t, which, v), v);
    sort_by_high32(order, m);
    for (uint32_t i = m; i-- > 0;) {
        uint32_t v = sort_id(order[i]);
        l->next[at] = v;
        l->prev[v] = at;
        at = v;
    }
    l->next[at] = t->n;
    l->prev[t->n] = at;
}

static void take(struct two *s, uint32_t v)
{
    for (int i = 0; i < LISTS; i++) {
        struct list *l = &s->list[i];
        l->next[l->prev[v]] = l->next[v];
        l->prev[l->next[v]] = l->prev[v];
    }
    s->chain[s->nchain++] = v;
}

/* In the reverse order of taking: the links are still there. */
static void put_back(struct two *s)
{
    while (s->nchain > 0) {
        uint32_t v = s->chain[--s->nchain];
        for (int i = 0; i < LISTS; i++) {
            struct list *l = &s->list[i];
            l->next[l->prev[v]] = v;
            l->prev[l->next[v]] = v;
        }
    }
}

/* The greatest of a list, n when it is empty. */
static uint32_t top(const struct two *s, int list)
{
    return s->list[list].next[s->t->n];
}

static bool chain_from(struct two *s, uint32_t v)
{
    const struct versions *t = s->t;
    for (;;) {
        uint32_t end = t->v[v].seen;
        s->steps++;
        take(s, v);
        uint32_t last = top(s, BY_BEGIN), reader = top(s, BY_READ);
        if (last != t->n && end < t->v[last].begin)
            return false;
        if (reader == t->n || key_of(t, BY_READ, reader) <= end)
            return true;
        uint32_t second = s->list[BY_READ].next[reader];
        if (second != t->n && key_of(t, BY_READ, second) > end)
            return false;
        v = reader;
    }
}

/* True when some write can be the last of what remains; its chain is then taken out. */
static bool round_of(struct two *s)
{
    const struct versions *t = s->t;
    uint32_t last = top(s, BY_BEGIN), second = s->list[BY_BEGIN].next[last];
    for (uint32_t v = top(s, BY_SEEN); v != t->n; v = s->list[BY_SEEN].next[v]) {
        uint32_t other = v == last ? second : last;
        if (other != t->n && t->v[v].seen < t->v[other].begin)
            return false; /* nor can those that end earlier */
        s->nchain = 0;
        if (chain_from(s, v)) {
            s->nchain = 0;
            return true;
        }
        put_back(s);
    }
    return false;
}

enum k_answer k_two(const struct versions *t, struct budget *budget)
{
    struct two s = {.t = t, .chain = mem_alloc((size_t)t->n * sizeof *s.chain)};
    uint64_t *order = mem_alloc((size_t)t->n * sizeof *order), polled = 0;
    for (int i = 0; i < LISTS; i++)
        open_list(&s, i, order);
    mem_free(order);
    enum k_answer answer = K_YES;
    while (answer == K_YES && top(&s, BY_SEEN) != t->n) {
        if (!round_of(&s))
            answer = K_NO;
        if (s.steps - polled > POLL_EVERY) {
            polled = s.steps;
            if (budget_stopped(budget) != STOP_NONE)
                answer = K_GAVE_UP;
        }
    }
    for (int i = 0; i < LISTS; i++) {
        mem_free(s.list[i].next);
        mem_free(s.list[i].prev);
    }
    mem_free(s.chain);
    return answer;
}
