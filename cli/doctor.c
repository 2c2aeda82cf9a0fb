/* belie doctor: can this test be run, and what is missing? */
#include "cli/run_plan.h"
#include "cli/terminal.h"
#include "cli/test_file.h"

static int examine(struct run_config *c, struct arguments *rest, struct arena *a, int argc,
                   char **argv)
{
    struct err e = {0};
    if (rest->n > 1)
        return usage_error(&command_doctor, "doctor takes one description of a test, not %zu",
                           rest->n);
    if (rest->n == 1) {
        run_defaults(c);
        if (!test_file_read(rest->v[0], c, a, &e))
            return say_error(&e);
        int code = options_parse(&command_doctor, argc, argv, c, rest);
        if (code >= 0)
            return code;
    }
    if (!c->live.target)
        return usage_error(&command_doctor, "say what to examine: --target TARGET (see 'belie "
                                            "targets') or a TEST.json that names one");
    return live_doctor(c, argc, argv);
}

static int run(int argc, char **argv)
{
    struct run_config c;
    struct arguments rest;
    struct arena a = {0};
    run_defaults(&c);
    int code = options_parse(&command_doctor, argc, argv, &c, &rest);
    if (code < 0)
        code = examine(&c, &rest, &a, argc, argv);
    arena_free(&a);
    return code;
}

static const struct option_group groups[] = {{live_options, offsetof(struct run_config, live)},
                                             {0}};

const struct command command_doctor = {
    .name = "doctor",
    .summary = "look whether a real system can be tested, and what is missing",
    .arguments = "[TEST.json]",
    .details =
        "Reads the description of the system, looks for its nodes, does each operation that is "
        "described once, on keys of its own, and looks at the answers. Says which "
        "workloads and faults are possible. Exit code 0 when all is well, else 254.",
    .options = groups,
    .run = run,
};
