#include "tests/corpus/levels_table.h"

#include "histories/source.h"
#include "tests/corpus/manifest.h"
#include "tests/property/level_check.h"
#include "tests/property/tap.h"

#include <stdio.h>

/* Columns in order; NULL: a set of guarantees that is no level. The last column of the second file,
 * RYW, MR, MW and WFR in Terry's form, is the same as causal convergence. */
static const struct {
    const char *file, *levels[10];
    unsigned columns;
} files[] = {
    {"sessions_causal.tsv",
     {"causal", "causal-memory", "causal-convergence", "pram", "coherence", "sequential"}, 6},
    {"session_guarantees.tsv",
     {"read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads", NULL, NULL,
      "session", NULL, "causal-convergence"}, 9},
};

struct column {
    size_t lines, wrong;
    char first[300];
};

/* The next piece of the line up to a tab. */
static struct str piece(struct str *line)
{
    const char *tab = memchr(line->p, '\t', line->n);
    struct str head = {line->p, tab ? (size_t)(tab - line->p) : line->n};
    size_t used = head.n + (tab != NULL);
    *line = (struct str){line->p + used, line->n - used};
    return head;
}

/* Processor consistency has no column; those of the first file say that it holds where sequential
 * does, and is broken where PRAM or coherence is. */
static void between(const struct session_case *c, bool parsed, const bool *holds, struct column *k)
{
    enum { PRAM = 3, COHERENCE = 4, SEQUENTIAL = 5 };
    struct level_answer a = {.verdict = VERDICT_UNKNOWN};
    bool broken = !holds[PRAM] || !holds[COHERENCE];
    if (!broken && !holds[SEQUENTIAL])
        return;
    if (parsed)
        level_check(c, "processor", k->lines, &a);
    k->lines++;
    k->wrong += a.why[0] || a.verdict != (broken ? VERDICT_INVALID : VERDICT_VALID);
}

static void row(size_t f, struct str line, struct column *columns)
{
    bool holds[10];
    struct session_case c;
    struct str rest = line;
    for (unsigned i = 0; i < files[f].columns; i++)
        holds[i] = str_is(piece(&rest), "ok");
    bool parsed = session_case_parse(&c, rest);
    if (f == 0)
        between(&c, parsed, holds, &columns[files[f].columns]);
    for (unsigned i = 0; i < files[f].columns; i++) {
        struct level_answer a = {.verdict = VERDICT_UNKNOWN};
        struct column *k = &columns[i];
        if (!files[f].levels[i])
            continue;
        if (parsed)
            level_check(&c, files[f].levels[i], k->lines, &a);
        k->lines++;
        if (parsed && !a.why[0] && a.verdict == (holds[i] ? VERDICT_VALID : VERDICT_INVALID))
            continue;
        if (k->wrong++ == 0)
            (void)snprintf(k->first, sizeof k->first, "first %.*s: %.100s", (int)line.n, line.p,
                           a.why);
    }
}

static void run_file(const char *root, size_t f)
{
    struct source source;
    struct err e = {0};
    struct column columns[10] = {{0}};
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/oracle/%s", root, files[f].file);
    if (!source_open(&source, path, &e)) {
        tap_result(false, "%s", e.text);
        return;
    }
    for (struct str rest = source.text, line; manifest_line(&rest, &line);)
        if (line.n > 0 && line.p[0] != '#')
            row(f, line, columns);
    source_free(&source);
    for (unsigned i = 0; i < files[f].columns; i++)
        if (files[f].levels[i])
            tap_result(columns[i].wrong == 0 && columns[i].lines > 0,
                       "oracle/%s, %s: %zu histories, %zu wrong %s", files[f].file,
                       files[f].levels[i], columns[i].lines, columns[i].wrong, columns[i].first);
    const struct column *k = &columns[files[f].columns];
    if (f == 0)
        tap_result(k->wrong == 0 && k->lines > 0, "oracle/%s, processor where its neighbours tell: "
                   "%zu histories, %zu wrong", files[f].file, k->lines, k->wrong);
}

void levels_table_run(const char *root)
{
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        run_file(root, f);
}
