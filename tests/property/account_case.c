#include "tests/property/account_case.h"

const char *const account_kind_names[CASE_KINDS] = {
    [CASE_SET] = "set",         [CASE_SET_FULL] = "set-full",     [CASE_QUEUE] = "total-queue",
    [CASE_COUNTER] = "counter", [CASE_PN_COUNTER] = "pn-counter", [CASE_IDS] = "unique-ids",
};

enum { THREADS = 3 };

struct world {
    struct account_case *c;
    const struct chooser *choose;
    int copies[CASE_VALUES]; /* of elements inside */
    int number;              /* the counter's value; the last new element or id */
    uint32_t process[THREADS];
    size_t open[THREADS]; /* op + 1, or 0 */
};

static unsigned pick(struct world *w, unsigned below)
{
    return w->choose->next(w->choose->ctx, below);
}

static bool one_in(struct world *w, unsigned n)
{
    return pick(w, n) == 0;
}

static int some_value(struct world *w)
{
    return 1 + (int)pick(w, 6);
}

static int new_value(struct world *w)
{
    return w->number < CASE_VALUES - 1 ? ++w->number : some_value(w);
}

/* ---- what is asked ------------------------------------------------------------------------- */

static void ask(struct case_op *op, const char *f, bool has_arg, int arg)
{
    op->f = f;
    op->has_arg = has_arg;
    op->arg = arg;
}

static void invoke(struct world *w, struct case_op *op)
{
    static const char *const adds[] = {"add", "inc", "dec"};
    bool look = pick(w, 5) < 2;
    unsigned which;
    switch (w->c->kind) {
    case CASE_SET:
    case CASE_SET_FULL:
        if (look)
            ask(op, "read", false, 0);
        else
            ask(op, one_in(w, 4) ? "broadcast" : "add", true,
                one_in(w, 4) ? some_value(w) : new_value(w));
        break;
    case CASE_QUEUE:
        if (look)
            ask(op, one_in(w, 3) ? "drain" : "dequeue", false, 0);
        else
            ask(op, "enqueue", true, one_in(w, 3) ? some_value(w) : new_value(w));
        break;
    case CASE_COUNTER:
    case CASE_PN_COUNTER:
        which = pick(w, 3);
        if (look)
            ask(op, "read", false, 0);
        else
            ask(op, adds[which], which == 0 || !one_in(w, 4), (int)pick(w, 6) - 1);
        break;
    case CASE_IDS:
    case CASE_KINDS:
        ask(op, "generate", false, 0);
        break;
    }
}

/* ---- what happens -------------------------------------------------------------------------- */

static void give(struct case_op *op, int item)
{
    if (op->n < CASE_ITEMS)
        op->items[op->n++] = item;
}

static void give_all(struct world *w, struct case_op *op, bool once)
{
    op->gives = GIVES_LIST;
    for (int v = 0; v < CASE_VALUES; v++)
        for (int i = 0; i < (once ? w->copies[v] > 0 : w->copies[v]); i++)
            give(op, v);
    if (op->n > 0 && one_in(w, 5)) {
        int last = op->items[--op->n];
        op->items[pick(w, (unsigned)op->n + 1)] = last;
    }
    if (one_in(w, 10))
        give(op, some_value(w));
    if (op->n > 0 && one_in(w, 10))
        give(op, op->items[0]);
    if (op->n == 0 && one_in(w, 4))
        op->gives = GIVES_NIL;
}

static void dequeue(struct world *w, struct case_op *op)
{
    op->gives = GIVES_NIL;
    for (int v = 0; v < CASE_VALUES && op->n == 0; v++)
        if (w->copies[v] > 0 && !one_in(w, 3))
            give(op, v);
    if (op->n > 0 && !one_in(w, 8)) /* else it comes again */
        w->copies[op->items[0]]--;
    if (one_in(w, 12)) {
        op->items[0] = some_value(w);
        op->n = 1;
    }
    if (op->n > 0)
        op->gives = GIVES_NUMBER;
    else if (one_in(w, 2)) {
        op->type = OP_FAIL;
        op->mark = true;
    }
}

static int amount(const struct case_op *op)
{
    int x = op->has_arg ? op->arg : 1;
    return op->f[0] == 'd' ? -x : x;
}

static void count(struct world *w, struct case_op *op)
{
    if (op->f[0] != 'r') {
        w->number += amount(op);
        return;
    }
    op->gives = GIVES_NUMBER;
    give(op, w->number + (one_in(w, 5) ? (int)pick(w, 5) - 2 : 0));
    op->mark = one_in(w, 2);
}

static void effect(struct world *w, struct case_op *op)
{
    bool adds = op->has_arg;
    switch (w->c->kind) {
    case CASE_SET:
    case CASE_SET_FULL:
        if (adds)
            w->copies[op->arg]++;
        else
            give_all(w, op, true);
        break;
    case CASE_QUEUE:
        if (adds)
            w->copies[op->arg]++;
        else if (op->f[1] == 'e')
            dequeue(w, op);
        else {
            give_all(w, op, false);
            memset(w->copies, 0, sizeof w->copies);
        }
        break;
    case CASE_COUNTER:
    case CASE_PN_COUNTER:
        count(w, op);
        break;
    case CASE_IDS:
    case CASE_KINDS:
        op->gives = GIVES_NUMBER;
        give(op, one_in(w, 5) ? some_value(w) : new_value(w));
        break;
    }
}

static void complete(struct world *w, int t, uint32_t position)
{
    struct case_op *op = &w->c->at[w->open[t] - 1];
    unsigned how = pick(w, 16);
    op->type = how < 2 ? OP_INFO : how == 2 ? OP_FAIL : OP_OK;
    op->res = position;
    if (op->type == OP_OK ? !one_in(w, 14) || !op->has_arg
                          : one_in(w, op->type == OP_INFO ? 2 : 8))
        effect(w, op);
    if (op->type == OP_INFO)
        w->process[t] += THREADS;
    w->open[t] = 0;
}

void account_case(struct account_case *c, enum account_kind kind, size_t ops,
                  const struct chooser *choose)
{
    *c = (struct account_case){.kind = kind};
    struct world w = {.c = c, .choose = choose, .process = {0, 1, 2}};
    ops = 1 + pick(&w, (unsigned)ops);
    uint32_t position = 1;
    size_t events = 2 * ops - pick(&w, 3); /* a few may stay open */
    for (size_t i = 0; i < events; i++) {
        int t = (int)pick(&w, THREADS);
        if (w.open[t]) {
            complete(&w, t, position++);
        } else if (c->n < ops) {
            struct case_op *op = &c->at[c->n++];
            *op = (struct case_op){.process = w.process[t], .type = OP_INFO, .inv = position++};
            invoke(&w, op);
            w.open[t] = c->n;
        }
    }
    for (size_t i = 1; i < CASE_POSITIONS; i++)
        c->time[i] = (int64_t)i * 10 - (one_in(&w, 8) ? 25 : 0);
}

/* ---- text ---------------------------------------------------------------------------------- */

static void argument(const struct case_op *op, struct buf *out)
{
    if (op->has_arg)
        buf_i64(out, op->arg);
    else
        buf_puts(out, "nil");
}

static void value(const struct case_op *op, struct buf *out)
{
    if (op->type != OP_OK || op->gives == GIVES_NOTHING) {
        argument(op, out);
    } else if (op->gives == GIVES_NIL) {
        buf_puts(out, "nil");
    } else if (op->gives == GIVES_NUMBER) {
        buf_i64(out, op->items[0]);
    } else {
        buf_putc(out, '[');
        for (int i = 0; i < op->n; i++)
            buf_printf(out, "%s%d", i ? " " : "", op->items[i]);
        buf_putc(out, ']');
    }
}

void account_case_text(const struct account_case *c, struct buf *out)
{
    static const char *const types[] = {"invoke", "ok", "fail", "info"};
    for (uint32_t p = 1; p < CASE_POSITIONS; p++) {
        for (size_t i = 0; i < c->n; i++) {
            const struct case_op *op = &c->at[i];
            if (op->inv != p && op->res != p)
                continue;
            bool done = op->res == p;
            buf_printf(out, "{:process %u, :type :%s, :f :%s, :time %lld, :value ",
                       (unsigned)op->process, types[done ? op->type : OP_INVOKE], op->f,
                       (long long)(c->time[p] + 1000));
            if (done)
                value(op, out);
            else
                argument(op, out);
            if (done && op->mark && op->type == OP_OK)
                buf_puts(out, ", :final? true");
            if (done && op->mark && op->type == OP_FAIL)
                buf_puts(out, ", :error :empty");
            buf_puts(out, "}\n");
        }
    }
}

void account_case_drop(struct account_case *c, size_t i)
{
    memmove(&c->at[i], &c->at[i + 1], (c->n - i - 1) * sizeof *c->at);
    c->n--;
}
