#include "checker/container.h"

#include "base/hash.h"
#include "base/mem.h"

bool container_says_empty(const struct history *h, val v)
{
    enum val_kind kind = val_kind(&h->values, v);
    bool word = kind == V_KEYWORD ||
                (kind == V_STRING && h->format && strcmp(h->format, "json") == 0);
    return v == VAL_NIL || (word && str_is(val_get_text(&h->values, v), "empty"));
}

static bool classify_put(const struct history *h, const struct op *op, struct op_class *c,
                         struct err *e)
{
    c->a = op->in != VAL_ABSENT ? op->in : op->out;
    if (c->a == VAL_ABSENT)
        return err_set(e, ERR_INPUT, "what is put in needs a value");
    if (container_says_empty(h, c->a))
        return err_set(e, ERR_INPUT, "nil and :empty cannot be put in: as a result they say that "
                                     "nothing was there");
    if (op->type == OP_OK && op->out == VAL_FALSE && c->a != VAL_FALSE)
        return err_set(e, ERR_INPUT, "it returned false; if it did nothing (full?), record it as "
                                     ":fail");
    return true;
}

static bool classify_result(const struct history *h, const struct op *op, struct op_class *c,
                            bool *skip, struct err *e)
{
    bool peek = c->action == ACT_PEEK;
    *skip = peek && op->type != OP_OK;
    c->pure = peek;
    if (op->type != OP_OK)
        return true;
    if (op->out == VAL_ABSENT)
        return err_set(e, ERR_INPUT, "it completed without a value; nil says that nothing was "
                                     "there");
    if (container_says_empty(h, op->out)) {
        c->action = ACT_EMPTY;
        c->pure = true;
    } else {
        c->b = op->out;
    }
    return true;
}

bool container_classify(const struct history *h, const struct op *op, bool nil_unknown,
                        struct op_class *c, bool *skip, struct err *e)
{
    (void)nil_unknown;
    if (c->action == ACT_PUT)
        return classify_put(h, op, c, e);
    if (c->action == ACT_TAKE || c->action == ACT_PEEK)
        return classify_result(h, op, c, skip, e);
    return err_set(e, ERR_INPUT, "it takes out many elements, each at a time of its own: record "
                                 "one operation for each, or leave it out and ask for total-queue");
}

val container_element(const struct object *o, uint32_t cls)
{
    const struct op_class *c = &o->classes[cls];
    return c->action == ACT_PUT ? c->a : c->b;
}

bool container_initial(const struct object *o, const val **items, size_t *n, struct err *e)
{
    *items = val_items(&o->h->values, o->initial, n);
    return o->initial == VAL_NIL || val_kind(&o->h->values, o->initial) == V_LIST ||
           err_set(e, ERR_USAGE, "a %s is initially a list of its elements, e.g. [1 2]",
                   o->model->name);
}

uint32_t *container_noticed(const struct object *o)
{
    const uint32_t others = ~(1u << ACT_PUT | 1u << ACT_TAKE | 1u << ACT_PEEK | 1u << ACT_EMPTY);
    uint32_t *noticed = mem_alloc((o->n + 1) * sizeof *noticed);
    struct map64 last = {0};
    if (o->crashed == 0 || o->actions & others) {
        memset(noticed, 0xff, o->n * sizeof *noticed);
        return noticed;
    }
    for (size_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        uint32_t res = o->ops[i].res, known = map64_get(&last, c->b);
        if ((c->action == ACT_TAKE || c->action == ACT_PEEK) && res != RES_INF &&
            (known == MAP64_NONE || known < res))
            map64_put(&last, c->b, res);
    }
    for (size_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        uint32_t known = map64_get(&last, c->a);
        noticed[i] = RES_INF;
        if (c->action == ACT_PUT && o->ops[i].res == RES_INF)
            noticed[i] = known == MAP64_NONE ? 0 : known;
    }
    map64_free(&last);
    return noticed;
}
