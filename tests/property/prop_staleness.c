/* Random histories of a register: the smallest bounds in time and in versions are those of brute
 * force, the levels say so, and their cores break them alone. */
#include "base/mem.h"
#include "checker/property.h"
#include "checker/staleness/books.h"
#include "checker/staleness/delta.h"
#include "checker/staleness/k_atomic.h"
#include "checker/staleness/overwritten.h"
#include "tests/property/stale_case.h"
#include "tests/property/tap.h"

#include <string.h>

enum { OPS = 7 };

struct tally {
    uint64_t exact, fresh, stale, never, vague, k[4];
};

static int64_t bound(const struct delta *d)
{
    return d->state == DELTA_INFINITE ? STALE_NEVER : d->ns;
}

static bool future_read(const struct versions *t)
{
    for (uint32_t i = 0; i < t->nr; i++)
        if (t->r[i].end < t->v[t->r[i].version].begin)
            return true;
    return false;
}

static const char *judge_k(const struct stale_case *c, const struct versions *t,
                           struct tally *tally)
{
    struct budget budget = {0};
    struct overwritten w;
    overwritten_find(t, &w);
    const char *wrong = NULL;
    unsigned k = 1;
    while (k <= STALE_OPS + 1 && !stale_oracle_k(c, k))
        k++;
    if (k < w.low || k > w.high)
        wrong = "the bounds for k do not hold";
    if ((k_two(t, &budget) == K_YES) != (k <= 2))
        wrong = "k_two";
    for (uint32_t i = 1; i < 5; i++)
        if (k_search(t, i, 1 << 20, &budget) != (k <= i ? K_YES : K_NO))
            wrong = "k_search";
    tally->k[k < 4 ? k - 1 : 3]++;
    overwritten_free(&w);
    return wrong;
}

static const char *judge_versions(const struct stale_case *c, const struct versions *t,
                                  struct tally *tally, bool cas)
{
    if (t->trouble == VERSIONS_VAGUE) {
        tally->vague++;
        return NULL;
    }
    int64_t delta = stale_oracle_delta(c);
    if (t->trouble != VERSIONS_FINE) {
        tally->never++;
        return delta == STALE_NEVER ? NULL : "no version explains what some bound does";
    }
    struct delta d, g;
    delta_find(t, DELTA_READS, &d);
    if (t->vague) {
        tally->vague++;
        return bound(&d) <= delta ? NULL : "Delta without some reads is above that with them";
    }
    tally->exact++;
    tally->fresh += delta == 0;
    tally->never += delta == STALE_NEVER;
    tally->stale += delta > 0 && delta != STALE_NEVER;
    if (bound(&d) != delta)
        return "Delta";
    delta_find(t, DELTA_ALL, &g);
    if (!t->repeated && bound(&g) != stale_oracle_gamma(c))
        return "Gamma";
    return cas || t->repeated || future_read(t) ? NULL : judge_k(c, t, tally);
}

/* The operations of a core, with all of the script's other ones dropped. */
static struct stale_case core_of(const struct stale_case *c, const struct key_result *k)
{
    struct stale_case core = *c;
    stale_case_clock(&core);
    for (size_t i = c->script.n; i-- > 0;) {
        bool in = false;
        for (size_t j = 0; j < k->ncore; j++)
            in = in || k->core[j].op == i;
        if (!in)
            stale_case_drop(&core, i);
    }
    return core;
}

/* The level with this bound: the verdict is that of brute force, the core alone breaks it. */
static const char *judge_level(const struct stale_case *c, struct history *h, const char *name,
                               struct check_bounds bounds, bool vague)
{
    struct budget budget = {0};
    struct check_result r;
    struct err e = {0};
    bool timed = strcmp(name, "k-atomic") != 0;
    struct check_options o = {.property = property_find(str_of(name)), .bounds = bounds, .jobs = 1,
                              .model = model_find("cas-register"), .has_initial = true,
                              .initial = val_int(&h->values, 0), .evidence = true,
                              .budget = &budget};
    if (!check_history(h, &o, &r, &e))
        return "the check failed";
    const char *wrong = NULL;
    bool holds = timed ? stale_oracle_delta(c) <= bounds.staleness : stale_oracle_k(c, bounds.k);
    if (r.verdict == VERDICT_VALID && (!holds || vague))
        wrong = "a level holds that does not";
    if (r.verdict == VERDICT_INVALID && holds)
        wrong = "a level is broken that holds";
    if (r.verdict == VERDICT_UNKNOWN && !vague && r.keys && r.keys[0].staleness &&
        r.keys[0].staleness->reads > 0)
        wrong = "unknown";
    if (!wrong && r.verdict == VERDICT_INVALID) {
        struct stale_case core = core_of(c, &r.keys[0]);
        if (core.script.n == 0 || (timed ? stale_oracle_delta(&core) <= bounds.staleness
                                         : stale_oracle_k(&core, bounds.k)))
            wrong = "the core does not break the level";
    }
    check_result_free(&r);
    return wrong;
}

static const char *judge_levels(const struct stale_case *c, struct history *h, bool cas, bool vague)
{
    struct check_bounds b = {.staleness = 1 + (int64_t)(c->time[0] + (int64_t)c->script.n) % 7,
                             .k = 1 + (uint32_t)c->script.n % 3};
    const char *wrong = judge_level(c, h, "bounded-staleness", b, vague);
    return wrong || cas ? wrong : judge_level(c, h, "k-atomic", b, vague);
}

static const char *judge(const struct stale_case *c, struct tally *tally)
{
    struct history h;
    struct object o;
    struct versions t;
    struct err e = {0};
    uint32_t ids[STALE_OPS];
    bool cas = false;
    if (!stale_history(c, &h, &e))
        return "the history does not load";
    for (uint32_t i = 0; i < h.nops; i++) {
        ids[i] = i;
        cas = cas || c->script.ops[i].kind == SCRIPT_CAS;
    }
    const char *wrong = "the operations do not fit";
    if (object_build(&o, &h, model_find("cas-register"), ids, h.nops, VAL_ABSENT,
                     val_int(&h.values, 0), false, &e)) {
        versions_find(&t, &o);
        wrong = judge_versions(c, &t, tally, cas);
        bool vague = t.vague > 0 || t.trouble == VERSIONS_VAGUE;
        wrong = wrong ? wrong : judge_levels(c, &h, cas, vague);
        versions_free(&t);
        object_free(&o);
    }
    history_free(&h);
    return wrong;
}

static void report(struct stale_case *c, const char *wrong, uint64_t seed)
{
    struct tally none = {0};
    struct buf text = {0};
    for (size_t i = 0; i < c->script.n;) {
        struct stale_case less = *c;
        stale_case_drop(&less, i);
        const char *why = less.script.n ? judge(&less, &none) : NULL;
        if (why) {
            *c = less;
            wrong = why;
            i = 0;
        } else {
            i++;
        }
    }
    stale_case_print(c, &text);
    tap_note("seed %llu: %s: %.*s", (unsigned long long)seed, wrong, (int)text.n, buf_str(&text).p);
    buf_free(&text);
}

int main(int argc, char **argv)
{
    uint64_t count = 20000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    tap_plan(2);
    struct tally t = {0};
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        struct rng r;
        struct stale_case c;
        rng_seed(&r, seed + i);
        stale_case(&c, OPS, &r);
        const char *wrong = judge(&c, &t);
        ok = !wrong;
        if (wrong)
            report(&c, wrong, seed + i);
    }
    tap_result(ok, "%llu histories: %llu exact, of them %llu fresh, %llu stale, %llu never; %llu "
               "vague", (unsigned long long)count, (unsigned long long)t.exact,
               (unsigned long long)t.fresh, (unsigned long long)t.stale,
               (unsigned long long)t.never, (unsigned long long)t.vague);
    bool mixed = count < 1000 || (t.fresh && t.stale && t.never && t.vague && t.k[0] && t.k[1] &&
                                  t.k[2] && t.k[3]);
    tap_result(mixed, "smallest k: 1 %llu, 2 %llu, 3 %llu, more %llu", (unsigned long long)t.k[0],
               (unsigned long long)t.k[1], (unsigned long long)t.k[2], (unsigned long long)t.k[3]);
    return tap_status();
}
