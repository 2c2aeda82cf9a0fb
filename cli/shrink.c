/* belie shrink FILE -o OUT: the smallest part of an invalid history that is still invalid. What is
 * written has been read back and checked again. */
#include "base/mem.h"
#include "cli/check_file.h"
#include "cli/out_file.h"
#include "cli/terminal.h"
#include "reports/core_history.h"

#include <unistd.h>

struct shrink_config {
    struct load_flags load;
    struct check_flags check;
    const char *output, *format;
};

static const struct option_spec specs[] = {
    {"output", 'o', "FILE", "where to write the history (- for standard output)", OPT_TEXT,
     offsetof(struct shrink_config, output), NULL},
    {0},
};
static const struct option_group groups[] = {
    {specs, 0},
    {writing_options, offsetof(struct shrink_config, format)},
    {check_options, offsetof(struct shrink_config, check)},
    {reading_options, offsetof(struct shrink_config, load)},
    {load_options, offsetof(struct shrink_config, load)},
    {0},
};

static bool append(void *ctx, struct str piece)
{
    buf_put(ctx, piece);
    return true;
}

/* Check the shrunk text as another tool would read it. */
static enum verdict recheck(struct str text, const struct belie_load_options *load,
                            const struct belie_check_options *check)
{
    struct history h;
    struct check_result result;
    struct report report = {.path = "shrunk"};
    struct budget budget = {.max_memory = (size_t)check->max_memory};
    struct err e = {0};
    if (!library_load_memory(&h, "shrunk", text, load, &e))
        return VERDICT_UNKNOWN;
    enum verdict v = VERDICT_UNKNOWN;
    if (library_check(&h, check, &budget, &result, &report, &e)) {
        v = result.verdict;
        check_result_free(&result);
    }
    history_free(&h);
    return v;
}

/* Options that `belie check` needs to see the violation in the shrunk history, or false when it is
 * not invalid any more: then shrinking was wrong. First without help, then with what was found in
 * the whole history, which a small part may not show. */
static bool still_invalid(struct str text, const struct shrink_config *c,
                          const struct check_file *f, struct buf *flags)
{
    struct belie_load_options load = BELIE_LOAD_OPTIONS;
    struct belie_check_options check = flags_check(&c->check);
    check.model = check.algorithm = NULL;
    check.no_evidence = 1;
    if (c->check.consistency)
        buf_printf(flags, " -c %s", c->check.consistency);
    if (c->check.initial)
        buf_printf(flags, " --initial '%s'", c->check.initial);
    if (check.nil_unknown)
        buf_puts(flags, " --nil-reads unknown");
    if (recheck(text, &load, &check) == VERDICT_INVALID)
        return true;
    check.model = f->result.model->name;
    load.independent = f->history.independent ? "yes" : "no";
    buf_printf(flags, " --model %s --independent %s", check.model, load.independent);
    return recheck(text, &load, &check) == VERDICT_INVALID;
}

static int write_core(const struct shrink_config *c, struct check_file *f,
                      const struct key_result *k, const struct writer *w)
{
    struct history *h = &f->history;
    struct buf text = {0}, flags = {0};
    struct err e = {0};
    struct out_file o;
    bool *keep = mem_zalloc(h->events.n, sizeof *keep);
    core_reduce(h, k, keep);
    (void)history_write(h, w, keep, append, &text);
    mem_free(keep);
    bool ok = still_invalid(buf_str(&text), c, f, &flags)
                  ? out_open(&o, c->output, &e)
                  : err_set(&e, ERR_INTERNAL,
                            "%s: the shrunk history is not invalid any more: this is a bug in "
                            "belie, nothing was written",
                            f->report.path);
    if (ok) {
        (void)out_put(&o, buf_str(&text));
        ok = out_commit(&o, &e);
    }
    if (ok)
        say("%s: still invalid with %zu of %zu operations: belie check%.*s %s", f->report.path,
            k->ncore + (k->origin_op != NO_EVENT), f->result.ops, (int)flags.n, buf_str(&flags).p,
            c->output);
    buf_free(&text);
    buf_free(&flags);
    return ok ? EXIT_INVALID : say_error(&e);
}

static int shrink(const struct shrink_config *c, const char *path, const struct writer *w)
{
    struct check_file f;
    struct err e = {0};
    const struct check_file_options o = {
        .load = &c->load,
        .check = &c->check,
        .progress = isatty(STDERR_FILENO) ? PROGRESS_LINE : PROGRESS_NONE,
    };
    if (!check_file(&f, path, &o, &e))
        return say_error(&e);
    const struct key_result *k = core_smallest(&f.report), *open = NULL;
    int code = EXIT_VALID;
    if (k) {
        code = write_core(c, &f, k, w);
    } else if (f.result.verdict == VERDICT_INVALID) {
        code = EXIT_UNKNOWN;
        say("%s: invalid, but no small part that shows it was found within the limits", path);
    } else if (f.result.verdict == VERDICT_UNKNOWN) {
        code = EXIT_UNKNOWN;
        open = report_first_key(&f.report, VERDICT_UNKNOWN);
        const char *why = open ? open->reason : f.result.reason;
        say("%s: unknown whether it is invalid: %s", path, why ? why : "no reason was given");
    } else {
        say("%s: valid: there is nothing to shrink", path);
    }
    check_file_free(&f);
    return code;
}

static int run(int argc, char **argv)
{
    struct shrink_config c = {0};
    struct arguments rest;
    int code = options_parse(&command_shrink, argc, argv, &c, &rest);
    if (code < 0)
        code = flags_problem(&command_shrink, &c.check);
    if (code >= 0)
        return code;
    if (!library_one_level(c.check.consistency))
        return usage_error(&command_shrink, "shrink takes one level such as linearizable: check "
                           "names the elements and operations of the other properties");
    if (rest.n != 1 || !c.output)
        return usage_error(&command_shrink, "shrink needs one history and --output");
    const struct writer *w = flags_writer(&command_shrink, c.format, c.output);
    if (!w)
        return EXIT_USAGE;
    struct paths paths = {0};
    struct err e = {0};
    watch_signals();
    code = flags_one_path(&paths, rest.v[0], &e) ? shrink(&c, paths.p[0], w) : say_error(&e);
    paths_free(&paths);
    return code;
}

const struct command command_shrink = {
    .name = "shrink",
    .summary = "write the smallest part of a history that is still invalid",
    .arguments = "FILE",
    .details = "Checks FILE and writes the operations that show its violation as a history that "
               "belie and other tools read. Exits with the verdict of FILE: 1 when it is invalid "
               "and the core was written, 0 when it is valid, 2 when that is unknown.",
    .options = groups,
    .run = run,
};
