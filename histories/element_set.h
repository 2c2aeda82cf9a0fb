/* Many values at a glance: "#{1..5 7 9..12 \"x\"}", consecutive integers as ranges, as Jepsen
 * prints the elements of its accounting checkers. */
#ifndef BELIE_HISTORIES_ELEMENT_SET_H
#define BELIE_HISTORIES_ELEMENT_SET_H

#include "histories/value.h"

/* Sort in place: integers by size, then all others by first appearance. O(n), O(n log n) for
 * integers that are not small. */
void element_set_sort(const struct values *t, val *v, size_t n);

/* Append sorted, distinct values. Stops where `out` is full (out->cut). */
void element_set_print(const struct values *t, const val *sorted, size_t n, struct buf *out);

#endif
