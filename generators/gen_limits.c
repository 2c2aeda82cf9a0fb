#include "generators/gen.h"

struct limited {
    struct gen gen;
    struct gen *inner;
    uint64_t left;    /* limit */
    int64_t span;     /* time limit; stagger: the mean pause */
    int64_t at;       /* time limit: the end; stagger: the next operation; -1: not begun */
    uint64_t *mine;   /* until ok: threads with an operation of `inner`, a bit each */
    uint32_t threads; /* bits in `mine` */
    bool done;
    struct arena *arena;
};

static struct limited *limited_new(struct arena *a, const struct gen_type *type, struct gen *inner)
{
    struct limited *l = arena_zalloc(a, sizeof *l);
    l->gen.type = type;
    l->inner = inner;
    l->at = -1;
    l->arena = a;
    return l;
}

static void pass_update(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    gen_update(((struct limited *)g)->inner, c, event);
}

/* ---- limit --------------------------------------------------------------------------------- */

static enum gen_answer limit_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct limited *l = (struct limited *)g;
    return l->left ? gen_poll(l->inner, c, op) : GEN_DONE;
}

static void limit_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct limited *l = (struct limited *)g;
    l->left--;
    gen_took(l->inner, c, op);
}

struct gen *gen_limit(struct arena *a, uint64_t n, struct gen *inner)
{
    static const struct gen_type type = {limit_poll, limit_took, pass_update};
    struct limited *l = limited_new(a, &type, inner);
    l->left = n;
    return &l->gen;
}

/* ---- time limit ---------------------------------------------------------------------------- */

static enum gen_answer time_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct limited *l = (struct limited *)g;
    if (l->at >= 0 && c->time >= l->at)
        return GEN_DONE;
    enum gen_answer answer = gen_poll(l->inner, c, op);
    return answer == GEN_OP && l->at >= 0 && op->time >= l->at ? GEN_DONE : answer;
}

static void time_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct limited *l = (struct limited *)g;
    if (l->at < 0)
        l->at = op->time + l->span;
    gen_took(l->inner, c, op);
}

struct gen *gen_time_limit(struct arena *a, int64_t span, struct gen *inner)
{
    static const struct gen_type type = {time_poll, time_took, pass_update};
    struct limited *l = limited_new(a, &type, inner);
    l->span = span;
    return &l->gen;
}

/* ---- stagger ------------------------------------------------------------------------------- */

static enum gen_answer stagger_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct limited *l = (struct limited *)g;
    enum gen_answer answer = gen_poll(l->inner, c, op);
    if (answer == GEN_OP && op->time < l->at)
        op->time = l->at;
    return answer;
}

static void stagger_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct limited *l = (struct limited *)g;
    l->at = op->time + (int64_t)rng_below(c->rng, 2 * (uint64_t)l->span + 1);
    gen_took(l->inner, c, op);
}

struct gen *gen_stagger(struct arena *a, int64_t mean, struct gen *inner)
{
    static const struct gen_type type = {stagger_poll, stagger_took, pass_update};
    struct limited *l = limited_new(a, &type, inner);
    l->span = mean;
    return &l->gen;
}

/* ---- final --------------------------------------------------------------------------------- */

static enum gen_answer final_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    enum gen_answer answer = gen_poll(((struct limited *)g)->inner, c, op);
    op->final = answer == GEN_OP;
    return answer;
}

static void pass_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    gen_took(((struct limited *)g)->inner, c, op);
}

struct gen *gen_final(struct arena *a, struct gen *inner)
{
    static const struct gen_type type = {final_poll, pass_took, pass_update};
    return &limited_new(a, &type, inner)->gen;
}

/* ---- until ok ------------------------------------------------------------------------------ */

static enum gen_answer ok_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct limited *l = (struct limited *)g;
    return l->done ? GEN_DONE : gen_poll(l->inner, c, op);
}

static void ok_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct limited *l = (struct limited *)g;
    if (!l->mine) {
        l->threads = c->clients + 1;
        l->mine = arena_zalloc(l->arena, (l->threads + 63) / 64 * sizeof *l->mine);
    }
    l->mine[op->thread / 64] |= UINT64_C(1) << op->thread % 64;
    gen_took(l->inner, c, op);
}

static void ok_update(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    struct limited *l = (struct limited *)g;
    uint64_t bit = UINT64_C(1) << event->thread % 64;
    if (l->mine && event->type != OP_INVOKE && l->mine[event->thread / 64] & bit) {
        l->mine[event->thread / 64] &= ~bit;
        l->done |= event->type == OP_OK;
    }
    gen_update(l->inner, c, event);
}

struct gen *gen_until_ok(struct arena *a, struct gen *inner)
{
    static const struct gen_type type = {ok_poll, ok_took, ok_update};
    return &limited_new(a, &type, inner)->gen;
}
