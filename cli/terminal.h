/* The two streams: diagnostics on stderr, results on stdout, and what kind of terminal they are. */
#ifndef BELIE_CLI_TERMINAL_H
#define BELIE_CLI_TERMINAL_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* "belie: ..." and a newline on stderr. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Say `e`; returns the exit code of its kind. */
int say_error(const struct err *e);

/* Write results. Errors are remembered until print_finish. */
void print(struct str text);
void print_buf(struct buf *b); /* and frees it */
/* Flush stdout. Returns `code`, or EXIT_USAGE after saying why the output is incomplete. A reader
 * that went away (EPIPE) is no error. */
int print_finish(int code);

/* "auto", "always", "never" against NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM and isatty. */
bool color_wanted(const char *choice);
const char *color_choice(size_t i);

/* Columns of the terminal: COLUMNS, else the window of `fd`, else 80; at least 40, at most 200. */
int terminal_width(int fd);

#endif
