/* Sequential consistency by depth-first search: which session goes next. A read that is right at
 * once takes nothing from anybody, so it is not a choice. No configuration is tried twice. */
#include "base/mem.h"
#include "tests/property/naive_levels.h"
#include "tests/property/visited.h"

#include <stdlib.h>
#include <string.h>

struct step {
    uint32_t session, inv, op;
};

struct search {
    const struct spec *s;
    struct step *steps; /* by session, in order */
    size_t *first;      /* of each session, and the end */
    size_t sessions, words;
    struct visited seen;
    uint64_t left;      /* configurations */
    bool reused;        /* a session goes on behind a crash: then "broken" would be too much */
};

static int by_session(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->session != y->session)
        return x->session < y->session ? -1 : 1;
    return x->inv < y->inv ? -1 : x->inv > y->inv;
}

static void list_sessions(struct search *x)
{
    const struct spec *s = x->s;
    size_t n = 0;
    x->steps = mem_alloc((s->nops + 1) * sizeof *x->steps);
    x->first = mem_zalloc(s->nops + 2, sizeof *x->first);
    for (size_t i = 0; i < s->nops; i++)
        if (!spec_idle(&s->ops[i]) && (s->ops[i].must || spec_mutates(&s->ops[i])))
            x->steps[n++] = (struct step){(uint32_t)s->h->ops[s->ops[i].op].process, s->ops[i].inv,
                                          (uint32_t)i};
    qsort(x->steps, n, sizeof *x->steps, by_session);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || x->steps[i].session != x->steps[i - 1].session)
            x->first[x->sessions++] = i;
        else if (!s->ops[x->steps[i - 1].op].must)
            x->reused = true;
    }
    x->first[x->sessions] = n;
    x->words = x->sessions + s->width;
}

/* at: how far each session is, then the state. */
static const struct step *head(const struct search *x, const uint32_t *at, size_t session)
{
    size_t i = x->first[session] + at[session];
    return i < x->first[session + 1] ? &x->steps[i] : NULL;
}

/* Place op `step` if it is legal. `scratch` is a state. */
static bool place(const struct search *x, uint32_t *at, size_t session, uint32_t op,
                  uint32_t *scratch)
{
    memcpy(scratch, at + x->sessions, x->s->width * sizeof *scratch);
    if (!spec_apply(x->s, op, 0, scratch))
        return false;
    memcpy(at + x->sessions, scratch, x->s->width * sizeof *scratch);
    at[session]++;
    return true;
}

/* All reads that are right. True when nothing is left that has to be placed. */
static bool settle(const struct search *x, uint32_t *at, uint32_t *scratch)
{
    bool more = true, all = true;
    while (more) {
        more = false;
        all = true;
        for (size_t i = 0; i < x->sessions; i++) {
            const struct step *h = head(x, at, i);
            bool last = h && h + 1 == x->steps + x->first[i + 1];
            all = all && (!h || (last && !x->s->ops[h->op].must));
            if (h && !spec_mutates(&x->s->ops[h->op]))
                more = place(x, at, i, h->op, scratch) || more;
        }
    }
    return all;
}

static bool go(struct search *x, const uint32_t *before);

/* Session `i` goes next, with its head `op` or without it. */
static bool go_on(struct search *x, const uint32_t *at, size_t i, uint32_t op, bool skip)
{
    uint32_t *next = mem_alloc((x->words + x->s->width + 1) * sizeof *next);
    memcpy(next, at, x->words * sizeof *next);
    next[i] += skip;
    bool found = (skip || place(x, next, i, op, next + x->words)) && go(x, next);
    mem_free(next);
    return found;
}

/* The head that was invoked first, of those behind `after`, or NULL; its session. */
static const struct step *earliest(const struct search *x, const uint32_t *at, int64_t after,
                                   size_t *session)
{
    const struct step *best = NULL;
    for (size_t i = 0; i < x->sessions; i++) {
        const struct step *h = head(x, at, i);
        if (h && h->inv > after && (!best || h->inv < best->inv)) {
            best = h;
            *session = i;
        }
    }
    return best;
}

static bool go(struct search *x, const uint32_t *before)
{
    static const uint32_t none = 0;
    uint32_t *at = mem_alloc((x->words + x->s->width + 1) * sizeof *at);
    memcpy(at, before, x->words * sizeof *at);
    bool found = settle(x, at, at + x->words);
    if (!found && x->left > 0 && visited_add(&x->seen, at, &none)) {
        x->left--;
        size_t i = 0;
        for (const struct step *h = earliest(x, at, -1, &i); h && !found;
             h = earliest(x, at, h->inv, &i))
            found = go_on(x, at, i, h->op, false) ||
                    (!x->s->ops[h->op].must && go_on(x, at, i, h->op, true));
    }
    mem_free(at);
    return found;
}

enum naive_answer naive_sequential(const struct spec *s, uint64_t limit)
{
    struct search x = {.s = s, .left = limit};
    if (s->toy || s->nops > NAIVE_OPS)
        return NAIVE_OPEN;
    list_sessions(&x);
    x.seen.row_words = x.words;
    x.seen.set_words = 1;
    uint32_t *at = mem_zalloc(x.words + 1, sizeof *at);
    memcpy(at + x.sessions, s->initial, s->width * sizeof *at);
    bool found = go(&x, at);
    bool open = !found && (x.left == 0 || x.reused);
    mem_free(at);
    mem_free(x.steps);
    mem_free(x.first);
    visited_free(&x.seen);
    return found ? NAIVE_HOLDS : open ? NAIVE_OPEN : NAIVE_BROKEN;
}
