/* Was anything tested? What a history covers, as a pure function of it: operations by kind, before,
 * during and after faults, on both sides of each cut, at the same time, in the end; and what of
 * that is missing, so that an empty pass is not called valid. Also what can be demanded of it in
 * numbers. Times are the history's.
 *
 * Faults are the operations of the process :nemesis: pairs of :info events. The second of
 * start-X begins X and that of stop-X ends it; kill/start, pause/resume, bump-clock/reset-clock and
 * Jepsen's start/stop are known. A :receipt that says "no effect" is believed.
 * Owner rule: everything lives in the arena. */
#ifndef BELIE_CHECKER_COVERAGE_H
#define BELIE_CHECKER_COVERAGE_H

#include "checker/check.h"

/* 0 (or below): not demanded. */
struct thresholds {
    double min_ok_rate;   /* of the operations that clients completed or left open */
    uint64_t min_ops;     /* that succeeded */
    int64_t max_recovery; /* ns from the end of the faults to the next success */
    int64_t max_p99;      /* ns that a successful operation took */
};

enum { PHASES = 3 };
enum coverage_phase { PHASE_BEFORE, PHASE_DURING, PHASE_AFTER };
extern const char *const coverage_phases[PHASES]; /* "before", ...: any fault */

struct coverage_f {
    val f;
    uint64_t all, ok, fail, info;
    uint64_t ok_in[PHASES]; /* by completion */
};

struct coverage_fault {
    const char *name;           /* of its class: "partition" */
    uint64_t times, effectless; /* that it began; of them without effect */
    uint64_t ok;                /* operations that succeeded meanwhile */
    int64_t ns;                 /* that it lasted in all; of histories with times */
};

/* A partition with at least two sides: sets of nodes that hear each other. */
struct coverage_cuts {
    uint64_t all;
    uint64_t tried;  /* with operations invoked on two sides or more */
    uint64_t served; /* with successful ones */
};

struct coverage {
    uint64_t ops, ok, fail, info;
    struct coverage_f *f; /* by appearance */
    size_t nf;
    struct coverage_fault *faults; /* by appearance */
    size_t nfaults;
    bool knows_nodes; /* operations have a :node */
    struct coverage_cuts cuts;
    uint64_t overlapping; /* operations that overlap another one */
    uint32_t most_at_once;
    uint64_t final_reads, final_ok; /* marked :final? true */
    int64_t p50, p99, slowest;      /* ns of successful operations; NO_TIME: no times */
    int64_t recovery; /* ns, the longest; NO_TIME: no fault ended, or nothing succeeded after */
    bool recovered;   /* every end of all faults was followed by a success */
    uint64_t ends;    /* moments at which the last fault that was on ended */
    /* Sentences. */
    const char **missing; /* what an empty pass would hide */
    size_t nmissing;
    const char **broken; /* demands for a maximum that are not met */
    size_t nbroken;
};

/* O(events log events). */
void coverage_measure(struct coverage *c, const struct history *h, const struct thresholds *t,
                      struct arena *a);
/* One more sentence, kept by the caller. */
void coverage_miss(struct coverage *c, const char *sentence);
/* Unknown when something is missing, invalid when a demand is not met. */
enum verdict coverage_verdict(const struct coverage *c);

#endif
