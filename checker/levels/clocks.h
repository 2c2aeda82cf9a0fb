/* Vector clocks that share what they have in common. A clock is a tree of nodes with 16 entries:
 * numbers on the lowest level, nodes above. Raising or joining copies only the way to what changed,
 * and two clocks that agree on 16 sessions (or 256, ...) share that node, so that thousands of
 * sessions that ended long ago cost nothing. Clocks are small numbers; 0 is all zeros.
 * Owner rule: clocks_free frees all of them at once. */
#ifndef BELIE_CHECKER_LEVELS_CLOCKS_H
#define BELIE_CHECKER_LEVELS_CLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLOCK_BITS = 4, CLOCK_WIDTH = 1 << CLOCK_BITS };

typedef uint32_t vclock;

#define CLOCK_NONE UINT32_MAX

struct clocks {
    uint32_t (*nodes)[CLOCK_WIDTH];
    size_t n, cap;
    unsigned depth; /* levels; at least 1 */
    uint32_t top;   /* entries of the topmost nodes that are used */
};

void clocks_init(struct clocks *c, uint32_t columns);
void clocks_free(struct clocks *c);
static inline size_t clocks_bytes(const struct clocks *c)
{
    return c->cap * sizeof *c->nodes;
}

static inline uint32_t clock_get(const struct clocks *c, vclock v, uint32_t column)
{
    for (unsigned level = c->depth; level > 0 && v; level--)
        v = c->nodes[v][column >> (level - 1) * CLOCK_BITS & (CLOCK_WIDTH - 1)];
    return v;
}

/* `v` with the column raised to at least `to`. O(depth). */
vclock clock_raise(struct clocks *c, vclock v, uint32_t column, uint32_t to);
/* The greater of both in each column. O(nodes in which they differ); `a` itself when that is it. */
vclock clock_join(struct clocks *c, vclock a, vclock b);
/* The first column from `column` on in which `v` is neither as in `a` nor as in `b`, or CLOCK_NONE.
 * Nodes that it shares with one of them are not looked into. */
uint32_t clock_next_change(const struct clocks *c, vclock v, vclock a, vclock b, uint32_t column);
/* The first column from `column` on in which `v` is greater than `w`, a clock of `d` (of as many
 * columns), or CLOCK_NONE. */
uint32_t clock_next_greater(const struct clocks *c, vclock v, const struct clocks *d, vclock w,
                            uint32_t column);

#endif
