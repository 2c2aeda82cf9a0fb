/* Queues with and without an order and with two ends. What finds nothing fails, as clients of
 * Jepsen have it. Histories with crashes have no peeks: together with a crashed dequeue, which may
 * have taken anything, they could only be decided by search. */
#include "base/mem.h"
#include "generators/synth_object.h"

enum queue_kind { FIFO, UNORDERED, DEQUE };

struct queue {
    enum queue_kind kind;
    val put[2], take[2], peek[2]; /* at the back, at the front; or twice the same */
    val *items; /* a ring of `cap` */
    size_t first, n, cap;
};

static struct queue *open_as(struct sim *s, enum queue_kind kind)
{
    struct queue *q = mem_zalloc(1, sizeof *q);
    bool two = kind == DEQUE;
    q->kind = kind;
    q->put[0] = sim_name(s, two ? "push-back" : "enqueue");
    q->put[1] = sim_name(s, two ? "push-front" : "enqueue");
    q->take[0] = sim_name(s, two ? "pop-back" : "dequeue");
    q->take[1] = sim_name(s, two ? "pop-front" : "dequeue");
    q->peek[0] = sim_name(s, two ? "peek-back" : "peek");
    q->peek[1] = sim_name(s, two ? "peek-front" : "peek");
    return q;
}

static void *open_fifo(struct sim *s)
{
    return open_as(s, FIFO);
}

static void *open_unordered(struct sim *s)
{
    return open_as(s, UNORDERED);
}

static void *open_deque(struct sim *s)
{
    return open_as(s, DEQUE);
}

static void close_queue(void *state)
{
    struct queue *q = state;
    mem_free(q->items);
    mem_free(q);
}

/* Puts and takes hold a few elements per client inside. */
static void choose(struct sim *s, void *state, struct sim_op *op, bool mutate)
{
    const struct queue *q = state;
    size_t end = q->kind == DEQUE ? rng_below(&s->rng, 2) : 0;
    bool crashes = s->o->crash_rate > 0 || s->o->crashes > 0;
    if (!mutate && !crashes && rng_chance(&s->rng, s->o->read_share)) {
        op->f = q->peek[end];
        return;
    }
    op->mutates = true;
    if (rng_chance(&s->rng, q->n > 2 * (size_t)s->o->processes ? 0.6 : 0.45)) {
        op->f = q->take[end];
        return;
    }
    op->f = q->put[end];
    op->in = sim_random(s);
}

static val *item_at(const struct queue *q, size_t i)
{
    return &q->items[(q->first + i) % q->cap];
}

static void grow(struct queue *q)
{
    size_t cap = q->cap ? 2 * q->cap : 16;
    val *items = mem_alloc(cap * sizeof *items);
    for (size_t i = 0; i < q->n; i++)
        items[i] = *item_at(q, i);
    mem_free(q->items);
    q->items = items;
    q->cap = cap;
    q->first = 0;
}

static void put(struct queue *q, val v, bool front)
{
    if (q->n == q->cap)
        grow(q);
    if (front)
        q->first = (q->first + q->cap - 1) % q->cap;
    *item_at(q, front ? 0 : q->n) = v;
    q->n++;
}

static bool is(const val two[2], const struct sim_op *op, bool *front)
{
    *front = op->f == two[1];
    return op->f == two[0] || op->f == two[1];
}

static void effect(struct sim *s, void *state, struct sim_op *op)
{
    struct queue *q = state;
    bool front;
    if (is(q->put, op, &front)) {
        put(q, op->in, front && q->kind == DEQUE);
        return;
    }
    bool takes = is(q->take, op, &front);
    if (!takes)
        (void)is(q->peek, op, &front);
    op->ok = q->n > 0;
    if (!op->ok)
        return;
    if (q->kind == UNORDERED) { /* any one comes to the front */
        val *any = item_at(q, rng_below(&s->rng, q->n)), v = *any;
        *any = *item_at(q, 0);
        *item_at(q, 0) = v;
    }
    op->out = *item_at(q, front ? 0 : q->n - 1);
    if (takes && front)
        q->first = (q->first + 1) % q->cap;
    q->n -= takes;
}

/* As many elements as there may be operations that nobody knows the outcome of, and one more, so
 * that not all of them can have been taken. */
static bool put_enough(struct sim *s, uint32_t key, bool force, val *last)
{
    const struct queue *q = s->states[key];
    uint64_t most = s->under_way + 1;
    if (most > 64 && !force)
        return false;
    for (uint64_t i = 0; i < most; i++) {
        *last = sim_fresh(s);
        sim_plant(s, key, q->put[0], *last, VAL_ABSENT, OP_OK);
    }
    return true;
}

static bool plant_reorder(struct sim *s, uint32_t key, bool force)
{
    const struct queue *q = s->states[key];
    val last;
    if (!put_enough(s, key, force, &last))
        return false;
    last = sim_fresh(s);
    sim_plant(s, key, q->put[0], last, VAL_ABSENT, OP_OK);
    sim_plant(s, key, q->take[1], VAL_NIL, last, OP_OK);
    return true;
}

static bool plant_empty(struct sim *s, uint32_t key, bool force)
{
    const struct queue *q = s->states[key];
    val last;
    if (!put_enough(s, key, force, &last))
        return false;
    sim_plant(s, key, q->take[1], VAL_NIL, VAL_NIL, OP_OK);
    return true;
}

static bool plant_duplicate(struct sim *s, uint32_t key, bool force)
{
    const struct queue *q = s->states[key];
    val v = sim_fresh(s);
    (void)force;
    sim_plant(s, key, q->put[0], v, VAL_ABSENT, OP_OK);
    sim_plant(s, key, q->take[0], VAL_NIL, v, OP_OK);
    sim_plant(s, key, q->take[0], VAL_NIL, v, OP_OK);
    return true;
}

static bool plant_phantom(struct sim *s, uint32_t key, bool force)
{
    const struct queue *q = s->states[key];
    (void)force;
    sim_plant(s, key, q->take[0], VAL_NIL, sim_fresh(s), OP_OK);
    return true;
}

static const struct violation reorder = {
    .name = "overtaken",
    .summary = "an element leaves a queue before others that came in first",
    .plant = plant_reorder,
};
static const struct violation empty = {
    .name = "false-empty",
    .summary = "a queue is found empty while elements are inside",
    .plant = plant_empty,
};
static const struct violation duplicate = {
    .name = "taken-twice",
    .summary = "an element comes in once and is taken out twice",
    .plant = plant_duplicate,
};
static const struct violation phantom = {
    .name = "phantom-element",
    .summary = "an element is taken out that never came in",
    .plant = plant_phantom,
};
static const struct violation *const of_fifo[] = {&reorder, &duplicate, &phantom, &empty, NULL};
static const struct violation *const of_others[] = {&duplicate, &phantom, &empty, NULL};

const struct synth_object synth_fifo_queue = {
    .model = "fifo-queue",
    .violations = of_fifo,
    .open = open_fifo,
    .close = close_queue,
    .choose = choose,
    .effect = effect,
};

const struct synth_object synth_unordered_queue = {
    .model = "unordered-queue",
    .violations = of_others,
    .open = open_unordered,
    .close = close_queue,
    .choose = choose,
    .effect = effect,
};

const struct synth_object synth_deque = {
    .model = "deque",
    .violations = of_others,
    .open = open_deque,
    .close = close_queue,
    .choose = choose,
    .effect = effect,
};
