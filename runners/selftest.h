/* Does every checker fire where it must, and stay silent where it must? Every simulated store and
 * every planted bug is run over fixed seeds, and what was recorded is checked for what the store
 * promises and what the bug breaks.
 *
 * A property is found by its name when the case is run: one that does not exist yet is "not yet
 * checked", and is so on the day on which it appears. Deterministic. */
#ifndef BELIE_RUNNERS_SELFTEST_H
#define BELIE_RUNNERS_SELFTEST_H

#include "base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum selftest_expects {
    EXPECT_HOLDS,  /* silent over all seeds, and sure at least once */
    EXPECT_BREAKS, /* fires for one of the seeds */
};

struct selftest_case {
    const char *store; /* STORE or STORE:BUG */
    const char *workload;
    const char *faults; /* names with commas; "": none */
    const char *property;
    enum selftest_expects expects;
};

extern const struct selftest_case selftest_cases[]; /* ended by a NULL store */
size_t selftest_count(void);
/* Is there a case in which `property` must fire (or must be silent)? */
bool selftest_covers(const char *property, enum selftest_expects e);

enum selftest_outcome {
    SELFTEST_GOOD,
    SELFTEST_MISSED,      /* it must fire, and did not */
    SELFTEST_FALSE_ALARM, /* it fired, and must not */
    SELFTEST_UNSURE,      /* it must hold, and no verdict was ever sure */
    SELFTEST_FAILED,      /* the test itself could not be run */
    SELFTEST_NOT_YET,     /* there is no such property yet */
    SELFTEST_NOT_ASKED,   /* another property is blind */
};

struct selftest_result {
    enum selftest_outcome outcome;
    uint64_t seed;    /* of the first violation; 0: none */
    unsigned tests;   /* that were run */
    unsigned unknown; /* of them without a sure verdict */
    struct err err;   /* SELFTEST_FAILED */
};

enum { SELFTEST_SEEDS_HOLD = 3, SELFTEST_SEEDS_BREAK = 20 };

struct selftest_options {
    /* Take every verdict of this property for valid, which the test must notice; other cases are
     * not run. */
    const char *blind;
    unsigned jobs;
    const _Atomic int *stop; /* not 0: give up */
};

/* results has selftest_count() entries. */
void selftest_run(const struct selftest_options *o, struct selftest_result *results);
/* "ok", "missed", ... */
const char *selftest_word(enum selftest_outcome o);
/* Is it a failure of the self-test? */
bool selftest_bad(enum selftest_outcome o);

#endif
