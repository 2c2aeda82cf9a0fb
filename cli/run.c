/* belie run: a whole test. Clients work on a simulated cluster or a real system while faults happen
 * to it; the history is recorded as it happens, and then checked like any other. */
#define _POSIX_C_SOURCE 200809L
#include "cli/run_tests.h"
#include "cli/terminal.h"
#include "cli/test_file.h"

#include <unistd.h>

static void describe(const void *ctx, uint64_t seed, struct buf *out)
{
    const struct run_plan *p = ctx;
    struct sim_test t = p->test;
    t.seed = seed;
    run_plan_json(p, &t, out);
}

static bool execute(const void *ctx, const struct test_dir *d, uint64_t seed,
                    const _Atomic int *stop, struct err *e)
{
    struct sim_test t = ((const struct run_plan *)ctx)->test;
    int fd = test_dir_faults(d, e);
    const struct sim_sink to = {.history = d->fd, .faults = fd};
    t.seed = seed;
    t.stop = stop;
    bool ok = fd >= 0 && sim_test_run(&t, &to, e);
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static int run_simulated(const struct run_config *c)
{
    struct run_plan plan;
    struct err e = {0};
    if (!run_plan_make(&plan, c, &e)) {
        run_plan_free(&plan);
        return usage_error(&command_run, "%s", e.text);
    }
    if (!c->quiet)
        run_plan_say(&plan);
    const struct run_how how = {
        .name = plan.name.p,
        .workload = plan.test.workload,
        .keyed = plan.test.ops_per_key > 0 || plan.test.workload->pairs,
        .describe = describe,
        .execute = execute,
        .ctx = &plan,
    };
    int code = run_tests(c, &how);
    run_plan_free(&plan);
    return code;
}

/* A description gives what the command line does not. */
static int read_test(const struct arguments *rest, struct arena *a, struct run_config *c)
{
    struct err e = {0};
    run_defaults(c);
    return test_file_read(rest->v[0], c, a, &e) ? -1 : say_error(&e);
}

static int run_any(struct run_config *c, int argc, char **argv)
{
    c->argc = argc;
    c->argv = argv;
    if (c->list) {
        run_plan_list();
        return EXIT_VALID;
    }
    if (c->store && c->live.target)
        return usage_error(&command_run,
                           "the test is of a simulated cluster (%s) and of a real "
                           "system (%s): choose one",
                           c->store, c->live.target);
    return c->live.target ? live_run(c, argc, argv) : run_simulated(c);
}

static int run(int argc, char **argv)
{
    struct run_config c;
    struct arguments rest;
    struct arena a = {0};
    run_defaults(&c);
    int code = options_parse(&command_run, argc, argv, &c, &rest);
    if (code < 0 && rest.n > 1)
        code = usage_error(&command_run, "run takes one description of a test, not %zu", rest.n);
    if (code < 0 && rest.n == 1)
        code = read_test(&rest, &a, &c);
    if (code < 0 && rest.n == 1)
        code = options_parse(&command_run, argc, argv, &c, &rest);
    if (code < 0)
        code = run_any(&c, argc, argv);
    arena_free(&a);
    return code;
}

const struct command command_run = {
    .name = "run",
    .summary = "run a test on a simulated cluster or a real system, and check what it recorded",
    .arguments = "[TEST.json]",
    .details = "Clients work on a replicated store while faults happen to it; then the history is "
               "checked, explained and kept in the folder that is printed. With --sim the store "
               "is simulated: the same seed and options record the same history, and time is "
               "virtual: a minute takes less than a second. With --target, or a TEST.json that "
               "names one, it is a real system, see 'belie targets'.",
    .options = run_options,
    .run = run,
};
