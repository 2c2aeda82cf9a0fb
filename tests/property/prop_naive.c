/* Histories of some hundred operations, with stale reads: every level says what naive_levels.h
 * says. */
#include "base/rng.h"
#include "checker/levels/spectrum.h"
#include "checker/property.h"
#include "generators/synth.h"
#include "tests/property/level_check.h"
#include "tests/property/naive_levels.h"
#include "tests/property/tap.h"

#include <stdio.h>

static const char *const levels[] = {
    "sequential", "coherence", "causal", "causal-convergence", "causal-memory", "pram", "session",
    "read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads", NULL,
};

/* Values alone never refute it. */
static const char never_alone[] = "monotonic-writes";

enum { LEVELS = sizeof levels / sizeof *levels - 1, MOST_OPS = 120, SEARCH_LIMIT = 5000 };

struct tally {
    uint64_t holds, broken, open, wrong, naively_open;
    char first[LEVEL_WHY + 100];
};

static void random_options(struct synth_options *o, struct rng *r)
{
    synth_defaults(o);
    o->model = "kv";
    o->seed = rng_next(r);
    o->ops = 2 + rng_below(r, rng_chance(r, 0.5) ? 30 : MOST_OPS);
    o->processes = 1 + (uint32_t)rng_below(r, 6);
    o->values = rng_chance(r, 0.8) ? 0 : 3 + (uint32_t)rng_below(r, 30);
    o->keys = 1 + (uint32_t)rng_below(r, 5);
    o->read_share = 0.3 + rng_unit(r) * 0.5;
    o->cas_share = rng_chance(r, 0.5) ? 0 : rng_unit(r) * (1 - o->read_share);
    o->crash_rate = rng_chance(r, 0.5) ? 0 : rng_unit(r) * 0.2;
    o->stale_share = rng_chance(r, 0.3) ? rng_unit(r) : rng_unit(r) * 0.2;
    o->lag = (int64_t)rng_below(r, 20000000);
    static const char *const planted[] = {"future-read", "flip", "stale-reads", "lost-write"};
    if (rng_chance(r, 0.3))
        o->inject = planted[rng_below(r, 4)];
    o->inject_at = rng_unit(r);
}

static bool make(struct history *h, const struct synth_options *o, struct err *e)
{
    const struct pair_options strict = {0};
    history_init(h);
    if (synth_generate(h, o, e) && history_pair(h, &strict, e) &&
        history_split_keys(h, SPLIT_YES, e))
        return true;
    history_free(h);
    return false;
}

static void compare(const struct history *h, const struct spec *s, struct naive *x, size_t level,
                    uint64_t seed, struct tally *t)
{
    struct level_answer a;
    bool search = strcmp(levels[level], "sequential") == 0;
    enum naive_answer n = search ? naive_sequential(s, SEARCH_LIMIT)
                                 : naive_level(x, levels[level]);
    bool exact = search || x->exact;
    level_check_history(h, "kv", VAL_NIL, levels[level], &a);
    bool right = n == NAIVE_OPEN                 ? search
                 : a.verdict == VERDICT_INVALID ? n == NAIVE_BROKEN || !exact
                 : a.verdict == VERDICT_VALID  ? n == NAIVE_HOLDS
                                               : x->narrowed || (!exact && n == NAIVE_HOLDS);
    t->holds += a.verdict == VERDICT_VALID;
    t->broken += a.verdict == VERDICT_INVALID;
    t->naively_open += n == NAIVE_OPEN;
    t->open += a.verdict == VERDICT_UNKNOWN;
    if (right && !a.why[0])
        return;
    if (t->wrong++ == 0)
        (void)snprintf(t->first, sizeof t->first, "seed %llu: %s, naively %s %s",
                       (unsigned long long)seed,
                       a.verdict == VERDICT_VALID     ? "holds"
                       : a.verdict == VERDICT_INVALID ? "broken"
                                                      : "undecided",
                       n == NAIVE_HOLDS ? "holds" : "broken", a.why);
}

static bool one(uint64_t seed, struct tally *t, char *why)
{
    struct rng r;
    struct synth_options o;
    struct history h;
    struct spec s;
    struct naive x = {0};
    struct err e = {0};
    const char *reason = "";
    const struct spec_options opt = {.model = "kv", .initial = VAL_NIL};
    rng_seed(&r, seed);
    random_options(&o, &r);
    if (!make(&h, &o, &e)) {
        (void)snprintf(why, LEVEL_WHY, "seed %llu: %s", (unsigned long long)seed, e.text);
        return false;
    }
    bool good = spec_open(&s, &h, &opt, NULL, 0, &reason) && naive_open(&x, &s);
    for (size_t i = 0; i < LEVELS && good; i++)
        compare(&h, &s, &x, i, seed, &t[i]);
    if (!good)
        (void)snprintf(why, LEVEL_WHY, "seed %llu: %s", (unsigned long long)seed, reason);
    naive_free(&x);
    spec_free(&s);
    history_free(&h);
    return good;
}

int main(int argc, char **argv)
{
    uint64_t count = 1000, seed = 1;
    struct tally t[LEVELS] = {0};
    char why[LEVEL_WHY] = "";
    bool good = true;
    tap_arguments(argc, argv, &count, &seed);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (uint64_t i = 0; i < count && good; i++)
        good = one(seed + i, t, why);
    tap_result(good, "all histories were understood %s", why);
    for (size_t i = 0; i < LEVELS; i++)
        tap_result(t[i].wrong == 0 && t[i].holds > 0 &&
                       (t[i].broken > 0 || strcmp(levels[i], never_alone) == 0),
                   "%s: %llu hold, %llu broken, %llu undecided, %llu wrong, %llu not judged %s",
                   levels[i], (unsigned long long)t[i].holds, (unsigned long long)t[i].broken,
                   (unsigned long long)t[i].open, (unsigned long long)t[i].wrong,
                   (unsigned long long)t[i].naively_open, t[i].first);
    tap_plan_at_end();
    return tap_status();
}
