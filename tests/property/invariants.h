/* What holds for every history that was read, whatever its text was. */
#ifndef BELIE_TESTS_INVARIANTS_H
#define BELIE_TESTS_INVARIANTS_H

#include "histories/history.h"

/* NULL, or what is wrong. Events: types and offsets in range, offsets in order; each value prints
 * as EDN that reads back to the same id, and as JSON that the JSON reader accepts. Operations:
 * positions in range and in order, completions after invocations. Interns values. */
const char *history_broken(struct history *h);

#endif
