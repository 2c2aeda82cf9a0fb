#include "tests/property/crdt_sim.h"

#include <string.h>

const char *const crdt_names[CRDT_KINDS] = {
    "crdt-g-counter", "crdt-pn-counter",   "crdt-g-set",       "crdt-2p-set",
    "crdt-or-set",    "crdt-lww-register", "crdt-mv-register",
};
const char *const crdt_bug_names[CRDT_BUGS] = {"none",   "lose",   "apart",
                                               "invent", "revert", "ignore"};

enum { NODES = 3, CLIENTS = 4, UPDATES = 20, ELEMENTS = 3 };

struct update {
    int add;        /* +1 or -1; a removal is -1 */
    int value;      /* amount, element, or what is written */
    uint32_t seen;  /* updates that its replica had */
    int64_t stamp;
    bool acknowledged;
};

struct client {
    enum { FREE, BEGUN, DONE } step;
    bool read, crashes;
    uint32_t node, process;
    int update; /* its number, or -1 until it took effect */
    struct update plan;
    char result[200];
};

struct sim {
    enum crdt_kind kind;
    enum crdt_bug bug;
    struct rng *r;
    struct buf *out;
    struct update u[UPDATES];
    int n, written;
    uint32_t had[NODES], before[NODES];
    int64_t clock[NODES];
    struct client c[CLIENTS];
    uint32_t next_process;
    int64_t time;
    bool hurt;
    int apart;  /* node that gets nothing, or -1 */
    bool early; /* the last reads are not final: not everything has come everywhere */
    bool vain;  /* 2P-set: a removal does nothing where the element has not come yet */
};

/* ---- states --------------------------------------------------------------------------------- */

static bool in(uint32_t mask, int i)
{
    return mask >> i & 1;
}

static uint32_t seen_by(const struct sim *s, int i)
{
    return s->bug == BUG_IGNORE ? 0 : s->u[i].seen;
}

static bool has_element(const struct sim *s, uint32_t had, int element)
{
    bool added = false, removed = false;
    for (int i = 0; i < s->n; i++) {
        if (!in(had, i) || s->u[i].value != element || s->u[i].add < 0)
            continue;
        bool taken = false;
        for (int j = 0; j < s->n && s->kind == CRDT_OR_SET; j++)
            taken |= in(had, j) && s->u[j].add < 0 && s->u[j].value == element &&
                     in(seen_by(s, j), i);
        added |= !taken;
    }
    for (int i = 0; i < s->n && s->kind == CRDT_2P_SET && s->bug != BUG_IGNORE; i++)
        removed |= in(had, i) && s->u[i].value == element && s->u[i].add < 0;
    return added && !removed;
}

static void print_set(const struct sim *s, uint32_t had, struct buf *b)
{
    buf_putc(b, '#');
    buf_putc(b, '{');
    for (int e = 0, n = 0; e < ELEMENTS; e++)
        if (has_element(s, had, e))
            buf_printf(b, "%s%d", n++ ? " " : "", e);
    buf_putc(b, '}');
}

static void print_register(const struct sim *s, uint32_t had, struct buf *b)
{
    int last = -1, n = 0;
    if (s->kind == CRDT_MV)
        buf_putc(b, '[');
    for (int i = 0; i < s->n; i++) {
        bool replaced = false;
        if (!in(had, i))
            continue;
        last = last < 0 || s->u[i].stamp > s->u[last].stamp ? i : last;
        for (int j = 0; j < s->n; j++)
            replaced |= in(had, j) && in(seen_by(s, j), i);
        if (s->kind == CRDT_MV && !replaced)
            buf_printf(b, "%s%d", n++ ? " " : "", s->u[i].value);
    }
    if (s->kind == CRDT_MV)
        buf_putc(b, ']');
    else if (last < 0)
        buf_puts(b, "nil");
    else
        buf_printf(b, "%d", s->u[last].value);
}

static void print_state(struct sim *s, uint32_t had, char text[200])
{
    struct buf b = {0};
    bool invent = s->bug == BUG_INVENT && rng_chance(s->r, 0.3);
    int sum = 0;
    for (int i = 0; i < s->n; i++)
        sum += in(had, i) ? s->u[i].add * s->u[i].value : 0;
    s->hurt |= invent;
    if (s->kind <= CRDT_PN_COUNTER)
        buf_printf(&b, "%d", sum + (invent ? 1000 : 0));
    else if (s->kind <= CRDT_OR_SET && invent)
        buf_puts(&b, "#{77}");
    else if (s->kind <= CRDT_OR_SET)
        print_set(s, had, &b);
    else if (invent)
        buf_puts(&b, s->kind == CRDT_MV ? "[77]" : "77");
    else
        print_register(s, had, &b);
    memcpy(text, buf_str(&b).p, b.n);
    text[b.n] = '\0';
    buf_free(&b);
}

/* ---- operations ----------------------------------------------------------------------------- */

static const char *name_of(const struct sim *s, const struct client *c)
{
    if (c->read)
        return "read";
    if (s->kind >= CRDT_LWW)
        return "write";
    return s->kind <= CRDT_PN_COUNTER ? (c->plan.add > 0 ? "inc" : "dec")
                                      : (c->plan.add > 0 ? "add" : "remove");
}

static void line(struct sim *s, const struct client *c, const char *type, bool final)
{
    s->time += (int64_t)rng_below(s->r, 1000);
    buf_printf(s->out, "{:process %u, :type :%s, :f :%s, :value ", c->process, type,
               name_of(s, c));
    if (!c->read)
        buf_printf(s->out, "%d", c->plan.value);
    else
        buf_puts(s->out, strcmp(type, "ok") == 0 ? c->result : "nil");
    buf_printf(s->out, ", :node \"n%u\", :time %lld%s}\n", c->node, (long long)s->time,
               final ? ", :final? true" : "");
}

static void plan(struct sim *s, struct client *c)
{
    bool down = s->kind == CRDT_PN_COUNTER || s->kind == CRDT_2P_SET || s->kind == CRDT_OR_SET;
    c->read = s->n >= UPDATES - CLIENTS || rng_chance(s->r, 0.5);
    c->plan = (struct update){.add = down && rng_chance(s->r, 0.4) ? -1 : 1};
    if (s->kind <= CRDT_PN_COUNTER)
        c->plan.value = 1 + (int)rng_below(s->r, 3);
    else
        c->plan.value = s->kind <= CRDT_OR_SET ? (int)rng_below(s->r, ELEMENTS) : ++s->written;
    c->node = (uint32_t)rng_below(s->r, NODES);
    c->crashes = !c->read && rng_chance(s->r, 0.15);
    c->update = -1;
}

static void take_effect(struct sim *s, struct client *c)
{
    uint32_t *had = &s->had[c->node];
    if (c->read) {
        print_state(s, *had, c->result);
        return;
    }
    if (s->vain && c->plan.add < 0 && !has_element(s, *had, c->plan.value))
        return;
    s->before[c->node] = *had;
    s->clock[c->node] += 1 + (int64_t)rng_below(s->r, 5);
    c->update = s->n;
    s->u[s->n] = c->plan;
    s->u[s->n].seen = *had;
    s->u[s->n].stamp = s->clock[c->node] * NODES + c->node;
    *had |= 1u << s->n++;
}

static void end(struct sim *s, struct client *c)
{
    if (c->crashes) {
        line(s, c, "info", false);
        c->process = s->next_process++;
    } else {
        line(s, c, "ok", false);
        if (c->update >= 0)
            s->u[c->update].acknowledged = true;
    }
    c->step = FREE;
}

static void gossip(struct sim *s, uint32_t from, uint32_t to)
{
    if ((int)to == s->apart)
        return;
    s->before[to] = s->had[to];
    s->had[to] |= s->had[from];
    if (rng_chance(s->r, 0.7) && s->clock[to] < s->clock[from])
        s->clock[to] = s->clock[from];
}

static void bite(struct sim *s)
{
    uint32_t node = (uint32_t)rng_below(s->r, NODES);
    int i = s->n ? (int)rng_below(s->r, (uint64_t)s->n) : 0;
    if (s->bug == BUG_APART && s->apart < 0 && rng_chance(s->r, 0.3)) {
        s->apart = (int)node;
        s->hurt = true;
    }
    if (s->bug == BUG_REVERT) {
        s->hurt |= s->had[node] != s->before[node];
        s->had[node] = s->before[node];
    }
    if (s->bug == BUG_LOSE && s->n > 0 && s->u[i].acknowledged) {
        for (uint32_t p = 0; p < NODES; p++)
            s->had[p] &= ~(1u << i);
        s->hurt = true;
    }
}

static void step(struct sim *s)
{
    struct client *c = &s->c[rng_below(s->r, CLIENTS)];
    if (rng_chance(s->r, 0.3)) {
        gossip(s, (uint32_t)rng_below(s->r, NODES), (uint32_t)rng_below(s->r, NODES));
    } else if (c->step == FREE) {
        plan(s, c);
        line(s, c, "invoke", false);
        c->step = BEGUN;
    } else if (c->step == BEGUN) {
        if (!c->crashes || rng_chance(s->r, 0.6))
            take_effect(s, c);
        c->step = DONE;
    } else {
        end(s, c);
    }
}

static void gossip_all(struct sim *s)
{
    for (int round = 0; round < 2; round++)
        for (uint32_t a = 0; a < NODES; a++)
            for (uint32_t b = 0; b < NODES; b++)
                gossip(s, a, b);
}

/* End what is under way. Some crashed updates have yet to take effect: *late of them. */
static uint32_t end_all(struct sim *s, struct client late[CLIENTS])
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < CLIENTS; i++) {
        struct client *c = &s->c[i];
        bool waits = c->step == BEGUN && c->crashes && rng_chance(s->r, 0.5);
        if (waits)
            late[n++] = *c;
        else if (c->step == BEGUN)
            take_effect(s, c);
        if (c->step != FREE)
            end(s, c);
        c->step = FREE;
    }
    return n;
}

/* Last reads of all nodes, which are final unless it is early; late updates may come in between. */
static void finish(struct sim *s)
{
    struct client late[CLIENTS];
    uint32_t n = end_all(s, late);
    if (!s->early)
        gossip_all(s);
    for (uint32_t i = 0; i < NODES; i++) {
        struct client *c = &s->c[i];
        c->read = true;
        c->node = i;
        line(s, c, "invoke", !s->early);
        print_state(s, s->had[i], c->result);
        line(s, c, "ok", !s->early);
        if (n > 0 && !s->early && rng_chance(s->r, 0.5)) {
            take_effect(s, &late[--n]);
            gossip_all(s);
        }
    }
}

void crdt_history(enum crdt_kind kind, enum crdt_bug bug, struct rng *r, struct buf *out,
                  bool *hurt)
{
    struct sim s = {.kind = kind, .bug = bug, .r = r, .out = out, .apart = -1,
                    .next_process = CLIENTS};
    uint64_t steps = 5 + rng_below(r, 60);
    s.early = bug == BUG_NONE && rng_chance(r, 0.3);
    s.vain = kind == CRDT_2P_SET && bug == BUG_NONE && rng_chance(r, 0.5);
    for (uint32_t i = 0; i < CLIENTS; i++)
        s.c[i].process = i;
    for (uint64_t i = 0; i < steps; i++) {
        step(&s);
        if (bug != BUG_NONE && rng_chance(r, 0.1))
            bite(&s);
    }
    finish(&s);
    *hurt = s.hurt || bug == BUG_IGNORE;
}
