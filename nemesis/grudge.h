/* Partitions as data: who hears whom. Pure functions of the number of nodes and of random numbers,
 * after jepsen.nemesis. A set of nodes is a word, bit i for node i. */
#ifndef BELIE_NEMESIS_GRUDGE_H
#define BELIE_NEMESIS_GRUDGE_H

#include "base/rng.h"

#include <stddef.h>

enum { GRUDGE_NODES_MAX = 64 };

struct grudge {
    uint32_t n;
    uint64_t deaf_to[GRUDGE_NODES_MAX]; /* node i drops what comes from these */
};

struct grudge_kind {
    const char *name, *summary;
    uint32_t least;                                  /* nodes that it makes sense for */
    void (*make)(struct grudge *g, struct rng *rng); /* g->n is set, the rest is 0 */
};

extern const struct grudge_kind *const grudge_kinds[]; /* NULL-terminated */
const struct grudge_kind *grudge_find(const char *name);
void grudge_make(struct grudge *g, const struct grudge_kind *k, uint32_t n, struct rng *rng);

/* Directed links that are cut. */
uint32_t grudge_links(const struct grudge *g);
/* Nobody in one of the sets hears anybody outside of it. The sets do not overlap. */
void grudge_components(struct grudge *g, const uint64_t *sets, size_t n);
/* `k` random nodes of `n`. */
uint64_t grudge_some(uint32_t n, uint32_t k, struct rng *rng);

static inline uint64_t grudge_all(uint32_t n)
{
    return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

#endif
