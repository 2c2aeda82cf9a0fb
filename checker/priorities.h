/* The order of priority queues' elements: integers by size, strings and other texts by bytes. */
#ifndef BELIE_CHECKER_PRIORITIES_H
#define BELIE_CHECKER_PRIORITIES_H

#include "histories/value.h"

/* Has x an order to y: are both integers, or texts of one kind? */
bool priority_comparable(const struct values *t, val x, val y);
/* Is x smaller than y? Both as priority_comparable wants them; different values are never equal. */
bool priority_less(const struct values *t, val x, val y);

#endif
