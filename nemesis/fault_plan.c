#include "nemesis/fault_plan.h"

#include "histories/event_text.h"
#include "histories/value_move.h"

/* ---- reading ------------------------------------------------------------------------------- */

static bool is_nemesis(const struct history *h, size_t i)
{
    return str_is(val_get_text(&h->values, h->events.process[i]), "nemesis");
}

/* The event after `i` that completes it: of the nemesis, with the same f. */
static size_t completion_of(const struct history *h, size_t i)
{
    for (size_t j = i + 1; j < h->events.n; j++)
        if (is_nemesis(h, j))
            return h->events.f[j] == h->events.f[i] ? j : i;
    return i;
}

static val moved(const struct history *h, val v, struct values *to)
{
    const struct value_mover mover = {&h->values, to};
    return v == VAL_ABSENT ? VAL_NIL : value_move(&mover, v);
}

bool fault_plan_read(struct fault_plan *p, const struct history *h, struct values *to,
                     struct arena *a, struct err *e)
{
    size_t most = 0;
    bool start;
    for (size_t i = 0; i < h->events.n; i++)
        most += is_nemesis(h, i);
    *p = (struct fault_plan){.v = arena_alloc(a, (most + 1) * sizeof *p->v)};
    for (size_t i = 0; i < h->events.n; i++) {
        if (!is_nemesis(h, i) || !fault_of(val_get_text(&h->values, h->events.f[i]), &start))
            continue;
        size_t done = completion_of(h, i);
        if (event_says(h, (uint32_t)i, "final?", "true")) {
            i = done;
            continue;
        }
        if (h->events.time[i] == NO_TIME)
            return err_set(e, ERR_INPUT,
                           "event %zu, an operation of the nemesis, has no :time; "
                           "there is nothing to go by",
                           i);
        p->v[p->n++] = (struct planned_fault){
            .time = h->events.time[i],
            .f = moved(h, h->events.f[i], to),
            .in = moved(h, h->events.value[i], to),
            .out = moved(h, h->events.value[done], to),
        };
        i = done;
    }
    return p->n > 0 || err_set(e, ERR_INPUT,
                               "there are no operations of faults in it (process "
                               ":nemesis, f such as :start-partition)");
}

void fault_plan_faults(const struct fault_plan *p, const struct values *t,
                       const struct fault **list, size_t *n, size_t max)
{
    *n = 0;
    for (size_t i = 0; i < p->n; i++) {
        bool start, known = false;
        const struct fault *f = fault_of(val_get_text(t, p->v[i].f), &start);
        for (size_t k = 0; k < *n; k++)
            known = known || list[k] == f;
        if (!known && *n < max)
            list[(*n)++] = f;
    }
}

/* ---- repeating ----------------------------------------------------------------------------- */

struct replay {
    struct gen gen;
    const struct fault_plan *plan;
    size_t at;
};

static enum gen_answer replay_poll(struct gen *g, const struct gen_context *c, struct gen_op *op)
{
    const struct replay *s = (const struct replay *)g;
    if (s->at == s->plan->n)
        return GEN_DONE;
    if (!c->free[c->from])
        return GEN_PENDING;
    const struct planned_fault *f = &s->plan->v[s->at];
    *op = (struct gen_op){.kind = GEN_INVOKE,
                          .type = OP_INVOKE,
                          .time = f->time > c->time ? f->time : c->time,
                          .thread = c->from,
                          .f = f->f,
                          .value = f->in};
    return GEN_OP;
}

static void replay_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    (void)c;
    (void)op;
    ((struct replay *)g)->at++;
}

static void no_update(struct gen *g, const struct gen_context *c, const struct gen_op *event)
{
    (void)g;
    (void)c;
    (void)event;
}

struct gen *nemesis_replay(struct nemesis *m, struct arena *a)
{
    static const struct gen_type type = {replay_poll, replay_took, no_update};
    struct replay *s = arena_zalloc(a, sizeof *s);
    *s = (struct replay){{&type}, m->plan, 0};
    return gen_nemesis(a, &s->gen);
}
