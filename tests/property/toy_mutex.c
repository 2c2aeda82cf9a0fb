/* A mutex without owners: acquire when it is free, release when it is held. */
#include "tests/property/toy.h"

#include <stdio.h>

enum { ACQUIRE, RELEASE };

static const struct call_name names[] = {
    {"acq", "acquire", NULL, NULL}, {"rel", "release", NULL, NULL}, {NULL, NULL, NULL, NULL},
};

static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    struct str f = val_get_text(&s->h->values, op->f);
    o->verb = str_is(f, "acquire") ? ACQUIRE : RELEASE;
    o->mutates = true;
    return o->verb == ACQUIRE || str_is(f, "release");
}

static size_t width(const struct spec *s)
{
    (void)s;
    return 1;
}

static void init(const struct spec *s, val initial, uint32_t *state)
{
    (void)s;
    state[0] = initial == VAL_TRUE;
}

static bool apply(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state)
{
    (void)s;
    (void)way;
    bool wanted = o->verb == RELEASE;
    if (state[0] != wanted)
        return false;
    state[0] = !wanted;
    return true;
}

static void choose(struct toy_sim *m, struct call *c)
{
    bool acquire = toy_chance(m, m->cell[0] ? 30 : 70);
    (void)snprintf(c->f, sizeof c->f, "%s", acquire ? "acquire" : "release");
}

static bool run(struct toy_sim *m, struct call *c)
{
    bool acquire = c->f[0] == 'a';
    bool good = m->cell[0] == !acquire;
    if (good)
        m->cell[0] = acquire;
    return good;
}

/* The other operation: nothing else can be wrong. */
static void spoil(struct toy_sim *m, struct call *c)
{
    (void)m;
    (void)snprintf(c->f, sizeof c->f, "%s", c->f[0] == 'a' ? "release" : "acquire");
}

const struct toy toy_mutex = {
    .model = "mutex",
    .names = names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose,
    .run = run,
    .spoil = spoil,
};
