/* Options that several commands share: how a history is read, and how it is checked. */
#ifndef BELIE_CLI_FLAGS_H
#define BELIE_CLI_FLAGS_H

#include "cli/command.h"
#include "histories/writer.h"
#include "reports/library.h"

struct load_flags {
    const char *format, *independent;
    bool lenient;
};

struct check_flags {
    const char *model, *consistency, *algorithm, *initial, *nil_reads;
    double time_limit;   /* 0 = none */
    uint64_t max_memory; /* 0 = memory_default() */
    uint64_t jobs;       /* 0 = one per processor */
    int64_t staleness, converge; /* ns; 0 = no bound */
    uint64_t k, deviation, order; /* 0 = no bound */
};

/* For struct load_flags (reading: --input-format alone), struct check_flags, and a const char *
 * that names an output format. */
extern const struct option_spec reading_options[], load_options[], check_options[],
    writing_options[];

/* The writer that `format` names, else the one for the suffix of `path`, EDN for "-". NULL after
 * saying the usage error of `c`. */
const struct writer *flags_writer(const struct command *c, const char *format, const char *path);

/* Check what can be checked before anything is read. Returns -1 to go on, else an exit code. */
int flags_problem(const struct command *c, const struct check_flags *f);

struct belie_load_options flags_load(const struct load_flags *f);
/* max_memory is what searches may hold now, so that the process as a whole stays under the flag:
 * call it when the history is in memory. */
struct belie_check_options flags_check(const struct check_flags *f);

/* What was given, for the document of results; values in `a` or borrowed from the flags. */
const struct report_option *flags_given(const struct load_flags *l, const struct check_flags *c,
                                        struct arena *a, size_t *n);

/* For commands that take one history: a folder may stand for several. */
bool flags_one_path(struct paths *paths, const char *path, struct err *e);

/* The lint warnings of a history, on stderr. */
void say_warnings(const struct history *h, const char *path);

#endif
