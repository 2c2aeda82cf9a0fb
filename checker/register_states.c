#include "checker/register_states.h"

#include "checker/register_values.h"

static bool classify_read(const struct op *op, bool nil_unknown, struct op_class *c, bool *skip)
{
    /* A read that reports nothing observes nothing. */
    bool observes = op->out != VAL_ABSENT && !(nil_unknown && op->out == VAL_NIL);
    *skip = op->type != OP_OK || !observes;
    c->pure = true;
    c->b = op->out;
    return true;
}

static bool classify_write(const struct op *op, struct op_class *c, struct err *e)
{
    c->blind = true;
    c->a = op->in != VAL_ABSENT ? op->in : op->out;
    if (c->a == VAL_ABSENT)
        return err_set(e, ERR_INPUT, "a write needs a value");
    return true;
}

static bool classify_cas(const struct history *h, const struct op *op, struct op_class *c,
                         bool *skip, struct err *e)
{
    if (!val_pair(&h->values, op->in, &c->a, &c->b) && !val_pair(&h->values, op->out, &c->a, &c->b))
        return err_set(e, ERR_INPUT, "a cas needs a value [old new]");
    if (c->a == c->b) {
        /* A successful cas from a value to itself only observes it. */
        c->action = ACT_READ;
        c->pure = true;
        c->a = VAL_ABSENT;
        *skip = op->type != OP_OK;
    }
    return true;
}

bool register_classify(const struct history *h, const struct op *op, bool nil_unknown,
                       struct op_class *c, bool *skip, struct err *e)
{
    switch ((int)c->action) {
    case ACT_READ:
        return classify_read(op, nil_unknown, c, skip);
    case ACT_WRITE:
        return classify_write(op, c, e);
    case ACT_CAS:
        return classify_cas(h, op, c, skip, e);
    default:
        break;
    }
    return err_set(e, ERR_INTERNAL, "a register knows read, write and cas only");
}

bool register_open(struct object *o, struct err *e)
{
    (void)e;
    struct register_values *v = arena_zalloc(&o->arena, sizeof *v);
    register_values_find(v, o);
    o->init_state = 0;
    o->ctx = v;
    return true;
}

void register_close(struct object *o)
{
    if (o->ctx)
        register_values_free(o->ctx);
    o->ctx = NULL;
}

uint32_t register_step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct effect e = register_values_of(o)->effect[cls];
    if (k > 0 || (e.from != NO_VALUE && e.from != state))
        return NO_STATE;
    return e.to != NO_VALUE ? e.to : state;
}

val register_state_value(const struct object *o, uint32_t state)
{
    return register_values_of(o)->values[state];
}

void register_describe(const struct object *o, uint32_t state, struct buf *out)
{
    val_print_edn(&o->h->values, register_values_of(o)->values[state], out);
}
