/* Read one history and check it under the budget that the flags give: what check and shrink share.
 * Owner rule: after a true result free with check_file_free. */
#ifndef BELIE_CLI_CHECK_FILE_H
#define BELIE_CLI_CHECK_FILE_H

#include "cli/flags.h"
#include "cli/watch.h"

struct check_file {
    struct history history;
    struct check_result result;
    struct report report;
    struct coverage coverage; /* when it was asked for */
    struct arena arena;
};

/* The beginning of a file that may be growing. */
struct file_prefix {
    int fd;
    uint64_t bytes;
};

struct check_file_options {
    const struct load_flags *load;
    const struct check_flags *check;
    bool witness, no_evidence;
    bool quiet; /* no warnings */
    enum progress progress;
    const struct file_prefix *prefix; /* NULL: the whole of the path */
    const struct thresholds *demands; /* ask what the history covers, too; NULL: no */
};

/* False with an error; the verdict is in f->result otherwise. */
bool check_file(struct check_file *f, const char *path, const struct check_file_options *o,
                struct err *e);
void check_file_free(struct check_file *f);

#endif
