/* When do operations succeed again as often as before the faults? The share of ok before the first
 * fault is the measure, so that failures that belong to the workload - a cas that found another
 * value - are not held against the system. It is back with the first success after a heal from
 * which on OK_RATIO_WINDOW operations in the order of their completion succeed as often, less than
 * one operation given away to rounding. */
#ifndef BELIE_CHECKER_OK_RATIO_H
#define BELIE_CHECKER_OK_RATIO_H

#include "checker/coverage.h"

enum { OK_RATIO_WINDOW = 20 };

struct ok_ratio {
    struct coverage_share before;    /* fewer than the window say nothing */
    struct coverage_heal *heal;      /* that waits for the ratio, or NULL */
    uint64_t completed;              /* of operations that were invoked since */
    uint32_t event[OK_RATIO_WINDOW]; /* of the last ones, as a ring */
    bool good[OK_RATIO_WINDOW];
};

/* From now on this heal waits; NULL: a fault began. */
void ok_ratio_heal(struct ok_ratio *r, struct coverage_heal *heal);
/* An operation ended as event `i`. `before`: no fault has begun so far. */
void ok_ratio_count(struct ok_ratio *r, const struct history *h, const struct op *op, uint32_t i,
                    bool before);

#endif
