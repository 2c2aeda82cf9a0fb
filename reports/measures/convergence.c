/* What nodes and keys come to agree on.
 *
 * Divergence: a node's value of a key is what its last read returned, in order of completion. A key
 * is diverged while two nodes' values differ. It is what clients see, so it includes the time until
 * a node is read again.
 * Convergence of a key: from its last update, or the end of the last fault where that is later, to
 * the begin of the last read that disagrees with the last read of all; 0 when none disagrees. Keys
 * that are not read after it are not counted, and a key whose nodes' last reads differ has not
 * converged. */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/elements.h"
#include "reports/html/faults.h"
#include "reports/measures/measures.h"

enum { NODES = 32 }; /* of one key; the others are left out */

struct key {
    uint32_t node[NODES], n;
    val value[NODES];
    bool differs, ever;
    uint32_t updated;   /* event */
    uint32_t last;      /* the read that began last, history op */
    uint32_t disagrees; /* the last one of another value, after `updated` */
};

struct keys {
    struct elements names, nodes;
    struct key *k;
    size_t cap;
};

static struct key *key_of(struct keys *t, const struct op *op)
{
    size_t known = t->names.n;
    uint32_t i = elements_add(&t->names, op->key);
    if (t->names.n > known) {
        t->k = mem_grow(t->k, &t->cap, t->names.n, sizeof *t->k);
        t->k[i] = (struct key){.last = NO_EVENT, .disagrees = NO_EVENT};
    }
    return &t->k[i];
}

static val node_of(const struct history *h, const struct op *op)
{
    const val *node = h->events.node;
    if (!node)
        return VAL_ABSENT;
    return op->ret != NO_EVENT && node[op->ret] != VAL_ABSENT ? node[op->ret] : node[op->inv];
}

/* The node's value is now `v`; does the key differ among its nodes? */
static void note_value(struct key *k, uint32_t node, val v)
{
    uint32_t i = 0;
    while (i < k->n && k->node[i] != node)
        i++;
    if (i == NODES)
        return;
    k->n = i == k->n ? i + 1 : k->n;
    k->node[i] = node;
    k->value[i] = v;
    k->differs = false;
    for (uint32_t j = 1; j < k->n; j++)
        k->differs |= k->value[j] != k->value[0];
    k->ever |= k->differs;
}

/* A clock that never goes back. */
struct clock {
    int64_t first, now;
    bool any;
};

static void tick(struct clock *c, int64_t time)
{
    if (time == NO_TIME)
        return;
    c->first = c->any ? c->first : time;
    c->now = c->any && time < c->now ? c->now : time;
    c->any = true;
}

/* Into spans of equal length. */
static void note_series(struct measures *m, int64_t at, int64_t span, uint32_t keys)
{
    size_t i = span > 0 ? (size_t)((double)at / (double)span * MEASURES_SERIES) : 0;
    i = i < MEASURES_SERIES ? i : MEASURES_SERIES - 1;
    m->series[i].keys = keys > m->series[i].keys ? keys : m->series[i].keys;
}

static int64_t span_of(const struct history *h)
{
    struct clock c = {0};
    for (size_t i = 0; i < h->events.n; i++)
        tick(&c, h->events.time[i]);
    return c.any ? c.now - c.first : 0;
}

static size_t reads_by_end(const struct history *h, uint64_t *order)
{
    size_t n = 0;
    for (size_t i = 0; i < h->nops; i++)
        if (measures_read(h, &h->ops[i]))
            order[n++] = sort_word(h->ops[i].ret, (uint32_t)i);
    sort_by_high32(order, n);
    return n;
}

void measure_divergence(struct measures *m, const struct history *h)
{
    struct keys t = {0};
    struct clock c = {0};
    int64_t span = span_of(h), before = 0;
    uint32_t differing = 0;
    if (!h->events.node)
        return;
    uint64_t *order = mem_alloc((h->nops + 1) * sizeof *order);
    elements_init(&t.names, 64);
    elements_init(&t.nodes, 16);
    m->nseries = MEASURES_SERIES;
    m->series = arena_zalloc(&m->arena, MEASURES_SERIES * sizeof *m->series);
    for (int64_t i = 0; i < MEASURES_SERIES; i++)
        m->series[i].ns = span / MEASURES_SERIES * i;
    size_t n = reads_by_end(h, order);
    for (size_t j = 0; j < n; j++) {
        const struct op *op = &h->ops[sort_id(order[j])];
        val node = node_of(h, op);
        if (node == VAL_ABSENT)
            continue;
        tick(&c, h->events.time[op->ret]);
        int64_t now = c.any ? c.now - c.first : 0;
        m->diverged_ns += differing > 0 ? now - before : 0;
        note_series(m, now, span, differing);
        before = now;
        struct key *k = key_of(&t, op);
        bool was = k->differs;
        note_value(k, elements_add(&t.nodes, node), op->out);
        differing += (uint32_t)k->differs - (uint32_t)was;
        note_series(m, now, span, differing);
    }
    m->nodes = (uint32_t)t.nodes.n;
    m->diverged_at_end = differing;
    for (size_t i = 0; i < t.names.n; i++)
        m->diverged += t.k[i].ever;
    mem_free(order);
    mem_free(t.k);
    elements_free(&t.names);
    elements_free(&t.nodes);
}

/* ---- convergence ---------------------------------------------------------------------------- */

static uint32_t last_fault(const struct history *h)
{
    struct faults f;
    uint32_t last = 0;
    faults_find(&f, h);
    for (size_t i = 0; i < f.n; i++) {
        uint32_t to = f.v[i].healed != NO_FAULT_EVENT ? f.v[i].healed
                      : f.v[i].to != NO_FAULT_EVENT   ? f.v[i].to
                                                      : f.v[i].from;
        last = to > last ? to : last;
    }
    faults_free(&f);
    return last;
}

static void find_updates(struct keys *t, const struct history *h)
{
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        struct str f = val_get_text(&h->values, op->f);
        bool read = str_is(f, "read") || str_is(f, "get") || str_is(f, "r");
        if (read || op->type == OP_FAIL)
            continue;
        struct key *k = key_of(t, op);
        uint32_t until = op->type == OP_OK ? op->ret : op->inv;
        k->updated = until > k->updated ? until : k->updated;
    }
}

/* Operations are in order of invocation, so the last read of a key comes last. */
static void find_reads(struct keys *t, const struct history *h, uint32_t fault)
{
    for (size_t i = h->nops; i-- > 0;) {
        const struct op *op = &h->ops[i];
        if (!measures_read(h, op))
            continue;
        struct key *k = key_of(t, op);
        val node = node_of(h, op);
        if (op->inv < k->updated || op->inv < fault)
            continue;
        bool known = false;
        for (uint32_t j = 0; j < k->n; j++)
            known |= node != VAL_ABSENT && k->node[j] == node;
        if (node != VAL_ABSENT && !known && k->n < NODES) /* its last one */
            note_value(k, node, op->out);
        if (k->last == NO_EVENT)
            k->last = (uint32_t)i;
        else if (k->disagrees == NO_EVENT && op->out != h->ops[k->last].out)
            k->disagrees = (uint32_t)i;
    }
}

static int64_t elapsed(const struct history *h, uint32_t from, uint32_t to)
{
    int64_t a = h->events.time[from], b = h->events.time[to], d;
    if (a == NO_TIME || b == NO_TIME || __builtin_sub_overflow(b, a, &d))
        return NO_TIME;
    return d > 0 ? d : 0;
}

void measure_convergence(struct measures *m, const struct history *h)
{
    struct keys t = {0};
    uint32_t fault = last_fault(h);
    elements_init(&t.names, 64);
    find_updates(&t, h);
    find_reads(&t, h, fault);
    int64_t *v = mem_alloc((t.names.n + 1) * sizeof *v);
    size_t n = 0;
    bool timed = true;
    for (size_t i = 0; i < t.names.n; i++) {
        const struct key *k = &t.k[i];
        if (k->last == NO_EVENT)
            continue;
        uint32_t since = fault > k->updated ? fault : k->updated;
        m->quiet_keys++;
        m->after_fault |= fault > k->updated;
        if (k->differs)
            continue;
        m->converged++;
        int64_t ns = k->disagrees == NO_EVENT ? 0 : elapsed(h, since, h->ops[k->disagrees].inv);
        timed &= ns != NO_TIME;
        v[n++] = ns;
    }
    m->convergence = m->quiet_keys > 0;
    if (timed)
        spread_find(&m->converge, v, n, n);
    mem_free(v);
    mem_free(t.k);
    elements_free(&t.names);
}
