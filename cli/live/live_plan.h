/* The test of a real system that options and TEST.json describe. Owner rule: live_plan_make makes,
 * live_plan_free frees. */
#ifndef BELIE_CLI_LIVE_LIVE_PLAN_H
#define BELIE_CLI_LIVE_LIVE_PLAN_H

#include "cli/run_plan.h"
#include "runners/command_faults.h"
#include "runners/system.h"

struct live_plan {
    struct arena arena;
    struct target target;
    const char *nodes[LIVE_NODES_MAX];
    const struct fault *faults[RUN_FAULTS_MAX];
    struct system *system;           /* NULL: no remotes control the nodes */
    struct command_faults *commands; /* NULL: none are described */
    struct live_test test;
    struct buf name;         /* of the folder, ended by a NUL */
    struct history replayed; /* the test's plan points to it */
};

bool live_plan_make(struct live_plan *p, const struct run_config *c, struct err *e);
/* Only the nodes; without a target they get no port. */
bool live_plan_nodes(struct live_plan *p, const struct live_config *c, struct err *e);
/* Only the target and its nodes: test.target, .nodes, .system and .timeout. */
bool live_plan_look(struct live_plan *p, const struct run_config *c, struct err *e);
void live_plan_free(struct live_plan *p);
/* What is going to be tested, on stderr. */
void live_plan_say(const struct live_plan *p);
/* test.json: all that makes the test; the object is left open. */
void live_plan_json(const struct live_plan *p, uint64_t seed, struct buf *out);

#endif
