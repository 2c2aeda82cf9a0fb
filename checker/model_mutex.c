/* A mutex without owners (Knossos' mutex): acquire when it is free, release when it is held. Only
 * the state counts, not who acts. An acquire that returned false was refused: it was held. */
#include "checker/model_list.h"

enum { FREE = 0, HELD = 1 };

static const struct model_op_name names[] = {
    {"acquire", ACT_UP}, {"lock", ACT_UP}, {"release", ACT_DOWN}, {"unlock", ACT_DOWN},
    {NULL, ACT_OTHER},
};

static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    (void)h;
    (void)nil_unknown;
    (void)skip;
    if (op->type != OP_OK || op->out != VAL_FALSE)
        return true;
    if (c->action == ACT_DOWN)
        return err_set(e, ERR_INPUT, "a release that is refused is recorded as :fail");
    c->action = ACT_IS_UP;
    c->pure = true;
    return true;
}

static bool open_mutex(struct object *o, struct err *e)
{
    bool held = o->initial == VAL_TRUE;
    o->init_state = held ? HELD : FREE;
    return held || o->initial == VAL_FALSE || o->initial == VAL_NIL ||
           err_set(e, ERR_USAGE, "a mutex is initially true (held) or false (free)");
}

static void close_mutex(struct object *o)
{
    (void)o;
}

static uint32_t step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    uint8_t action = o->classes[cls].action;
    if (k > 0 || state != (action == ACT_UP ? FREE : HELD))
        return NO_STATE;
    return action == ACT_DOWN ? FREE : HELD;
}

static void describe(const struct object *o, uint32_t state, struct buf *out)
{
    (void)o;
    buf_puts(out, state == HELD ? "held" : "free");
}

const struct model model_mutex = {
    .name = "mutex",
    .summary = "a lock without owners: acquire when it is free, release when it is held",
    .example = "{:process 0, :type :invoke, :f :acquire}",
    .default_initial = VAL_FALSE,
    .per_key = true,
    .names = names,
    .classify = classify,
    .open = open_mutex,
    .close = close_mutex,
    .step = step,
    .describe = describe,
};
