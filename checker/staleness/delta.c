/* Delta and Gamma of a register (Golab, Rahman, AuYoung, Keeton, Gupta: Client-Centric Benchmarking
 * of Eventual Consistency, ICDCS 2014), in the form of research/algorithms.md 6.
 *
 * A chain of cas is a block: its versions with their reads lie side by side in every explanation.
 * With f = the least end in a block and s = the greatest begin, A must come before B iff f_A < s_B,
 * and the register is linearizable iff no two blocks each must come before the other
 * (zones_scan.c). Moving the begin of reads back by D moves s to max(begin of the last write, begin
 * of the last read - D); moving everything by G/2 moves s - f by G. Fewer pairs conflict when D
 * grows, so the smallest D is found by bisection over one sweep by f: only the block with the
 * greatest s so far matters, because two earlier blocks that both have s > f are in conflict
 * themselves.
 *
 * Ranks decide what was not moved, times what was: "began more than D after the end" is
 * time + D < time, so that with D = 0, where ranks decide alone, the answer is linearizability, and
 * events with one time stamp are concurrent for every D > 0. An s is therefore either a rank or a
 * time; they compare because time never goes down with rank.
 * Inside a chain what comes later by data must not end before what comes earlier begins; the moves
 * that this needs are counted directly. */
#include "checker/staleness/delta.h"

#include "base/mem.h"
#include "base/sort.h"

struct stale_block {
    uint32_t f;            /* least end; 0: of the initial value's chain */
    uint32_t write, read;  /* greatest begins; 0: none */
    uint32_t head;         /* version */
};

struct edge { /* the greatest begin after the move */
    bool timed;
    uint32_t rank;
    int64_t time;
};

struct scan {
    const struct versions *t;
    enum delta_kind kind;
    struct stale_block *b;
    size_t n;
    int64_t inner; /* what chains need by themselves */
    bool endless;
    uint32_t early, late; /* that say so */
};

/* What must be moved so that `begin` does not come after `end`. */
static int64_t gap(const struct scan *s, uint32_t end, uint32_t begin)
{
    if (begin < end)
        return 0;
    int64_t d = s->t->time[begin] - s->t->time[end];
    return d > 0 ? d : 1;
}

/* `end_op` comes after `begin_op` by data, and should not end before that begins. */
static void need(struct scan *s, bool moves, uint32_t begin, uint32_t begin_op, uint32_t end,
                 uint32_t end_op)
{
    if (end == NO_RANK || begin < end)
        return;
    int64_t d = gap(s, end, begin);
    bool endless = s->kind == DELTA_READS && !moves;
    if ((endless && s->endless) || (!endless && (s->endless || d <= s->inner)))
        return;
    s->endless = endless;
    s->inner = d;
    s->early = end_op;
    s->late = begin_op;
}

/* The stages of one chain from its end: write, reads, cas, reads, ... */
static struct stale_block scan_chain(struct scan *s, uint32_t head, const uint32_t *chain, size_t n)
{
    const struct versions *t = s->t;
    struct stale_block b = {.f = NO_RANK, .head = head};
    uint32_t least = NO_RANK, least_op = NO_VERSION; /* end of what comes later by data */
    for (size_t i = n; i-- > 0;) {
        const struct version *x = &t->v[chain[i]];
        if (x->last_read != NO_VERSION) {
            const struct version_read *last = &t->r[x->last_read];
            need(s, true, last->begin, last->op, least, least_op);
            b.read = last->begin > b.read ? last->begin : b.read;
        }
        if (x->last_pin != NO_VERSION) {
            const struct version_read *pin = &t->r[x->last_pin];
            need(s, false, pin->begin, pin->op, least, least_op);
            b.write = pin->begin > b.write ? pin->begin : b.write;
        }
        if (x->first_read != NO_VERSION && t->r[x->first_read].end < least) {
            least = t->r[x->first_read].end;
            least_op = t->r[x->first_read].op;
        }
        need(s, false, x->begin, x->op, least, least_op);
        if (x->end < least) {
            least = x->end;
            least_op = x->op;
        }
        b.write = x->begin > b.write ? x->begin : b.write;
    }
    b.f = least;
    return b;
}

static void open_scan(struct scan *s)
{
    const struct versions *t = s->t;
    uint32_t *chain = mem_alloc((size_t)t->n * sizeof *chain);
    uint64_t *order = mem_alloc((size_t)t->n * sizeof *order);
    s->b = mem_alloc((size_t)t->n * sizeof *s->b);
    size_t m = 0;
    for (uint32_t v = 0; v < t->n; v++) {
        if (t->v[v].seen == NO_RANK || t->v[v].prev != NO_VERSION)
            continue;
        size_t n = 0;
        for (uint32_t x = v; x != NO_VERSION; x = t->v[x].next)
            chain[n++] = x;
        s->b[m] = scan_chain(s, v, chain, n);
        order[m] = sort_word(s->b[m].f, (uint32_t)m);
        m++;
    }
    sort_by_high32(order, m);
    struct stale_block *sorted = mem_alloc((m + 1) * sizeof *sorted);
    for (size_t i = 0; i < m; i++)
        sorted[i] = s->b[sort_id(order[i])];
    mem_free(s->b);
    mem_free(order);
    mem_free(chain);
    s->b = sorted;
    s->n = m;
}

/* ---- one sweep ----------------------------------------------------------------------------- */

static struct edge edge_of(const struct scan *s, const struct stale_block *b, int64_t d)
{
    const int64_t *time = s->t->time;
    uint32_t last = b->write > b->read ? b->write : b->read;
    if (d == 0)
        return (struct edge){.rank = last};
    if (s->kind == DELTA_ALL)
        return (struct edge){.timed = true, .time = time[last] - d};
    if (b->read == 0 || time[b->write] >= time[b->read] - d)
        return (struct edge){.rank = b->write};
    return (struct edge){.timed = true, .time = time[b->read] - d};
}

static bool ends_before(const struct scan *s, uint32_t f, const struct edge *e)
{
    return e->timed ? s->t->time[f] < e->time : f < e->rank;
}

static bool later(const struct scan *s, const struct edge *x, const struct edge *y)
{
    if (x->timed && y->timed)
        return x->time > y->time;
    if (x->timed)
        return s->t->time[y->rank] < x->time;
    return y->timed ? s->t->time[x->rank] >= y->time : x->rank > y->rank;
}

/* Two blocks in conflict when begins move by d; false when there are none. */
static bool sweep(const struct scan *s, int64_t d, const struct stale_block **a,
                  const struct stale_block **b)
{
    const struct stale_block *best = &s->b[0];
    struct edge edge = edge_of(s, best, d);
    for (size_t i = 1; i < s->n; i++) {
        const struct stale_block *x = &s->b[i];
        struct edge e = edge_of(s, x, d);
        if (ends_before(s, x->f, &edge) && ends_before(s, best->f, &e)) {
            *a = best;
            *b = x;
            return true;
        }
        if (later(s, &e, &edge)) {
            best = x;
            edge = e;
        }
    }
    return false;
}

/* ---- evidence ------------------------------------------------------------------------------ */

/* The operation of a block that ended at rank f. */
static uint32_t ended_at(const struct versions *t, const struct stale_block *b)
{
    for (uint32_t v = b->head; v != NO_VERSION; v = t->v[v].next) {
        const struct version *x = &t->v[v];
        if (x->end == b->f)
            return x->op;
        if (x->first_read != NO_VERSION && t->r[x->first_read].end == b->f)
            return t->r[x->first_read].op;
    }
    return NO_VERSION;
}

/* The operation of a block that began at this rank. */
static uint32_t began_at(const struct versions *t, const struct stale_block *b, uint32_t rank)
{
    for (uint32_t v = b->head; v != NO_VERSION; v = t->v[v].next) {
        const struct version *x = &t->v[v];
        if (x->begin == rank)
            return x->op;
        if (x->last_read != NO_VERSION && t->r[x->last_read].begin == rank)
            return t->r[x->last_read].op;
        if (x->last_pin != NO_VERSION && t->r[x->last_pin].begin == rank)
            return t->r[x->last_pin].op;
    }
    return NO_VERSION;
}

/* Is it the move of y's begin that lets x stay in front of y no longer at `d`? */
static bool released(const struct scan *s, const struct stale_block *x, const struct stale_block *y,
                     int64_t d)
{
    struct edge e = edge_of(s, y, d);
    return !ends_before(s, x->f, &e);
}

static void tell(const struct scan *s, const struct stale_block *a, const struct stale_block *b,
                 int64_t ns, struct delta *out)
{
    const struct versions *t = s->t;
    bool moves = s->kind == DELTA_ALL || b->read > 0;
    if (!moves || !released(s, a, b, ns)) {
        const struct stale_block *other = a;
        a = b;
        b = other;
    }
    bool moved = s->kind == DELTA_ALL ? b->read > b->write : out->state != DELTA_INFINITE;
    uint32_t late = moved && b->read > 0 ? b->read : b->write;
    uint32_t begun = b->f < a->write ? a->write : a->read;
    out->early = ended_at(t, a);
    out->late = began_at(t, b, late);
    out->done = b->f == 0 ? NO_VERSION : ended_at(t, b);
    out->begun = b->f == 0 ? NO_VERSION : began_at(t, a, begun);
}

static int64_t bisect(const struct scan *s, int64_t bad, int64_t good)
{
    const struct stale_block *a, *b;
    while (bad + 1 < good) {
        int64_t middle = bad + (good - bad) / 2;
        if (sweep(s, middle, &a, &b))
            bad = middle;
        else
            good = middle;
    }
    return good;
}

static void search(const struct scan *s, struct delta *out)
{
    const struct versions *t = s->t;
    const struct stale_block *a = NULL, *b = NULL;
    int64_t far = t->time[t->ranks] - t->time[t->ranks ? 1 : 0] + 2;
    bool timed = t->timed;
    out->ns = s->inner;
    out->early = s->early;
    out->late = s->late;
    if (s->inner > 0 && !timed)
        out->state = DELTA_NO_TIMES;
    if (out->state != DELTA_KNOWN || !sweep(s, s->inner, &a, &b))
        return;
    out->state = !timed ? DELTA_NO_TIMES : sweep(s, far, &a, &b) ? DELTA_INFINITE : DELTA_KNOWN;
    if (out->state == DELTA_KNOWN) {
        out->ns = bisect(s, s->inner, far);
        (void)sweep(s, out->ns - 1, &a, &b);
    }
    tell(s, a, b, out->state == DELTA_KNOWN ? out->ns : far, out);
}

void delta_find(const struct versions *t, enum delta_kind kind, struct delta *out)
{
    struct scan s = {.t = t, .kind = kind, .early = NO_VERSION, .late = NO_VERSION};
    *out = (struct delta){.early = NO_VERSION, .late = NO_VERSION, .done = NO_VERSION,
                          .begun = NO_VERSION};
    open_scan(&s);
    if (s.endless) {
        out->state = DELTA_INFINITE;
        out->early = s.early;
        out->late = s.late;
    } else {
        search(&s, out);
    }
    mem_free(s.b);
}
