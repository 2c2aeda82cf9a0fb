/* Known issues: violations that are expected until a day, so that CI fails for new ones only.
 *
 *   {"known": [{"path": "store/x*.edn", "property": "linearizable", "rule": "stale-read",
 *               "until": "2027-01-31", "reason": "ISSUE-12: reads from followers"}]}
 *
 * "path" is a pattern as of a shell ('*' also matches '/'); "until" and "reason" are needed,
 * "property" and "rule" (a word that `belie explain` knows) narrow it down. */
#ifndef BELIE_CLI_BASELINE_H
#define BELIE_CLI_BASELINE_H

#include "base/err.h"
#include "reports/report.h"

#include <jansson.h>

struct baseline {
    json_t *known;
    bool *used;
    char today[16]; /* "2026-11-28", UTC */
};

bool baseline_load(struct baseline *b, const char *path, struct err *e);
/* The reason when all that is invalid in `r` is known today; else NULL. Says on stderr what has
 * expired. Borrowed from b. */
const char *baseline_match(struct baseline *b, const struct report *r);
/* Says which entries matched nothing: they may be fixed. Frees b. */
void baseline_end(struct baseline *b);

#endif
