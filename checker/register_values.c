/* Values to dense ids without a hash table: sort (value, place) pairs by value, give all places
 * with one value the id of the first place, and number those by first appearance, so that ids are
 * local in time. */
#include "checker/register_values.h"

#include "base/mem.h"
#include "base/sort.h"

static struct effect raw_effect(const struct op_class *c)
{
    switch ((int)c->action) {
    case ACT_READ:
        return (struct effect){c->b, VAL_ABSENT};
    case ACT_WRITE:
        return (struct effect){VAL_ABSENT, c->a};
    case ACT_CAS:
        return (struct effect){c->a, c->a == c->b ? VAL_ABSENT : c->b};
    default:
        break;
    }
    return (struct effect){VAL_ABSENT, VAL_ABSENT};
}

/* Places are numbered 0 for the initial value, then two per class. */
static size_t list_places(const struct object *o, uint64_t *at)
{
    size_t m = 0;
    at[m++] = sort_word(o->initial, 0);
    for (size_t i = 0; i < o->nclasses; i++) {
        struct effect e = raw_effect(&o->classes[i]);
        if (e.from != VAL_ABSENT)
            at[m++] = sort_word(e.from, (uint32_t)(2 * i + 1));
        if (e.to != VAL_ABSENT)
            at[m++] = sort_word(e.to, (uint32_t)(2 * i + 2));
    }
    return m;
}

static val value_at(const struct object *o, size_t place)
{
    if (place == 0)
        return o->initial;
    struct effect e = raw_effect(&o->classes[(place - 1) / 2]);
    return place % 2 ? e.from : e.to;
}

/* From the first place of each value to ids, in place. */
static void number(struct register_values *v, const struct object *o, uint32_t *id, size_t places)
{
    size_t cap = 0;
    for (size_t p = 0; p < places; p++) {
        if (id[p] == NO_VALUE)
            continue;
        if (id[p] == p) {
            v->values = mem_grow(v->values, &cap, (size_t)v->n + 1, sizeof *v->values);
            v->values[v->n] = value_at(o, p);
            id[p] = v->n++;
        } else {
            id[p] = id[id[p]];
        }
    }
}

void register_values_find(struct register_values *v, const struct object *o)
{
    size_t places = 2 * o->nclasses + 1;
    uint64_t *at = mem_alloc(places * sizeof *at);
    size_t m = list_places(o, at);
    sort_by_high32(at, m);
    uint32_t *id = mem_alloc(places * sizeof *id);
    memset(id, 0xff, places * sizeof *id);
    for (size_t i = 0; i < m; i++) {
        bool again = i > 0 && sort_key(at[i]) == sort_key(at[i - 1]);
        id[sort_id(at[i])] = again ? id[sort_id(at[i - 1])] : sort_id(at[i]);
    }
    mem_free(at);
    *v = (struct register_values){0};
    number(v, o, id, places);
    v->effect = mem_alloc(o->nclasses * sizeof *v->effect);
    for (size_t i = 0; i < o->nclasses; i++)
        v->effect[i] = (struct effect){id[2 * i + 1], id[2 * i + 2]};
    mem_free(id);
}

void register_values_free(struct register_values *v)
{
    mem_free(v->effect);
    mem_free(v->values);
    *v = (struct register_values){0};
}

/* The search for crashed operations that can matter: a worklist over values. */
struct noticing {
    const struct register_values *v;
    const struct object *o;
    uint64_t *bits;
    uint32_t *last; /* per value: latest end of an operation that needs it, plus 1; 0 = none */
    uint32_t *head; /* per value: the crashed operations that leave it, as a list */
    uint32_t *next; /* per crashed operation in order of invocation */
    uint32_t *ids;  /* the same: its op index */
    uint32_t *todo; /* values needed by crashed cas that can matter */
    size_t ntodo;
};

static void notice_writers(struct noticing *t, uint32_t value)
{
    for (uint32_t c = t->head[value]; c != NO_VALUE; c = t->next[c]) {
        uint32_t i = t->ids[c];
        if (t->bits[i / 64] >> (i % 64) & 1 || t->o->ops[i].inv >= t->last[value])
            continue;
        t->bits[i / 64] |= (uint64_t)1 << (i % 64);
        uint32_t from = t->v->effect[t->o->ops[i].cls].from;
        if (from != NO_VALUE && t->last[from] != RES_INF) {
            t->last[from] = RES_INF;
            t->todo[t->ntodo++] = from;
        }
    }
}

static void list_crashed(struct noticing *t)
{
    uint32_t c = 0;
    for (uint32_t i = 0; i < t->o->n; i++) {
        const struct lin_op *op = &t->o->ops[i];
        struct effect e = t->v->effect[op->cls];
        if (op->res != RES_INF && e.from != NO_VALUE && op->res >= t->last[e.from])
            t->last[e.from] = op->res + 1;
        if (op->res != RES_INF || e.to == NO_VALUE)
            continue;
        t->ids[c] = i;
        t->next[c] = t->head[e.to];
        t->head[e.to] = c++;
    }
}

void register_noticed(const struct register_values *v, const struct object *o, uint64_t *bits)
{
    memset(bits, 0, (o->n + 63) / 64 * sizeof *bits);
    if (o->crashed == 0)
        return;
    struct noticing t = {
        .v = v,
        .o = o,
        .bits = bits,
        .last = mem_zalloc(v->n, sizeof *t.last),
        .head = mem_alloc(v->n * sizeof *t.head),
        .next = mem_alloc(o->crashed * sizeof *t.next),
        .ids = mem_alloc(o->crashed * sizeof *t.ids),
        .todo = mem_alloc(v->n * sizeof *t.todo),
    };
    memset(t.head, 0xff, v->n * sizeof *t.head);
    list_crashed(&t);
    for (uint32_t value = 0; value < v->n; value++)
        notice_writers(&t, value);
    while (t.ntodo > 0)
        notice_writers(&t, t.todo[--t.ntodo]);
    mem_free(t.last);
    mem_free(t.head);
    mem_free(t.next);
    mem_free(t.ids);
    mem_free(t.todo);
}
