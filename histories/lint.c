/* Lint: histories that are well-formed but look as if they were recorded wrongly. Nothing here
 * changes a verdict. The rules about values apply to registers only, that is when clients do
 * nothing but read, write and cas; other objects return values that nobody wrote as they are.
 * O(events) expected; while it runs one byte per operation, and 16 to 32 per distinct written
 * value that is no small integer. */
#include "base/hash.h"
#include "base/mem.h"
#include "histories/role.h"

#include "histories/history.h"

#include <inttypes.h>

static void lint_times(struct history *h)
{
    const struct events *v = &h->events;
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < v->n; i++) {
        if (v->time[i] == NO_TIME)
            continue;
        if (v->time[i] < last)
            history_warn(h, WARN_TIME_BACKWARDS, i,
                         "time goes back by %" PRIu64 " ns: the order of the file counts, not "
                         ":time",
                         (uint64_t)last - (uint64_t)v->time[i]);
        last = v->time[i];
    }
}

/* The value that an operation would leave behind; false for reads. */
static bool written(const struct history *h, enum op_role role, const struct op *op, val *out)
{
    val value = op->in != VAL_ABSENT ? op->in : op->out, old;
    *out = value;
    return (role == ROLE_WRITE && value != VAL_ABSENT) ||
           (role == ROLE_CAS && val_pair(&h->values, value, &old, out));
}

struct writes {
    struct roles roles;
    bool any;
    uint8_t *small;     /* bit i: some invocation would write the integer i, without a key */
    size_t nsmall;
    struct map64 other; /* the same for everything else: key and value */
    struct map64 done;  /* key -> first completion of an ok write or cas */
};

/* Tests mostly write small integers: those cost a bit, not a hash entry. */
static bool is_small(const struct writes *w, val key, val v)
{
    return key == VAL_ABSENT && (v & VAL_SMALL) && (v & ~VAL_SMALL) < w->nsmall;
}

static uint64_t of_key(val key, val v)
{
    return (uint64_t)key << 32 | v;
}

static void note_written(struct writes *w, val key, val v)
{
    w->any = true;
    if (is_small(w, key, v))
        w->small[(v & ~VAL_SMALL) / 8] |= (uint8_t)(1u << (v & 7));
    else
        map64_put(&w->other, of_key(key, v), 1);
}

static bool is_written(const struct writes *w, val key, val v)
{
    if (is_small(w, key, v))
        return w->small[(v & ~VAL_SMALL) / 8] >> (v & 7) & 1;
    return map64_get(&w->other, of_key(key, v)) != MAP64_NONE;
}

/* False when some operation is none of a register's, or nothing is written: that may be a bank. */
static bool collect(const struct history *h, struct writes *w)
{
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        enum op_role role = role_of(&w->roles, &h->values, op->f);
        if (role == ROLE_OTHER || role == ROLE_TXN)
            return false;
        val v;
        if (!written(h, role, op, &v))
            continue;
        note_written(w, op->key, v);
        if (op->type == OP_OK && op->ret < map64_get(&w->done, op->key))
            map64_put(&w->done, op->key, op->ret);
    }
    return w->any;
}

/* Values that registers commonly hold before the test begins. */
static bool likely_initial(const struct values *t, val v)
{
    return v == VAL_NIL || v == val_small(0) ||
           (val_kind(t, v) == V_STRING && val_get_text(t, v).n == 0);
}

static void lint_read(struct history *h, const struct writes *w, const struct op *op)
{
    if (op->type != OP_OK || op->out == VAL_ABSENT || is_written(w, op->key, op->out))
        return;
    if (op->out == VAL_NIL && map64_get(&w->done, op->key) < op->inv) {
        history_warn(h, WARN_NIL_READ, op->ret,
                     "a read returns nil after a write was acknowledged: taken as the value nil; "
                     "if the harness means \"unknown\", record the read as :info");
    } else if (!likely_initial(&h->values, op->out)) {
        struct buf v = {.max = 60};
        val_print_edn(&h->values, op->out, &v);
        history_warn(h, WARN_PHANTOM_READ, op->ret,
                     "a read returns %.*s%s, which no recorded operation writes: if it was there "
                     "before the test, say so with --initial",
                     (int)v.n, buf_str(&v).p, v.cut ? "..." : "");
        buf_free(&v);
    }
}

static void lint_write(struct history *h, const struct op *op)
{
    if (op->type != OP_OK || op->in == VAL_ABSENT || op->out == VAL_ABSENT ||
        op->out == VAL_NIL || op->out == op->in)
        return;
    struct buf in = {.max = 60}, out = {.max = 60};
    val_print_edn(&h->values, op->in, &in);
    val_print_edn(&h->values, op->out, &out);
    history_warn(h, WARN_VALUE_CHANGED, op->ret,
                 "invoked with value %.*s%s but completed with %.*s%s: the invocation counts",
                 (int)in.n, buf_str(&in).p, in.cut ? "..." : "", (int)out.n, buf_str(&out).p,
                 out.cut ? "..." : "");
    buf_free(&in);
    buf_free(&out);
}

void history_lint(struct history *h)
{
    lint_times(h);
    struct writes w = {.nsmall = 8 * h->nops, .small = mem_zalloc(h->nops, 1)};
    bool registers = collect(h, &w);
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        enum op_role role = role_of(&w.roles, &h->values, op->f);
        if (role == ROLE_WRITE || role == ROLE_CAS)
            lint_write(h, op);
        else if (registers && role == ROLE_READ)
            lint_read(h, &w, op);
    }
    mem_free(w.small);
    map64_free(&w.other);
    map64_free(&w.done);
}
