#include "runners/sim/queue.h"

#include "base/mem.h"

enum { SLOT_BITS = 24 };

static bool before(const struct queue_handle *a, const struct queue_handle *b)
{
    return a->time != b->time ? a->time < b->time : a->order < b->order;
}

static uint32_t take_slot(struct queue *q)
{
    if (q->nunused)
        return q->unused[--q->nunused];
    q->slots = mem_grow(q->slots, &q->slots_cap, q->nslots + 1, sizeof *q->slots);
    return (uint32_t)q->nslots++;
}

void queue_push(struct queue *q, int64_t time, const struct happening *h)
{
    uint32_t slot = take_slot(q);
    q->slots[slot] = *h;
    q->heap = mem_grow(q->heap, &q->cap, q->n + 1, sizeof *q->heap);
    const struct queue_handle new = {time, q->scheduled++ << SLOT_BITS | slot};
    size_t at = q->n++;
    while (at > 0 && before(&new, &q->heap[(at - 1) / 2])) {
        q->heap[at] = q->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    q->heap[at] = new;
}

int64_t queue_next(const struct queue *q)
{
    return q->n ? q->heap[0].time : INT64_MAX;
}

void queue_pop(struct queue *q, struct happening *h)
{
    uint32_t slot = (uint32_t)(q->heap[0].order & ((1u << SLOT_BITS) - 1));
    const struct queue_handle last = q->heap[--q->n];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < q->n; at = child) {
        if (child + 1 < q->n && before(&q->heap[child + 1], &q->heap[child]))
            child++;
        if (!before(&q->heap[child], &last))
            break;
        q->heap[at] = q->heap[child];
    }
    q->heap[at] = last;
    *h = q->slots[slot];
    q->unused = mem_grow(q->unused, &q->unused_cap, q->nunused + 1, sizeof *q->unused);
    q->unused[q->nunused++] = slot;
}

void queue_free(struct queue *q)
{
    struct happening h;
    while (q->n) {
        queue_pop(q, &h);
        mem_free(h.more);
    }
    mem_free(q->heap);
    mem_free(q->slots);
    mem_free(q->unused);
    *q = (struct queue){0};
}
