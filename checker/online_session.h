/* Session guarantees, online, of objects whose values are their versions: counters that only go up,
 * sets and lists that only grow. There a read refutes them by what its own process has done so far,
 * so what is kept is one record per process and object, and the read is known when it completes.
 * What a later line can still explain (more than was added so far) is left to the check of the
 * whole history. The rules are those of checker/levels/growing_sums.c and growing_elements.c. */
#ifndef BELIE_CHECKER_ONLINE_SESSION_H
#define BELIE_CHECKER_ONLINE_SESSION_H

#include "checker/online_kind.h"

extern const struct online_kind online_session_sums, online_session_elements;

#endif
