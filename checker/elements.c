#include "checker/elements.h"

#include "base/mem.h"

void elements_init(struct elements *t, size_t expected)
{
    *t = (struct elements){.ndirect = 2 * expected + 16};
    t->direct = mem_zalloc(t->ndirect, sizeof *t->direct);
}

void elements_free(struct elements *t)
{
    mem_free(t->v);
    mem_free(t->direct);
    map64_free(&t->map);
    *t = (struct elements){0};
}

static uint32_t append(struct elements *t, val v)
{
    t->v = mem_grow(t->v, &t->cap, t->n + 1, sizeof *t->v);
    t->v[t->n] = v;
    return (uint32_t)t->n++;
}

uint32_t elements_add(struct elements *t, val v)
{
    uint32_t small = v ^ VAL_SMALL;
    if (small < t->ndirect) {
        if (!t->direct[small])
            t->direct[small] = append(t, v) + 1;
        return t->direct[small] - 1;
    }
    uint32_t i = map64_get(&t->map, v);
    if (i == MAP64_NONE) {
        i = append(t, v);
        map64_put(&t->map, v, i);
    }
    return i;
}
