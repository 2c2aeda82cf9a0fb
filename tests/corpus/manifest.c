#include "tests/corpus/manifest.h"

#include "histories/source.h"

#include <stdio.h>

enum { FIELDS = 6 };

typedef void each_fn(void *ctx, const struct corpus_row *row);

bool manifest_line(struct str *rest, struct str *line)
{
    while (rest->n > 0) {
        const char *end = memchr(rest->p, '\n', rest->n);
        size_t n = end ? (size_t)(end - rest->p) : rest->n;
        *line = (struct str){rest->p, n};
        rest->p += n + (end != NULL);
        rest->n -= n + (end != NULL);
        if (line->n > 0)
            return true;
    }
    return false;
}

static void split(struct str line, struct str field[FIELDS])
{
    for (size_t i = 0; i < FIELDS; i++) {
        const char *tab = memchr(line.p, '\t', line.n);
        size_t n = tab ? (size_t)(tab - line.p) : line.n;
        field[i] = (struct str){line.p, n};
        line.p += n + (tab != NULL);
        line.n -= n + (tab != NULL);
    }
}

static const char *model_of(struct str name)
{
    static const struct {
        const char *manifest, *model;
    } known[] = {
        {"register", "register"},
        {"cas-register", "cas-register"},
        {"kv with put/get/append, strings", "kv"},
        {"kv of cas-registers, value [k v]", "cas-register"},
        {"kv-register", "register"},
        {"multi-register", "multi-register"},
        {"fifo-queue", "fifo-queue"},
        {"queue", "fifo-queue"},
        {"stack", "stack"},
        {"priorityqueue", "max-priority-queue"},
        {"mutex", "mutex"},
        {"counter", "counter"},
        {"counter (add, read)", "counter"},
        {"semaphore", "semaphore"},
        {"set", "set"},
        {"set (add, read)", "set"},
        {"set insert/remove/contains with booleans", "set"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(name, known[i].manifest))
            return known[i].model;
    return NULL;
}

static void give(struct corpus_row *row, const char *folder, struct str path, each_fn *each,
                 void *ctx)
{
    (void)snprintf(row->path, sizeof row->path, "%s/%.*s", folder, (int)path.n, path.p);
    each(ctx, row);
}

/* path, model, initial value, valid, ... */
static void history_row(struct str line, each_fn *each, void *ctx)
{
    struct str f[FIELDS];
    split(line, f);
    struct corpus_row row = {.model = model_of(f[1]), .valid = str_is(f[3], "true")};
    if (!row.model)
        return;
    if (str_is(f[2], "0") || str_is(f[1], "semaphore"))
        row.initial = "0";
    else if (str_is(f[2], "-")) /* adds without a read may be a counter's or a set's */
        row.initial = "nil";
    else if (str_starts(f[2], "{:x 0 :y 0}"))
        row.initial = "{:x 0 :y 0}";
    if (str_is(f[3], "true") || str_is(f[3], "false"))
        give(&row, "histories", f[0], each, ctx);
    /* "nil (Knossos tests use 0 with a nil read = unknown; verdict is the same both ways)" */
    if (str_starts(f[2], "nil (Knossos")) {
        row.initial = "0";
        row.nil_unknown = true;
        give(&row, "histories", f[0], each, ctx);
    }
    /* A read of nil under initial value 0: fine when nil means unknown, else a violation. */
    if (str_is(f[3], "other") && str_starts(f[0], "litmus/read-nil")) {
        give(&row, "histories", f[0], each, ctx);
        row.valid = row.nil_unknown = true;
        give(&row, "histories", f[0], each, ctx);
    }
}

/* path, workload, format, transactions, bytes, verdict */
static void transaction_row(struct str line, each_fn *each, void *ctx)
{
    struct str f[FIELDS];
    split(line, f);
    struct corpus_row row = {.model = model_of(f[1]), .valid = str_is(f[5], "valid")};
    if (row.model && (row.valid || str_is(f[5], "invalid")))
        give(&row, "transactions", f[0], each, ctx);
}

static bool each_line(const char *root, const char *folder,
                      void (*line_fn)(struct str line, each_fn *each, void *ctx), each_fn *each,
                      void *ctx, struct err *e)
{
    struct source source;
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s/MANIFEST.tsv", root, folder);
    if (!source_open(&source, path, e))
        return false;
    struct str rest = source.text, line;
    (void)manifest_line(&rest, &line); /* the names of the columns */
    while (manifest_line(&rest, &line))
        line_fn(line, each, ctx);
    source_free(&source);
    return true;
}

bool manifest_histories(const char *root, each_fn *each, void *ctx, struct err *e)
{
    return each_line(root, "histories", history_row, each, ctx, e);
}

bool manifest_transactions(const char *root, each_fn *each, void *ctx, struct err *e)
{
    return each_line(root, "transactions", transaction_row, each, ctx, e);
}
