/* belie run of a real system. */
#include "cli/command_line.h"
#include "cli/live/live_plan.h"
#include "cli/run_tests.h"
#include "cli/terminal.h"

static void describe(const void *ctx, uint64_t seed, struct buf *out)
{
    live_plan_json(ctx, seed, out);
}

static void hide(const char *secret, struct err *e)
{
    struct buf b = {.max = sizeof e->text - 1};
    const char *from = e->text, *at;
    size_t n = strlen(secret);
    for (; n > 0 && (at = strstr(from, secret)); from = at + n) {
        buf_put(&b, (struct str){from, (size_t)(at - from)});
        buf_puts(&b, "***");
    }
    buf_puts(&b, from);
    memcpy(e->text, buf_str(&b).p, b.n);
    e->text[b.n] = '\0';
    buf_free(&b);
}

/* A command that failed is told, and options are in it. */
static void hide_secrets(const struct target *t, struct err *e)
{
    for (size_t i = 0; i < t->nvariables; i++)
        if (command_line_secret(str_of(t->variables[i].name)))
            hide(t->variables[i].text, e);
}

static bool execute(const void *ctx, const struct test_dir *d, uint64_t seed,
                    const _Atomic int *stop, struct err *e)
{
    struct live_test t = ((const struct live_plan *)ctx)->test;
    struct err after = {0};
    t.seed = seed;
    t.stop = stop;
    bool ok = live_test_run(&t, d, e, &after);
    if (!ok)
        hide_secrets(&((const struct live_plan *)ctx)->target, e);
    hide_secrets(&((const struct live_plan *)ctx)->target, &after);
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
