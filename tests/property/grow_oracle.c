#include "tests/property/grow_oracle.h"

enum { ADDS = GROW_ITEMS };

struct world {
    const struct grow_case *c;
    unsigned g;
    unsigned n; /* additions that take effect */
    struct {
        uint8_t s, i;
    } add[ADDS];
    uint8_t order[ADDS], place[ADDS]; /* both ways */
};

/* The number of an addition, or ADDS when it does not take effect. */
static unsigned number(const struct world *w, unsigned s, unsigned i)
{
    for (unsigned a = 0; a < w->n; a++)
        if (w->add[a].s == s && w->add[a].i == i)
            return a;
    return ADDS;
}

static const struct grow_case_op *op_of(const struct world *w, unsigned a)
{
    return &w->c->ops[w->add[a].s][w->add[a].i];
}

/* ---- one session in a given order ------------------------------------------------------------ */

static bool list_explains(const struct world *w, const struct grow_case_op *r, unsigned seen)
{
    unsigned n = 0;
    for (unsigned p = 0; p < w->n; p++) {
        const struct grow_case_op *o = op_of(w, w->order[p]);
        if (o->key != r->key)
            continue;
        if (n < r->n && (!(seen >> w->order[p] & 1) || o->value != r->items[n]))
            return false;
        if (n >= r->n && (seen >> w->order[p] & 1))
            return false;
        n++;
    }
    return n >= r->n;
}

static bool has(const struct grow_case_op *r, int8_t value)
{
    for (unsigned i = 0; i < r->n; i++)
        if (r->items[i] == value)
            return true;
    return false;
}

static bool set_explains(const struct world *w, const struct grow_case_op *r, unsigned seen)
{
    for (unsigned i = 0; i < r->n; i++) {
        bool there = false;
        for (unsigned a = 0; a < w->n; a++)
            there |= (seen >> a & 1) && op_of(w, a)->key == r->key &&
                     op_of(w, a)->value == r->items[i];
        if (!there)
            return false;
    }
    for (unsigned a = 0; a < w->n; a++)
        if ((seen >> a & 1) && op_of(w, a)->key == r->key && !has(r, op_of(w, a)->value))
            return false;
    return true;
}

static bool explains(const struct world *w, const struct grow_case_op *r, unsigned seen)
{
    int sum = 0;
    if (w->c->type == GROW_LIST)
        return list_explains(w, r, seen);
    if (w->c->type == GROW_SET)
        return set_explains(w, r, seen);
    for (unsigned a = 0; a < w->n; a++)
        if ((seen >> a & 1) && op_of(w, a)->key == r->key)
            sum += op_of(w, a)->value;
    return sum == r->value;
}

/* `own`: acknowledged additions so far; `all`: what reads saw so far. */
static bool session(const struct world *w, unsigned s, unsigned i, unsigned own, unsigned all)
{
    if (i == w->c->n[s])
        return true;
    const struct grow_case_op *o = &w->c->ops[s][i];
    unsigned must = 0, keyed = 0;
    if (!o->read) {
        unsigned a = number(w, s, i);
        if (a == ADDS)
            return session(w, s, i + 1, own, all);
        for (unsigned b = 0; b < w->n; b++)
            if (((w->g & GROW_WFR) && (all >> b & 1) && w->place[b] >= w->place[a]) ||
                ((w->g & GROW_MW) && (own >> b & 1) && w->place[b] > w->place[a]))
                return false;
        return session(w, s, i + 1, o->crashed ? own : own | 1u << a, all);
    }
    if (o->crashed)
        return session(w, s, i + 1, own, all);
    must = (w->g & GROW_RYW ? own : 0) | (w->g & GROW_MR ? all : 0);
    for (unsigned a = 0; a < w->n; a++)
        keyed |= (unsigned)(op_of(w, a)->key == o->key) << a;
    /* of other keys it sees what it must, and needs no more */
    for (unsigned seen = keyed;; seen = (seen - 1) & keyed) {
        if ((must & keyed & ~seen) == 0 && explains(w, o, seen) &&
            session(w, s, i + 1, own, all | seen | must))
            return true;
        if (seen == 0)
            return false;
    }
}

/* ---- all choices ----------------------------------------------------------------------------- */

static bool orders(struct world *w, unsigned placed, unsigned used)
{
    if (placed == w->n) {
        for (unsigned s = 0; s < w->c->nsessions; s++)
            if (!session(w, s, 0, 0, 0))
                return false;
        return true;
    }
    for (unsigned a = 0; a < w->n; a++) {
        if (used >> a & 1)
            continue;
        w->order[placed] = (uint8_t)a;
        w->place[a] = (uint8_t)placed;
        if (orders(w, placed + 1, used | 1u << a))
            return true;
    }
    return false;
}

static bool choices(struct world *w, unsigned s, unsigned i)
{
    const struct grow_case *c = w->c;
    if (s == c->nsessions)
        return orders(w, 0, 0);
    if (i == c->n[s])
        return choices(w, s + 1, 0);
    const struct grow_case_op *o = &c->ops[s][i];
    if (o->read)
        return choices(w, s, i + 1);
    if (o->crashed && choices(w, s, i + 1))
        return true;
    w->add[w->n].s = (uint8_t)s;
    w->add[w->n++].i = (uint8_t)i;
    bool holds = choices(w, s, i + 1);
    w->n--;
    return holds;
}

bool grow_oracle(const struct grow_case *c, unsigned g)
{
    struct world w = {.c = c, .g = g};
    return choices(&w, 0, 0);
}

/* ---- without an order ------------------------------------------------------------------------ */

static bool contains(const struct grow_case *c, const struct grow_case_op *later,
                     const struct grow_case_op *o)
{
    if (c->type == GROW_COUNTER)
        return o->value <= later->value;
    for (unsigned i = 0; i < o->n; i++) {
        if (!has(later, o->items[i]))
            return false;
        if (c->type == GROW_LIST && later->items[i] != o->items[i])
            return false;
    }
    return o->n <= later->n;
}

bool grow_oracle_contents(const struct grow_case *c, unsigned g)
{
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned j = 0; j < c->n[s]; j++) {
            const struct grow_case_op *r = &c->ops[s][j];
            for (unsigned i = 0; i < j && r->read && !r->crashed; i++) {
                const struct grow_case_op *o = &c->ops[s][i];
                if (o->key != r->key || o->crashed)
                    continue;
                if (!o->read && g == GROW_RYW && !has(r, o->value))
                    return false;
                if (o->read && g == GROW_MR && !contains(c, r, o))
                    return false;
            }
        }
    }
    return true;
}

bool grow_oracle_air(const struct grow_case *c)
{
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned j = 0; j < c->n[s]; j++) {
            const struct grow_case_op *r = &c->ops[s][j];
            int sum = 0;
            unsigned found = 0;
            for (unsigned t = 0; t < c->nsessions; t++) {
                for (unsigned i = 0; i < c->n[t]; i++) {
                    const struct grow_case_op *o = &c->ops[t][i];
                    sum += !o->read && o->key == r->key ? o->value : 0;
                    for (unsigned k = 0; k < r->n; k++)
                        found |= (unsigned)(!o->read && o->key == r->key &&
                                            o->value == r->items[k]) << k;
                }
            }
            if (r->read && !r->crashed &&
                (c->type == GROW_COUNTER ? r->value > sum : found != (1u << r->n) - 1))
                return true;
        }
    }
    return false;
}
