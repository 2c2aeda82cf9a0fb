/* Queues, mutexes, unique ids. Elements are unique; each thread acquires and releases in turn. */
#include "generators/workload_ops.h"

enum { RETRY_NS = 100000000 };

static void make_enqueue(void *state, struct rng *rng, struct gen_op *op)
{
    struct workload_state *s = state;
    (void)rng;
    op->f = workload_f(s, "enqueue");
    op->value = val_int(s->values, s->next++);
}

static void make_dequeue(void *state, struct rng *rng, struct gen_op *op)
{
    (void)rng;
    op->f = workload_f(state, "dequeue");
}

static void make_drain(void *state, struct rng *rng, struct gen_op *op)
{
    (void)rng;
    op->f = workload_f(state, "drain");
}

static void make_acquire(void *state, struct rng *rng, struct gen_op *op)
{
    (void)rng;
    op->f = workload_f(state, "acquire");
}

static void make_release(void *state, struct rng *rng, struct gen_op *op)
{
    (void)rng;
    op->f = workload_f(state, "release");
}

static void make_generate(void *state, struct rng *rng, struct gen_op *op)
{
    (void)rng;
    op->f = workload_f(state, "generate");
}

static struct gen *id_clients(void *state, struct arena *a)
{
    return gen_source(a, make_generate, state);
}

static struct gen *queue_clients(void *state, struct arena *a)
{
    struct gen *const mix[] = {gen_source(a, make_enqueue, state),
                               gen_source(a, make_dequeue, state)};
    return gen_mix(a, mix, 2);
}

static struct gen *queue_final(void *state, struct arena *a)
{
    return gen_until_ok(a, gen_stagger(a, RETRY_NS, gen_source(a, make_drain, state)));
}

static struct gen *mutex_thread(void *state, struct arena *a)
{
    return gen_flip_flop(a, gen_source(a, make_acquire, state), gen_source(a, make_release, state));
}

static struct gen *mutex_clients(void *state, struct arena *a)
{
    const struct workload_state *s = state;
    return gen_each_thread(a, s->clients, mutex_thread, state);
}

static const struct workload_op queue_ops[] = {
    {"enqueue", REQUEST_ENQUEUE}, {"dequeue", REQUEST_DEQUEUE}, {"drain", REQUEST_DRAIN}, {0}};
static const struct workload_op fifo_ops[] = {
    {"enqueue", REQUEST_ENQUEUE}, {"dequeue", REQUEST_DEQUEUE}, {0}};
static const struct workload_op id_ops[] = {{"generate", REQUEST_GENERATE}, {0}};
static const struct workload_op mutex_ops[] = {
    {"acquire", REQUEST_ACQUIRE}, {"release", REQUEST_RELEASE}, {0}};

const struct workload workload_queue = {
    .name = "queue",
    .summary = "enqueue unique elements, dequeue them; drain the queue when the faults are over",
    .property = "total-queue",
    .ops = queue_ops,
    .clients = queue_clients,
    .final = queue_final,
};

const struct workload workload_fifo = {
    .name = "fifo",
    .summary = "enqueue unique elements and dequeue them in the same order",
    .model = "fifo-queue",
    .property = "linearizable",
    .ops = fifo_ops,
    .clients = queue_clients,
};

const struct workload workload_mutex = {
    .name = "mutex",
    .summary = "acquire and release a lock",
    .model = "mutex",
    .property = "linearizable",
    .ops = mutex_ops,
    .clients = mutex_clients,
};

const struct workload workload_unique_ids = {
    .name = "unique-ids",
    .summary = "generate numbers, none of which may come twice",
    .property = "unique-ids",
    .ops = id_ops,
    .clients = id_clients,
};
