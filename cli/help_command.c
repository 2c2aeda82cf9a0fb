/* belie help [COMMAND] */
#include "cli/help.h"

static int run(int argc, char **argv)
{
    struct arguments rest;
    int code = options_parse(&command_help, argc, argv, NULL, &rest);
    if (code >= 0)
        return code;
    if (rest.n > 1)
        return usage_error(&command_help, "one command at a time");
    if (rest.n == 0) {
        help_all();
        return EXIT_VALID;
    }
    const struct command *c = command_find(rest.v[0]);
    if (!c)
        return usage_error(NULL, "unknown command '%s'%s", rest.v[0],
                           suggestion(rest.v[0], command_name));
    help_command(c);
    return EXIT_VALID;
}

const struct command command_help = {
    .name = "help",
    .summary = "show what a command does and its options",
    .arguments = "[COMMAND]",
    .choice = command_name,
    .run = run,
};
