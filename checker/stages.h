/* Private to the stage engine: operations grouped by version. */
#ifndef BELIE_CHECKER_STAGES_H
#define BELIE_CHECKER_STAGES_H

#include "checker/engine.h"
#include "checker/register_values.h"

#define NO_OP UINT32_MAX

/* The operations that carry one version: the mutation that made it, and its reads. */
struct version_group {
    int64_t version;
    uint32_t first, end; /* in stage_plan.ops: all of them, by invocation */
    uint32_t writer;     /* op index, also of a crashed operation; NO_OP: the initial value */
    uint32_t value;      /* value id */
    enum rule rule;      /* what is wrong with the group alone, or RULE_NONE */
    uint32_t op, op2;    /* the operations that show it; op2 may be NO_OP */
};

struct stage_plan {
    const struct object *o;
    const struct register_values *values;
    uint32_t *ops; /* ok operations by version, then invocation */
    struct version_group *groups;
    size_t nops, ngroups;
};

/* Group the operations and find the writer of each version. NULL when versions decide this object,
 * else the reason why they do not (in `a` or static). Owner rule: free the plan in both cases.
 * O(n). */
const char *stage_plan_make(struct stage_plan *p, const struct object *o, struct arena *a);
void stage_plan_free(struct stage_plan *p);

#endif
