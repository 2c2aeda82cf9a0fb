/* Small histories (histories/compact.h) written out as events. */
#ifndef BELIE_REPORTS_SESSION_TEXT_H
#define BELIE_REPORTS_SESSION_TEXT_H

#include "base/buf.h"

/* One event per line, "process type f value" (Jepsen's history.txt); [x 1] is 1 of key x, where
 * there are several keys; nil the initial value. Operations come one after the other. Text that is
 * not in the notation is copied. */
void session_text(const char *compact, struct buf *out);

#endif
