#include "checker/model_pile.h"

#include "base/mem.h"

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

void piles_describe(const struct object *o, uint32_t state, struct buf *out)
{
    piles_print(o->ctx, state, &o->h->values, out);
}
