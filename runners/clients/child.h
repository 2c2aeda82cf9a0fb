/* A program that speaks in lines: started with pipes, asked and answered a line at a time, ended
 * with all that it started. Owner rule: child_start makes, child_end frees. */
#ifndef BELIE_RUNNERS_CLIENTS_CHILD_H
#define BELIE_RUNNERS_CLIENTS_CHILD_H

#include "base/buf.h"
#include "base/err.h"

struct child;

struct child_start {
    const char *const *argv; /* argv[0] is looked for in PATH */
    const char *node;        /* becomes BELIE_NODE */
    const char *errors;      /* file that its standard error is added to; NULL: nowhere */
    int stop_fd;             /* readable: stop waiting; -1: never */
};

enum child_answer {
    CHILD_LINE,
    CHILD_GONE,     /* it has ended, or closed its output */
    CHILD_LATE,     /* no line in time */
    CHILD_STOPPED,  /* stop_fd */
    CHILD_TOO_LONG, /* a line above the limit */
};

struct child *child_start(const struct child_start *s, struct err *e);
/* False when it does not take the line: it is gone, or does not read. */
bool child_write(struct child *c, struct str line, int64_t deadline);
/* The next line, without its end; valid until the next call. Deadlines are of clock_ns. */
enum child_answer child_read(struct child *c, int64_t deadline, struct str *line);
/* How it ended, in words; "" while it runs. */
void child_status(struct child *c, char *out, size_t n);
/* Close its input, and give it half a second before it is killed with its process group. */
void child_end(struct child *c);

#endif
