/* What people are shown of a test of a real system, without its secrets: the values of options that
 * sound like one, and who logs in where an address says so, become "***". */
#ifndef BELIE_CLI_LIVE_SECRETS_H
#define BELIE_CLI_LIVE_SECRETS_H

#include "cli/live/live_plan.h"

/* The text, appended without them. */
void secrets_hide(const struct live_plan *p, struct str text, struct buf *out);
void secrets_hide_error(const struct live_plan *p, struct err *e);

#endif
