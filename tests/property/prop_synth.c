/* Generated histories are what they claim: without a planted violation linearizable, with one not,
 * whatever the options. Judged by the independent search of verify_core.c, and by the checker. */
#include "base/rng.h"
#include "checker/check.h"
#include "generators/synth_object.h"
#include "tests/property/tap.h"
#include "tests/property/verify.h"

#include <stdio.h>

enum { JUDGE_LIMIT = 20000, OBJECT_OPS = 16 };

struct tally {
    uint64_t judged, gave_up;
};

static void random_options(struct synth_options *o, struct rng *r, const char *model)
{
    synth_defaults(o);
    o->model = model;
    o->seed = rng_next(r);
    o->ops = rng_below(r, 40);
    o->processes = 1 + (uint32_t)rng_below(r, 6);
    o->values = rng_chance(r, 0.5) ? 0 : 1 + (uint32_t)rng_below(r, 4);
    o->keys = rng_chance(r, 0.5) ? 2 : 1 + (uint32_t)rng_below(r, 4);
    o->read_share = rng_unit(r) * 0.8;
    o->cas_share = rng_unit(r) * (1 - o->read_share);
    o->cas_wrong = rng_unit(r);
    o->crash_rate = rng_chance(r, 0.5) ? 0 : rng_unit(r) * 0.5;
    o->crashes = o->ops && rng_chance(r, 0.3) ? rng_below(r, o->ops / 3 + 1) : 0;
    o->think = rng_unit(r) * 2;
    o->inject_at = rng_unit(r);
    o->versions = strcmp(model, "multi-register") != 0 && rng_chance(r, 0.5);
}

static bool make(struct history *h, const struct synth_options *o, struct err *e)
{
    const struct pair_options strict = {0};
    bool txns = strcmp(o->model, "multi-register") == 0;
    bool tuples = !txns && (o->keys > 1 || strcmp(o->model, "kv") == 0);
    history_init(h);
    /* Not SPLIT_AUTO: a few writes alone do not show that they are tuples. */
    if (synth_generate(h, o, e) && history_pair(h, &strict, e) &&
        history_split_keys(h, tuples ? SPLIT_YES : SPLIT_NO, e))
        return true;
    history_free(h);
    return false;
}

/* What the object is at first. */
static val initial(struct history *h, const struct synth_options *o)
{
    bool permits = strstr(o->model, "semaphore") != NULL;
    return permits ? val_int(&h->values, o->values ? o->values : 3)
                   : model_find(o->model)->default_initial;
}

static enum proof judge(struct history *h, const struct synth_options *o, bool versions,
                        const char **why)
{
    struct spec_options opt = {.model = o->model, .initial = initial(h, o), .versions = versions};
    struct spec s;
    enum proof p = PROOF_GAVE_UP;
    if (spec_open(&s, h, &opt, NULL, 0, why))
        p = verify_core(&s, NULL, JUDGE_LIMIT, why);
    spec_free(&s);
    return p;
}

static const char *disagrees(struct history *h, const struct synth_options *o)
{
    struct budget budget = {0};
    struct check_options opt = {.model = model_find(o->model), .jobs = 1, .budget = &budget,
                                .has_initial = true, .initial = initial(h, o)};
    struct check_result r;
    struct err e = {0};
    if (!check_history(h, &opt, &r, &e))
        return "the checker does not understand it";
    enum verdict expected = o->inject ? VERDICT_INVALID : VERDICT_VALID;
    bool good = r.verdict == expected;
    check_result_free(&r);
    return good ? NULL : "the checker says something else";
}

static const char *wrong(const struct synth_options *o, struct tally *t)
{
    struct history h;
    struct err e = {0};
    const char *why = NULL;
    if (!make(&h, o, &e))
        return "it cannot be made";
    enum proof p = judge(&h, o, false, &why);
    /* The versions must fit too; the judge knows them for a single register. */
    if (p == PROOF_FAILS && !o->inject && o->versions && !h.independent)
        p = judge(&h, o, true, &why);
    bool false_claim = p == (o->inject ? PROOF_FAILS : PROOF_HOLDS);
    t->judged += p != PROOF_GAVE_UP;
    t->gave_up += p == PROOF_GAVE_UP;
    const char *found = false_claim ? "the judge says something else" : disagrees(&h, o);
    history_free(&h);
    return found;
}

/* Fewer operations, as long as it still goes wrong. */
static void report(struct synth_options *o, const char *why)
{
    struct tally ignored = {0};
    struct synth_options less = *o;
    while (less.ops > less.crashes && less.ops-- > 0 && wrong(&less, &ignored))
        *o = less;
    tap_note("%s: model %s seed %llu ops %llu processes %u values %u keys %u versions %d", why,
             o->model, (unsigned long long)o->seed, (unsigned long long)o->ops, o->processes,
             o->values, o->keys, o->versions);
    tap_note("reads %.17g cas %.17g wrong %.17g crash %.17g crashes %llu think %.17g at %.17g",
             o->read_share, o->cas_share, o->cas_wrong, o->crash_rate,
             (unsigned long long)o->crashes, o->think, o->inject_at);
}

static const char *pick_model(const struct violation *v, struct rng *r)
{
    static const char *const all[] = {"cas-register", "kv", "register", "multi-register"};
    if (v && v->needs_txn)
        return "multi-register";
    return all[rng_below(r, v && v->needs_cas ? 2 : 4)];
}

/* `model`: NULL for one of the registers. */
static void run(const char *model, const struct violation *v, uint64_t count, uint64_t seed)
{
    struct rng r;
    rng_seed(&r, seed);
    struct tally t = {0};
    const char *why = NULL;
    for (uint64_t i = 0; !why && i < count; i++) {
        struct synth_options o;
        random_options(&o, &r, model ? model : pick_model(v, &r));
        if (model) {
            o.keys = 1; /* the independent judge knows one */
            o.versions = false;
            o.ops %= OBJECT_OPS;
            o.crashes %= o.ops / 3 + 1;
        }
        o.inject = v ? v->name : NULL;
        if (v && v->needs_txn)
            o.keys += o.keys == 1;
        why = wrong(&o, &t);
        if (why)
            report(&o, why);
    }
    tap_result(!why && t.judged > t.gave_up * 9, "%s, %s: %llu judged, %llu too hard to judge",
               model ? model : "registers", v ? v->name : "no violation",
               (unsigned long long)t.judged, (unsigned long long)t.gave_up);
}

int main(int argc, char **argv)
{
    uint64_t count = 1000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    unsigned n = 0, all = 0;
    while (violations[n])
        n++;
    for (size_t i = 0; synth_objects[i]; i++, all++)
        for (size_t k = 0; synth_objects[i]->violations[k]; k++)
            all++;
    tap_plan(n + 1 + all);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    run(NULL, NULL, count, seed);
    for (unsigned i = 0; i < n; i++)
        run(NULL, violations[i], count, seed + i);
    for (size_t i = 0; synth_objects[i]; i++) {
        const struct synth_object *x = synth_objects[i];
        run(x->model, NULL, count / 10 + 1, seed);
        for (size_t k = 0; x->violations[k]; k++)
            run(x->model, x->violations[k], count / 10 + 1, seed + 1 + k);
    }
    return tap_status();
}
