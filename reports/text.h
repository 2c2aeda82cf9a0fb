/* The explanation of one verdict in plain English, for a terminal or a log. */
#ifndef BELIE_REPORTS_TEXT_H
#define BELIE_REPORTS_TEXT_H

#include "reports/report.h"

struct text_style {
    bool color;
    bool quiet;   /* only the line PATH<TAB>verdict */
    bool verbose; /* every key, every operation of a core */
    int width;    /* columns */
    bool announced; /* the line PATH<TAB>verdict has been printed before */
};

void report_text(const struct report *r, const struct text_style *style, struct buf *out);

/* A small time line of the core, one line per process, when it fits: at most 12 operations. */
void report_timeline(const struct report *r, const struct shown_op *ops, size_t n, int width,
                     struct buf *out);

#endif
