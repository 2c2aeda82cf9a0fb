/* The online checkers of session guarantees against the ordinary ones, on every prefix of random
 * histories of counters, sets and lists, with crashed and failed operations: the online one speaks
 * at the first event at which the ordinary one refutes what was recorded so far, but for what a
 * later line may explain, and never where that holds. */
#include "base/mem.h"
#include "checker/online.h"
#include "checker/property.h"
#include "histories/value_move.h"
#include "tests/property/grow_case.h"
#include "tests/property/level_check.h"
#include "tests/property/tap.h"

#include <stdio.h>

static const char *const levels[] = {"read-your-writes", "monotonic-reads", "monotonic-writes",
                                     "writes-follow-reads", "session"};
enum { LEVELS = sizeof levels / sizeof *levels };

struct tally {
    uint64_t held, broken, lost;
};

static struct event moved_event(const struct history *h, size_t i, const struct value_mover *m)
{
    struct event ev = history_event(h, i);
    ev.process = value_move(m, ev.process);
    ev.f = value_move(m, ev.f);
    ev.value = value_move(m, ev.value);
    ev.key = value_move(m, ev.key);
    return ev;
}

/* What is kept goes to another table of values, as it does while a long history is followed. */
static void change_table(struct online *o, struct history *h)
{
    struct values fresh;
    values_init(&fresh);
    const struct value_mover m = {.from = &h->values, .to = &fresh};
    online_move(o, &m);
    values_free(&h->values);
    h->values = fresh;
}

/* The first `n` events of `h`; completions that are in `failed` say :fail. */
static bool prefix(const struct history *h, size_t n, uint64_t failed, struct history *out,
                   struct err *e)
{
    const struct pair_options opt = {.lenient = false};
    history_init(out);
    const struct value_mover m = {.from = &h->values, .to = &out->values};
    for (size_t i = 0; i < n; i++) {
        struct event ev = moved_event(h, i, &m);
        if (failed >> i & 1 && ev.type != OP_INVOKE)
            ev.type = OP_FAIL;
        history_add_event(out, &ev);
    }
    return history_pair(out, &opt, e) && history_split_keys(out, SPLIT_YES, e);
}

static val initial_of(enum grow_type type)
{
    return type == GROW_COUNTER ? val_small(0) : VAL_NIL;
}

/* Refuted now, whatever later lines say? *any: refuted at all. */
static bool is_refuted(const struct history *h, enum grow_type type, const char *level, bool *any)
{
    static const char *const waits[] = {"thin-air-read", "counter-too-high", "counter-too-low",
                                        "wrong-total"};
    struct level_answer a;
    level_check_history(h, grow_models[type], initial_of(type), level, &a);
    bool waiting = false;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        waiting |= strcmp(a.word, waits[i]) == 0;
    *any = a.verdict == VERDICT_INVALID;
    return *any && !waiting;
}

/* "" when they agree. */
static const char *compare(const struct history *h, uint64_t failed, enum grow_type type,
                           const char *level, struct tally *t)
{
    struct history all, some, kept;
    struct err e = {0};
    if (!prefix(h, h->events.n, failed, &all, &e))
        return "the history cannot be built";
    const struct online_options o = {.model = model_find(grow_models[type]), .tuples = true,
                                     .level = property_find(str_of(level)),
                                     .initial = initial_of(type)};
    history_init(&kept);
    const struct value_mover m = {.from = &all.values, .to = &kept.values};
    struct online *online = online_open(&kept, &o);
    enum online_state state = ONLINE_GOING;
    const char *wrong = "";
    for (size_t i = 0; i < all.events.n && state == ONLINE_GOING && !*wrong; i++) {
        bool any = false, refuted = false;
        const struct event ev = moved_event(&all, i, &m);
        state = online_push(online, &ev);
        if (i % 3 == 2)
            change_table(online, &kept);
        if (prefix(h, i + 1, failed, &some, &e))
            refuted = is_refuted(&some, type, level, &any);
        else
            wrong = "a beginning cannot be built";
        history_free(&some);
        if (state == ONLINE_VIOLATED && !any)
            wrong = "violated, and the ordinary check does not refute the beginning";
        if (state == ONLINE_GOING && refuted)
            wrong = "going on, and the ordinary check refutes the beginning";
    }
    t->held += state == ONLINE_GOING;
    t->broken += state == ONLINE_VIOLATED;
    t->lost += state == ONLINE_LOST;
    online_close(online);
    history_free(&kept);
    history_free(&all);
    return wrong;
}

static const char *judge(const struct grow_case *c, const char *level, uint64_t seed,
                         struct tally *t)
{
    struct history h;
    struct rng r;
    struct err e = {0};
    rng_seed(&r, seed);
    if (!grow_case_history(c, &r, &h, &e))
        return "the history cannot be built";
    uint64_t failed = rng_chance(&r, 0.3) ? rng_next(&r) & rng_next(&r) & rng_next(&r) : 0;
    const char *wrong = compare(&h, failed, c->type, level, t);
    history_free(&h);
    return wrong;
}

static void report(struct grow_case *c, const char *level, uint64_t seed, const char *wrong)
{
    struct buf text = {0};
    grow_case_print(c, &text);
    tap_note("seed %llu, %s: %s", (unsigned long long)seed, level, wrong);
    tap_note("%.*s", (int)text.n, buf_str(&text).p);
    buf_free(&text);
}

static void run(enum grow_type type, bool repeats, uint64_t count, uint64_t seed)
{
    struct tally t[LEVELS] = {{0}};
    bool ok = true;
    for (uint64_t i = 0; i < count && ok; i++) {
        struct grow_case c;
        struct rng r;
        rng_seed(&r, seed + i);
        grow_case_random(&c, &r, type, repeats, 9);
        size_t l = i % LEVELS;
        const char *wrong = judge(&c, levels[l], seed + i, &t[l]);
        ok = !*wrong;
        if (!ok)
            report(&c, levels[l], seed + i, wrong);
    }
    bool some = t[0].broken > 0 && t[1].broken > 0 &&
                (type == GROW_LIST || t[LEVELS - 1].broken > 0);
    for (size_t l = 0; l < LEVELS; l++)
        tap_note("%s: %llu went on, %llu broken, %llu left the fragment", levels[l],
                 (unsigned long long)t[l].held, (unsigned long long)t[l].broken,
                 (unsigned long long)t[l].lost);
    tap_result(ok && some, "%s%s, %llu histories", grow_models[type],
               repeats ? ", repeated" : "", (unsigned long long)count);
}

int main(int argc, char **argv)
{
    uint64_t count = 5000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (unsigned type = GROW_LIST; type <= GROW_COUNTER; type++)
        for (unsigned repeats = 0; repeats < 2; repeats++)
            run((enum grow_type)type, repeats, count, seed);
    tap_plan_at_end();
    return tap_status();
}
