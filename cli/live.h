/* What needs the network: real systems under test. Two programs are made of this room: `belie`,
 * which is linked with no network library and starts `belie-run` for these (elsewhere.c), and
 * `belie-run` itself (live/). A new command of that kind gets its table entry in cli/, which both
 * programs have, a function here, and a line in elsewhere.c.
 *
 * argc and argv are those of the command, argv[0] being its name. Each returns an exit code. */
#ifndef BELIE_CLI_LIVE_H
#define BELIE_CLI_LIVE_H

#include "cli/command.h"

#include <stdbool.h>

/* Options of `run` and `doctor` about real systems. */
struct live_config {
    const char *target; /* a name or a path */
    const char *nodes;  /* addresses with commas between them, or a number; NULL: not given */
    const char *nodes_file;
    struct texts node;     /* addresses */
    struct texts options;  /* NAME=VALUE, for the target */
    double timeout, ready; /* seconds */
    /* Control of the nodes. */
    const char *remote; /* a kind of remote; NULL: nobody controls them */
    const char *box;    /* a cluster in a box */
    const char *user, *key, *known_hosts, *ssh_config;
    const char *strict; /* host keys: yes or no */
    bool leave_running;
};

extern const struct option_spec live_options[];
void live_defaults(struct live_config *c);

struct run_config;

int live_run(const struct run_config *c, int argc, char **argv);
int live_heal(const struct run_config *c, int argc, char **argv);
int live_doctor(const struct run_config *c, int argc, char **argv);
int live_targets(bool json, int argc, char **argv);

#endif
