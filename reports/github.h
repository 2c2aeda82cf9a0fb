/* Workflow commands of GitHub Actions: ::error file=...,line=...,title=...::text */
#ifndef BELIE_REPORTS_GITHUB_H
#define BELIE_REPORTS_GITHUB_H

#include "reports/report.h"

/* GitHub shows ten annotations of a kind per step; no more than ten are written, of which at most
 * five are warnings. What is left out is in the summary of the step. */
struct github {
    unsigned errors, warnings, left_out;
};

/* Invalid keys and unreadable inputs as errors, unknown keys as warnings. */
void github_add(struct github *g, const struct report *r, struct buf *out);

#endif
