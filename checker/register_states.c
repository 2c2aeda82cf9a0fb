#include "checker/register_states.h"

#include "base/hash.h"
#include "base/mem.h"

/* need[cls]: the only state in which the class is legal, or ANY; to[cls]: the state it leads to. */
struct register_states {
    struct map64 of; /* value -> state */
    val *values;     /* state -> value */
    size_t n, cap;
    uint32_t *need, *to;
};

#define ANY UINT32_MAX

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
    if (!val_pair(&h->values, op->in, &c->a, &c->b) &&
        !val_pair(&h->values, op->out, &c->a, &c->b))
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
    switch ((enum action)c->action) {
    case ACT_READ:
        return classify_read(op, nil_unknown, c, skip);
    case ACT_WRITE:
        return classify_write(op, c, e);
    case ACT_CAS:
        return classify_cas(h, op, c, skip, e);
    case ACT_OTHER:
        break;
    }
    return err_set(e, ERR_INTERNAL, "a register knows read, write and cas only");
}

static uint32_t intern(struct register_states *r, val v)
{
    uint32_t s = map64_get(&r->of, v);
    if (s != MAP64_NONE)
        return s;
    s = (uint32_t)r->n;
    r->values = mem_grow(r->values, &r->cap, r->n + 1, sizeof *r->values);
    r->values[r->n++] = v;
    map64_put(&r->of, v, s);
    return s;
}

bool register_open(struct object *o, struct err *e)
{
    (void)e;
    struct register_states *r = arena_zalloc(&o->arena, sizeof *r);
    r->need = arena_alloc(&o->arena, o->nclasses * sizeof *r->need);
    r->to = arena_alloc(&o->arena, o->nclasses * sizeof *r->to);
    o->init_state = intern(r, o->initial);
    for (size_t i = 0; i < o->nclasses; i++) {
        const struct op_class *c = &o->classes[i];
        val need = c->action == ACT_READ ? c->b : c->a;
        val to = c->action == ACT_WRITE ? c->a : c->b;
        r->need[i] = c->action == ACT_WRITE ? ANY : intern(r, need);
        r->to[i] = intern(r, to);
    }
    o->ctx = r;
    return true;
}

void register_close(struct object *o)
{
    struct register_states *r = o->ctx;
    if (!r)
        return;
    map64_free(&r->of);
    mem_free(r->values);
    o->ctx = NULL;
}

uint32_t register_step(struct object *o, uint32_t state, uint32_t cls, unsigned k)
{
    const struct register_states *r = o->ctx;
    bool legal = k == 0 && (r->need[cls] == ANY || r->need[cls] == state);
    return legal ? r->to[cls] : NO_STATE;
}

void register_describe(const struct object *o, uint32_t state, struct buf *out)
{
    const struct register_states *r = o->ctx;
    val_print_edn(&o->h->values, r->values[state], out);
}
