/* The one function that puts data into a shell command. Everything that comes from outside
 * (names, paths, values of operations) goes through it. */
#ifndef BELIE_CONTROL_QUOTE_H
#define BELIE_CONTROL_QUOTE_H

#include "base/buf.h"

/* Append `s` as one word of a POSIX shell. Words of harmless characters stay as they are, others
 * are put between apostrophes. False, and nothing appended, when `s` has a NUL: no command can. */
bool quote_word(struct buf *b, struct str s);

#endif
