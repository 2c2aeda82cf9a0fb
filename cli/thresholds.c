#include "cli/thresholds.h"

const struct option_spec threshold_options[] = {
    {"min-ops", 0, "N", "unknown when fewer operations succeeded", OPT_COUNT,
     offsetof(struct threshold_flags, min_ops), NULL},
    {"min-ok-rate", 0, "FRACTION", "unknown when a smaller part of the operations succeeded",
     OPT_FRACTION, offsetof(struct threshold_flags, min_ok_rate), NULL},
    {"max-recovery", 0, "SECONDS",
     "invalid when more time passed between the end of the faults and the next success",
     OPT_SECONDS, offsetof(struct threshold_flags, max_recovery), NULL},
    {"max-p99", 0, "SECONDS", "invalid when 1 in 100 successful operations took longer",
     OPT_SECONDS, offsetof(struct threshold_flags, max_p99), NULL},
    {0},
};

struct thresholds thresholds_of(const struct threshold_flags *f)
{
    return (struct thresholds){
        .min_ok_rate = f->min_ok_rate,
        .min_ops = f->min_ops,
        .max_recovery = (int64_t)(f->max_recovery * 1e9),
        .max_p99 = (int64_t)(f->max_p99 * 1e9),
    };
}

bool thresholds_any(const struct threshold_flags *f)
{
    return f->min_ok_rate > 0 || f->min_ops > 0 || f->max_recovery > 0 || f->max_p99 > 0;
}
