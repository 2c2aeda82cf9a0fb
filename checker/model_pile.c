#include "checker/model_pile.h"

#include "base/mem.h"

static bool means_empty(const struct history *h, val v)
{
    return v == VAL_NIL || (val_kind(&h->values, v) == V_KEYWORD &&
                            str_is(val_get_text(&h->values, v), "empty"));
}

bool piles_classify(const struct history *h, const struct op *op, bool nil_unknown,
                   struct op_class *c, bool *skip, struct err *e)
{
    (void)nil_unknown;
    if (c->action == ACT_PUT) {
        c->a = op->in;
        return (c->a != VAL_ABSENT && !means_empty(h, c->a)) ||
               err_set(e, ERR_INPUT, "it needs an element in :value (nil would mean empty)");
    }
    c->pure = c->action == ACT_PEEK;
    if (op->type != OP_OK) {
        *skip = c->pure; /* a crashed take may have taken anything out, which was on top */
        return true;
    }
    if (op->out == VAL_ABSENT)
        return err_set(e, ERR_INPUT, "it completed without a :value (nil would mean empty)");
    if (means_empty(h, op->out)) {
        c->action = ACT_EMPTY;
        c->pure = true;
    } else {
        c->b = op->out;
    }
    return true;
}

static bool nothing_inside(const struct object *o)
{
    size_t n;
    (void)val_items(&o->h->values, o->initial, &n);
    return o->initial == VAL_NIL || (val_kind(&o->h->values, o->initial) == V_LIST && n == 0);
}

bool piles_open(struct object *o, struct err *e)
{
    if (!nothing_inside(o))
        return err_set(e, ERR_USAGE, "a %s is initially empty: nil or []", o->model->name);
    o->ctx = mem_alloc(sizeof(struct piles));
    piles_init(o->ctx);
    o->init_state = PILE_EMPTY;
    return true;
}

void piles_close(struct object *o)
{
    piles_free(o->ctx);
    mem_free(o->ctx);
    o->ctx = NULL;
}

uint32_t piles_look(struct object *o, uint32_t state, uint32_t cls)
{
    const struct op_class *c = &o->classes[cls];
    const struct piles *p = o->ctx;
    if (c->action == ACT_EMPTY)
        return state == PILE_EMPTY ? state : NO_STATE;
    if (state == PILE_EMPTY || (c->b != VAL_ABSENT && c->b != piles_top(p, state)))
        return NO_STATE;
    return c->action == ACT_TAKE ? piles_below(p, state) : state;
}

val piles_element(const struct object *o, uint32_t cls)
{
    const struct op_class *c = &o->classes[cls];
    return c->action == ACT_PUT ? c->a : c->b;
}

void piles_describe(const struct object *o, uint32_t state, struct buf *out)
{
    piles_print(o->ctx, state, &o->h->values, out);
}
