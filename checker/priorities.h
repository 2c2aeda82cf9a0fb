/* The order of priority queues' elements: integers by size, strings and other texts by bytes. */
#ifndef BELIE_CHECKER_PRIORITIES_H
#define BELIE_CHECKER_PRIORITIES_H

#include "histories/value.h"

/* Has x an order to y: are both integers, or texts of one kind? */
bool priority_comparable(const struct values *t, val x, val y);
/* Is x smaller than y? Both as priority_comparable wants them; different values are never equal. */
bool priority_less(const struct values *t, val x, val y);

/* Fill order with 0 .. n - 1 so that v[order[i]] go up. O(n) for small integers, else n log n. */
void priorities_sort(const struct values *t, const val *v, size_t n, uint32_t *order);

#endif
