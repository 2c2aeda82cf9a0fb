#include "checker/cover.h"

#include "base/mem.h"

#include <stdbool.h>
#include <string.h>

#define TAKEN (INT32_MAX / 2) /* more than can ever be removed from it */

void cover_init(struct cover *c, uint32_t cells)
{
    uint32_t blocks = (cells + COVER_BLOCK - 1) / COVER_BLOCK;
    *c = (struct cover){.cells = cells, .leaves = 1};
    while (c->leaves < blocks)
        c->leaves *= 2;
    size_t padded = (size_t)c->leaves * COVER_BLOCK;
    c->count = mem_alloc(padded * sizeof *c->count);
    c->who = mem_zalloc(padded, sizeof *c->who);
    for (size_t i = 0; i < padded; i++)
        c->count[i] = i < cells ? 0 : TAKEN;
    c->node = mem_zalloc(2 * (size_t)c->leaves, sizeof *c->node);
}

void cover_free(struct cover *c)
{
    mem_free(c->count);
    mem_free(c->who);
    mem_free(c->node);
    *c = (struct cover){0};
}

static void update_leaf(struct cover *c, uint32_t block)
{
    const int32_t *count = c->count + (size_t)block * COVER_BLOCK;
    int32_t least = count[0];
    for (unsigned i = 1; i < COVER_BLOCK; i++)
        least = count[i] < least ? count[i] : least;
    struct cover_node *leaf = &c->node[c->leaves + block];
    leaf->least = least + leaf->add;
}

static void update_node(struct cover *c, uint32_t n)
{
    int32_t left = c->node[2 * n].least, right = c->node[2 * n + 1].least;
    c->node[n].least = (left < right ? left : right) + c->node[n].add;
}

void cover_build(struct cover *c)
{
    for (uint32_t b = 0; b < c->leaves; b++)
        update_leaf(c, b);
    for (uint32_t n = c->leaves; n-- > 1;)
        update_node(c, n);
}

static void update_above(struct cover *c, uint32_t block)
{
    for (uint32_t n = (c->leaves + block) / 2; n > 0; n /= 2)
        update_node(c, n);
}

uint32_t cover_take(struct cover *c, uint32_t *cells, uint32_t *who)
{
    int32_t least = cover_least(c), add = 0;
    uint32_t n = 1, ids = 0, found = 0;
    for (;;) {
        add += c->node[n].add;
        ids ^= c->node[n].who;
        if (n >= c->leaves)
            break;
        n = c->node[2 * n].least <= c->node[2 * n + 1].least ? 2 * n : 2 * n + 1;
    }
    uint32_t block = n - c->leaves, start = block * COVER_BLOCK;
    for (uint32_t i = start; i < start + COVER_BLOCK; i++) {
        if (c->count[i] + add != least)
            continue;
        cells[found] = i;
        who[found++] = c->who[i] ^ ids;
        c->count[i] = TAKEN;
    }
    update_leaf(c, block);
    update_above(c, block);
    return found;
}

static void remove_cells(struct cover *c, uint32_t first, uint32_t last, uint32_t id)
{
    for (uint32_t i = first; i <= last; i++) {
        c->count[i]--;
        c->who[i] ^= id;
    }
    update_leaf(c, first / COVER_BLOCK);
}

static void remove_node(struct cover *c, uint32_t n, uint32_t id)
{
    c->node[n].least--;
    c->node[n].add--;
    c->node[n].who ^= id;
}

void cover_remove(struct cover *c, uint32_t first, uint32_t last, uint32_t id)
{
    uint32_t a = first / COVER_BLOCK, b = last / COVER_BLOCK;
    if (a == b) {
        remove_cells(c, first, last, id);
        update_above(c, a);
        return;
    }
    remove_cells(c, first, a * COVER_BLOCK + COVER_BLOCK - 1, id);
    remove_cells(c, b * COVER_BLOCK, last, id);
    uint32_t l = c->leaves + a, r = c->leaves + b; /* both done: what lies between is left */
    for (; l / 2 != r / 2; l /= 2, r /= 2) {
        if (l % 2 == 0)
            remove_node(c, l + 1, id);
        if (r % 2 == 1)
            remove_node(c, r - 1, id);
        update_node(c, l / 2);
        update_node(c, r / 2);
    }
    for (l /= 2; l > 0; l /= 2)
        update_node(c, l);
}
