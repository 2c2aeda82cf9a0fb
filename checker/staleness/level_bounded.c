/* bounded-staleness (Delta-atomicity): the register is linearizable when every read may begin Delta
 * earlier. delta.c finds the smallest Delta; the level holds when that is within the bound that was
 * asked for, or, without one, when there is any. What asks for it are two values, each of which had
 * to come first: at most four operations and the writes of the two values. */
#include "checker/staleness/deviation.h"
#include "checker/staleness/measure.h"

static uint32_t version_of(const struct measured *m, uint32_t op)
{
    const struct versions *t = &m->t;
    for (uint32_t r = 0; r < t->nr; r++)
        if (t->r[r].op == op)
            return t->r[r].version;
    return version_by(t, op);
}

/* The operations and what made their values, through cas. */
static void show(struct measured *m)
{
    const struct delta *d = &m->delta;
    const uint32_t ops[] = {d->early, d->late, d->done, d->begun};
    uint32_t list[2 * PROOF];
    size_t n = 0;
    for (size_t i = 0; i < 4; i++) {
        if (ops[i] == NO_VERSION || n > PROOF)
            continue;
        n = add_proof(m, ops[i], list, n);
        uint32_t v = version_of(m, ops[i]);
        for (; v != NO_VERSION && v != 0 && n <= PROOF; v = m->t.v[v].prev) {
            uint32_t read = m->t.v[v].first_read;
            n = add_proof(m, m->t.v[v].op, list, n);
            if (m->t.repeated && read != NO_VERSION && n <= PROOF) /* tells which cas meant it */
                list[n++] = measured_op(m, m->t.r[read].op);
        }
    }
    level_show(m->k, list, n, measured_op(m, d->late));
}

static void say_steps(struct measured *m, struct speaker *s)
{
    const struct delta *d = &m->delta;
    if (d->early != NO_VERSION) {
        level_say_op(s, measured_op(m, d->early));
        buf_puts(&s->b, " completed: what it wrote or returned was there by then");
        say_end_step(s);
    }
    level_say_op(s, measured_op(m, d->late));
    if (d->state == DELTA_KNOWN) {
        buf_puts(&s->b, " began ");
        say_ns(s, d->ns);
        buf_puts(&s->b, " later, and is about another value");
    } else {
        buf_puts(&s->b, " began after that, and is about another value");
    }
    say_end_step(s);
    if (d->done != NO_VERSION && d->begun != NO_VERSION && d->done != d->late) {
        level_say_op(s, measured_op(m, d->done));
        buf_puts(&s->b, " shows that this value was there before ");
        level_say_op(s, measured_op(m, d->begun));
        buf_puts(&s->b, " began, so it is the older one");
        say_end_step(s);
    }
}

static void refute(struct measured *m)
{
    const struct delta *d = &m->delta;
    struct speaker s = level_speaker(m->in->h, m->k);
    show(m);
    say_steps(m, &s);
    if (d->state == DELTA_INFINITE) {
        buf_puts(&s.b, "no delay of reads explains this: what was written contradicts the order in "
                       "which it was written or read");
        level_invalid(&s, "stale-forever");
    } else {
        buf_puts(&s.b, "reads were up to ");
        say_ns(&s, d->ns);
        buf_puts(&s.b, " behind, and the bound is ");
        say_ns(&s, m->in->opt->bounds.staleness);
        level_invalid(&s, "staleness");
    }
    buf_free(&s.b);
}

static void judge(struct measured *m)
{
    const struct delta *d = &m->delta;
    int64_t bound = m->in->opt->bounds.staleness;
    struct key_result *k = m->k;
    if (d->state == DELTA_INFINITE || (d->state == DELTA_KNOWN && bound > 0 && d->ns > bound))
        refute(m);
    else if (d->state == DELTA_NO_TIMES)
        level_unknown(k, "some read was behind, but events have no :time, so it is not known by "
                         "how "
                      "much");
    else if (m->t.nr == 0 && m->t.vague == 0 && !m->in->h->independent)
        level_unknown(k, "nothing was tested: no read was acknowledged");
    else if (m->t.vague > 0)
        level_unknown(k, "%u reads returned values that several operations may have written; the "
                      "others are at most %lld ns behind (workloads should write each value once)",
                      m->t.vague, (long long)d->ns);
}

static bool is_counter(const struct model *m)
{
    return strcmp(m->name, "counter") == 0;
}

/* The first write that has a lower version than one which had completed before it began. */
static void refute_order(struct measured *m)
{
    const struct object *o = &m->o;
    uint32_t late = 0, early = 0;
    deviation_pair(o, &early, &late);
    const uint32_t ops[] = {o->ops[early].op};
    struct speaker s = level_speaker(m->in->h, m->k);
    level_show(m->k, ops, 1, o->ops[late].op);
    level_say_op(&s, ops[0]);
    buf_printf(&s.b, " got version %lld", (long long)o->ops[early].version);
    say_end_step(&s);
    level_say_op(&s, o->ops[late].op);
    buf_printf(&s.b, " began after that, and got version %lld", (long long)o->ops[late].version);
    say_end_step(&s);
    buf_printf(&s.b, "%llu writes have a lower version than one that had completed before they "
               "began, and the bound is %lld", (unsigned long long)m->k->staleness->order.n,
               (long long)m->in->opt->bounds.order);
    level_invalid(&s, "order-deviation");
    m->k->minimal = false;
    buf_free(&s.b);
}

/* Versions out of real-time order: more than the bound? The writes are not named: there are many.
 */
static void judge_order(struct measured *m)
{
    struct staleness *b = m->k->staleness;
    deviation_order(&m->o, b);
    int64_t bound = m->in->opt->bounds.order;
    if (bound <= 0 || m->k->verdict == VERDICT_INVALID)
        return;
    if (!b->order.known)
        level_unknown(m->k, "no write carries a :version, so the order of versions is not known");
    else if (b->order.n > (uint64_t)bound)
        refute_order(m);
}

static bool decide(const struct level_input *in, struct key_result *k, struct err *e)
{
    struct measured m;
    bool open;
    if (is_counter(in->model))
        return deviation_judge(in, k, e);
    if (!measure_open(&m, in, k, &open, e))
        return false;
    if (open) {
        judge(&m);
        judge_order(&m);
        measure_close(&m);
    }
    return true;
}

static const char *const nothing[] = {NULL};
static const char *const judged[] = {"register", "cas-register", "kv", "counter", NULL};

const struct property level_bounded_staleness = {
    .name = "bounded-staleness",
    .summary = "no read is further behind than a bound in time (--staleness; else than some)",
    .complexity = "n log T for times up to T",
    .implies = nothing,
    .judges = judged,
    .decide = decide,
    .heeds_versions = true,
    .per_key = true,
    .cost = 2,
};
