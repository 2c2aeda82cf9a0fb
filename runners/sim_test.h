/* A whole test over a simulated cluster: generator from workload and faults, run, recorded. */
#ifndef BELIE_RUNNERS_SIM_TEST_H
#define BELIE_RUNNERS_SIM_TEST_H

#include "runners/scheduler.h"
#include "runners/sim/cluster.h"

enum { SIM_CLIENTS_MAX = 10000 };

struct sim_test {
    const struct store *store;
    unsigned variant;
    const struct workload *workload;
    struct fault_list faults;
    const struct history *plan; /* whose faults are repeated instead; NULL: none */
    uint32_t nodes, clients;
    uint64_t seed;
    uint64_t ops_per_key;    /* 0: one object */
    int64_t time_limit;      /* of the faults and the clients' work, nanoseconds */
    int64_t interval;        /* mean pause between operations of one fault */
    int64_t mean_pause;      /* between operations of the clients; 0: none */
    const _Atomic int *stop; /* see struct schedule */
};

/* Say what cannot be: too many nodes, keys for a workload that has none. */
bool sim_test_possible(const struct sim_test *t, struct err *e);
/* Where the history goes, line by line as it happens. */
struct sim_sink {
    int history, faults; /* files; -1: none. `faults` gets the operations of the nemesis */
    struct buf *text;    /* NULL: none */
};
bool sim_test_run(const struct sim_test *t, const struct sim_sink *to, struct err *e);

#endif
