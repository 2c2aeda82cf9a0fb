/* A queue: what came in first goes out first. A crashed dequeue takes whatever is first when it
 * takes effect. */
#include "checker/container.h"
#include "checker/model_list.h"
#include "checker/queue_object.h"
#include "checker/queue_states.h"

static const struct model_op_name names[] = {
    {"enqueue", ACT_PUT}, {"enq", ACT_PUT},   {"offer", ACT_PUT},    {"put", ACT_PUT},
    {"add", ACT_PUT},     {"send", ACT_PUT},  {"dequeue", ACT_TAKE}, {"deq", ACT_TAKE},
    {"poll", ACT_TAKE},   {"take", ACT_TAKE}, {"remove", ACT_TAKE},  {"receive", ACT_TAKE},
    {"peek", ACT_PEEK},   {"front", ACT_PEEK}, {"drain", ACT_OTHER}, {NULL, ACT_OTHER},
};

static uint32_t step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct queues *q = o->ctx;
    const struct op_class *c = &o->classes[cls];
    if (k > 0)
        return NO_STATE;
    if (c->action == ACT_PUT)
        return queues_put(q, state, c->a);
    if (c->action == ACT_EMPTY)
        return state == QUEUE_EMPTY ? state : NO_STATE;
    val first = queues_first(q, state);
    if (first == VAL_ABSENT || (c->b != VAL_ABSENT && c->b != first))
        return NO_STATE;
    return c->action == ACT_PEEK ? state : queues_take(q, state);
}

const struct model model_fifo_queue = {
    .name = "fifo-queue",
    .summary = "a queue: enqueue, dequeue and peek; what came in first goes out first",
    .example = "{:process 0, :type :invoke, :f :enqueue, :value 1}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = container_classify,
    .open = queue_object_open,
    .close = queue_object_close,
    .step = step,
    .state_bytes = queue_object_bytes,
    .element = container_element,
    .describe = queue_object_describe,
};
