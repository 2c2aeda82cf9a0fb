#include "generators/gen.h"

struct several {
    struct gen gen;
    struct gen **list;
    size_t n;
    size_t at;    /* the one that takes, or whose turn it is */
    bool decided; /* mix: `at` is chosen; phases: the phase has begun */
};

static struct several *several_new(struct arena *a, const struct gen_type *type,
                                   struct gen *const *list, size_t n)
{
    struct several *s = arena_zalloc(a, sizeof *s);
    s->gen.type = type;
    s->list = arena_alloc(a, n * sizeof *list);
    memcpy(s->list, list, n * sizeof *list);
    s->n = n;
    return s;
}

static void update_all(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    struct several *s = (struct several *)g;
    for (size_t i = 0; i < s->n; i++)
        gen_update(s->list[i], c, event);
}

/* ---- mix ----------------------------------------------------------------------------------- */

static enum gen_answer mix_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct several *s = (struct several *)g;
    while (s->n) {
        if (!s->decided)
            s->at = (size_t)rng_below(c->rng, s->n);
        s->decided = true;
        enum gen_answer answer = gen_poll(s->list[s->at], c, op);
        if (answer != GEN_DONE)
            return answer;
        s->list[s->at] = s->list[--s->n];
        s->decided = false;
    }
    return GEN_DONE;
}

static void mix_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct several *s = (struct several *)g;
    s->decided = false;
    gen_took(s->list[s->at], c, op);
}

struct gen *gen_mix(struct arena *a, struct gen *const *list, size_t n)
{
    static const struct gen_type type = {mix_poll, mix_took, update_all};
    return &several_new(a, &type, list, n)->gen;
}

/* ---- any ----------------------------------------------------------------------------------- */

static enum gen_answer any_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct several *s = (struct several *)g;
    enum gen_answer best = GEN_DONE;
    for (size_t k = 0; k < s->n; k++) {
        size_t i = (k + (size_t)(c->turn % s->n)) % s->n; /* ties are broken by chance */
        struct gen_op mine;
        enum gen_answer answer = gen_poll(s->list[i], c, &mine);
        if (answer == GEN_OP && (best != GEN_OP || mine.time < op->time)) {
            *op = mine;
            s->at = i;
        }
        best = answer > best ? answer : best;
    }
    return best;
}

static void several_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct several *s = (struct several *)g;
    gen_took(s->list[s->at], c, op);
}

struct gen *gen_any(struct arena *a, struct gen *const *list, size_t n)
{
    static const struct gen_type type = {any_poll, several_took, update_all};
    return &several_new(a, &type, list, n)->gen;
}

/* ---- phases -------------------------------------------------------------------------------- */

static bool all_free(const struct gen_context *c)
{
    for (uint32_t t = c->from; t < c->to; t++)
        if (!c->free[t])
            return false;
    return true;
}

static enum gen_answer phases_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct several *s = (struct several *)g;
    for (; s->at < s->n; s->at++, s->decided = false) {
        if (!s->decided && !all_free(c))
            return GEN_PENDING;
        s->decided = true;
        enum gen_answer answer = gen_poll(s->list[s->at], c, op);
        if (answer != GEN_DONE)
            return answer;
    }
    return GEN_DONE;
}

static void phases_update(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    struct several *s = (struct several *)g;
    if (s->at < s->n)
        gen_update(s->list[s->at], c, event);
}

struct gen *gen_phases(struct arena *a, struct gen *const *list, size_t n)
{
    static const struct gen_type type = {phases_poll, several_took, phases_update};
    return &several_new(a, &type, list, n)->gen;
}

/* ---- concat -------------------------------------------------------------------------------- */

static enum gen_answer concat_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct several *s = (struct several *)g;
    for (; s->at < s->n; s->at++) {
        enum gen_answer answer = gen_poll(s->list[s->at], c, op);
        if (answer != GEN_DONE)
            return answer;
    }
    return GEN_DONE;
}

struct gen *gen_concat(struct arena *a, struct gen *const *list, size_t n)
{
    static const struct gen_type type = {concat_poll, several_took, phases_update};
    return &several_new(a, &type, list, n)->gen;
}

/* ---- flip flop ----------------------------------------------------------------------------- */

static enum gen_answer flip_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct several *s = (struct several *)g;
    return gen_poll(s->list[s->at], c, op);
}

static void flip_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct several *s = (struct several *)g;
    several_took(g, c, op);
    s->at ^= 1;
}

struct gen *gen_flip_flop(struct arena *arena, struct gen *a, struct gen *b)
{
    static const struct gen_type type = {flip_poll, flip_took, update_all};
    return &several_new(arena, &type, (struct gen *const[]){a, b}, 2)->gen;
}
