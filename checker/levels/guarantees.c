/* Session guarantees (Terry et al. 1994): read-your-writes, monotonic-reads, monotonic-writes,
 * writes-follow-reads, alone and together, where each read has one possible write.
 *
 * What can be decided: is there, for each read, a set of writes that it sees, and one order of all
 * writes (the arbitration), so that each read returns the last write of its key that it sees and
 *   RYW  a read sees what its process wrote before;
 *   MR   a read sees what earlier reads of its process saw;
 *   MW   what a process wrote first comes first in the order;
 *   WFR  what a process saw comes before what it writes later.
 * Each guarantee gives edges between writes; the guarantees that are asked hold together iff there
 * is no cycle. Alone, monotonic-writes cannot be refuted from values, because a read may see just
 * its own write; recorded versions are part of the order, and then it can. Where a set of
 * guarantees is refuted, the smallest part of it that is refuted is said, never a single one that
 * the history does not single out.
 *
 * Nodes are writes and, in each process, chains: one of its own writes by key, one of its own
 * writes, one of what it has seen. So the graph has O(operations) edges. */
#include "base/mem.h"
#include "checker/levels/digraph.h"
#include "checker/levels/guarantees.h"
#include "checker/levels/patterns.h"
#include "checker/levels/shown.h"
#include "checker/levels/versions.h"

static const char *const names[GUARANTEES] = {
    "read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads"};

const char *const rule_mw = "monotonic-writes: a process wrote the one and then the other";
const char *const rule_wfr = "writes-follow-reads: a process read the one and wrote the other "
                             "later";
const char *const rule_wfr_own = "read-your-writes and writes-follow-reads: its process wrote the "
                                 "one, read, and wrote the other";

static const uint32_t NONE = UINT32_MAX;

/* Why an edge is there: the read or write that makes it, and an earlier read for MR. Into and along
 * the chains of own writes by key, of own writes, and of what was seen: WHY_KEYED, WHY_OWN,
 * WHY_CHAIN; WHY_SEEN: what a read saw, into the last one. */
enum why_kind {
    WHY_KEYED, WHY_OWN, WHY_CHAIN, WHY_SEEN, WHY_RYW, WHY_MR, WHY_MW, WHY_WFR, WHY_VERSION
};

/* The guarantees that make it one. */
static const unsigned needs[] = {
    [WHY_KEYED] = RYW, [WHY_OWN] = RYW | WFR, [WHY_CHAIN] = WFR, [WHY_SEEN] = WFR, [WHY_RYW] = RYW,
    [WHY_MR] = MR, [WHY_MW] = MW, [WHY_WFR] = WFR, [WHY_VERSION] = 0};

struct why {
    uint8_t kind;
    uint32_t op, earlier;
};

/* What a process did with a key so far; of another session: nothing. */
struct keyed {
    uint32_t session; /* + 1 */
    uint32_t own;     /* its last write of the key, or NONE */
    uint32_t chain;   /* the node behind all its writes of the key */
    uint32_t read;    /* its last read of the key that saw a write, or NONE */
    uint32_t told, told_own; /* the last write that `chain` was said to precede, and `own` then */
};

struct graph {
    const struct view *v;
    struct digraph g;
    struct why *why;
    size_t cap;
    unsigned asked;
    struct keyed *keyed;
    uint32_t *before; /* of a write: the process's write of the key before it, or NONE */
    uint32_t *chain;  /* of a write: the node behind it and those before */
    uint32_t session, own_chain, seen_chain, last_write;
    unsigned broken; /* guarantees that two operations contradict by themselves: which */
    struct {
        uint32_t first, second;
    } clash[GUARANTEES];
    uint32_t *names; /* NULL, or what its nodes were before it was narrowed */
};

static void edge(struct graph *x, uint32_t from, uint32_t to, enum why_kind kind, uint32_t op,
                 uint32_t earlier)
{
    if (from == NONE)
        return;
    x->why = mem_grow(x->why, &x->cap, x->g.m + 1, sizeof *x->why);
    x->why[x->g.m] = (struct why){(uint8_t)kind, op, earlier};
    digraph_add(&x->g, from, to, (uint32_t)x->g.m);
}

static struct keyed *keyed(struct graph *x, uint32_t i)
{
    struct keyed *k = &x->keyed[x->v->key[i]];
    if (k->session != x->v->session[i] + 1)
        *k = (struct keyed){x->v->session[i] + 1, NONE, NONE, NONE, NONE, NONE};
    return k;
}

/* Own writes of the key come before what is read. Those before the read's own write by its chain,
 * those after it one by one: they are few where nothing is wrong. */
static void read_own(struct graph *x, struct keyed *k, uint32_t r, uint32_t w)
{
    if (k->own == NONE || (k->told == w && k->told_own == k->own))
        return;
    if (x->v->session[w] != x->v->session[r] || w > r) {
        edge(x, k->chain, w, WHY_RYW, r, NONE);
    } else {
        uint32_t before = x->before[w];
        edge(x, before == NONE ? NONE : x->chain[before], w, WHY_RYW, r, NONE);
        for (uint32_t l = k->own; l != w && l != NONE; l = x->before[l])
            edge(x, l, w, WHY_RYW, r, NONE);
    }
    k->told = w;
    k->told_own = k->own;
}

static void contradiction(struct graph *x, uint32_t first, uint32_t second, unsigned broken)
{
    if (x->broken & broken)
        return;
    x->broken |= broken;
    int at = __builtin_ctz(broken);
    x->clash[at].first = first;
    x->clash[at].second = second;
}

static void on_read(struct graph *x, uint32_t r)
{
    const struct view *v = x->v;
    struct keyed *k = keyed(x, r);
    uint32_t w = v->from[r];
    if (w == FROM_INITIAL) {
        if ((x->asked & RYW) && k->own != NONE)
            contradiction(x, k->own, r, RYW);
        if ((x->asked & MR) && k->read != NONE)
            contradiction(x, k->read, r, MR);
    } else if (!from_write(w)) {
        return;
    } else {
        if (x->asked & RYW)
            read_own(x, k, r, w);
        if ((x->asked & MR) && k->read != NONE && v->from[k->read] != w)
            edge(x, v->from[k->read], w, WHY_MR, r, k->read);
        k->read = r;
    }
    if (!(x->asked & WFR))
        return;
    uint32_t node = x->g.n++;
    if (from_write(w))
        edge(x, w, node, WHY_SEEN, r, NONE);
    edge(x, x->seen_chain, node, WHY_CHAIN, r, NONE);
    edge(x, x->own_chain, node, WHY_OWN, r, NONE);
    x->seen_chain = node;
}

static void on_write(struct graph *x, uint32_t w)
{
    struct keyed *k = keyed(x, w);
    if (x->asked & MW)
        edge(x, x->last_write, w, WHY_MW, w, NONE);
    x->last_write = w;
    if (x->asked & WFR)
        edge(x, x->seen_chain, w, WHY_WFR, w, NONE);
    if (!(x->asked & RYW))
        return;
    x->before[w] = k->own;
    x->chain[w] = x->g.n++;
    edge(x, w, x->chain[w], WHY_KEYED, w, NONE);
    edge(x, k->chain, x->chain[w], WHY_KEYED, w, NONE);
    k->own = w;
    k->chain = x->chain[w];
    if (!(x->asked & WFR))
        return;
    uint32_t node = x->g.n++;
    edge(x, w, node, WHY_OWN, w, NONE);
    edge(x, x->own_chain, node, WHY_OWN, w, NONE);
    x->own_chain = node;
}

static void graph_make(struct graph *x, const struct view *v, unsigned asked)
{
    struct derived_list versions = {0};
    *x = (struct graph){.v = v, .g = {.n = v->n}, .asked = asked};
    x->keyed = mem_zalloc((size_t)v->nkeys + 1, sizeof *x->keyed);
    if (asked & RYW) {
        x->before = mem_alloc(((size_t)v->n + 1) * sizeof *x->before);
        x->chain = mem_alloc(((size_t)v->n + 1) * sizeof *x->chain);
    }
    for (uint32_t i = 0; i < v->n; i++) {
        if (i == v->start[v->session[i]])
            x->own_chain = x->seen_chain = x->last_write = NONE;
        if (v->flags[i] & VIEW_READS)
            on_read(x, i);
        if (v->flags[i] & VIEW_WRITES)
            on_write(x, i);
    }
    versions_edges(v, &versions);
    for (size_t i = 0; i < versions.n; i++)
        edge(x, versions.at[i].from, versions.at[i].to, WHY_VERSION, NONE, NONE);
    derived_free(&versions);
}

static void graph_free(struct graph *x)
{
    digraph_free(&x->g);
    mem_free(x->why);
    mem_free(x->keyed);
    mem_free(x->before);
    mem_free(x->chain);
    mem_free(x->names);
}

/* ---- which guarantees ----------------------------------------------------------------------- */

/* *out: the edges that the guarantees `g` make. */
static void edges_of(const struct graph *x, unsigned g, struct digraph *out)
{
    *out = (struct digraph){.n = x->g.n};
    for (size_t i = 0; i < x->g.m; i++) {
        const struct digraph_edge *e = &x->g.edges[i];
        if (!(needs[x->why[e->tag].kind] & ~g))
            digraph_add(out, e->from, e->to, e->tag);
    }
}

static bool refutes(const struct graph *x, unsigned g)
{
    struct digraph some;
    if (x->broken & g)
        return true;
    edges_of(x, g, &some);
    bool bad = digraph_cyclic(&some);
    digraph_free(&some);
    return bad;
}

/* The smallest part of what was asked that is refuted. */
static unsigned smallest(const struct graph *x)
{
    for (int size = 1; size < GUARANTEES; size++)
        for (unsigned g = 1; g < ALL; g++)
            if ((g & x->asked) == g && g != x->asked && __builtin_popcount(g) == size &&
                refutes(x, g))
                return g;
    return x->asked;
}

/* Of a refuted graph leave what the smallest part makes. Its cycles are among those of the whole:
 * nothing else is looked at more than once. */
static void narrow(struct graph *x)
{
    struct digraph some;
    x->names = digraph_core(&x->g);
    x->asked = smallest(x);
    x->broken &= x->asked;
    edges_of(x, x->asked, &some);
    digraph_free(&x->g);
    x->g = some;
}

/* ---- evidence ------------------------------------------------------------------------------- */

struct told {
    const struct view *v;
    struct edge *at;
    size_t n, cap;
    struct shown shown;
};

static void tell(struct told *t, uint32_t from, uint32_t to, uint32_t via, enum edge_kind kind,
                 const char *text)
{
    const uint32_t *op = t->v->op;
    t->at = mem_grow(t->at, &t->cap, t->n + 1, sizeof *t->at);
    t->at[t->n++] = (struct edge){op[from], op[to], via == NONE ? NO_EVENT : op[via], kind, text};
    const uint32_t all[] = {from, to, via};
    for (int i = 0; i < 3; i++)
        if (all[i] != NONE)
            shown_add(&t->shown, all[i]);
}

static void tell_read(struct told *t, uint32_t r)
{
    if (from_write(t->v->from[r]))
        tell(t, t->v->from[r], r, NONE, EDGE_READS, NULL);
}

/* From write `from` to write `to` over edges whose first and last are `a` and `b`. */
static void tell_edge(struct told *t, uint32_t from, uint32_t to, const struct why *a,
                      const struct why *b)
{
    switch ((enum why_kind)b->kind) {
    case WHY_RYW:
        tell_read(t, b->op);
        tell(t, from, b->op, NONE, EDGE_PROGRAM, NULL);
        tell(t, from, to, b->op, EDGE_RULE, "read-your-writes: it was read by a process that had "
             "written the other before");
        break;
    case WHY_MR:
        tell_read(t, b->earlier);
        tell_read(t, b->op);
        tell(t, b->earlier, b->op, NONE, EDGE_PROGRAM, NULL);
        tell(t, from, to, b->op, EDGE_RULE, "monotonic-reads: a process read the one and then the "
             "other");
        break;
    case WHY_MW:
        tell(t, from, to, NONE, EDGE_RULE, rule_mw);
        break;
    case WHY_WFR:
        if (a->kind == WHY_SEEN) {
            tell_read(t, a->op);
            tell(t, a->op, b->op, NONE, EDGE_PROGRAM, NULL);
            tell(t, from, to, a->op, EDGE_RULE, rule_wfr);
        } else {
            tell(t, from, to, NONE, EDGE_RULE, rule_wfr_own);
        }
        break;
    case WHY_VERSION:
        tell(t, from, to, NONE, EDGE_VERSION, NULL);
        break;
    case WHY_KEYED:
    case WHY_OWN:
    case WHY_CHAIN:
    case WHY_SEEN:
        break;
    }
}

/* Edges between writes out of a cycle that also goes through chains; stretches of versions are one
 * edge. */
static void tell_cycle(struct told *t, const struct graph *x, const struct digraph_edge *c,
                       size_t n)
{
    size_t begin = 0, i = 0;
    if (!x->why) /* without edges there is no cycle */
        return;
    while (begin < n && (c[begin].from >= x->v->n ||
                         (x->why[c[begin].tag].kind == WHY_VERSION &&
                          x->why[c[(begin + n - 1) % n].tag].kind == WHY_VERSION)))
        begin++;
    while (i < n) {
        const struct digraph_edge *a = &c[(begin + i) % n], *b = a;
        while (b->to >= x->v->n)
            b = &c[(begin + ++i) % n];
        bool version = x->why[a->tag].kind == WHY_VERSION;
        while (version && i + 1 < n && x->why[c[(begin + i + 1) % n].tag].kind == WHY_VERSION)
            b = &c[(begin + ++i) % n];
        tell_edge(t, a->from, b->to, &x->why[a->tag], &x->why[b->tag]);
        i++;
    }
}

void guarantees_say(struct speaker *s, unsigned g)
{
    unsigned left = (unsigned)__builtin_popcount(g), all = left;
    for (unsigned i = 0; i < GUARANTEES; i++) {
        if (!(g >> i & 1))
            continue;
        left--;
        buf_printf(&s->b, "%s%s", names[i], left > 1 ? ", " : left == 1 ? " and " : "");
    }
    buf_puts(&s->b, all == 1 ? " is broken" : " cannot hold together");
}

const char *guarantees_word(unsigned g)
{
    for (unsigned i = 0; i < GUARANTEES; i++)
        if (g == 1u << i)
            return names[i];
    return "session";
}

static void tell_clash(struct told *t, const struct graph *x)
{
    int at = __builtin_ctz(x->broken);
    uint32_t first = x->clash[at].first, second = x->clash[at].second;
    if (t->v->flags[first] & VIEW_READS)
        tell_read(t, first);
    tell(t, first, second, NONE, EDGE_PROGRAM, NULL);
    tell(t, second, x->broken == RYW ? first : t->v->from[first], NONE, EDGE_INITIAL, NULL);
}

static void say(const struct level_input *in, struct key_result *k, const struct graph *x)
{
    struct speaker s = level_speaker(in->h, k);
    struct told t = {.v = in->view};
    shown_init(&t.shown, in->view);
    size_t n = 0;
    struct digraph_edge *cycle = x->broken ? NULL : digraph_cycle(&x->g, &n);
    for (size_t i = 0; i < n; i++) {
        cycle[i].from = x->names[cycle[i].from];
        cycle[i].to = x->names[cycle[i].to];
    }
    if (x->broken)
        tell_clash(&t, x);
    else
        tell_cycle(&t, x, cycle, n);
    level_edges(&s, t.at, t.n, shown_history_ops(&t.shown), t.shown.n);
    guarantees_say(&s, x->asked);
    if (x->broken)
        buf_puts(&s.b, x->broken == RYW
                           ? ": a process wrote a key and then read its initial value"
                           : ": a process read what had been written and then the initial value");
    else
        buf_puts(&s.b, ": no order of the writes agrees with what the processes saw");
    level_invalid(&s, guarantees_word(x->asked));
    buf_free(&s.b);
    mem_free(cycle);
    mem_free(t.at);
    shown_free(&t.shown);
}

enum { BYTES = 160 }; /* of an operation: nodes and edges */

/* Lists, sets and counters: there is no view of them. */
static bool decide_growing(const struct level_input *in, struct key_result *k, unsigned asked,
                           struct err *e)
{
    struct growing g;
    size_t bytes = in->n * BYTES;
    k->verdict = VERDICT_VALID;
    if (level_stopped(in, k) || !level_memory(in, k, bytes))
        return true;
    if (!growing_make(&g, in, e)) {
        (void)budget_memory(in->budget, -(ptrdiff_t)bytes);
        return false;
    }
    k->explored = g.n;
    if (in->h->warnings[WARN_NO_PROCESS].count > 0)
        level_unknown(k, "%s", no_program_order);
    else if (strcmp(in->model->name, "counter") == 0)
        growing_sums(in, k, &g, asked);
    else
        growing_elements(in, k, &g, asked);
    growing_free(&g);
    (void)budget_memory(in->budget, -(ptrdiff_t)bytes);
    return true;
}

static bool decide(const struct level_input *in, struct key_result *k, unsigned asked,
                   struct err *e)
{
    if (!in->view)
        return decide_growing(in, k, asked, e);
    size_t bytes = (size_t)in->view->n * BYTES;
    if (!pattern_begin(in, k, bytes))
        return true;
    struct graph x;
    graph_make(&x, in->view, asked);
    if (x.broken || digraph_cyclic(&x.g)) {
        narrow(&x);
        say(in, k, &x);
    }
    graph_free(&x);
    pattern_end(in, k, bytes);
    return true;
}

static bool decide_ryw(const struct level_input *in, struct key_result *k, struct err *e)
{
    return decide(in, k, RYW, e);
}

static bool decide_mr(const struct level_input *in, struct key_result *k, struct err *e)
{
    return decide(in, k, MR, e);
}

static bool decide_mw(const struct level_input *in, struct key_result *k, struct err *e)
{
    return decide(in, k, MW, e);
}

static bool decide_wfr(const struct level_input *in, struct key_result *k, struct err *e)
{
    return decide(in, k, WFR, e);
}

static bool decide_session(const struct level_input *in, struct key_result *k, struct err *e)
{
    return decide(in, k, ALL, e);
}

static const char *const judged[] = {"register", "cas-register", "kv",   "list",
                                     "log",      "grow-set",     "counter", NULL};
static const char *const nothing[] = {NULL};
static const char *const below_session[] = {"read-your-writes", "monotonic-reads",
                                            "monotonic-writes", "writes-follow-reads", NULL};

const struct property level_session = {
    .name = "session",
    .summary = "the four session guarantees together, with one order of the writes",
    .complexity = "linear when written values are unique",
    .implies = below_session,
    .judges = judged,
    .decide = decide_session,
    .heeds_versions = true,
    .cost = 1,
};

const struct property level_ryw = {
    .name = "read-your-writes",
    .summary = "a process reads what it wrote, or something newer",
    .complexity = "linear when written values are unique",
    .implies = nothing,
    .judges = judged,
    .decide = decide_ryw,
    .heeds_versions = true,
    .cost = 1,
};

const struct property level_mr = {
    .name = "monotonic-reads",
    .summary = "a process never reads something older than what it has read",
    .complexity = "linear when written values are unique",
    .implies = nothing,
    .judges = judged,
    .decide = decide_mr,
    .heeds_versions = true,
    .cost = 1,
};

const struct property level_mw = {
    .name = "monotonic-writes",
    .summary = "a process's writes take effect in the order in which it made them",
    .complexity = "linear when written values are unique",
    .implies = nothing,
    .judges = judged,
    .decide = decide_mw,
    .heeds_versions = true,
    .cost = 1,
};

const struct property level_wfr = {
    .name = "writes-follow-reads",
    .summary = "a process's writes come after what it had read",
    .complexity = "linear when written values are unique",
    .implies = nothing,
    .judges = judged,
    .decide = decide_wfr,
    .heeds_versions = true,
    .cost = 1,
};

unsigned guarantees_asked(const struct property *level)
{
    static const struct property *const alone[GUARANTEES] = {&level_ryw, &level_mr, &level_mw,
                                                             &level_wfr};
    for (unsigned i = 0; i < GUARANTEES; i++)
        if (level == alone[i])
            return 1u << i;
    return level == &level_session ? ALL : 0;
}
