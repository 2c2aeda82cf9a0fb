/* Histories with published verdicts, read in place: corpus DIR [SECONDS [PART PARTS]].
 *
 * Every row of DIR/histories/MANIFEST.tsv and DIR/transactions/MANIFEST.tsv whose model is known
 * here, with auto (the model detected from the history), jit and wgl; and the tables of tiny
 * histories in DIR/oracle with every engine (tables.c). Verdicts must be the published ones, and
 * the independent judges must accept the evidence. Only jit and wgl may run out of time: after
 * SECONDS of processor time (default 5; auto has 60), which is a skip. PART (from 0) of PARTS does
 * its share of the rows and tables, so that several processes can divide them. Prints TAP. */
#define _XOPEN_SOURCE 700 /* sigaction, setitimer */
#include "base/clock.h"
#include "histories/reader.h"
#include "tests/corpus/accounts.h"
#include "tests/corpus/levels_table.h"
#include "tests/corpus/manifest.h"
#include "tests/corpus/spectrum_rows.h"
#include "tests/corpus/staleness_table.h"
#include "tests/corpus/tables.h"
#include "tests/property/judge_result.h"
#include "tests/property/run_engines.h"
#include "tests/property/tap.h"

#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

enum { JUDGE_LIMIT = 30000, AUTO_SECONDS = 60, SHRINKABLE = 100000 /* configurations */ };

static struct budget *running; /* what the alarm stops */

static void on_alarm(int sig)
{
    (void)sig;
    atomic_store(&running->stop, STOP_TIME);
}

struct totals {
    struct judgement judged;
    struct spectrum_totals spectrum;
    size_t rows, skipped;
    int64_t plain_ns, etcd_ns; /* auto, verdict only: all files; Porcupine's etcd files as EDN */
};

static void set_alarm(int64_t seconds)
{
    struct itimerval t = {.it_value = {.tv_sec = seconds}};
    (void)setitimer(ITIMER_PROF, &t, NULL);
}

static bool initial_value(struct history *h, const struct corpus_row *row, val *out,
                          struct err *e)
{
    *out = model_find(row->model)->default_initial;
    return !row->initial || edn_parse_value(&h->values, str_of(row->initial), out, e);
}

/* The verdict alone, for the figures at the end. */
static void time_row(const struct history *h, const struct corpus_row *row, val initial,
                     struct totals *t)
{
    struct budget budget = {0};
    struct check_result r;
    struct check_options co = {.model = model_find(row->model), .has_initial = true,
                               .initial = initial, .nil_unknown = row->nil_unknown, .jobs = 1,
                               .budget = &budget};
    int64_t before = clock_cpu_ns();
    if (check_history(h, &co, &r, NULL))
        check_result_free(&r);
    int64_t ns = clock_cpu_ns() - before;
    t->plain_ns += ns;
    if (str_starts(str_of(row->path), "histories/etcd-edn/"))
        t->etcd_ns += ns;
}

static bool check_row(struct history *h, const struct corpus_row *row, const char *algorithm,
                      struct budget *budget, struct check_result *r, struct spec_options *opt,
                      struct err *e)
{
    bool detect = strcmp(algorithm, "auto") == 0;
    *opt = (struct spec_options){.model = row->model, .nil_unknown = row->nil_unknown};
    if (!initial_value(h, row, &opt->initial, e))
        return false;
    struct check_options co = {.model = detect ? NULL : model_find(row->model),
                               .algorithm = algorithm, .has_initial = true,
                               .initial = opt->initial, .nil_unknown = row->nil_unknown,
                               .evidence = true, .witness = true, .jobs = 1, .budget = budget};
    return check_history(h, &co, r, e);
}

static const char *verdict_text(enum verdict v)
{
    return v == VERDICT_VALID ? "true" : v == VERDICT_INVALID ? "false" : "unknown";
}

static void run_row(const char *root, const struct corpus_row *row, const char *algorithm,
                    int64_t seconds, struct totals *t)
{
    struct history h;
    struct check_result r;
    struct spec_options opt;
    struct err e = {0};
    struct load_options load = {.pair = {.lenient = true}};
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", root, row->path);
    const char *nil = row->nil_unknown ? ", nil unknown" : "";
    const char *initial = row->initial ? row->initial : "nil";
    t->rows++;
    if (!history_load(&h, path, &load, &e)) {
        tap_result(false, "%s: %s", row->path, e.text);
        return;
    }
    struct budget budget = {.max_memory = (size_t)4 << 30};
    running = &budget;
    bool forced = strcmp(algorithm, "auto") != 0;
    set_alarm(forced ? seconds : AUTO_SECONDS);
    bool good = check_row(&h, row, algorithm, &budget, &r, &opt, &e);
    set_alarm(0);
    if (!good) {
        tap_result(false, "%s by %s: %s", row->path, algorithm, e.text);
        history_free(&h);
        return;
    }
    struct judgement j = {0};
    if (!forced)
        time_row(&h, row, opt.initial, t);
    if (r.model)
        opt.model = r.model->name;
    if (r.verdict != VERDICT_UNKNOWN)
        judge_result(&r, &h, opt, JUDGE_LIMIT, &j);
    /* A search by name may be too long to be repeated for a core (core.h): then there is none,
     * however quick the machine. `auto` has no such excuse. */
    bool too_long = forced && r.nkeys == 1 && r.keys[0].explored > SHRINKABLE;
    if (j.coreless && budget_stopped(&budget) == STOP_NONE && !too_long)
        (void)snprintf(j.wrong, sizeof j.wrong, "an invalid key has no core");
    bool same = (r.verdict == VERDICT_VALID) == row->valid && r.verdict != VERDICT_UNKNOWN;
    if (forced && r.verdict == VERDICT_UNKNOWN) {
        t->skipped++;
        tap_result(true, "%s by %s # SKIP %s", row->path, algorithm, r.reason);
    } else {
        tap_result(same && !j.wrong[0], "%s by %s, initial %s%s: %s, expected %s%s%s %s",
                   row->path, algorithm, initial, nil, verdict_text(r.verdict),
                   row->valid ? "true" : "false", j.wrong[0] ? "; " : "", j.wrong,
                   same ? "" : r.reason ? r.reason : "");
    }
    if (j.gave_up)
        tap_note("the core of the verdict above is too hard to verify");
    t->judged.witnesses += j.witnesses;
    t->judged.cores += j.cores;
    t->judged.core_ops += j.core_ops;
    t->judged.gave_up += j.gave_up;
    check_result_free(&r);
    if (!forced)
        spectrum_row(&h, row, &opt, j.witnesses + j.cores > 0 && !j.wrong[0] && !j.gave_up, &budget,
                     &t->spectrum);
    history_free(&h);
}

struct job {
    const char *root;
    int64_t seconds;
    uint64_t part, parts, rows;
    struct totals totals;
};

static void each_row(void *ctx, const struct corpus_row *row)
{
    static const char *const algorithms[] = {"auto", "jit", "wgl"};
    struct job *job = ctx;
    if (job->rows++ % job->parts != job->part)
        return;
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        run_row(job->root, row, algorithms[i], job->seconds, &job->totals);
}

int main(int argc, char **argv)
{
    uint64_t seconds = 5, part = 0, parts = 1, unused = 0;
    if (argc > 1)
        tap_arguments(argc - 1, argv + 1, &seconds, &part);
    if (argc > 4)
        tap_arguments(argc - 3, argv + 3, &parts, &unused);
    if (argc < 2 || part >= parts) {
        (void)fprintf(stderr, "usage: corpus DIR [SECONDS [PART PARTS]]\n");
        return 1;
    }
    struct job job = {.root = argv[1], .seconds = (int64_t)seconds, .part = part, .parts = parts};
    struct sigaction alarm_action = {.sa_handler = on_alarm};
    (void)sigaction(SIGPROF, &alarm_action, NULL);
    struct err e = {0};
    if (!manifest_histories(argv[1], each_row, &job, &e) ||
        !manifest_transactions(argv[1], each_row, &job, &e))
        tap_result(false, "%s", e.text);
    tables_run(argv[1], JUDGE_LIMIT, part, parts);
    if (part == 0) {
        corpus_accounts(argv[1]);
        levels_table_run(argv[1]);
        staleness_table_run(argv[1]);
    }
    const struct totals *t = &job.totals;
    tap_note("%zu checks of files, %zu skipped; verified %zu witnesses and %zu cores of %zu strict "
             "operations, %zu cores too hard to verify",
             t->rows, t->skipped, t->judged.witnesses, t->judged.cores, t->judged.core_ops,
             t->judged.gave_up);
    tap_note("spectrum of %zu files: %zu of %zu verdicts judged again", t->spectrum.files,
             t->spectrum.judged, t->spectrum.verdicts);
    tap_note("processor time of auto without evidence: %.1f ms for all files, %.1f ms for the "
             "etcd files", (double)t->plain_ns / 1e6, (double)t->etcd_ns / 1e6);
    tap_plan_at_end();
    return tap_status();
}
