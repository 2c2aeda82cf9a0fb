#include "checker/levels/clocks.h"

#include "base/mem.h"

#include <string.h>

void clocks_init(struct clocks *c, uint32_t columns)
{
    *c = (struct clocks){.depth = 1};
    while (c->depth * CLOCK_BITS < 32 && columns > UINT32_C(1) << c->depth * CLOCK_BITS)
        c->depth++;
    c->top = columns ? ((columns - 1) >> (c->depth - 1) * CLOCK_BITS) + 1 : 1;
    c->nodes = mem_grow(c->nodes, &c->cap, 64, sizeof *c->nodes);
    memset(c->nodes[0], 0, sizeof c->nodes[0]);
    c->n = 1;
}

void clocks_free(struct clocks *c)
{
    mem_free(c->nodes);
    *c = (struct clocks){0};
}

static uint32_t keep(struct clocks *c, const uint32_t *entries)
{
    c->nodes = mem_grow(c->nodes, &c->cap, c->n + 1, sizeof *c->nodes);
    memcpy(c->nodes[c->n], entries, sizeof c->nodes[0]);
    return (uint32_t)c->n++;
}

static uint32_t raise(struct clocks *c, uint32_t v, uint32_t column, uint32_t to, unsigned level)
{
    if (level == 0)
        return to > v ? to : v;
    uint32_t slot = column >> (level - 1) * CLOCK_BITS & (CLOCK_WIDTH - 1);
    uint32_t old = c->nodes[v][slot], new = raise(c, old, column, to, level - 1);
    if (new == old)
        return v;
    uint32_t entries[CLOCK_WIDTH];
    memcpy(entries, c->nodes[v], sizeof entries);
    entries[slot] = new;
    return keep(c, entries);
}

vclock clock_raise(struct clocks *c, vclock v, uint32_t column, uint32_t to)
{
    return raise(c, v, column, to, c->depth);
}

/* The entries of a node that can be other than 0. */
static uint32_t width(const struct clocks *c, unsigned level)
{
    return level == c->depth ? c->top : CLOCK_WIDTH;
}

static uint32_t join_leaves(struct clocks *c, uint32_t a, uint32_t b)
{
    uint32_t entries[CLOCK_WIDTH], changes_a = 0, changes_b = 0;
    const uint32_t *p = c->nodes[a], *q = c->nodes[b];
    for (int i = 0; i < CLOCK_WIDTH; i++) {
        entries[i] = p[i] > q[i] ? p[i] : q[i];
        changes_a |= entries[i] ^ p[i];
        changes_b |= entries[i] ^ q[i];
    }
    return !changes_a ? a : !changes_b ? b : keep(c, entries);
}

static uint32_t join(struct clocks *c, uint32_t a, uint32_t b, unsigned level)
{
    if (a == b || b == 0)
        return a;
    if (a == 0)
        return b;
    if (level == 1)
        return join_leaves(c, a, b);
    uint32_t entries[CLOCK_WIDTH] = {0};
    bool is_a = true, is_b = true;
    for (uint32_t i = 0; i < width(c, level); i++) {
        uint32_t p = c->nodes[a][i], q = c->nodes[b][i]; /* nodes move when one is added */
        entries[i] = join(c, p, q, level - 1);
        is_a &= entries[i] == p;
        is_b &= entries[i] == q;
    }
    return is_a ? a : is_b ? b : keep(c, entries);
}

vclock clock_join(struct clocks *c, vclock a, vclock b)
{
    return join(c, a, b, c->depth);
}

static uint32_t next_change(const struct clocks *c, const uint32_t of[3], uint32_t column,
                            unsigned level)
{
    unsigned shift = (level - 1) * CLOCK_BITS;
    uint32_t mask = (UINT32_C(1) << shift) - 1;
    for (uint32_t i = column >> shift, n = width(c, level); i < n; i++, column = 0) {
        const uint32_t at[3] = {c->nodes[of[0]][i], c->nodes[of[1]][i], c->nodes[of[2]][i]};
        if (at[0] == at[1] || at[0] == at[2])
            continue;
        uint32_t below = level == 1 ? 0 : next_change(c, at, column & mask, level - 1);
        if (below != CLOCK_NONE)
            return i << shift | below;
    }
    return CLOCK_NONE;
}

uint32_t clock_next_change(const struct clocks *c, vclock v, vclock a, vclock b, uint32_t column)
{
    const uint32_t of[3] = {v, a, b};
    return v == a || v == b ? CLOCK_NONE : next_change(c, of, column, c->depth);
}

static uint32_t next_greater(const struct clocks *c, uint32_t v, const struct clocks *d, uint32_t w,
                             uint32_t column, unsigned level)
{
    unsigned shift = (level - 1) * CLOCK_BITS;
    uint32_t mask = (UINT32_C(1) << shift) - 1;
    const uint32_t *p = c->nodes[v], *q = d->nodes[w];
    for (uint32_t i = column >> shift, n = width(c, level); i < n; i++, column = 0) {
        if (level == 1 ? p[i] <= q[i] : p[i] == 0)
            continue;
        uint32_t below = level == 1 ? 0 : next_greater(c, p[i], d, q[i], column & mask, level - 1);
        if (below != CLOCK_NONE)
            return i << shift | below;
    }
    return CLOCK_NONE;
}

uint32_t clock_next_greater(const struct clocks *c, vclock v, const struct clocks *d, vclock w,
                            uint32_t column)
{
    return v == 0 ? CLOCK_NONE : next_greater(c, v, d, w, column, c->depth);
}
