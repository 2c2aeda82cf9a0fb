/* The summary of a step of GitHub Actions: Markdown with a table of verdicts and what is wrong in
 * full, below GitHub's limit of 1 MiB. */
#ifndef BELIE_REPORTS_STEP_SUMMARY_H
#define BELIE_REPORTS_STEP_SUMMARY_H

#include "reports/report.h"

struct step_summary {
    struct buf rows, details;
    size_t n, left_out, bad;
};

void step_summary_add(struct step_summary *s, const struct report *r);
void step_summary_print(const struct step_summary *s, struct buf *out);
void step_summary_free(struct step_summary *s);

#endif
