/* Session guarantees of lists and sets that only grow and are read whole.
 *
 * A read tells which additions it saw, so two guarantees need no order:
 *   RYW  a read has what its process added before (acknowledged);
 *   MR   a read has what earlier reads of its process and key had; a list begins with them.
 * The other two are about one order of all additions, as for registers (guarantees.c):
 *   MW   what a process added first comes first;
 *   WFR  what a process saw comes before what it adds later; with RYW it saw its own, too.
 * The versions of a list are its beginnings: elements that were read are in that order, and
 * acknowledged ones that no read has come after them all. So lists order additions and sets do not.
 * The guarantees hold together iff no read contradicts RYW or MR and no cycle is left. Reads that
 * are not beginnings of one list order nothing: what depends on it is then unknown, as it is where
 * an element was added more than once. Linear in what was read. */
#include "base/mem.h"
#include "checker/levels/digraph.h"
#include "checker/levels/growing_reads.h"
#include "checker/levels/guarantees.h"

static const uint32_t NONE = UINT32_MAX;

enum why_kind { WHY_CHAIN, WHY_OWN, WHY_SEEN, WHY_MW, WHY_WFR, WHY_ORDER, WHY_UNSEEN };

struct why {
    uint8_t kind;
    uint32_t op; /* SEEN: the read; ORDER, UNSEEN: a read of the list */
};

struct keyed {
    uint32_t session; /* + 1 */
    uint32_t own;     /* the last acknowledged addition, linked by `before` */
    uint32_t read;
};

struct judge {
    const struct level_input *in;
    struct key_result *k;
    const struct growing *g;
    struct grow_reads reads;
    unsigned asked;
    struct keyed *keyed;
    uint32_t *before; /* per addition: the one of its process and key before */
    uint32_t *told;   /* per element: the session (+ 1) that is known to have seen it */
    struct digraph graph;
    struct why *why;
    size_t cap;
    uint32_t own_chain, seen_chain, last_add;
    uint32_t first, second, missing; /* what contradicts each other, and the element */
    unsigned broken;
    uint32_t many; /* additions that were left out, because several may be the one */
};

/* ---- reads that contradict by themselves ---------------------------------------------------- */

static struct keyed *keyed(struct judge *x, uint32_t i)
{
    struct keyed *k = &x->keyed[x->g->ops[i].key];
    if (k->session != x->g->ops[i].session + 1)
        *k = (struct keyed){x->g->ops[i].session + 1, NONE, NONE};
    return k;
}

static bool contradiction(struct judge *x, unsigned broken, uint32_t first, uint32_t second,
                          uint32_t missing)
{
    x->broken = broken;
    x->first = first;
    x->second = second;
    x->missing = missing;
    return false;
}

static bool read_has(struct judge *x, const struct keyed *k, uint32_t r)
{
    uint32_t w = x->reads.of[r], missing = NONE;
    uint32_t last = k->read == NONE ? NONE : x->reads.of[k->read];
    if ((x->asked & RYW) && k->own != NONE) {
        uint32_t mark = grow_mark(&x->reads, w);
        for (uint32_t a = k->own; a != NONE; a = x->before[a])
            if (x->reads.elements[x->reads.of[a]].mark != mark)
                return contradiction(x, RYW, a, r, x->reads.of[a]);
    }
    if (!(x->asked & MR) || last == NONE || last == w)
        return true;
    if (!grow_within(&x->reads, last, w, &missing))
        return contradiction(x, MR, k->read, r, missing);
    if (x->reads.lists && !grow_begins(&x->reads, last, w))
        return contradiction(x, MR, k->read, r, NONE);
    return true;
}

/* ---- the order of additions ----------------------------------------------------------------- */

static void edge(struct judge *x, uint32_t from, uint32_t to, enum why_kind kind, uint32_t op)
{
    if (from == NONE || to == NONE)
        return;
    x->why = mem_grow(x->why, &x->cap, x->graph.m + 1, sizeof *x->why);
    x->why[x->graph.m] = (struct why){(uint8_t)kind, op};
    digraph_add(&x->graph, from, to, (uint32_t)x->graph.m);
}

/* The addition of the element, when it is known which it is. */
static uint32_t node_of(struct judge *x, uint32_t e)
{
    const struct grow_element *el = &x->reads.elements[e];
    x->many += el->again;
    return el->again ? NONE : el->add;
}

/* Of a list the last element is enough: the others come before it. */
static void saw(struct judge *x, uint32_t r)
{
    const struct grow_whole *w = &x->reads.wholes[x->reads.of[r]];
    uint32_t session = x->g->ops[r].session + 1, node = x->graph.n++;
    for (uint32_t j = w->n; j-- > 0;) {
        uint32_t e = x->reads.items[w->start + j];
        if (x->told[e] == session && x->reads.lists)
            break;
        if (x->told[e] == session)
            continue;
        x->told[e] = session;
        edge(x, node_of(x, e), node, WHY_SEEN, r);
    }
    edge(x, x->seen_chain, node, WHY_CHAIN, r);
    edge(x, x->own_chain, node, WHY_CHAIN, r);
    x->seen_chain = node;
}

static void added(struct judge *x, struct keyed *k, uint32_t a)
{
    bool known = !x->reads.elements[x->reads.of[a]].again;
    uint32_t node = known ? a : NONE;
    x->many += !known;
    if (x->asked & MW)
        edge(x, x->last_add, node, WHY_MW, NONE);
    if (x->asked & WFR)
        edge(x, x->seen_chain, node, WHY_WFR, NONE);
    if (x->g->ops[a].crashed)
        return;
    x->last_add = known ? a : x->last_add;
    x->before[a] = k->own;
    k->own = a;
    if (!known || !(x->asked & RYW) || !(x->asked & WFR))
        return;
    node = x->graph.n++;
    edge(x, a, node, WHY_OWN, NONE);
    edge(x, x->own_chain, node, WHY_CHAIN, NONE);
    x->own_chain = node;
}

/* Elements of each list in its order; returned: per key the last one. */
static uint32_t *order_seen(struct judge *x)
{
    uint32_t *last = mem_alloc(((size_t)x->g->nkeys + 1) * sizeof *last);
    for (uint32_t key = 0; key < x->g->nkeys; key++) {
        uint32_t l = x->reads.longest[key];
        last[key] = NONE;
        if (l == NONE || x->reads.no_order[key])
            continue;
        const struct grow_whole *w = &x->reads.wholes[l];
        for (uint32_t j = 0; j < w->n; j++) {
            uint32_t a = node_of(x, x->reads.items[w->start + j]);
            edge(x, last[key], a, WHY_ORDER, w->by);
            last[key] = a == NONE ? last[key] : a;
        }
    }
    return last;
}

static void order_lists(struct judge *x)
{
    if (!x->reads.lists)
        return;
    uint32_t *last = order_seen(x);
    for (uint32_t e = 0; e < x->reads.nelements; e++) {
        const struct grow_element *el = &x->reads.elements[e];
        if (el->seen || el->again || el->add == NONE || x->g->ops[el->add].crashed ||
            last[el->key] == NONE)
            continue;
        edge(x, last[el->key], el->add, WHY_UNSEEN,
             x->reads.wholes[x->reads.longest[el->key]].by);
    }
    mem_free(last);
}

/* ---- asking --------------------------------------------------------------------------------- */

static bool refuted(struct judge *x, unsigned asked)
{
    const struct growing *g = x->g;
    digraph_free(&x->graph);
    x->graph = (struct digraph){.n = g->n};
    x->asked = asked;
    x->broken = 0;
    x->many = 0;
    memset(x->keyed, 0, ((size_t)g->nkeys + 1) * sizeof *x->keyed);
    memset(x->told, 0, ((size_t)x->reads.nelements + 1) * sizeof *x->told);
    for (uint32_t i = 0; i < g->n && !x->broken; i++) {
        if (i == 0 || g->ops[i].session != g->ops[i - 1].session)
            x->own_chain = x->seen_chain = x->last_add = NONE;
        struct keyed *k = keyed(x, i);
        if (!g->ops[i].read) {
            added(x, k, i);
            continue;
        }
        if (read_has(x, k, i) && (asked & WFR))
            saw(x, i);
        k->read = i;
    }
    if (!x->broken && (asked & (MW | WFR)))
        order_lists(x);
    return x->broken || digraph_cyclic(&x->graph);
}

/* Leaves the smallest part of `asked` that is refuted behind. */
static void smallest(struct judge *x, unsigned asked)
{
    for (int size = 1; size < GUARANTEES; size++)
        for (unsigned g = 1; g < ALL; g++)
            if ((g & asked) == g && __builtin_popcount(g) == size && refuted(x, g))
                return;
    (void)refuted(x, asked);
}

/* ---- evidence ------------------------------------------------------------------------------- */

struct told {
    struct edge *edges;
    size_t n, cap;
    uint32_t *ops;
    size_t nops, ops_cap;
};

static void show_one(struct judge *x, struct told *t, uint32_t i)
{
    t->ops = mem_grow(t->ops, &t->ops_cap, t->nops + 1, sizeof *t->ops);
    t->ops[t->nops++] = x->g->ops[i].op;
}

/* With a read all that added what it has. */
static void show(struct judge *x, struct told *t, uint32_t i)
{
    show_one(x, t, i);
    if (!x->g->ops[i].read)
        return;
    uint32_t mark = grow_mark(&x->reads, x->reads.of[i]);
    for (uint32_t a = 0; a < x->g->n; a++)
        if (!x->g->ops[a].read && x->reads.elements[x->reads.of[a]].mark == mark)
            show_one(x, t, a);
}

static void tell(struct judge *x, struct told *t, uint32_t from, uint32_t to,
                 enum edge_kind kind, const char *text)
{
    t->edges = mem_grow(t->edges, &t->cap, t->n + 1, sizeof *t->edges);
    t->edges[t->n++] = (struct edge){x->g->ops[from].op, x->g->ops[to].op, NO_EVENT, kind, text};
    show(x, t, from);
    show(x, t, to);
}

/* From addition `from` to addition `to`, over edges of which the first is `a` and the last `b`. */
static void tell_path(struct judge *x, struct told *t, uint32_t from, uint32_t to,
                      const struct why *a, const struct why *b)
{
    switch ((enum why_kind)b->kind) {
    case WHY_MW:
        tell(x, t, from, to, EDGE_RULE, rule_mw);
        break;
    case WHY_WFR:
        if (a->kind == WHY_SEEN) {
            tell(x, t, from, a->op, EDGE_READS, NULL);
            tell(x, t, a->op, to, EDGE_PROGRAM, NULL);
        }
        tell(x, t, from, to, EDGE_RULE, a->kind == WHY_SEEN ? rule_wfr : rule_wfr_own);
        break;
    case WHY_ORDER:
        show(x, t, b->op);
        tell(x, t, from, to, EDGE_RULE, "it is before the other in what was read of the list");
        break;
    case WHY_UNSEEN:
        show(x, t, b->op);
        tell(x, t, from, to, EDGE_RULE, "it was read, and nothing that was read of the list has "
             "the other");
        break;
    case WHY_CHAIN:
    case WHY_OWN:
    case WHY_SEEN:
        break;
    }
}

static bool is_order(const struct why *w)
{
    return w->kind == WHY_ORDER || w->kind == WHY_UNSEEN;
}

/* Edges between additions out of a cycle that also goes through chains; a stretch of a list's
 * order is one edge. */
static void tell_cycle(struct judge *x, struct told *t)
{
    size_t n = 0, begin = 0;
    struct digraph_edge *c = digraph_cycle(&x->graph, &n);
    while (begin < n && (c[begin].from >= x->g->n ||
                         (is_order(&x->why[c[begin].tag]) &&
                          is_order(&x->why[c[(begin + n - 1) % n].tag]))))
        begin++;
    for (size_t i = 0; c && i < n; i++) {
        const struct digraph_edge *a = &c[(begin + i) % n], *b = a;
        while (b->to >= x->g->n)
            b = &c[(begin + ++i) % n];
        while (is_order(&x->why[a->tag]) && i + 1 < n &&
               is_order(&x->why[c[(begin + i + 1) % n].tag]))
            b = &c[(begin + ++i) % n];
        tell_path(x, t, a->from, b->to, &x->why[a->tag], &x->why[b->tag]);
    }
    mem_free(c);
}

/* ": process 3 read [1 2 3] and later [1 2]" */
static void say_contradiction(struct judge *x, struct speaker *s)
{
    const struct grow_op *r = &x->g->ops[x->second];
    buf_puts(&s->b, ": ");
    growing_say(s, &x->g->ops[x->first]);
    buf_puts(&s->b, x->g->ops[x->first].read ? " and later " : " and later read ");
    say_val(s, r->value);
    if (x->missing == NONE) {
        buf_puts(&s->b, ", which does not begin with it");
    } else if (x->g->ops[x->first].read) {
        buf_puts(&s->b, ", without ");
        say_val(s, x->reads.elements[x->missing].value);
    }
}

static void say(struct judge *x)
{
    struct speaker s = level_speaker(x->in->h, x->k);
    struct told t = {0};
    if (x->broken)
        tell(x, &t, x->first, x->second, EDGE_PROGRAM, NULL);
    else
        tell_cycle(x, &t);
    level_edges(&s, t.edges, t.n, t.ops, t.nops);
    guarantees_say(&s, x->asked);
    if (x->broken)
        say_contradiction(x, &s);
    else
        buf_puts(&s.b, ": no order of the additions agrees with what the processes saw");
    level_invalid(&s, guarantees_word(x->asked));
    buf_free(&s.b);
    mem_free(t.edges);
    mem_free(t.ops);
}

static void say_air(struct judge *x)
{
    const struct grow_op *r = &x->g->ops[x->reads.air];
    struct speaker s = level_speaker(x->in->h, x->k);
    struct told t = {0};
    uint32_t failed = growing_failed(x->g, r->op, x->reads.air_value);
    show(x, &t, x->reads.air);
    level_show(x->k, t.ops, t.nops, r->op);
    x->k->failed_op = failed;
    level_say_op(&s, r->op);
    buf_puts(&s.b, " has ");
    say_val(&s, x->reads.air_value);
    buf_puts(&s.b, failed == NO_EVENT ? ", which nothing added"
                                      : ", and the only operation that adds it failed");
    say_end_step(&s);
    buf_puts(&s.b, failed == NO_EVENT ? "ThinAirRead: an element was read that nothing had added"
                                      : "ThinAirRead: an element was read whose only addition had "
                                        "failed");
    level_invalid(&s, failed == NO_EVENT ? "thin-air-read" : "aborted-read");
    buf_free(&s.b);
    mem_free(t.ops);
}

/* What is left open where nothing is broken. */
static void leave_open(struct judge *x, unsigned asked)
{
    bool order = asked & (MW | WFR);
    if (x->reads.lists && order && x->reads.disorder != NONE) {
        struct speaker s = level_speaker(x->in->h, x->k);
        buf_puts(&s.b, "what was read is no beginning of one list, so its versions have no "
                       "order: ");
        growing_say(&s, &x->g->ops[x->reads.disorder]);
        x->k->verdict = VERDICT_UNKNOWN;
        x->k->reason = say_keep(&s);
        buf_free(&s.b);
        return;
    }
    bool matters = asked & (x->reads.lists ? RYW | MW | WFR : WFR);
    if (x->many > 0 && matters)
        level_unknown(x->k, "some elements were added more than once; the others contradict "
                      "nothing (workloads should add each element once)");
}

void growing_elements(const struct level_input *in, struct key_result *k, const struct growing *g,
                      unsigned asked)
{
    struct judge x = {.in = in, .k = k, .g = g};
    bool lists = strcmp(in->model->name, "grow-set") != 0;
    grow_reads_make(&x.reads, g, lists, in->initial);
    x.keyed = mem_alloc(((size_t)g->nkeys + 1) * sizeof *x.keyed);
    x.before = mem_alloc(((size_t)g->n + 1) * sizeof *x.before);
    x.told = mem_alloc(((size_t)x.reads.nelements + 1) * sizeof *x.told);
    if (x.reads.air != NONE) {
        say_air(&x);
    } else if (refuted(&x, asked)) {
        smallest(&x, asked);
        say(&x);
    } else {
        leave_open(&x, asked);
    }
    grow_reads_free(&x.reads);
    digraph_free(&x.graph);
    mem_free(x.why);
    mem_free(x.keyed);
    mem_free(x.before);
    mem_free(x.told);
}
