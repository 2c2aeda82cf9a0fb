#include "checker/stabs.h"

#include "base/mem.h"

enum { BLOCK = 32 };

void stabs_init(struct stabs *s, uint32_t n)
{
    uint32_t blocks = (n + BLOCK - 1) / BLOCK;
    *s = (struct stabs){.n = n, .leaves = 1};
    while (s->leaves < blocks)
        s->leaves *= 2;
    s->reach = mem_zalloc((size_t)s->leaves * BLOCK, sizeof *s->reach);
    s->most = mem_zalloc(2 * (size_t)s->leaves, sizeof *s->most);
}

void stabs_free(struct stabs *s)
{
    mem_free(s->reach);
    mem_free(s->most);
    *s = (struct stabs){0};
}

static uint32_t block_most(const struct stabs *s, uint32_t block)
{
    const uint32_t *reach = s->reach + (size_t)block * BLOCK;
    uint32_t most = 0;
    for (unsigned i = 0; i < BLOCK; i++)
        most = reach[i] > most ? reach[i] : most;
    return most;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

void stabs_build(struct stabs *s)
{
    for (uint32_t b = 0; b < s->leaves; b++)
        s->most[s->leaves + b] = block_most(s, b);
    for (uint32_t n = s->leaves; n-- > 1;)
        s->most[n] = larger(s->most[2 * n], s->most[2 * n + 1]);
}

void stabs_drop(struct stabs *s, uint32_t i)
{
    uint32_t n = s->leaves + i / BLOCK;
    s->reach[i] = 0;
    s->most[n] = block_most(s, i / BLOCK);
    for (n /= 2; n > 0; n /= 2) {
        uint32_t most = larger(s->most[2 * n], s->most[2 * n + 1]);
        if (s->most[n] == most)
            break;
        s->most[n] = most;
    }
}

/* The last block before `block` with an item that reaches the cell; NO_ITEM when there is none. */
static uint32_t block_before(const struct stabs *s, uint32_t block, uint32_t cell)
{
    uint32_t n = s->leaves + block;
    while (n > 1 && (n % 2 == 0 || s->most[n - 1] <= cell))
        n /= 2;
    if (n <= 1)
        return NO_ITEM;
    for (n--; n < s->leaves;)
        n = s->most[2 * n + 1] > cell ? 2 * n + 1 : 2 * n;
    return n - s->leaves;
}

static uint32_t scan(const struct stabs *s, uint32_t from, uint32_t to, uint32_t cell)
{
    for (uint32_t i = to; i > from; i--)
        if (s->reach[i - 1] > cell)
            return i - 1;
    return NO_ITEM;
}

uint32_t stabs_take(struct stabs *s, uint32_t from, uint32_t to, uint32_t cell)
{
    uint32_t found = NO_ITEM;
    while (from < to && found == NO_ITEM) {
        uint32_t block = (to - 1) / BLOCK, start = block * BLOCK;
        found = s->most[s->leaves + block] > cell
                    ? scan(s, start > from ? start : from, to, cell) : NO_ITEM;
        if (found != NO_ITEM || start <= from)
            break;
        uint32_t before = block_before(s, block, cell);
        to = before == NO_ITEM ? from : (before + 1) * BLOCK;
    }
    if (found != NO_ITEM)
        stabs_drop(s, found);
    return found;
}
