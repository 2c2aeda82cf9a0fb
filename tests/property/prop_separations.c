/* The histories that tell levels apart do: each pair of neighbours of the lattice has one, oracle
 * and checker say that it keeps the one level and breaks the other, no operation can be removed,
 * and no smaller history does the same. Generated histories of a level keep it and break those
 * right above it. */
#include "checker/levels/separations.h"
#include "checker/property.h"
#include "generators/synth_level.h"
#include "tests/property/all_cases.h"
#include "tests/property/level_check.h"
#include "tests/property/level_oracle.h"
#include "tests/property/tap.h"

#include <stdio.h>

enum { WOVEN = 8, KEYS = 3 };

/* ---- what the oracles say -------------------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names)
{
    for (size_t i = 0; names[i]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static const char *const by_real_time[] = {"linearizable", "k-atomic", "bounded-staleness",
                                           "eventual", NULL};

/* Operations happen one after the other, session by session. */
static bool linearizable(const struct session_case *c)
{
    int memory[CASE_KEYS] = {0};
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned i = 0; i < c->n[s]; i++) {
            const struct case_op *op = &c->ops[s][i];
            if (op->f == 'w')
                memory[op->key] = op->value;
            else if (memory[op->key] != op->value)
                return false;
        }
    }
    return true;
}

/* Any bound will do: no read returns what is written only later. */
static bool bounded(const struct session_case *c)
{
    bool there[CASE_KEYS][128] = {{false}};
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned i = 0; i < c->n[s]; i++) {
            const struct case_op *op = &c->ops[s][i];
            if (op->f == 'w')
                there[op->key][op->value] = true;
            else if (op->value != 0 && !there[op->key][op->value])
                return false;
        }
    }
    return true;
}

/* And each session that reads after the last write of the key ends with one value, not the initial
 * one, all with the same; and some do. */
static bool converges(const struct session_case *c)
{
    bool reads = false, good = bounded(c);
    for (unsigned key = 0; key < CASE_KEYS; key++) {
        int last[CASE_SESSIONS], agreed = -1;
        bool written = false;
        for (unsigned s = 0; s < CASE_SESSIONS; s++)
            last[s] = -1;
        for (unsigned s = 0; s < c->nsessions; s++) {
            for (unsigned i = 0; i < c->n[s]; i++) {
                const struct case_op *op = &c->ops[s][i];
                if (op->key != key)
                    continue;
                for (unsigned o = 0; op->f == 'w' && o < CASE_SESSIONS; o++)
                    last[o] = -1;
                written = written || op->f == 'w';
                last[s] = op->f == 'r' ? op->value : last[s];
            }
        }
        for (unsigned s = 0; s < CASE_SESSIONS; s++) {
            if (last[s] < 0)
                continue;
            good = good && (agreed < 0 || agreed == last[s]) && (!written || last[s] != 0);
            agreed = last[s];
            reads = true;
        }
    }
    return good && reads;
}

static bool keeps(const struct session_case *c, const char *level)
{
    if (!is_one_of(level, by_real_time))
        return level_oracle(c, level);
    if (strcmp(level, "linearizable") == 0)
        return linearizable(c);
    return strcmp(level, "eventual") == 0 ? converges(c) : bounded(c);
}

/* `levels` by blanks: all of them? */
static bool keeps_all(const struct session_case *c, const char *levels)
{
    char name[40];
    for (int n = 0; sscanf(levels, "%39s%n", name, &n) == 1; levels += n)
        if (!keeps(c, name))
            return false;
    return true;
}

static bool separates(const struct session_case *c, const struct separation *s)
{
    return keeps_all(c, s->holds) && !keeps(c, s->broken);
}

/* ---- the table ------------------------------------------------------------------------------- */

static bool has_separation(const char *broken, const char *holds)
{
    for (const struct separation *s = separations; s->broken; s++)
        if (strcmp(s->broken, broken) == 0 && strcmp(s->holds, holds) == 0)
            return true;
    return false;
}

static void test_neighbours(void)
{
    for (size_t i = 0; properties[i]; i++) {
        const char *const *below = properties[i]->implies;
        for (size_t j = 0; below && below[j]; j++)
            tap_result(has_separation(properties[i]->name, below[j]),
                       "a history separates %s from %s", properties[i]->name, below[j]);
    }
}

static bool smaller(const struct session_case *c, void *ctx)
{
    const struct separation *s = ctx;
    if (!separates(c, s))
        return false;
    struct buf b = {0};
    session_case_print(c, &b);
    tap_note("smaller: %.*s", (int)b.n, buf_str(&b).p);
    buf_free(&b);
    return true;
}

static bool make(struct history *h, const struct synth_options *o, const char *const *woven,
                 bool final_reads)
{
    struct err e = {0};
    const struct pair_options strict = {0};
    history_init(h);
    if (synth_level(h, o, woven, final_reads, &e) && history_pair(h, &strict, &e) &&
        history_split_keys(h, SPLIT_YES, &e))
        return true;
    tap_note("%s", e.text);
    history_free(h);
    return false;
}

static enum verdict verdict_of(const struct history *h, const char *level)
{
    struct budget budget = {0};
    struct check_result r;
    struct err e = {0};
    const struct check_options opt = {.property = property_find(str_of(level)),
                                      .model = model_find("register"), .jobs = 1,
                                      .budget = &budget};
    if (!check_history(h, &opt, &r, &e))
        return VERDICT_UNKNOWN;
    enum verdict v = r.verdict;
    check_result_free(&r);
    return v;
}

static bool checker_agrees(const struct separation *s)
{
    const char *woven[] = {s->history, NULL}, *levels = s->holds;
    char name[40];
    struct synth_options o;
    struct history h;
    synth_defaults(&o);
    o.model = "register";
    o.ops = 0;
    if (!make(&h, &o, woven, false))
        return false;
    bool good = verdict_of(&h, s->broken) == VERDICT_INVALID;
    for (int n = 0; sscanf(levels, "%39s%n", name, &n) == 1; levels += n)
        good = good && verdict_of(&h, name) == VERDICT_VALID;
    history_free(&h);
    return good;
}

static bool minimal(const struct session_case *c, const struct separation *s)
{
    for (unsigned i = 0; i < c->nsessions; i++) {
        for (unsigned j = 0; j < c->n[i]; j++) {
            struct session_case less = *c;
            session_case_drop(&less, i, j);
            if (separates(&less, s))
                return false;
        }
    }
    return true;
}

/* A history in EDN, two lines for each operation, without operation number `drop`: does the checker
 * say that it separates them? */
static bool text_separates(const struct separation *s, size_t drop)
{
    struct history h;
    struct err e = {0};
    struct buf text = {0};
    struct load_options load = {.format = "edn"};
    size_t line = 0;
    for (const char *p = s->history; *p; line++) {
        size_t n = strcspn(p, "\n") + 1;
        if (line / 2 != drop)
            buf_put(&text, (struct str){p, n});
        p += n;
    }
    bool good = history_load_memory(&h, "text", buf_str(&text), &load, &e);
    buf_free(&text);
    if (!good)
        return false;
    good = verdict_of(&h, s->holds) == VERDICT_VALID &&
           verdict_of(&h, s->broken) == VERDICT_INVALID;
    history_free(&h);
    return good;
}

/* What replicas were delivered has no place in the notation, and no oracle. */
static void test_text(const struct separation *s)
{
    size_t ops = 0;
    for (const char *p = s->history; (p = strchr(p, '\n')); p++)
        ops++;
    bool needed = true;
    for (size_t i = 0; i < ops / 2 && needed; i++)
        needed = !text_separates(s, i);
    tap_result(text_separates(s, ops), "%s and %s: the checker", s->holds, s->broken);
    tap_result(needed, "%s and %s: nothing can be removed", s->holds, s->broken);
}

static void test_separation(const struct separation *s)
{
    struct session_case c;
    unsigned ops = 0;
    if (s->history[0] == '{') {
        test_text(s);
        return;
    }
    bool parsed = session_case_parse(&c, str_of(s->history));
    for (unsigned i = 0; parsed && i < c.nsessions; i++)
        ops += c.n[i];
    bool smallest = parsed;
    for (unsigned n = 1; n < ops && smallest; n++)
        smallest = !all_cases(n, KEYS, smaller, (void *)(uintptr_t)s);
    tap_result(parsed && separates(&c, s), "%s keeps %s and breaks %s: the oracle", s->history,
               s->holds, s->broken);
    tap_result(parsed && checker_agrees(s), "%s: the checker", s->history);
    tap_result(parsed && minimal(&c, s), "%s: nothing can be removed", s->history);
    tap_result(smallest, "%s: no smaller one", s->history);
}

/* ---- generated ones ------------------------------------------------------------------------- */

/* For the oracle: nil is 0. False when it is too large. */
static bool to_case(const struct history *h, struct session_case *c)
{
    val process[CASE_SESSIONS], keys[CASE_KEYS];
    unsigned nkeys = 0, n = 0;
    *c = (struct session_case){0};
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        unsigned s = 0, k = 0;
        int64_t v = 0;
        while (s < c->nsessions && process[s] != op->process)
            s++;
        while (k < nkeys && keys[k] != op->key)
            k++;
        if (s == CASE_SESSIONS || k == CASE_KEYS || c->n[s] == CASE_OPS || ++n > 11)
            return false;
        process[s] = op->process;
        keys[k] = op->key;
        c->nsessions = s == c->nsessions ? s + 1 : c->nsessions;
        nkeys = k == nkeys ? k + 1 : nkeys;
        bool write = str_is(val_get_text(&h->values, op->f), "write");
        (void)val_get_int(&h->values, write ? op->in : op->out, &v);
        c->ops[s][c->n[s]++] = (struct case_op){.f = write ? 'w' : 'r', .key = (uint8_t)k,
                                                .value = (int8_t)v, .version = -1,
                                                .crashed = op->type != OP_OK};
    }
    return true;
}

/* Is `level` kept, and everything right above it broken? `c` for the oracle, or NULL. */
static bool as_promised(const struct history *h, const struct session_case *c, const char *level)
{
    bool good = verdict_of(h, level) == VERDICT_VALID && (!c || level_oracle(c, level));
    for (size_t i = 0; properties[i] && good; i++) {
        const struct property *p = properties[i];
        if (!p->implies || !is_one_of(level, p->implies) || p == &level_strong_eventual)
            continue;
        good = verdict_of(h, p->name) == VERDICT_INVALID;
        if (c && good && !is_one_of(p->name, by_real_time))
            good = !level_oracle(c, p->name);
    }
    return good;
}

static void test_generated(const char *level, uint64_t count, uint64_t seed)
{
    bool oracle = !is_one_of(level, by_real_time), good = true;
    const char *woven[WOVEN];
    uint64_t small = 0;
    (void)separations_above(level, woven, WOVEN);
    for (uint64_t i = 0; i < count && good; i++) {
        struct synth_options o;
        struct history h;
        struct session_case c;
        struct rng r;
        rng_seed(&r, seed + i);
        synth_defaults(&o);
        o.model = "register";
        o.seed = seed + i;
        bool large = i % 16 == 0;
        o.ops = large ? 1 + rng_below(&r, 300) : rng_below(&r, 6);
        o.processes = large ? 5 : 1 + (uint32_t)rng_below(&r, 2);
        o.crash_rate = large ? 0.1 : 0;
        o.keys = 1 + (uint32_t)rng_below(&r, 3);
        if (!make(&h, &o, woven, strcmp(level, "eventual") == 0)) {
            good = false;
            break;
        }
        bool fits = oracle && to_case(&h, &c);
        small += fits;
        good = as_promised(&h, fits ? &c : NULL, level);
        if (!good)
            tap_note("seed %llu, %llu operations", (unsigned long long)o.seed,
                     (unsigned long long)o.ops);
        history_free(&h);
    }
    tap_result(good && (!oracle || count < 100 || small > count / 3),
               "generated histories of %s, %llu of them judged by the oracle", level,
               (unsigned long long)small);
}

int main(int argc, char **argv)
{
    uint64_t count = 100, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    test_neighbours();
    for (const struct separation *s = separations; s->broken; s++)
        test_separation(s);
    for (size_t i = 0; properties[i]; i++)
        if (properties[i]->implies && properties[i] != &level_strong_eventual)
            test_generated(properties[i]->name, count, seed);
    tap_plan_at_end();
    return tap_status();
}
