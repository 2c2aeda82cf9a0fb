/* A linearization from zones: blocks by min(first end, last begin), inside a block its stages,
 * inside a stage by invocation. Why the key is right: it is s for backward zones (s < f) and f for
 * forward zones, and whenever f_A < s_B forces A before B, the key of B is not smaller, since
 * otherwise f_B < s_A as well, or s_B < f_A. If a in A comes before b in B but b ended before a
 * began, then f_B < s_A, so B had to come first: a contradiction. */
#include "checker/zones.h"

#include "base/mem.h"

struct reads {
    uint32_t *at; /* per value: first place in list, and one more entry */
    uint32_t *list;
};

static void group_reads(const struct zones *z, struct reads *r)
{
    const struct object *o = z->o;
    r->at = mem_zalloc((size_t)z->values->n + 2, sizeof *r->at);
    r->list = mem_alloc(o->n * sizeof *r->list);
    for (uint32_t i = 0; i < o->n; i++) {
        struct effect e = zone_effect(z, i);
        if (e.to == NO_VALUE && e.from != NO_VALUE && o->ops[i].res != RES_INF)
            r->at[e.from + 2]++;
    }
    for (uint32_t v = 0; v < z->values->n; v++)
        r->at[v + 2] += r->at[v + 1];
    for (uint32_t i = 0; i < o->n; i++) {
        struct effect e = zone_effect(z, i);
        if (e.to == NO_VALUE && e.from != NO_VALUE && o->ops[i].res != RES_INF)
            r->list[r->at[e.from + 1]++] = i;
    }
}

static void emit_chain(const struct zones *z, const struct reads *r, uint32_t head,
                       struct engine_result *out)
{
    for (uint32_t v = head; v != NO_VALUE; v = z->v[v].next) {
        if (z->v[v].writer != NO_OP)
            out->witness[out->nwitness++] = z->v[v].writer;
        for (uint32_t k = r->at[v]; k < r->at[v + 1]; k++)
            out->witness[out->nwitness++] = r->list[k];
    }
}

void zones_witness(struct zones *z, struct engine_result *out)
{
    struct reads r;
    group_reads(z, &r);
    for (size_t i = 0; i < z->norder; i++) {
        uint32_t head = sort_id(z->order[i]), begin = z->v[head].last_begin;
        if (begin < sort_key(z->order[i]))
            z->order[i] = sort_word(begin, head);
    }
    sort_by_high32(z->order, z->norder);
    out->witness = arena_alloc(&out->arena, z->o->n * sizeof *out->witness);
    emit_chain(z, &r, 0, out);
    for (size_t i = 0; i < z->norder; i++)
        emit_chain(z, &r, sort_id(z->order[i]), out);
    mem_free(r.at);
    mem_free(r.list);
}
