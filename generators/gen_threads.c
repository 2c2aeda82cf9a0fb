#include "generators/gen.h"

/* Threads are restricted to ranges, so that a narrower context is a copy with other ends. */
static struct gen_context narrowed(const struct gen_context *c, uint32_t from, uint32_t to)
{
    struct gen_context sub = *c;
    sub.from = from > c->from ? from : c->from;
    sub.to = to < c->to ? to : c->to;
    return sub;
}

/* ---- clients, nemesis ---------------------------------------------------------------------- */

struct role {
    struct gen gen;
    struct gen *inner;
    bool nemesis;
};

static struct gen_context of_role(const struct role *r, const struct gen_context *c)
{
    struct gen_context sub =
        r->nemesis ? narrowed(c, c->clients, c->clients + 1) : narrowed(c, 0, c->clients);
    if (r->nemesis && c->nemesis_rng)
        sub.rng = c->nemesis_rng;
    return sub;
}

static enum gen_answer role_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct role *r = (struct role *)g;
    const struct gen_context sub = of_role(r, c);
    return gen_poll(r->inner, &sub, op);
}

static void role_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct role *r = (struct role *)g;
    const struct gen_context sub = of_role(r, c);
    gen_took(r->inner, &sub, op);
}

static void role_update(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    struct role *r = (struct role *)g;
    const struct gen_context sub = of_role(r, c);
    if (event->thread >= sub.from && event->thread < sub.to)
        gen_update(r->inner, &sub, event);
}

static struct gen *role_new(struct arena *a, struct gen *inner, bool nemesis)
{
    static const struct gen_type type = {role_poll, role_took, role_update};
    struct role *r = arena_zalloc(a, sizeof *r);
    *r = (struct role){{&type}, inner, nemesis};
    return &r->gen;
}

struct gen *gen_clients(struct arena *a, struct gen *inner)
{
    return role_new(a, inner, false);
}

struct gen *gen_nemesis(struct arena *a, struct gen *inner)
{
    return role_new(a, inner, true);
}

/* ---- reserve ------------------------------------------------------------------------------- */

struct reserve {
    struct gen gen;
    struct gen **list; /* n + 1 of them */
    uint32_t *from;    /* n + 2: where each one's threads begin */
    size_t n, at;
};

static struct gen_context of_reserved(const struct reserve *s, size_t i,
                                      const struct gen_context *c)
{
    return narrowed(c, s->from[i], i == s->n ? c->clients : s->from[i + 1]);
}

static enum gen_answer reserve_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct reserve *s = (struct reserve *)g;
    enum gen_answer best = GEN_DONE;
    for (size_t k = 0; k <= s->n; k++) {
        size_t i = (k + (size_t)(c->turn % (s->n + 1))) % (s->n + 1);
        const struct gen_context sub = of_reserved(s, i, c);
        struct gen_op mine;
        if (sub.from >= sub.to)
            continue;
        enum gen_answer answer = gen_poll(s->list[i], &sub, &mine);
        if (answer == GEN_OP && (best != GEN_OP || mine.time < op->time)) {
            *op = mine;
            s->at = i;
        }
        best = answer > best ? answer : best;
    }
    return best;
}

static void reserve_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct reserve *s = (struct reserve *)g;
    const struct gen_context sub = of_reserved(s, s->at, c);
    gen_took(s->list[s->at], &sub, op);
}

static void reserve_update(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    struct reserve *s = (struct reserve *)g;
    for (size_t i = 0; i <= s->n; i++) {
        const struct gen_context sub = of_reserved(s, i, c);
        if (event->thread >= sub.from && event->thread < sub.to)
            gen_update(s->list[i], &sub, event);
    }
}

struct gen *gen_reserve(struct arena *a, const uint32_t *count, struct gen *const *list, size_t n)
{
    static const struct gen_type type = {reserve_poll, reserve_took, reserve_update};
    struct reserve *s = arena_zalloc(a, sizeof *s);
    s->gen.type = &type;
    s->n = n;
    s->list = arena_alloc(a, (n + 1) * sizeof *list);
    memcpy(s->list, list, (n + 1) * sizeof *list);
    s->from = arena_zalloc(a, (n + 1) * sizeof *s->from);
    for (size_t i = 0; i < n; i++)
        s->from[i + 1] = s->from[i] + count[i];
    return &s->gen;
}

/* ---- groups: each thread, keys ------------------------------------------------------------- */

struct groups {
    struct gen gen;
    struct arena *arena;
    struct values *values; /* of keys; NULL: no keys */
    gen_factory *make;
    void *state;
    uint32_t size;
    struct gen **group; /* NULL: done */
    int64_t *key;
    size_t n, at;
    int64_t next_key;
};

/* The answer of one group; with keys, of its next key when it is through with one. */
static enum gen_answer poll_group(struct groups *s, size_t i, const struct gen_context *sub,
                                  struct gen_op *op)
{
    enum gen_answer answer = s->group[i] ? gen_poll(s->group[i], sub, op) : GEN_DONE;
    if (answer == GEN_DONE && s->values) {
        s->group[i] = s->make(s->state, s->arena);
        s->key[i] = s->next_key++;
        answer = gen_poll(s->group[i], sub, op);
    }
    if (answer == GEN_DONE)
        s->group[i] = NULL;
    return answer;
}

static struct gen_context of_group(const struct groups *s, size_t i, const struct gen_context *c)
{
    uint32_t from = (uint32_t)i * s->size;
    return narrowed(c, from, from + s->size);
}

static enum gen_answer groups_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct groups *s = (struct groups *)g;
    enum gen_answer best = GEN_DONE;
    for (size_t k = 0; k < s->n; k++) {
        size_t i = (k + (size_t)(c->turn % s->n)) % s->n;
        const struct gen_context sub = of_group(s, i, c);
        struct gen_op mine;
        enum gen_answer answer = poll_group(s, i, &sub, &mine);
        if (answer == GEN_OP && (best != GEN_OP || mine.time < op->time)) {
            *op = mine;
            s->at = i;
        }
        best = answer > best ? answer : best;
    }
    if (best == GEN_OP && s->values) {
        val pair[2] = {val_int(s->values, s->key[s->at]), op->value};
        op->value = val_seq(s->values, V_LIST, pair, 2);
    }
    return best;
}

static void groups_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct groups *s = (struct groups *)g;
    const struct gen_context sub = of_group(s, s->at, c);
    gen_took(s->group[s->at], &sub, op);
}

static void groups_update(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    struct groups *s = (struct groups *)g;
    size_t i = event->thread / s->size;
    if (i >= s->n || !s->group[i])
        return;
    const struct gen_context sub = of_group(s, i, c);
    gen_update(s->group[i], &sub, event);
}

static struct groups *groups_new(struct arena *a, uint32_t clients, uint32_t size,
                                 gen_factory *make, void *state)
{
    static const struct gen_type type = {groups_poll, groups_took, groups_update};
    struct groups *s = arena_zalloc(a, sizeof *s);
    s->gen.type = &type;
    s->arena = a;
    s->make = make;
    s->state = state;
    s->size = size;
    s->n = clients / size;
    s->group = arena_zalloc(a, s->n * sizeof(struct gen *));
    s->key = arena_zalloc(a, s->n * sizeof *s->key);
    return s;
}

struct gen *gen_each_thread(struct arena *a, uint32_t clients, gen_factory *make, void *state)
{
    struct groups *s = groups_new(a, clients, 1, make, state);
    for (size_t i = 0; i < s->n; i++)
        s->group[i] = make(state, a);
    return &s->gen;
}

struct gen *gen_keys(struct arena *a, struct values *values, uint32_t clients, uint32_t group,
                     gen_factory *make, void *state)
{
    struct groups *s = groups_new(a, clients, group, make, state);
    s->values = values;
    return &s->gen;
}
