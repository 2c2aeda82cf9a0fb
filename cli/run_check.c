/* Checks of whole tests: a verdict, and whether anything was tested at all. */
#include "base/mem.h"
#include "checker/property_names.h"
#include "cli/check_file.h"
#include "cli/html_file.h"
#include "cli/run_tests.h"
#include "cli/terminal.h"
#include "reports/result_json.h"
#include "reports/text.h"

#include <unistd.h>

/* The error of an event as the history has it: "[:timeout \"no reply within 5 s\"]". */
static struct str error_of(const struct history *h, uint32_t event)
{
    static const char name[] = ", :error ";
    const char *from = h->source.text.p + h->events.offset[event];
    const char *end = memchr(from, '\n', h->source.text.n - h->events.offset[event]);
    struct str line = {from, end ? (size_t)(end - from) : 0};
    for (size_t i = 0; i + sizeof name < line.n; i++)
        if (memcmp(line.p + i, name, sizeof name - 1) == 0) {
            struct str error = {line.p + i + sizeof name - 1, line.n - i - sizeof name};
            return error;
        }
    return (struct str){"", 0};
}

/* An operation of the workload of which none succeeded: then the test shows nothing. */
static bool never_ok(const struct workload *w, const struct history *h, struct buf *why)
{
    for (const struct workload_op *o = w->ops; o->f; o++) {
        uint64_t ok = 0, all = 0;
        struct str error = {"", 0};
        for (size_t i = 0; i < h->nops && !ok; i++) {
            if (!str_is(val_get_text(&h->values, h->ops[i].f), o->f))
                continue;
            all++;
            ok += h->ops[i].type == OP_OK;
            if (error.n == 0 && h->ops[i].ret != NO_EVENT)
                error = error_of(h, h->ops[i].ret);
        }
        if (ok)
            continue;
        buf_printf(why, "vacuous: no %s succeeded, so nothing was tested", o->f);
        if (error.n)
            buf_printf(why, "; the first of %llu ended with %.*s", (unsigned long long)all,
                       (int)error.n, error.p);
        buf_putc(why, '\0');
        return true;
    }
    return false;
}

static bool put_results(const struct test_dir *d, struct buf *text, struct err *e)
{
    struct out_file f;
    char *path = test_dir_file(d, "results.json");
    bool ok = out_open(&f, path, e);
    if (ok) {
        (void)out_put(&f, buf_str(text)); /* a failure is said by out_commit */
        ok = out_commit(&f, e);
    }
    mem_free(path);
    buf_free(text);
    return ok;
}

/* report.html in the folder of the test, and where --html says. Of many tests only those that are
 * not valid: nobody reads thousands of reports. */
static bool put_page(const struct test_dir *d, const struct run_check *c, const struct report *r,
                     struct history *h, struct err *e)
{
    if (c->many && report_verdict(r) == VERDICT_VALID)
        return true;
    char *path = test_dir_file(d, "report.html"), *test = test_dir_file(d, "test.json");
    const char *paths[] = {path, c->html};
    json_t *description = json_load_file(test, 0, NULL);
    bool ok = true;
    for (size_t i = 0; i < 2 && ok; i++) {
        struct out_file f;
        ok = !paths[i] || (out_open(&f, paths[i], e) && html_file(&f, r, h, description, e));
    }
    json_decref(description);
    mem_free(path);
    mem_free(test);
    return ok;
}

static bool report(const struct test_dir *d, const struct run_check *c, const struct report *r,
                   struct history *h, struct err *e)
{
    const struct text_style style = {
        .color = color_wanted(c->color),
        .quiet = c->quiet,
        .verbose = c->verbose,
        .width = terminal_width(STDOUT_FILENO),
    };
    struct buf out = {0};
    report_text(r, &style, &out);
    print_buf(&out);
    struct result_document *doc = result_document_new();
    result_document_add(doc, r);
    result_document_print(doc, report_verdict(r), &out);
    result_document_free(doc);
    return put_results(d, &out, e) && put_page(d, c, r, h, e);
}

/* The verdict that is none: why. */
static bool report_unknown(const struct test_dir *d, const struct run_check *c, const char *why,
                           struct history *h, const struct coverage *coverage,
                           enum verdict *verdict, struct err *e)
{
    const struct report r = {
        .path = d->history, .history = h, .coverage = coverage, .skipped = why};
    *verdict = VERDICT_UNKNOWN;
    return report(d, c, &r, h, e);
}

static struct load_flags how_to_load(const struct run_check *c)
{
    return (struct load_flags){.independent = c->keyed ? "yes" : "no"};
}

static bool check_levels(const struct test_dir *d, const struct run_check *c, const char *levels,
                         enum verdict *verdict, struct err *e)
{
    const struct workload *w = c->workload;
    const struct load_flags load = how_to_load(c);
    const struct check_flags check = {.model = w->model, .consistency = levels, .jobs = c->jobs};
    const struct check_file_options o = {
        .load = &load, .check = &check, .demands = &c->demands};
    struct check_file f;
    if (!check_file(&f, d->history, &o, e))
        return false;
    struct buf why = {0};
    if (c->interrupted)
        coverage_miss(&f.coverage,
                      "the test was interrupted: this is about what was recorded until then");
    *verdict = report_verdict(&f.report);
    bool never = *verdict == VERDICT_UNKNOWN && never_ok(w, &f.history, &why);
    bool vacuous = never && f.result.verdict == VERDICT_VALID;
    if (never && !vacuous)
        coverage_miss(&f.coverage, why.p);
    bool ok = vacuous ? report_unknown(d, c, why.p, &f.history, &f.coverage, verdict, e)
                      : report(d, c, &f.report, &f.history, e);
    buf_free(&why);
    check_file_free(&f);
    return ok;
}

static bool check_nothing(const struct test_dir *d, const struct run_check *c, const char *missing,
                          enum verdict *verdict, struct err *e)
{
    const struct load_flags flags = how_to_load(c);
    const struct belie_load_options load = flags_load(&flags);
    struct history h;
    struct buf why = {0};
    if (!library_load(&h, d->history, &load, e))
        return false;
    buf_printf(&why, "recorded, but not checked: there is no checker of %s yet%c", missing, '\0');
    struct arena a = {0};
    struct coverage coverage;
    coverage_measure(&coverage, &h, &c->demands, &a);
    bool ok = report_unknown(d, c, why.p, &h, &coverage, verdict, e);
    arena_free(&a);
    buf_free(&why);
    history_free(&h);
    return ok;
}

bool run_check(const struct test_dir *d, const struct run_check *c, enum verdict *verdict,
               struct err *e)
{
    struct buf known = {0}, missing = {0};
    property_names_split(c->workload->property, &known, &missing);
    bool ok = known.p[0] ? check_levels(d, c, known.p, verdict, e)
                         : check_nothing(d, c, missing.p, verdict, e);
    if (known.p[0] && missing.p[0] && !c->quiet)
        say("not yet checked: %s", missing.p);
    buf_free(&known);
    buf_free(&missing);
    return ok;
}
