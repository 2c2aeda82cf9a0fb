/* check_history as the program calls it, on random histories: the verdict is that of the judges,
 * every witness is a linearization and every core a proof, for each algorithm. */
#include "tests/property/judge_result.h"
#include "tests/property/random_history.h"
#include "tests/property/tap.h"
#include "tests/property/truth.h"

#include <stdio.h>

enum { CORE_LIMIT = 200000, WHY = 480 };

struct tally {
    uint64_t valid, invalid, unknown;
    struct judgement judged;
};

/* Which question the verdict answers: with recorded versions or without. */
static bool by_versions(const struct check_result *r)
{
    for (size_t i = 0; i < r->nkeys; i++)
        if (strcmp(r->keys[i].algorithm, "stages") == 0)
            return true;
    return false;
}

static bool judge_verdict(const struct check_result *r, struct history *h,
                          struct spec_options opt, char why[WHY])
{
    opt.versions = by_versions(r);
    enum truth t = truth_of(h, &opt, CORE_LIMIT);
    (void)snprintf(why, WHY, "verdict %d, the judges say %d: %.300s", (int)r->verdict, (int)t,
                   r->reason ? r->reason : "");
    return t == TRUTH_UNKNOWN || (t == TRUTH_VALID && r->verdict == VERDICT_VALID) ||
           (t == TRUTH_INVALID && r->verdict == VERDICT_INVALID);
}

static bool fails(const struct random_case *c, const char *algorithm, struct tally *t,
                  char why[WHY])
{
    struct history h;
    struct spec_options opt;
    struct check_result r;
    struct err e = {0};
    struct budget budget = {0};
    if (!random_case_open(c, &h, &opt, &e)) {
        (void)snprintf(why, WHY, "cannot build the history: %.300s", e.text);
        return true;
    }
    struct check_options co = {.model = model_find(c->model), .algorithm = algorithm,
                               .has_initial = true, .initial = opt.initial,
                               .nil_unknown = c->nil_unknown, .evidence = true, .witness = true,
                               .core_long = 1, .jobs = 1, .budget = &budget};
    bool wrong = !check_history(&h, &co, &r, &e);
    if (wrong) {
        (void)snprintf(why, WHY, "error: %.300s", e.text);
    } else {
        t->valid += r.verdict == VERDICT_VALID;
        t->invalid += r.verdict == VERDICT_INVALID;
        t->unknown += r.verdict == VERDICT_UNKNOWN;
        /* A forced algorithm may say that it does not apply; auto always answers. */
        if (r.verdict != VERDICT_UNKNOWN || strcmp(algorithm, "auto") == 0)
            wrong = !judge_verdict(&r, &h, opt, why);
        judge_result(&r, &h, opt, CORE_LIMIT, &t->judged);
        if (!wrong && (t->judged.wrong[0] || t->judged.coreless)) {
            (void)snprintf(why, WHY, "%s", t->judged.wrong[0] ? t->judged.wrong : "no core");
            wrong = true;
        }
        check_result_free(&r);
    }
    history_free(&h);
    return wrong;
}

/* Drop operations as long as it still fails. */
static void shrink(struct random_case *c, const char *algorithm, char why[WHY])
{
    for (size_t i = 0; i < c->script.n;) {
        struct random_case less = *c;
        struct tally fresh = {0};
        char text[WHY];
        script_drop(&less.script, i);
        if (less.script.n > 0 && fails(&less, algorithm, &fresh, text)) {
            *c = less;
            memcpy(why, text, WHY);
            i = 0;
        } else {
            i++;
        }
    }
}

static void run_family(enum random_family family, struct random_size size,
                       const char *algorithm, uint64_t count, uint64_t seed)
{
    struct tally t = {0};
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        struct rng r;
        struct random_case c;
        char why[WHY] = "";
        rng_seed(&r, seed + i);
        random_case(&c, family, size, &r);
        ok = !fails(&c, algorithm, &t, why);
        if (!ok) {
            shrink(&c, algorithm, why);
            random_case_report(&c, seed + i, why);
        }
    }
    const struct judgement *j = &t.judged;
    double mean = j->cores ? (double)j->core_ops / (double)j->cores : 0;
    tap_result(ok && (t.unknown == 0 || strcmp(algorithm, "auto") != 0),
               "%s, up to %zu operations, by %s: %llu valid, %llu invalid, %llu not applicable; "
               "verified %zu witnesses, %zu windows and %zu cores of %.1f operations, %zu too "
               "hard to verify",
               random_family_names[family], size.ops, algorithm, (unsigned long long)t.valid,
               (unsigned long long)t.invalid, (unsigned long long)t.unknown, j->witnesses,
               j->windows, j->cores, mean, j->gave_up);
}

int main(int argc, char **argv)
{
    uint64_t count = 10000, seed = 1;
    unsigned n = 0;
    tap_arguments(argc, argv, &count, &seed);
    while (engines[n])
        n++;
    tap_plan((n + 2) * RANDOM_FAMILIES);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (unsigned f = 0; f < RANDOM_FAMILIES; f++) {
        run_family((enum random_family)f, random_small, "auto", count, seed);
        run_family((enum random_family)f, random_long, "auto", count / 10 + 1, seed);
        for (unsigned i = 0; engines[i]; i++)
            run_family((enum random_family)f, random_small, engines[i]->name, count, seed);
    }
    return tap_status();
}
