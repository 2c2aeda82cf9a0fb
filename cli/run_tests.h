/* What every `belie run` has in common, wherever the test runs: folders, several seeds, the check
 * of what was recorded, the summary. */
#ifndef BELIE_CLI_RUN_TESTS_H
#define BELIE_CLI_RUN_TESTS_H

#include "checker/check.h"
#include "cli/run_plan.h"
#include "runners/test_dir.h"

#include <stdatomic.h>

/* How a test is done, and what is asked of its history. */
struct run_how {
    const char *name; /* of its folder */
    const struct workload *workload;
    bool keyed; /* values are [key value] */
    /* test.json: all that makes the test; the object is left open. */
    void (*describe)(const void *ctx, uint64_t seed, struct buf *out);
    /* Record a history into d->fd. */
    bool (*execute)(const void *ctx, const struct test_dir *d, uint64_t seed,
                    const _Atomic int *stop, struct err *e);
    const void *ctx;
};

/* Returns an exit code. */
int run_tests(const struct run_config *c, const struct run_how *how);

/* How a recorded history is checked and shown. */
struct run_check {
    const struct workload *workload;
    bool keyed, quiet, verbose;
    uint64_t jobs;
    const char *color, *html; /* html: where else to put the report; or NULL */
    bool many;                /* one of many tests: no report of a valid one */
    bool interrupted;         /* what was recorded is only the beginning */
    struct thresholds demands;
};
/* Check d->history, print the verdict, leave results.json. A verdict on a run in which nothing
 * could go wrong is none. */
bool run_check(const struct test_dir *d, const struct run_check *c, enum verdict *verdict,
               struct err *e);

#endif
