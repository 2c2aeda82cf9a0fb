/* Files whose published verdict an accounting property decides must have it. Where a property is
 * only necessary for linearizability (tables of brute-force verdicts, files with violations of
 * order), nothing linearizable may be invalid. */
#include "tests/corpus/accounts.h"

#include "checker/property.h"
#include "tests/corpus/manifest.h"
#include "tests/property/calls.h"
#include "tests/property/tap.h"

#include <stdio.h>

static const char *const words[] = {"valid", "invalid", "unknown"};

struct published {
    const char *path, *property;
    enum verdict verdict;
};

static const struct published files[] = {
    {"elle-cli/jepsen_set_full.edn", "set-full", VERDICT_INVALID},
    {"elle-cli/jepsen_set_full.json", "set-full", VERDICT_INVALID},
    {"elle-cli/jepsen_set_full.edn", "set", VERDICT_INVALID},
    /* published as valid: Jepsen found nothing wrong in a history without a single read */
    {"elle-cli/jepsen_counter.edn", "counter", VERDICT_UNKNOWN},
    {"elle-cli/jepsen_counter.json", "counter", VERDICT_UNKNOWN},
    {"synthetic-counter/counter-n300-p5-c0-5-s500-ok.edn", "counter", VERDICT_VALID},
    {"synthetic-counter/counter-n300-p5-c0-5-s500-bad.edn", "counter", VERDICT_INVALID},
    {"synthetic-counter/counter-n1000-p10-c0-5-s502-ok.edn", "counter", VERDICT_VALID},
    {"synthetic-counter/counter-n1000-p10-c0-5-s502-bad.edn", "counter", VERDICT_INVALID},
    {"synthetic-set/set-n300-p5-c0-5-s400-ok.edn", "set-full", VERDICT_VALID},
    {"synthetic-set/set-n1000-p10-c0-5-s402-ok.edn", "set-full", VERDICT_VALID},
    /* not linearizable: one element is stale, which set-full allows */
    {"synthetic-set/set-n300-p5-c0-5-s400-bad.edn", "set-full", VERDICT_VALID},
    {"synthetic-set/set-n1000-p10-c0-5-s402-bad.edn", "set-full", VERDICT_VALID},
    {"litmus/counter-ok.edn", "counter", VERDICT_VALID},
    {"litmus/set-ok.edn", "set", VERDICT_VALID},
    {"litmus/set-ok.edn", "set-full", VERDICT_VALID},
    {"edn-samples/queue.edn", "total-queue", VERDICT_VALID},
    {"edn-samples/set.edn", "set-full", VERDICT_INVALID},
    {"edn-samples/counter-ids-mutex.edn", "unique-ids", VERDICT_VALID},
};

static bool check(const struct history *h, const char *property, enum verdict *v, struct err *e)
{
    struct budget budget = {0};
    struct check_result r;
    const struct check_options o = {.property = property_find(str_of(property)),
                                    .evidence = true, .jobs = 1, .budget = &budget};
    if (!check_history(h, &o, &r, e))
        return false;
    *v = r.verdict;
    check_result_free(&r);
    return true;
}

static void run_file(const char *root, const struct published *f)
{
    static const struct load_options load;
    struct history h;
    struct err e = {0};
    enum verdict v = VERDICT_UNKNOWN;
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/histories/%s", root, f->path);
    bool good = history_load(&h, path, &load, &e);
    if (good) {
        good = check(&h, f->property, &v, &e);
        history_free(&h);
    }
    tap_result(good && v == f->verdict, "%s by %s: %s, expected %s %s", f->path, f->property,
               words[v], words[f->verdict], e.text);
}

struct table {
    const char *name, *property;
    size_t lines, bad, found, wrong;
    char first[400];
};

static void wrong(struct table *t, const char *why, struct str line)
{
    if (t->wrong++ == 0)
        (void)snprintf(t->first, sizeof t->first, "%.100s: %.*s", why,
                       (int)(line.n < 250 ? line.n : 250), line.p);
}

/* One line "ok|bad TAB history". */
static void table_line(struct table *t, struct str line)
{
    static const struct call_name names[] = {{"enq", "enqueue", NULL, NULL},
                                             {"deq", "dequeue", NULL, NULL},
                                             {NULL, NULL, NULL, NULL}};
    struct calls c;
    struct history h;
    struct err e = {0};
    enum verdict v = VERDICT_UNKNOWN;
    const char *tab = memchr(line.p, '\t', line.n);
    size_t head = tab ? (size_t)(tab - line.p) : line.n;
    struct str text = {line.p + head, line.n - head};
    bool linearizable = str_eq((struct str){line.p, head}, STR("ok"));
    t->lines++;
    if (!calls_parse(&c, names, text, &e) || !calls_history(&c, &h, &e)) {
        wrong(t, e.text, line);
        return;
    }
    if (!check(&h, t->property, &v, &e))
        wrong(t, e.text, line);
    else if (linearizable && v == VERDICT_INVALID)
        wrong(t, "linearizable, but invalid", line);
    t->bad += !linearizable;
    t->found += v == VERDICT_INVALID;
    history_free(&h);
}

static void run_table(const char *root, const char *name, const char *property)
{
    struct table t = {.name = name, .property = property};
    struct source source;
    struct err e = {0};
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/oracle/%s", root, name);
    if (!source_open(&source, path, &e)) {
        tap_result(false, "%s", e.text);
        return;
    }
    for (struct str rest = source.text, line; manifest_line(&rest, &line);)
        table_line(&t, line);
    source_free(&source);
    tap_result(t.wrong == 0 && t.found > 0, "oracle/%s by %s: %zu histories, of %zu that are not "
               "linearizable %zu invalid, %zu wrong %s", name, property, t.lines, t.bad, t.found,
               t.wrong, t.first);
}

void corpus_accounts(const char *root)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        run_file(root, &files[i]);
    run_table(root, "lin_gset.tsv", "set");
    run_table(root, "lin_gset.tsv", "set-full");
    run_table(root, "lin_general_gset.tsv", "set-full");
    run_table(root, "lin_counter.tsv", "counter");
    run_table(root, "lin_general_counter.tsv", "counter");
    run_table(root, "lin_queue.tsv", "total-queue");
    run_table(root, "lin_general_queue.tsv", "total-queue");
}
