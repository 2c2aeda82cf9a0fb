/* Read a history from a string with one reader (no pairing), and show its events as one line. */
#ifndef BELIE_TESTS_READ_TEXT_H
#define BELIE_TESTS_READ_TEXT_H

#include "histories/reader.h"

/* `format` NULL detects. On failure h is freed and e is set. */
bool read_text(struct history *h, const char *format, struct str text, struct err *e);

/* "invoke 0 :read nil | ok 0 :read 3 key=:x time=5 index=1 version=2": unset fields are left out,
 * an absent process, f or value is `-`. The caller frees with mem_free. */
char *show_events(const struct history *h);

#endif
