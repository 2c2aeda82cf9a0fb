/* belie selftest: every simulated store and every planted bug against every checker. */
#include "runners/selftest.h"

#include "base/budget.h"
#include "base/buf.h"
#include "base/mem.h"
#include "checker/property.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "cli/watch.h"

#include <string.h>

struct selftest_config {
    const char *blind;
    uint64_t jobs;
    bool json, quiet;
};

static const char *property_choice(size_t i)
{
    return properties[i] ? properties[i]->name : NULL;
}

static const struct option_spec specs[] = {
    {"json", 0, NULL, "print a JSON document", OPT_FLAG, offsetof(struct selftest_config, json),
     NULL},
    {"quiet", 'q', NULL, "print only what is not as it must be, and the summary", OPT_FLAG,
     offsetof(struct selftest_config, quiet), NULL},
    {"jobs", 'j', "N", "run N tests at a time; default one per processor", OPT_COUNT,
     offsetof(struct selftest_config, jobs), NULL},
    {"blind", 0, "PROPERTY", "take every verdict of PROPERTY for valid: this test must then fail",
     OPT_CHOICE, offsetof(struct selftest_config, blind), property_choice},
    {0},
};
static const struct option_group groups[] = {{specs, 0}, {0}};

struct counts {
    unsigned good, bad, not_yet;
};

static struct counts count(const struct selftest_result *results, size_t n)
{
    struct counts c = {0};
    for (size_t i = 0; i < n; i++) {
        c.bad += selftest_bad(results[i].outcome);
        c.not_yet += results[i].outcome == SELFTEST_NOT_YET;
        c.good += results[i].outcome == SELFTEST_GOOD;
    }
    return c;
}

static const char *expected(const struct selftest_case *c)
{
    return c->expects == EXPECT_BREAKS ? "fires" : "silent";
}

static void put_case(const struct selftest_case *c, const struct selftest_result *r,
                     struct buf *out)
{
    buf_printf(out, "%-16s%-24s%-14s%-20s", selftest_word(r->outcome), c->store, c->workload,
               c->property);
    if (r->outcome == SELFTEST_FAILED)
        buf_printf(out, "%s", r->err.text);
    else if (r->outcome == SELFTEST_NOT_YET)
        buf_printf(out, "must be %s", c->expects == EXPECT_BREAKS ? "broken" : "kept");
    else if (r->seed)
        buf_printf(out, "%s with seed %llu", c->expects == EXPECT_BREAKS ? "found" : "ALARM",
                   (unsigned long long)r->seed);
    else
        buf_printf(out, "silent in %u tests%s", r->tests, r->unknown ? ", some unsure" : "");
    if (r->outcome != SELFTEST_NOT_YET && r->outcome != SELFTEST_FAILED && selftest_bad(r->outcome))
        buf_printf(out, "; it must be %s", c->expects == EXPECT_BREAKS ? "found" : "silent");
    if (*c->faults && r->outcome != SELFTEST_NOT_YET)
        buf_printf(out, "; faults: %s", strlen(c->faults) > 50 ? "all that it bears" : c->faults);
    buf_putc(out, '\n');
}

/* Properties of which no case shows that they fire, or that they can be silent. */
static bool covered(const struct property *p, bool *fires, bool *silent)
{
    *fires = selftest_covers(p->name, EXPECT_BREAKS);
    *silent = selftest_covers(p->name, EXPECT_HOLDS);
    return p == &property_all || (*fires && *silent); /* all asks the levels, which are there */
}

static void put_uncovered(struct buf *out)
{
    bool fires, silent;
    for (size_t i = 0; properties[i]; i++)
        if (!covered(properties[i], &fires, &silent))
            buf_printf(out, "%-16s%s: no store here %s it for certain%s\n", "no-case",
                       properties[i]->name, fires ? "keeps" : "breaks",
                       fires || silent ? "" : ", or keeps it");
}

static void text(const struct selftest_config *c, const struct selftest_result *results, size_t n,
                 struct buf *out)
{
    const struct counts k = count(results, n);
    for (size_t i = 0; i < n; i++)
        if (results[i].outcome < SELFTEST_NOT_YET &&
            (!c->quiet || selftest_bad(results[i].outcome)))
            put_case(&selftest_cases[i], &results[i], out);
    for (size_t i = 0; i < n && !c->quiet; i++)
        if (results[i].outcome == SELFTEST_NOT_YET)
            put_case(&selftest_cases[i], &results[i], out);
    put_uncovered(out);
    buf_printf(out, "selftest: %u as they must be, %u not, %u not yet checked\n", k.good, k.bad,
               k.not_yet);
}

static void json(const struct selftest_result *results, size_t n, struct buf *out)
{
    const struct counts k = count(results, n);
    buf_printf(out, "{\"schema\": 1, \"good\": %s, \"cases\": [", k.bad ? "false" : "true");
    for (size_t i = 0; i < n; i++) {
        const struct selftest_case *c = &selftest_cases[i];
        const struct selftest_result *r = &results[i];
        buf_printf(out,
                   "%s\n  {\"store\": \"%s\", \"workload\": \"%s\", \"faults\": \"%s\", "
                   "\"property\": \"%s\", \"must\": \"%s\", \"outcome\": \"%s\", \"tests\": %u, "
                   "\"unknown\": %u, \"seed\": ",
                   i ? "," : "", c->store, c->workload, c->faults, c->property, expected(c),
                   selftest_word(r->outcome), r->tests, r->unknown);
        if (r->seed)
            buf_printf(out, "%llu}", (unsigned long long)r->seed);
        else
            buf_puts(out, "null}");
    }
    buf_printf(out,
               "\n], \"as-they-must-be\": %u, \"not\": %u, \"not-yet-checked\": %u, \"no-case\": [",
               k.good, k.bad, k.not_yet);
    bool fires, silent, first = true;
    for (size_t i = 0; properties[i]; i++)
        if (!covered(properties[i], &fires, &silent)) {
            buf_printf(out, "%s\"%s\"", first ? "" : ", ", properties[i]->name);
            first = false;
        }
    buf_puts(out, "]}\n");
}

static int run(int argc, char **argv)
{
    struct selftest_config c = {0};
    struct arguments rest;
    struct budget budget = {0};
    struct buf out = {0};
    size_t n = selftest_count();
    int code = options_parse(&command_selftest, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    if (rest.n > 0)
        return usage_error(&command_selftest, "selftest takes no arguments");
    struct selftest_result *results = mem_zalloc(n, sizeof *results);
    watch_signals();
    watch_begin(&budget, 0, PROGRESS_NONE, "the self-test");
    const struct selftest_options o = {
        .blind = c.blind, .jobs = (unsigned)c.jobs, .stop = &budget.stop};
    selftest_run(&o, results);
    watch_end();
    if (c.json)
        json(results, n, &out);
    else
        text(&c, results, n, &out);
    code = watch_interrupted() ? EXIT_UNKNOWN : count(results, n).bad ? EXIT_INVALID : EXIT_VALID;
    print_buf(&out);
    mem_free(results);
    return code;
}

const struct command command_selftest = {
    .name = "selftest",
    .summary = "see that each checker fires where it must and is silent where it must",
    .arguments = "",
    .details = "Runs every simulated store and every planted bug over fixed seeds and checks what "
               "was recorded. Exit code 0: every checker that exists did what it must.",
    .options = groups,
    .run = run,
};
