#include "tests/property/level_check.h"

#include "base/mem.h"
#include "checker/levels/spectrum.h"
#include "checker/property.h"

#include <stdio.h>

static struct check_options options(const char *property, const char *model, val initial,
                                    struct budget *budget)
{
    return (struct check_options){.property = property_find(str_of(property)),
                                  .model = model_find(model), .has_initial = true,
                                  .initial = initial, .evidence = true, .jobs = 1,
                                  .budget = budget};
}

/* The operations of the core alone, all as recorded. */
static void only_core(const struct history *h, const struct key_result *k, struct history *out)
{
    bool *keep = mem_zalloc(h->events.n, sizeof *keep);
    for (size_t i = 0; i < k->ncore; i++) {
        const struct op *op = &h->ops[k->core[i].op];
        keep[op->inv] = true;
        if (op->ret != NO_EVENT)
            keep[op->ret] = true;
    }
    *out = *h;
    out->ops = mem_alloc((h->nops + 1) * sizeof *out->ops);
    out->nops = 0;
    for (size_t i = 0; i < h->nops; i++)
        if (keep[h->ops[i].inv])
            out->ops[out->nops++] = h->ops[i];
    mem_free(keep);
}

/* The core must be broken, too, and not because a value comes from nowhere. The rule may be another
 * one: where several are broken, the order of the sessions decides which is found first. */
static void judge_core(const struct history *h, const struct check_options *opt,
                       const struct key_result *k, struct level_answer *a)
{
    struct history core;
    struct check_result r;
    struct err e = {0};
    if (!k->level)
        return;
    if (k->ncore == 0 || k->nsteps == 0) {
        (void)snprintf(a->why, sizeof a->why, "no evidence");
        return;
    }
    only_core(h, k, &core);
    if (!check_history(&core, opt, &r, &e)) {
        (void)snprintf(a->why, sizeof a->why, "core: %s", e.text);
    } else {
        const char *word = r.nkeys && r.keys[0].word ? r.keys[0].word : "nothing";
        bool air = strcmp(word, "thin-air-read") == 0 && strcmp(k->word, word) != 0;
        if (r.verdict != VERDICT_INVALID || air)
            (void)snprintf(a->why, sizeof a->why, "its core of %zu breaks %s instead of %s",
                           k->ncore, word, k->word);
        check_result_free(&r);
    }
    mem_free(core.ops);
}

void level_check(const struct session_case *c, const char *property, uint64_t seed,
                 struct level_answer *a)
{
    struct history h;
    struct err e = {0};
    struct rng rng;
    *a = (struct level_answer){.verdict = VERDICT_UNKNOWN};
    rng_seed(&rng, seed);
    if (!session_case_history(c, &rng, &h, &e)) {
        (void)snprintf(a->why, sizeof a->why, "%s", e.text);
        return;
    }
    level_check_history(&h, "cas-register", val_small(0), property, a);
    history_free(&h);
}

void level_check_history(const struct history *h, const char *model, val initial,
                         const char *property, struct level_answer *a)
{
    struct err e = {0};
    struct budget budget = {0};
    struct check_result r;
    *a = (struct level_answer){.verdict = VERDICT_UNKNOWN};
    const struct check_options opt = options(property, model, initial, &budget);
    if (check_history(h, &opt, &r, &e)) {
        a->verdict = r.verdict;
        for (size_t i = 0; i < r.nkeys && r.verdict == VERDICT_INVALID; i++) {
            const struct key_result *k = &r.keys[i];
            if (k->verdict != VERDICT_INVALID)
                continue;
            (void)snprintf(a->word, sizeof a->word, "%s", key_rule(k) ? key_rule(k) : "");
            judge_core(h, &opt, k, a);
        }
        check_result_free(&r);
    } else {
        (void)snprintf(a->why, sizeof a->why, "%s", e.text);
    }
}

bool level_check_all(const struct session_case *c, uint64_t seed,
                     void (*found)(const struct spectrum *s, void *ctx), void *ctx,
                     char why[LEVEL_WHY])
{
    struct history h;
    struct err e = {0};
    struct rng rng;
    struct budget budget = {0};
    struct check_result r;
    rng_seed(&rng, seed);
    bool good = session_case_history(c, &rng, &h, &e);
    if (good) {
        const struct check_options opt = options("all", "cas-register", val_small(0), &budget);
        good = check_history(&h, &opt, &r, &e);
        if (good) {
            found(r.spectrum, ctx);
            check_result_free(&r);
        }
        history_free(&h);
    }
    if (!good)
        (void)snprintf(why, LEVEL_WHY, "%s", e.text);
    return good;
}
