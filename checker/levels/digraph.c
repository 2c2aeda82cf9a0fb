/* Cycles by Kahn's algorithm: nodes without an edge into them are taken away, again and again; what
 * is left has a cycle. The same with edges turned around leaves what lies between cycles, in which
 * breadth-first searches find the shortest way from a node back to itself. */
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

/* Edges by the node they leave (or enter): at[first[v]] .. at[first[v + 1] - 1]. */
struct adjacency {
    uint32_t *first, *at;
};

static uint32_t near_end(const struct digraph_edge *e, bool backward)
{
    return backward ? e->to : e->from;
}

static uint32_t far_end(const struct digraph_edge *e, bool backward)
{
    return backward ? e->from : e->to;
}

static void adjacency_make(struct adjacency *a, const struct digraph *g, bool backward)
{
    a->first = mem_zalloc((size_t)g->n + 2, sizeof *a->first);
    a->at = mem_alloc((g->m + 1) * sizeof *a->at);
    for (size_t i = 0; i < g->m; i++)
        a->first[near_end(&g->edges[i], backward) + 2]++;
    for (size_t v = 2; v < (size_t)g->n + 2; v++)
        a->first[v] += a->first[v - 1];
    for (size_t i = 0; i < g->m; i++)
        a->at[a->first[near_end(&g->edges[i], backward) + 1]++] = (uint32_t)i;
}

static void adjacency_free(struct adjacency *a)
{
    mem_free(a->first);
    mem_free(a->at);
}

/* Clear left[v] of all nodes that no cycle (of those that are left) leads to. How many are left. */
static size_t peel(const struct digraph *g, bool *left, bool backward)
{
    struct adjacency a;
    adjacency_make(&a, g, backward);
    uint32_t *in = mem_zalloc((size_t)g->n + 1, sizeof *in);
    uint32_t *stack = mem_alloc(((size_t)g->n + 1) * sizeof *stack);
    size_t top = 0, remain = 0;
    for (size_t i = 0; i < g->m; i++)
        if (left[g->edges[i].from] && left[g->edges[i].to])
            in[far_end(&g->edges[i], backward)]++;
    for (uint32_t v = 0; v < g->n; v++) {
        remain += left[v];
        if (left[v] && in[v] == 0)
            stack[top++] = v;
    }
    while (top > 0) {
        uint32_t v = stack[--top];
        left[v] = false;
        remain--;
        for (uint32_t i = a.first[v]; i < a.first[v + 1]; i++) {
            uint32_t w = far_end(&g->edges[a.at[i]], backward);
            if (left[w] && --in[w] == 0)
                stack[top++] = w;
        }
    }
    mem_free(in);
    mem_free(stack);
    adjacency_free(&a);
    return remain;
}

static bool *all_left(const struct digraph *g)
{
    bool *left = mem_alloc((size_t)g->n + 1);
    for (uint32_t v = 0; v < g->n; v++)
        left[v] = true;
    return left;
}

bool digraph_cyclic(const struct digraph *g)
{
    bool *left = all_left(g);
    bool cyclic = peel(g, left, false) > 0;
    mem_free(left);
    return cyclic;
}

struct search {
    const struct digraph *g;
    struct adjacency a;
    const bool *left;
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
            if (!s->left[e->to] || s->by[e->to] || e->to == v)
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

struct digraph_edge *digraph_cycle(const struct digraph *g, size_t *k)
{
    bool *left = all_left(g);
    struct digraph_edge *best = NULL;
    *k = 0;
    if (peel(g, left, false) > 0 && peel(g, left, true) > 0) {
        struct search s = {.g = g, .left = left};
        adjacency_make(&s.a, g, false);
        s.by = mem_zalloc((size_t)g->n + 1, sizeof *s.by);
        s.queue = mem_alloc(((size_t)g->n + 2) * sizeof *s.queue);
        for (uint32_t v = 0, tried = 0; v < g->n; v++) {
            if (!left[v] || (best && tried > TRIED && s.work > WORK))
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
        adjacency_free(&s.a);
    }
    mem_free(left);
    return best;
}
