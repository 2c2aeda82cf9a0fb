#include "tests/property/judge_online.h"

#include "checker/online.h"
#include "tests/property/truth.h"

#include <stdio.h>

enum { JUDGE_LIMIT = 20000 };

bool is_online(const struct toy *toy)
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
                          size_t events, struct online_tally *t, char why[RUN_TEXT])
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

bool online_is_wrong(const struct calls *c, const struct toy *toy, uint64_t seed,
                     struct online_tally *t, char why[RUN_TEXT])
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
