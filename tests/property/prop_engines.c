/* For random histories of every family: each engine that applies says what brute force says, and
 * whatever it claims besides (witness, culprits, certified prefix) holds. Longer histories, out of
 * reach of brute force, are judged by the independent search and by the engines agreeing. */
#include "tests/property/random_history.h"
#include "tests/property/run_engines.h"
#include "tests/property/tap.h"
#include "tests/property/truth.h"

#include <stdio.h>

enum { JUDGE_LIMIT = 20000 };

struct tally {
    uint64_t valid, invalid, unjudged, runs;
};

/* An engine that heeds recorded versions decides another question than those that do not. */
static bool heeds_versions(const struct engine *g)
{
    return g == engine_find("stages");
}

static const char *const answers[] = {"valid", "invalid", "unknown", "(judges disagree)"};

/* Run every engine that applies and compare. `by_versions`: only those that heed versions. */
static bool engines_differ(struct history *h, struct spec_options *opt, bool by_versions,
                           struct tally *t, char why[RUN_TEXT])
{
    static const enum truth said_by[] = {
        [VERDICT_VALID] = TRUTH_VALID,
        [VERDICT_INVALID] = TRUTH_INVALID,
        [VERDICT_UNKNOWN] = TRUTH_UNKNOWN,
    };
    bool asked = false, wrong = false;
    enum truth expected = TRUTH_UNKNOWN;
    opt->versions = by_versions;
    for (size_t i = 0; engines[i] && !wrong; i++) {
        struct budget budget = {0};
        struct engine_run run;
        if (heeds_versions(engines[i]) != by_versions)
            continue;
        run_engine(engines[i], h, opt, &budget, JUDGE_LIMIT, &run);
        if (!run.applies)
            continue;
        if (!asked)
            expected = truth_of(h, opt, JUDGE_LIMIT);
        t->unjudged += !asked && expected == TRUTH_UNKNOWN;
        t->runs++;
        asked = true;
        enum truth said = said_by[run.verdict];
        if (expected == TRUTH_UNKNOWN)
            expected = said; /* then at least the others must say the same */
        wrong = said == TRUTH_UNKNOWN || said != expected || run.wrong[0];
        (void)snprintf(why, RUN_TEXT, "%s says %s, expected %s %.300s", engines[i]->name,
                       answers[said], answers[expected], run.wrong);
    }
    t->valid += asked && expected == TRUTH_VALID;
    t->invalid += asked && expected == TRUTH_INVALID;
    return wrong;
}

static bool fails(const struct random_case *c, struct tally *t, char why[RUN_TEXT])
{
    struct history h;
    struct spec_options opt;
    struct err e = {0};
    if (!random_case_open(c, &h, &opt, &e)) {
        (void)snprintf(why, RUN_TEXT, "cannot build the history: %.300s", e.text);
        return true;
    }
    bool versions = opt.versions;
    bool wrong = engines_differ(&h, &opt, false, t, why) ||
                 (versions && engines_differ(&h, &opt, true, t, why));
    history_free(&h);
    return wrong;
}

/* Drop operations as long as it still fails. */
static void shrink(struct random_case *c, char why[RUN_TEXT])
{
    struct tally ignored = {0};
    for (size_t i = 0; i < c->script.n;) {
        struct random_case less = *c;
        char text[RUN_TEXT];
        script_drop(&less.script, i);
        if (less.script.n > 0 && fails(&less, &ignored, text)) {
            *c = less;
            memcpy(why, text, RUN_TEXT);
            i = 0;
        } else {
            i++;
        }
    }
}

static void run_family(enum random_family family, bool small, uint64_t count, uint64_t seed)
{
    struct random_size size = small ? random_small : random_long;
    struct tally t = {0};
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        struct rng r;
        struct random_case c;
        char why[RUN_TEXT] = "";
        rng_seed(&r, seed + i);
        random_case(&c, family, size, &r);
        ok = !fails(&c, &t, why);
        if (!ok) {
            shrink(&c, why);
            random_case_report(&c, seed + i, why);
        }
    }
    tap_result(ok && t.runs > 0, "%s, %s: %llu valid, %llu invalid, %llu unjudged, %llu runs",
               random_family_names[family], small ? "small against brute force" : "longer",
               (unsigned long long)t.valid, (unsigned long long)t.invalid,
               (unsigned long long)t.unjudged, (unsigned long long)t.runs);
}

int main(int argc, char **argv)
{
    uint64_t count = 40000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    tap_plan(2 * RANDOM_FAMILIES);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (unsigned f = 0; f < RANDOM_FAMILIES; f++) {
        run_family((enum random_family)f, true, count, seed);
        run_family((enum random_family)f, false, count / 20 + 1, seed);
    }
    return tap_status();
}
