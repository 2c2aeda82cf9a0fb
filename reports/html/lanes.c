/* A sweep over the first and last moments of processes: at its first invocation a process takes the
 * row that was given back last, or a new one; after its last completion (of an operation that was
 * never completed: its invocation) it gives it back. */
#include "reports/html/lanes.h"

#include "base/mem.h"
#include "base/sort.h"

enum { OWN_ROWS = 24 }; /* as long as there are no more processes, each has a row of its own */

static uint32_t number_of(struct lanes *l, size_t *cap, val process)
{
    uint32_t i = map64_get(&l->number, process);
    if (i != MAP64_NONE)
        return i;
    l->process = mem_grow(l->process, cap, l->n + 1, sizeof *l->process);
    l->process[l->n] = process;
    map64_put(&l->number, process, (uint32_t)l->n);
    return (uint32_t)l->n++;
}

/* Sort key of a moment: begins before ends at the same event. */
static uint64_t moment(uint32_t event, bool end, uint32_t process)
{
    return sort_word(2 * event + end, process);
}

void lanes_find(struct lanes *l, const struct history *h)
{
    size_t cap = 0;
    *l = (struct lanes){0};
    for (size_t i = 0; i < h->nops; i++)
        (void)number_of(l, &cap, h->ops[i].process);
    uint64_t *moments = mem_alloc((2 * l->n + 1) * sizeof *moments);
    uint32_t *unused = mem_alloc((l->n + 1) * sizeof *unused);
    bool *begun = mem_zalloc(l->n + 1, sizeof *begun);
    size_t nunused = 0;
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        uint32_t p = map64_get(&l->number, op->process);
        if (!begun[p])
            moments[2 * (size_t)p] = moment(op->inv, false, p);
        begun[p] = true;
        bool over = op->ret != NO_EVENT && op->type != OP_INFO;
        moments[2 * (size_t)p + 1] = moment(over ? op->ret : op->inv, true, p);
    }
    sort_by_high32(moments, 2 * l->n);
    l->lane = mem_alloc((l->n + 1) * sizeof *l->lane);
    for (size_t i = 0; i < 2 * l->n; i++) {
        uint32_t p = sort_id(moments[i]);
        if ((sort_key(moments[i]) & 1) && l->n > OWN_ROWS)
            unused[nunused++] = l->lane[p];
        else if (!(sort_key(moments[i]) & 1))
            l->lane[p] = nunused ? unused[--nunused] : (uint32_t)l->count++;
    }
    mem_free(moments);
    mem_free(unused);
    mem_free(begun);
}

void lanes_free(struct lanes *l)
{
    map64_free(&l->number);
    mem_free(l->lane);
    mem_free(l->process);
}
