#define _GNU_SOURCE
#include "runners/realtime.h"

#include "base/clock.h"
#include "base/heap.h"
#include "base/mem.h"
#include "histories/value_move.h"
#include "nemesis/fault_plan.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
    MILLISECOND = 1000000,
    BATCH = 8,                  /* operations that wait for a flush while there is more to do */
    LOOK_UP = 50 * MILLISECOND, /* how often somebody sees whether to stop */
    VALUES_MAX = 4096,          /* entries of a worker's table before it begins anew */
};

struct worker {
    struct realtime *r;
    uint32_t thread;
    pthread_t id;
    bool running;

    /* Of the worker while `busy`, else of whoever has the scheduler's lock. */
    struct values values;
    struct client_op op;
    struct client_result result;
    struct gen_op gen; /* as the scheduler began it */
    val key;           /* of the scheduler's table */
    int64_t process;
    void *client; /* NULL: not open */
    struct nemesis nemesis;
    struct fault_plan plan; /* of the nemesis, in its table */
    struct arena arena;     /* of the plan */

    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool busy, quit;
};

struct realtime {
    struct realtime_options o;
    struct runtime runtime;
    int64_t started;
    int stop_fd;
    val *names;             /* of the nodes, as the faults call them */
    struct worker *workers; /* the last one is the nemesis */
    /* Under the lock, which is the scheduler's: */
    pthread_mutex_t lock;
    struct scheduling *scheduling; /* NULL: not begun */
    const _Atomic int *stop;
    bool over, failed;
    struct err why;
    bool idle;            /* nothing to do before */
    int64_t until;        /* this */
    int64_t alarm;        /* when the first thread looks up */
    struct heap sleeping; /* time in microseconds, thread */
    uint32_t *batch;      /* begun, not given to the workers yet */
    size_t nbatch;
    uint32_t *ended; /* threads whose operation has ended: a ring */
    size_t first, nended;
    pthread_cond_t wake; /* of the first thread */
};

/* ---- workers ------------------------------------------------------------------------------- */

static void open_client(struct worker *w)
{
    const struct realtime_options *o = &w->r->o;
    struct err e = {0};
    uint32_t node = w->thread % o->nnodes;
    const struct client_place p = {
        .target = o->target,
        .node = o->nodes[node],
        .thread = w->thread,
        .number = node,
        .timeout = o->timeout,
        .dir = o->dir,
        .stop_fd = w->r->stop_fd,
    };
    w->client = o->type->open(o->config, &p, &e);
    if (!w->client)
        client_outcome(&w->result, &w->op, OP_FAIL, "no-client", "%s", e.text);
}

static void close_client(struct worker *w)
{
    if (w->client)
        w->r->o.type->close(w->client);
    w->client = NULL;
}

static void work_client(struct worker *w)
{
    if (!w->client)
        open_client(w);
    if (!w->client)
        return;
    w->r->o.type->invoke(w->client, &w->op, &w->result);
    /* What is left of an operation whose end is unknown must not meet the next one. */
    if (w->result.type == OP_INFO)
        close_client(w);
}

static void work_nemesis(struct worker *w)
{
    val name = w->op.key; /* of the operation, in the worker's table */
    w->result = (struct client_result){.type = OP_INFO,
                                       .value = nemesis_invoke(&w->nemesis, name, w->op.value)};
}

/* ---- the scheduler's side ------------------------------------------------------------------ */

static void hand_in(struct realtime *r, uint32_t thread)
{
    r->ended[(r->first + r->nended++) % (r->o.clients + 1)] = thread;
}

static int64_t now(void *ctx)
{
    return clock_ns() - ((struct realtime *)ctx)->started;
}

/* Tables only grow; one whose values are all forgotten can begin anew. */
static void tidy_values(struct worker *w)
{
    if (w->values.n < VALUES_MAX || w->thread == w->r->o.clients)
        return;
    values_free(&w->values);
    values_init(&w->values);
}

static val node_of(void *ctx, const struct gen_op *op)
{
    const struct realtime *r = ctx;
    return r->names[op->thread % r->o.nnodes];
}

static void prepare(struct worker *w, const struct gen_op *op)
{
    const struct realtime_options *o = &w->r->o;
    const struct value_mover in = {o->values, &w->values};
    val key, value = op->value;
    tidy_values(w);
    w->gen = *op;
    w->key = VAL_ABSENT;
    if (op->thread < o->clients && o->keyed && val_pair(o->values, op->value, &key, &value))
        w->key = key;
    w->op = (struct client_op){
        .key = w->key == VAL_ABSENT ? VAL_ABSENT : value_move(&in, w->key),
        .value = value_move(&in, value),
        .values = &w->values,
        .process = w->process,
    };
    w->result = (struct client_result){.type = OP_INFO, .value = VAL_ABSENT, .error = "not-begun"};
    if (op->thread < o->clients)
        w->op.op = workload_op(o->workload, val_get_text(o->values, op->f));
    else
        w->op.key = value_move(&in, op->f);
}

static void dispatch(void *ctx, const struct gen_op *op)
{
    struct realtime *r = ctx;
    if (op->kind == GEN_SLEEP) {
        int64_t until = (now(r) + op->pause) / 1000;
        r->workers[op->thread].gen = *op;
        heap_push(&r->sleeping, (uint64_t)until << 16 | op->thread);
        return;
    }
    prepare(&r->workers[op->thread], op);
    r->batch[r->nbatch++] = op->thread;
}

/* Record, then act; what cannot be recorded is not done. */
static void release(struct realtime *r)
{
    bool ok = recorder_flush(r->o.recorder, NULL);
    for (size_t i = 0; i < r->nbatch; i++) {
        struct worker *w = &r->workers[r->batch[i]];
        if (!ok) {
            hand_in(r, w->thread);
            continue;
        }
        (void)pthread_mutex_lock(&w->lock);
        w->busy = true;
        (void)pthread_mutex_unlock(&w->lock);
        (void)pthread_cond_signal(&w->wake);
    }
    r->nbatch = 0;
}

static struct completion complete(struct worker *w)
{
    const struct realtime_options *o = &w->r->o;
    const struct value_mover out = {&w->values, o->values};
    const struct client_result *c = &w->result;
    struct completion done = {
        .thread = w->thread,
        .type = c->type,
        .value = w->gen.value,
        .error = c->error,
        .message = c->message[0] ? c->message : NULL,
        .receipt = w->thread == o->clients ? w->nemesis.receipt.p : NULL,
    };
    if (c->type == OP_INFO)
        w->process += o->clients; /* as the scheduler does */
    if (c->value == VAL_ABSENT)
        return done;
    done.value = value_move(&out, c->value);
    if (w->key != VAL_ABSENT)
        done.value = val_seq(o->values, V_LIST, (val[]){w->key, done.value}, 2);
    return done;
}

static bool awake(struct realtime *r, struct completion *out)
{
    if (r->sleeping.n == 0 || (int64_t)(r->sleeping.at[0] >> 16) * 1000 > now(r))
        return false;
    uint32_t thread = heap_pop(&r->sleeping) & 0xffff;
    *out = (struct completion){.thread = thread, .type = OP_OK, .value = VAL_NIL};
    return true;
}

/* One whose operation has ended, if any. */
static bool take(struct realtime *r, struct completion *out)
{
    if (r->nended == 0)
        return awake(r, out);
    uint32_t thread = r->ended[r->first];
    r->first = (r->first + 1) % (r->o.clients + 1);
    r->nended--;
    *out = complete(&r->workers[thread]);
    return true;
}

/* Does not wait: says until when there is nothing to do. */
static bool wait_until(void *ctx, int64_t until, struct completion *out)
{
    struct realtime *r = ctx;
    if (r->nbatch >= BATCH)
        release(r);
    if (take(r, out))
        return true;
    if (until <= now(r))
        return false;
    release(r);
    r->idle = true;
    r->until = until;
    return take(r, out);
}

/* Take turns while there is something to do. Under the lock. */
static void drive(struct realtime *r)
{
    bool more = true;
    r->idle = false;
    while (!r->idle && !r->over) {
        bool stop = r->stop && atomic_load_explicit(r->stop, memory_order_relaxed);
        r->failed = !stop && !schedule_turn(r->scheduling, &more, &r->why);
        r->over = stop || r->failed || !more;
    }
}

/* When the next sleeper wakes. */
static int64_t next_awake(const struct realtime *r)
{
    return r->sleeping.n ? ((int64_t)(r->sleeping.at[0] >> 16) + 1) * 1000 : INT64_MAX;
}

/* The first thread wakes for what comes by time; workers do the rest. */
static void doze(struct realtime *r)
{
    int64_t at = now(r) + LOOK_UP, sleeper = next_awake(r);
    at = r->until < at ? r->until : at;
    at = sleeper < at ? sleeper : at;
    r->alarm = at;
    at += r->started;
    const struct timespec t = {.tv_sec = (time_t)(at / 1000000000),
                               .tv_nsec = (long)(at % 1000000000)};
    (void)pthread_cond_timedwait(&r->wake, &r->lock, &t);
}

bool realtime_run(struct realtime *r, const struct schedule *s, struct err *e)
{
    struct scheduling *turns = schedule_open(s);
    (void)pthread_mutex_lock(&r->lock);
    r->scheduling = turns;
    r->stop = s->stop;
    for (drive(r); !r->over; drive(r))
        doze(r);
    r->scheduling = NULL;
    bool ok = !r->failed;
    if (!ok)
        *e = r->why;
    (void)pthread_mutex_unlock(&r->lock);
    schedule_close(turns);
    return ok;
}

/* ---- the loop of a worker ------------------------------------------------------------------ */

/* The worker's operation has ended: what next, for whomever. */
static void go_on(struct worker *w)
{
    struct realtime *r = w->r;
    (void)pthread_mutex_lock(&w->lock);
    w->busy = false;
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_mutex_lock(&r->lock);
    hand_in(r, w->thread);
    if (r->scheduling && !r->over)
        drive(r);
    bool wake = r->over || r->until < r->alarm || next_awake(r) < r->alarm;
    (void)pthread_mutex_unlock(&r->lock);
    if (wake)
        (void)pthread_cond_signal(&r->wake);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    for (;;) {
        (void)pthread_mutex_lock(&w->lock);
        while (!w->busy && !w->quit)
            (void)pthread_cond_wait(&w->wake, &w->lock);
        bool quit = !w->busy;
        (void)pthread_mutex_unlock(&w->lock);
        if (quit)
            break;
        if (w->thread < w->r->o.clients)
            work_client(w);
        else
            work_nemesis(w);
        go_on(w);
    }
    close_client(w);
    return NULL;
}

/* ---- life ---------------------------------------------------------------------------------- */

static bool start_worker(struct worker *w, struct err *e)
{
    /* Signals go to the scheduler's thread. */
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&w->id, NULL, work, w);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    w->running = code == 0;
    return w->running ||
           err_set(e, ERR_IO, "starting a thread for client %u: %s", w->thread, strerror(code));
}

static bool init_wake(pthread_cond_t *c)
{
    pthread_condattr_t a;
    bool ok = pthread_condattr_init(&a) == 0 &&
              pthread_condattr_setclock(&a, CLOCK_MONOTONIC) == 0 && pthread_cond_init(c, &a) == 0;
    (void)pthread_condattr_destroy(&a);
    return ok;
}

static void name_nodes(struct realtime *r)
{
    struct nemesis m;
    nemesis_init(&m, NULL, r->o.nnodes, r->o.values, 0);
    r->names = mem_alloc(r->o.nnodes * sizeof *r->names);
    for (uint32_t i = 0; i < r->o.nnodes; i++)
        r->names[i] = fault_node(&m, i);
    nemesis_free(&m);
}

static bool init_nemesis(struct realtime *r, struct err *e)
{
    struct worker *w = &r->workers[r->o.clients];
    if (!r->o.faults)
        return true;
    nemesis_init(&w->nemesis, r->o.faults, r->o.nnodes, &w->values, r->o.seed);
    if (!r->o.plan)
        return true;
    w->nemesis.plan = &w->plan;
    return fault_plan_read(&w->plan, r->o.plan, &w->values, &w->arena, e);
}

static void init_worker(struct realtime *r, uint32_t thread)
{
    struct worker *w = &r->workers[thread];
    w->r = r;
    w->thread = thread;
    w->process = thread;
    values_init(&w->values);
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)init_wake(&w->wake);
}

struct realtime *realtime_open(const struct realtime_options *o, struct err *e)
{
    struct realtime *r = mem_zalloc(1, sizeof *r);
    size_t threads = (size_t)o->clients + 1;
    r->o = *o;
    r->started = clock_ns();
    r->runtime = (struct runtime){
        .now = now, .wait = wait_until, .dispatch = dispatch, .node = node_of, .ctx = r};
    r->stop_fd = eventfd(0, EFD_CLOEXEC);
    r->workers = mem_zalloc(threads, sizeof *r->workers);
    r->batch = mem_alloc(threads * sizeof *r->batch);
    r->ended = mem_alloc(threads * sizeof *r->ended);
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)init_wake(&r->wake);
    o->recorder->lazy = true;
    name_nodes(r);
    for (uint32_t t = 0; t < threads; t++)
        init_worker(r, t);
    bool ok = r->stop_fd >= 0 || err_set(e, ERR_IO, "eventfd: %s", strerror(errno));
    ok = ok && init_nemesis(r, e);
    for (uint32_t t = 0; t < threads && ok; t++)
        ok = (t == o->clients && !o->faults) || start_worker(&r->workers[t], e);
    if (ok)
        return r;
    realtime_close(r);
    return NULL;
}

static void close_worker(struct worker *w)
{
    if (w->running)
        (void)pthread_join(w->id, NULL);
    (void)pthread_mutex_destroy(&w->lock);
    (void)pthread_cond_destroy(&w->wake);
    nemesis_free(&w->nemesis);
    values_free(&w->values);
    arena_free(&w->arena);
}

void realtime_close(struct realtime *r)
{
    const uint64_t one = 1;
    (void)recorder_flush(r->o.recorder, NULL);
    if (r->stop_fd >= 0)
        (void)!write(r->stop_fd, &one, sizeof one);
    for (uint32_t t = 0; t <= r->o.clients; t++) {
        struct worker *w = &r->workers[t];
        (void)pthread_mutex_lock(&w->lock);
        w->quit = true;
        (void)pthread_cond_signal(&w->wake);
        (void)pthread_mutex_unlock(&w->lock);
    }
    for (uint32_t t = 0; t <= r->o.clients; t++)
        close_worker(&r->workers[t]);
    (void)pthread_mutex_destroy(&r->lock);
    (void)pthread_cond_destroy(&r->wake);
    if (r->stop_fd >= 0)
        (void)close(r->stop_fd);
    heap_free(&r->sleeping);
    mem_free(r->names);
    mem_free(r->workers);
    mem_free(r->batch);
    mem_free(r->ended);
    mem_free(r);
}

const struct runtime *realtime_runtime(struct realtime *r)
{
    return &r->runtime;
}
