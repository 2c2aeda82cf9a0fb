/* Processor consistency (Goodman 1989, in the form of Ahamad, Bazzi, John, Kohli and Neiger, 1993;
 * not that of the DASH machine, which is another model): each process has an order of its own
 * operations and of all writes that contains every process's order and explains its reads, as in
 * PRAM; and for each key these orders agree on its writes, as in coherence. More than PRAM and
 * coherence one by one: the same order of the writes has to serve every process.
 *
 *   0. One order of all operations may do (serial.h): sequential consistency is more.
 *   1. Guess the order of the writes by the time at which they took effect. With all writes of a
 *      key in order, whether every process can explain its reads is decided exactly
 *      (write_orders.c).
 *   2. Coherence and PRAM, which are cheaper and have the shorter evidence, may refute.
 *   3. Saturate: in the view of each process in turn take program order, what it observed, and what
 *      the processes agree on; for a read r of w and another write j of its key, j before r puts j
 *      before w, and w before j puts r before j. Two writes of a key in one order there have it in
 *      all views (EDGE_AGREED). Until nothing changes. A cycle, or a write before a read of the
 *      initial value, refutes. Sound.
 *   4. Guess again, with what saturation found.
 *   5. Search: put two writes that are still open in one order, saturate, guess, or take it back.
 *      When no two writes are open, saturation is exact: the search is complete.
 * A saturation costs some O(operations * processes); a search has a limit of work. */
#include "base/mem.h"
#include "checker/levels/patterns.h"
#include "checker/levels/saturate.h"
#include "checker/levels/serial.h"
#include "checker/levels/tell.h"
#include "checker/levels/write_orders.h"

static const uint32_t NONE = UINT32_MAX;

enum { BYTES = 600, CORE_MOST = 200, WORK = 1 << 26 }; /* work: operations looked at */

/* A pair of writes that was put in order on trial. */
struct trial {
    size_t edges; /* how many there were before */
    uint32_t a, b;
    bool turned; /* b first: a first did not work */
};

struct run {
    const struct level_input *in;
    struct key_result *k;
    const struct view *v;
    struct view alone;   /* without reads; a cas stands behind what it replaced in all views */
    struct view own;     /* and with the reads of one session */
    struct writes w;
    struct derived_list edges;
    uint32_t *found_by;  /* of each edge the session in whose view it holds, or was found */
    size_t found_cap;
    struct past base;    /* what holds in all views */
    bool based, outdated; /* it is made; edges that count there came or went */
    uint32_t *rank, *order;
    uint32_t pass;
    uint64_t work, choices;
    struct trial *trials;
    size_t ntrials, trials_cap;
};

enum saturated { FIXPOINT, REFUTED, GAVE_UP };

/* ---- edges ---------------------------------------------------------------------------------- */

static bool of_a_read(const struct derived *d)
{
    return d->kind == EDGE_ANTI || d->kind == EDGE_INITIAL;
}

static void add_edge(struct run *r, struct derived d, uint32_t session)
{
    size_t n = r->edges.n;
    d.stamp = r->pass;
    r->found_by = mem_grow(r->found_by, &r->found_cap, n + 1, sizeof *r->found_by);
    r->found_by[n] = session;
    r->outdated |= !of_a_read(&d);
    derived_add(&r->edges, d);
}

/* Those that count in the view of `session` (NONE: in all). */
static void edges_of(const struct run *r, uint32_t session, struct derived_list *out)
{
    for (size_t i = 0; i < r->edges.n; i++)
        if (!of_a_read(&r->edges.at[i]) || r->found_by[i] == session)
            derived_add(out, r->edges.at[i]);
}

/* Bring r->base up to date. False when what holds in all views has a cycle. */
static bool update_base(struct run *r)
{
    if (r->based && !r->outdated)
        return r->base.n == r->v->n;
    struct derived_list shared = {0};
    edges_of(r, NONE, &shared);
    if (r->based)
        past_free(&r->base);
    past_make(&r->base, &r->alone, &shared, true);
    r->based = true;
    r->outdated = false;
    r->work += r->v->n + shared.n;
    derived_free(&shared);
    return r->base.n == r->v->n;
}

/* ---- evidence -------------------------------------------------------------------------------- */

static void tell_end_here(struct teller *t)
{
    tell_end(t, "not-processor", "no order of each key's writes that all processes agree on lets "
             "every process explain what it read");
}

static void say_cycle(struct run *r, const struct past *p, uint32_t session)
{
    struct teller t;
    tell_begin(&t, r->in, r->k, &r->edges, session);
    t.found_by = r->found_by;
    tell_cycle(&t, p);
    tell_end_here(&t);
}

static void say_found(struct run *r, const struct found *f, uint32_t session)
{
    struct teller t;
    uint32_t from = r->v->from[f->read];
    tell_begin(&t, r->in, r->k, &r->edges, session);
    t.found_by = r->found_by;
    tell_op(&t, f->read);
    if (f->kind == FOUND_READ) {
        tell_way(&t, from, f->write, NONE);
        tell_edge(&t, from, f->read, NONE, EDGE_READS);
    }
    tell_way(&t, f->write, f->read, NONE);
    tell_end_here(&t);
}

static void say_none(struct run *r)
{
    struct speaker s = level_speaker(r->in->h, r->k);
    if (r->v->n <= CORE_MOST)
        level_show(r->k, r->v->op, r->v->n, NO_EVENT);
    buf_printf(&s.b, "all ways to put the writes of each key in order were tried (%llu choices): "
               "none lets every process explain what it read", (unsigned long long)r->choices);
    say_end_step(&s);
    buf_puts(&s.b, "no order of each key's writes that all processes agree on lets every process "
             "explain what it read");
    level_invalid(&s, "not-processor");
    r->k->minimal = false;
    buf_free(&s.b);
}

/* ---- saturation ------------------------------------------------------------------------------ */

/* What the view says about write j that r->base does not: of each session of which `p` has more
 * before j the last write of the key. `earlier`: the write of the key before j in its session, or
 * NONE; what is before that needs no edge to j. */
static void add_agreed_with(struct run *r, const struct past *p, uint32_t session, uint32_t j,
                            uint32_t earlier)
{
    const struct view *v = r->v;
    uint32_t i = r->w.first[v->key[j]], end = r->w.first[v->key[j] + 1];
    while (i < end) {
        uint32_t s = clock_next_greater(&p->clocks, p->clock[j], &r->base.clocks, r->base.clock[j],
                                        r->w.slots[i].session);
        i = s == CLOCK_NONE ? end : writes_slot_from(&r->w, i, end, s);
        if (i == end || r->w.slots[i].session != s)
            continue;
        const struct writes_slot *slot = &r->w.slots[i++];
        if (s == v->session[j])
            continue;
        uint32_t limit = clock_get(&p->clocks, p->clock[j], s);
        uint32_t n = writes_before(&r->w, v, slot, limit, 0);
        uint32_t u = n ? r->w.ids[slot->begin + n - 1] : NONE;
        if (n && !past_before(&r->base, u, j) && (earlier == NONE || !past_before(p, u, earlier)))
            add_edge(r, (struct derived){u, j, NONE, EDGE_AGREED, 0}, session);
    }
}

static void add_agreed(struct run *r, const struct past *p, uint32_t session)
{
    const struct view *v = r->v;
    uint32_t *last = mem_alloc(((size_t)v->nkeys + 1) * sizeof *last);
    for (uint32_t k = 0; k < v->nkeys; k++)
        last[k] = NONE;
    for (uint32_t j = 0; j < v->n; j++) {
        if (!(v->flags[j] & VIEW_WRITES))
            continue;
        uint32_t *l = &last[v->key[j]];
        bool own = *l != NONE && v->session[*l] == v->session[j];
        add_agreed_with(r, p, session, j, own ? *l : NONE);
        *l = j;
    }
    mem_free(last);
}

/* The view of one session, as far as it follows from what is known now. */
static bool look_at_view(struct run *r, uint32_t session, bool tell)
{
    const struct view *v = r->v;
    uint32_t first = v->start[session], n = v->start[session + 1] - first;
    struct past p;
    struct found f;
    struct derived_list known = {0}, new = {0};
    edges_of(r, session, &known);
    memcpy(r->own.from + first, v->from + first, n * sizeof *v->from);
    past_make(&p, &r->own, &known, true);
    bool good = p.n == v->n;
    if (!good && tell)
        say_cycle(r, &p, session);
    if (good && !saturate_once(&p, &r->w, &new, &f)) {
        good = false;
        if (tell)
            say_found(r, &f, session);
    }
    r->pass++;
    if (good) {
        saturate_antis(&p, &r->w, &new);
        for (size_t i = 0; i < new.n; i++)
            add_edge(r, new.at[i], session);
        add_agreed(r, &p, session);
    }
    r->work += 2 * (uint64_t)v->n + known.n;
    memcpy(r->own.from + first, r->alone.from + first, n * sizeof *v->from);
    past_free(&p);
    derived_free(&known);
    derived_free(&new);
    return good;
}

static bool observes(const struct view *v, uint32_t s)
{
    for (uint32_t i = v->start[s]; i < v->start[s + 1]; i++)
        if (from_write(v->from[i]) || v->from[i] == FROM_INITIAL)
            return true;
    return false;
}

static bool limit_reached(struct run *r)
{
    uint64_t most = r->in->opt->max_explored;
    if (level_stopped(r->in, r->k))
        return true;
    if (r->work <= WORK && (!most || r->choices <= most))
        return false;
    level_unknown(r->k, "after %u looks at the views of processes and %llu choices the search "
                  "reached its limit", r->pass, (unsigned long long)r->choices);
    return true;
}

/* One session after the other until a whole round says nothing new. What is found on trial is not
 * told: it need not be so. */
static enum saturated saturate(struct run *r)
{
    const struct view *v = r->v;
    bool tell = r->ntrials == 0;
    for (uint32_t quiet = 0, s = 0; quiet < v->nsessions; s = s + 1 < v->nsessions ? s + 1 : 0) {
        size_t before = r->edges.n;
        if (limit_reached(r))
            return GAVE_UP;
        if (!update_base(r)) {
            if (tell)
                say_cycle(r, &r->base, NONE - 1);
            return REFUTED;
        }
        if (observes(v, s) && !look_at_view(r, s, tell))
            return REFUTED;
        quiet = r->edges.n > before ? 0 : quiet + 1;
    }
    return FIXPOINT;
}

/* ---- guesses and search ---------------------------------------------------------------------- */

static bool guess(struct run *r)
{
    struct derived_list shared = {0};
    edges_of(r, NONE, &shared);
    bool good = write_orders_guess(&r->alone, &shared, r->rank, r->in->budget, r->order) &&
                write_orders_explain(r->v, &r->alone, r->order);
    r->work += 2 * (uint64_t)r->v->n;
    derived_free(&shared);
    return good;
}

/* Two writes of a key that may still come in either order; the likelier one first. False when there
 * are none. */
static bool find_open(struct run *r, uint32_t *a, uint32_t *b)
{
    const struct view *v = r->v;
    for (uint32_t k = 0; k < v->nkeys; k++) {
        for (uint32_t i = r->w.slots[r->w.first[k]].begin; r->w.first[k] < r->w.first[k + 1] &&
             i < r->w.slots[r->w.first[k + 1] - 1].end; i++) {
            for (uint32_t j = i + 1; j < r->w.slots[r->w.first[k + 1] - 1].end; j++) {
                uint32_t x = r->w.ids[i], y = r->w.ids[j];
                if (past_before(&r->base, x, y) || past_before(&r->base, y, x))
                    continue;
                *a = r->rank[x] <= r->rank[y] ? x : y;
                *b = *a == x ? y : x;
                return true;
            }
        }
    }
    return false;
}

static void try_pair(struct run *r, uint32_t a, uint32_t b)
{
    r->trials = mem_grow(r->trials, &r->trials_cap, r->ntrials + 1, sizeof *r->trials);
    r->trials[r->ntrials++] = (struct trial){r->edges.n, a, b, false};
    add_edge(r, (struct derived){a, b, NONE, EDGE_AGREED, 0}, NONE);
    r->choices++;
}

/* The other way round at the last choice that has one. False when there is none. */
static bool take_back(struct run *r)
{
    while (r->ntrials > 0) {
        struct trial *t = &r->trials[r->ntrials - 1];
        r->edges.n = t->edges;
        r->outdated = true;
        if (!t->turned) {
            t->turned = true;
            add_edge(r, (struct derived){t->b, t->a, NONE, EDGE_AGREED, 0}, NONE);
            r->choices++;
            return true;
        }
        r->ntrials--;
    }
    return false;
}

static void search(struct run *r)
{
    for (;;) {
        enum saturated found = saturate(r);
        uint32_t a, b;
        if (found == GAVE_UP)
            return;
        if (found == REFUTED) {
            if (r->ntrials == 0)
                return; /* and said */
            if (!take_back(r)) {
                say_none(r);
                return;
            }
        } else if (guess(r)) {
            return;
        } else if (find_open(r, &a, &b)) {
            r->k->why_algorithm = "a search, because saturation left it open";
            try_pair(r, a, b);
        } else {
            level_unknown(r->k, "the writes have one order only, and it could not be confirmed");
            return;
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void open_run(struct run *r)
{
    size_t n = (size_t)r->v->n + 1;
    writes_make(&r->w, r->v);
    write_view_make(&r->alone, r->v);
    r->rank = mem_alloc(n * sizeof *r->rank);
    r->order = mem_zalloc(n, sizeof *r->order);
    serial_ranks(r->v, r->rank);
}

static void close_run(struct run *r)
{
    if (r->based)
        past_free(&r->base);
    mem_free(r->own.from);
    write_view_free(&r->alone);
    writes_free(&r->w);
    derived_free(&r->edges);
    mem_free(r->found_by);
    mem_free(r->rank);
    mem_free(r->order);
    mem_free(r->trials);
}

static void open_search(struct run *r)
{
    size_t n = (size_t)r->v->n + 1;
    r->own = *r->v;
    r->own.from = mem_alloc(n * sizeof *r->own.from);
    for (uint32_t i = 0; i < r->v->n; i++)
        r->own.from[i] = r->alone.from[i];
    r->found_by = mem_grow(r->found_by, &r->found_cap, 1, sizeof *r->found_by);
    r->k->why_algorithm = "saturation of the order of each key's writes, shared by all processes";
}

/* Do the weaker levels leave it open? */
static bool weaker_hold(const struct level_input *in, struct key_result *k, struct err *e)
{
    static const struct property *const weaker[] = {&level_coherence, &level_pram};
    if (in->opt->weaker_hold)
        return true;
    for (size_t i = 0; i < sizeof weaker / sizeof *weaker; i++) {
        if (!weaker[i]->decide(in, k, e) || k->verdict == VERDICT_INVALID || level_stopped(in, k))
            return false;
        k->verdict = VERDICT_VALID;
        k->reason = NULL;
    }
    return true;
}

static bool decide(const struct level_input *in, struct key_result *k, struct err *e)
{
    size_t bytes = (size_t)in->view->n * BYTES;
    if (!pattern_begin(in, k, bytes))
        return true;
    if (serial_proves(in, k))
        return pattern_proved(in, bytes);
    struct run r = {.in = in, .k = k, .v = in->view};
    open_run(&r);
    k->why_algorithm = "the order in which the writes took effect explains what every process read";
    if (!guess(&r) && weaker_hold(in, k, e)) {
        open_search(&r);
        search(&r);
    }
    k->explored = r.choices ? r.choices : k->explored;
    close_run(&r);
    pattern_end(in, k, bytes);
    return true;
}

static const char *const implies[] = {"pram", "coherence", NULL};

const struct property level_processor = {
    .name = "processor",
    .summary = "PRAM, and all processes agree on the order of each key's writes",
    .complexity = "mostly operations * processes when written values are unique, else a search",
    .implies = implies,
    .judges = register_models,
    .decide = decide,
    .cost = 9,
};
