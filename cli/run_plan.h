/* The options of `belie run`, and the test that they describe. */
#ifndef BELIE_CLI_RUN_PLAN_H
#define BELIE_CLI_RUN_PLAN_H

#include "cli/live.h"
#include "cli/thresholds.h"
#include "runners/sim_test.h"

struct run_config {
    const char *store, *workload, *nemesis, *concurrency, *root, *color, *html;
    const char *name; /* of the test; NULL: made of what it is */
    double interval, time_limit, rate;
    uint64_t seed, test_count, ops_per_key, jobs;
    bool quiet, verbose, list;
    const char *replay; /* a folder or history whose faults are repeated */
    int argc;           /* of the command line, for test.json */
    char **argv;
    struct threshold_flags thresholds;
    struct live_config live;
};

enum { RUN_FAULTS_MAX = 24 };

struct run_plan {
    struct sim_test test;
    const struct fault *faults[RUN_FAULTS_MAX];
    struct buf name;         /* of the folder, ended by a NUL */
    struct history replayed; /* the test's plan points to it */
};

extern const struct option_group run_options[];

void run_defaults(struct run_config *c);
/* What both kinds of tests read in the same way. */
bool run_plan_clients(const char *text, uint32_t nodes, uint32_t *out, struct err *e);
/* Names with commas, each perhaps with ":primaries"; `swarm` stands for all, or before others for a
 * random part of them at a time. `list` has room for RUN_FAULTS_MAX. */
bool run_plan_faults(const char *text, const struct fault **list, struct fault_list *out,
                     struct err *e);
/* Of a bare `swarm`, leave out what cannot be made here; nothing when nothing can. */
void run_plan_possible(const char *text, const struct nemesis_target *can,
                       const struct fault **list, struct fault_list *out);
/* --replay: the faults of a recorded history, which is read into `h`; *plan points to it then. */
bool run_plan_replay(const struct run_config *c, struct history *h, const struct history **plan,
                     const struct fault **list, struct fault_list *out, struct err *e);
/* The name of the folder, ended by a NUL. */
void run_plan_name(const struct run_config *c, const char *system, const struct history *plan,
                   const struct fault_list *list, struct buf *out);
int64_t run_plan_ns(double seconds);
/* False when the options do not make a test. */
bool run_plan_make(struct run_plan *p, const struct run_config *c, struct err *e);
void run_plan_free(struct run_plan *p);
/* What is going to be tested, on stderr. */
void run_plan_say(const struct run_plan *p);
/* test.json: all that makes the test, and so its history; the object is left open. */
void run_plan_json(const struct run_plan *p, const struct sim_test *t, struct buf *out);
/* Members of test.json, of both kinds of tests: a text (NULL: null), a number, the faults. */
void run_plan_member(struct buf *out, const char *key, const char *text);
void run_plan_number(struct buf *out, const char *key, uint64_t n);
void run_plan_nemesis(struct buf *out, const struct fault_list *list, const struct history *plan,
                      int64_t interval);
/* The stores, workloads and faults that there are, on stdout. */
void run_plan_list(void);

#endif
