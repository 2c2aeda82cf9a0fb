/* A minimal core as a history of its own, for `belie shrink`. */
#ifndef BELIE_REPORTS_CORE_HISTORY_H
#define BELIE_REPORTS_CORE_HISTORY_H

#include "reports/report.h"

/* The invalid key with the fewest operations in its core (the first of these); NULL when no key is
 * invalid or none has a core. */
const struct key_result *core_smallest(const struct report *r);

/* Turn the events of `h` into those of `k`'s core: keep[i] says which events remain. Strict
 * operations keep their events; the others keep their invocation, and a completion becomes :info.
 * A process that goes on after such an operation would be reused after an unknown outcome, so the
 * operation moves to a process of its own. The failed write that an aborted read observed stays,
 * too, and so does the write whose value was read too late: without it the value would come from
 * nowhere, which is another violation. Everything else is as recorded. O(events). */
void core_reduce(struct history *h, const struct key_result *k, bool *keep);

#endif
