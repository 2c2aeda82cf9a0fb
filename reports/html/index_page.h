/* A static page about many results: verdicts, filters, search, a trend. Rows are added one by one,
 * so that results need not be kept. Sorted by what the caller says; same rows, same bytes. */
#ifndef BELIE_REPORTS_HTML_INDEX_PAGE_H
#define BELIE_REPORTS_HTML_INDEX_PAGE_H

#include "base/buf.h"
#include "base/str.h"

#include <jansson.h>

struct index_page {
    struct buf rows, trend;
    size_t n, count[3]; /* invalid, unknown, valid */
};

/* One document of results, that of `name`; `link` is the report's address relative to the page, ""
 * when there is none, `test` is test.json or NULL. */
void index_page_add(struct index_page *x, struct str name, struct str link, const json_t *results,
                    const json_t *test);
void index_page_print(const struct index_page *x, struct str title, struct buf *out);
void index_page_free(struct index_page *x);

#endif
