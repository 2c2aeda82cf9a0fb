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

struct coverage_share {
    uint64_t all, ok;
};

struct coverage_fault {
    const char *name;           /* of its class: "partition" */
    struct coverage_share (*in)[PHASES]; /* by f, before, during and after it: by completion, of
                                            operations without one by invocation */
    uint64_t times, effectless; /* that it began; of them without effect */
    uint64_t ok;                /* operations that succeeded meanwhile */
    int64_t ns;                 /* that it lasted in all; of histories with times */
};

/* A moment at which the last fault that was on ended. */
struct coverage_heal {
    uint32_t event;   /* at which it ended */
    uint32_t success; /* first completion of an operation that was invoked afterwards and
                         succeeded, before another fault; NO_EVENT: none */
    int64_t ns;       /* until then; NO_TIME: no times, or none */
    uint64_t not_ok;  /* completions that were not ok meanwhile */
    uint32_t back;    /* completion from which on as many succeeded as before the faults, see
                         ok_ratio.h, before another fault; NO_EVENT: none, or not known */
    int64_t back_ns;  /* until then; NO_TIME: no times, or none */
    uint64_t tried;   /* completions of operations that were invoked afterwards, until the window of
                         `back` was full or another fault began */
};

/* A partition, by node; arrays of nnodes. */
struct coverage_cut {
    uint32_t from, to; /* events; NO_EVENT: it was never healed */
    uint32_t nnodes, nsides;
    val *node;
    uint64_t *deaf; /* bit j: did not hear node j */
    uint32_t *side;
    struct coverage_share *asked; /* of operations that were sent to it meanwhile */
};

enum { COVERAGE_HEALS = 1000, COVERAGE_CUTS = 100 }; /* of which the first are kept */

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
    struct coverage_cut *cut; /* the first ones; also those with one side */
    size_t ncut;
    uint64_t overlapping; /* operations that overlap another one */
    uint32_t most_at_once;
    uint64_t final_reads, final_ok; /* marked :final? true */
    int64_t p50, p99, slowest;      /* ns of successful operations; NO_TIME: no times */
    int64_t recovery; /* ns, the longest; NO_TIME: no fault ended, or nothing succeeded after */
    bool recovered;   /* every end of all faults was followed by a success */
    uint64_t ends;    /* moments at which the last fault that was on ended */
    struct coverage_heal *heals; /* the first of them, without that of a fault that never ended */
    size_t nheals;
    struct coverage_share before; /* completions before the first fault */
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
