#include "base/heap.h"

#include "base/mem.h"

void heap_push(struct heap *h, uint64_t word)
{
    h->at = mem_grow(h->at, &h->cap, h->n + 1, sizeof *h->at);
    size_t i = h->n++;
    for (; i > 0 && h->at[(i - 1) / 2] > word; i = (i - 1) / 2)
        h->at[i] = h->at[(i - 1) / 2];
    h->at[i] = word;
}

uint64_t heap_pop(struct heap *h)
{
    uint64_t least = h->at[0], last = h->at[--h->n];
    size_t i = 0;
    for (size_t k = 1; k < h->n; k = 2 * i + 1) {
        k += k + 1 < h->n && h->at[k + 1] < h->at[k];
        if (h->at[k] >= last)
            break;
        h->at[i] = h->at[k];
        i = k;
    }
    if (h->n > 0)
        h->at[i] = last;
    return least;
}

void heap_free(struct heap *h)
{
    mem_free(h->at);
    *h = (struct heap){0};
}
