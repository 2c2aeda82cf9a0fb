/* A counter: amounts are added and taken away, reads return the sum. */
#include "checker/model_list.h"
#include "checker/number_states.h"

static const struct model_op_name names[] = {
    {"inc", ACT_ADD}, {"incr", ACT_ADD}, {"increment", ACT_ADD},
    {"add", ACT_ADD}, {"dec", ACT_ADD},  {"decr", ACT_ADD},
    {"decrement", ACT_ADD}, {"sub", ACT_ADD}, {"subtract", ACT_ADD},
    {"read", ACT_SUM}, {"get", ACT_SUM}, {NULL, ACT_OTHER},
};

static bool classify_read(const struct history *h, const struct op *op, bool nil_unknown,
                          struct op_class *c, bool *skip, struct err *e)
{
    int64_t i;
    c->pure = true;
    c->b = op->out;
    *skip = op->type != OP_OK || (nil_unknown && op->out == VAL_NIL);
    return *skip || val_get_int(&h->values, op->out, &i) ||
           err_set(e, ERR_INPUT, "a read of a counter returns an integer");
}

/* Names of decrements begin with d or s. */
static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    if (c->action == ACT_SUM)
        return classify_read(h, op, nil_unknown, c, skip, e);
    struct str f = val_get_text(&h->values, op->f);
    bool down = f.p[0] == 'd' || f.p[0] == 's', one = f.p[0] == 'i' || f.p[0] == 'd';
    val amount = op->in != VAL_ABSENT ? op->in : op->out;
    int64_t i = 1;
    if (!(one && (amount == VAL_NIL || amount == VAL_ABSENT)) &&
        !val_get_int(&h->values, amount, &i))
        return err_set(e, ERR_INPUT, "the amount is an integer%s", one ? ", or nil for 1" : "");
    if (down && (i >= 1 << 30 || i <= -(1 << 30)))
        return err_set(e, ERR_INPUT, "a decrement is less than 2^30");
    c->a = down ? val_small((int32_t)-i) : i == 1 ? val_small(1) : amount;
    *skip = i == 0;
    return true;
}

static bool open_counter(struct object *o, struct err *e)
{
    return number_states_open(o, 0, e);
}

static uint32_t step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    const struct op_class *c = &o->classes[cls];
    int64_t now = number_of(o, state);
    if (k > 0)
        return NO_STATE;
    if (c->action == ACT_SUM)
        return now == number_value(o, c->b) ? state : NO_STATE;
    return number_state(o->ctx, now + number_value(o, c->a));
}

const struct model model_counter = {
    .name = "counter",
    .summary = "a number: inc and add add to it, dec and sub take away, read returns it",
    .example = "{:process 0, :type :invoke, :f :add, :value 2}",
    .reads = READS_NUMBERS,
    .default_initial = VAL_SMALL, /* 0 */
    .per_key = true,
    .names = names,
    .classify = classify,
    .open = open_counter,
    .close = number_states_close,
    .step = step,
    .describe = number_states_describe,
};
