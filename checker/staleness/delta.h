/* How far reads may be behind: the smallest bound in time under which a register is explained.
 *
 * Delta: every read may begin so much earlier. Gamma: every operation may begin half of it earlier
 * and end half of it later. Both are 0 exactly when the register is linearizable. */
#ifndef BELIE_CHECKER_STALENESS_DELTA_H
#define BELIE_CHECKER_STALENESS_DELTA_H

#include "checker/staleness/versions.h"

enum delta_kind { DELTA_READS, DELTA_ALL };

enum delta_state {
    DELTA_KNOWN,
    DELTA_INFINITE, /* nothing that is small enough explains it */
    DELTA_NO_TIMES, /* more than 0, but events have no times */
};

/* Operations are object ops or NO_VERSION. What asks for the bound: `early` shows that a version
 * was there, and `late`, of another version, which has to come before it, began `ns` later. */
struct delta {
    enum delta_state state;
    int64_t ns; /* DELTA_KNOWN */
    uint32_t early, late;
    /* why the other order is no way out: `done` shows that late's version was there, before
     * `begun`, of early's, began; NO_VERSION when data say it or early's version is the initial */
    uint32_t done, begun;
};

/* `t` is without trouble. O(n log T) for times up to T. */
void delta_find(const struct versions *t, enum delta_kind kind, struct delta *out);

#endif
