/* Priority queues: what comes out is the smallest element that is inside (as in Java's
 * PriorityQueue and Python's heapq), or the largest (as in C++ and Rust). A state is the elements
 * in order, the most urgent on top. Elements are their own priorities: integers by size, strings
 * by bytes. */
#include "base/mem.h"
#include "checker/model_list.h"
#include "checker/model_pile.h"
#include "checker/priorities.h"

static const struct model_op_name names_min[] = {
    {"insert", ACT_PUT},      {"ins", ACT_PUT},         {"offer", ACT_PUT},
    {"add", ACT_PUT},         {"enqueue", ACT_PUT},     {"push", ACT_PUT},
    {"poll", ACT_TAKE},       {"delete-min", ACT_TAKE}, {"remove-min", ACT_TAKE},
    {"extract-min", ACT_TAKE}, {"pop-min", ACT_TAKE},   {"remove", ACT_TAKE},
    {"extract", ACT_TAKE},    {"dequeue", ACT_TAKE},    {"pop", ACT_TAKE},
    {"peek", ACT_PEEK},       {"find-min", ACT_PEEK},   {"min", ACT_PEEK},
    {NULL, ACT_OTHER},
};

static const struct model_op_name names_max[] = {
    {"insert", ACT_PUT},      {"ins", ACT_PUT},         {"offer", ACT_PUT},
    {"add", ACT_PUT},         {"enqueue", ACT_PUT},     {"push", ACT_PUT},
    {"poll", ACT_TAKE},       {"delete-max", ACT_TAKE}, {"remove-max", ACT_TAKE},
    {"extract-max", ACT_TAKE}, {"pop-max", ACT_TAKE},   {"remove", ACT_TAKE},
    {"extract", ACT_TAKE},    {"dequeue", ACT_TAKE},    {"pop", ACT_TAKE},
    {"peek", ACT_PEEK},       {"find-max", ACT_PEEK},   {"max", ACT_PEEK},
    {NULL, ACT_OTHER},
};

static void say_unordered(const struct object *o, val x, val y, struct err *e)
{
    struct buf b = {.max = 200};
    val_print_edn(&o->h->values, x, &b);
    if (x != y) {
        buf_puts(&b, " and ");
        val_print_edn(&o->h->values, y, &b);
    }
    (void)err_set(e, ERR_INPUT, "the elements of a %s must be all integers or all strings to have "
                  "an order, but there are %.*s", o->model->name, (int)b.n, buf_str(&b).p);
    buf_free(&b);
}

static bool open_queue(struct object *o, struct err *e)
{
    val first = VAL_ABSENT;
    for (uint32_t c = 0; c < o->nclasses; c++) {
        val v = container_element(o, c);
        if (v == VAL_ABSENT)
            continue;
        first = first == VAL_ABSENT ? v : first;
        if (!priority_comparable(&o->h->values, first, v)) {
            say_unordered(o, first, v, e);
            return false;
        }
    }
    return piles_open(o, e);
}

/* v among the elements of `state`: those that are more urgent are lifted and put back. */
static uint32_t insert(struct object *o, uint32_t state, val v)
{
    const struct values *t = &o->h->values;
    struct piles *p = o->ctx;
    bool max = o->model == &model_max_priority_queue;
    val *lifted = NULL;
    size_t n = 0, cap = 0;
    for (; state != PILE_EMPTY; state = piles_below(p, state)) {
        val top = piles_top(p, state);
        if (!(max ? priority_less(t, v, top) : priority_less(t, top, v)))
            break;
        lifted = mem_grow(lifted, &cap, n + 1, sizeof *lifted);
        lifted[n++] = top;
    }
    state = piles_push(p, state, v);
    while (n > 0)
        state = piles_push(p, state, lifted[--n]);
    mem_free(lifted);
    return state;
}

static uint32_t step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    if (k > 0)
        return NO_STATE;
    if (o->classes[cls].action == ACT_PUT)
        return insert(o, state, o->classes[cls].a);
    return piles_look(o, state, cls);
}

const struct model model_priority_queue = {
    .name = "priority-queue",
    .summary = "insert, poll and peek at the smallest element; nil when it is empty",
    .example = "{:process 0, :type :invoke, :f :insert, :value 1}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names_min,
    .classify = container_classify,
    .open = open_queue,
    .close = piles_close,
    .step = step,
    .element = container_element,
    .describe = piles_describe,
};

const struct model model_max_priority_queue = {
    .name = "max-priority-queue",
    .summary = "insert, poll and peek at the largest element; nil when it is empty",
    .example = "{:process 0, :type :invoke, :f :insert, :value 1}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names_max,
    .classify = container_classify,
    .open = open_queue,
    .close = piles_close,
    .step = step,
    .element = container_element,
    .describe = piles_describe,
};
