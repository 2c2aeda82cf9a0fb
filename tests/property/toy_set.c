/* Sets. A state is the number of elements and the elements, ascending. */
#include "tests/property/toy.h"

#include <stdio.h>
#include <stdlib.h>

enum { ADD, REMOVE, CONTAINS, READ };
enum { ELEMENTS = 3 };

static const struct call_name names[] = {
    {"up", "add", "0", "true"},        {"dn", "remove", "0", "true"},
    {"is0", "contains", "0", "false"}, {"is1", "contains", "0", "true"},
    {NULL, NULL, NULL, NULL},
};

static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    struct str f = val_get_text(&s->h->values, op->f);
    o->verb = str_is(f, "add") ? ADD : str_is(f, "remove") ? REMOVE
              : str_is(f, "contains") ? CONTAINS : READ;
    o->mutates = o->verb == ADD || o->verb == REMOVE;
    o->a = o->verb == READ ? VAL_ABSENT : op->in;
    if (op->type == OP_OK && op->out != op->in)
        o->b = op->out;
    val element, told;
    if (o->verb != READ && val_pair(&s->h->values, o->b, &element, &told) && element == o->a)
        o->b = told; /* [element true] */
    return o->verb != READ || str_is(f, "read");
}

static size_t items_of(const struct spec *s, val v, const val **items)
{
    size_t n;
    *items = val_items(&s->h->values, v, &n);
    return n;
}

static size_t width(const struct spec *s)
{
    return 1 + s->nops + 8;
}

static size_t place(const uint32_t *state, val v)
{
    size_t i = 1;
    while (i <= state[0] && state[i] < v)
        i++;
    return i;
}

static bool has(const uint32_t *state, val v)
{
    size_t i = place(state, v);
    return i <= state[0] && state[i] == v;
}

static void put(uint32_t *state, val v)
{
    size_t i = place(state, v);
    if (has(state, v))
        return;
    memmove(&state[i + 1], &state[i], (state[0] + 1 - i) * sizeof *state);
    state[i] = v;
    state[0]++;
}

static void drop(uint32_t *state, val v)
{
    size_t i = place(state, v);
    if (!has(state, v))
        return;
    memmove(&state[i], &state[i + 1], (state[0] - i) * sizeof *state);
    state[state[0]--] = 0;
}

static void init(const struct spec *s, val initial, uint32_t *state)
{
    const val *items;
    size_t n = items_of(s, initial, &items);
    for (size_t i = 0; i < n; i++)
        put(state, items[i]);
}

static bool same_set(const struct spec *s, val v, const uint32_t *state)
{
    const val *items;
    size_t n = items_of(s, v, &items), different = 0;
    if (n < state[0] || (n > state[0] && val_kind(&s->h->values, v) == V_SET))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again |= items[k] == items[i];
        if (!has(state, items[i]))
            return false;
        different += !again;
    }
    return different == state[0];
}

static bool apply(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state)
{
    (void)way;
    bool found = o->a != VAL_ABSENT && has(state, o->a);
    bool yes = o->verb == ADD ? !found : found;
    if (o->verb == READ)
        return o->b == VAL_ABSENT || same_set(s, o->b, state);
    if ((o->b == VAL_TRUE && !yes) || (o->b == VAL_FALSE && yes))
        return false;
    if (o->verb == ADD)
        put(state, o->a);
    else if (o->verb == REMOVE)
        drop(state, o->a);
    return true;
}

/* Flavors: results of everything; no results of adds and removes; adds and reads; all together. */
static void choose(struct toy_sim *m, struct call *c)
{
    static const char *const mix[4][6] = {
        {"add", "remove", "contains", "add", "remove", "contains"},
        {"add", "remove", "contains", "add", "remove", "contains"},
        {"add", "add", "read", "add", "read", "add"},
        {"add", "remove", "contains", "read", "read", "add"},
    };
    (void)snprintf(c->f, sizeof c->f, "%s", mix[m->flavor][rng_below(m->r, 6)]);
    if (c->f[0] != 'r' || c->f[2] == 'm')
        call_text(c->in, "%u", (unsigned)rng_below(m->r, ELEMENTS));
}

static void read_all(struct toy_sim *m, struct call *c)
{
    bool list = toy_chance(m, 30);
    call_text(c->out, list ? "[" : "#{");
    for (int i = ELEMENTS; i-- > 0;)
        if (m->cell[i])
            call_more(c->out, "%d ", i);
    call_more(c->out, "%s", list ? "]" : "}");
}

static void say_result(struct toy_sim *m, struct call *c, bool yes)
{
    bool told = m->flavor == 0 || c->f[0] == 'c' || (m->flavor == 3 && toy_chance(m, 50));
    if (told)
        call_text(c->out, "%s", yes ? "true" : "false");
}

static bool run(struct toy_sim *m, struct call *c)
{
    if (c->f[0] == 'r' && c->f[2] == 'a') {
        read_all(m, c);
        return true;
    }
    int64_t *cell = &m->cell[strtol(c->in, NULL, 10)];
    bool was = *cell != 0, adds = c->f[0] == 'a';
    if (c->f[0] != 'c')
        *cell = adds;
    say_result(m, c, adds ? !was : was);
    return true;
}

static void spoil(struct toy_sim *m, struct call *c)
{
    char *yes = strstr(c->out, "true");
    if (strstr(c->out, "false"))
        call_text(c->out, "true");
    else if (yes)
        call_text(c->out, "false");
    else if (c->f[0] == 'r' && c->f[2] == 'a')
        call_text(c->out, "#{%u}", (unsigned)rng_below(m->r, ELEMENTS));
}

const struct toy toy_set = {
    .model = "set",
    .names = names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose,
    .run = run,
    .spoil = spoil,
};

/* Values repeat in two of four flavors. */
static void choose_grow(struct toy_sim *m, struct call *c)
{
    bool adds = toy_chance(m, 55);
    (void)snprintf(c->f, sizeof c->f, "%s", adds ? "add" : "read");
    int64_t next = m->flavor & 1 ? (int64_t)rng_below(m->r, 4) : m->last++;
    if (adds)
        call_text(c->in, "%d", (int)next);
}

static bool run_grow(struct toy_sim *m, struct call *c)
{
    if (c->f[0] == 'a') {
        m->cell[strtol(c->in, NULL, 10)] = 1;
        return true;
    }
    call_text(c->out, "#{");
    for (int i = 0; i < TOY_CELLS; i++)
        if (m->cell[i])
            call_more(c->out, "%d ", i);
    call_more(c->out, "}");
    return true;
}

/* One element more, or one less; or an add that failed. */
static void spoil_grow(struct toy_sim *m, struct call *c)
{
    char *end = strrchr(c->out, '}');
    if (c->f[0] == 'a' && toy_chance(m, 60))
        c->type = OP_FAIL;
    if (c->f[0] != 'r' || !end)
        return;
    if (toy_chance(m, 70)) {
        (void)snprintf(end, 8, "%d }", (int)rng_below(m->r, 4));
        char *dup = strstr(c->out, end);
        if (dup && dup != end)
            (void)snprintf(end, 8, "9}");
    } else {
        call_text(c->out, "#{}");
    }
}

const struct toy toy_grow_set = {
    .model = "grow-set",
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose_grow,
    .run = run_grow,
    .spoil = spoil_grow,
};
