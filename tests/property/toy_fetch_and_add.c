/* Fetch-and-add: returns the number and adds to it. Flavor 3 adds other amounts than 1. */
#include "tests/property/toy.h"

#include <stdio.h>

enum { TAKE, READ };

static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    struct values *t = &s->h->values;
    struct str f = val_get_text(t, op->f);
    o->b = op->type == OP_OK ? op->out : VAL_ABSENT;
    o->a = op->in == VAL_NIL ? val_int(t, 1) : op->in;
    o->verb = str_is(f, "read") ? READ : TAKE;
    o->mutates = o->verb == TAKE;
    o->idle = o->verb == READ && o->b == VAL_ABSENT;
    return o->verb == READ || str_is(f, "faa") || str_is(f, "fetch-and-add");
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
    int64_t amount = 0, found = 0;
    (void)val_get_int(&s->h->values, o->a, &amount);
    (void)val_get_int(&s->h->values, o->b, &found);
    if (o->b != VAL_ABSENT && (uint32_t)found != state[0])
        return false;
    if (o->verb == TAKE)
        state[0] += (uint32_t)amount;
    return true;
}

static void choose(struct toy_sim *m, struct call *c)
{
    (void)snprintf(c->f, sizeof c->f, toy_chance(m, 25) ? "read" : "faa");
    if (m->flavor == 3 && c->f[0] == 'f' && toy_chance(m, 60))
        call_text(c->in, "%d", (int)rng_below(m->r, 4));
}

static bool run(struct toy_sim *m, struct call *c)
{
    call_text(c->out, "%d", (int)m->cell[0]);
    if (c->f[0] == 'f')
        m->cell[0] += c->in[0] ? c->in[0] - '0' : 1;
    return true;
}

static void spoil(struct toy_sim *m, struct call *c)
{
    call_text(c->out, "%d", (int)rng_below(m->r, (uint64_t)m->cell[0] + 2));
}

const struct toy toy_fetch_and_add = {
    .model = "fetch-and-add",
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose,
    .run = run,
    .spoil = spoil,
};
