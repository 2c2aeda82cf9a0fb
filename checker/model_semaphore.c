/* A counting semaphore without owners: acquire takes a permit when there is one, release gives one
 * back, whoever took it. An acquire that returned false was refused: no permit was left. The state
 * is the number of free permits. */
#include "checker/model_list.h"
#include "checker/number_states.h"

static const struct model_op_name names[] = {
    {"acquire", ACT_ACQUIRE}, {"release", ACT_RELEASE}, {"try-acquire", ACT_ACQUIRE},
    {"wait", ACT_ACQUIRE},    {"signal", ACT_RELEASE},  {NULL, ACT_OTHER},
};

static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    (void)nil_unknown;
    (void)skip;
    int64_t permits = 1;
    if (op->in != VAL_NIL && op->in != VAL_ABSENT &&
        (!val_get_int(&h->values, op->in, &permits) || permits < 1))
        return err_set(e, ERR_INPUT, "the value is a number of permits, or nil for 1 (a semaphore "
                       "that knows its holders is -m owner-semaphore)");
    c->a = permits == 1 ? val_small(1) : op->in;
    bool refused = op->type == OP_OK && op->out == VAL_FALSE;
    if (refused && c->action == ACT_RELEASE)
        return err_set(e, ERR_INPUT, "a release that is refused is recorded as :fail");
    if (refused) {
        c->action = ACT_OTHER;
        c->pure = true;
    }
    return true;
}

static bool open_semaphore(struct object *o, struct err *e)
{
    if (o->initial == VAL_NIL)
        return err_set(e, ERR_USAGE, "how many permits are free at first? say so with --initial N");
    return number_states_open(o, 0, e);
}

static uint32_t step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    const struct op_class *c = &o->classes[cls];
    int64_t now = number_of(o, state), permits = number_value(o, c->a);
    if (k > 0 || (c->action == ACT_ACQUIRE && now < permits) ||
        (c->action == ACT_OTHER && now >= permits))
        return NO_STATE;
    if (c->action == ACT_OTHER)
        return state;
    return number_state(o->ctx, c->action == ACT_ACQUIRE ? now - permits : now + permits);
}

static void describe(const struct object *o, uint32_t state, struct buf *out)
{
    number_states_describe(o, state, out);
    buf_puts(out, " free");
}

const struct model model_semaphore = {
    .name = "semaphore",
    .summary = "permits without owners, --initial N of them free: acquire takes, release adds",
    .example = "{:process 0, :type :invoke, :f :acquire}",
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = classify,
    .open = open_semaphore,
    .close = number_states_close,
    .step = step,
    .describe = describe,
};
