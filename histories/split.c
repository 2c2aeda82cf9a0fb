/* Independent keys: which object each operation is about.
 *
 * A :key beside the value decides. Else Jepsen's independent workloads wrap every value in a tuple
 * [key value], which prints like any pair, so that [1 2] may be "2, of key 1" or "compare-and-set
 * from 1 to 2". Values are taken as tuples only when that is the one good reading:
 *   - every client operation has a tuple, no operation is invoked with a plain value or nil;
 *   - a cas has [k [old new]] or [k old new]: a plain [old new] is no tuple;
 *   - what an operation is invoked and completed with has the same key;
 *   - something shows that the first item is a key: an invocation [k nil], a read that is invoked
 *     with [k v], or a cas with three parts;
 *   - values are not transactions [[:r x nil] [:w y 1]].
 * A wrong guess would make a wrong verdict, hence what was decided is said with its reason, and
 * can be forced. O(operations). */
#include "histories/pair_errors.h"
#include "histories/role.h"

#include <stdarg.h>
#include <stdio.h>

struct tuple {
    val key, a, b; /* b: VAL_ABSENT, or the third item of [k old new] */
};

static bool get_tuple(const struct values *t, enum op_role role, val v, struct tuple *out)
{
    size_t n;
    const val *items = val_items(t, v, &n);
    if (val_kind(t, v) != V_LIST || is_txn(t, v))
        return false;
    val old, new;
    bool cas = role == ROLE_CAS;
    if (n == 2 && (!cas || val_pair(t, items[1], &old, &new))) {
        *out = (struct tuple){items[0], items[1], VAL_ABSENT};
        return true;
    }
    if (n == 3 && cas)
        *out = (struct tuple){items[0], items[1], items[2]};
    return n == 3 && cas;
}

/* Both values of one operation, looked at as tuples. */
struct view {
    bool in, out; /* is it a tuple? */
    struct tuple ti, to;
};

static struct view look(const struct values *t, enum op_role role, const struct op *op)
{
    struct view w = {0};
    w.in = get_tuple(t, role, op->in, &w.ti);
    w.out = get_tuple(t, role, op->out, &w.to);
    return w;
}

/* Why the operation cannot be one on a tuple, or NULL. */
static const char *objection(const struct op *op, enum op_role role, const struct view *w)
{
    bool ok = op->type == OP_OK;
    if (op->in != VAL_ABSENT && !w->in)
        return "is not invoked with a [key value] tuple";
    if (!w->in && !w->out)
        return "has no value";
    if (ok && !w->out && op->out != VAL_ABSENT && (role == ROLE_READ || op->out != VAL_NIL))
        return "does not complete with a [key value] tuple";
    if (ok && w->in && w->out && w->ti.key != w->to.key)
        return "completes with another first item than it was invoked with";
    return NULL;
}

static bool shows_key(const struct op *op, enum op_role role, const struct view *w)
{
    if (!w->in)
        return false;
    if (role == ROLE_CAS)
        return true;
    return w->ti.a == VAL_NIL || (role == ROLE_READ && op->inv != op->ret && w->out);
}

static void set_reason(struct history *h, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void set_reason(struct history *h, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(h->independent_reason, sizeof h->independent_reason, fmt, ap);
    va_end(ap);
}

static void explain(struct history *h, const struct op *op, const char *why)
{
    size_t line, col;
    history_where(h, op->inv, &line, &col);
    set_reason(h, "one object: %s at line %zu %s", pair_name(h, op->f).z, line, why);
}

static bool tuples_detected(struct history *h)
{
    struct roles roles = {0};
    const struct op *sign = NULL;
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        enum op_role role = role_of(&roles, &h->values, op->f);
        struct view w = look(&h->values, role, op);
        const char *why = role == ROLE_TXN ? "is a transaction" : objection(op, role, &w);
        if (why) {
            explain(h, op, why);
            return false;
        }
        if (!sign && shows_key(op, role, &w))
            sign = op;
    }
    if (!sign) {
        set_reason(h, "one object: all values are pairs, but no operation shows that they are "
                      "[key value] tuples; --independent yes takes them so");
        return false;
    }
    size_t line, col;
    history_where(h, sign->inv, &line, &col);
    set_reason(h, "independent keys: all values are [key value] tuples (see line %zu)", line);
    return true;
}

/* Forced: whatever looks like a tuple is one, everything else is an error. */
static bool tuples_given(struct history *h, struct err *e)
{
    struct roles roles = {0};
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        enum op_role role = role_of(&roles, &h->values, op->f);
        struct view w = look(&h->values, role, op);
        const char *why = op->in == VAL_NIL && w.out ? NULL : objection(op, role, &w);
        if (!why)
            continue;
        return source_error(&h->source, (size_t)h->events.offset[op->inv], e,
                            "--independent yes wants [key value] tuples, but this %s %s; use "
                            "--independent no or auto", pair_name(h, op->f).z, why);
    }
    set_reason(h, "independent keys: asked for, all values are [key value] tuples");
    return true;
}

static val inner_value(struct values *t, const struct tuple *tuple)
{
    if (tuple->b == VAL_ABSENT)
        return tuple->a;
    return val_seq(t, V_LIST, (val[]){tuple->a, tuple->b}, 2);
}

static void unwrap(struct history *h)
{
    struct roles roles = {0};
    for (size_t i = 0; i < h->nops; i++) {
        struct op *op = &h->ops[i];
        struct view w = look(&h->values, role_of(&roles, &h->values, op->f), op);
        op->key = w.in ? w.ti.key : w.to.key;
        if (w.in)
            op->in = inner_value(&h->values, &w.ti);
        if (w.out)
            op->out = inner_value(&h->values, &w.to);
    }
}

static size_t count_keyed(const struct history *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->nops; i++)
        n += h->ops[i].key != VAL_ABSENT;
    return n;
}

static void forget_keys(struct history *h)
{
    for (size_t i = 0; i < h->nops; i++)
        h->ops[i].key = VAL_ABSENT;
}

bool history_split_keys(struct history *h, enum split_mode mode, struct err *e)
{
    size_t keyed = count_keyed(h);
    h->independent = false;
    if (mode == SPLIT_NO) {
        forget_keys(h);
        set_reason(h, "one object: asked for");
        return true;
    }
    if (keyed > 0) {
        h->independent = true;
        set_reason(h, "independent keys: %s operations carry :key%s",
                   keyed == h->nops ? "all" : "some",
                   keyed == h->nops ? "" : "; those without are one more object");
        return true;
    }
    if (h->nops == 0) {
        set_reason(h, "one object: there are no operations");
        return true;
    }
    if (mode == SPLIT_YES ? !tuples_given(h, e) : !tuples_detected(h))
        return mode != SPLIT_YES;
    h->independent = true;
    unwrap(h);
    return true;
}
