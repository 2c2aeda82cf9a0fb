/* The command line as data. Each sub-command is one table entry with its own option table; the
 * parser, --help, the shell completions and the man-page test all read these tables. */
#ifndef BELIE_CLI_COMMAND_H
#define BELIE_CLI_COMMAND_H

#include "base/err.h"

#include <stddef.h>

enum exit_code {
    EXIT_VALID = 0,
    EXIT_INVALID = 1,
    EXIT_UNKNOWN = 2,
    EXIT_USAGE = 254, /* bad arguments, unreadable or malformed input, output that failed */
    EXIT_BUG = 255,
};

enum option_kind {
    OPT_FLAG,     /* bool */
    OPT_TEXT,     /* const char * */
    OPT_CHOICE,   /* const char *, one of `choice` */
    OPT_COUNT,    /* uint64_t */
    OPT_SECONDS,  /* double, > 0 */
    OPT_DURATION, /* int64_t ns, > 0; suffixes ns us ms s m h, none is s */
    OPT_REAL,     /* double, >= 0 */
    OPT_FRACTION, /* double, 0..1 */
    OPT_BYTES,    /* uint64_t; suffixes K M G T */
    OPT_TEXTS,    /* struct texts: each time that it is given */
};

enum { TEXTS_MAX = 64 };
struct texts {
    const char *v[TEXTS_MAX];
    size_t n;
};

struct option_spec {
    const char *name;     /* without dashes; NULL ends a table */
    char letter;          /* 0 = none */
    const char *argument; /* its name in --help; NULL for flags */
    const char *help;
    enum option_kind kind;
    size_t offset;                   /* of the field in the group's struct */
    const char *(*choice)(size_t i); /* i-th permitted value, NULL after the last */
};

/* Options that set one struct, which lies `at` bytes into the command's config. Commands share
 * groups (how to read a history, how to check it). */
struct option_group {
    const struct option_spec *specs; /* NULL ends a list of groups */
    size_t at;
};

struct command {
    const char *name, *summary;
    const char *arguments; /* positional arguments, as shown in the usage line */
    const char *details;   /* a paragraph for --help; may be NULL */
    const struct option_group *options;
    const char *(*choice)(size_t i);   /* values of the positional argument, for completion */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an exit code */
};

extern const struct command *const commands[]; /* NULL-terminated */
const struct command *command_find(const char *name);
const char *command_name(size_t i);

extern const struct command command_check, command_shrink, command_convert, command_generate,
    command_run, command_selftest, command_heal, command_targets, command_doctor, command_analyze,
    command_workloads, command_faults, command_report, command_index, command_explain,
    command_models, command_properties, command_completion, command_help, command_version;

/* The i-th option of a command, over its groups; the last one is --help, then NULL. *at (may be
 * NULL) is where its group lies in the config. */
const struct option_spec *command_option(const struct command *c, size_t i, size_t *at);

struct arguments {
    char **v;
    size_t n;
};

/* Fill `config` from argv and leave the positional arguments in *rest. Returns -1 to go on, else
 * the exit code (help was shown, or a usage error was said). */
int options_parse(const struct command *c, int argc, char **argv, void *config,
                  struct arguments *rest);

/* Say a usage error of `c` with a hint where help is; returns EXIT_USAGE. */
int usage_error(const struct command *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* ": did you mean 'X'?" for the nearest name, or "" when none is near. Static storage. */
const char *suggestion(const char *word, const char *(*name)(size_t i));

#endif
