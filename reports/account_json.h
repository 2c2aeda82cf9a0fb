/* The books of an accounting property as JSON:
 *
 *   {"numbers": {"adds": 5, ...},
 *    "outcomes": {"lost": {"count": 2, "copies": 2, "elements": "#{3..4}"}, ...},
 *    "latencies": {"unit": "ns", "stable": {"0", "0.5", "0.95", "0.99", "1"}, "lost": {...}},
 *    "worst-stale": [{"element", "latency"}...], "range": [least, greatest]}
 *
 * Outcomes without elements are left out, latencies where there are none, the range where there is
 * no integer. Elements are EDN text; more than 64 KiB are cut, with "..." at the end. */
#ifndef BELIE_REPORTS_ACCOUNT_JSON_H
#define BELIE_REPORTS_ACCOUNT_JSON_H

#include "checker/account.h"

#include <jansson.h>

json_t *account_json(const struct history *h, const struct account *a);

#endif
