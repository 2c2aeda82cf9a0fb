/* A semaphore without owners and with two permits at first, and now and then one too many. In
 * flavor 0 an acquire that finds none returns false instead of failing; flavor 3 takes and gives
 * several at a time. */
#include "tests/property/toy.h"

#include <stdio.h>

enum { TAKE, GIVE, REFUSED };

static const struct call_name names[] = {
    {"acq", "acquire", NULL, NULL}, {"rel", "release", NULL, NULL}, {NULL, NULL, NULL, NULL},
};

static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    struct str f = val_get_text(&s->h->values, op->f);
    bool refused = op->type == OP_OK && op->out == VAL_FALSE;
    o->a = op->in == VAL_NIL ? val_int(&s->h->values, 1) : op->in;
    bool give = str_is(f, "release") || str_is(f, "signal");
    o->verb = give ? GIVE : refused ? REFUSED : TAKE;
    o->mutates = o->verb != REFUSED;
    return give || str_is(f, "acquire") || str_is(f, "wait");
}

static size_t width(const struct spec *s)
{
    (void)s;
    return 1;
}

static void init(const struct spec *s, val initial, uint32_t *state)
{
    int64_t i = 0;
    (void)val_get_int(&s->h->values, initial, &i);
    state[0] = (uint32_t)i;
}

static bool apply(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state)
{
    (void)way;
    int64_t n = 0;
    (void)val_get_int(&s->h->values, o->a, &n);
    bool enough = state[0] >= (uint32_t)n;
    if (o->verb == GIVE)
        state[0] += (uint32_t)n;
    else if (o->verb == TAKE)
        state[0] -= (uint32_t)n;
    return o->verb == GIVE || enough == (o->verb == TAKE);
}

/* cell[0]: permits taken, less those given. */
static void choose(struct toy_sim *m, struct call *c)
{
    bool take = toy_chance(m, m->cell[0] > 1 ? 50 : 85);
    (void)snprintf(c->f, sizeof c->f, take ? "acquire" : "release");
    if (m->flavor == 3 && toy_chance(m, 40))
        call_text(c->in, "2");
}

static bool run(struct toy_sim *m, struct call *c)
{
    int64_t n = c->in[0] ? 2 : 1;
    bool take = c->f[0] == 'a';
    if (take && m->cell[0] + n > 2 && !toy_chance(m, m->flavor < 2 ? 5 : 40)) {
        if (m->flavor == 0)
            call_text(c->out, "false");
        return m->flavor == 0;
    }
    m->cell[0] += take ? n : -n;
    return true;
}

/* A refusal, or none. */
static void spoil(struct toy_sim *m, struct call *c)
{
    if (m->flavor == 0 && c->f[0] == 'a')
        call_text(c->out, c->out[0] ? "nil" : "false");
}

const struct toy toy_semaphore = {
    .model = "semaphore",
    .initial = "2",
    .names = names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose,
    .run = run,
    .spoil = spoil,
};
