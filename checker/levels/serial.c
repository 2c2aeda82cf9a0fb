#include "checker/levels/serial.h"

#include "base/mem.h"
#include "checker/levels/frontier.h"

static const uint32_t NONE = UINT32_MAX;

void serial_ranks(const struct view *v, uint32_t *rank)
{
    uint32_t *last = mem_zalloc((size_t)v->n + 1, sizeof *last);
    for (uint32_t i = 0; i < v->n; i++)
        rank[i] = NONE;
    for (uint32_t i = 0; i < v->n; i++) {
        const struct op *op = &v->h->ops[v->op[i]];
        uint32_t done = op->type == OP_OK ? op->ret : NONE;
        const uint32_t about[] = {v->flags[i] & VIEW_WRITES ? i : NONE, v->from[i]};
        for (int j = 0; j < 2; j++) {
            uint32_t w = about[j];
            if (w == NONE || !from_write(w))
                continue;
            rank[w] = done < rank[w] ? done : rank[w];
            last[w] = op->inv > last[w] ? op->inv : last[w];
        }
    }
    for (uint32_t i = 0; i < v->n; i++)
        rank[i] = last[i] < rank[i] ? last[i] : rank[i];
    mem_free(last);
}

bool serial_proves(const struct level_input *in, struct key_result *k)
{
    const struct view *v = in->view;
    uint32_t *rank = mem_alloc(((size_t)v->n + 1) * sizeof *rank), n;
    uint32_t *order = mem_alloc(((size_t)v->n + 1) * sizeof *order);
    const struct frontier_question q = {.v = v, .rank = rank, .budget = in->budget};
    serial_ranks(v, rank);
    bool all = frontier_greedy(&q, order, &n);
    mem_free(rank);
    mem_free(order);
    if (all)
        k->why_algorithm = "one order of all operations explains every read";
    return all;
}
