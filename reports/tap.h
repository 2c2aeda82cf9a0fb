/* TAP (Test Anything Protocol, version 13): one test per input and property. Unknown is skipped
 * with its reason, a known issue marked as to do. */
#ifndef BELIE_REPORTS_TAP_H
#define BELIE_REPORTS_TAP_H

#include "reports/report.h"

struct tap {
    unsigned n;
};

/* The first call writes the version, too. */
void tap_add(struct tap *t, const struct report *r, struct buf *out);
/* The plan, at the end. */
void tap_end(const struct tap *t, struct buf *out);

#endif
