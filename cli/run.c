/* belie run: a whole test. Clients work on a simulated cluster while faults happen to it; the
 * history is recorded as it happens, and then checked like any other. */
#include "base/mem.h"
#include "checker/property_names.h"
#include "cli/check_file.h"
#include "cli/html_file.h"
#include "cli/run_plan.h"
#include "cli/terminal.h"
#include "reports/result_json.h"
#include "reports/text.h"
#include "runners/test_dir.h"

#include <unistd.h>

/* What a run of several tests came to. */
struct tally {
    uint64_t tests, invalid, unknown;
    uint64_t first_invalid; /* seed */
};

struct one_test {
    const struct run_config *config;
    const struct run_plan *plan;
    struct sim_test test;
    struct test_dir dir;
    bool explain;
};

static bool put_file(const struct test_dir *d, const char *name, struct buf *text, struct err *e)
{
    struct out_file f;
    char *path = test_dir_file(d, name);
    bool ok = out_open(&f, path, e);
    if (ok) {
        (void)out_put(&f, buf_str(text)); /* a failure is said by out_commit */
        ok = out_commit(&f, e);
    }
    mem_free(path);
    buf_free(text);
    return ok;
}

/* An operation of the workload of which none succeeded: then the test shows nothing. */
static const char *never_ok(const struct workload *w, const struct history *h)
{
    for (const struct workload_op *o = w->ops; o->f; o++) {
        bool some = false;
        for (size_t i = 0; i < h->nops && !some; i++)
            some = h->ops[i].type == OP_OK && str_is(val_get_text(&h->values, h->ops[i].f), o->f);
        if (!some)
            return o->f;
    }
    return NULL;
}

/* report.html in the folder of the test, and where --html says. Of many tests only those that are
 * not valid: nobody reads thousands of reports. */
static bool report_page(const struct one_test *t, const struct report *r, struct history *h,
                        struct err *e)
{
    if (t->config->test_count > 1 && report_verdict(r) == VERDICT_VALID)
        return true;
    char *path = test_dir_file(&t->dir, "report.html"), *test = test_dir_file(&t->dir, "test.json");
    const char *paths[] = {path, t->config->html};
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

static bool report_one(const struct one_test *t, const struct report *r, struct history *h,
                       struct err *e)
{
    const struct text_style style = {
        .color = color_wanted(t->config->color),
        .quiet = t->config->quiet || !t->explain,
        .verbose = t->config->verbose,
        .width = terminal_width(STDOUT_FILENO),
    };
    struct buf out = {0};
    report_text(r, &style, &out);
    print_buf(&out);
    struct result_document *d = result_document_new();
    result_document_add(d, r);
    result_document_print(d, report_verdict(r), &out);
    result_document_free(d);
    return put_file(&t->dir, "results.json", &out, e) && report_page(t, r, h, e);
}

/* The verdict that is none: why. */
static bool report_unknown(const struct one_test *t, const char *why, struct history *h,
                           enum verdict *verdict, struct err *e)
{
    const struct report r = {.path = t->dir.history, .skipped = why};
    *verdict = VERDICT_UNKNOWN;
    return report_one(t, &r, h, e);
}

static struct load_flags how_to_load(const struct one_test *t)
{
    bool keyed = t->test.ops_per_key || t->test.workload->pairs;
    return (struct load_flags){.independent = keyed ? "yes" : "no"};
}

static bool check_levels(const struct one_test *t, const char *levels, enum verdict *verdict,
                         struct err *e)
{
    const struct workload *w = t->test.workload;
    const struct load_flags load = how_to_load(t);
    const struct check_flags check = {
        .model = w->model, .consistency = levels, .jobs = t->config->jobs};
    const struct check_file_options o = {.load = &load, .check = &check};
    struct check_file f;
    if (!check_file(&f, t->dir.history, &o, e))
        return false;
    struct buf why = {0};
    const char *f_name = never_ok(w, &f.history);
    *verdict = report_verdict(&f.report);
    bool vacuous = f_name && *verdict == VERDICT_VALID;
    buf_printf(&why, "vacuous: no %s succeeded, so nothing was tested%c", f_name ? f_name : "",
               '\0');
    bool ok = vacuous ? report_unknown(t, why.p, &f.history, verdict, e)
                      : report_one(t, &f.report, &f.history, e);
    buf_free(&why);
    check_file_free(&f);
    return ok;
}

static bool check_nothing(const struct one_test *t, const char *missing, enum verdict *verdict,
                          struct err *e)
{
    const struct load_flags flags = how_to_load(t);
    const struct belie_load_options load = flags_load(&flags);
    struct history h;
    struct buf why = {0};
    if (!library_load(&h, t->dir.history, &load, e))
        return false;
    buf_printf(&why, "recorded, but not checked: there is no checker of %s yet%c", missing, '\0');
    bool ok = report_unknown(t, why.p, &h, verdict, e);
    buf_free(&why);
    history_free(&h);
    return ok;
}

/* Check what was recorded. A verdict on a run in which nothing could go wrong is none. */
static bool check_one(const struct one_test *t, enum verdict *verdict, struct err *e)
{
    struct buf known = {0}, missing = {0};
    property_names_split(t->test.workload->property, &known, &missing);
    bool ok = known.p[0] ? check_levels(t, known.p, verdict, e)
                         : check_nothing(t, missing.p, verdict, e);
    if (known.p[0] && missing.p[0] && !t->config->quiet)
        say("not yet checked: %s", missing.p);
    buf_free(&known);
    buf_free(&missing);
    return ok;
}

static bool run_one(struct one_test *t, enum verdict *verdict, struct err *e)
{
    struct budget budget = {0};
    struct buf description = {0};
    if (!test_dir_open(&t->dir, t->config->root, t->plan->name.p, e))
        return false;
    run_plan_json(t->plan, &t->test, &description);
    bool ok = put_file(&t->dir, "test.json", &description, e);
    watch_begin(&budget, 0, PROGRESS_NONE, "the test");
    t->test.stop = &budget.stop;
    const struct sim_sink to = {.history = t->dir.fd, .faults = -1};
    ok = ok && sim_test_run(&t->test, &to, e);
    watch_end();
    ok = ok && check_one(t, verdict, e) && (watch_interrupted() || test_dir_complete(&t->dir, e));
    test_dir_close(&t->dir);
    return ok;
}

static void count(struct tally *all, enum verdict v, uint64_t seed)
{
    all->tests++;
    all->unknown += v == VERDICT_UNKNOWN;
    if (v == VERDICT_INVALID && all->invalid++ == 0)
        all->first_invalid = seed;
}

static int summary(const struct tally *all, uint64_t wanted)
{
    if (wanted > 1 && all->invalid)
        say("%llu of %llu tests are invalid, the first one with --seed %llu",
            (unsigned long long)all->invalid, (unsigned long long)all->tests,
            (unsigned long long)all->first_invalid);
    else if (wanted > 1)
        say("none of %llu tests is invalid", (unsigned long long)all->tests);
    if (all->invalid)
        return EXIT_INVALID;
    return all->unknown || watch_interrupted() ? EXIT_UNKNOWN : EXIT_VALID;
}

static int run_all(const struct run_config *c, const struct run_plan *plan)
{
    struct tally all = {0};
    struct err e = {0};
    watch_signals();
    for (uint64_t i = 0; i < c->test_count && !watch_interrupted(); i++) {
        struct one_test t = {.config = c, .plan = plan, .test = plan->test};
        enum verdict verdict = VERDICT_UNKNOWN;
        t.test.seed = c->seed + i;
        t.explain = c->test_count == 1 || all.invalid == 0;
        if (!run_one(&t, &verdict, &e))
            return say_error(&e);
        count(&all, verdict, t.test.seed);
    }
    return summary(&all, c->test_count);
}

static int run(int argc, char **argv)
{
    struct run_config c;
    struct run_plan plan;
    struct arguments rest;
    struct err e = {0};
    run_defaults(&c);
    int code = options_parse(&command_run, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    if (rest.n > 0)
        return usage_error(&command_run, "run takes no arguments yet, only options");
    if (c.list) {
        run_plan_list();
        return EXIT_VALID;
    }
    if (!run_plan_make(&plan, &c, &e))
        return usage_error(&command_run, "%s", e.text);
    if (!c.quiet)
        run_plan_say(&plan);
    code = run_all(&c, &plan);
    buf_free(&plan.name);
    return code;
}

const struct command command_run = {
    .name = "run",
    .summary = "run a test on a simulated cluster, and check what it recorded",
    .arguments = "",
    .details = "Clients work on a simulated replicated store while faults happen to it; then the "
               "history is checked, explained and kept in the folder that is printed. The same "
               "seed and options record the same history. Time is virtual: a minute takes less "
               "than a second.",
    .options = run_options,
    .run = run,
};
