#include "checker/bag_states.h"

#include "base/mem.h"

enum { LEVELS_MAX = 32 };

#define LOWEST ((uint64_t)1 << 63) /* in the key of a branch whose children are counts */

void bags_init(struct bags *b, uint32_t ids)
{
    *b = (struct bags){.levels = 1};
    while (b->levels < LEVELS_MAX && (ids - 1) >> b->levels && ids)
        b->levels++;
    b->branches = mem_grow(NULL, &b->cap, 1, sizeof *b->branches);
    b->branches[b->n++] = (struct bag_branch){0};
}

void bags_free(struct bags *b)
{
    mem_free(b->branches);
    map64_free(&b->of);
    *b = (struct bags){0};
}

size_t bags_bytes(const struct bags *b)
{
    return b->cap * sizeof *b->branches + b->of.cap * (sizeof *b->of.keys + sizeof *b->of.vals);
}

/* The branch with these children; `level` 0 is the lowest. */
static uint32_t branch_of(struct bags *b, struct bag_branch new, unsigned level)
{
    uint32_t l = new.child[0], r = new.child[1];
    if (l == 0 && r == 0)
        return 0;
    uint64_t key = (uint64_t)l << 32 | r | (level == 0 ? LOWEST : 0);
    uint32_t known = map64_get(&b->of, key);
    if (known != MAP64_NONE)
        return known;
    if (level == 0)
        new.distinct = (uint32_t)(l > 0) + (r > 0);
    else
        new.distinct = b->branches[l].distinct + b->branches[r].distinct;
    b->branches = mem_grow(b->branches, &b->cap, b->n + 1, sizeof *b->branches);
    b->branches[b->n] = new;
    map64_put(&b->of, key, (uint32_t)b->n);
    return (uint32_t)b->n++;
}

/* State s with `more` of id; all arithmetic is modulo 2^32. */
static uint32_t change(struct bags *b, uint32_t s, uint32_t id, uint32_t more)
{
    uint32_t path[LEVELS_MAX];
    for (unsigned level = b->levels; level-- > 0;) {
        path[level] = s;
        s = b->branches[s].child[id >> level & 1];
    }
    s += more;
    for (unsigned level = 0; level < b->levels; level++) {
        struct bag_branch new = b->branches[path[level]];
        new.child[id >> level & 1] = s;
        s = branch_of(b, new, level);
    }
    return s;
}

uint32_t bags_put(struct bags *b, uint32_t s, uint32_t id)
{
    return change(b, s, id, 1);
}

uint32_t bags_take(struct bags *b, uint32_t s, uint32_t id)
{
    return change(b, s, id, UINT32_MAX);
}

uint32_t bags_count(const struct bags *b, uint32_t s, uint32_t id)
{
    for (unsigned level = b->levels; level-- > 0;)
        s = b->branches[s].child[id >> level & 1];
    return s;
}

uint32_t bags_distinct(const struct bags *b, uint32_t s)
{
    return b->branches[s].distinct;
}

uint32_t bags_nth(const struct bags *b, uint32_t s, uint32_t k)
{
    uint32_t id = 0;
    for (unsigned level = b->levels; level-- > 0;) {
        const struct bag_branch *x = &b->branches[s];
        uint32_t left = level == 0 ? x->child[0] > 0 : b->branches[x->child[0]].distinct;
        bool right = k >= left;
        k -= right ? left : 0;
        id |= (uint32_t)right << level;
        s = x->child[right];
    }
    return id;
}
