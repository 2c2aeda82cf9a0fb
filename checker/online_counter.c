/* Counters that grow by one, online. `least` is the least number of increments that must have taken
 * effect by now: an increment counts when it completes, or when a read returns more than is
 * counted; then some open or crashed increments must have taken effect, and which is left open
 * (online_debts.h). A read of v is right iff least was at most v when it was invoked and can be
 * made at least v when it completes: steps are by one, so the counter passed v in between.
 * O(log w) per event amortised, w open increments and crashed ones that nobody has seen yet.
 * Source: research 1.10, with deadlines that are not known in advance. */
#include "base/mem.h"
#include "checker/online_debts.h"
#include "checker/online_kind.h"

struct counter {
    int64_t least;
    bool strange; /* the initial value is no integer */
    struct online_debts debts;
};

static void *open_counter(const struct online_options *o)
{
    struct counter *c = mem_zalloc(1, sizeof *c);
    c->strange = !online_starts_natural(o, &c->least);
    return c;
}

static void close_counter(void *object)
{
    struct counter *c = object;
    online_debts_free(&c->debts);
    mem_free(c);
}

static enum online_state invoked(void *object, struct online_step *s)
{
    struct counter *c = object;
    const struct op_class *cls = &s->op->cls;
    if (c->strange)
        return online_lost(s, "the initial value is not a small natural number");
    s->op->note = (uint64_t)c->least;
    if (s->op->idle)
        return ONLINE_GOING;
    if (cls->action != ACT_ADD || cls->a != val_small(1))
        return online_lost(s, "an operation is no increment by one");
    online_debts_payer(&c->debts, s->op->inv);
    return ONLINE_GOING;
}

static enum online_state read_ok(struct counter *c, struct online_step *s)
{
    int64_t v;
    if (!val_get_int(&s->h->values, s->result->b, &v))
        return online_lost(s, "a read returned no integer");
    if (v < (int64_t)s->op->note)
        return online_violated(s, "a read returned less than the increments that had completed "
                                  "before it, or that an earlier read had seen");
    size_t spare = online_debts_payers(&c->debts) - online_debts_open(&c->debts);
    if (v > c->least && (uint64_t)(v - c->least) > spare)
        return online_violated(s, "a read returned more than all increments that had begun");
    for (; c->least < v; c->least++)
        online_debts_owe(&c->debts, s->now);
    return ONLINE_GOING;
}

static enum online_state settled(struct counter *c, const struct online_step *s)
{
    while (online_debts_prune(&c->debts, s->oldest))
        continue;
    return ONLINE_GOING;
}

static enum online_state ok(void *object, struct online_step *s)
{
    struct counter *c = object;
    enum online_state state = ONLINE_GOING;
    if (!s->op->idle && (!s->result || s->result->action != ACT_ADD))
        return online_lost(s, "an increment returned something");
    if (!s->op->idle)
        c->least += !online_debts_settle(&c->debts, s->op->inv);
    else if (s->result && s->result->action == ACT_SUM)
        state = read_ok(c, s);
    else if (s->result)
        return online_lost(s, "an operation is neither read nor increment");
    return state == ONLINE_GOING ? settled(c, s) : state;
}

static enum online_state failed(void *object, struct online_step *s)
{
    struct counter *c = object;
    if (!s->op->idle)
        online_debts_leave(&c->debts, s->op->inv);
    if (!online_debts_payable(&c->debts))
        return online_violated(s, "an increment failed that a read had seen");
    return settled(c, s);
}

static enum online_state crashed(void *object, struct online_step *s)
{
    return settled(object, s);
}

static void move(void *object, const struct value_mover *m)
{
    (void)object;
    (void)m;
}

static size_t kept(const void *object)
{
    const struct counter *c = object;
    return online_debts_payers(&c->debts);
}

static const char *const names[] = {"counter", NULL};

const struct online_kind online_counter = {
    .name = "online-counter",
    .summary = "counters that only grow by one",
    .models = names,
    .open = open_counter,
    .close = close_counter,
    .invoked = invoked,
    .ok = ok,
    .failed = failed,
    .crashed = crashed,
    .move = move,
    .kept = kept,
};
