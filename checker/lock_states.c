/* The states of locks that know who holds them: the holders in order of owner, two words each
 * (owner, and how or how often it holds); with tokens the rank of the last one goes before. */
#include "base/mem.h"
#include "checker/lease.h"

#include <stdlib.h>

struct token {
    int64_t number;
    uint32_t cls;
};

static int by_number(const void *x, const void *y)
{
    const struct token *a = x, *b = y;
    return (a->number > b->number) - (a->number < b->number);
}

/* Engines compare tokens themselves; only searches ask for states. */
static void rank_tokens(struct object *o, struct locks *l)
{
    struct token *tokens = mem_alloc((o->nclasses + 1) * sizeof *tokens);
    uint32_t n = 0, rank = 0;
    l->token = mem_zalloc(o->nclasses + 1, sizeof *l->token); /* o may be a part, with an arena of
                                                                 its own */
    for (uint32_t c = 0; c < o->nclasses; c++)
        if (val_get_int(&o->h->values, o->classes[c].b, &tokens[n].number))
            tokens[n++].cls = c;
    qsort(tokens, n, sizeof *tokens, by_number);
    for (uint32_t i = 0; i < n; i++) {
        rank += i == 0 || tokens[i].number != tokens[i - 1].number;
        l->token[tokens[i].cls] = rank;
    }
    mem_free(tokens);
}

/* A state taken apart. */
struct holders {
    const uint32_t *pair; /* owner, hold or count */
    size_t n;
    uint32_t token;
    size_t at;      /* where the owner is, or belongs */
    bool held;      /* by the owner */
    uint64_t holds; /* of all, together */
    bool written;   /* LOCK_RW: by somebody */
};

static struct holders take_apart(const struct locks *l, uint32_t state, uint32_t owner)
{
    size_t n;
    const uint32_t *words = word_state_get(&l->states, state, &n);
    struct holders s = {.pair = words, .n = n / 2};
    if (l->kind == LOCK_FENCED) {
        s.token = words[0];
        s.pair++;
    }
    for (size_t i = 0; i < s.n; i++) {
        s.at += s.pair[2 * i] < owner;
        s.held |= s.pair[2 * i] == owner;
        s.holds += l->kind == LOCK_RW ? 1 : s.pair[2 * i + 1];
        s.written |= l->kind == LOCK_RW && s.pair[2 * i + 1] == HOLD_WRITE;
    }
    return s;
}

static bool may_acquire(const struct locks *l, const struct holders *s, enum hold hold,
                        uint32_t token)
{
    switch (l->kind) {
    case LOCK_MUTEX:
        return s->n == 0;
    case LOCK_REENTRANT:
        return s->n == 0 || s->held;
    case LOCK_PERMITS:
        return (int64_t)s->holds < l->permits;
    case LOCK_RW:
        return hold == HOLD_WRITE ? s->n == 0 : !s->written && !s->held;
    case LOCK_FENCED:
        return s->n == 0 && (token == 0 || token > s->token);
    case LOCK_LEASE: /* steps by itself */
        break;
    }
    return false;
}

/* The state with `what` for the owner; 0: it does not hold. */
static uint32_t with_hold(struct locks *l, const struct holders *s, uint32_t owner, uint32_t what,
                          uint32_t token)
{
    uint32_t *to = l->scratch;
    size_t n = 0;
    if (l->kind == LOCK_FENCED)
        to[n++] = token ? token : s->token;
    for (size_t i = 0; i <= s->n; i++) {
        if (i == s->at && what) {
            to[n++] = owner;
            to[n++] = what;
        }
        if (i < s->n && s->pair[2 * i] != owner) {
            to[n++] = s->pair[2 * i];
            to[n++] = s->pair[2 * i + 1];
        }
    }
    return word_state(&l->states, to, n);
}

uint32_t locks_step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct locks *l = o->ctx;
    const struct op_class *c = &o->classes[cls];
    if (l->kind == LOCK_FENCED && !l->token)
        rank_tokens(o, l);
    uint32_t owner = l->owner[cls], token = l->token ? l->token[cls] : 0;
    struct holders s = take_apart(l, state, owner);
    bool rw = l->kind == LOCK_RW;
    enum hold hold = rw && c->b != VAL_ABSENT ? (enum hold)(c->b & ~VAL_SMALL) : HOLD_ANY;
    if (k > 0)
        return NO_STATE;
    uint32_t now = s.held ? s.pair[2 * s.at + 1] : 0;
    if (c->action == ACT_RELEASE) {
        if (!s.held || (rw && hold != HOLD_ANY && now != (uint32_t)hold))
            return NO_STATE;
        return with_hold(l, &s, owner, rw ? 0 : now - 1, 0);
    }
    bool may = may_acquire(l, &s, hold, token);
    if (c->action == ACT_OTHER)
        return may ? NO_STATE : state;
    return may ? with_hold(l, &s, owner, rw ? (uint32_t)hold : now + 1, token) : NO_STATE;
}

/* Leaving out an owner frees the lock for the others, unless some were refused because of it. */
val locks_element(const struct object *o, uint32_t cls)
{
    return o->actions & 1u << ACT_OTHER ? VAL_ABSENT : o->classes[cls].a;
}

static val owner_name(const struct object *o, uint32_t owner)
{
    const struct locks *l = o->ctx;
    size_t c = 0;
    while (l->owner[c] != owner)
        c++;
    return o->classes[c].a;
}

void locks_describe(const struct object *o, uint32_t state, struct buf *out)
{
    enum { SHOWN = 8 };
    const struct locks *l = o->ctx;
    struct holders s = take_apart(l, state, UINT32_MAX);
    buf_puts(out, s.n ? "held by " : "free");
    for (size_t i = 0; i < s.n && i < SHOWN; i++) {
        uint32_t what = s.pair[2 * i + 1];
        buf_puts(out, i ? ", " : "");
        val_print_edn(&o->h->values, owner_name(o, s.pair[2 * i]), out);
        if (l->kind == LOCK_RW)
            buf_puts(out, what == HOLD_WRITE ? " for writing" : " for reading");
        else if (what > 1)
            buf_printf(out, " %u times", what);
    }
    buf_puts(out, s.n > SHOWN ? ", ..." : "");
}

void locks_close(struct object *o)
{
    struct locks *l = o->ctx;
    word_states_free(&l->states);
    mem_free(l->token);
    o->ctx = NULL;
}

const struct locks *locks_of(const struct object *o)
{
    return o->model->step == locks_step || o->model->step == lease_step ? o->ctx : NULL;
}

bool owners_sequential(const struct object *o)
{
    const struct locks *l = o->ctx;
    uint32_t *busy = mem_zalloc((size_t)l->nowners + 1, sizeof *busy); /* until then */
    bool good = true;
    for (uint32_t i = 0; good && i < o->n; i++) {
        uint32_t w = owner_of(o, i);
        good = busy[w] == 0 || busy[w] < o->ops[i].inv;
        busy[w] = o->ops[i].res;
    }
    mem_free(busy);
    return good;
}
