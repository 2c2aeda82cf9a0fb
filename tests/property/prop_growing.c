/* Random histories of lists, sets and counters by session: session guarantees say what their
 * definition says, and hold where the history is linearizable. */
#include "checker/property.h"
#include "tests/property/grow_oracle.h"
#include "tests/property/level_check.h"
#include "tests/property/tap.h"

#include <stdio.h>

static const struct {
    const char *name;
    unsigned g;
} levels[] = {{"read-your-writes", GROW_RYW}, {"monotonic-reads", GROW_MR},
              {"monotonic-writes", GROW_MW}, {"writes-follow-reads", GROW_WFR},
              {"session", GROW_ALL}};
enum { LEVELS = sizeof levels / sizeof *levels, WHY = LEVEL_WHY + 100 };

static const char *const type_names[] = {"lists", "sets", "counters"};

/* What the definition says; *open when the checker need not: no one list explains the reads, a
 * counter was read before anybody added so much, elements repeat or amounts differ. */
static bool expected(const struct grow_case *c, unsigned g, bool early, bool *open)
{
    bool holds = grow_oracle(c, g);
    *open = c->repeats;
    if (c->type == GROW_COUNTER) {
        *open |= (g & GROW_WFR) && early;
        /* where amounts differ, values are the versions, whatever makes them up */
        return c->repeats && g == GROW_MR ? !grow_oracle_air(c) && grow_oracle_contents(c, g)
                                          : holds;
    }
    if (c->type == GROW_SET || holds || grow_oracle(c, 0))
        return holds;
    if (grow_oracle_air(c))
        return false;
    for (unsigned one = GROW_RYW; one <= GROW_MR; one *= 2)
        if ((g & one) && !grow_oracle_contents(c, one))
            return false;
    *open |= (g & (GROW_MW | GROW_WFR)) != 0;
    return true;
}

/* A read completes that is more than what had been invoked. */
static bool is_early(const struct history *h)
{
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *r = &h->ops[i];
        int64_t v = 0, n, sum = 0;
        if (r->type != OP_OK || !str_is(val_get_text(&h->values, r->f), "read"))
            continue;
        if (!val_get_int(&h->values, r->out, &v))
            return false;
        for (size_t j = 0; j < h->nops; j++) {
            const struct op *o = &h->ops[j];
            if (o->key == r->key && o->inv < r->ret &&
                str_is(val_get_text(&h->values, o->f), "add") &&
                val_get_int(&h->values, o->in, &n))
                sum += n;
        }
        if (v > sum)
            return true;
    }
    return false;
}

static bool named_rightly(const struct grow_case *c, const struct level_answer *a)
{
    for (unsigned i = 0; i < LEVELS; i++)
        if (strcmp(a->word, levels[i].name) == 0 && i + 1 < LEVELS)
            return !grow_oracle(c, levels[i].g);
    return true;
}

/* Reads that nothing explains: a list's order may be called broken, or left open; so may different
 * amounts that do not add up to what was read. */
static bool may_be_broken(const struct grow_case *c, unsigned g)
{
    bool list = c->type == GROW_LIST && (g & (GROW_MW | GROW_WFR));
    return (list || (c->type == GROW_COUNTER && c->repeats)) && !grow_oracle(c, 0);
}

static bool compare(const struct grow_case *c, unsigned level, const struct level_answer *a,
                    bool early, char *why)
{
    bool open, holds = expected(c, levels[level].g, early, &open);
    bool right = a->verdict == VERDICT_UNKNOWN ? open : (a->verdict == VERDICT_VALID) == holds;
    right |= a->verdict == VERDICT_INVALID && may_be_broken(c, levels[level].g);
    if (!right)
        (void)snprintf(why, WHY, "%s: the checker says %s, the definition %s", levels[level].name,
                       a->verdict == VERDICT_VALID     ? "holds"
                       : a->verdict == VERDICT_INVALID ? "broken"
                                                       : "undecided",
                       holds ? "holds" : "broken");
    else if (a->verdict == VERDICT_INVALID && !named_rightly(c, a))
        (void)snprintf(why, WHY, "%s: %s is named and holds", levels[level].name, a->word);
    else
        return true;
    return false;
}

static bool judge(const struct grow_case *c, unsigned level, uint64_t seed, enum verdict *v,
                  char *why)
{
    struct level_answer a;
    struct history h;
    struct rng rng;
    struct err e = {0};
    rng_seed(&rng, seed);
    *v = VERDICT_UNKNOWN;
    if (!grow_case_history(c, &rng, &h, &e)) {
        (void)snprintf(why, WHY, "%s", e.text);
        return false;
    }
    const char *model = grow_models[c->type];
    val initial = c->type == GROW_COUNTER ? val_small(0) : VAL_NIL;
    bool early = c->type == GROW_COUNTER && is_early(&h);
    level_check_history(&h, model, initial, "linearizable", &a);
    bool linearizable = a.verdict == VERDICT_VALID;
    level_check_history(&h, model, initial, levels[level].name, &a);
    history_free(&h);
    *v = a.verdict;
    if (linearizable && a.verdict == VERDICT_INVALID) {
        (void)snprintf(why, WHY, "%s: broken, and the history is linearizable", levels[level].name);
        return false;
    }
    if (a.why[0]) {
        (void)snprintf(why, WHY, "%s: %s", levels[level].name, a.why);
        return false;
    }
    return compare(c, level, &a, early, why);
}

static void report(struct grow_case *c, unsigned level, uint64_t seed, char *why)
{
    struct buf text = {0};
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned i = 0; i < c->n[s]; i++) {
            struct grow_case less = *c;
            enum verdict v;
            char other[WHY];
            grow_case_drop(&less, s, i);
            if (judge(&less, level, seed, &v, other))
                continue;
            *c = less;
            memcpy(why, other, WHY);
            s = 0;
            i = UINT32_MAX;
        }
    }
    grow_case_print(c, &text);
    tap_note("seed %llu: %s", (unsigned long long)seed, why);
    tap_note("%.*s", (int)text.n, buf_str(&text).p);
    buf_free(&text);
}

static void run(enum grow_type type, bool repeats, uint64_t count, uint64_t seed)
{
    uint64_t verdicts[LEVELS][VERDICT_UNKNOWN + 1] = {{0}};
    bool ok = true;
    for (uint64_t i = 0; i < count && ok; i++) {
        struct grow_case c;
        struct rng r;
        rng_seed(&r, seed + i);
        grow_case_random(&c, &r, type, repeats, 9);
        for (unsigned l = 0; l < LEVELS && ok; l++) {
            char why[WHY];
            enum verdict v;
            ok = judge(&c, l, seed + i, &v, why);
            verdicts[l][v]++;
            if (!ok)
                report(&c, l, seed + i, why);
        }
    }
    for (unsigned l = 0; l < LEVELS; l++)
        tap_note("%s of %s%s: %llu hold, %llu broken, %llu undecided", levels[l].name,
                 type_names[type], repeats ? ", repeated" : "",
                 (unsigned long long)verdicts[l][VERDICT_VALID],
                 (unsigned long long)verdicts[l][VERDICT_INVALID],
                 (unsigned long long)verdicts[l][VERDICT_UNKNOWN]);
    tap_result(ok, "session guarantees of %s%s, %llu histories", type_names[type],
               repeats ? " with repeated values" : "", (unsigned long long)count);
}

int main(int argc, char **argv)
{
    uint64_t count = 2000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (unsigned type = GROW_LIST; type <= GROW_COUNTER; type++)
        for (unsigned repeats = 0; repeats < 2; repeats++)
            run((enum grow_type)type, repeats, count, seed);
    tap_plan_at_end();
    return tap_status();
}
