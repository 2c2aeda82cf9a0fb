/* Small random histories of a register with times, and what brute force says about their staleness.
 * Independent of the checker: all orders are tried. */
#ifndef BELIE_TESTS_STALE_CASE_H
#define BELIE_TESTS_STALE_CASE_H

#include "base/rng.h"
#include "tests/property/notation.h"

enum { STALE_OPS = 10, STALE_NEVER = 1 << 20 };

struct stale_case {
    struct script script;
    int64_t time[2 * STALE_OPS + 2]; /* of the events in order; -1: no time */
};

/* Up to `ops` operations: reads that are behind, crashed writes, sometimes cas, repeated values,
 * equal times, times that go back. */
void stale_case(struct stale_case *c, size_t ops, struct rng *r);
/* Times are the positions of the script. */
void stale_case_positions(struct stale_case *c);
/* As a history with these times. */
bool stale_history(const struct stale_case *c, struct history *h, struct err *e);
/* Times become those that count: they never go back. */
void stale_case_clock(struct stale_case *c);
void stale_case_drop(struct stale_case *c, size_t i);
void stale_case_print(const struct stale_case *c, struct buf *out);

/* The smallest bound in time, or STALE_NEVER; by trying each. */
int64_t stale_oracle_delta(const struct stale_case *c);
int64_t stale_oracle_gamma(const struct stale_case *c);
/* Is there an order in which each read returns one of the last k values? No cas. */
bool stale_oracle_k(const struct stale_case *c, unsigned k);

#endif
