/* Faults by the operator's own commands, for nodes that nobody else controls:
 *
 *   "faults": {"kill":  {"start": COMMAND, "stop": COMMAND, "check": COMMAND},
 *              "pause": {"start": COMMAND, "stop": COMMAND, "check": COMMAND}}
 *
 * Commands run on this machine through sh, with BELIE_NODE (host:port), BELIE_HOST, BELIE_PORT,
 * BELIE_NUMBER (1 for the first node) and BELIE_HERE (the folder of the description). `start` makes
 * the fault, `stop` undoes it, `check` succeeds while the node suffers from it; a node without a
 * check of "kill" is down when it cannot be spoken to. What is still in effect when the test is
 * over is undone.
 *
 * Owner rule: command_faults_open makes, command_faults_close frees. */
#ifndef BELIE_RUNNERS_COMMAND_FAULTS_H
#define BELIE_RUNNERS_COMMAND_FAULTS_H

#include "runners/live_test.h"

struct command_faults;

/* *out stays NULL when the description has no "faults". False with an error. `nodes` are borrowed.
 */
bool command_faults_open(struct command_faults **out, const struct target *t,
                         const char *const *nodes, uint32_t n, struct err *e);
void command_faults_close(struct command_faults *f);
const struct live_system *command_faults_system(const struct command_faults *f);

#endif
