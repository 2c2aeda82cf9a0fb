/* Traces of the frontier search: paths share their beginnings, so a mark and compact pass keeps
 * little more than one node per operation applied. Nodes only point to older nodes, so one
 * backward scan marks and one forward scan moves. */
#include "checker/jit_search.h"

#include "base/mem.h"

static void mark_roots(const struct jit *j, const struct jit_set *s, bool *live)
{
    for (size_t i = 0; i < s->n; i++) {
        uint32_t t = (uint32_t)jit_at(s, i)[j->shape.words];
        if (t != JIT_NO_TRACE)
            live[t] = true;
    }
}

static void move_roots(const struct jit *j, struct jit_set *s, const uint32_t *to)
{
    for (size_t i = 0; i < s->n; i++) {
        uint64_t *c = jit_at(s, i);
        if ((uint32_t)c[j->shape.words] != JIT_NO_TRACE)
            c[j->shape.words] = to[(uint32_t)c[j->shape.words]];
    }
}

void jit_trace_collect(struct jit *j)
{
    bool *live = mem_zalloc(j->ntrace + 1u, sizeof *live);
    uint32_t *to = mem_alloc((j->ntrace + 1u) * sizeof *to);
    mark_roots(j, &j->front, live);
    mark_roots(j, &j->kept, live);
    for (unsigned i = 0; i < j->nsnaps; i++)
        mark_roots(j, &j->snaps[i].set, live);
    for (uint32_t t = j->ntrace; t-- > 0;) {
        if (live[t] && j->trace[t].parent != JIT_NO_TRACE)
            live[j->trace[t].parent] = true;
    }
    uint32_t k = 0;
    for (uint32_t t = 0; t < j->ntrace; t++) {
        if (!live[t])
            continue;
        struct jit_trace node = j->trace[t];
        if (node.parent != JIT_NO_TRACE)
            node.parent = to[node.parent];
        to[t] = k;
        j->trace[k++] = node;
    }
    j->ntrace = k;
    move_roots(j, &j->front, to);
    move_roots(j, &j->kept, to);
    for (unsigned i = 0; i < j->nsnaps; i++)
        move_roots(j, &j->snaps[i].set, to);
    mem_free(live);
    mem_free(to);
}
