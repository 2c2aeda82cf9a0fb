/* For random histories of every toy: each engine that applies says what brute force says, whatever
 * it claims besides (witness, culprits, certified prefix) holds, and so does the evidence of a
 * whole check. Longer histories, out of reach of brute force, are judged by the independent search
 * and by the engines agreeing. Arguments: count, seed, models. */
#include "tests/property/judge_result.h"
#include "tests/property/random_calls.h"
#include "tests/property/run_engines.h"
#include "tests/property/tap.h"
#include "tests/property/truth.h"

#include <stdio.h>

enum { JUDGE_LIMIT = 20000, MEMORY = 64 << 20 };

enum kind { SMALL, LONGER, CRASHED, KINDS };

static const struct {
    const char *name;
    struct random_size size;
    bool limited;  /* too long for searches within MEMORY, sometimes */
    unsigned part; /* of the count */
} kinds[KINDS] = {
    {"small against brute force", {8, 4}, false, 1},
    {"longer", {40, 6}, true, 50},
    {"half of the results crashed", {24, 5}, true, 4},
};

struct tally {
    bool limited; /* the histories are long enough for searches to pass MEMORY */
    uint64_t undecided;
    uint64_t valid, invalid, unjudged, runs, cores, windows, witnesses;
    uint64_t by[64]; /* runs per engine */
};

static const char *const answers[] = {"valid", "invalid", "unknown", "(judges disagree)"};

static enum truth said_by(enum verdict v)
{
    return v == VERDICT_VALID     ? TRUTH_VALID
           : v == VERDICT_INVALID ? TRUTH_INVALID
                                  : TRUTH_UNKNOWN;
}

static bool engines_differ(struct history *h, const struct spec_options *opt, enum truth *expected,
                           struct tally *t, char why[RUN_TEXT])
{
    for (size_t i = 0; engines[i]; i++) {
        struct budget budget = {.max_memory = MEMORY};
        struct engine_run run;
        run_engine(engines[i], h, opt, &budget, JUDGE_LIMIT, &run);
        if (!run.applies)
            continue;
        t->runs++;
        t->by[i]++;
        enum truth said = said_by(run.verdict);
        if (said == TRUTH_UNKNOWN && t->limited) {
            t->undecided++;
            continue;
        }
        if (*expected == TRUTH_UNKNOWN)
            *expected = said; /* then at least the others must say the same */
        (void)snprintf(why, RUN_TEXT, "%s says %s, expected %s %.300s", engines[i]->name,
                       answers[said], answers[*expected], run.wrong);
        if (said == TRUTH_UNKNOWN || said != *expected || run.wrong[0])
            return true;
    }
    return false;
}

/* The whole check: the same verdict, with a core or a witness that the judges accept. */
static bool check_differs(struct history *h, const struct spec_options *opt, enum truth expected,
                          struct tally *t, char why[RUN_TEXT])
{
    struct budget budget = {.max_memory = MEMORY};
    struct check_options co = {.model = model_find(opt->model), .has_initial = true,
                               .initial = opt->initial, .evidence = true, .witness = true,
                               .core_long = 1, .jobs = 1, .budget = &budget};
    struct check_result r;
    struct err e = {0};
    struct judgement j = {0};
    if (!check_history(h, &co, &r, &e)) {
        (void)snprintf(why, RUN_TEXT, "check: %.300s", e.text);
        return true;
    }
    judge_result(&r, h, *opt, JUDGE_LIMIT, &j);
    t->cores += j.cores;
    t->witnesses += j.witnesses;
    t->windows += j.windows;
    enum truth said = said_by(r.verdict);
    bool undecided = said == TRUTH_UNKNOWN && t->limited;
    bool wrong = !undecided && (said != expected || j.wrong[0] || j.coreless > 0);
    t->undecided += undecided;
    (void)snprintf(why, RUN_TEXT, "check (%s) says %s, expected %s; %s %.300s",
                   r.nkeys ? r.keys[0].algorithm : "-", answers[said], answers[expected],
                   j.coreless ? "no core" : "", j.wrong);
    check_result_free(&r);
    return wrong;
}

static bool fails(const struct calls *c, const struct toy *toy, struct tally *t,
                  char why[RUN_TEXT])
{
    struct history h;
    struct spec_options opt;
    struct err e = {0};
    if (!random_calls_open(c, toy, &h, &opt, &e)) {
        (void)snprintf(why, RUN_TEXT, "cannot build the history: %.300s", e.text);
        return true;
    }
    enum truth expected = truth_of(&h, &opt, JUDGE_LIMIT);
    t->unjudged += expected == TRUTH_UNKNOWN;
    bool wrong = engines_differ(&h, &opt, &expected, t, why) ||
                 check_differs(&h, &opt, expected, t, why);
    t->valid += expected == TRUTH_VALID;
    t->invalid += expected == TRUTH_INVALID;
    history_free(&h);
    return wrong;
}

/* Drop operations as long as it still fails. */
static void shrink(struct calls *c, const struct toy *toy, bool limited, char why[RUN_TEXT])
{
    struct tally ignored = {.limited = limited};
    for (size_t i = 0; i < c->n;) {
        struct calls less = *c;
        char text[RUN_TEXT];
        calls_drop(&less, i);
        if (less.n > 0 && fails(&less, toy, &ignored, text)) {
            *c = less;
            memcpy(why, text, RUN_TEXT);
            i = 0;
        } else {
            i++;
        }
    }
}

static void report(const struct calls *c, const struct toy *toy, uint64_t seed, const char *why)
{
    struct buf line = {0};
    calls_print(c, &line);
    tap_note("seed %llu: %s", (unsigned long long)seed, why);
    tap_note("model %s, initial %s", toy->model, toy->initial ? toy->initial : "default");
    tap_note("%.*s", (int)line.n, buf_str(&line).p);
    buf_free(&line);
}

/* Half of the calls that tell something and were given nothing crash, such as takes of elements;
 * what their process does later another one does. */
static void crash_results(struct calls *c, struct rng *r)
{
    uint32_t process = 0;
    for (size_t i = 0; i < c->n; i++)
        process = c->at[i].process >= process ? c->at[i].process + 1 : process;
    for (size_t i = 0; i < c->n; i++) {
        struct call *x = &c->at[i];
        if (x->type != OP_OK || x->in[0] || !x->out[0] || rng_below(r, 2))
            continue;
        x->type = OP_INFO;
        x->out[0] = '\0';
        for (size_t k = 0; k < c->n; k++)
            if (c->at[k].process == x->process && c->at[k].inv > x->inv)
                c->at[k].process = process;
        process++;
    }
}

static void run_toy(const struct toy *toy, enum kind kind, uint64_t count, uint64_t seed)
{
    struct tally t = {.limited = kinds[kind].limited};
    bool ok = true;
    for (uint64_t i = 0; ok && i < (count + kinds[kind].part - 1) / kinds[kind].part; i++) {
        struct rng r;
        struct calls c;
        char why[RUN_TEXT] = "";
        rng_seed(&r, seed + i);
        random_calls(&c, toy, kinds[kind].size, &r);
        if (kind == CRASHED)
            crash_results(&c, &r);
        ok = !fails(&c, toy, &t, why);
        if (!ok) {
            shrink(&c, toy, t.limited, why);
            report(&c, toy, seed + i, why);
        }
    }
    tap_result(ok && t.runs > 0 && t.cores > 0 && t.witnesses > 0,
               "%s, %s: %llu valid, %llu invalid, %llu unjudged, %llu cores, %llu windows, "
               "%llu witnesses",
               toy->model, kinds[kind].name,
               (unsigned long long)t.valid, (unsigned long long)t.invalid,
               (unsigned long long)t.unjudged, (unsigned long long)t.cores,
               (unsigned long long)t.windows, (unsigned long long)t.witnesses);
    if (t.undecided)
        tap_note("undecided within %d MB: %llu", MEMORY >> 20, (unsigned long long)t.undecided);
    for (size_t i = 0; engines[i]; i++)
        if (t.by[i])
            tap_note("%s: %llu", engines[i]->name, (unsigned long long)t.by[i]);
}

static bool asked_for(const struct toy *toy, int argc, char **argv)
{
    bool asked = argc <= 3;
    for (int i = 3; i < argc; i++)
        asked |= strcmp(argv[i], toy->model) == 0;
    return asked;
}

int main(int argc, char **argv)
{
    uint64_t count = 8000, seed = 1; /* per model */
    unsigned n = 0;
    tap_arguments(argc < 3 ? argc : 3, argv, &count, &seed);
    for (size_t i = 0; toys[i]; i++)
        n += asked_for(toys[i], argc, argv);
    tap_plan(KINDS * n);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (size_t i = 0; toys[i]; i++) {
        for (unsigned kind = 0; asked_for(toys[i], argc, argv) && kind < KINDS; kind++)
            run_toy(toys[i], (enum kind)kind, count, seed);
    }
    return tap_status();
}
