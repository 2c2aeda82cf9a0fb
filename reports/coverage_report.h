/* What a history covers, as a JSON object and as text. */
#ifndef BELIE_REPORTS_COVERAGE_REPORT_H
#define BELIE_REPORTS_COVERAGE_REPORT_H

#include "checker/coverage.h"

#include <jansson.h>

/* The object `coverage` of a result document; docs/testing.md has the schema. */
json_t *coverage_json(const struct history *h, const struct coverage *c);
/* What is missing, or demanded in vain, in lines; nothing when all is well. */
void coverage_complaints(const struct coverage *c, size_t width, struct buf *out);
/* The numbers, in lines. */
void coverage_text(const struct history *h, const struct coverage *c, size_t width,
                   struct buf *out);

#endif
