/* Append-only lists, called list or log: append puts an element at the end, read returns all of
 * them in order. What an append returns is not looked at. */
#include "base/mem.h"
#include "checker/log_states.h"
#include "checker/model_list.h"

static const struct model_op_name names[] = {
    {"append", ACT_APPEND}, {"add", ACT_APPEND}, {"push", ACT_APPEND},
    {"read", ACT_WHOLE}, {"get", ACT_WHOLE}, {NULL, ACT_OTHER},
};

struct log_context {
    struct log_states states;
    uint32_t *whole; /* per class of ACT_WHOLE; NULL until a step is asked for */
};

static bool classify(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e)
{
    if (c->action == ACT_APPEND) {
        c->a = op->in;
        return (op->in != VAL_ABSENT && op->in != VAL_NIL) ||
               err_set(e, ERR_INPUT, "what does it append?");
    }
    c->pure = true;
    c->b = op->out;
    *skip = op->type != OP_OK || (op->out == VAL_NIL && nil_unknown);
    return *skip || val_kind(&h->values, op->out) == V_LIST ||
           err_set(e, ERR_INPUT, "a read returns the elements as a list%s",
                   op->out == VAL_NIL ? "; if nil means that nothing is known, say "
                                        "--nil-reads unknown" : "");
}

static bool log_open(struct object *o, struct err *e)
{
    if (o->initial != VAL_NIL && val_kind(&o->h->values, o->initial) != V_LIST)
        return err_set(e, ERR_USAGE, "a log is initially a list of elements");
    struct log_context *x = mem_zalloc(1, sizeof *x);
    o->ctx = x;
    size_t n;
    const val *items = val_items(&o->h->values, o->initial, &n);
    log_states_init(&x->states);
    o->init_state = log_state_add(&x->states, items, n);
    return true;
}

static void log_close(struct object *o)
{
    struct log_context *x = o->ctx;
    log_states_free(&x->states);
    mem_free(x->whole);
    mem_free(x);
    o->ctx = NULL;
}

/* Only searches ask for steps; the tree of the reads is made when they do. */
static void add_reads(struct object *o, struct log_context *x)
{
    x->whole = mem_zalloc(o->nclasses + 1, sizeof *x->whole);
    for (size_t i = 0; i < o->nclasses; i++) {
        if (o->classes[i].action != ACT_WHOLE)
            continue;
        size_t n;
        const val *items = val_items(&o->h->values, o->classes[i].b, &n);
        x->whole[i] = log_state_add(&x->states, items, n);
    }
}

static uint32_t log_step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    struct log_context *x = o->ctx;
    if (k > 0)
        return NO_STATE;
    if (!x->whole)
        add_reads(o, x);
    if (o->classes[cls].action == ACT_WHOLE)
        return x->whole[cls] == state ? state : NO_STATE;
    return log_append(&x->states, state, o->classes[cls].a);
}

static void log_describe(const struct object *o, uint32_t state, struct buf *out)
{
    const struct log_context *x = o->ctx;
    log_print(&x->states, &o->h->values, state, out);
}

const struct model model_list = {
    .name = "list",
    .summary = "a list that is appended to and read whole",
    .example = "{:process 0, :type :invoke, :f :append, :value 3}",
    .reads = READS_COLLECTIONS,
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = classify,
    .open = log_open,
    .close = log_close,
    .step = log_step,
    .describe = log_describe,
};

const struct model model_log = {
    .name = "log",
    .summary = "the same under another name",
    .example = "{:process 0, :type :invoke, :f :append, :value 3}",
    .reads = READS_COLLECTIONS,
    .default_initial = VAL_NIL,
    .per_key = true,
    .names = names,
    .classify = classify,
    .open = log_open,
    .close = log_close,
    .step = log_step,
    .describe = log_describe,
};
