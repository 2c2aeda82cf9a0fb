/* Is there a cycle: Kahn's algorithm, nodes without an edge into them are taken away, again and
 * again. Which one: a cycle stays in one strongly connected component, so breadth-first searches
 * there find the shortest way from a node back to itself. */
#include "checker/levels/digraph.h"

#include "base/mem.h"

enum { TRIED = 256, WORK = 1 << 24 };

void digraph_add(struct digraph *g, uint32_t from, uint32_t to, uint32_t tag)
{
    g->edges = mem_grow(g->edges, &g->cap, g->m + 1, sizeof *g->edges);
    g->edges[g->m++] = (struct digraph_edge){from, to, tag};
}

void digraph_free(struct digraph *g)
{
    mem_free(g->edges);
    *g = (struct digraph){0};
}

/* Edges by the node they leave: at[first[v]] .. at[first[v + 1] - 1]. */
struct adjacency {
    uint32_t *first, *at;
};

static void adjacency_make(struct adjacency *a, const struct digraph *g)
{
    a->first = mem_zalloc((size_t)g->n + 2, sizeof *a->first);
    a->at = mem_alloc((g->m + 1) * sizeof *a->at);
    for (size_t i = 0; i < g->m; i++)
        a->first[g->edges[i].from + 2]++;
    for (size_t v = 2; v < (size_t)g->n + 2; v++)
        a->first[v] += a->first[v - 1];
    for (size_t i = 0; i < g->m; i++)
        a->at[a->first[g->edges[i].from + 1]++] = (uint32_t)i;
}

static void adjacency_free(struct adjacency *a)
{
    mem_free(a->first);
    mem_free(a->at);
}

bool digraph_cyclic(const struct digraph *g)
{
    struct adjacency a;
    adjacency_make(&a, g);
    uint32_t *in = mem_zalloc((size_t)g->n + 1, sizeof *in);
    uint32_t *stack = mem_alloc(((size_t)g->n + 1) * sizeof *stack);
    size_t top = 0, remain = g->n;
    for (size_t i = 0; i < g->m; i++)
        in[g->edges[i].to]++;
    for (uint32_t v = 0; v < g->n; v++)
        if (in[v] == 0)
            stack[top++] = v;
    for (; top > 0; remain--) {
        uint32_t v = stack[--top];
        for (uint32_t i = a.first[v]; i < a.first[v + 1]; i++)
            if (--in[g->edges[a.at[i]].to] == 0)
                stack[top++] = g->edges[a.at[i]].to;
    }
    mem_free(in);
    mem_free(stack);
    adjacency_free(&a);
    return remain > 0;
}

/* Tarjan (1972), with a path of its own instead of recursion. */
struct components {
    uint32_t *number; /* by when a node was reached, from 1; 0: not yet */
    uint32_t *low;    /* least number known to be reachable; UINT32_MAX: component closed */
    uint32_t *edge;   /* of nodes on the path: the next one to look at */
    uint32_t *path, *open;
    size_t npath, nopen;
    uint32_t reached, n;
};

static void reach(struct components *c, const struct adjacency *a, uint32_t v)
{
    c->number[v] = c->low[v] = ++c->reached;
    c->edge[v] = a->first[v];
    c->path[c->npath++] = c->open[c->nopen++] = v;
}

/* All edges of `v` have been looked at. */
static void leave(struct components *c, uint32_t *of, uint32_t v)
{
    c->npath--;
    if (c->npath > 0 && c->low[v] < c->low[c->path[c->npath - 1]])
        c->low[c->path[c->npath - 1]] = c->low[v];
    if (c->low[v] != c->number[v])
        return;
    uint32_t w;
    do {
        w = c->open[--c->nopen];
        of[w] = c->n;
        c->low[w] = UINT32_MAX; /* no way back to it from now on */
    } while (w != v);
    c->n++;
}

/* of[v]: the strongly connected component of each node. */
static uint32_t *components(const struct digraph *g, const struct adjacency *a)
{
    size_t n = (size_t)g->n + 1;
    uint32_t *all = mem_zalloc(5 * n, sizeof *all), *of = mem_alloc(n * sizeof *of);
    struct components c = {.number = all, .low = all + n, .edge = all + 2 * n,
                           .path = all + 3 * n, .open = all + 4 * n};
    for (uint32_t root = 0; root < g->n; root++) {
        if (!c.number[root])
            reach(&c, a, root);
        while (c.npath > 0) {
            uint32_t v = c.path[c.npath - 1];
            if (c.edge[v] == a->first[v + 1]) {
                leave(&c, of, v);
                continue;
            }
            uint32_t w = g->edges[a->at[c.edge[v]++]].to;
            if (!c.number[w])
                reach(&c, a, w);
            else if (c.low[w] != UINT32_MAX && c.number[w] < c.low[v])
                c.low[v] = c.number[w];
        }
    }
    mem_free(all);
    return of;
}

struct search {
    const struct digraph *g;
    struct adjacency a;
    const uint32_t *of; /* components: a cycle stays in one */
    uint32_t *by;   /* edge by which a node was reached + 1; 0: not reached */
    uint32_t *queue;
    size_t work;
};

/* The shortest way from `v` back to it, of fewer than `limit` edges (0: any), as its last edge + 1;
 * 0 when there is none. The way is in s->by. */
static uint32_t back_to(struct search *s, uint32_t v, size_t limit)
{
    size_t head = 0, tail = 0, level_end = 1, length = 1;
    uint32_t found = 0;
    s->queue[tail++] = v;
    while (head < tail && !found && (limit == 0 || length < limit)) {
        uint32_t x = s->queue[head++];
        for (uint32_t i = s->a.first[x]; i < s->a.first[x + 1]; i++) {
            const struct digraph_edge *e = &s->g->edges[s->a.at[i]];
            s->work++;
            if (e->to == v && !found)
                found = s->a.at[i] + 1;
            if (s->of[e->to] != s->of[v] || s->by[e->to] || e->to == v)
                continue;
            s->by[e->to] = s->a.at[i] + 1;
            s->queue[tail++] = e->to;
        }
        if (head == level_end) {
            level_end = tail;
            length++;
        }
    }
    s->queue[tail] = UINT32_MAX; /* what clear() undoes */
    return found;
}

static struct digraph_edge *way(const struct search *s, uint32_t last, size_t *k)
{
    size_t n = 0;
    for (uint32_t e = last; e; e = s->by[s->g->edges[e - 1].from])
        n++;
    struct digraph_edge *cycle = mem_alloc((n + 1) * sizeof *cycle);
    *k = n;
    for (uint32_t e = last; e; e = s->by[s->g->edges[e - 1].from])
        cycle[--n] = s->g->edges[e - 1];
    return cycle;
}

static void clear(struct search *s)
{
    for (size_t i = 0; s->queue[i] != UINT32_MAX; i++)
        s->by[s->queue[i]] = 0;
}

/* on[v]: some cycle goes through it. */
static bool *on_cycles(const struct digraph *g, const uint32_t *of)
{
    bool *on = mem_zalloc((size_t)g->n + 1, sizeof *on);
    for (size_t i = 0; i < g->m; i++)
        if (of[g->edges[i].from] == of[g->edges[i].to])
            on[g->edges[i].from] = true;
    return on;
}

uint32_t *digraph_core(struct digraph *g)
{
    struct adjacency a;
    adjacency_make(&a, g);
    uint32_t *of = components(g, &a), n = 0;
    bool *on = on_cycles(g, of);
    adjacency_free(&a);
    uint32_t *names = mem_alloc(((size_t)g->n + 1) * sizeof *names);
    size_t m = 0;
    for (size_t i = 0; i < g->m; i++)
        if (of[g->edges[i].from] == of[g->edges[i].to])
            g->edges[m++] = g->edges[i];
    for (uint32_t v = 0; v < g->n; v++) {
        if (!on[v])
            continue;
        of[v] = n; /* its new number from here on */
        names[n++] = v;
    }
    for (size_t i = 0; i < m; i++) {
        g->edges[i].from = of[g->edges[i].from];
        g->edges[i].to = of[g->edges[i].to];
    }
    g->n = n;
    g->m = m;
    mem_free(of);
    mem_free(on);
    return names;
}

struct digraph_edge *digraph_cycle(const struct digraph *g, size_t *k)
{
    struct search s = {.g = g};
    adjacency_make(&s.a, g);
    uint32_t *of = components(g, &s.a), tried = 0;
    bool *on = on_cycles(g, of);
    struct digraph_edge *best = NULL;
    s.of = of;
    s.by = mem_zalloc((size_t)g->n + 1, sizeof *s.by);
    s.queue = mem_alloc(((size_t)g->n + 2) * sizeof *s.queue);
    *k = 0;
    for (uint32_t v = 0; v < g->n; v++) {
        if (!on[v] || (tried > TRIED && s.work > WORK))
            continue;
        tried++;
        uint32_t last = back_to(&s, v, best ? *k : 0);
        if (last) {
            mem_free(best);
            best = way(&s, last, k);
        }
        clear(&s);
    }
    mem_free(s.by);
    mem_free(s.queue);
    mem_free(of);
    mem_free(on);
    adjacency_free(&s.a);
    return best;
}
