/* Sequential consistency (Lamport 1979): one order of all operations that contains every process's
 * order and in which each read returns the last write of its key. NP-complete (Gibbons and Korach
 * 1997), but histories of real systems are mostly decided without a search:
 *   1. go on greedily, by the time at which writes took effect: an order that works is a proof;
 *   2. saturate: begin with program order and reads-from; for a read r of w and another write j of
 *      its key, j before r puts j before w, and w before j puts r before j; until nothing changes.
 *      A cycle, or a write before a read of the initial value, refutes;
 *   3. go on greedily in an order that saturation allows;
 *   4. search from frontier to frontier with what saturation found (frontier.c). Exact.
 * Recorded versions are part of the order. Rounds of saturation cost O(operations * processes). */
#include "base/mem.h"
#include "checker/levels/frontier.h"
#include "checker/levels/patterns.h"
#include "checker/levels/saturate.h"
#include "checker/levels/serial.h"
#include "checker/levels/tell.h"
#include "checker/levels/versions.h"

static const uint32_t NONE = UINT32_MAX;

enum { ROUNDS = 64, BYTES = 340, CORE_MOST = 200, CHOICES = 5000000 };

struct run {
    const struct level_input *in;
    struct key_result *k;
    const struct view *v;
    struct writes w;
    struct derived_list edges;
    size_t versions; /* of them */
    uint32_t *rank, *order;
};

/* ---- greedily ------------------------------------------------------------------------------- */

static bool greedy(struct run *r)
{
    const struct frontier_question q = {.v = r->v, .more = &r->edges, .rank = r->rank,
                                        .budget = r->in->budget};
    uint32_t n;
    return frontier_greedy(&q, r->order, &n);
}

/* ---- saturation ------------------------------------------------------------------------------ */

static void say_cycle(struct run *r, const struct past *p)
{
    struct teller t;
    tell_begin(&t, r->in, r->k, &r->edges, NONE);
    tell_cycle(&t, p);
    tell_end(&t, "not-sequential", "no single order of all operations keeps every process's order "
             "and explains every read: some would come before themselves");
}

static void say_found(struct run *r, const struct found *f)
{
    struct teller t;
    uint32_t from = r->v->from[f->read];
    tell_begin(&t, r->in, r->k, &r->edges, NONE);
    tell_op(&t, f->read);
    if (f->kind == FOUND_READ) {
        tell_way(&t, from, f->write, NONE);
        tell_edge(&t, from, f->read, NONE, EDGE_READS);
    }
    tell_way(&t, f->write, f->read, NONE);
    tell_end(&t, "not-sequential", f->kind == FOUND_INITIAL
             ? "no single order of all operations explains every read: one returned the initial "
               "value after a write of the key"
             : "no single order of all operations explains every read: one returned a value that "
               "had been replaced");
}

/* One round. False when the verdict is known; *more: edges were added. */
static bool saturate_round(struct run *r, uint32_t round, bool *more)
{
    struct past p;
    struct found f;
    size_t before = r->edges.n;
    bool good = true;
    past_make(&p, r->v, &r->edges, true);
    if (p.n < r->v->n) {
        say_cycle(r, &p);
        good = false;
    } else if (!saturate_once(&p, &r->w, &r->edges, &f)) {
        r->edges.n = before; /* what this round found is not justified by what came before */
        say_found(r, &f);
        good = false;
    } else {
        saturate_antis(&p, &r->w, &r->edges);
        for (size_t i = before; i < r->edges.n; i++)
            r->edges.at[i].stamp = round;
        for (uint32_t i = 0; i < p.n; i++)
            r->order[i] = p.order[i];
    }
    *more = r->edges.n > before;
    past_free(&p);
    return good;
}

/* ---- search ---------------------------------------------------------------------------------- */

static void say_none(struct run *r)
{
    struct speaker s = level_speaker(r->in->h, r->k);
    uint32_t *ops = mem_alloc(((size_t)r->v->n + 1) * sizeof *ops);
    for (uint32_t i = 0; i < r->v->n; i++)
        ops[i] = r->v->op[i];
    if (r->v->n <= CORE_MOST)
        level_show(r->k, ops, r->v->n, NO_EVENT);
    buf_printf(&s.b, "all ways to place the writes were tried (%llu choices): none explains every "
               "read", (unsigned long long)r->k->explored);
    say_end_step(&s);
    buf_puts(&s.b, "no single order of all operations keeps every process's order and explains "
             "every read");
    level_invalid(&s, "not-sequential");
    r->k->minimal = false;
    mem_free(ops);
    buf_free(&s.b);
}

static void search(struct run *r)
{
    uint64_t limit = r->in->opt->max_explored;
    const struct frontier_question q = {.v = r->v, .more = &r->edges, .rank = r->rank,
                                        .budget = r->in->budget,
                                        .max_explored = limit ? limit : CHOICES};
    uint32_t n;
    r->k->why_algorithm = "a search, because saturation left it open";
    switch (frontier_search(&q, r->order, &n, &r->k->explored)) {
    case FRONTIER_FOUND:
        return;
    case FRONTIER_NONE:
        say_none(r);
        return;
    case FRONTIER_STOPPED:
        if (!level_stopped(r->in, r->k))
            level_unknown(r->k, "after %llu choices the search reached its limit",
                          (unsigned long long)r->k->explored);
        return;
    }
}

static void decide_run(struct run *r)
{
    serial_ranks(r->v, r->rank);
    r->k->why_algorithm = "the writes fit in about the order in which they took effect";
    if (greedy(r))
        return;
    r->k->why_algorithm = "saturation of the order of the writes";
    bool more = true;
    for (uint32_t round = 1; more && round < ROUNDS; round++)
        if (level_stopped(r->in, r->k) || !saturate_round(r, round, &more))
            return;
    if (greedy(r))
        return;
    for (uint32_t i = 0; i < r->v->n; i++)
        r->rank[r->order[i]] = i;
    if (!greedy(r))
        search(r);
}

static bool decide(const struct level_input *in, struct key_result *k, struct err *e)
{
    size_t bytes = (size_t)in->view->n * BYTES;
    (void)e;
    if (!pattern_begin(in, k, bytes))
        return true;
    struct run r = {.in = in, .k = k, .v = in->view};
    writes_make(&r.w, r.v);
    r.rank = mem_alloc(((size_t)r.v->n + 1) * sizeof *r.rank);
    r.order = mem_zalloc((size_t)r.v->n + 1, sizeof *r.order);
    versions_edges(r.v, &r.edges);
    decide_run(&r);
    writes_free(&r.w);
    derived_free(&r.edges);
    mem_free(r.rank);
    mem_free(r.order);
    (void)budget_memory(in->budget, -(ptrdiff_t)bytes);
    if (k->verdict == VERDICT_VALID && in->view->unsettled > 0)
        level_unknown(k, "%u reads have a version that leaves several writes; without their "
                      "versions there is an order", in->view->unsettled);
    return true;
}

static const char *const implies[] = {"causal-memory", "causal-convergence", "processor", NULL};

const struct property level_sequential = {
    .name = "sequential",
    .summary = "one order of all operations keeps each process's own and explains every result",
    .complexity = "mostly linear when written values are unique, else a search",
    .implies = implies,
    .judges = register_models,
    .decide = decide,
    .heeds_versions = true,
    .cost = 8,
};
