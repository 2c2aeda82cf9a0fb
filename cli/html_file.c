#include "cli/html_file.h"

#include "reports/html/html.h"
#include "reports/result_json.h"

bool html_file_from(struct out_file *o, const json_t *results, size_t input, struct history *h,
                    const json_t *test, struct err *e)
{
    const struct html_source source = {
        .history = h, .results = results, .input = input, .test = test};
    struct buf page = {0};
    bool ok = html_report(&source, &page, e);
    if (ok) {
        (void)out_put(o, buf_str(&page)); /* a failure is said by out_commit */
        ok = out_commit(o, e);
    } else {
        out_abort(o);
    }
    buf_free(&page);
    return ok;
}

bool html_file(struct out_file *o, const struct report *r, struct history *h, const json_t *test,
               struct err *e)
{
    struct result_document *d = result_document_new();
    result_document_add(d, r);
    json_t *results = result_document_json(d, report_verdict(r));
    bool ok = html_file_from(o, results, 0, h, test, e);
    json_decref(results);
    result_document_free(d);
    return ok;
}
