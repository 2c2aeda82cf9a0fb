/* belie check --follow: check a history while another process writes it.
 *
 * The beginning decides (follow_plan.h): where an online checker covers the model, operations are
 * checked one by one, each as its line arrives, and memory is that of the open window. Else, and
 * from the moment on where the history leaves what the online checker covers, everything read so
 * far is checked again while it grows, at most half of the time.
 *
 * A violation that was found operation by operation is said at once; then the file up to that line
 * is checked as a whole, for the evidence. Both must agree.
 *
 * It ends with the violation, on a signal or --time-limit (unknown), at the end of a pipe, when the
 * results of a store appear beside the history, or after `idle` seconds without a new byte. */
#ifndef BELIE_CLI_FOLLOW_H
#define BELIE_CLI_FOLLOW_H

#include "cli/check_file.h"

struct follow_options {
    const struct check_file_options *check;
    double idle;   /* seconds; 0 = for ever */
    bool announce; /* print the line PATH<TAB>false as soon as a violation is seen */
};

/* As check_file. *announced: the line was printed, and is right. */
bool follow(struct check_file *out, const char *path, const struct follow_options *o,
            bool *announced, struct err *e);

#endif
