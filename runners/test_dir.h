/* Where a test leaves its files, as Jepsen does: ROOT/NAME/TIME/ with history.edn (written as it
 * happens), test.json and results.json. ROOT/current is the test that runs or ran last, ROOT/latest
 * and ROOT/NAME/latest the last one that was completed. Owner rule: test_dir_close frees. */
#ifndef BELIE_RUNNERS_TEST_DIR_H
#define BELIE_RUNNERS_TEST_DIR_H

#include "base/buf.h"
#include "base/err.h"

struct test_dir {
    char *root, *name, *time, *path; /* path: root/name/time */
    char *history;                   /* path of history.edn */
    int fd;                          /* history.edn, for appending */
};

/* Make the folders; `name` loses what does not belong into a file name. */
bool test_dir_open(struct test_dir *d, const char *root, const char *name, struct err *e);
/* A folder that is there already: the path alone; nothing is written to its history. */
void test_dir_at(struct test_dir *d, const char *path);
/* path/NAME, on the heap. */
char *test_dir_file(const struct test_dir *d, const char *name);
/* faults.edn, for appending: what recorder.h calls `faults`. -1 with an error. */
int test_dir_faults(const struct test_dir *d, struct err *e);
/* The test is complete: latest. */
bool test_dir_complete(const struct test_dir *d, struct err *e);
void test_dir_close(struct test_dir *d);

#endif
