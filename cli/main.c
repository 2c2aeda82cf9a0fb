/* The program's edge: find the sub-command, run it, turn what happened into an exit code. */
#include "cli/command.h"

#include "base/mem.h"
#include "cli/help.h"
#include "cli/out_file.h"
#include "cli/terminal.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct command *const commands[] = {
    &command_check,   &command_shrink,     &command_explain,
    &command_convert, &command_generate,   &command_run,
    &command_analyze, &command_selftest,   &command_heal,
    &command_targets, &command_workloads,  &command_faults,
    &command_doctor,  &command_report,     &command_index,
    &command_models,  &command_properties, &command_completion,
    &command_help,    &command_version,    NULL,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

const char *command_name(size_t i)
{
    return commands[i] ? commands[i]->name : NULL;
}

int usage_error(const struct command *c, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    say("%s (see 'belie %s%s--help')", text, c ? c->name : "", c ? " " : "");
    return EXIT_USAGE;
}

/* The system refuses memory although the budget allows it: end with a sentence, not with a kill.
 * Other threads may be in the middle of something, so nothing is cleaned up but temporary files. */
static void out_of_memory(size_t wanted)
{
    char text[128];
    int n = snprintf(text, sizeof text,
                     "belie: the system refused %zu bytes of memory: no verdict\n", wanted);
    (void)!write(STDERR_FILENO, text, n > 0 ? (size_t)n : 0);
    out_abandon_all();
    _exit(EXIT_UNKNOWN);
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
        help_all();
        return EXIT_VALID;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return command_version.run(1, argv + 1);
    const struct command *c = command_find(argv[1]);
    if (c)
        return c->run(argc - 1, argv + 1);
    if (argv[1][0] == '-')
        return usage_error(NULL, "unknown option '%s'", argv[1]);
    return usage_error(NULL, "unknown command '%s'%s", argv[1], suggestion(argv[1], command_name));
}

int main(int argc, char **argv)
{
    mem_on_exhausted(out_of_memory);
    /* A reader of our output that goes away must not kill us before the other outputs are done. */
    (void)signal(SIGPIPE, SIG_IGN);
    return print_finish(dispatch(argc, argv));
}
