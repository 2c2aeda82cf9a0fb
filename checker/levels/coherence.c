/* Coherence (cache consistency, sequential consistency of each key by itself): for each key there
 * is one order of its operations that contains every process's own order and in which each read
 * returns the last write.
 *
 * When each read has one possible write, a write and its reads are a block that nothing of the
 * same key can enter. Of two consecutive operations of a process on a key the first one's block
 * comes first, the initial value's block comes before all others, a successful cas stands right
 * behind the block of what it replaced, so that both are one chain. The key is coherent iff the
 * blocks have an order: no cycle, no step back inside a chain. O(operations). */
#include "base/mem.h"
#include "checker/levels/digraph.h"
#include "checker/levels/level.h"
#include "checker/levels/patterns.h"
#include "checker/levels/saturate.h"
#include "checker/levels/shown.h"

struct chains {
    const struct view *v;
    uint32_t *root; /* of a node: the first block of its chain */
    uint32_t *place; /* in its chain */
};

/* Nodes are writes, by their number, then one for each key's initial value. */
static uint32_t node_of_read(const struct view *v, uint32_t i)
{
    return v->from[i] == FROM_INITIAL ? v->n + v->key[i] : v->from[i];
}

static bool is_cas(const struct view *v, uint32_t i)
{
    const int both = VIEW_READS | VIEW_WRITES;
    return (v->flags[i] & both) == both &&
           (from_write(v->from[i]) || v->from[i] == FROM_INITIAL);
}

/* Two successful cas that replaced one value. */
static void say_twice(const struct level_input *in, struct key_result *k, uint32_t a, uint32_t b)
{
    const struct view *v = in->view;
    struct speaker s = level_speaker(in->h, k);
    const uint32_t cas[] = {a, b};
    struct shown shown;
    shown_init(&shown, v);
    for (int i = 0; i < 2; i++) {
        shown_add(&shown, cas[i]);
        level_say_op(&s, v->op[cas[i]]);
        buf_puts(&s.b, " replaced it");
        say_end_step(&s);
    }
    level_show(k, shown_history_ops(&shown), shown.n, NO_EVENT);
    shown_free(&shown);
    buf_puts(&s.b, "two successful cas replaced the same value, which was written only once");
    level_invalid(&s, "two-cas");
    buf_free(&s.b);
}

/* Follow each cas to what it replaced. False: invalid, and said. A cycle of cas is left to the
 * graph, in which each is then a chain of its own. */
static bool find_chains(struct chains *c, const struct level_input *in, struct key_result *k)
{
    const struct view *v = c->v;
    uint32_t nodes = v->n + v->nkeys;
    uint32_t *next = mem_alloc(((size_t)nodes + 1) * sizeof *next);
    bool good = true;
    for (uint32_t i = 0; i < nodes; i++) {
        next[i] = UINT32_MAX;
        c->root[i] = i;
        c->place[i] = 0;
    }
    for (uint32_t i = 0; i < v->n && good; i++) {
        if (!is_cas(v, i))
            continue;
        uint32_t w = node_of_read(v, i);
        good = next[w] == UINT32_MAX;
        if (!good)
            say_twice(in, k, next[w], i);
        next[w] = i;
    }
    for (uint32_t i = 0; i < nodes && good; i++) {
        if (i < v->n && is_cas(v, i))
            continue;
        uint32_t place = 0;
        for (uint32_t j = next[i]; j != UINT32_MAX; j = next[j]) {
            c->root[j] = i;
            c->place[j] = ++place;
        }
    }
    mem_free(next);
    return good;
}

/* `a` before `b`, both operations of one process on one key or the nodes themselves. */
static void order(struct digraph *g, const struct chains *c, uint32_t a, uint32_t b, uint32_t tag)
{
    if (c->root[a] != c->root[b])
        digraph_add(g, c->root[a], c->root[b], tag);
    else if (c->place[a] > c->place[b])
        digraph_add(g, c->root[a], c->root[a], tag);
}

static const uint32_t TAG_INITIAL = UINT32_C(1) << 31;

/* Consecutive operations of a process on a key; tag: the later one. */
static void add_edges(struct digraph *g, const struct chains *c, uint32_t *before)
{
    const struct view *v = c->v;
    uint32_t *last = mem_alloc(((size_t)v->nkeys + 1) * sizeof *last);
    uint32_t *session = mem_alloc(((size_t)v->nkeys + 1) * sizeof *session);
    for (uint32_t k = 0; k < v->nkeys; k++)
        session[k] = UINT32_MAX;
    for (uint32_t i = 0; i < v->n; i++) {
        uint32_t k = v->key[i], initial = v->n + k;
        bool reads = (v->flags[i] & VIEW_READS) && v->from[i] != FROM_MANY;
        uint32_t first = reads ? node_of_read(v, i) : i;
        uint32_t end = v->flags[i] & VIEW_WRITES ? i : first;
        before[i] = UINT32_MAX;
        if (!reads && !(v->flags[i] & VIEW_WRITES))
            continue;
        if (session[k] == v->session[i]) {
            before[i] = last[k];
            uint32_t p = last[k];
            uint32_t from = v->flags[p] & VIEW_WRITES ? p : node_of_read(v, p);
            order(g, c, from, first, i);
        }
        if (end != first)
            order(g, c, first, end, i);
        if (end != initial)
            order(g, c, initial, end, TAG_INITIAL | i);
        session[k] = v->session[i];
        last[k] = i;
    }
    mem_free(last);
    mem_free(session);
}

/* The operations that tie an edge's ends to blocks, as edges of the evidence. */
static size_t tell(const struct view *v, const struct digraph_edge *e, const uint32_t *before,
                   struct edge *out)
{
    uint32_t i = e->tag & ~TAG_INITIAL;
    size_t n = 0;
    uint32_t from = v->from[i];
    if (from_write(from))
        out[n++] = (struct edge){v->op[from], v->op[i], NO_EVENT, EDGE_READS, NULL};
    uint32_t p = e->tag & TAG_INITIAL ? UINT32_MAX : before[i];
    if (p == UINT32_MAX)
        return n;
    if (from_write(v->from[p]))
        out[n++] = (struct edge){v->op[v->from[p]], v->op[p], NO_EVENT, EDGE_READS, NULL};
    out[n++] = (struct edge){v->op[p], v->op[i], NO_EVENT, EDGE_PROGRAM, NULL};
    return n;
}

/* The cas between the first block of a chain and the one that an edge is about. */
static size_t tell_chain(const struct view *v, uint32_t i, struct edge *out, size_t room)
{
    size_t n = 0;
    while (n < room && from_write(v->from[i])) {
        uint32_t w = v->from[i];
        out[n++] = (struct edge){v->op[w], v->op[i], NO_EVENT, EDGE_READS, NULL};
        if (!(v->flags[w] & VIEW_READS) || w == i)
            break;
        i = w;
    }
    return n;
}

static size_t without_repeats(struct edge *e, size_t n)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        size_t j = 0;
        while (j < m && !(e[j].from == e[i].from && e[j].to == e[i].to && e[j].kind == e[i].kind))
            j++;
        if (j == m)
            e[m++] = e[i];
    }
    return m;
}

enum { CHAIN_SHOWN = 64 };

static void say_cycle(const struct level_input *in, struct key_result *k,
                      const struct digraph_edge *cycle, size_t n, const uint32_t *before)
{
    const struct view *v = in->view;
    struct speaker s = level_speaker(in->h, k);
    struct edge *edges = mem_alloc((n + 1) * (3 + 2 * CHAIN_SHOWN) * sizeof *edges);
    struct shown shown;
    size_t m = 0;
    shown_init(&shown, v);
    for (size_t i = 0; i < n; i++) {
        uint32_t last = cycle[i].tag & ~TAG_INITIAL;
        m += tell(v, &cycle[i], before, edges + m);
        m += tell_chain(v, last, edges + m, CHAIN_SHOWN);
        if (before[last] != UINT32_MAX)
            m += tell_chain(v, before[last], edges + m, CHAIN_SHOWN);
        shown_add(&shown, last);
        if (before[last] != UINT32_MAX)
            shown_add(&shown, before[last]);
    }
    m = without_repeats(edges, m);
    level_edges(&s, edges, m, shown_history_ops(&shown), shown.n);
    val key = v->keys[v->key[cycle[0].tag & ~TAG_INITIAL]];
    if (key != VAL_ABSENT) {
        buf_puts(&s.b, "key ");
        say_val(&s, key);
        buf_puts(&s.b, ": ");
    }
    buf_puts(&s.b, "no order of the writes agrees with what every process saw");
    level_invalid(&s, "incoherent");
    buf_free(&s.b);
    mem_free(edges);
    shown_free(&shown);
}

static bool decide(const struct level_input *in, struct key_result *k, struct err *e)
{
    const struct view *v = in->view;
    (void)e;
    if (!pattern_begin(in, k, (size_t)v->n * 48))
        return true;
    uint32_t nodes = v->n + v->nkeys;
    struct chains c = {v, mem_alloc(((size_t)nodes + 1) * sizeof *c.root),
                       mem_alloc(((size_t)nodes + 1) * sizeof *c.place)};
    struct digraph g = {.n = nodes};
    uint32_t *before = mem_alloc(((size_t)v->n + 1) * sizeof *before);
    if (!causal_future(in, k) && find_chains(&c, in, k)) {
        add_edges(&g, &c, before);
        size_t n = 0;
        struct digraph_edge *cycle = digraph_cycle(&g, &n);
        if (cycle)
            say_cycle(in, k, cycle, n, before);
        mem_free(cycle);
    }
    mem_free(before);
    mem_free(c.root);
    mem_free(c.place);
    digraph_free(&g);
    pattern_end(in, k, (size_t)v->n * 48);
    return true;
}

static const char *const implies[] = {"read-your-writes", "monotonic-reads", NULL};

const struct property level_coherence = {
    .name = "coherence",
    .summary = "for each key, one order of its operations agrees with what every process saw",
    .complexity = "linear when written values are unique",
    .implies = implies,
    .judges = register_models,
    .decide = decide,
    .cost = 1,
};
