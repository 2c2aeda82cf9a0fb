/* Levels at which each process has a view of its own: causal memory (CM) and PRAM.
 *
 * CM (Bouajjani et al., POPL 2017): for each process the operations that are causally before its
 * last read have one order that contains the causal order and explains all reads of the process.
 * PRAM (pipelined RAM, FIFO consistency): the same for the writes of all processes, where only the
 * processes' own orders and the reads of the process itself count.
 *
 * Saturation decides both when each read has one possible write: begin with the order that is
 * given and, for each read r of the process that observed w and each other write j of the key
 * before r, put j before w, until nothing changes. A cycle (CyclicHB), or a write before a read of
 * the initial value (WriteHBInitRead), refutes; otherwise there is such an order.
 *
 * Clocks are kept up to date edge by edge: what an edge adds goes on only to where it is not known
 * yet, which in a live system is not far. For PRAM most operations of the others play no part: only
 * their writes that the process observed do ("nodes"), other writes stand for the node before them;
 * and what its reads so far have not reached is left for later. About O(operations * processes). */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/levels/patterns.h"
#include "checker/levels/saturate.h"
#include "checker/levels/serial.h"
#include "checker/levels/tell.h"

static const uint32_t NONE = UINT32_MAX;

struct memory {
    uint32_t sweep, before, from;
};

/* Of a key: the first slot of session `session` - 1 or a later one. */
struct own_slot {
    uint32_t session, slot;
};

/* The order of one process after the other. */
struct order {
    struct past *p;
    const struct view *v;
    const struct writes *w;
    bool pram;
    uint32_t s, last;        /* the process, its last read */
    vclock *base, *row;      /* CM: the causal clocks; those of the order */
    vclock bound;            /* CM: what is in the past of `last` */
    uint32_t *head, *next;   /* readers of each write: CM all, PRAM those of the process */
    uint64_t *nodes;         /* PRAM: by number */
    uint32_t *node_at;       /* PRAM: where an operation is in `nodes` */
    uint32_t nnodes;
    uint32_t *reached;       /* PRAM: of each session the last node that was reached, or NONE */
    struct derived_list edges; /* of this process, in the order in which they were found */
    size_t new;              /* those from here on are to be told to what comes after them */
    uint32_t *xhead, *xnext; /* edges out of each operation (PRAM: node) */
    size_t xcap;
    uint32_t *stack;
    bool *on_stack;
    uint32_t nstack;
    uint32_t *touched;
    size_t ntouched, touched_cap;
    struct memory *memory;   /* of each slot */
    struct own_slot *own;    /* of each key */
    uint32_t sweep, now, dirty;
    struct found found;
};

/* ---- operations and what stands for them -------------------------------------------------- */

/* The operation whose row is that of `op`: itself, or in PRAM the node before it; NONE: zeros. */
static uint32_t stands_for(const struct order *o, uint32_t op)
{
    const struct view *v = o->v;
    if (!o->pram || v->session[op] == o->s || o->head[op] != NONE)
        return op;
    uint32_t low = 0, high = o->nnodes;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (sort_id(o->nodes[middle]) <= op)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NONE;
    uint32_t node = sort_id(o->nodes[low - 1]);
    return v->session[node] == v->session[op] ? node : NONE;
}

/* What comes next in its session, or NONE. */
static uint32_t after(const struct order *o, uint32_t op)
{
    const struct view *v = o->v;
    uint32_t s = v->session[op], to = op + 1;
    if (s == o->s)
        return to <= (o->pram ? o->now : o->last) ? to : NONE;
    if (!o->pram)
        return to < v->start[s + 1] && view_place(v, to) < clock_get(&o->p->clocks, o->bound, s)
                   ? to
                   : NONE;
    uint32_t i = o->node_at[op];
    return o->reached[s] != NONE && op < o->reached[s] ? sort_id(o->nodes[i + 1]) : NONE;
}

static bool before(const struct order *o, uint32_t a, uint32_t b)
{
    const struct view *v = o->v;
    if (v->session[a] == v->session[b])
        return a < b;
    uint32_t node = stands_for(o, b);
    return node != NONE &&
           clock_get(&o->p->clocks, o->row[node], v->session[a]) > view_place(v, a);
}

/* ---- rows ----------------------------------------------------------------------------------- */

static void set_row(struct order *o, uint32_t op, vclock row)
{
    if (row == o->row[op])
        return;
    o->row[op] = row;
    o->touched = mem_grow(o->touched, &o->touched_cap, o->ntouched + 1, sizeof *o->touched);
    o->touched[o->ntouched++] = op;
    if (op <= o->now && op < o->dirty && o->v->session[op] == o->s)
        o->dirty = op;
    if (!o->on_stack[op]) {
        o->on_stack[op] = true;
        o->stack[o->nstack++] = op;
    }
}

/* `to` comes after `from`, whose row is that of `node`. */
static void join_into(struct order *o, uint32_t to, uint32_t from, uint32_t node)
{
    const struct view *v = o->v;
    struct clocks *c = &o->p->clocks;
    vclock row = o->row[to];
    if (node != NONE)
        row = clock_join(c, row, o->row[node]);
    if (v->session[from] != v->session[to])
        row = clock_raise(c, row, v->session[from], view_place(v, from) + 1);
    set_row(o, to, row);
}

static bool in_view(const struct order *o, uint32_t op)
{
    const struct view *v = o->v;
    uint32_t s = v->session[op];
    if (s == o->s)
        return op <= (o->pram ? o->now : o->last);
    return o->pram || view_place(v, op) < clock_get(&o->p->clocks, o->bound, s);
}

/* Is what the new edges say known at `to`? CM: they all go to one write, and rows are complete but
 * for them, so it is when what they come from is before `to`. A look at a number or two; most of
 * what comes after an operation is also reached in another way. */
static bool knows(const struct order *o, uint32_t to)
{
    for (size_t e = o->new; e < o->edges.n; e++)
        if (!before(o, o->edges.at[e].from, to))
            return false;
    return !o->pram;
}

static void pass_on(struct order *o, uint32_t to, uint32_t from, uint32_t node)
{
    if (!knows(o, to))
        join_into(o, to, from, node);
}

static void propagate(struct order *o)
{
    while (o->nstack > 0) {
        uint32_t op = o->stack[--o->nstack], to = after(o, op);
        o->on_stack[op] = false;
        if (to != NONE)
            pass_on(o, to, op, op);
        for (uint32_t r = o->head[op]; r != NONE; r = o->next[r])
            if (in_view(o, r))
                pass_on(o, r, op, op);
        for (uint32_t e = o->xhead[op]; e != NONE; e = o->xnext[e])
            pass_on(o, o->edges.at[e].to, o->edges.at[e].from, op);
    }
    o->new = o->edges.n;
}

/* ---- reads ---------------------------------------------------------------------------------- */

static void add_edge(struct order *o, uint32_t j, uint32_t w, uint32_t r)
{
    uint32_t node = stands_for(o, j), e = (uint32_t)o->edges.n;
    derived_add(&o->edges, (struct derived){j, w, r, EDGE_CONFLICT, e});
    o->xnext = mem_grow(o->xnext, &o->xcap, (size_t)e + 1, sizeof *o->xnext);
    o->xnext[e] = NONE;
    if (node != NONE) {
        o->xnext[e] = o->xhead[node];
        o->xhead[node] = e;
    }
    join_into(o, w, j, node);
}

/* What slot `i` says about read r, which is behind the first `limit` operations of its session.
 * False when it contradicts the order: o->found. */
static bool look_at(struct order *o, uint32_t i, uint32_t r, uint32_t limit)
{
    const struct writes_slot *slot = &o->w->slots[i];
    struct memory *m = &o->memory[i];
    uint32_t from = o->v->from[r];
    if (m->sweep != o->sweep)
        *m = (struct memory){o->sweep, 0, FROM_NOTHING};
    uint32_t n = writes_before(o->w, o->v, slot, limit, m->before);
    bool same = n == m->before && from == m->from;
    m->before = n;
    m->from = from;
    if (n == 0 || same)
        return true;
    uint32_t j = o->w->ids[slot->begin + n - 1];
    if (from != FROM_INITIAL && (j == from || before(o, j, from)))
        return true;
    if (from == FROM_INITIAL || before(o, from, j)) {
        o->found = (struct found){from == FROM_INITIAL ? FOUND_INITIAL : FOUND_READ, r, j};
        return false;
    }
    add_edge(o, j, from, r);
    return true;
}

/* Only sessions count of which r has more before it than what it observed has. All edges of r go to
 * one write, so it is enough to tell those behind that write at the end. */
static bool look(struct order *o, uint32_t r)
{
    const struct view *v = o->v;
    const struct clocks *c = &o->p->clocks;
    uint32_t from = v->from[r], key = v->key[r], i = o->w->first[key], end = o->w->first[key + 1];
    struct own_slot *own = &o->own[key];
    if (own->session != o->s + 1)
        *own = (struct own_slot){o->s + 1, writes_slot_from(o->w, i, end, o->s)};
    if (own->slot < end && o->w->slots[own->slot].session == o->s &&
        !look_at(o, own->slot, r, view_place(v, r)))
        return false;
    while (i < end) {
        vclock known = from_write(from) ? o->row[from] : 0; /* an edge may have added to it */
        uint32_t s = clock_next_change(c, o->row[r], known, known, o->w->slots[i].session);
        i = s == CLOCK_NONE ? end : writes_slot_from(o->w, i, end, s);
        if (i == end || o->w->slots[i].session != s)
            continue;
        if (s != o->s && !look_at(o, i, r, clock_get(c, o->row[r], s)))
            return false;
        i++;
    }
    propagate(o);
    return true;
}

/* PRAM: the nodes of its session up to `w` count from now on. Those before the first one that is
 * reached have nothing before them. */
static void reach(struct order *o, uint32_t w)
{
    uint32_t *reached = &o->reached[o->v->session[w]], before = *reached;
    if (before != NONE && before >= w)
        return;
    *reached = w;
    for (uint32_t i = before == NONE ? o->node_at[w] : o->node_at[before];
         sort_id(o->nodes[i]) != w; i++) {
        uint32_t node = sort_id(o->nodes[i]);
        join_into(o, sort_id(o->nodes[i + 1]), node, node);
    }
}

/* PRAM: go on to operation `r` of the process. */
static void step(struct order *o, uint32_t r)
{
    const struct view *v = o->v;
    uint32_t w = v->from[r], dirty = o->dirty;
    if (r > v->start[o->s])
        join_into(o, r, r - 1, r - 1);
    if (from_write(w) && v->session[w] != o->s &&
        clock_get(&o->p->clocks, o->row[r], v->session[w]) <= view_place(v, w)) {
        reach(o, w); /* otherwise what is before it is known */
        join_into(o, r, w, w);
    }
    propagate(o);
    o->dirty = dirty;
}

static bool sweep(struct order *o)
{
    const struct view *v = o->v;
    for (uint32_t begin = v->start[o->s]; begin != NONE; begin = o->dirty) {
        o->sweep++;
        o->dirty = NONE;
        for (o->now = begin; o->now <= o->last; o->now++) {
            uint32_t from = v->from[o->now];
            if (o->pram)
                step(o, o->now);
            if ((from_write(from) || from == FROM_INITIAL) && !look(o, o->now))
                return false;
        }
    }
    return true;
}

/* ---- one process ---------------------------------------------------------------------------- */

/* PRAM: what the process observed are the nodes. */
static void begin_pram(struct order *o)
{
    const struct view *v = o->v;
    uint32_t n = 0;
    for (uint32_t i = v->start[o->s]; i <= o->last; i++) {
        uint32_t w = v->from[i];
        if (from_write(w)) {
            if (o->head[w] == NONE && v->session[w] != o->s)
                o->nodes[n++] = sort_word(w, w);
            o->next[i] = o->head[w];
            o->head[w] = i;
        }
    }
    for (uint32_t s = 0; s < v->nsessions; s++)
        o->reached[s] = NONE;
    sort_by_high32(o->nodes, n);
    o->nnodes = n;
    for (uint32_t i = 0; i < n; i++)
        o->node_at[sort_id(o->nodes[i])] = i;
}

/* Undo what this process left, for the next one. */
static void end_session(struct order *o, size_t clocks)
{
    const struct view *v = o->v;
    for (size_t i = 0; i < o->ntouched; i++)
        o->row[o->touched[i]] = o->pram ? 0 : o->base[o->touched[i]];
    o->ntouched = 0;
    for (uint32_t i = v->start[o->s]; o->pram && i <= o->last; i++) {
        if (from_write(v->from[i]))
            o->head[v->from[i]] = NONE;
    }
    for (size_t i = 0; i < o->edges.n; i++) {
        uint32_t node = stands_for(o, o->edges.at[i].from);
        if (node != NONE)
            o->xhead[node] = NONE;
    }
    o->edges.n = o->new = 0;
    o->p->clocks.n = clocks;
}

/* The last read of session `s` that observed something, or NONE. */
static uint32_t last_read(const struct view *v, uint32_t s)
{
    for (uint32_t i = v->start[s + 1]; i-- > v->start[s];)
        if (from_write(v->from[i]) || v->from[i] == FROM_INITIAL)
            return i;
    return NONE;
}

static void say(struct order *o, const struct level_input *in, struct key_result *k)
{
    struct teller t;
    uint32_t from = o->v->from[o->found.read];
    if (o->found.kind == FOUND_READ)
        derived_add(&o->edges, (struct derived){o->found.write, from, o->found.read, EDGE_CONFLICT,
                                                (uint32_t)o->edges.n});
    tell_begin(&t, in, k, &o->edges, o->pram ? o->s : NONE);
    tell_op(&t, o->found.read);
    if (o->found.kind == FOUND_INITIAL) {
        tell_way(&t, o->found.write, o->found.read, NONE);
        tell_edge(&t, o->found.read, o->found.write, NONE, EDGE_INITIAL);
        tell_end(&t, "write-hb-init-read", "WriteHBInitRead: a process read the initial value "
                 "although a write of the key has to come before that in its view");
        return;
    }
    tell_way(&t, from, o->found.write, (uint32_t)o->edges.n - 1);
    tell_derived(&t, (uint32_t)o->edges.n - 1);
    tell_end(&t, "cyclic-hb", "CyclicHB: no single order explains all reads of one process");
}

static bool one_session(struct order *o, const struct level_input *in, struct key_result *k)
{
    size_t clocks = o->p->clocks.n;
    o->last = last_read(o->v, o->s);
    if (o->last == NONE)
        return true;
    o->dirty = NONE;
    if (o->pram)
        begin_pram(o);
    else
        o->bound = o->base[o->last];
    bool good = sweep(o);
    if (!good)
        say(o, in, k);
    end_session(o, clocks);
    return good;
}

/* ---- all of them ---------------------------------------------------------------------------- */

static uint32_t *filled(size_t n)
{
    uint32_t *a = mem_alloc((n + 1) * sizeof *a);
    for (size_t i = 0; i < n; i++)
        a[i] = NONE;
    return a;
}

static void order_make(struct order *o, struct past *p, const struct writes *w, bool pram)
{
    const struct view *v = p->v;
    size_t n = (size_t)v->n + 1;
    *o = (struct order){.p = p, .v = v, .w = w, .pram = pram, .base = p->clock};
    o->row = mem_zalloc(n, sizeof *o->row);
    o->head = filled(n);
    o->next = filled(n);
    o->xhead = filled(n);
    o->stack = mem_alloc(n * sizeof *o->stack);
    o->on_stack = mem_zalloc(n, sizeof *o->on_stack);
    o->memory = mem_zalloc((size_t)w->nslots + 1, sizeof *o->memory);
    o->own = mem_zalloc((size_t)v->nkeys + 1, sizeof *o->own);
    if (pram) {
        o->nodes = mem_alloc(n * sizeof *o->nodes);
        o->node_at = mem_alloc(n * sizeof *o->node_at);
        o->reached = mem_alloc(((size_t)v->nsessions + 1) * sizeof *o->reached);
        return;
    }
    memcpy(o->row, o->base, v->n * sizeof *o->row);
    for (uint32_t i = v->n; i-- > 0;) {
        if (!from_write(v->from[i]))
            continue;
        o->next[i] = o->head[v->from[i]];
        o->head[v->from[i]] = i;
    }
}

static void order_free(struct order *o)
{
    mem_free(o->row);
    mem_free(o->head);
    mem_free(o->next);
    mem_free(o->xhead);
    mem_free(o->xnext);
    mem_free(o->stack);
    mem_free(o->on_stack);
    mem_free(o->memory);
    mem_free(o->own);
    mem_free(o->nodes);
    mem_free(o->node_at);
    mem_free(o->reached);
    mem_free(o->touched);
    derived_free(&o->edges);
}

static void each_session(const struct level_input *in, struct key_result *k, struct past *p,
                         const struct writes *w, bool pram)
{
    struct order o;
    order_make(&o, p, w, pram);
    for (o.s = 0; o.s < o.v->nsessions; o.s++)
        if (level_stopped(in, k) || !one_session(&o, in, k))
            break;
    order_free(&o);
}

enum { BYTES = 300 }; /* of an operation: clocks, rows, lists */

static bool decide_cm(const struct level_input *in, struct key_result *k, struct err *e)
{
    size_t bytes = (size_t)in->view->n * BYTES;
    (void)e;
    if (!pattern_begin(in, k, bytes))
        return true;
    if (serial_proves(in, k))
        return pattern_proved(in, bytes);
    struct past p;
    struct writes w;
    struct found found;
    writes_make(&w, in->view);
    if (causal_base(in, k, &p)) {
        if (!saturate_once(&p, &w, NULL, &found))
            causal_say(in, k, &found);
        else
            each_session(in, k, &p, &w, false);
    }
    writes_free(&w);
    past_free(&p);
    pattern_end(in, k, bytes);
    return true;
}

static bool decide_pram(const struct level_input *in, struct key_result *k, struct err *e)
{
    size_t bytes = (size_t)in->view->n * BYTES;
    (void)e;
    if (!pattern_begin(in, k, bytes))
        return true;
    if (serial_proves(in, k))
        return pattern_proved(in, bytes);
    struct past p = {.v = in->view};
    struct writes w;
    writes_make(&w, in->view);
    clocks_init(&p.clocks, in->view->nsessions);
    if (!causal_future(in, k))
        each_session(in, k, &p, &w, true);
    writes_free(&w);
    past_free(&p);
    pattern_end(in, k, bytes);
    return true;
}

static const char *const below_cm[] = {"causal", "pram", NULL};
static const char *const below_pram[] = {NULL};

const struct property level_causal_memory = {
    .name = "causal-memory",
    .summary = "causal (CM), and one order explains all reads of a process",
    .complexity = "about operations * processes when written values are unique",
    .implies = below_cm,
    .judges = register_models,
    .decide = decide_cm,
    .cost = 5,
};

const struct property level_pram = {
    .name = "pram",
    .summary = "each process sees the writes of every other one in the order they were made",
    .complexity = "about operations * processes when written values are unique",
    .implies = below_pram,
    .judges = register_models,
    .decide = decide_pram,
    .cost = 2,
};
