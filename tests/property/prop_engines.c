/* For random histories of every family: each engine that applies says what brute force says, and
 * whatever it claims besides (witness, culprits, certified prefix) holds. Longer histories, out of
 * reach of brute force, are judged by the independent search and by the engines agreeing. */
#include "tests/property/oracle.h"
#include "tests/property/random_history.h"
#include "tests/property/run_engines.h"
#include "tests/property/tap.h"
#include "tests/property/verify.h"

#include <stdio.h>

enum { JUDGE_LIMIT = 20000 };

struct tally {
    uint64_t valid, invalid, unjudged, runs;
};

/* 1 linearizable, 0 not, -1 the judge gave up. */
static int truth(struct history *h, const struct spec_options *opt, bool small)
{
    struct spec s;
    const char *why;
    int answer = -1;
    bool strict[SCRIPT_OPS];
    memset(strict, true, sizeof strict);
    if (spec_open(&s, h, opt, NULL, 0, &why)) {
        if (small) {
            answer = oracle_linearizable(&s);
        } else {
            enum proof p = verify_core(&s, strict, JUDGE_LIMIT, &why);
            answer = p == PROOF_GAVE_UP ? -1 : p == PROOF_FAILS;
        }
    }
    spec_free(&s);
    return answer;
}

/* An engine that heeds recorded versions decides another question than those that do not. */
static bool heeds_versions(const struct engine *g)
{
    return g == engine_find("stages");
}

static bool fails(const struct random_case *c, bool small, struct tally *t, char why[RUN_TEXT])
{
    struct history h;
    struct spec_options opt;
    struct err e = {0};
    struct budget budget = {0};
    if (!random_case_open(c, &h, &opt, &e)) {
        (void)snprintf(why, RUN_TEXT, "cannot build the history: %.300s", e.text);
        return true;
    }
    bool versions = opt.versions, wrong = false;
    int plain = -2, versioned = -2, agreed = -1;
    for (size_t i = 0; engines[i] && !wrong; i++) {
        struct engine_run run;
        opt.versions = versions && heeds_versions(engines[i]);
        run_engine(engines[i], &h, &opt, &budget, JUDGE_LIMIT, &run);
        if (!run.applies)
            continue;
        int *expected = opt.versions ? &versioned : &plain;
        if (*expected == -2)
            *expected = truth(&h, &opt, small);
        int said = run.verdict == VERDICT_VALID ? 1 : run.verdict == VERDICT_INVALID ? 0 : -1;
        wrong = said < 0 || (*expected >= 0 && said != *expected) || run.wrong[0] ||
                (!opt.versions && agreed >= 0 && agreed != said);
        if (wrong)
            (void)snprintf(why, RUN_TEXT, "%s says %d, expected %d %.300s", engines[i]->name, said,
                           *expected, run.wrong);
        if (!opt.versions)
            agreed = said;
        t->runs++;
    }
    t->valid += plain == 1;
    t->invalid += plain == 0;
    t->unjudged += plain == -1;
    history_free(&h);
    return wrong;
}

/* Drop operations as long as it still fails. */
static void shrink(struct random_case *c, bool small, char why[RUN_TEXT])
{
    struct tally ignored = {0};
    for (size_t i = 0; i < c->script.n;) {
        struct random_case less = *c;
        char text[RUN_TEXT];
        script_drop(&less.script, i);
        if (less.script.n > 0 && fails(&less, small, &ignored, text)) {
            *c = less;
            memcpy(why, text, RUN_TEXT);
            i = 0;
        } else {
            i++;
        }
    }
}

static void report(const struct random_case *c, uint64_t seed, const char *why)
{
    struct buf line = {0};
    script_print(&c->script, &line);
    tap_note("seed %llu: %s", (unsigned long long)seed, why);
    tap_note("model %s, initial %s%s", c->model, c->initial.kind == SCRIPT_NIL ? "nil" : "0",
             c->nil_unknown ? ", nil unknown" : "");
    tap_note("%.*s", (int)line.n, buf_str(&line).p);
    buf_free(&line);
}

static void run_family(enum random_family family, bool small, uint64_t count, uint64_t seed)
{
    struct random_size size = small ? random_small : (struct random_size){40, 6};
    struct tally t = {0};
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        struct rng r;
        struct random_case c;
        char why[RUN_TEXT] = "";
        rng_seed(&r, seed + i);
        random_case(&c, family, size, &r);
        ok = !fails(&c, small, &t, why);
        if (!ok) {
            shrink(&c, small, why);
            report(&c, seed + i, why);
        }
    }
    tap_result(ok && t.runs > 0, "%s, %s: %llu valid, %llu invalid, %llu unjudged, %llu runs",
               random_family_names[family], small ? "small against brute force" : "longer",
               (unsigned long long)t.valid, (unsigned long long)t.invalid,
               (unsigned long long)t.unjudged, (unsigned long long)t.runs);
}

int main(int argc, char **argv)
{
    uint64_t count = 100000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    tap_plan(2 * RANDOM_FAMILIES);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (unsigned f = 0; f < RANDOM_FAMILIES; f++) {
        run_family((enum random_family)f, true, count, seed);
        run_family((enum random_family)f, false, count / 20 + 1, seed);
    }
    return tap_status();
}
