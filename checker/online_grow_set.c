/* Grow-only sets that are read whole, online. An element is in for certain from the completion of
 * its add or of the first read that returned it. A read that was invoked at i, when it completes,
 *   - holds only elements whose add has been invoked;
 *   - holds every element that was in for certain before M, the latest of i and of the invocations
 *     of the adds of its elements: those it comes after, and so does everything that they come
 *     after;
 *   - is a part of each greater read and holds each smaller one.
 * Reads that completed before all open operations began need not be kept for the last: the
 * second already demands their elements. Elements come in for certain in the order of events, so
 * counting those of the read that were in before M suffices (research 1.11).
 * O(elements of the read and of its two neighbours + log n); kept are the elements of the
 * set and the reads of the window. */
#include "base/mem.h"
#include "checker/online_ids.h"
#include "checker/online_kind.h"

struct element {
    uint64_t inv;  /* of its add */
    uint64_t in;   /* since when it is in for certain; 0: not yet */
    uint64_t seen; /* number of the read that was looked at last and has it */
    bool added;    /* its add completed */
};

struct past_read {
    val set;
    size_t n;
    uint64_t res;
};

struct grow_set {
    struct online_ids ids;
    struct element *elements; /* by id */
    size_t cap;
    uint64_t *in; /* of elements, ascending */
    size_t nin, in_cap;
    struct past_read *reads; /* of the window, by size */
    size_t nreads, reads_cap;
    uint64_t looked; /* reads so far */
    bool strange;
};

static void *open_set(const struct online_options *o)
{
    struct grow_set *g = mem_zalloc(1, sizeof *g);
    g->strange = !online_starts_empty(o);
    return g;
}

static void close_set(void *object)
{
    struct grow_set *g = object;
    mem_free(g->elements);
    mem_free(g->in);
    mem_free(g->reads);
    online_ids_free(&g->ids);
    mem_free(g);
}

static struct element *find(struct grow_set *g, val v)
{
    uint32_t id = online_ids_find(&g->ids, v);
    return id == NO_ID ? NULL : &g->elements[id];
}

static void add(struct grow_set *g, val v, uint64_t inv)
{
    uint32_t id = online_ids_add(&g->ids, v);
    g->elements = mem_grow(g->elements, &g->cap, g->ids.n, sizeof *g->elements);
    g->elements[id] = (struct element){.inv = inv};
}

static void comes_in(struct grow_set *g, val v, uint64_t now)
{
    struct element *e = find(g, v);
    if (!e || e->in)
        return;
    e->in = now;
    g->in = mem_grow(g->in, &g->in_cap, g->nin + 1, sizeof *g->in);
    g->in[g->nin++] = now;
}

/* Number of elements that were in for certain before `limit`. */
static size_t count_in(const struct grow_set *g, uint64_t limit)
{
    size_t low = 0, high = g->nin;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (g->in[mid] < limit)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static enum online_state invoked(void *object, struct online_step *s)
{
    struct grow_set *g = object;
    const struct op_class *c = &s->op->cls;
    if (g->strange)
        return online_lost(s, "the initial value is not empty");
    s->op->note = 0;
    if (s->op->idle)
        return ONLINE_GOING;
    if (c->action != ACT_JOIN && c->action != ACT_UP) /* a set's add, until its result is known */
        return online_lost(s, "an operation neither adds nor reads");
    const struct element *e = find(g, c->a);
    if (e && !e->added)
        return online_lost(s, "an element is added again before its first add has completed");
    if (!e)
        add(g, c->a, s->op->inv);
    s->op->note = e != NULL; /* then it changes nothing */
    return ONLINE_GOING;
}

/* --- reads -----------------------------------------------------------------------------------*/

/* Mark the elements of the read. False when one was never added. */
static bool mark(struct grow_set *g, const val *items, size_t count, size_t *n, uint64_t *latest)
{
    g->looked++;
    *n = 0;
    for (size_t i = 0; i < count; i++) {
        struct element *e = find(g, items[i]);
        if (!e)
            return false;
        *n += e->seen != g->looked;
        e->seen = g->looked;
        *latest = e->inv > *latest ? e->inv : *latest;
    }
    return true;
}

static size_t count_marked(struct grow_set *g, const val *items, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct element *e = find(g, items[i]);
        n += e && e->seen == g->looked;
    }
    return n;
}

static size_t count_certain(struct grow_set *g, const val *items, size_t count, uint64_t limit)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct element *e = find(g, items[i]);
        n += e && e->in && e->in < limit;
    }
    return n;
}

/* Is the marked set of n elements comparable with its neighbours in size? *at is its place. */
static bool in_chain(struct grow_set *g, const struct online_step *s, size_t n, size_t *at)
{
    size_t i = 0, count;
    while (i < g->nreads && g->reads[i].n < n)
        i++;
    *at = i;
    if (i > 0) {
        const val *items = val_items(&s->h->values, g->reads[i - 1].set, &count);
        if (count_marked(g, items, count) < g->reads[i - 1].n)
            return false;
    }
    if (i < g->nreads) {
        const val *items = val_items(&s->h->values, g->reads[i].set, &count);
        return count_marked(g, items, count) >= n;
    }
    return true;
}

static void keep_read(struct grow_set *g, size_t at, size_t n, const struct online_step *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < g->nreads; i++) {
        if (g->reads[i].res >= s->oldest)
            g->reads[kept++] = g->reads[i];
        else if (i < at)
            at--;
    }
    at = at > kept ? kept : at;
    g->nreads = kept;
    g->reads = mem_grow(g->reads, &g->reads_cap, kept + 1, sizeof *g->reads);
    for (size_t i = g->nreads++; i > at; i--)
        g->reads[i] = g->reads[i - 1];
    g->reads[at] = (struct past_read){s->result->b, n, s->now};
}

static enum online_state read_ok(struct grow_set *g, struct online_step *s)
{
    size_t count, n, at;
    const val *items = val_items(&s->h->values, s->result->b, &count);
    enum val_kind kind = val_kind(&s->h->values, s->result->b);
    uint64_t latest = s->op->inv;
    if (kind != V_SET && kind != V_LIST)
        return online_lost(s, "a read returned no collection");
    if (!mark(g, items, count, &n, &latest))
        return online_violated(s, "a read returned an element that nothing had added");
    if (n < count)
        return online_lost(s, "a read returned an element twice");
    if (!in_chain(g, s, n, &at))
        return online_violated(s, "of two reads, each lacks an element that the other returned");
    if (count_certain(g, items, count, latest) < count_in(g, latest))
        return online_violated(s, "a read lacks an element that was in before it, or before "
                                  "another one that it returned");
    for (size_t i = 0; i < count; i++)
        comes_in(g, items[i], s->now);
    keep_read(g, at, n, s);
    return ONLINE_GOING;
}

/* --- the kind --------------------------------------------------------------------------------*/

static enum online_state ok(void *object, struct online_step *s)
{
    struct grow_set *g = object;
    if (!s->op->idle && (!s->result || s->result->action != ACT_JOIN))
        return online_lost(s, "an add returned something");
    if (s->op->idle && s->result && s->result->action != ACT_WHOLE)
        return online_lost(s, "an operation neither adds nor reads");
    if (s->op->idle)
        return s->result ? read_ok(g, s) : ONLINE_GOING;
    comes_in(g, s->op->cls.a, s->now);
    struct element *e = find(g, s->op->cls.a);
    if (e)
        e->added = true;
    return ONLINE_GOING;
}

static enum online_state failed(void *object, struct online_step *s)
{
    struct grow_set *g = object;
    if (s->op->idle || s->op->note)
        return ONLINE_GOING;
    struct element *e = find(g, s->op->cls.a);
    if (!e)
        return ONLINE_GOING;
    if (e->in)
        return online_violated(s, "an add failed whose element a read had returned");
    online_ids_remove(&g->ids, (uint32_t)(e - g->elements));
    return ONLINE_GOING;
}

static enum online_state crashed(void *object, struct online_step *s)
{
    (void)object;
    (void)s;
    return ONLINE_GOING;
}

static void move(void *object, const struct value_mover *m)
{
    struct grow_set *g = object;
    online_ids_move(&g->ids, m);
    for (size_t i = 0; i < g->nreads; i++)
        g->reads[i].set = value_move(m, g->reads[i].set);
}

static size_t kept(const void *object)
{
    const struct grow_set *g = object;
    return online_ids_used(&g->ids) + g->nreads;
}

static const char *const names[] = {"grow-set", NULL};

const struct online_kind online_grow_set = {
    .name = "online-grow-set",
    .summary = "sets that only grow and are read whole",
    .models = names,
    .open = open_set,
    .close = close_set,
    .invoked = invoked,
    .ok = ok,
    .failed = failed,
    .crashed = crashed,
    .move = move,
    .kept = kept,
};
