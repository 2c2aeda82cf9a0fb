/* A counter. Flavors 0 and 1 add 1, flavor 2 adds other amounts, flavor 3 also takes away. */
#include "tests/property/toy.h"

#include <stdio.h>

enum { CHANGE, READ };

static bool is_decrement(struct str f)
{
    return str_is(f, "dec") || str_is(f, "sub");
}

static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    struct values *t = &s->h->values;
    struct str f = val_get_text(t, op->f);
    int64_t amount = 1;
    if (str_is(f, "read")) {
        o->verb = READ;
        o->b = op->type == OP_OK ? op->out : VAL_ABSENT;
        o->idle = o->b == VAL_ABSENT;
        return true;
    }
    o->verb = CHANGE;
    o->mutates = true;
    if (op->in != VAL_NIL && !val_get_int(t, op->in, &amount))
        return false;
    o->a = val_int(t, is_decrement(f) ? -amount : amount);
    return is_decrement(f) || str_is(f, "inc") || str_is(f, "add");
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
    int64_t i = 0;
    (void)val_get_int(&s->h->values, o->verb == READ ? o->b : o->a, &i);
    if (o->verb == READ)
        return o->b == VAL_ABSENT || (uint32_t)i == state[0];
    state[0] += (uint32_t)i;
    return true;
}

static void choose(struct toy_sim *m, struct call *c)
{
    bool down = m->flavor == 3 && toy_chance(m, 45);
    if (toy_chance(m, 55)) {
        (void)snprintf(c->f, sizeof c->f, "read");
    } else if (m->flavor < 2 || toy_chance(m, 30)) {
        (void)snprintf(c->f, sizeof c->f, down ? "dec" : "inc");
    } else {
        (void)snprintf(c->f, sizeof c->f, down ? "sub" : "add");
        call_text(c->in, "%d", (int)(m->flavor + rng_below(m->r, 3)) - 1);
    }
}

static bool run(struct toy_sim *m, struct call *c)
{
    int amount = c->in[0] ? c->in[0] - '0' : 1;
    if (c->f[0] == 'r')
        call_text(c->out, "%d", (int)m->cell[0]);
    else
        m->cell[0] += is_decrement(str_of(c->f)) ? -amount : amount;
    return true;
}

static void spoil(struct toy_sim *m, struct call *c)
{
    if (c->f[0] == 'r')
        call_text(c->out, "%d", (int)(m->cell[0] + (int64_t)rng_below(m->r, 9)) - 5);
}

const struct toy toy_counter = {
    .model = "counter",
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose,
    .run = run,
    .spoil = spoil,
};
