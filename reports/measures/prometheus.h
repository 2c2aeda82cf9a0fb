/* Verdicts and measures in the text format of Prometheus, for the textfile collector of its node
 * exporter. Samples of one metric stay together over all inputs, as the format wants it. */
#ifndef BELIE_REPORTS_MEASURES_PROMETHEUS_H
#define BELIE_REPORTS_MEASURES_PROMETHEUS_H

#include "reports/report.h"

enum { PROMETHEUS_METRICS = 16 };

struct prometheus {
    struct buf samples[PROMETHEUS_METRICS];
};

void prometheus_add(struct prometheus *p, const struct report *r);
void prometheus_print(const struct prometheus *p, struct buf *out);
void prometheus_free(struct prometheus *p);

#endif
