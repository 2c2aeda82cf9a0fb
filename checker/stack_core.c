/* A small core of a stuck peel. Every element that is left has an operation whose moments are all
 * covered by others that are left; of these operations the one with the fewest in the cover is
 * chosen (the usual greedy one: of those that have begun, the longest). As long as its cover stays,
 * the element stays, so that any set of elements that holds the covers of its members is stuck.
 * The least such sets are the sinks of the graph from elements to their covers, among its strongly
 * connected components (Tarjan, SIAM J. Comput. 1972); the one that is evident first is taken, then
 * made smaller by trying without some of its elements. */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/stack_peel.h"

struct longest {
    uint32_t k, second; /* of the elements that have begun, those that are inside longest */
};

struct cores {
    const struct peel *q;
    const struct pile *p;
    struct longest *longest; /* per cell */
    uint32_t *op;            /* per element: its operation without a moment */
    uint32_t *edge_at;       /* per element and one more: its cover, as a list in `edges` */
    uint32_t *edges;
    size_t nedges, edges_cap;
    /* Tarjan's */
    uint32_t *seen, *low; /* number of the visit, from 1; the least one that is reached */
    uint32_t *edge;       /* per element: how far its edges have been followed */
    uint32_t *stack, nstack, *path, npath, visits;
    uint32_t *component;  /* per element; NO_ELEMENT: not finished */
    uint32_t *best, nbest, evident; /* members of the sink that is evident first */
};

static bool stuck(const struct cores *s, uint32_t k)
{
    return s->q->left[k] > 0;
}

static bool outlasts(const struct pile *p, uint32_t a, uint32_t b)
{
    return b == NO_ELEMENT || p->e[a].out > p->e[b].out;
}

static void find_longest(struct cores *s)
{
    const struct pile *p = s->p;
    struct longest now = {NO_ELEMENT, NO_ELEMENT};
    s->longest = mem_alloc(s->q->cells * sizeof *s->longest);
    for (uint32_t i = 0; i < s->q->cells; i++)
        s->longest[i] = now;
    for (uint32_t k = 0; k < p->n; k++)
        if (stuck(s, k))
            s->longest[s->q->cell[p->e[k].in]].k = k;
    for (uint32_t i = 0; i < s->q->cells; i++) {
        uint32_t k = s->longest[i].k;
        if (k != NO_ELEMENT && outlasts(p, k, now.k)) {
            now.second = now.k;
            now.k = k;
        } else if (k != NO_ELEMENT && outlasts(p, k, now.second)) {
            now.second = k;
        }
        s->longest[i] = now;
    }
}

/* How many others cover the operation, or `limit` when it is at least so many. add: list them. */
static uint32_t cover_of(struct cores *s, uint32_t op, uint32_t limit, bool add)
{
    const struct pile *p = s->p;
    uint32_t at, last, n = 0;
    pile_span(p, op, &at, &last);
    for (; at <= last && n < limit; n++) {
        const struct longest *l = &s->longest[s->q->cell[at]];
        uint32_t k = l->k == p->element[op] ? l->second : l->k;
        at = p->e[k].out;
        if (!add)
            continue;
        s->edges = mem_grow(s->edges, &s->edges_cap, s->nedges + 1, sizeof *s->edges);
        s->edges[s->nedges++] = k;
    }
    return n;
}

static void choose(struct cores *s, uint32_t k, uint32_t op, uint32_t *fewest)
{
    if (op == NO_OP || s->q->met[op / 64] >> (op % 64) & 1)
        return;
    uint32_t n = cover_of(s, op, *fewest, false);
    if (n < *fewest) {
        *fewest = n;
        s->op[k] = op;
    }
}

static void find_edges(struct cores *s)
{
    const struct pile *p = s->p;
    for (uint32_t k = 0; k < p->n; k++) {
        s->edge_at[k] = (uint32_t)s->nedges;
        if (!stuck(s, k))
            continue;
        uint32_t fewest = UINT32_MAX;
        choose(s, k, p->e[k].add, &fewest);
        choose(s, k, p->e[k].take, &fewest);
        for (uint32_t i = p->peek_at[k]; i < p->peek_at[k + 1]; i++)
            choose(s, k, p->peeks[i], &fewest);
        (void)cover_of(s, s->op[k], UINT32_MAX, true);
    }
    s->edge_at[p->n] = (uint32_t)s->nedges;
}

/* The operation at whose end it is plain that `op` has no moment. */
static uint32_t evident_at(const struct pile *p, uint32_t op)
{
    const struct pile_element *e = &p->e[p->element[op]];
    if (op == e->add)
        return e->in_op;
    return e->take != NO_OP && e->gone < p->res[op] ? e->take : op;
}

/* Of the operations of s->stack[from..) that element k stands in the way of, the last moment. */
static uint32_t deadline(const struct cores *s, uint32_t from, uint32_t k)
{
    uint32_t latest = 0;
    for (uint32_t i = from; i < s->nstack; i++) {
        uint32_t other = s->stack[i], first, last;
        pile_span(s->p, s->op[other], &first, &last);
        for (uint32_t x = s->edge_at[other]; x < s->edge_at[other + 1]; x++)
            latest = s->edges[x] == k && last > latest ? last : latest;
    }
    return latest;
}

/* Grant the likeliest one of s->stack[from..), of these the one that came last, if any may be. */
static bool granted(const struct cores *s, uint32_t from, uint32_t evident)
{
    uint32_t best = NO_ELEMENT, by = 0;
    unsigned likely = 0;
    for (uint32_t i = from; s->p->crashes && i < s->nstack; i++) {
        uint32_t k = s->stack[i];
        if (!pile_grantable(s->p, k, evident, 0))
            continue;
        uint32_t last = deadline(s, from, k);
        unsigned x = pile_grantable(s->p, k, evident, last);
        if (x > likely || (x == likely && s->p->e[k].in > s->p->e[best].in)) {
            best = k;
            by = last;
            likely = x;
        }
    }
    if (best != NO_ELEMENT)
        pile_grant(s->p, best, by);
    return best != NO_ELEMENT;
}

/* s->stack[from..) is a component: keep it when it is a sink and evident earlier than the best. */
static void finish_component(struct cores *s, uint32_t from, uint32_t number)
{
    uint32_t evident = 0;
    bool sink = true;
    for (uint32_t i = from; i < s->nstack; i++)
        s->component[s->stack[i]] = number;
    for (uint32_t i = from; i < s->nstack; i++) {
        uint32_t k = s->stack[i], end = s->p->res[evident_at(s->p, s->op[k])];
        evident = end > evident ? end : evident;
        for (uint32_t x = s->edge_at[k]; x < s->edge_at[k + 1]; x++)
            sink &= s->component[s->edges[x]] == number;
    }
    if (sink && !granted(s, from, evident) && (s->nbest == 0 || evident < s->evident)) {
        s->evident = evident;
        s->nbest = s->nstack - from;
        memcpy(s->best, s->stack + from, s->nbest * sizeof *s->best);
    }
    s->nstack = from;
}

static void visit(struct cores *s, uint32_t k)
{
    s->seen[k] = s->low[k] = ++s->visits;
    s->edge[k] = s->edge_at[k];
    s->stack[s->nstack++] = k;
    s->path[s->npath++] = k;
}

/* One step of the search at the end of the path. */
static void follow(struct cores *s)
{
    uint32_t k = s->path[s->npath - 1];
    if (s->edge[k] < s->edge_at[k + 1]) {
        uint32_t to = s->edges[s->edge[k]++];
        if (!s->seen[to])
            visit(s, to);
        else if (s->component[to] == NO_ELEMENT && s->seen[to] < s->low[k])
            s->low[k] = s->seen[to];
        return;
    }
    s->npath--;
    if (s->npath > 0 && s->low[k] < s->low[s->path[s->npath - 1]])
        s->low[s->path[s->npath - 1]] = s->low[k];
    if (s->low[k] != s->seen[k])
        return;
    uint32_t from = s->nstack;
    while (s->stack[--from] != k)
        ;
    finish_component(s, from, k);
}

static void find_sink(struct cores *s)
{
    for (uint32_t k = 0; k < s->p->n; k++) {
        if (!stuck(s, k) || s->seen[k])
            continue;
        visit(s, k);
        while (s->npath > 0)
            follow(s);
    }
}

/* The best sink as a clash, its operations in the order of their invocations. */
static void tell(const struct cores *s, struct pile_clash *c)
{
    uint64_t *k = mem_alloc(s->nbest * sizeof *k);
    for (uint32_t i = 0; i < s->nbest; i++)
        k[i] = sort_word(s->op[s->best[i]], s->best[i]);
    sort_by_high32(k, s->nbest);
    *c = (struct pile_clash){.rule = RULE_STACK_ORDER, .bad = NO_OP};
    for (uint32_t i = 0; i < s->nbest; i++) {
        uint32_t op = sort_key(k[i]), bad = evident_at(s->p, op), element = sort_id(k[i]);
        if (c->bad == NO_OP || s->p->res[bad] > c->evident) {
            c->bad = bad;
            c->evident = s->p->res[bad];
        }
        pile_block_op(c, op);
        for (uint32_t x = s->edge_at[element]; x < s->edge_at[element + 1]; x++)
            pile_cover(c, s->edges[x]);
    }
    mem_free(k);
}

bool stack_core(const struct peel *q, struct pile_clash *c)
{
    size_t n = (size_t)q->p->n + 1;
    struct cores s = {.q = q, .p = q->p};
    uint32_t **arrays[] = {&s.op, &s.edge_at, &s.seen, &s.low, &s.edge,
                           &s.stack, &s.path, &s.component, &s.best};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        *arrays[i] = mem_zalloc(n, sizeof **arrays[i]);
    memset(s.component, 0xff, n * sizeof *s.component);
    find_longest(&s);
    find_edges(&s);
    find_sink(&s);
    bool found = s.nbest > 0;
    if (found)
        tell(&s, c);
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        mem_free(*arrays[i]);
    mem_free(s.longest);
    mem_free(s.edges);
    return found;
}
