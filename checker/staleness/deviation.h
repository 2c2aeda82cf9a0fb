/* How far values and orders are off, where staleness has no versions to count: numeric deviation of
 * counters, order deviation of registers with recorded versions (TACT: Yu and Vahdat, 2002). */
#ifndef BELIE_CHECKER_STALENESS_DEVIATION_H
#define BELIE_CHECKER_STALENESS_DEVIATION_H

#include "checker/staleness/measure.h"

/* A counter: the most that a read is outside of what it can be when the counter is linearizable:
 *   low   initial + increments acknowledged before it began + decrements invoked before it ended
 *   high  initial + decrements acknowledged before it began + increments invoked before it ended
 * Fills k->staleness->numeric and k's verdict. False for errors. O(n log n). */
bool deviation_judge(const struct level_input *in, struct key_result *k, struct err *e);

/* A register whose completions carry versions: how many acknowledged writes have a lower version
 * than one that had completed before they began. Fills b->order. O(n log n). */
void deviation_order(const struct object *o, struct staleness *b);
/* Two of them: `early` had completed before `late` began, which has the lower version; object ops.
 */
void deviation_pair(const struct object *o, uint32_t *early, uint32_t *late);

#endif
