/* A number that is handed out and counted up in one step: fetch-and-add, tickets, sequences. */
#include "checker/model_list.h"
#include "checker/number_states.h"

static const struct model_op_name names[] = {
    {"faa", ACT_TICKET}, {"fetch-and-add", ACT_TICKET}, {"fetch-add", ACT_TICKET},
    {"fetch-and-increment", ACT_TICKET}, {"get-and-add", ACT_TICKET},
    {"get-and-increment", ACT_TICKET}, {"get-and-inc", ACT_TICKET}, {"ticket", ACT_TICKET},
    {"next", ACT_TICKET}, {"next-value", ACT_TICKET}, {"add-and-get", ACT_TICKET},
    {"increment-and-get", ACT_TICKET}, {"inc-and-get", ACT_TICKET}, {"read", ACT_SUM},
    {"get", ACT_SUM}, {NULL, ACT_OTHER},
};

enum { SMALL = 1 << 30 };

/* The number that it found, which is not what it returned when its name ends with "-and-get". */
static bool found_number(const struct history *h, const struct op *op, int64_t amount,
                         struct op_class *c, struct err *e)
{
    int64_t i;
    if (!val_get_int(&h->values, op->out, &i))
        return err_set(e, ERR_INPUT, "it returns an integer");
    c->b = op->out;
    if (!str_ends(val_get_text(&h->values, op->f), "-and-get"))
        return true;
    if (i <= -SMALL || i >= SMALL || amount <= -SMALL || amount >= SMALL || i - amount < -SMALL ||
        i - amount >= SMALL)
        return err_set(e, ERR_INPUT, "with this name numbers are less than 2^30");
    c->b = val_small((int32_t)(i - amount));
    return true;
}

static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    bool ticket = c->action == ACT_TICKET;
    bool told = op->type == OP_OK && !(nil_unknown && op->out == VAL_NIL);
    int64_t amount = 1;
    if (ticket && op->in != VAL_NIL && op->in != VAL_ABSENT &&
        !val_get_int(&h->values, op->in, &amount))
        return err_set(e, ERR_INPUT, "the amount is an integer, or nil for 1");
    if (!ticket || amount == 0) {
        c->action = ACT_SUM;
        c->pure = true;
        *skip = !told;
        amount = 0;
    } else {
        c->a = amount == 1 ? VAL_ABSENT : op->in;
    }
    return !told || found_number(h, op, amount, c, e);
}

static bool open_number(struct object *o, struct err *e)
{
    return number_states_open(o, 0, e);
}

static uint32_t step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    const struct op_class *c = &o->classes[cls];
    int64_t now = number_of(o, state);
    if (k > 0 || (c->b != VAL_ABSENT && now != number_value(o, c->b)))
        return NO_STATE;
    if (c->action == ACT_SUM)
        return state;
    return number_state(o->ctx, now + (c->a == VAL_ABSENT ? 1 : number_value(o, c->a)));
}

const struct model model_fetch_and_add = {
    .name = "fetch-and-add",
    .summary = "a number that operations return and count up in one step: tickets, sequences",
    .example = "{:process 0, :type :ok, :f :fetch-and-add, :value 7}",
    .reads = READS_NUMBERS,
    .default_initial = VAL_SMALL, /* 0 */
    .per_key = true,
    .names = names,
    .classify = classify,
    .open = open_number,
    .close = number_states_close,
    .step = step,
    .describe = number_states_describe,
};
