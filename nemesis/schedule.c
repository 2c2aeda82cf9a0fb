/* When faults begin and end: in turn, or in a swarm, and all healed in the end. */
#include "nemesis/fault.h"

enum {
    FLAP_PART = 10,     /* a flap takes this part of an interval */
    SWARM_INTERVALS = 4 /* how long a swarm keeps its subset */
};

/* ---- one fault ----------------------------------------------------------------------------- */

struct turns {
    struct gen gen;
    struct nemesis *m;
    const struct fault *fault;
    int64_t interval;
    int64_t at;    /* the next operation; -1: at once */
    bool aimed;    /* at primaries */
    bool on;       /* it has begun */
    uint32_t left; /* flaps */
    bool made;     /* `op` is decided */
    struct gen_op op;
};

static void decide(struct turns *s, const struct gen_context *c)
{
    s->op = (struct gen_op){.kind = GEN_INVOKE, .type = OP_INVOKE, .value = VAL_NIL};
    s->op.f = fault_keyword(s->m, s->on ? s->fault->stop : s->fault->start);
    if (!s->on && s->aimed)
        s->op.value = fault_keyword(s->m, "primaries");
    else if (!s->on)
        s->fault->choose(s->m, c->rng, &s->op);
    s->made = true;
}

static enum gen_answer turns_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct turns *s = (struct turns *)g;
    if (!c->free[c->from])
        return GEN_PENDING;
    if (!s->made)
        decide(s, c);
    *op = s->op;
    op->thread = c->from;
    op->time = s->at > c->time ? s->at : c->time;
    return GEN_OP;
}

static void turns_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    struct turns *s = (struct turns *)g;
    s->made = false;
    s->on = !s->on;
    if (s->on && s->left == 0)
        s->left = s->fault->flaps;
    else if (!s->on && s->left > 0)
        s->left--;
    uint64_t mean = (uint64_t)s->interval / (s->left > 0 ? FLAP_PART : 1);
    s->at = op->time + (int64_t)rng_below(c->rng, 2 * mean + 1);
}

static void no_update(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    (void)g;
    (void)c;
    (void)event;
}

static struct gen *turns_new(struct nemesis *m, const struct fault_list *list, size_t i,
                             int64_t interval, struct arena *a)
{
    static const struct gen_type type = {turns_poll, turns_took, no_update};
    struct turns *s = arena_zalloc(a, sizeof *s);
    *s = (struct turns){.gen = {&type},
                        .m = m,
                        .fault = list->v[i],
                        .interval = interval,
                        .at = -1,
                        .aimed = list->aimed >> i & 1};
    return &s->gen;
}

/* ---- the end of one ------------------------------------------------------------------------ */

struct ending {
    struct nemesis *m;
    const struct fault *fault;
};

static void make_stop(void *state, struct rng *rng, struct gen_op *op)
{
    struct ending *s = state;
    (void)rng;
    op->f = fault_keyword(s->m, s->fault->stop);
}

static struct gen *stop_new(struct nemesis *m, const struct fault *f, struct arena *a)
{
    struct ending *s = arena_alloc(a, sizeof *s);
    *s = (struct ending){m, f};
    return gen_limit(a, 1, gen_source(a, make_stop, s));
}

/* ---- a swarm: random subsets ---------------------------------------------------------------- */

struct swarm {
    struct gen gen;
    struct nemesis *m;
    struct fault_list list;
    int64_t interval;
    struct arena *arena;
    struct gen *now; /* NULL: to be chosen */
};

/* Some faults for a while, and their ends; or nothing for a while. */
static struct gen *choose_subset(const struct swarm *s, struct rng *rng)
{
    struct arena *a = s->arena;
    struct gen **some = arena_alloc(a, (s->list.n + 1) * sizeof(struct gen *));
    struct gen **phases = arena_alloc(a, (s->list.n + 1) * sizeof(struct gen *));
    size_t n = 0;
    bool none = rng_below(rng, 4) == 0; /* as in Jepsen's tests of TigerBeetle */
    for (size_t i = 0; i < s->list.n; i++) {
        if (none || rng_below(rng, 2))
            continue;
        some[n] = turns_new(s->m, &s->list, i, s->interval, a);
        phases[++n] = stop_new(s->m, s->list.v[i], a);
    }
    if (n == 0)
        return gen_sleep(a, s->interval);
    phases[0] = gen_time_limit(a, SWARM_INTERVALS * s->interval, gen_any(a, some, n));
    return gen_phases(a, phases, n + 1);
}

static enum gen_answer swarm_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    struct swarm *s = (struct swarm *)g;
    for (;;) {
        if (!s->now)
            s->now = choose_subset(s, c->rng);
        enum gen_answer answer = gen_poll(s->now, c, op);
        if (answer != GEN_DONE)
            return answer;
        s->now = NULL;
    }
}

static void swarm_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    gen_took(((struct swarm *)g)->now, c, op);
}

static void swarm_update(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    struct swarm *s = (struct swarm *)g;
    if (s->now)
        gen_update(s->now, c, event);
}

static struct gen *swarm_new(struct nemesis *m, const struct fault_list *list, int64_t interval,
                             struct arena *a)
{
    static const struct gen_type type = {swarm_poll, swarm_took, swarm_update};
    struct swarm *s = arena_zalloc(a, sizeof *s);
    *s = (struct swarm){{&type}, m, *list, interval, a, NULL};
    return &s->gen;
}

/* ---- a test's ------------------------------------------------------------------------------- */

struct gen *nemesis_schedule(struct nemesis *m, const struct fault_list *list, int64_t interval,
                             struct arena *a)
{
    struct gen **all = arena_alloc(a, list->n * sizeof(struct gen *));
    for (size_t i = 0; i < list->n; i++)
        all[i] = turns_new(m, list, i, interval, a);
    struct gen *faulty = list->swarm ? swarm_new(m, list, interval, a) : gen_any(a, all, list->n);
    /* The system gets half an interval to come up. */
    struct gen *const phases[] = {gen_sleep(a, interval / 2), faulty};
    return gen_nemesis(a, gen_phases(a, phases, 2));
}

static bool has_stop(const struct fault_list *list, const char *stop)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i]->stop, stop) == 0)
            return true;
    return false;
}

/* In the order of the table, and each operation once, so that a replay heals alike. */
struct gen *nemesis_heal(struct nemesis *m, const struct fault_list *list, int64_t recovery,
                         struct arena *a)
{
    struct gen **all = arena_alloc(a, (list->n + 1) * sizeof(struct gen *));
    size_t n = 0;
    for (size_t i = 0; faults[i]; i++) {
        bool start;
        if (has_stop(list, faults[i]->stop) &&
            fault_of(str_of(faults[i]->stop), &start) == faults[i])
            all[n++] = stop_new(m, faults[i], a);
    }
    all[n++] = gen_sleep(a, recovery);
    return gen_nemesis(a, gen_final(a, gen_phases(a, all, n)));
}
