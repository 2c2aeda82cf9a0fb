/* A stack and priority queues, as arrays: what is inside in the order in which it came in. */
#include "tests/property/toy.h"

#include <stdio.h>
#include <stdlib.h>

enum { PUT, TAKE, PEEK };

static const struct call_name pq_names[] = {
    {"ins", "insert", NULL, NULL}, {NULL, NULL, NULL, NULL},
};

static bool is_empty(const struct spec *s, val v)
{
    const struct values *t = &s->h->values;
    return val_kind(t, v) == V_KEYWORD && str_is(val_get_text(t, v), "empty");
}

/* a: what comes in. b: what comes out or is seen, VAL_NIL for nothing, VAL_ABSENT for unknown. */
static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    struct str f = val_get_text(&s->h->values, op->f);
    bool push = str_is(f, "push") || str_is(f, "insert");
    bool pop = str_is(f, "pop") || str_is(f, "poll") || str_is(f, "extract-max");
    o->verb = push ? PUT : pop ? TAKE : PEEK;
    if (push)
        o->a = op->in;
    else if (op->type == OP_OK)
        o->b = is_empty(s, op->out) ? VAL_NIL : op->out;
    o->mutates = push || (pop && o->b != VAL_NIL);
    o->idle = !push && !pop && o->b == VAL_ABSENT;
    return push || pop || str_is(f, "peek") || str_is(f, "find-max");
}

static size_t width(const struct spec *s)
{
    size_t n = 1;
    for (size_t i = 0; i < s->nops; i++)
        n += s->ops[i].verb == PUT;
    return n;
}

static void init(const struct spec *s, val initial, uint32_t *state)
{
    (void)s;
    (void)initial;
    state[0] = 0; /* how many follow */
}

static bool settle(const struct spec_op *o, val top, uint32_t *state)
{
    if (o->b != VAL_ABSENT && o->b != top)
        return false;
    if (o->verb == TAKE && state[0] > 0)
        state[state[0]--] = 0;
    return true;
}

static bool apply_stack(const struct spec *s, const struct spec_op *o, unsigned way,
                        uint32_t *state)
{
    (void)s;
    (void)way;
    if (o->verb == PUT) {
        state[++state[0]] = o->a;
        return true;
    }
    return settle(o, state[0] ? state[state[0]] : VAL_NIL, state);
}

/* Small integers only, which these histories have. */
static int64_t number(const struct spec *s, val v)
{
    int64_t i = 0;
    (void)val_get_int(&s->h->values, v, &i);
    return i;
}

/* Smallest first when sign is 1, largest first when it is -1: kept in order, the first last. */
static bool apply_queue(const struct spec *s, const struct spec_op *o, int sign, uint32_t *state)
{
    if (o->verb != PUT)
        return settle(o, state[0] ? state[state[0]] : VAL_NIL, state);
    uint32_t at = ++state[0];
    for (; at > 1 && sign * number(s, state[at - 1]) < sign * number(s, o->a); at--)
        state[at] = state[at - 1];
    state[at] = o->a;
    return true;
}

static bool apply_min(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state)
{
    (void)way;
    return apply_queue(s, o, 1, state);
}

static bool apply_max(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state)
{
    (void)way;
    return apply_queue(s, o, -1, state);
}

static val element(const struct spec_op *o)
{
    val v = o->verb == PUT ? o->a : o->b;
    return v == VAL_NIL ? VAL_ABSENT : v;
}

static int64_t unique_value(int64_t i)
{
    return (i * 37 + 11) % 101;
}

static int64_t some_value(struct toy_sim *m)
{
    return m->flavor == 3 ? (int64_t)rng_below(m->r, 3)
                          : unique_value((int64_t)rng_below(m->r, (uint64_t)m->last + 1));
}

static void choose(struct toy_sim *m, struct call *c, const char *put, const char *take)
{
    bool in = toy_chance(m, 50);
    call_text(c->in, "%s", "");
    (void)snprintf(c->f, sizeof c->f, "%s", in ? put : toy_chance(m, 70) ? take : "peek");
    if (!in)
        return;
    /* unique in three flavors of four; their order is not that of time */
    int64_t v = m->flavor == 3 ? some_value(m) : unique_value(m->last++);
    call_text(c->in, "%lld", (long long)v);
}

static void choose_stack(struct toy_sim *m, struct call *c)
{
    choose(m, c, "push", "pop");
}

static void choose_queue(struct toy_sim *m, struct call *c)
{
    choose(m, c, "insert", "poll");
}

static bool give(struct toy_sim *m, struct call *c, size_t at)
{
    call_text(c->out, "%lld", (long long)m->cell[at]);
    if (c->f[1] == 'e') /* peek */
        return true;
    m->n--;
    for (size_t i = at; i < m->n; i++)
        m->cell[i] = m->cell[i + 1];
    return true;
}

static bool run(struct toy_sim *m, struct call *c, int sign)
{
    if (c->in[0]) {
        m->cell[m->n++] = strtoll(c->in, NULL, 10);
        return true;
    }
    if (m->n == 0) {
        call_text(c->out, "%s", "nil");
        return toy_chance(m, 80);
    }
    size_t at = m->n - 1;
    for (size_t i = 0; i < m->n && sign != 0; i++)
        if (sign * m->cell[i] < sign * m->cell[at])
            at = i;
    if (m->flavor <= 1 && toy_chance(m, 25))
        at = rng_below(m->r, m->n); /* a sloppy one */
    return give(m, c, at);
}

static bool run_stack(struct toy_sim *m, struct call *c)
{
    return run(m, c, 0);
}

static bool run_min(struct toy_sim *m, struct call *c)
{
    return run(m, c, 1);
}

static bool run_max(struct toy_sim *m, struct call *c)
{
    return run(m, c, -1);
}

/* Found empty, or some element. */
static void spoil(struct toy_sim *m, struct call *c)
{
    if (c->in[0])
        return;
    if (toy_chance(m, 30))
        call_text(c->out, "%s", "nil");
    else
        call_text(c->out, "%lld", (long long)some_value(m));
}

const struct toy toy_stack = {
    .model = "stack",
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply_stack,
    .element = element,
    .choose = choose_stack,
    .run = run_stack,
    .spoil = spoil,
};

const struct toy toy_priority_queue = {
    .model = "priority-queue",
    .names = pq_names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply_min,
    .element = element,
    .choose = choose_queue,
    .run = run_min,
    .spoil = spoil,
};

const struct toy toy_max_priority_queue = {
    .model = "max-priority-queue",
    .names = pq_names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply_max,
    .element = element,
    .choose = choose_queue,
    .run = run_max,
    .spoil = spoil,
};
