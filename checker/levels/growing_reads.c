#include "checker/levels/growing_reads.h"

#include "base/hash.h"
#include "base/mem.h"

#include <string.h>

struct maker {
    struct grow_reads *r;
    struct map64 element, whole; /* key and value -> number */
};

static uint64_t word_of(uint32_t key, val v)
{
    return (uint64_t)key << 32 | v;
}

static uint32_t element(struct maker *m, uint32_t key, val v)
{
    struct grow_reads *r = m->r;
    uint32_t e = map64_get(&m->element, word_of(key, v));
    if (e != MAP64_NONE)
        return e;
    e = r->nelements++;
    map64_put(&m->element, word_of(key, v), e);
    r->elements = mem_grow(r->elements, &r->elements_cap, r->nelements, sizeof *r->elements);
    r->elements[e] = (struct grow_element){.add = GROW_NONE, .key = key, .value = v,
                                           .mark = GROW_NONE};
    return e;
}

static void take_add(struct maker *m, uint32_t i)
{
    struct grow_reads *r = m->r;
    const struct grow_op *o = &r->g->ops[i];
    uint32_t e = r->of[i] = element(m, o->key, o->value);
    struct grow_element *x = &r->elements[e];
    if (x->add == GROW_NONE)
        x->add = i;
    else
        x->again = true;
}

/* Nothing can add an element twice when one operation adds it. */
static void check_twice(struct grow_reads *r, uint32_t e, uint32_t w, uint32_t read)
{
    struct grow_element *x = &r->elements[e];
    if (r->lists && x->mark == w && !x->again) {
        r->no_order[x->key] = true;
        if (r->disorder == GROW_NONE)
            r->disorder = read;
    }
    x->mark = w;
}

static void take_read(struct maker *m, uint32_t i)
{
    struct grow_reads *r = m->r;
    const struct grow_op *o = &r->g->ops[i];
    size_t n;
    const val *v = val_items(&r->g->h->values, o->value, &n);
    uint32_t w = map64_get(&m->whole, word_of(o->key, o->value));
    if (w != MAP64_NONE) {
        r->of[i] = w;
        return;
    }
    w = r->of[i] = r->nwholes++;
    map64_put(&m->whole, word_of(o->key, o->value), w);
    r->wholes = mem_grow(r->wholes, &r->wholes_cap, r->nwholes, sizeof *r->wholes);
    r->items = mem_grow(r->items, &r->items_cap, r->nitems + n + 1, sizeof *r->items);
    r->wholes[w] = (struct grow_whole){(uint32_t)r->nitems, (uint32_t)n, o->key, i};
    for (size_t j = 0; j < n; j++) {
        uint32_t e = element(m, o->key, v[j]);
        r->items[r->nitems++] = e;
        r->elements[e].seen = true;
        check_twice(r, e, w, i);
        if (r->elements[e].add == GROW_NONE && !r->elements[e].initial && r->air == GROW_NONE) {
            r->air = i;
            r->air_value = v[j];
        }
    }
    uint32_t *l = &r->longest[o->key];
    if (*l == GROW_NONE || r->wholes[*l].n < n)
        *l = w;
}

static void take_initial(struct maker *m, uint32_t key, val initial)
{
    struct grow_reads *r = m->r;
    size_t n;
    const val *v = val_items(&r->g->h->values, initial, &n);
    for (size_t j = 0; j < n; j++)
        r->elements[element(m, key, v[j])].initial = true;
}

static void find_disorder(struct grow_reads *r)
{
    for (uint32_t w = 0; w < r->nwholes; w++) {
        uint32_t key = r->wholes[w].key;
        if (grow_begins(r, w, r->longest[key]))
            continue;
        r->no_order[key] = true;
        if (r->disorder == GROW_NONE)
            r->disorder = r->wholes[w].by;
    }
}

void grow_reads_make(struct grow_reads *r, const struct growing *g, bool lists, val initial)
{
    struct maker m = {.r = r};
    *r = (struct grow_reads){.g = g, .lists = lists, .disorder = GROW_NONE, .air = GROW_NONE};
    r->of = mem_alloc(((size_t)g->n + 1) * sizeof *r->of);
    r->longest = mem_alloc(((size_t)g->nkeys + 1) * sizeof *r->longest);
    r->no_order = mem_zalloc((size_t)g->nkeys + 1, sizeof *r->no_order);
    for (uint32_t key = 0; key < g->nkeys; key++) {
        r->longest[key] = GROW_NONE;
        if (initial != VAL_NIL && initial != VAL_ABSENT)
            take_initial(&m, key, initial);
    }
    for (uint32_t i = 0; i < g->n; i++)
        if (!g->ops[i].read)
            take_add(&m, i);
    for (uint32_t e = 0; e < r->nelements; e++)
        r->elements[e].again |= r->elements[e].initial && r->elements[e].add != GROW_NONE;
    for (uint32_t i = 0; i < g->n; i++)
        if (g->ops[i].read)
            take_read(&m, i);
    if (lists)
        find_disorder(r);
    map64_free(&m.element);
    map64_free(&m.whole);
}

void grow_reads_free(struct grow_reads *r)
{
    mem_free(r->elements);
    mem_free(r->wholes);
    mem_free(r->items);
    mem_free(r->of);
    mem_free(r->longest);
    mem_free(r->no_order);
    *r = (struct grow_reads){0};
}

uint32_t grow_mark(struct grow_reads *r, uint32_t w)
{
    const uint32_t *items = r->items + r->wholes[w].start;
    for (uint32_t j = 0; j < r->wholes[w].n; j++)
        r->elements[items[j]].mark = w;
    return w;
}

bool grow_within(struct grow_reads *r, uint32_t a, uint32_t b, uint32_t *missing)
{
    const uint32_t *items = r->items + r->wholes[a].start;
    uint32_t mark = grow_mark(r, b);
    for (uint32_t j = 0; j < r->wholes[a].n; j++) {
        *missing = items[j];
        if (r->elements[items[j]].mark != mark)
            return false;
    }
    return true;
}

bool grow_begins(const struct grow_reads *r, uint32_t a, uint32_t b)
{
    const struct grow_whole *x = &r->wholes[a], *y = &r->wholes[b];
    return x->n <= y->n && (x->n == 0 || memcmp(r->items + x->start, r->items + y->start,
                                                x->n * sizeof *r->items) == 0);
}
