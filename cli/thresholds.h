/* What a history must show beside its verdict: options that check and run share. */
#ifndef BELIE_CLI_THRESHOLDS_H
#define BELIE_CLI_THRESHOLDS_H

#include "checker/coverage.h"
#include "cli/command.h"

struct threshold_flags {
    double min_ok_rate, max_recovery, max_p99; /* seconds */
    uint64_t min_ops;
};

/* For a struct threshold_flags. */
extern const struct option_spec threshold_options[];
struct thresholds thresholds_of(const struct threshold_flags *f);
/* Is anything demanded? */
bool thresholds_any(const struct threshold_flags *f);

#endif
