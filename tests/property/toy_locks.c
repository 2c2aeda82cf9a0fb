/* Locks that know their owners: the process, or the client that the value names. Flavor 1 has
 * acquires that return false instead of failing; in flavor 2 processes share the names of three
 * clients. */
#include "tests/property/toy.h"

#include <stdio.h>

enum { TAKE, TAKE_READ, TAKE_WRITE, GIVE, GIVE_READ, GIVE_WRITE, KINDS, REFUSED = 16 };

enum kind { MUTEX, REENTRANT, PERMITS, RW, FENCED };

enum { ALL_PERMITS = 2, CLIENTS = 3 };

static const struct call_name names[] = {
    {"acq", "acquire", NULL, NULL},        {"rel", "release", NULL, NULL},
    {"racq", "read-acquire", NULL, NULL},  {"wacq", "write-acquire", NULL, NULL},
    {NULL, NULL, NULL, NULL},
};

static const char *const verbs[KINDS] = {"acquire", "read-acquire", "write-acquire",
                                         "release", "read-release", "write-release"};

extern const struct toy toy_owner_mutex, toy_reentrant_mutex, toy_owner_semaphore;
extern const struct toy toy_rw_lock, toy_fenced_mutex;

static enum kind kind_of(const struct toy *t)
{
    return t == &toy_owner_mutex       ? MUTEX
           : t == &toy_reentrant_mutex ? REENTRANT
           : t == &toy_owner_semaphore ? PERMITS
           : t == &toy_rw_lock         ? RW
                                       : FENCED;
}

/* o->a: the owner; o->b: the token, nil where there is none. */
static bool parse(struct spec *s, const struct op *op, struct spec_op *o)
{
    struct str f = val_get_text(&s->h->values, op->f);
    bool ok = op->type == OP_OK;
    while (o->verb < KINDS && !str_is(f, verbs[o->verb]))
        o->verb++;
    if (o->verb == KINDS)
        return false;
    o->a = op->in == VAL_NIL ? op->process : op->in;
    if (kind_of(s->toy) == FENCED && o->verb == TAKE)
        o->b = ok && val_kind(&s->h->values, op->out) == V_INT ? op->out : VAL_ABSENT;
    if (ok && op->out == VAL_FALSE)
        o->verb |= REFUSED;
    o->mutates = !(o->verb & REFUSED);
    return true;
}

/* The last token and whether there was one; then owner, how often, and whether to write. */
enum { TOKEN, ALL = TOKEN, TOLD, HOLDS, OWNER = 0, COUNT, WRITES, WORDS };

static size_t width(const struct spec *s)
{
    return HOLDS + WORDS * s->nops;
}

static void init(const struct spec *s, val initial, uint32_t *state)
{
    int64_t permits = 0;
    state[TOLD] = 0;
    if (val_get_int(&s->h->values, initial, &permits))
        state[ALL] = (uint32_t)permits;
}

/* The owner's place, in order of owners, moved free if it held nothing. */
static uint32_t *place_of(const struct spec *s, val owner, uint32_t *state)
{
    uint32_t *p = state + HOLDS, *end = state + s->width;
    while (p < end && p[COUNT] && p[OWNER] < owner)
        p += WORDS;
    if (p < end && p[COUNT] && p[OWNER] == owner)
        return p;
    memmove(p + WORDS, p, (size_t)(end - p - WORDS) * sizeof *p);
    p[OWNER] = owner;
    p[COUNT] = p[WRITES] = 0;
    return p;
}

static void give_up(const struct spec *s, uint32_t *p, uint32_t *state)
{
    uint32_t *end = state + s->width;
    memmove(p, p + WORDS, (size_t)(end - p - WORDS) * sizeof *p);
    memset(end - WORDS, 0, WORDS * sizeof *p);
}

static bool may_take(const struct spec *s, bool write, val owner, const uint32_t *state)
{
    uint32_t mine = 0, all = 0, writers = 0;
    for (const uint32_t *p = state + HOLDS; p < state + s->width; p += WORDS) {
        mine += p[OWNER] == owner ? p[COUNT] : 0;
        all += p[COUNT];
        writers += p[COUNT] && p[WRITES];
    }
    switch (kind_of(s->toy)) {
    case REENTRANT:
        return all == mine;
    case PERMITS:
        return all < state[ALL];
    case RW:
        return write ? all == 0 : writers == 0 && mine == 0;
    case MUTEX:
    case FENCED:
        break;
    }
    return all == 0;
}

static bool apply(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state)
{
    (void)way;
    uint32_t verb = o->verb & ~(uint32_t)REFUSED;
    bool write = verb == TAKE_WRITE || verb == GIVE_WRITE;
    if (verb >= GIVE) {
        uint32_t *p = place_of(s, o->a, state);
        bool right = p[COUNT] > 0 && (verb == GIVE || (p[WRITES] != 0) == write);
        if (right && --p[COUNT] == 0)
            give_up(s, p, state);
        return right;
    }
    bool may = may_take(s, write, o->a, state);
    if (may == ((o->verb & REFUSED) != 0))
        return false;
    if (!may)
        return true;
    int64_t token;
    if (val_get_int(&s->h->values, o->b, &token)) {
        if (state[TOLD] && (uint32_t)token <= state[TOKEN])
            return false;
        state[TOKEN] = (uint32_t)token;
        state[TOLD] = 1;
    }
    uint32_t *p = place_of(s, o->a, state);
    p[COUNT]++;
    p[WRITES] = write;
    return true;
}

/* --- random histories ------------------------------------------------------------------------*/

/* Cells: how often an owner holds; behind them, whether it writes. */
enum { CELL_OWNERS = TOY_CELLS / 2 };

static size_t owner_cell(const struct call *c)
{
    return c->in[0] ? (size_t)(c->in[2] - '0') : (CLIENTS + c->process) % CELL_OWNERS;
}

static void choose_kind(struct toy_sim *m, struct call *c, enum kind kind)
{
    if (m->flavor == 2 && toy_chance(m, 90))
        call_text(c->in, ":n%d", (int)rng_below(m->r, CLIENTS));
    int64_t held = m->cell[owner_cell(c)];
    bool give = toy_chance(m, !held ? 4 : kind == REENTRANT || kind == PERMITS ? 60 : 93);
    unsigned verb = give ? GIVE : TAKE;
    if (kind == RW && !give)
        verb = toy_chance(m, 35) ? TAKE_WRITE : TAKE_READ;
    else if (kind == RW && toy_chance(m, 30))
        verb = m->cell[CELL_OWNERS + owner_cell(c)] ? GIVE_WRITE : GIVE_READ;
    (void)snprintf(c->f, sizeof c->f, "%s", verbs[verb]);
}

static bool is_free(const struct toy_sim *m, enum kind kind, size_t owner, bool write)
{
    int64_t others = 0, writers = 0;
    for (size_t i = 0; i < CELL_OWNERS; i++) {
        others += i == owner ? 0 : m->cell[i];
        writers += m->cell[i] && m->cell[CELL_OWNERS + i];
    }
    int64_t mine = m->cell[owner];
    return kind == REENTRANT ? others == 0
           : kind == PERMITS ? others + mine < ALL_PERMITS
           : kind == RW      ? (write ? others + mine == 0 : writers == 0 && mine == 0)
                             : others + mine == 0;
}

static bool run_kind(struct toy_sim *m, struct call *c, enum kind kind)
{
    size_t owner = owner_cell(c);
    bool write = c->f[0] == 'w';
    if (strstr(c->f, "release")) {
        bool held = m->cell[owner] > 0 || toy_chance(m, 15);
        m->cell[owner] -= m->cell[owner] > 0;
        return held;
    }
    if (!is_free(m, kind, owner, write) && !toy_chance(m, m->flavor == 3 ? 60 : 15)) {
        if (m->flavor == 1)
            call_text(c->out, "false");
        return m->flavor == 1;
    }
    m->cell[owner]++;
    m->cell[CELL_OWNERS + owner] = write;
    m->last += 1 + (int64_t)rng_below(m->r, 2);
    if (kind == FENCED && toy_chance(m, 90))
        call_text(c->out, "%d", (int)m->last);
    return true;
}

static void choose_owner_mutex(struct toy_sim *m, struct call *c)
{
    choose_kind(m, c, MUTEX);
}

static bool run_owner_mutex(struct toy_sim *m, struct call *c)
{
    return run_kind(m, c, MUTEX);
}

const struct toy toy_owner_mutex = {
    .model = "owner-mutex",
    .initial = NULL,
    .names = names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose_owner_mutex,
    .run = run_owner_mutex,
};

static void choose_reentrant_mutex(struct toy_sim *m, struct call *c)
{
    choose_kind(m, c, REENTRANT);
}

static bool run_reentrant_mutex(struct toy_sim *m, struct call *c)
{
    return run_kind(m, c, REENTRANT);
}

const struct toy toy_reentrant_mutex = {
    .model = "reentrant-mutex",
    .initial = NULL,
    .names = names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose_reentrant_mutex,
    .run = run_reentrant_mutex,
};

static void choose_owner_semaphore(struct toy_sim *m, struct call *c)
{
    choose_kind(m, c, PERMITS);
}

static bool run_owner_semaphore(struct toy_sim *m, struct call *c)
{
    return run_kind(m, c, PERMITS);
}

const struct toy toy_owner_semaphore = {
    .model = "owner-semaphore",
    .initial = "2",
    .names = names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose_owner_semaphore,
    .run = run_owner_semaphore,
};

static void choose_rw_lock(struct toy_sim *m, struct call *c)
{
    choose_kind(m, c, RW);
}

static bool run_rw_lock(struct toy_sim *m, struct call *c)
{
    return run_kind(m, c, RW);
}

const struct toy toy_rw_lock = {
    .model = "rw-lock",
    .initial = NULL,
    .names = names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose_rw_lock,
    .run = run_rw_lock,
};

static void choose_fenced_mutex(struct toy_sim *m, struct call *c)
{
    choose_kind(m, c, FENCED);
}

static bool run_fenced_mutex(struct toy_sim *m, struct call *c)
{
    return run_kind(m, c, FENCED);
}

const struct toy toy_fenced_mutex = {
    .model = "fenced-mutex",
    .initial = NULL,
    .names = names,
    .parse = parse,
    .width = width,
    .init = init,
    .apply = apply,
    .choose = choose_fenced_mutex,
    .run = run_fenced_mutex,
};
