/* The online checkers against brute force: for random histories, crashed and failed operations
 * included, what is reported after an event is reported after the first event whose prefix is not
 * linearizable. Linearizability is closed under prefixes, so two questions suffice: the prefix up
 * to the reported event is not linearizable, the one before it is; nothing reported: the whole
 * history is. Values are moved to another table now and then, as in a long run.
 * Arguments: count, seed, models. */
#include "base/mem.h"
#include "checker/online.h"
#include "tests/property/random_calls.h"
#include "tests/property/run_engines.h"
#include "tests/property/tap.h"
#include "tests/property/truth.h"

#include <stdio.h>

enum { JUDGE_LIMIT = 20000 };

struct tally {
    uint64_t valid, invalid, lost, unjudged;
};

/* ---- registers, which have no toy: what they mean is in spec.c ------------------------------- */

static void choose_register(struct toy_sim *m, struct call *c)
{
    bool write = toy_chance(m, 50);
    (void)snprintf(c->f, sizeof c->f, "%s", write ? "write" : "read");
    if (!write)
        return;
    bool again = m->last > 0 && m->flavor == 3 && toy_chance(m, 10);
    int64_t v = again ? 1 + (int64_t)rng_below(m->r, (uint64_t)m->last) : ++m->last;
    call_text(c->in, "%lld", (long long)v);
}

static bool run_register(struct toy_sim *m, struct call *c)
{
    if (c->f[0] == 'w')
        (void)sscanf(c->in, "%ld", &m->cell[0]);
    else if (m->cell[0])
        call_text(c->out, "%lld", (long long)m->cell[0]);
    else
        call_text(c->out, "nil");
    return true;
}

static void spoil_register(struct toy_sim *m, struct call *c)
{
    if (c->f[0] == 'r')
        call_text(c->out, "%llu", (unsigned long long)(1 + rng_below(m->r, (uint64_t)m->last + 1)));
}

static const struct toy registers = {.model = "register", .choose = choose_register,
                                     .run = run_register, .spoil = spoil_register};

/* ---- prefixes -------------------------------------------------------------------------------- */

/* The position of event number `i` of the history. */
static uint32_t position_of(const struct calls *c, size_t i)
{
    for (uint32_t at = 1;; at++) {
        bool here = false;
        for (size_t j = 0; j < c->n; j++)
            here |= c->at[j].inv == at || c->at[j].res == at;
        if (here && i-- == 0)
            return at;
    }
}

/* What was known when `events` events had been recorded. */
static void cut(struct calls *c, size_t events)
{
    uint32_t last = events ? position_of(c, events - 1) : 0;
    for (size_t i = 0; i < c->n;) {
        struct call *x = &c->at[i];
        if (x->inv > last) {
            calls_drop(c, i);
            continue;
        }
        if (x->res != NO_EVENT && x->res > last) {
            x->res = NO_EVENT;
            x->type = OP_INFO;
            x->out[0] = '\0';
        }
        i++;
    }
}

static enum truth truth_of_prefix(const struct calls *c, const struct toy *toy, size_t events)
{
    struct calls prefix = *c;
    struct history h;
    struct spec_options opt;
    struct err e = {0};
    cut(&prefix, events);
    if (prefix.n == 0)
        return TRUTH_VALID;
    if (!random_calls_open(&prefix, toy, &h, &opt, &e))
        return TRUTH_DISPUTED;
    enum truth t = truth_of(&h, &opt, JUDGE_LIMIT);
    history_free(&h);
    return t;
}

/* ---- one history ----------------------------------------------------------------------------- */

static void move_values(struct online *o, struct history *h)
{
    struct values fresh;
    values_init(&fresh);
    const struct value_mover m = {.from = &h->values, .to = &fresh};
    online_move(o, &m);
    for (size_t i = 0; i < h->events.n; i++) {
        h->events.process[i] = value_move(&m, h->events.process[i]);
        h->events.f[i] = value_move(&m, h->events.f[i]);
        h->events.value[i] = value_move(&m, h->events.value[i]);
    }
    values_free(&h->values);
    h->values = fresh;
}

/* Number of events after which something was said; *state: what. */
static size_t follow(struct online *o, struct history *h, uint64_t seed, enum online_state *state)
{
    size_t i = 0;
    *state = ONLINE_GOING;
    while (*state == ONLINE_GOING && i < h->events.n) {
        if ((seed + i) % 7 == 0)
            move_values(o, h);
        const struct event e = history_event(h, i++);
        *state = online_push(o, &e);
    }
    return i;
}

static bool wrong_verdict(const struct calls *c, const struct toy *toy, enum online_state state,
                          size_t events, struct tally *t, char why[RUN_TEXT])
{
    enum truth now = truth_of_prefix(c, toy, events), before = TRUTH_VALID;
    if (state == ONLINE_VIOLATED)
        before = truth_of_prefix(c, toy, events - 1);
    enum truth expected = state == ONLINE_VIOLATED ? TRUTH_INVALID : TRUTH_VALID;
    t->unjudged += now == TRUTH_UNKNOWN || before == TRUTH_UNKNOWN;
    t->valid += state == ONLINE_GOING;
    t->invalid += state == ONLINE_VIOLATED;
    (void)snprintf(why, RUN_TEXT, "%s after %zu events; truth %d, before %d",
                   state == ONLINE_VIOLATED ? "violated" : "valid", events, (int)now, (int)before);
    return (now != expected && now != TRUTH_UNKNOWN) ||
           (before != TRUTH_VALID && before != TRUTH_UNKNOWN);
}

static bool fails(const struct calls *c, const struct toy *toy, uint64_t seed, struct tally *t,
                  char why[RUN_TEXT])
{
    struct history h;
    struct spec_options opt;
    struct err e = {0};
    if (!random_calls_open(c, toy, &h, &opt, &e)) {
        (void)snprintf(why, RUN_TEXT, "cannot build the history: %.300s", e.text);
        return true;
    }
    const struct online_options oo = {.model = model_find(toy->model), .initial = opt.initial};
    struct online *o = online_open(&h, &oo);
    enum online_state state;
    size_t events = follow(o, &h, seed, &state);
    bool wrong = false;
    if (state == ONLINE_LOST) {
        t->lost++;
        (void)snprintf(why, RUN_TEXT, "lost: %s", online_reason(o));
        wrong = truth_of_prefix(c, toy, events - 1) == TRUTH_INVALID;
    } else {
        wrong = wrong_verdict(c, toy, state, events, t, why);
    }
    online_close(o);
    history_free(&h);
    return wrong;
}

/* ---- many histories -------------------------------------------------------------------------- */

static void shrink(struct calls *c, const struct toy *toy, uint64_t seed, char why[RUN_TEXT])
{
    struct tally ignored = {0};
    for (size_t i = 0; i < c->n;) {
        struct calls less = *c;
        char text[RUN_TEXT];
        calls_drop(&less, i);
        if (less.n > 0 && fails(&less, toy, seed, &ignored, text)) {
            *c = less;
            memcpy(why, text, RUN_TEXT);
            i = 0;
        } else {
            i++;
        }
    }
}

static void report(const struct calls *c, const struct toy *toy, uint64_t seed, const char *why)
{
    struct buf line = {0};
    calls_print(c, &line);
    tap_note("seed %llu: %s", (unsigned long long)seed, why);
    tap_note("model %s", toy->model);
    tap_note("%.*s", (int)line.n, buf_str(&line).p);
    buf_free(&line);
}

static void run_model(const struct toy *toy, bool small, uint64_t count, uint64_t seed)
{
    struct random_size size = small ? random_small : random_long;
    struct tally t = {0};
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        struct rng r;
        struct calls c;
        char why[RUN_TEXT] = "";
        rng_seed(&r, seed + i);
        random_calls(&c, toy, size, &r);
        ok = !fails(&c, toy, seed + i, &t, why);
        if (!ok) {
            shrink(&c, toy, seed + i, why);
            report(&c, toy, seed + i, why);
        }
    }
    /* Fewer than a tenth may leave the fragment before the end, or little was tested. */
    tap_result(ok && t.valid > 0 && t.invalid > 0, "%s, %s: %llu valid, %llu invalid, %llu left "
               "the fragment, %llu unjudged", toy->model, small ? "small" : "longer",
               (unsigned long long)t.valid, (unsigned long long)t.invalid,
               (unsigned long long)t.lost, (unsigned long long)t.unjudged);
}

static bool is_online(const struct toy *toy)
{
    struct history h;
    history_init(&h);
    const struct model *m = model_find(toy->model);
    const struct online_options opt = {.model = m, .initial = m->default_initial};
    struct online *o = online_open(&h, &opt);
    online_close(o);
    history_free(&h);
    return o != NULL;
}

static bool asked_for(const struct toy *toy, int argc, char **argv)
{
    bool asked = argc <= 3;
    for (int i = 3; i < argc; i++)
        asked |= strcmp(argv[i], toy->model) == 0;
    return asked && is_online(toy);
}

int main(int argc, char **argv)
{
    uint64_t count = 100000, seed = 1;
    const struct toy *all[64] = {&registers};
    size_t n = 1, asked = 0;
    tap_arguments(argc < 3 ? argc : 3, argv, &count, &seed);
    for (size_t i = 0; toys[i] && n < 64; i++)
        all[n++] = toys[i];
    for (size_t i = 0; i < n; i++)
        if (asked_for(all[i], argc, argv))
            all[asked++] = all[i];
    tap_plan(2 * (unsigned)asked);
    tap_note("count %llu, seed %llu", (unsigned long long)count, (unsigned long long)seed);
    for (size_t i = 0; i < asked; i++) {
        run_model(all[i], true, count, seed);
        run_model(all[i], false, count / 20 + 1, seed);
    }
    return tap_status();
}
