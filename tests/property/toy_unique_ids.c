/* Unique ids: every result is new. Flavors 2 and 3 give an old one now and then. */
#include "tests/property/toy.h"

#include <stdio.h>

static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    o->b = op->type == OP_OK ? op->out : VAL_ABSENT;
    o->mutates = o->b != VAL_ABSENT;
    o->idle = !o->mutates;
    return str_is(val_get_text(&s->h->values, op->f), "generate");
}

/* The ids that were given, ascending, behind their number. */
static size_t width(const struct spec *s)
{
    return s->nops + 1;
}

static void init(const struct spec *s, val initial, uint32_t *state)
{
    (void)s;
    (void)initial;
    state[0] = 0;
}

static bool apply(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state)
{
    (void)s;
    (void)way;
    if (o->b == VAL_ABSENT)
        return true;
    uint32_t at = state[0], *ids = state + 1;
    for (uint32_t i = 0; i < at; i++)
        if (ids[i] == o->b)
            return false;
    for (; at > 0 && ids[at - 1] > o->b; at--)
        ids[at] = ids[at - 1];
    ids[at] = o->b;
    state[0]++;
    return true;
}

static val element(const struct spec_op *o)
{
    return o->b;
}

static void choose(struct toy_sim *m, struct call *c)
{
    (void)m;
    (void)snprintf(c->f, sizeof c->f, "generate");
}

static bool run(struct toy_sim *m, struct call *c)
{
    bool old = m->flavor >= 2 && toy_chance(m, 8);
    int64_t id = old ? (int64_t)rng_below(m->r, (uint64_t)m->last + 1) : ++m->last;
    call_text(c->out, "%d", (int)id);
    return true;
}

const struct toy toy_unique_ids = {
    .model = "unique-ids",
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .element = element,
    .choose = choose,
    .run = run,
};
