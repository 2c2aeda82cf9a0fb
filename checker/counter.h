/* Private to the counter engine: what its scan and its evidence share. Counts are in steps: how
 * many increments (where all are decrements: decrements) lie between the initial number and one
 * that was read. */
#ifndef BELIE_CHECKER_COUNTER_H
#define BELIE_CHECKER_COUNTER_H

#include "checker/engine.h"

struct counter {
    const struct object *o;
    int64_t first, step; /* initial number; 1 or -1 */
};

/* The count that a read tells. */
int64_t counter_told(const struct counter *c, uint32_t read);

/* Read `bad` told less than what had been counted by then; or (high) more than there was. Fills
 * rule, culprits and steps. O(n log n). */
void counter_explain_low(const struct counter *c, uint32_t bad, struct engine_result *out);
void counter_explain_high(const struct counter *c, uint32_t bad, struct engine_result *out);

#endif
