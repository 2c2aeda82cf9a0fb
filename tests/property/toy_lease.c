/* Leases. The value of an operation is nil, how long the lease lasts in ms, :n1 or
 * {:client :n1, :ttl 5}. Flavor 0: all last as long as the option says; 1: refused acquires return
 * false; 2: three clients are named; 3: lengths differ, and the server forgets leases too soon now
 * and then. */
#include "tests/property/toy.h"

#include <stdio.h>

enum { TAKE, RENEW, GIVE, KINDS, REFUSED = KINDS };
enum { KIND_BITS = 2, EVENT_BITS = 14, LEAST = 4, NS_PER_MS = 1000000 };

static const struct call_name names[] = {
    {"acq", "acquire", NULL, NULL},
    {"ren", "renew", NULL, NULL},
    {"rel", "release", NULL, NULL},
    {NULL, NULL, NULL, NULL},
};

static const char *const verbs[KINDS] = {"acquire", "renew", "release"};

static val of_map(const struct spec *s, val map, const char *key)
{
    size_t n;
    const val *items = val_items(&s->h->values, map, &n);
    for (size_t i = 0; val_kind(&s->h->values, map) == V_MAP && i + 1 < n; i += 2)
        if (str_is(val_get_text(&s->h->values, items[i]), key))
            return items[i + 1];
    return VAL_ABSENT;
}

/* verb: the kind, the event of the invocation (times are the same for all who were invoked then),
 * and the length in ms, 0: not said. a: the owner. */
static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    struct str f = val_get_text(&s->h->values, op->f);
    uint32_t kind = 0;
    int64_t ms = 0;
    while (kind < KINDS && !str_is(f, verbs[kind]))
        kind++;
    if (kind == KINDS)
        return false;
    val client = of_map(s, op->in, "client"), ttl = of_map(s, op->in, "ttl");
    if (val_kind(&s->h->values, op->in) == V_KEYWORD)
        client = op->in;
    o->a = client == VAL_ABSENT ? op->process : client;
    if (!val_get_int(&s->h->values, op->in, &ms))
        val_get_int(&s->h->values, ttl, &ms);
    if (op->type == OP_OK && op->out == VAL_FALSE)
        kind = REFUSED;
    o->mutates = kind != REFUSED;
    o->verb = kind | op->inv << KIND_BITS | (uint32_t)ms << (KIND_BITS + EVENT_BITS);
    return true;
}

/* Owner or 0; the event at which the lease may be over; the latest such event that was used; the
 * length that was not said; that of the term. */
enum { OWNER, OVER, USED, USUAL, LENGTH, WORDS };

static size_t width(const struct spec *s)
{
    (void)s;
    return WORDS;
}

static void init(const struct spec *s, val initial, uint32_t *state)
{
    int64_t ms = 0;
    val_get_int(&s->h->values, initial, &ms);
    state[USUAL] = (uint32_t)ms;
}

static uint32_t said(const struct spec_op *o)
{
    return o->verb >> (KIND_BITS + EVENT_BITS);
}

/* A renewal that does not say it lasts as its owner's shortest lease. */
static uint32_t length_of(const struct spec *s, const struct spec_op *o, uint32_t usual)
{
    uint32_t least = 0, mask = (1u << KIND_BITS) - 1;
    for (size_t i = 0; i < s->h->nops; i++) {
        const struct op *op = &s->h->ops[i];
        struct spec_op p = {.a = VAL_ABSENT};
        if (op->type == OP_FAIL || !parse((struct spec *)(uintptr_t)s, op, &p) || p.a != o->a ||
            (p.verb & mask) != TAKE)
            continue;
        uint32_t ms = said(&p) ? said(&p) : usual;
        least = least == 0 || ms < least ? ms : least;
    }
    bool renew = (o->verb & mask) == RENEW;
    return said(o) ? said(o) : renew && least ? least : usual;
}

/* The first event after the invocation that is late enough. */
static uint32_t over(const struct spec *s, const struct spec_op *o, uint32_t usual)
{
    uint32_t i = o->verb >> KIND_BITS & ((1u << EVENT_BITS) - 1);
    int64_t end = s->h->events.time[i] + (int64_t)length_of(s, o, usual) * NS_PER_MS;
    for (i++; i < s->h->events.n; i++)
        if (s->h->events.time[i] >= end)
            break;
    return i;
}

static bool apply(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state)
{
    (void)way;
    uint32_t kind = o->verb & ((1u << KIND_BITS) - 1);
    if (kind == TAKE && state[OWNER] && state[OWNER] != o->a && state[OVER] > state[USED])
        state[USED] = state[OVER]; /* it was over, and nobody said so */
    if (o->res != SPEC_INF && o->res < state[USED])
        return false;
    if (kind == REFUSED)
        return state[OWNER] != 0;
    if (kind != TAKE && state[OWNER] != o->a)
        return false;
    uint32_t end = kind == GIVE ? 0 : over(s, o, state[USUAL]);
    uint32_t length = kind == GIVE ? 0 : length_of(s, o, state[USUAL]);
    if (kind != GIVE && state[OWNER] == o->a && length >= state[LENGTH] && end < state[OVER])
        end = state[OVER];
    state[OWNER] = kind == GIVE ? 0 : o->a;
    state[OVER] = end;
    state[LENGTH] = length;
    return true;
}

/* --- random histories ------------------------------------------------------------------------*/

enum { CELL_OWNER, CELL_OVER, CLIENTS = 3, PROCESSES = 10 };

static int64_t owner_number(const struct call *c)
{
    const char *client = strstr(c->in, ":n");
    return client ? client[2] - (int64_t)('0' - 1) : PROCESSES + (int64_t)c->process;
}

static void choose(struct toy_sim *m, struct call *c)
{
    int ttl = LEAST + (int)rng_below(m->r, m->flavor == 3 ? 12 : 3);
    int n = (int)rng_below(m->r, CLIENTS);
    if (m->flavor == 2)
        call_text(c->in, toy_chance(m, 50) ? ":n%d" : "{:client :n%d, :ttl %d}",
                  n, ttl);
    else if (m->flavor == 3 && toy_chance(m, 80))
        call_text(c->in, "%d", ttl);
    bool mine = m->cell[CELL_OWNER] == owner_number(c);
    size_t verb = TAKE;
    if (!toy_chance(m, mine ? 15 : 94))
        verb = toy_chance(m, 55) ? GIVE : RENEW;
    if (verb == GIVE && m->flavor == 3)
        c->in[0] = '\0';
    (void)snprintf(c->f, sizeof c->f, "%s", verbs[verb]);
}

static bool run(struct toy_sim *m, struct call *c)
{
    int64_t me = owner_number(c), ttl = 0;
    const char *said = strstr(c->in, ":ttl ");
    if (said || (c->in[0] >= '0' && c->in[0] <= '9'))
        for (const char *p = said ? said + 5 : c->in; *p >= '0' && *p <= '9'; p++)
            ttl = ttl * 10 + (*p - '0');
    ttl = ttl ? ttl : LEAST;
    bool mine = m->cell[CELL_OWNER] == me;
    bool is_free = !m->cell[CELL_OWNER] || (int64_t)m->now >= m->cell[CELL_OVER];
    if (c->f[0] != 'a' && !mine)
        return toy_chance(m, 15);
    if (c->f[0] == 'a' && !mine && !is_free && !toy_chance(m, m->flavor == 3 ? 50 : 25)) {
        if (m->flavor == 1)
            call_text(c->out, "false");
        return m->flavor == 1;
    }
    m->cell[CELL_OWNER] = strcmp(c->f, "release") == 0 ? 0 : me;
    m->cell[CELL_OVER] = (int64_t)m->now + ttl + 1;
    return true;
}

const struct toy toy_lease = {
    .model = "lease",
    .initial = "4",
    .names = names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose,
    .run = run,
};
