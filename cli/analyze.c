/* belie analyze: check again what a test has recorded, as `belie run` does. */
#include "base/mem.h"
#include "cli/run_tests.h"
#include "cli/terminal.h"
#include "cli/watch.h"
#include "runners/conf.h"

struct analyze_config {
    const char *color, *html;
    uint64_t jobs;
    bool quiet, verbose;
    struct threshold_flags thresholds;
};

static const struct option_spec specs[] = {
    {"html", 0, "FILE", "write the report there as well", OPT_TEXT,
     offsetof(struct analyze_config, html), NULL},
    {"jobs", 'j', "N", "check N keys at a time; default one per processor", OPT_COUNT,
     offsetof(struct analyze_config, jobs), NULL},
    {"quiet", 'q', NULL, "print only PATH<TAB>verdict", OPT_FLAG,
     offsetof(struct analyze_config, quiet), NULL},
    {"verbose", 'v', NULL, "print every key and operation that is not explained", OPT_FLAG,
     offsetof(struct analyze_config, verbose), NULL},
    {"color", 0, "WHEN", "color the text", OPT_CHOICE, offsetof(struct analyze_config, color),
     color_choice},
    {0},
};
static const struct option_group groups[] = {
    {specs, 0}, {threshold_options, offsetof(struct analyze_config, thresholds)}, {0}};

/* What test.json says about the check. */
static bool read_description(const struct test_dir *d, struct run_check *c, struct err *e)
{
    struct arena a = {0};
    char *path = test_dir_file(d, "test.json");
    const char *name = NULL;
    double per_key = 0;
    const struct conf *t = conf_read(path, &a, e);
    bool ok = t && conf_text(t, "workload", &name, e) &&
              conf_number(t, "ops-per-key", 0, 9007199254740992.0, &per_key, e);
    if (ok && !name)
        ok = conf_error(t, e, "\"workload\" is missing: this is no description of a test");
    c->workload = ok ? workload_find(name) : NULL;
    if (ok && !c->workload)
        ok = conf_error(conf_get(t, "workload"), e, "there is no workload '%s'", name);
    c->keyed = c->workload && (per_key > 0 || c->workload->pairs);
    mem_free(path);
    arena_free(&a);
    return ok;
}

static int exit_code_of(enum verdict v)
{
    return v == VERDICT_VALID ? EXIT_VALID : v == VERDICT_INVALID ? EXIT_INVALID : EXIT_UNKNOWN;
}

static int run(int argc, char **argv)
{
    struct analyze_config c = {0};
    struct arguments rest;
    struct test_dir d;
    struct err e = {0};
    enum verdict verdict = VERDICT_UNKNOWN;
    int code = options_parse(&command_analyze, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    if (rest.n != 1)
        return usage_error(&command_analyze, "give the folder of one test, such as store/latest");
    struct run_check check = {
        .quiet = c.quiet,
        .verbose = c.verbose,
        .jobs = c.jobs,
        .color = c.color,
        .html = c.html,
        .demands = thresholds_of(&c.thresholds),
    };
    watch_signals();
    test_dir_at(&d, rest.v[0]);
    bool ok = read_description(&d, &check, &e) && run_check(&d, &check, &verdict, &e);
    test_dir_close(&d);
    return ok ? exit_code_of(verdict) : say_error(&e);
}

const struct command command_analyze = {
    .name = "analyze",
    .summary = "check again what a test has recorded",
    .arguments = "DIR",
    .details = "DIR is the folder of a test, such as store/latest. The history is checked for what "
               "the workload of the test is about, as 'belie run' does after the test, and "
               "results.json and report.html are written anew.",
    .options = groups,
    .run = run,
};
