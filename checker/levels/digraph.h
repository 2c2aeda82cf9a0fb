/* Directed graphs that are asked one question: is there a cycle, and which is a short one?
 * Owner rule: {.n = nodes} is an empty graph; digraph_free frees it. */
#ifndef BELIE_CHECKER_LEVELS_DIGRAPH_H
#define BELIE_CHECKER_LEVELS_DIGRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct digraph_edge {
    uint32_t from, to;
    uint32_t tag; /* the caller's */
};

struct digraph {
    uint32_t n;
    struct digraph_edge *edges;
    size_t m, cap;
};

void digraph_add(struct digraph *g, uint32_t from, uint32_t to, uint32_t tag);

/* Is there a cycle? O(n + m); no memory is left behind. */
bool digraph_cyclic(const struct digraph *g);

/* Leave only what lies on cycles; nodes get new numbers, in their old order. Returns what each was
 * before, which the caller frees with mem_free. O(n + m). */
uint32_t *digraph_core(struct digraph *g);

/* A short cycle: edges in order, each beginning where the one before it ends; *k of them, freed by
 * the caller with mem_free. NULL when there is none. Shortest among the cycles through some nodes;
 * of all, while the part of the graph that has cycles is small. O(n + m) for each node tried. */
struct digraph_edge *digraph_cycle(const struct digraph *g, size_t *k);

void digraph_free(struct digraph *g);

#endif
