#include "checker/levels/versions.h"

#include "base/mem.h"

#include <stdlib.h>

struct versioned {
    uint32_t key, write;
    int64_t version;
};

static int by_version(const void *a, const void *b)
{
    const struct versioned *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->version < y->version ? -1 : x->version > y->version;
}

/* version[w] of each write, -1 where it is unknown; bad[key] where they contradict each other. */
static void find(const struct view *v, int64_t *version, bool *bad)
{
    for (uint32_t i = 0; i < v->n; i++)
        version[i] = v->flags[i] & VIEW_WRITES ? v->version[i] : -1;
    for (uint32_t i = 0; i < v->n; i++) {
        uint32_t w = v->from[i];
        bool reads_only = !(v->flags[i] & VIEW_WRITES);
        if (!from_write(w) || !reads_only || v->version[i] < 0)
            continue;
        if (version[w] >= 0 && version[w] != v->version[i])
            bad[v->key[i]] = true;
        version[w] = v->version[i];
    }
}

void versions_edges(const struct view *v, struct derived_list *out)
{
    if (!v->version)
        return;
    int64_t *version = mem_alloc(((size_t)v->n + 1) * sizeof *version);
    bool *bad = mem_zalloc((size_t)v->nkeys + 1, sizeof *bad);
    struct versioned *at = mem_alloc(((size_t)v->n + 1) * sizeof *at);
    size_t n = 0;
    find(v, version, bad);
    for (uint32_t i = 0; i < v->n; i++)
        if (version[i] >= 0)
            at[n++] = (struct versioned){v->key[i], i, version[i]};
    qsort(at, n, sizeof *at, by_version);
    for (size_t i = 1; i < n; i++)
        if (at[i].key == at[i - 1].key && at[i].version == at[i - 1].version)
            bad[at[i].key] = true;
    for (size_t i = 1; i < n; i++)
        if (at[i].key == at[i - 1].key && !bad[at[i].key])
            derived_add(out, (struct derived){at[i - 1].write, at[i].write, UINT32_MAX,
                                              EDGE_VERSION, 0});
    mem_free(version);
    mem_free(bad);
    mem_free(at);
}
