/* Carry values from one table to another, so that a table that has grown over a long run can be
 * replaced by one that holds only what is still in use. */
#ifndef BELIE_HISTORIES_VALUE_MOVE_H
#define BELIE_HISTORIES_VALUE_MOVE_H

#include "histories/value.h"

struct value_mover {
    const struct values *from;
    struct values *to;
};

/* The value `v` of `from` as a value of `to`. O(size of v), which readers keep 512 levels deep. */
val value_move(const struct value_mover *m, val v);

#endif
