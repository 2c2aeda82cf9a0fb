/* FIFO queues online. The offline test (research 1.8) forbids that a came in for certain before b
 * was enqueued, and b is out before a is being dequeued. When the dequeue of b completes, all
 * values inside whose enqueue completed before that of b began have been passed by b: each must be
 * taken by a dequeue that began before now, which is open (or crashed, and never tells). Which one
 * takes it is open: a debt, due now, that open dequeues have to pay (online_debts.h). A dequeue
 * that completes takes its own value: it pays that debt, if it began in time, and no other.
 *
 * A value is forgotten when its enqueue and its dequeue have completed, or when only crashed
 * dequeues can still take it. When it is enqueued again it is a new value in all respects: no
 * later result can speak of the old one.
 * Not covered: peeks, and dequeues that found the queue empty.
 * O(log w) amortised per event, w values inside and operations open or crashed. */
#include "base/mem.h"
#include "checker/online_debts.h"
#include "checker/online_ids.h"
#include "checker/online_kind.h"

#define NONE UINT32_MAX

enum place { COMING, INSIDE, PASSED, GONE };

struct item {
    enum place place;    /* GONE: dequeued, while its enqueue is open */
    bool crashed;        /* its enqueue did */
    uint64_t inv;        /* of its enqueue */
    uint64_t in, passed; /* when it came in for certain; when it was passed */
    uint32_t prev, next; /* in the list of its place */
};

struct list {
    uint32_t first, last;
};

struct queue {
    struct online_ids ids;
    struct item *items; /* by id */
    size_t cap;
    struct list inside, passed; /* by .in and by .passed */
    struct online_debts debts;
    bool strange; /* the queue is not empty at the beginning */
};

/* --- items -----------------------------------------------------------------------------------*/

static void push(struct queue *q, struct list *l, uint32_t id)
{
    q->items[id].prev = l->last;
    q->items[id].next = NONE;
    if (l->last != NONE)
        q->items[l->last].next = id;
    else
        l->first = id;
    l->last = id;
}

static void pull(struct queue *q, struct list *l, uint32_t id)
{
    const struct item *i = &q->items[id];
    if (i->prev != NONE)
        q->items[i->prev].next = i->next;
    else
        l->first = i->next;
    if (i->next != NONE)
        q->items[i->next].prev = i->prev;
    else
        l->last = i->prev;
}

static void add_item(struct queue *q, val v, uint64_t inv)
{
    uint32_t id = online_ids_add(&q->ids, v);
    q->items = mem_grow(q->items, &q->cap, q->ids.n, sizeof *q->items);
    q->items[id] = (struct item){.place = COMING, .inv = inv};
}

static void *open_queue(const struct online_options *o)
{
    struct queue *q = mem_zalloc(1, sizeof *q);
    q->strange = !online_starts_empty(o);
    q->inside = q->passed = (struct list){NONE, NONE};
    return q;
}

static void close_queue(void *object)
{
    struct queue *q = object;
    mem_free(q->items);
    online_ids_free(&q->ids);
    online_debts_free(&q->debts);
    mem_free(q);
}

/* --- events ----------------------------------------------------------------------------------*/

static enum online_state invoked(void *object, struct online_step *s)
{
    struct queue *q = object;
    const struct op_class *c = &s->op->cls;
    if (q->strange)
        return online_lost(s, "the initial value is not empty");
    if (s->op->idle)
        return ONLINE_GOING;
    if (c->action == ACT_TAKE) {
        online_debts_payer(&q->debts, s->op->inv);
        return ONLINE_GOING;
    }
    if (c->action != ACT_PUT)
        return online_lost(s, "an operation is neither enqueue nor dequeue");
    if (online_ids_find(&q->ids, c->a) != NO_ID)
        return online_lost(s, "a value is enqueued again while the earlier one may be inside");
    add_item(q, c->a, s->op->inv);
    return ONLINE_GOING;
}

static enum online_state settled(struct queue *q, struct online_step *s, const char *otherwise)
{
    if (!online_debts_payable(&q->debts))
        return online_violated(s, otherwise);
    while (online_debts_prune(&q->debts, s->oldest)) {
        uint32_t id = q->passed.first;
        pull(q, &q->passed, id);
        online_ids_remove(&q->ids, id);
    }
    return ONLINE_GOING;
}

static void enqueued(struct queue *q, const struct online_step *s)
{
    uint32_t id = online_ids_find(&q->ids, s->op->cls.a);
    struct item *i = &q->items[id];
    if (i->place == GONE) {
        online_ids_remove(&q->ids, id);
        return;
    }
    i->place = INSIDE;
    i->in = s->now;
    push(q, &q->inside, id);
}

static void take_out(struct queue *q, uint32_t id)
{
    struct item *i = &q->items[id];
    if (i->place == COMING && !i->crashed) {
        i->place = GONE;
        return;
    }
    if (i->place == INSIDE)
        pull(q, &q->inside, id);
    if (i->place == PASSED)
        pull(q, &q->passed, id);
    online_ids_remove(&q->ids, id);
}

static void pass(struct queue *q, uint64_t enqueue, uint64_t now)
{
    uint32_t id;
    while ((id = q->inside.first) != NONE && q->items[id].in < enqueue) {
        pull(q, &q->inside, id);
        q->items[id].place = PASSED;
        q->items[id].passed = now;
        push(q, &q->passed, id);
        online_debts_owe(&q->debts, now);
    }
}

static enum online_state dequeued(struct queue *q, struct online_step *s)
{
    uint32_t id = online_ids_find(&q->ids, s->result->b);
    if (id == NO_ID || q->items[id].place == GONE)
        return online_violated(s, "a dequeue returned a value that was not there: it had been "
                                  "dequeued or passed over, or was never enqueued");
    const struct item i = q->items[id];
    online_debts_leave(&q->debts, s->op->inv);
    if (i.place == PASSED && i.passed < s->op->inv)
        return online_violated(s, "a dequeue returned a value that a later one had overtaken "
                                  "before it began");
    if (i.place == PASSED)
        online_debts_drop(&q->debts, i.passed);
    take_out(q, id);
    pass(q, i.inv, s->now);
    return settled(q, s, "a dequeue returned a value before one that was enqueued earlier and that "
                         "no open dequeue can have taken");
}

static enum online_state ok(void *object, struct online_step *s)
{
    struct queue *q = object;
    bool enqueue = !s->op->idle && s->op->cls.action == ACT_PUT;
    if (s->result && s->result->action == ACT_TAKE && s->result->b != VAL_ABSENT)
        return dequeued(q, s);
    if (!enqueue)
        return online_lost(s, "an operation peeked, or found the queue empty");
    enqueued(q, s);
    return settled(q, s, "");
}

static enum online_state failed(void *object, struct online_step *s)
{
    struct queue *q = object;
    if (!s->op->idle && s->op->cls.action == ACT_PUT) {
        uint32_t id = online_ids_find(&q->ids, s->op->cls.a);
        if (q->items[id].place == GONE)
            return online_violated(s, "an enqueue failed whose value had been dequeued");
        online_ids_remove(&q->ids, id);
    } else if (!s->op->idle) {
        online_debts_leave(&q->debts, s->op->inv);
    }
    return settled(q, s, "a dequeue failed that must have taken a value that others had overtaken");
}

static enum online_state crashed(void *object, struct online_step *s)
{
    struct queue *q = object;
    if (!s->op->idle && s->op->cls.action == ACT_PUT) {
        uint32_t id = online_ids_find(&q->ids, s->op->cls.a);
        q->items[id].crashed = true;
        if (q->items[id].place == GONE)
            online_ids_remove(&q->ids, id);
    }
    return settled(q, s, "");
}

static void move(void *object, const struct value_mover *m)
{
    struct queue *q = object;
    online_ids_move(&q->ids, m);
}

static size_t kept(const void *object)
{
    const struct queue *k = object;
    return online_ids_used(&k->ids);
}

static const char *const names[] = {"fifo-queue", NULL};

const struct online_kind online_fifo = {
    .name = "online-fifo",
    .summary = "queues without peeks and dequeues that found nothing; a value may come again when "
               "it is out",
    .models = names,
    .open = open_queue,
    .close = close_queue,
    .invoked = invoked,
    .ok = ok,
    .failed = failed,
    .crashed = crashed,
    .move = move,
    .kept = kept,
};
