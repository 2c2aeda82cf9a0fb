/* belie targets: the real systems that are described. */
#include "cli/live.h"

#include <stddef.h>

struct targets_config {
    bool json;
};

static const struct option_spec specs[] = {
    {"json", 0, NULL, "print a JSON document", OPT_FLAG, offsetof(struct targets_config, json),
     NULL},
    {0},
};
static const struct option_group groups[] = {{specs, 0}, {0}};

static int run(int argc, char **argv)
{
    struct targets_config c = {false};
    struct arguments rest;
    int code = options_parse(&command_targets, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    if (rest.n > 0)
        return usage_error(&command_targets, "targets takes no arguments");
    return live_targets(c.json, argc, argv);
}

const struct command command_targets = {
    .name = "targets",
    .summary = "list the real systems that are described, for run --target",
    .arguments = "",
    .options = groups,
    .run = run,
};
