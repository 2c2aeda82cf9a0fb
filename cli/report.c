/* belie report: the HTML report of a test's folder, of results, or of a history. */
#define _POSIX_C_SOURCE 200809L
#include "cli/check_file.h"
#include "cli/html_file.h"
#include "cli/terminal.h"

#include "base/mem.h"

#include <sys/stat.h>
#include <unistd.h>

struct report_config {
    struct load_flags load;
    struct check_flags check;
    const char *output;
};

static const struct option_spec specs[] = {
    {"output", 'o', "FILE",
     "where to write the report (- for standard output); default "
     "report.html in the test's folder",
     OPT_TEXT, offsetof(struct report_config, output), NULL},
    {0},
};
static const struct option_group groups[] = {
    {specs, 0},
    {check_options, offsetof(struct report_config, check)},
    {reading_options, offsetof(struct report_config, load)},
    {load_options, offsetof(struct report_config, load)},
    {0},
};

/* What the user named, as the files that a report is made of. */
struct parts {
    struct buf folder, results, test, history, output; /* paths, ended by NUL; empty: none */
    bool is_folder;
};

static void parts_free(struct parts *p)
{
    buf_free(&p->folder);
    buf_free(&p->results);
    buf_free(&p->test);
    buf_free(&p->history);
    buf_free(&p->output);
}

static void join(struct buf *out, const char *folder, const char *name)
{
    out->n = 0;
    buf_printf(out, "%s/%s%c", folder, name, '\0');
}

static bool exists(const struct buf *path)
{
    return path->n && access(path->p, R_OK) == 0;
}

static bool only_existing(struct buf *path)
{
    if (!exists(path))
        path->n = 0;
    return path->n > 0;
}

/* A document of results, not a history in JSON. NULL when it is none. */
static json_t *read_results(const char *path)
{
    json_t *j = json_load_file(path, JSON_ALLOW_NUL, NULL);
    if (j && json_is_integer(json_object_get(j, "schema")) &&
        json_is_array(json_object_get(j, "inputs")))
        return j;
    json_decref(j);
    return NULL;
}

static void find_parts(struct parts *p, const char *path)
{
    struct stat st;
    p->is_folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    const char *slash = strrchr(path, '/');
    if (p->is_folder)
        buf_puts(&p->folder, path);
    else if (slash)
        buf_put(&p->folder, (struct str){path, (size_t)(slash - path)});
    else
        buf_puts(&p->folder, ".");
    buf_putc(&p->folder, '\0');
    if (p->is_folder) {
        join(&p->results, p->folder.p, "results.json");
        join(&p->output, p->folder.p, "report.html");
    } else if (strcmp(path, "-") != 0) {
        buf_printf(&p->results, "%s%c", path, '\0');
    }
    join(&p->test, p->folder.p, "test.json");
    (void)only_existing(&p->test);
    (void)only_existing(&p->results);
}

/* The history that input 0 of the results is about: where they say, or beside them. */
static bool find_history(struct parts *p, const json_t *results, struct paths *paths, struct err *e)
{
    const json_t *input = json_array_get(json_object_get(results, "inputs"), 0);
    const char *named = json_string_value(json_object_get(input, "path"));
    if (p->is_folder)
        return flags_one_path(paths, p->folder.p, e);
    if (named && access(named, R_OK) == 0)
        return flags_one_path(paths, named, e);
    join(&p->history, p->folder.p, "history.edn");
    if (only_existing(&p->history))
        return flags_one_path(paths, p->history.p, e);
    return err_set(e, ERR_INPUT, "the history of these results, %s, is not there",
                   named ? named : "which has no name");
}

static bool is_independent(const json_t *results)
{
    const json_t *input = json_array_get(json_object_get(results, "inputs"), 0);
    return json_is_true(json_object_get(input, "independent"));
}

static bool from_results(struct parts *p, const struct report_config *c, const json_t *results,
                         const json_t *test, struct out_file *o, struct err *e)
{
    struct paths paths = {0};
    struct history h;
    struct load_flags flags = c->load;
    flags.independent = is_independent(results) ? "yes" : "no";
    flags.lenient = true;
    struct belie_load_options load = flags_load(&flags);
    bool ok = find_history(p, results, &paths, e);
    watch_reading(true);
    ok = ok && paths.n && library_load(&h, paths.p[0], &load, e);
    watch_reading(false);
    if (ok) {
        ok = html_file_from(o, results, 0, &h, test, e);
        history_free(&h);
    } else {
        out_abort(o);
    }
    paths_free(&paths);
    return ok;
}

static bool from_history(const struct report_config *c, const char *path, const json_t *test,
                         struct out_file *o, struct err *e)
{
    const struct check_file_options options = {
        .load = &c->load,
        .check = &c->check,
        .progress = isatty(STDERR_FILENO) ? PROGRESS_LINE : PROGRESS_NONE,
    };
    struct paths paths = {0};
    struct check_file f;
    bool ok = flags_one_path(&paths, path, e) && paths.n && check_file(&f, paths.p[0], &options, e);
    if (ok) {
        ok = html_file(o, &f.report, &f.history, test, e);
        check_file_free(&f);
    } else {
        out_abort(o);
    }
    paths_free(&paths);
    return ok;
}

static bool report(const struct report_config *c, const char *path, struct parts *p, struct err *e)
{
    const char *to = c->output ? c->output : p->output.p;
    struct out_file o;
    if (!out_open(&o, to, e))
        return false;
    json_t *results = p->results.n ? read_results(p->results.p) : NULL;
    json_t *test = p->test.n ? json_load_file(p->test.p, 0, NULL) : NULL;
    bool ok =
        results ? from_results(p, c, results, test, &o, e) : from_history(c, path, test, &o, e);
    json_decref(results);
    json_decref(test);
    if (ok && strcmp(to, "-") != 0)
        say("%s", to);
    return ok;
}

static int run(int argc, char **argv)
{
    struct report_config c = {0};
    struct arguments rest;
    int code = options_parse(&command_report, argc, argv, &c, &rest);
    if (code < 0)
        code = flags_problem(&command_report, &c.check);
    if (code >= 0)
        return code;
    if (rest.n != 1)
        return usage_error(&command_report, "report takes one folder, results.json or history");
    struct parts p = {0};
    struct err e = {0};
    find_parts(&p, rest.v[0]);
    if (!c.output && !p.output.n) {
        parts_free(&p);
        return usage_error(&command_report, "report needs --output: %s is no folder", rest.v[0]);
    }
    watch_signals();
    bool ok = report(&c, rest.v[0], &p, &e);
    parts_free(&p);
    return ok ? EXIT_VALID : say_error(&e);
}

const struct command command_report = {
    .name = "report",
    .summary = "write one HTML file that a person can read and mail",
    .arguments = "FOLDER|RESULTS|HISTORY",
    .details = "Of a test's folder the report is made from its history and results.json, of "
               "results (belie check --json) from these and the history that they name; a history "
               "without results is checked first. The file needs no network and no server. Exits "
               "with 0 once it is written, whatever the verdict.",
    .options = groups,
    .run = run,
};
