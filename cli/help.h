/* Help texts made from the command tables. */
#ifndef BELIE_CLI_HELP_H
#define BELIE_CLI_HELP_H

#include "cli/command.h"

void help_command(const struct command *c); /* on stdout */
void help_all(void);                        /* the list of commands, on stdout */

#endif
