/* belie heal: end the faults on the nodes of a test. */
#include "cli/run_plan.h"
#include "cli/terminal.h"
#include "cli/test_file.h"

#include <stddef.h>

static int parse(int argc, char **argv, struct run_config *c, struct arena *a)
{
    struct arguments rest;
    struct err e = {0};
    run_defaults(c);
    int code = options_parse(&command_heal, argc, argv, c, &rest);
    if (code < 0 && rest.n > 1)
        return usage_error(&command_heal, "heal takes one description of a test, not %zu", rest.n);
    if (code >= 0 || rest.n == 0)
        return code;
    run_defaults(c);
    if (!test_file_read(rest.v[0], c, a, &e))
        return say_error(&e);
    return options_parse(&command_heal, argc, argv, c, &rest);
}

static int heal(int argc, char **argv)
{
    struct run_config c;
    struct arena a = {0};
    int code = parse(argc, argv, &c, &a);
    if (code < 0)
        code = live_heal(&c, argc, argv);
    arena_free(&a);
    return code;
}

static const struct option_group groups[] = {{live_options, offsetof(struct run_config, live)},
                                             {0}};

const struct command command_heal = {
    .name = "heal",
    .summary = "undo all faults on the nodes of a test, at once",
    .arguments = "[TEST.json]",
    .details = "Nodes heal by themselves when belie dies. This is for whoever does not want to "
               "wait, or to end the faults of a test that still runs.",
    .options = groups,
    .run = heal,
};
