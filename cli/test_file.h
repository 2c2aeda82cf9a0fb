/* TEST.json: what the options of `belie run` say, as a file. */
#ifndef BELIE_CLI_TEST_FILE_H
#define BELIE_CLI_TEST_FILE_H

#include "base/arena.h"
#include "cli/run_plan.h"

/* Fill in what the file says; texts live in the arena. Options of the command line are read after
 * it, and win. */
bool test_file_read(const char *path, struct run_config *c, struct arena *a, struct err *e);

#endif
