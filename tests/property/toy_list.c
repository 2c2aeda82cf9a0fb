/* Append-only lists. A state is the length and the elements. */
#include "tests/property/toy.h"

#include <stdio.h>
#include <stdlib.h>

enum { APPEND, READ };

static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    struct str f = val_get_text(&s->h->values, op->f);
    o->verb = str_is(f, "append") ? APPEND : READ;
    o->mutates = o->verb == APPEND;
    o->a = o->verb == APPEND ? op->in : VAL_ABSENT;
    if (o->verb == READ && op->type == OP_OK)
        o->b = op->out;
    return o->mutates || str_is(f, "read");
}

static size_t width(const struct spec *s)
{
    return 1 + s->nops + 8;
}

static void append(uint32_t *state, val v)
{
    state[++state[0]] = v;
}

static void init(const struct spec *s, val initial, uint32_t *state)
{
    size_t n;
    const val *items = val_items(&s->h->values, initial, &n);
    for (size_t i = 0; i < n; i++)
        append(state, items[i]);
}

static bool apply(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state)
{
    (void)way;
    if (o->verb == APPEND) {
        append(state, o->a);
        return true;
    }
    size_t n;
    const val *items = val_items(&s->h->values, o->b, &n);
    return o->b == VAL_ABSENT ||
           (n == state[0] && memcmp(items, state + 1, n * sizeof *items) == 0);
}

/* Elements repeat in one of four flavors. */
static void choose(struct toy_sim *m, struct call *c)
{
    bool appends = toy_chance(m, 55);
    (void)snprintf(c->f, sizeof c->f, "%s", appends ? "append" : "read");
    if (appends)
        call_text(c->in, "%d", m->flavor == 3 ? (int)rng_below(m->r, 3) : (int)m->last++);
}

static bool run(struct toy_sim *m, struct call *c)
{
    if (c->f[0] == 'a') {
        m->cell[m->n++] = strtol(c->in, NULL, 10);
        return true;
    }
    call_text(c->out, "[");
    for (size_t i = 0; i < m->n; i++)
        call_more(c->out, "%d ", (int)m->cell[i]);
    call_more(c->out, "]");
    return true;
}

/* One element more, or none, or two exchanged; or an append that failed. */
static void spoil(struct toy_sim *m, struct call *c)
{
    char *end = strrchr(c->out, ']'), a[4], b[4];
    if (c->f[0] == 'a' && toy_chance(m, 60))
        c->type = OP_FAIL;
    if (c->f[0] != 'r' || !end)
        return;
    if (toy_chance(m, 30) && sscanf(c->out, "[%3[0-9] %3[0-9] ", a, b) == 2) {
        char rest[CALL_TEXT];
        (void)snprintf(rest, sizeof rest, "%s", c->out + strlen(a) + strlen(b) + 2);
        call_text(c->out, "[%s %s%s", b, a, rest);
    } else if (toy_chance(m, 50)) {
        (void)snprintf(end, 8, "%d ]", (int)rng_below(m->r, 4));
    } else {
        call_text(c->out, "[]");
    }
}

const struct toy toy_list = {
    .model = "list",
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose,
    .run = run,
    .spoil = spoil,
};
