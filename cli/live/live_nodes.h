/* The nodes of a test, for commands that do something with them besides testing. */
#ifndef BELIE_CLI_LIVE_LIVE_NODES_H
#define BELIE_CLI_LIVE_LIVE_NODES_H

#include "cli/live/live_control.h"
#include "cli/live/live_plan.h"

struct live_nodes {
    struct live_plan plan; /* for its nodes and arena */
    struct hosts_options o;
    const char *hosts[LIVE_NODES_MAX];
};

/* live_nodes_free in both cases. */
bool live_nodes_find(struct live_nodes *n, const struct run_config *c, struct err *e);
void live_nodes_free(struct live_nodes *n);

/* nodes_doctor.c: on stdout; an exit code. */
int live_nodes_doctor(const struct run_config *c);

#endif
