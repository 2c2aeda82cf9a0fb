/* A linearization of a queue that was found to be linearizable. Without an order every element can
 * come in as late and leave as early as is possible; with one:
 *
 * An operation that found nothing becomes an element that comes and goes at one point of its
 * interval at which nothing is inside for certain, and a crashed take that has to have taken an
 * element becomes the take of it. Then the two orders of fifo_scan.c, E and F, have no cycle, and
 * some element without predecessor can always be chosen: one whose put began before all others have
 * come, and that was at the front for the last time before all others were out. Each element comes
 * in at the latest possible point (before this and all elements that follow have come for certain)
 * and leaves at the earliest (after this and all before have been at the front for the last time).
 * Points are positions times four, with room between them for just after, halfway and just before.
 * O(n log n). */
#include "checker/fifo.h"

#include "base/mem.h"

#include <stdlib.h>

#define POINT_MAX UINT64_MAX

struct item {
    uint64_t inv, came, out, stays; /* as in fifo_value, as points */
    uint64_t in, left;              /* chosen: when it comes in and leaves */
    uint32_t value;                 /* element, or NO_OP */
    uint32_t op;                    /* what found nothing, or the crashed take of an element */
};

struct plan {
    struct fifo *f;
    struct item *items;
    size_t n;
    uint32_t *order;
    size_t norder;
    uint32_t *by_inv, *by_came, *by_out; /* items */
    bool *chosen;
};

static uint64_t point(uint32_t position)
{
    return position == RES_INF ? POINT_MAX : 4 * (uint64_t)position;
}

static void add_values(struct plan *p)
{
    const struct fifo *f = p->f;
    for (uint32_t i = 0; i < f->nv; i++) {
        const struct fifo_value *v = &f->v[i];
        if (fifo_exists(v))
            p->items[p->n++] = (struct item){
                .inv = point(fifo_inv(f, v)), .came = point(v->came), .out = point(v->out),
                .stays = point(v->stays), .value = i, .op = NO_OP};
    }
}

/* The j-th limit is met by the j-th crashed take. */
static void add_lost(struct plan *p)
{
    struct fifo *f = p->f;
    size_t n = fifo_passed(f, NULL);
    uint32_t *item_of = mem_alloc((f->nv + 1) * sizeof *item_of);
    for (uint32_t i = 0; i < p->n; i++)
        item_of[p->items[i].value] = i;
    for (size_t k = 0; k < n; k++) {
        struct item *x = &p->items[item_of[sort_id(f->words[k])]];
        x->op = f->lost[k];
        x->stays = point(f->o->ops[x->op].inv);
    }
    mem_free(item_of);
}

static int by_came(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    return (x->came > y->came) - (x->came < y->came);
}

/* Points for what found nothing: the first in its interval that is not covered. */
static void add_empties(struct plan *p)
{
    const struct fifo *f = p->f;
    size_t values = p->n, k = 0;
    qsort(p->items, values, sizeof *p->items, by_came);
    uint64_t covered = 0; /* by items[0 .. k): inside for certain until here */
    for (uint32_t e = 0; e < f->nempty; e++) { /* by invocation */
        uint64_t at = point(f->o->ops[f->empty[e]].inv) + 2;
        at = covered > at ? covered + 2 : at;
        for (; k < values && p->items[k].came < at; k++) {
            if (p->items[k].came >= p->items[k].stays)
                continue;
            covered = p->items[k].stays > covered ? p->items[k].stays : covered;
            at = covered > at ? covered + 2 : at;
        }
        p->items[p->n++] = (struct item){.inv = at, .came = at, .out = at, .stays = at,
                                         .value = NO_OP, .op = f->empty[e]};
    }
}

static uint64_t key_of(const struct item *x, int which)
{
    return which == 0 ? x->inv : which == 1 ? x->came : x->out;
}

struct ranked {
    uint64_t key;
    uint32_t item;
};

static int by_key(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key)
                            : (x->item > y->item) - (x->item < y->item);
}

static uint32_t *sorted(const struct plan *p, int which)
{
    struct ranked *r = mem_alloc((p->n + 1) * sizeof *r);
    uint32_t *list = mem_alloc((p->n + 1) * sizeof *list);
    for (uint32_t i = 0; i < p->n; i++)
        r[i] = (struct ranked){key_of(&p->items[i], which), i};
    qsort(r, p->n, sizeof *r, by_key);
    for (size_t i = 0; i < p->n; i++)
        list[i] = r[i].item;
    mem_free(r);
    return list;
}

/* A heap of items by .stays: the least on top. */
struct heap {
    uint32_t *at;
    size_t n;
};

static void heap_push(const struct plan *p, struct heap *h, uint32_t item)
{
    size_t i = h->n++;
    for (; i > 0 && p->items[h->at[(i - 1) / 2]].stays > p->items[item].stays; i = (i - 1) / 2)
        h->at[i] = h->at[(i - 1) / 2];
    h->at[i] = item;
}

static void heap_pop(const struct plan *p, struct heap *h)
{
    uint32_t item = h->at[--h->n];
    size_t i = 0;
    for (size_t c = 1; c < h->n; c = 2 * i + 1) {
        if (c + 1 < h->n && p->items[h->at[c + 1]].stays < p->items[h->at[c]].stays)
            c++;
        if (p->items[h->at[c]].stays >= p->items[item].stays)
            break;
        h->at[i] = h->at[c];
        i = c;
    }
    h->at[i] = item;
}

static size_t next_left(const struct plan *p, const uint32_t *list, size_t at)
{
    while (at < p->n && p->chosen[list[at]])
        at++;
    return at;
}

static void choose(struct plan *p, uint32_t item)
{
    p->chosen[item] = true;
    p->order[p->norder++] = item;
}

/* An order of all items that keeps E and F. False when there is none, which the scan excludes. */
static bool choose_order(struct plan *p)
{
    struct heap free = {.at = mem_alloc((p->n + 1) * sizeof *free.at)};
    size_t came = 0, out = 0, inv = 0;
    bool stuck = false;
    while (!stuck && p->norder < p->n) {
        came = next_left(p, p->by_came, came);
        out = next_left(p, p->by_out, out);
        uint64_t first_came = p->items[p->by_came[came]].came;
        for (; inv < p->n && p->items[p->by_inv[inv]].inv <= first_came; inv++)
            heap_push(p, &free, p->by_inv[inv]);
        while (free.n && p->chosen[free.at[0]])
            heap_pop(p, &free);
        uint32_t w = p->by_out[out];
        if (free.n && p->items[free.at[0]].stays <= p->items[w].out) {
            choose(p, free.at[0]);
            continue;
        }
        size_t second = next_left(p, p->by_out, out + 1);
        uint64_t other = second < p->n ? p->items[p->by_out[second]].out : POINT_MAX;
        stuck = p->items[w].inv > first_came || p->items[w].stays > other;
        choose(p, w);
    }
    mem_free(free.at);
    return !stuck;
}

static void choose_points(struct plan *p)
{
    uint64_t least = POINT_MAX, most = 0;
    for (size_t k = p->n; k-- > 0;) {
        struct item *x = &p->items[p->order[k]];
        least = x->came - 1 < least ? x->came - 1 : least;
        x->in = least;
    }
    for (size_t k = 0; k < p->n; k++) {
        struct item *x = &p->items[p->order[k]];
        most = x->in > most ? x->in : most;
        if (x->stays != POINT_MAX)
            most = x->stays + 1 > most ? x->stays + 1 : most;
        x->left = most;
    }
}

/* An operation and its point. */
struct visit {
    uint64_t at;
    uint32_t item, op; /* place in the order; object op */
    uint32_t rank;     /* among those of the item */
};

static uint64_t later(uint64_t x, uint64_t y)
{
    return x > y ? x : y;
}

/* The front operations of the k-th item, in order: peeks by invocation, then the take. */
static size_t visits_of(const struct plan *p, uint32_t k, struct visit *to)
{
    const struct fifo *f = p->f;
    const struct item *x = &p->items[p->order[k]];
    uint64_t from = later(x->in, k && f->ordered ? p->items[p->order[k - 1]].left : 0);
    uint32_t take = x->op;
    size_t n = 0;
    if (x->value != NO_OP) {
        for (uint32_t i = f->start[x->value]; i < f->start[x->value + 1]; i++) {
            uint32_t op = sort_id(f->ops[i]);
            const struct lin_op *l = &f->o->ops[op];
            if (f->o->classes[l->cls].action == ACT_PEEK)
                to[n++] = (struct visit){later(from, point(l->inv) + 1), k, op, i + 1};
        }
        take = take == NO_OP ? f->v[x->value].take : take;
    }
    if (take != NO_OP)
        to[n++] = (struct visit){x->left, k, take, NO_OP};
    return n;
}

/* Merge puts and visits by their points; both are in order. */
static void write_out(struct plan *p, struct engine_result *out)
{
    struct visit *visits = mem_alloc((p->f->o->n + 1) * sizeof *visits);
    size_t n = 0, v = 0;
    for (uint32_t k = 0; k < p->n; k++)
        n += visits_of(p, k, visits + n);
    out->witness = arena_alloc(&out->arena, (p->f->o->n + 1) * sizeof *out->witness);
    for (uint32_t k = 0; k < p->n || v < n;) {
        uint64_t in = k < p->n ? p->items[p->order[k]].in : POINT_MAX;
        if (v < n && (visits[v].at < in || (visits[v].at == in && visits[v].item < k))) {
            out->witness[out->nwitness++] = visits[v++].op;
            continue;
        }
        uint32_t value = p->items[p->order[k++]].value;
        if (value != NO_OP)
            out->witness[out->nwitness++] = p->f->v[value].put;
    }
    mem_free(visits);
}

static void write_ordered(struct plan *p, struct engine_result *out)
{
    p->by_inv = sorted(p, 0);
    p->by_came = sorted(p, 1);
    p->by_out = sorted(p, 2);
    if (choose_order(p)) {
        choose_points(p);
        write_out(p, out);
    } else {
        out->verdict = VERDICT_UNKNOWN;
        out->reason = "internal error: the linearization that exists could not be built";
    }
    mem_free(p->by_inv);
    mem_free(p->by_came);
    mem_free(p->by_out);
}

static int by_point(const void *a, const void *b)
{
    const struct visit *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->item != y->item)
        return x->item < y->item ? -1 : 1;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Without an order. Of one item the put comes first, then peeks, then the take. */
static void write_loose(struct plan *p, struct engine_result *out)
{
    struct visit *visits = mem_alloc((p->f->o->n + 1) * sizeof *visits);
    size_t n = 0;
    for (uint32_t k = 0; k < p->n; k++) {
        struct item *x = &p->items[k];
        p->order[k] = k;
        x->in = x->value == NO_OP ? x->came : x->came - 1;
        x->left = later(x->in, x->value == NO_OP || x->stays == POINT_MAX ? 0 : x->stays + 1);
        if (x->value != NO_OP)
            visits[n++] = (struct visit){x->in, k, p->f->v[x->value].put, 0};
        n += visits_of(p, k, visits + n);
    }
    qsort(visits, n, sizeof *visits, by_point);
    out->witness = arena_alloc(&out->arena, (n + 1) * sizeof *out->witness);
    for (size_t i = 0; i < n; i++)
        out->witness[out->nwitness++] = visits[i].op;
    mem_free(visits);
}

void fifo_witness(struct fifo *f, struct engine_result *out)
{
    struct plan p = {.f = f};
    size_t most = (size_t)f->nv + f->nempty + 1;
    p.items = mem_alloc(most * sizeof *p.items);
    p.order = mem_alloc(most * sizeof *p.order);
    p.chosen = mem_zalloc(most, sizeof *p.chosen);
    add_values(&p);
    if (f->rescue && f->ordered)
        add_lost(&p);
    add_empties(&p);
    if (f->ordered)
        write_ordered(&p, out);
    else
        write_loose(&p, out);
    mem_free(p.items);
    mem_free(p.order);
    mem_free(p.chosen);
}
