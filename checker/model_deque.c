/* A queue with two ends. Names say which: with "front", "first" or "left" in them the front, with
 * "back", "last" or "right" the back. */
#include "checker/model_deque.h"

#include "checker/container.h"
#include "checker/model_list.h"
#include "checker/queue_object.h"
#include "checker/queue_states.h"

/* op_class.f: the end. Results that found nothing have none. */
static const val FRONT = VAL_FALSE, BACK = VAL_TRUE;

static const struct model_op_name names[] = {
    {"push-front", ACT_PUT},  {"push-back", ACT_PUT},  {"pop-front", ACT_TAKE},
    {"pop-back", ACT_TAKE},   {"peek-front", ACT_PEEK}, {"peek-back", ACT_PEEK},
    {"push_front", ACT_PUT},  {"push_back", ACT_PUT},  {"pop_front", ACT_TAKE},
    {"pop_back", ACT_TAKE},   {"front", ACT_PEEK},     {"back", ACT_PEEK},
    {"addFirst", ACT_PUT},    {"addLast", ACT_PUT},    {"removeFirst", ACT_TAKE},
    {"removeLast", ACT_TAKE}, {"getFirst", ACT_PEEK},  {"getLast", ACT_PEEK},
    {"offerFirst", ACT_PUT},  {"offerLast", ACT_PUT},  {"pollFirst", ACT_TAKE},
    {"pollLast", ACT_TAKE},   {"peekFirst", ACT_PEEK}, {"peekLast", ACT_PEEK},
    {"pushFirst", ACT_PUT},   {"pushLast", ACT_PUT},   {"popFirst", ACT_TAKE},
    {"popLast", ACT_TAKE},    {"push-left", ACT_PUT},  {"push-right", ACT_PUT},
    {"pop-left", ACT_TAKE},   {"pop-right", ACT_TAKE}, {NULL, ACT_OTHER},
};

static val end_of(struct str f)
{
    static const char *const at_front[] = {"front", "irst", "left"};
    for (size_t i = 0; i < sizeof at_front / sizeof *at_front; i++) {
        size_t n = strlen(at_front[i]);
        if (f.n >= n && memcmp(f.p + f.n - n, at_front[i], n) == 0)
            return FRONT;
    }
    return BACK;
}

static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    bool fits = container_classify(h, op, nil_unknown, c, skip, e);
    if (c->action != ACT_EMPTY)
        c->f = end_of(val_get_text(&h->values, op->f));
    return fits;
}

static uint32_t step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct queues *q = o->ctx;
    const struct op_class *c = &o->classes[cls];
    bool front = c->f == FRONT;
    if (k > 0)
        return NO_STATE;
    if (c->action == ACT_PUT)
        return front ? queues_put_first(q, state, c->a) : queues_put(q, state, c->a);
    if (c->action == ACT_EMPTY)
        return state == QUEUE_EMPTY ? state : NO_STATE;
    val next = front ? queues_first(q, state) : queues_last(q, state);
    if (next == VAL_ABSENT || (c->b != VAL_ABSENT && c->b != next))
        return NO_STATE;
    if (c->action == ACT_PEEK)
        return state;
    return front ? queues_take(q, state) : queues_take_last(q, state);
}

enum deque_use deque_use(const struct object *o)
{
    val in = VAL_ABSENT, out = VAL_ABSENT;
    bool queue = true, stack = true;
    for (size_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        if (c->action == ACT_EMPTY)
            continue;
        val *end = c->action == ACT_PUT ? &in : &out;
        if (*end != VAL_ABSENT && *end != c->f)
            return DEQUE_BOTH;
        *end = c->f;
        queue &= in == VAL_ABSENT || in != out;
        stack &= in == VAL_ABSENT || out == VAL_ABSENT || in == out;
    }
    return queue ? DEQUE_QUEUE : stack ? DEQUE_STACK : DEQUE_BOTH;
}

const struct model model_deque = {
    .name = "deque",
    .summary = "a queue with two ends: push, pop and peek at the front and at the back",
    .example = "{:process 0, :type :invoke, :f :push-front, :value 1}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = classify,
    .open = queue_object_open,
    .close = queue_object_close,
    .step = step,
    .state_bytes = queue_object_bytes,
    .element = container_element,
    .describe = queue_object_describe,
};
