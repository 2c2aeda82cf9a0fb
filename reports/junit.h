/* JUnit XML: one test case per input and property. Unknown is `skipped`, an input that could not
 * be checked is `error`. No times: the document is deterministic. */
#ifndef BELIE_REPORTS_JUNIT_H
#define BELIE_REPORTS_JUNIT_H

#include "reports/report.h"

struct junit {
    struct buf cases;
    unsigned tests, failures, errors, skipped;
};

void junit_add(struct junit *j, const struct report *r);
void junit_print(const struct junit *j, struct buf *out);
void junit_free(struct junit *j);

#endif
