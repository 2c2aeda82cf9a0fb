/* The independent judges' opinion of a whole check_result: every witness must be a linearization,
 * every core a proof. */
#ifndef BELIE_TESTS_JUDGE_RESULT_H
#define BELIE_TESTS_JUDGE_RESULT_H

#include "checker/check.h"
#include "tests/property/spec.h"

struct judgement {
    size_t witnesses, cores; /* verified */
    size_t coreless;         /* invalid keys without a core: only a budget excuses them */
    size_t windows;          /* verified as well */
    size_t gave_up;          /* cores whose verification passed the limit */
    size_t core_ops;         /* strict operations of the verified cores */
    char wrong[400];         /* a claim that was rejected, or empty */
};

/* Adds to *j. `opt->versions` is set here by the engine that a key was decided by. */
void judge_result(const struct check_result *r, struct history *h, struct spec_options opt,
                  uint64_t limit, struct judgement *j);

#endif
