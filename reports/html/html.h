/* The HTML report: one file that a person reads and mails. A pure function of a history and its
 * results (reports/result_json.h): same input, same bytes. The page needs nothing but itself, runs
 * no script and uses no style that is not named by its hash, and is complete without scripts. */
#ifndef BELIE_REPORTS_HTML_HTML_H
#define BELIE_REPORTS_HTML_HTML_H

#include "base/err.h"
#include "histories/history.h"

#include <jansson.h>

enum { HTML_BYTES = 5000000 };

struct html_source {
    struct history *history; /* changed while the report is made, and back */
    const json_t *results;   /* the document; its input number `input` is about the history */
    size_t input;
    const json_t *test; /* test.json of a run, or NULL */
    size_t max_bytes;   /* of the page; 0: HTML_BYTES */
};

/* False when the results are not about this history. */
bool html_report(const struct html_source *s, struct buf *out, struct err *e);

#endif
