#include "checker/keys.h"

#include "base/hash.h"
#include "base/mem.h"

/* group[i] = group of op i; fills g->key and g->n. */
static void assign(struct key_groups *g, const struct history *h, uint32_t *group)
{
    struct map64 seen = {0};
    size_t cap = 0;
    for (size_t i = 0; i < h->nops; i++) {
        val k = h->ops[i].key;
        uint32_t id = map64_get(&seen, k);
        if (id == MAP64_NONE) {
            id = (uint32_t)g->n;
            map64_put(&seen, k, id);
            g->key = mem_grow(g->key, &cap, g->n + 1, sizeof *g->key);
            g->key[g->n++] = k;
        }
        group[i] = id;
    }
    map64_free(&seen);
}

static void one_group(struct key_groups *g, const struct history *h)
{
    g->n = h->nops > 0;
    g->key = mem_alloc(sizeof *g->key);
    g->key[0] = VAL_ABSENT;
    g->start = mem_zalloc(2, sizeof *g->start);
    g->start[g->n] = (uint32_t)h->nops;
    g->ids = mem_alloc((h->nops + 1) * sizeof *g->ids);
    for (size_t i = 0; i < h->nops; i++)
        g->ids[i] = (uint32_t)i;
}

void key_groups_make(struct key_groups *g, const struct history *h, bool together)
{
    *g = (struct key_groups){0};
    if (together) {
        one_group(g, h);
        return;
    }
    uint32_t *group = mem_alloc((h->nops + 1) * sizeof *group);
    assign(g, h, group);
    g->start = mem_zalloc(g->n + 2, sizeof *g->start);
    g->ids = mem_alloc((h->nops + 1) * sizeof *g->ids);
    for (size_t i = 0; i < h->nops; i++)
        g->start[group[i] + 2]++;
    for (size_t k = 2; k < g->n + 2; k++)
        g->start[k] += g->start[k - 1];
    for (size_t i = 0; i < h->nops; i++)
        g->ids[g->start[group[i] + 1]++] = (uint32_t)i;
    mem_free(group);
}

void key_groups_free(struct key_groups *g)
{
    mem_free(g->key);
    mem_free(g->start);
    mem_free(g->ids);
    *g = (struct key_groups){0};
}
