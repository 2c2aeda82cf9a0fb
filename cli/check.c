/* belie check: verdicts with evidence for any number of histories. Each input is read, checked,
 * reported to every output and forgotten before the next one, so memory is that of the largest. */
#define _POSIX_C_SOURCE 200809L
#include "cli/baseline.h"
#include "cli/follow.h"
#include "cli/follow_plan.h"
#include "cli/html_output.h"
#include "cli/terminal.h"
#include "cli/thresholds.h"
#include "reports/github.h"
#include "reports/graph.h"
#include "reports/junit.h"
#include "reports/measures/prometheus.h"
#include "reports/result_json.h"
#include "reports/step_summary.h"
#include "reports/tap.h"
#include "reports/text.h"
#include "reports/witness.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct check_config {
    struct load_flags load;
    struct check_flags check;
    struct threshold_flags thresholds;
    bool coverage;
    const char *witness, *junit, *html, *prometheus, *dot, *mermaid, *color, *fail_on, *baseline;
    bool json, tap, github, quiet, verbose, no_evidence, follow;
    double follow_idle;
};

static const char *fail_choice(size_t i)
{
    static const char *const names[] = {"unknown", "invalid", "never", NULL};
    return names[i];
}

static const struct option_spec specs[] = {
    {"quiet", 'q', NULL, "print only PATH<TAB>verdict", OPT_FLAG,
     offsetof(struct check_config, quiet), NULL},
    {"verbose", 'v', NULL, "print every key and operation that is not explained; progress as lines",
     OPT_FLAG, offsetof(struct check_config, verbose), NULL},
    {"json", 0, NULL, "print one JSON document instead of text", OPT_FLAG,
     offsetof(struct check_config, json), NULL},
    {"tap", 0, NULL, "print TAP (Test Anything Protocol) instead of text", OPT_FLAG,
     offsetof(struct check_config, tap), NULL},
    {"witness", 0, "FILE", "write an order of the operations for each valid key", OPT_TEXT,
     offsetof(struct check_config, witness), NULL},
    {"junit", 0, "FILE", "write a JUnit XML report", OPT_TEXT, offsetof(struct check_config, junit),
     NULL},
    {"prometheus", 0, "FILE", "write verdicts and measures as Prometheus reads them", OPT_TEXT,
     offsetof(struct check_config, prometheus), NULL},
    {"dot", 0, "FILE", "write the edges and cycles of invalid levels as a graph in DOT", OPT_TEXT,
     offsetof(struct check_config, dot), NULL},
    {"mermaid", 0, "FILE", "write them as a graph in Mermaid, for Markdown", OPT_TEXT,
     offsetof(struct check_config, mermaid), NULL},
    {"html", 0, "FILE",
     "write an HTML report; a folder (FILE/) gets one for each history, and an index", OPT_TEXT,
     offsetof(struct check_config, html), NULL},
    {"github", 0, NULL, "print GitHub annotations on stderr (by itself when GITHUB_ACTIONS=true)",
     OPT_FLAG, offsetof(struct check_config, github), NULL},
    {"baseline", 0, "FILE", "known issues that do not count until a day (JSON, see the manual)",
     OPT_TEXT, offsetof(struct check_config, baseline), NULL},
    {"fail-on", 0, "VERDICT", "exit with 0 unless a verdict is at least this bad", OPT_CHOICE,
     offsetof(struct check_config, fail_on), fail_choice},
    {"color", 0, "WHEN", "color the text", OPT_CHOICE, offsetof(struct check_config, color),
     color_choice},
    {"follow", 'f', NULL, "check a history while it is written; ends with a violation", OPT_FLAG,
     offsetof(struct check_config, follow), NULL},
    {"follow-idle", 0, "SECONDS", "--follow ends after so long without a new byte", OPT_SECONDS,
     offsetof(struct check_config, follow_idle), NULL},
    {"coverage", 0, NULL, "unknown when the history shows too little; say what it covers with -v",
     OPT_FLAG, offsetof(struct check_config, coverage), NULL},
    {"no-evidence", 0, NULL, "skip the search for the smallest explanation", OPT_FLAG,
     offsetof(struct check_config, no_evidence), NULL},
    {0},
};
static const struct option_group groups[] = {
    {specs, 0},
    {threshold_options, offsetof(struct check_config, thresholds)},
    {check_options, offsetof(struct check_config, check)},
    {reading_options, offsetof(struct check_config, load)},
    {load_options, offsetof(struct check_config, load)},
    {0},
};

/* One run over all inputs. */
struct session {
    const struct check_config *config;
    struct check_file_options options;
    struct text_style style;
    struct result_document *document; /* NULL: text */
    struct junit junit;
    struct prometheus prometheus;
    struct graph graph[2]; /* --dot, --mermaid */
    struct github github;
    struct tap tap;
    struct step_summary summary;
    struct baseline baseline;
    bool known; /* something is invalid that a baseline expects */
    struct out_file junit_file, witness_file, prometheus_file, graph_file[2];
    struct html_output html;
    struct witness_writer witness;
    bool any[VERDICT_UNKNOWN + 1];
    int error; /* exit code of the worst error, or 0 */
};

static void emit(struct session *s, const struct report *given)
{
    struct report checked = *given;
    const struct report *r = &checked;
    struct buf out = {0};
    if (s->config->baseline && report_verdict(r) == VERDICT_INVALID)
        checked.known = baseline_match(&s->baseline, r);
    if (r->known && !s->config->quiet)
        say("%s: a known issue: %s", r->path, r->known);
    if (s->document)
        result_document_add(s->document, r);
    else if (s->config->tap)
        tap_add(&s->tap, r, &out);
    else
        report_text(r, &s->style, &out);
    print_buf(&out);
    if (s->config->junit)
        junit_add(&s->junit, r);
    if (s->config->prometheus)
        prometheus_add(&s->prometheus, r);
    for (size_t i = 0; i < 2; i++)
        if (s->graph_file[i].fd >= 0)
            graph_add(&s->graph[i], r);
    if (s->config->witness)
        (void)witness_add(&s->witness, r); /* a failure is said when the file is committed */
    if (s->config->github) {
        step_summary_add(&s->summary, r);
        github_add(&s->github, r, &out);
        (void)!write(STDERR_FILENO, buf_str(&out).p, out.n);
        buf_free(&out);
    }
    if (!r->error)
        s->any[r->known ? VERDICT_VALID : report_verdict(r)] = true;
    s->known = s->known || r->known;
}

/* A history that was checked, or could not be (then `h` is NULL), to every output. */
static void emit_all(struct session *s, const struct report *r, struct history *h)
{
    struct err e = {0};
    emit(s, r);
    if (html_output_add(&s->html, r, h, &e))
        return;
    int code = say_error(&e);
    s->error = code > s->error ? code : s->error;
}

static void emit_error(struct session *s, const char *path, const struct err *e)
{
    int code = say_error(e);
    s->error = code > s->error ? code : s->error;
    const struct report r = {.path = path, .error = e->text};
    emit_all(s, &r, NULL);
}

static void check_one(struct session *s, const char *path)
{
    struct err e = {0};
    struct check_file f;
    if (watch_interrupted()) {
        const struct report r = {.path = path, .skipped = "interrupted before it was read"};
        emit_all(s, &r, NULL);
    } else if (!check_file(&f, path, &s->options, &e)) {
        emit_error(s, path, &e);
    } else {
        emit_all(s, &f.report, &f.history);
        check_file_free(&f);
    }
}

static void follow_one(struct session *s, const char *path)
{
    const struct check_config *c = s->config;
    const struct follow_options o = {&s->options, c->follow_idle, !c->json};
    struct paths paths = {0};
    struct err e = {0};
    struct check_file f;
    if (!flags_one_path(&paths, path, &e) || !follow(&f, paths.p[0], &o, &s->style.announced, &e)) {
        emit_error(s, path, &e);
    } else {
        f.report.options = flags_given(&c->load, &c->check, &f.arena, &f.report.noptions);
        emit_all(s, &f.report, &f.history);
        check_file_free(&f);
    }
    paths_free(&paths);
}

static void check_all(struct session *s, const struct arguments *inputs)
{
    for (size_t i = 0; i < inputs->n; i++) {
        struct paths paths = {0};
        struct err e = {0};
        if (!paths_expand(&paths, inputs->v[i], &e))
            emit_error(s, inputs->v[i], &e);
        for (size_t j = 0; j < paths.n; j++)
            check_one(s, paths.p[j]);
        paths_free(&paths);
    }
}

static enum verdict merged(const struct session *s)
{
    return s->any[VERDICT_INVALID] || s->known   ? VERDICT_INVALID
           : s->any[VERDICT_UNKNOWN] || s->error ? VERDICT_UNKNOWN
                                                 : VERDICT_VALID;
}

/* Error > invalid > unknown > valid; --fail-on silences verdicts, but not errors or interrupts. */
static int exit_code(const struct session *s)
{
    const char *on = s->config->fail_on;
    bool never = on && strcmp(on, "never") == 0, invalid = on && strcmp(on, "invalid") == 0;
    if (s->error)
        return s->error;
    if (s->any[VERDICT_INVALID] && !never)
        return EXIT_INVALID;
    if (watch_interrupted() || (s->any[VERDICT_UNKNOWN] && !never && !invalid))
        return EXIT_UNKNOWN;
    return EXIT_VALID;
}

static bool open_outputs(struct session *s, struct err *e)
{
    const struct check_config *c = s->config;
    s->graph_file[0].fd = s->graph_file[1].fd = -1;
    s->junit_file.fd = s->witness_file.fd = s->prometheus_file.fd = -1;
    bool ok = (!c->junit || out_open(&s->junit_file, c->junit, e)) &&
              (!c->witness || out_open(&s->witness_file, c->witness, e)) &&
              (!c->prometheus || out_open(&s->prometheus_file, c->prometheus, e)) &&
              (!c->dot || out_open(&s->graph_file[0], c->dot, e)) &&
              (!c->mermaid || out_open(&s->graph_file[1], c->mermaid, e)) &&
              html_output_open(&s->html, c->html, e);
    if (!ok) {
        out_abort(&s->junit_file);
        out_abort(&s->witness_file);
        out_abort(&s->prometheus_file);
        out_abort(&s->graph_file[0]);
        out_abort(&s->graph_file[1]);
        return false;
    }
    s->witness = (struct witness_writer){.put = out_put, .ctx = &s->witness_file};
    return true;
}

/* GitHub names the file; steps append to it. */
static void put_step_summary(struct session *s)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    int fd = path && *path ? open(path, O_WRONLY | O_APPEND | O_CREAT, 0666) : -1;
    struct buf out = {0};
    step_summary_print(&s->summary, &out);
    step_summary_free(&s->summary);
    if (fd >= 0) {
        if (write(fd, out.p, out.n) != (ssize_t)out.n)
            say("%s: the summary of the step was not written", path);
        (void)close(fd);
    }
    buf_free(&out);
}

static void put_graph(struct session *s, size_t i)
{
    struct err e = {0};
    struct buf out = {0};
    if (s->graph_file[i].fd < 0)
        return;
    graph_end(&s->graph[i], &out);
    (void)out_put(&s->graph_file[i], buf_str(&out)); /* a failure is said by out_commit */
    buf_free(&out);
    if (!out_commit(&s->graph_file[i], &e))
        s->error = say_error(&e);
}

static void finish_outputs(struct session *s)
{
    struct err e = {0};
    struct buf out = {0};
    if (s->document) {
        result_document_print(s->document, merged(s), &out);
        result_document_free(s->document);
    }
    if (s->config->tap)
        tap_end(&s->tap, &out);
    print_buf(&out);
    if (s->config->github)
        put_step_summary(s);
    if (s->config->baseline)
        baseline_end(&s->baseline);
    if (s->config->junit) {
        junit_print(&s->junit, &out);
        (void)out_put(&s->junit_file, buf_str(&out));
        buf_free(&out);
        junit_free(&s->junit);
        if (!out_commit(&s->junit_file, &e))
            s->error = say_error(&e);
    }
    if (s->config->prometheus) {
        prometheus_print(&s->prometheus, &out);
        (void)out_put(&s->prometheus_file, buf_str(&out));
        buf_free(&out);
        prometheus_free(&s->prometheus);
        if (!out_commit(&s->prometheus_file, &e))
            s->error = say_error(&e);
    }
    put_graph(s, 0);
    put_graph(s, 1);
    if (!html_output_end(&s->html, &e))
        s->error = say_error(&e);
    if (s->config->witness) {
        (void)witness_end(&s->witness);
        if (!out_commit(&s->witness_file, &e))
            s->error = say_error(&e);
    }
}

static enum progress progress_for(const struct check_config *c)
{
    if (c->quiet || c->json || c->tap)
        return PROGRESS_NONE;
    return isatty(STDERR_FILENO) ? PROGRESS_LINE : c->verbose ? PROGRESS_PLAIN : PROGRESS_NONE;
}

/* How many histories the inputs stand for; what cannot be read counts as one. */
static size_t histories(const struct arguments *inputs)
{
    size_t n = 0;
    for (size_t i = 0; i < inputs->n; i++) {
        struct paths paths = {0};
        struct err e = {0};
        n += paths_expand(&paths, inputs->v[i], &e) ? paths.n : 1;
        paths_free(&paths);
    }
    return n;
}

static int usage_problem(const struct check_config *c, const struct arguments *inputs)
{
    if (inputs->n == 0)
        return usage_error(&command_check, "no history given");
    const char *files[] = {c->witness, c->junit, c->html, c->prometheus, c->dot, c->mermaid};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] && strcmp(files[i], "-") == 0)
            return usage_error(&command_check,
                               "--witness, --junit, --html, --prometheus, --dot and --mermaid need "
                               "a file: standard output has the verdicts");
    size_t n = c->html && !html_output_is_folder(c->html) ? histories(inputs) : 1;
    if (n > 1)
        return usage_error(&command_check,
                           "--html %s takes one history, and these are %zu; "
                           "--html %s/ makes a folder with a page for each, and an "
                           "index",
                           c->html, n, c->html);
    if (c->follow && inputs->n > 1)
        return usage_error(&command_check, "--follow takes one history");
    if (c->follow && c->witness)
        return usage_error(&command_check, "--follow and --witness exclude each other: an order is "
                                           "only known when the history is complete");
    if (c->follow && c->check.consistency && !follow_can_ask(c->check.consistency))
        return usage_error(&command_check, "--follow asks for one level that a beginning can "
                                           "break, such as linearizable or session: the other "
                                           "properties are about whole histories");
    if (c->follow_idle > 0 && !c->follow)
        return usage_error(&command_check, "--follow-idle needs --follow");
    if (c->json && c->tap)
        return usage_error(&command_check, "--json and --tap exclude each other");
    if (c->quiet && c->verbose)
        return usage_error(&command_check, "--quiet and --verbose exclude each other");
    return flags_problem(&command_check, &c->check);
}

static int run(int argc, char **argv)
{
    struct check_config c = {0};
    struct arguments inputs;
    int code = options_parse(&command_check, argc, argv, &c, &inputs);
    if (code < 0)
        code = usage_problem(&c, &inputs);
    if (code >= 0)
        return code;
    const char *actions = getenv("GITHUB_ACTIONS");
    c.github = c.github || (actions && strcmp(actions, "true") == 0);
    const struct thresholds demands = thresholds_of(&c.thresholds);
    struct session s = {
        .config = &c,
        .options = {.load = &c.load,
                    .check = &c.check,
                    .witness = c.witness != NULL,
                    .no_evidence = c.no_evidence,
                    .quiet = c.quiet,
                    .progress = progress_for(&c),
                    .demands = c.coverage || thresholds_any(&c.thresholds) ? &demands : NULL},
        .style = {.color = color_wanted(c.color),
                  .quiet = c.quiet,
                  .verbose = c.verbose,
                  .width = terminal_width(STDOUT_FILENO)},
    };
    struct err e = {0};
    if (c.baseline && !baseline_load(&s.baseline, c.baseline, &e))
        return say_error(&e);
    if (!open_outputs(&s, &e))
        return say_error(&e);
    s.graph[1].syntax = GRAPH_MERMAID;
    s.document = c.json ? result_document_new() : NULL;
    watch_signals();
    if (c.follow)
        follow_one(&s, inputs.v[0]);
    else
        check_all(&s, &inputs);
    finish_outputs(&s);
    return exit_code(&s);
}

const struct command command_check = {
    .name = "check",
    .summary = "say what recorded histories prove, with evidence",
    .arguments = "FILE...",
    .details = "Each FILE is a history (Jepsen EDN, JSON, JSONL, history.txt, logs; .gz and .zst "
               "too), a store directory, or - for standard input. For each the first line is its "
               "path, a tab, and true, false or unknown; the explanation follows.",
    .options = groups,
    .run = run,
};
