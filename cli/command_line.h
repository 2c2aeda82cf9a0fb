/* A command line for test.json, as a shell reads it. What may be a secret is replaced by "***": the
 * value of NAME=VALUE and of "NAME: VALUE" where NAME sounds like one (password, token, key ...;
 * our own options, which begin with --, take none), to the end of the word, and all passwords of
 * scheme://user:password@host, or user:password@host; the user where no password is given. */
#ifndef BELIE_CLI_COMMAND_LINE_H
#define BELIE_CLI_COMMAND_LINE_H

#include "base/buf.h"

#include <stdbool.h>

/* Append "belie" and the words of argv; `more` (or "") goes where options still count: at the end,
 * or before "--". */
void command_line(int argc, char **argv, const char *more, struct buf *out);
/* Append a text that may have such secrets in it. */
void command_line_mask(struct str text, struct buf *out);
/* Is the value of what is called `name` not to be written down? */
bool command_line_secret(struct str name);

#endif
