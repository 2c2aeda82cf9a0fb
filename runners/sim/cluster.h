/* A simulated cluster as a place to run tests in: clients of a store, and a target for the nemesis.
 * Thread t is connected to node t mod nodes. Owner rule: cluster_open makes, cluster_close frees.
 */
#ifndef BELIE_RUNNERS_SIM_CLUSTER_H
#define BELIE_RUNNERS_SIM_CLUSTER_H

#include "generators/workload.h"
#include "nemesis/fault.h"
#include "runners/runtime.h"
#include "runners/sim/store.h"

struct cluster;

struct cluster_options {
    const struct store *store;
    unsigned variant;
    uint32_t nodes, clients;
    uint64_t seed;
    int64_t timeout; /* of a request */
    const struct workload *workload;
    bool keyed; /* values are [key value] */
    struct values *values;
};

/* What can be done to a simulated cluster, to ask fault_possible; its functions need a cluster. */
extern const struct nemesis_target cluster_target;

struct cluster *cluster_open(const struct cluster_options *o);
void cluster_close(struct cluster *c);

/* Borrowed. */
const struct runtime *cluster_runtime(struct cluster *c);
struct nemesis *cluster_nemesis(struct cluster *c);

#endif
