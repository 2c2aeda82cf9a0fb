#include "runners/scheduler.h"

#include "base/hash.h"
#include "base/mem.h"

struct scheduling {
    const struct schedule *s;
    struct rng rng, nemesis_rng;
    uint64_t steps; /* operations of clients that began or ended */
    bool *free;     /* by thread; the last one is the nemesis */
    int64_t *process;
    struct gen_op *doing;
    val *node;     /* that serves what the thread is doing */
    uint32_t busy; /* threads */
};

/* Of the clients' progress alone, so that the same faults at the same times leave it as it was. */
static uint64_t turn_number(const struct scheduling *r)
{
    return hash_mix(r->s->seed, r->steps);
}

static struct gen_context context(struct scheduling *r)
{
    return (struct gen_context){
        .time = r->s->runtime->now(r->s->runtime->ctx),
        .from = 0,
        .to = r->s->clients + 1,
        .clients = r->s->clients,
        .free = r->free,
        .process = r->process,
        .turn = turn_number(r),
        .rng = &r->rng,
        .nemesis_rng = &r->nemesis_rng,
    };
}

static bool record(struct scheduling *r, const struct gen_op *op, const struct completion *c,
                   struct err *e)
{
    const struct record line = {
        .time = op->time,
        .type = op->thread == r->s->clients ? OP_INFO : op->type,
        .process = op->thread == r->s->clients ? -1 : r->process[op->thread],
        .f = op->f,
        .value = op->value,
        .error = c ? c->error : NULL,
        .message = c ? c->message : NULL,
        .receipt = c ? c->receipt : NULL,
        .node = r->node[op->thread],
        .final = op->final,
        .delivered = c ? c->delivered : VAL_NIL,
    };
    return op->kind == GEN_SLEEP || recorder_add(r->s->recorder, &line, e);
}

static bool begin(struct scheduling *r, const struct gen_op *proposed, const struct gen_context *c,
                  struct err *e)
{
    struct gen_op op = *proposed;
    op.time = c->time;
    gen_took(r->s->gen, c, proposed);
    r->free[op.thread] = false;
    r->busy++;
    r->steps += op.thread < r->s->clients;
    r->doing[op.thread] = op;
    if (r->s->runtime->node && op.kind != GEN_SLEEP && op.thread < r->s->clients)
        r->node[op.thread] = r->s->runtime->node(r->s->runtime->ctx, &op);
    if (!record(r, &op, NULL, e))
        return false;
    r->s->runtime->dispatch(r->s->runtime->ctx, &op);
    if (op.kind != GEN_SLEEP)
        gen_update(r->s->gen, c, &op);
    return true;
}

static bool end(struct scheduling *r, const struct completion *done, struct err *e)
{
    struct gen_op op = r->doing[done->thread];
    const struct gen_context c = context(r);
    op.time = c.time;
    op.type = done->type;
    op.value = done->value;
    if (!record(r, &op, done, e))
        return false;
    r->free[op.thread] = true;
    r->busy--;
    r->steps += op.thread < r->s->clients;
    if (op.type == OP_INFO && op.thread < r->s->clients)
        r->process[op.thread] += r->s->clients;
    if (op.kind != GEN_SLEEP)
        gen_update(r->s->gen, &c, &op);
    return true;
}

bool schedule_turn(struct scheduling *r, bool *more, struct err *e)
{
    const struct runtime *rt = r->s->runtime;
    const struct gen_context c = context(r);
    struct completion done;
    if (rt->wait(rt->ctx, c.time, &done))
        return end(r, &done, e);
    struct gen_op op = {0};
    enum gen_answer answer = gen_poll(r->s->gen, &c, &op);
    if (answer == GEN_OP && op.time <= c.time)
        return begin(r, &op, &c, e);
    if (answer != GEN_OP && r->busy == 0) {
        *more = false;
        return answer == GEN_DONE ||
               err_set(e, ERR_INTERNAL, "the generator waits, but all threads are free");
    }
    int64_t until = answer == GEN_OP ? op.time : INT64_MAX;
    return rt->wait(rt->ctx, until, &done) ? end(r, &done, e) : true;
}

struct scheduling *schedule_open(const struct schedule *s)
{
    size_t threads = (size_t)s->clients + 1;
    struct scheduling *r = mem_zalloc(1, sizeof *r);
    r->s = s;
    r->free = mem_alloc(threads * sizeof(bool));
    r->process = mem_alloc(threads * sizeof(int64_t));
    r->doing = mem_zalloc(threads, sizeof(struct gen_op));
    r->node = mem_zalloc(threads, sizeof(val));
    rng_seed(&r->rng, s->seed);
    rng_seed(&r->nemesis_rng, ~s->seed);
    for (size_t t = 0; t < threads; t++) {
        r->free[t] = true;
        r->process[t] = (int64_t)t;
    }
    return r;
}

void schedule_close(struct scheduling *r)
{
    mem_free(r->free);
    mem_free(r->process);
    mem_free(r->doing);
    mem_free(r->node);
    mem_free(r);
}

bool schedule_run(const struct schedule *s, struct err *e)
{
    struct scheduling *r = schedule_open(s);
    bool ok = true, more = true;
    while (ok && more && !(s->stop && atomic_load_explicit(s->stop, memory_order_relaxed)))
        ok = schedule_turn(r, &more, e);
    schedule_close(r);
    return ok;
}
