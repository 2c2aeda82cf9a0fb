#include "cli/run_tests.h"

#include "base/mem.h"
#include "cli/command_line.h"
#include "cli/out_file.h"
#include "cli/terminal.h"
#include "cli/watch.h"

#include <math.h>

/* What a run of several tests came to. */
struct tally {
    uint64_t tests, invalid, unknown;
    uint64_t first_invalid; /* seed */
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

/* test.json. Of several tests each one gets the command that runs it alone. */
static void describe(const struct run_config *c, const struct run_how *how, uint64_t seed,
                     struct buf *out)
{
    struct buf command = {0}, more = {0};
    if (c->test_count > 1)
        buf_printf(&more, " --seed %llu --test-count 1", (unsigned long long)seed);
    buf_putc(&more, '\0');
    command_line(c->argc, c->argv, more.p, &command);
    how->describe(how->ctx, seed, out);
    buf_puts(out, ",\n \"command\": ");
    json_print_string(buf_str(&command), out);
    buf_puts(out, "}\n");
    buf_free(&command);
    buf_free(&more);
}

static bool run_one(const struct run_config *c, const struct run_how *how, uint64_t seed,
                    bool explain, enum verdict *verdict, struct err *e)
{
    struct budget budget = {0};
    struct buf description = {0};
    struct test_dir d;
    struct run_check check = {
        .workload = how->workload,
        .keyed = how->keyed,
        .quiet = c->quiet || !explain,
        .verbose = c->verbose,
        .jobs = c->jobs,
        .color = c->color,
        .html = c->html,
        .many = c->test_count > 1,
        .demands = thresholds_of(&c->thresholds),
    };
    if (!test_dir_open(&d, c->root, how->name, e))
        return false;
    describe(c, how, seed, &description);
    bool ok = put_file(&d, "test.json", &description, e);
    watch_begin(&budget, 0, PROGRESS_NONE, "the test");
    ok = ok && how->execute(how->ctx, &d, seed, &budget.stop, e);
    watch_end();
    check.interrupted = watch_interrupted();
    if (check.interrupted)
        watch_again(); /* what was recorded is checked, unless that is interrupted as well */
    ok = ok && run_check(&d, &check, verdict, e) && (check.interrupted || test_dir_complete(&d, e));
    test_dir_close(&d);
    return ok;
}

static void count(struct tally *all, enum verdict v, uint64_t seed)
{
    all->tests++;
    all->unknown += v == VERDICT_UNKNOWN;
    if (v == VERDICT_INVALID && all->invalid++ == 0)
        all->first_invalid = seed;
}

/* Wilson's interval (1927) for a rate of which k of n were seen, in percent. */
static void interval(uint64_t k, uint64_t n, double *low, double *high)
{
    double p = (double)k / (double)n, z2 = 1.96 * 1.96, m = (double)n;
    double middle = p + z2 / (2 * m), half = 1.96 * sqrt(p * (1 - p) / m + z2 / (4 * m * m));
    *low = 100 * (middle - half) / (1 + z2 / m);
    *high = 100 * (middle + half) / (1 + z2 / m);
}

static void say_rate(const struct tally *all)
{
    double low, high;
    interval(all->invalid, all->tests, &low, &high);
    say("%llu of %llu tests are invalid, the first one with --seed %llu",
        (unsigned long long)all->invalid, (unsigned long long)all->tests,
        (unsigned long long)all->first_invalid);
    say("reproduction rate %.3g %%, 95 %% interval %.2g to %.3g %%",
        100 * (double)all->invalid / (double)all->tests, low < 0.05 ? 0 : low, high);
}

static int summary(const struct tally *all, uint64_t wanted)
{
    if (wanted > 1 && all->invalid)
        say_rate(all);
    else if (wanted > 1)
        say("none of %llu tests is invalid", (unsigned long long)all->tests);
    if (all->invalid)
        return EXIT_INVALID;
    return all->unknown || watch_was_interrupted() ? EXIT_UNKNOWN : EXIT_VALID;
}

int run_tests(const struct run_config *c, const struct run_how *how)
{
    struct tally all = {0};
    struct err e = {0};
    watch_signals();
    for (uint64_t i = 0; i < c->test_count && !watch_was_interrupted(); i++) {
        enum verdict verdict = VERDICT_UNKNOWN;
        bool explain = c->test_count == 1 || all.invalid == 0;
        if (!run_one(c, how, c->seed + i, explain, &verdict, &e))
            return say_error(&e);
        count(&all, verdict, c->seed + i);
    }
    return summary(&all, c->test_count);
}
