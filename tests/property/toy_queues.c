/* Queues with and without an order and with two ends, as rows of elements. A row is its length and
 * its elements from the front; that of an unordered queue is sorted. */
#include "tests/property/toy.h"

#include <stdio.h>

enum verb { PUT_BACK, PUT_FRONT, TAKE_FRONT, TAKE_BACK, PEEK_FRONT, PEEK_BACK, PUT_ANY, TAKE_ANY,
            PEEK_ANY };

static const struct {
    const char *f;
    enum verb verb;
} verbs[] = {
    {"enqueue", PUT_BACK},      {"dequeue", TAKE_FRONT},  {"peek", PEEK_FRONT},
    {"push-back", PUT_BACK},    {"pop-front", TAKE_FRONT}, {"peek-front", PEEK_FRONT},
    {"push-front", PUT_FRONT},  {"pop-back", TAKE_BACK},  {"peek-back", PEEK_BACK},
};

static const struct call_name short_names[] = {
    {"enq", "enqueue", NULL, NULL}, {"deq", "dequeue", NULL, NULL}, {NULL, NULL, NULL, NULL},
};

static bool takes(uint32_t verb)
{
    return verb == TAKE_FRONT || verb == TAKE_BACK || verb == TAKE_ANY;
}

static bool puts_in(uint32_t verb)
{
    return verb == PUT_FRONT || verb == PUT_BACK || verb == PUT_ANY;
}

static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    struct str f = val_get_text(&s->h->values, op->f);
    size_t i = 0, n = sizeof verbs / sizeof *verbs;
    while (i < n && !str_is(f, verbs[i].f))
        i++;
    if (i == n)
        return false;
    o->verb = verbs[i].verb;
    if (puts_in(o->verb))
        o->a = op->in;
    else if (op->type == OP_OK)
        o->b = op->out;
    o->mutates = puts_in(o->verb) || (takes(o->verb) && o->b != VAL_NIL);
    o->idle = !puts_in(o->verb) && !takes(o->verb) && o->b == VAL_ABSENT;
    return true;
}

static bool parse_unordered(struct spec *s, const struct op *op, struct spec_op *o)
{
    bool known = parse(s, op, o);
    o->verb = puts_in(o->verb) ? PUT_ANY : takes(o->verb) ? TAKE_ANY : PEEK_ANY;
    return known;
}

static size_t width(const struct spec *s)
{
    size_t n = 1;
    for (size_t i = 0; i < s->nops; i++)
        n += puts_in(s->ops[i].verb);
    return n;
}

static void init(const struct spec *s, val initial, uint32_t *state)
{
    (void)s;
    (void)initial;
    state[0] = 0;
}

static void insert(uint32_t *state, uint32_t at, val v)
{
    memmove(state + at + 2, state + at + 1, (state[0] - at) * sizeof *state);
    state[at + 1] = v;
    state[0]++;
}

static void erase(uint32_t *state, uint32_t at)
{
    memmove(state + at + 1, state + at + 2, (state[0] - at - 1) * sizeof *state);
    state[state[0]--] = 0;
}

static bool put(uint32_t *state, const struct spec_op *o)
{
    uint32_t at = o->verb == PUT_FRONT ? 0 : state[0];
    while (o->verb == PUT_ANY && at > 0 && state[at] > o->a)
        at--;
    insert(state, at, o->a);
    return true;
}

/* Where the element is that o takes or sees; state[0] when there is none. */
static uint32_t find(const uint32_t *state, const struct spec_op *o, unsigned way)
{
    uint32_t n = state[0], at = 0;
    if (n == 0)
        return 0;
    if (o->verb == TAKE_BACK || o->verb == PEEK_BACK)
        at = n - 1;
    if (o->verb != TAKE_ANY && o->verb != PEEK_ANY)
        return o->b == VAL_ABSENT || state[at + 1] == o->b ? at : n;
    for (; at < n; at++) {
        bool first = at == 0 || state[at + 1] != state[at];
        if (o->b == VAL_ABSENT ? first && way-- == 0 : state[at + 1] == o->b)
            break;
    }
    return at;
}

static unsigned ways(const struct spec *s, const struct spec_op *o, const uint32_t *state)
{
    (void)s;
    unsigned n = 0;
    for (uint32_t i = 1; i <= state[0]; i++)
        n += i == 1 || state[i] != state[i - 1];
    return o->verb == TAKE_ANY && o->b == VAL_ABSENT && n ? n : 1;
}

static bool apply(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state)
{
    (void)s;
    if (puts_in(o->verb))
        return put(state, o);
    if (o->b == VAL_NIL)
        return state[0] == 0;
    uint32_t at = find(state, o, way);
    if (at == state[0])
        return false;
    if (takes(o->verb))
        erase(state, at);
    return true;
}

static val element(const struct spec_op *o)
{
    val v = puts_in(o->verb) ? o->a : o->b;
    return v == VAL_NIL ? VAL_ABSENT : v;
}

/* Flavors: 1 values are repeated, 2 there are peeks and what finds nothing says so. */
static void choose_among(struct toy_sim *m, struct call *c, const char *const *f, unsigned nputs,
                         unsigned ntakes, unsigned npeeks)
{
    unsigned at = (unsigned)rng_below(m->r, nputs);
    if (m->flavor & 2 && toy_chance(m, 25))
        at = nputs + ntakes + (unsigned)rng_below(m->r, npeeks);
    else if (toy_chance(m, m->n > 2 ? 70 : m->n > 0 ? 50 : 15))
        at = nputs + (unsigned)rng_below(m->r, ntakes);
    (void)snprintf(c->f, sizeof c->f, "%s", f[at]);
    if (at < nputs)
        call_text(c->in, "%d", m->flavor & 1 ? 1 + (int)rng_below(m->r, 3) : (int)++m->last);
}

static void choose(struct toy_sim *m, struct call *c)
{
    static const char *const f[] = {"enqueue", "dequeue", "peek"};
    choose_among(m, c, f, 1, 1, 1);
}

static void choose_deque(struct toy_sim *m, struct call *c)
{
    static const char *const f[] = {"push-front", "push-back", "pop-front",
                                    "pop-back",   "peek-back", "peek-front"};
    choose_among(m, c, f, 2, 2, 2);
}

static void run_put(struct toy_sim *m, const struct call *c, size_t at)
{
    int v = 0;
    (void)sscanf(c->in, "%d", &v);
    memmove(m->cell + at + 1, m->cell + at, (m->n - at) * sizeof *m->cell);
    m->cell[at] = v;
    m->n++;
}

static bool run_at(struct toy_sim *m, struct call *c, size_t at, bool peek)
{
    if (m->n == 0) {
        call_text(c->out, "nil");
        return m->flavor & 2;
    }
    call_text(c->out, "%d", (int)m->cell[at]);
    if (!peek) {
        m->n--;
        memmove(m->cell + at, m->cell + at + 1, (m->n - at) * sizeof *m->cell);
    }
    return true;
}

static bool run(struct toy_sim *m, struct call *c)
{
    bool front = strstr(c->f, "front") || !strchr(c->f, '-');
    if (c->in[0]) {
        run_put(m, c, strcmp(c->f, "push-front") == 0 ? 0 : m->n);
        return true;
    }
    return run_at(m, c, front || m->n == 0 ? 0 : m->n - 1, strncmp(c->f, "peek", 4) == 0);
}

static bool run_unordered(struct toy_sim *m, struct call *c)
{
    if (c->in[0])
        return run(m, c);
    return run_at(m, c, m->n ? rng_below(m->r, m->n) : 0, c->f[0] == 'p');
}

static void spoil(struct toy_sim *m, struct call *c)
{
    if (c->in[0]) /* a put that nobody has heard of */
        c->type = OP_FAIL;
    else if (m->flavor & 2 && toy_chance(m, 40))
        call_text(c->out, "nil");
    else
        call_text(c->out, "%d",
                  1 + (int)rng_below(m->r, m->flavor & 1 ? 3 : (uint64_t)m->last + 1));
}

const struct toy toy_fifo_queue = {
    .model = "fifo-queue",
    .names = short_names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .element = element,
    .choose = choose,
    .run = run,
    .spoil = spoil,
};

const struct toy toy_unordered_queue = {
    .model = "unordered-queue",
    .names = short_names,
    .parse = parse_unordered,
    .width = width,
    .init = init,
    .ways = ways,
    .apply = apply,
    .element = element,
    .choose = choose,
    .run = run_unordered,
    .spoil = spoil,
};

const struct toy toy_deque = {
    .model = "deque",
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .element = element,
    .choose = choose_deque,
    .run = run,
    .spoil = spoil,
};
