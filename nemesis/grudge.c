#include "nemesis/grudge.h"

#include <string.h>

uint32_t grudge_links(const struct grudge *g)
{
    uint32_t links = 0;
    for (uint32_t i = 0; i < g->n; i++)
        links += (uint32_t)__builtin_popcountll(g->deaf_to[i]);
    return links;
}

void grudge_components(struct grudge *g, const uint64_t *sets, size_t n)
{
    for (size_t s = 0; s < n; s++)
        for (uint32_t i = 0; i < g->n; i++)
            if (sets[s] >> i & 1)
                g->deaf_to[i] = grudge_all(g->n) & ~sets[s];
}

/* A random order of the nodes. */
static void shuffle(uint32_t *order, uint32_t n, struct rng *rng)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t j = (uint32_t)rng_below(rng, i + 1);
        order[i] = i; /* also when j is i */
        order[i] = order[j];
        order[j] = i;
    }
}

uint64_t grudge_some(uint32_t n, uint32_t k, struct rng *rng)
{
    uint32_t order[GRUDGE_NODES_MAX];
    uint64_t set = 0;
    shuffle(order, n, rng);
    for (uint32_t i = 0; i < k; i++)
        set |= UINT64_C(1) << order[i];
    return set;
}

/* `k` random nodes against the others. */
static void split(struct grudge *g, uint32_t k, struct rng *rng)
{
    uint64_t some = grudge_some(g->n, k, rng);
    const uint64_t sets[] = {some, grudge_all(g->n) & ~some};
    grudge_components(g, sets, 2);
}

static void make_one(struct grudge *g, struct rng *rng)
{
    split(g, 1, rng);
}

/* The first nodes against the last ones, the smaller half first. */
static void make_halves(struct grudge *g, struct rng *rng)
{
    uint64_t first = grudge_all(g->n / 2);
    const uint64_t sets[] = {first, grudge_all(g->n) & ~first};
    (void)rng;
    grudge_components(g, sets, 2);
}

static void make_random_halves(struct grudge *g, struct rng *rng)
{
    split(g, g->n / 2, rng);
}

static void make_minority(struct grudge *g, struct rng *rng)
{
    split(g, 1 + (uint32_t)rng_below(rng, (g->n - 1) / 2), rng);
}

static void make_complete(struct grudge *g, struct rng *rng)
{
    (void)rng;
    for (uint32_t i = 0; i < g->n; i++)
        g->deaf_to[i] = grudge_all(g->n) & ~(UINT64_C(1) << i);
}

/* Two halves, and one node that belongs to both. */
static void make_bridge(struct grudge *g, struct rng *rng)
{
    uint32_t order[GRUDGE_NODES_MAX], half = g->n / 2;
    uint64_t left = 0, right = 0;
    shuffle(order, g->n, rng);
    for (uint32_t i = 1; i < g->n; i++)
        *(i <= half ? &left : &right) |= UINT64_C(1) << order[i];
    for (uint32_t i = 1; i < g->n; i++)
        g->deaf_to[order[i]] = i <= half ? right : left;
}

/* In a random ring each node hears its nearest neighbours only, as many as make a majority with it:
 * everybody sees a majority, and no two the same. */
static void make_ring(struct grudge *g, struct rng *rng)
{
    uint32_t order[GRUDGE_NODES_MAX], n = g->n, others = n / 2;
    shuffle(order, n, rng);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t hears = UINT64_C(1) << order[i];
        for (uint32_t k = 1; k <= others; k++) {
            uint32_t step = (k + 1) / 2, at = k % 2 ? i + step : i + n - step;
            hears |= UINT64_C(1) << order[at % n];
        }
        g->deaf_to[order[i]] = grudge_all(n) & ~hears;
    }
}

/* One half does not hear the other, but is heard. */
static void make_one_way(struct grudge *g, struct rng *rng)
{
    uint64_t deaf = grudge_some(g->n, g->n / 2, rng);
    for (uint32_t i = 0; i < g->n; i++)
        g->deaf_to[i] = deaf >> i & 1 ? grudge_all(g->n) & ~deaf : 0;
}

static const struct grudge_kind kinds[] = {
    {"one", "one node against the others", 2, make_one},
    {"halves", "the first half of the nodes against the second", 2, make_halves},
    {"random-halves", "two random halves", 2, make_random_halves},
    {"minority", "a random minority against the others", 3, make_minority},
    {"majorities-ring", "each node sees a majority, no two the same", 5, make_ring},
    {"bridge", "two halves and one node that sees both", 3, make_bridge},
    {"one-way", "one half does not hear the other, but is heard", 2, make_one_way},
    {"complete", "nobody hears anybody", 2, make_complete},
};

const struct grudge_kind *const grudge_kinds[] = {
    &kinds[0], &kinds[1], &kinds[2], &kinds[3], &kinds[4], &kinds[5], &kinds[6], &kinds[7], NULL,
};

const struct grudge_kind *grudge_find(const char *name)
{
    for (size_t i = 0; grudge_kinds[i]; i++)
        if (strcmp(grudge_kinds[i]->name, name) == 0)
            return grudge_kinds[i];
    return NULL;
}

void grudge_make(struct grudge *g, const struct grudge_kind *k, uint32_t n, struct rng *rng)
{
    *g = (struct grudge){.n = n};
    k->make(g, rng);
}
