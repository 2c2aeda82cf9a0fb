#include "generators/gen.h"

/* A random free thread of the context's; false when none is free. O(threads). */
static bool pick_thread(const struct gen_context *c, uint32_t *thread)
{
    uint32_t n = 0;
    for (uint32_t t = c->from; t < c->to; t++)
        n += c->free[t];
    if (n == 0)
        return false;
    uint32_t k = (uint32_t)(c->turn % n);
    for (*thread = c->from; !c->free[*thread] || k-- > 0;)
        ++*thread;
    return true;
}

struct maker {
    struct gen gen;
    gen_maker *make;
    void *state;
    bool made; /* `op` is decided and waits for a thread */
    struct gen_op op;
};

static enum gen_answer source_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct maker *s = (struct maker *)g;
    uint32_t thread;
    if (!pick_thread(c, &thread))
        return GEN_PENDING;
    if (!s->made) {
        s->op = (struct gen_op){.kind = GEN_INVOKE, .type = OP_INVOKE, .value = VAL_NIL};
        s->make(s->state, c->rng, &s->op);
        s->made = true;
    }
    *op = s->op;
    op->time = c->time;
    op->thread = thread;
    return GEN_OP;
}

static void source_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    (void)c;
    (void)op;
    ((struct maker *)g)->made = false;
}

static void no_update(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    (void)g;
    (void)c;
    (void)event;
}

struct gen *gen_source(struct arena *a, gen_maker *make, void *state)
{
    static const struct gen_type type = {source_poll, source_took, no_update};
    struct maker *s = arena_zalloc(a, sizeof *s);
    s->gen.type = &type;
    s->make = make;
    s->state = state;
    return &s->gen;
}

struct sleeper {
    struct gen gen;
    int64_t pause;
    bool done;
};

static enum gen_answer sleep_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    const struct sleeper *s = (const struct sleeper *)g;
    uint32_t thread;
    if (s->done)
        return GEN_DONE;
    if (!pick_thread(c, &thread))
        return GEN_PENDING;
    *op = (struct gen_op){.kind = GEN_SLEEP, .time = c->time, .thread = thread, .pause = s->pause};
    return GEN_OP;
}

static void sleep_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    (void)c;
    (void)op;
    ((struct sleeper *)g)->done = true;
}

struct gen *gen_sleep(struct arena *a, int64_t pause)
{
    static const struct gen_type type = {sleep_poll, sleep_took, no_update};
    struct sleeper *s = arena_zalloc(a, sizeof *s);
    s->gen.type = &type;
    s->pause = pause;
    return &s->gen;
}
