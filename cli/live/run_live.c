/* belie run of a real system. */
#include "cli/live/live_plan.h"
#include "cli/live/secrets.h"
#include "cli/run_tests.h"
#include "cli/terminal.h"

static void describe(const void *ctx, uint64_t seed, struct buf *out)
{
    live_plan_json(ctx, seed, out);
}

static bool execute(const void *ctx, const struct test_dir *d, uint64_t seed,
                    const _Atomic int *stop, struct err *e)
{
    const struct live_plan *p = ctx;
    struct live_test t = p->test;
    struct err after = {0};
    t.seed = seed;
    t.stop = stop;
    bool ok = live_test_run(&t, d, e, &after);
    if (!ok) /* a command that failed is told, and options are in it */
        secrets_hide_error(p, e);
    secrets_hide_error(p, &after);
    if (after.code != ERR_NONE)
        say("after the test: %s (the verdict stands)", after.text);
    return ok;
}

int live_run(const struct run_config *c, int argc, char **argv)
{
    struct live_plan plan;
    struct err e = {0};
    (void)argc;
    (void)argv;
    if (!live_plan_make(&plan, c, &e))
        return e.code == ERR_USAGE ? usage_error(&command_run, "%s", e.text) : say_error(&e);
    if (!c->quiet)
        live_plan_say(&plan);
    const struct run_how how = {
        .name = plan.name.p,
        .workload = plan.test.workload,
        .keyed = plan.test.ops_per_key > 0 || plan.test.workload->pairs,
        .describe = describe,
        .execute = execute,
        .ctx = &plan,
    };
    int code = run_tests(c, &how);
    live_plan_free(&plan);
    return code;
}
