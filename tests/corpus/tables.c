#include "tests/corpus/tables.h"

#include "tests/corpus/manifest.h"
#include "tests/property/notation.h"
#include "tests/property/random_calls.h"
#include "tests/property/run_engines.h"
#include "tests/property/tap.h"

#include <stdio.h>

/* model: that of a toy, whose notation and initial value the file uses; NULL: cas-register, 0. */
static const struct {
    const char *file, *model;
} files[] = {
    {"lin_register_unique.tsv", NULL},
    {"lin_general_reg.tsv", NULL},
    {"lin_two.tsv", "set"},
    {"lin_general_two.tsv", "set"},
    {"lin_gset.tsv", "grow-set"},
    {"lin_general_gset.tsv", "grow-set"},
    {"lin_append.tsv", "list"},
    {"lin_queue.tsv", "fifo-queue"},
    {"lin_general_queue.tsv", "fifo-queue"},
    {"lin_counter.tsv", "counter"},
    {"lin_general_counter.tsv", "counter"},
    {"lin_faa.tsv", "fetch-and-add"},
    {"lin_mutex.tsv", "owner-mutex"},
    {"lin_stack.tsv", "stack"},
    {"lin_pq.tsv", "max-priority-queue"},
};

struct table {
    const char *model;
    const struct engine *engine;
    uint64_t limit;
    size_t lines, applied, wrong;
    char first[400];
};

static bool open_line(const struct table *t, struct str text, struct history *h,
                      struct spec_options *opt, struct err *e)
{
    struct script script;
    struct calls calls;
    if (t->model) {
        const struct toy *toy = toy_find(t->model);
        return calls_parse(&calls, toy->names, text, e) &&
               random_calls_open(&calls, toy, h, opt, e);
    }
    if (!script_parse(&script, text, e) || !script_history(&script, h, e))
        return false;
    *opt = (struct spec_options){.model = "cas-register", .initial = val_int(&h->values, 0)};
    return true;
}

static void table_line(struct table *t, struct str line)
{
    struct history h;
    struct spec_options opt;
    struct engine_run run;
    struct budget budget = {0};
    struct err e = {0};
    const char *tab = memchr(line.p, '\t', line.n);
    size_t head = tab ? (size_t)(tab - line.p) : 0;
    bool ok = str_eq((struct str){line.p, head}, STR("ok"));
    t->lines++;
    if (!tab || !open_line(t, (struct str){tab + 1, line.n - head - 1}, &h, &opt, &e)) {
        t->wrong++;
        (void)snprintf(t->first, sizeof t->first, "line %zu: %.300s", t->lines, e.text);
        return;
    }
    run_engine(t->engine, &h, &opt, &budget, t->limit, &run);
    t->applied += run.applies;
    if (run.applies && (run.verdict != (ok ? VERDICT_VALID : VERDICT_INVALID) || run.wrong[0])) {
        if (t->wrong++ == 0)
            (void)snprintf(t->first, sizeof t->first, "line %zu: verdict %d, %.300s", t->lines,
                           (int)run.verdict, run.wrong);
    }
    history_free(&h);
}

static void run_table(const char *root, const char *file, struct table *t)
{
    struct source source;
    struct err e = {0};
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/oracle/%s", root, file);
    if (!source_open(&source, path, &e)) {
        tap_result(false, "%s", e.text);
        return;
    }
    for (struct str rest = source.text, line; manifest_line(&rest, &line);)
        table_line(t, line);
    source_free(&source);
    if (t->applied > 0 || t->wrong > 0)
        tap_result(t->wrong == 0, "oracle/%s by %s: %zu histories, applies to %zu, %zu wrong %s",
                   file, t->engine->name, t->lines, t->applied, t->wrong, t->first);
}

void tables_run(const char *root, uint64_t limit, size_t part, size_t parts)
{
    for (size_t f = part; f < sizeof files / sizeof *files; f += parts) {
        size_t applied = 0;
        for (size_t i = 0; engines[i]; i++) {
            struct table t = {.model = files[f].model, .engine = engines[i], .limit = limit};
            run_table(root, files[f].file, &t);
            applied += t.applied;
        }
        tap_result(applied > 0, "oracle/%s: some engine applies", files[f].file);
    }
}
