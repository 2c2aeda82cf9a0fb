/* A stack: push puts an element on top, pop takes the top one off, peek sees it. */
#include "checker/model_list.h"
#include "checker/model_pile.h"

static const struct model_op_name names[] = {
    {"push", ACT_PUT}, {"pop", ACT_TAKE}, {"peek", ACT_PEEK}, {"top", ACT_PEEK}, {NULL, ACT_OTHER},
};

static uint32_t step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    if (k > 0)
        return NO_STATE;
    if (o->classes[cls].action == ACT_PUT)
        return piles_push(piles_of(o), state, o->classes[cls].a);
    return piles_look(o, state, cls);
}

const struct model model_stack = {
    .name = "stack",
    .summary = "push, pop and peek at the top; a pop or peek of nil found it empty",
    .example = "{:process 0, :type :invoke, :f :push, :value 1}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = container_classify,
    .open = piles_open,
    .close = piles_close,
    .step = step,
    .element = container_element,
    .describe = piles_describe,
};
