#include "checker/moments.h"

#include "base/mem.h"

static uint32_t *identity(size_t n)
{
    uint32_t *a = mem_alloc(n * sizeof *a);
    for (size_t i = 0; i < n; i++)
        a[i] = (uint32_t)i;
    return a;
}

void moments_init(struct moments *m, size_t n, bool both)
{
    m->next = identity(n + 1);
    m->prev = both ? identity(n + 1) : NULL;
}

void moments_free(struct moments *m)
{
    mem_free(m->next);
    mem_free(m->prev);
    *m = (struct moments){0};
}

static uint32_t find(uint32_t *link, uint32_t x)
{
    while (link[x] != x) {
        link[x] = link[link[x]];
        x = link[x];
    }
    return x;
}

uint32_t moments_after(struct moments *m, uint32_t at)
{
    return find(m->next, at);
}

uint32_t moments_before(struct moments *m, uint32_t at)
{
    return find(m->prev, at + 1) - 1; /* 0 - 1 is NO_MOMENT */
}

void moments_cover(struct moments *m, uint32_t from, uint32_t to)
{
    for (uint32_t x = find(m->next, from); x < to; x = find(m->next, x)) {
        m->next[x] = x + 1;
        if (m->prev)
            m->prev[x + 1] = x;
    }
}
