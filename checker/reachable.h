/* The totals that a base and any subset of amounts can make, as a set of closed intervals.
 * An amount joins the set with a copy of itself that is shifted by the amount. When that would make
 * more than PIECES intervals the smallest gaps are closed: the set is then too large, never too
 * small. O(PIECES) per amount. Owner rule: free with reachable_free. */
#ifndef BELIE_CHECKER_REACHABLE_H
#define BELIE_CHECKER_REACHABLE_H

#include "base/buf.h"

enum { REACHABLE_PIECES = 4096 };

struct interval {
    int64_t lo, hi;
};

struct reachable {
    struct interval *v, *spare; /* ascending, not touching */
    size_t n;
    size_t added;
    bool coarse; /* gaps were closed */
};

/* Sums of the base and all amounts must fit 63 bits. */
void reachable_init(struct reachable *r, int64_t base);
void reachable_free(struct reachable *r);
void reachable_add(struct reachable *r, int64_t amount);
bool reachable_has(const struct reachable *r, int64_t x);
/* "5, 8" or "1..4, 9 (and more)". */
void reachable_print(const struct reachable *r, struct buf *out);

#endif
