/* Measures as a member of result JSON. */
#ifndef BELIE_REPORTS_MEASURES_MEASURES_JSON_H
#define BELIE_REPORTS_MEASURES_MEASURES_JSON_H

#include "reports/measures/measures.h"

#include <jansson.h>

/* The object `measures`, see docs/staleness.md. The caller owns it. */
json_t *measures_json(const struct report *r, const struct measures *m);

#endif
