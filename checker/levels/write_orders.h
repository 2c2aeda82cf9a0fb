/* Orders of the writes of each key, as all processes could agree on them: find a good candidate,
 * and ask whether every process can explain its reads with it. */
#ifndef BELIE_CHECKER_LEVELS_WRITE_ORDERS_H
#define BELIE_CHECKER_LEVELS_WRITE_ORDERS_H

#include "checker/levels/past.h"

struct budget;

/* A view in which nobody reads: only a successful cas still stands behind what it replaced.
 * Owner rule: write_view_free frees what it does not share with `v`. */
void write_view_make(struct view *out, const struct view *v);
void write_view_free(struct view *out);

/* One order of all operations of `writes` (a write view) that contains program order and the edges
 * of `more`, by `rank` where that leaves a choice. False when it got stuck. O(n log n). */
bool write_orders_guess(const struct view *writes, const struct derived_list *more,
                        const uint32_t *rank, struct budget *budget, uint32_t *order);

/* Has each process an order of its own operations and all writes that contains every program order
 * and the order of each key's writes in `order`, and in which its reads (as in `v`) return the last
 * write? Exact. O(n), and joins of clocks. */
bool write_orders_explain(const struct view *v, const struct view *writes, const uint32_t *order);

#endif
