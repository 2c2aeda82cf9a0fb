/* A whole test over a real system: generator from workload and faults, run in real time, recorded.
 * What installs, starts, breaks and stops the system comes in as struct live_system, so that a
 * target without one is just as good: its nodes are there, and no faults can be made. */
#ifndef BELIE_RUNNERS_LIVE_TEST_H
#define BELIE_RUNNERS_LIVE_TEST_H

#include "runners/realtime.h"
#include "runners/scheduler.h"
#include "runners/target.h"
#include "runners/test_dir.h"

enum { LIVE_NODES_MAX = 64 };

/* Whoever controls the nodes. All functions may be NULL. They are called by the scheduler's thread,
 * those of `faults` by a thread of their own. */
struct live_system {
    /* Before the nodes are looked for; false ends the test. */
    bool (*set_up)(void *ctx, const struct test_dir *d, struct err *e);
    /* After the last operation, also when the test was broken off: fetch logs, stop, clean. Its
     * errors are told and change no verdict. */
    bool (*tear_down)(void *ctx, const struct test_dir *d, struct err *e);
    const struct nemesis_target *faults; /* NULL: none can be made */
    int64_t ready; /* nanoseconds that it may take to come up; 0: not known */
    void *ctx;
};

struct live_test {
    const struct target *target;
    const char *const *nodes; /* addresses */
    uint32_t nnodes, clients;
    const struct workload *workload;
    struct fault_list faults;
    const struct history *plan; /* whose faults are repeated instead; NULL: none */
    const struct live_system *system; /* NULL: nobody controls the nodes */
    uint64_t seed;
    uint64_t ops_per_key;                                        /* 0: one object */
    int64_t time_limit, interval, recovery, mean_pause, timeout; /* nanoseconds */
    int64_t ready;           /* how long to wait for nodes that are not there yet */
    const _Atomic int *stop; /* see struct schedule */
};

/* Say what cannot be. */
bool live_test_possible(const struct live_test *t, struct err *e);
/* Run it; the history goes to d->fd, its faults to faults.edn as well. False: nothing was recorded,
 * or not all of it; `after`: what went wrong when all was over, an empty text when nothing did. */
bool live_test_run(const struct live_test *t, const struct test_dir *d, struct err *e,
                   struct err *after);

#endif
