/* k-atomic: some order, which keeps real time, lets each read return one of the last k writes. k =
 * 1 is linearizability, k = 2 is decided by k_two.c. For more, the number of versions that
 * certainly lay between a read and what it returned is a lower bound, two orders of writes give an
 * upper one (overwritten.c), and a search decides what lies between, when the history is small
 * enough. Without a bound the level holds when there is a k at all. */
#include "base/mem.h"
#include "checker/levels/patterns.h"
#include "checker/staleness/k_atomic.h"
#include "checker/staleness/measure.h"

enum { SHOWN = 24, SEARCH = 1 << 18, SEARCH_OPS = 20000, SEARCH_K = 64 };

static bool small(const struct measured *m, uint32_t k)
{
    return m->o.n <= SEARCH_OPS && k <= SEARCH_K;
}

/* Move the bounds together as far as is cheap. */
static void narrow(struct measured *m)
{
    struct staleness *b = m->k->staleness;
    while (b->k_low < b->k_high) {
        enum k_answer a = b->k_low == 2          ? k_two(&m->t, m->in->budget)
                          : small(m, b->k_low) ? k_search(&m->t, b->k_low, SEARCH, m->in->budget)
                                               : K_GAVE_UP;
        if (a == K_GAVE_UP)
            return;
        if (a == K_YES)
            b->k_high = b->k_low;
        else
            b->k_low++;
    }
}

/* The read that is furthest behind, and writes that certainly came between. */
static void show_read(struct measured *m, struct speaker *s)
{
    const struct versions *t = &m->t;
    const struct version_read *r = &t->r[m->w.low_read];
    uint32_t list[SHOWN], n = 0, between = 0;
    const struct version *x = &t->v[r->version];
    if (x->op != NO_VERSION)
        list[n++] = measured_op(m, x->op);
    if (x->first_read != NO_VERSION)
        list[n++] = measured_op(m, t->r[x->first_read].op);
    for (uint32_t v = r->version + 1; v < t->n; v++) {
        const struct version *y = &t->v[v];
        if (y->begin < x->seen || y->seen == NO_RANK || y->seen > r->begin)
            continue;
        between++;
        if (n + 3 < SHOWN)
            list[n++] = measured_op(m, y->op);
        if (n + 3 < SHOWN && y->end != y->seen)
            list[n++] = measured_op(m, t->r[y->first_read].op);
    }
    level_show(m->k, list, n, measured_op(m, r->op));
    level_say_op(s, measured_op(m, r->op));
    buf_printf(&s->b, " returned a value after which %u other%s had certainly been written",
               between, between == 1 ? "" : "s");
    say_end_step(s);
}

/* When no single read shows it: what is left when everything that is not needed is dropped. */
static void show_core(struct measured *m, uint32_t bound, struct speaker *s)
{
    size_t n = 0;
    uint32_t *ops = m->in->opt->evidence ? k_core(&m->t, bound, SEARCH, m->in->budget, &n) : NULL;
    for (size_t i = 0; i < n; i++)
        ops[i] = measured_op(m, ops[i]);
    level_show(m->k, ops, n, NO_EVENT);
    for (size_t i = 0; i < n && n <= SHOWN; i++) {
        level_say_op(s, ops[i]);
        say_end_step(s);
    }
    mem_free(ops);
}

static void refute(struct measured *m, uint32_t bound)
{
    struct speaker s = level_speaker(m->in->h, m->k);
    if (m->w.low > bound && m->w.low_read != NO_VERSION)
        show_read(m, &s);
    else
        show_core(m, bound, &s);
    buf_printf(&s.b, "no order lets each read return one of the last %u write%s", bound,
               bound == 1 ? "" : "s");
    level_invalid(&s, "k-atomicity");
    m->k->minimal = false;
    buf_free(&s.b);
}

/* A read that ended before the write of what it returned began. */
static void refute_future(struct measured *m)
{
    struct speaker s = level_speaker(m->in->h, m->k);
    const struct versions *t = &m->t;
    const struct version_read *r = t->r;
    while (r->end >= t->v[r->version].begin)
        r++;
    const uint32_t ops[] = {measured_op(m, t->v[r->version].op)};
    level_show(m->k, ops, 1, measured_op(m, r->op));
    level_say_op(&s, measured_op(m, r->op));
    buf_puts(&s.b, " completed before ");
    level_say_op(&s, ops[0]);
    buf_puts(&s.b, " began, and returned its value");
    say_end_step(&s);
    buf_puts(&s.b, "a value was read before it was written, for which no k is enough");
    level_invalid(&s, "future-read");
    buf_free(&s.b);
}

static void judge(struct measured *m)
{
    const struct staleness *b = m->k->staleness;
    uint32_t bound = m->in->opt->bounds.k;
    if (m->t.cas)
        level_unknown(m->k, "some operations are cas, for which k-atomicity is not defined");
    else if (b->k_high == 0)
        refute_future(m);
    else if (bound > 0 && b->k_low > bound)
        refute(m, bound);
    else if (bound > 0 && b->k_high > bound)
        level_unknown(m->k, "the smallest k is between %u and %u: deciding %u took too long",
                      b->k_low, b->k_high, bound);
    else if (m->t.nr == 0 && m->t.vague == 0 && !m->in->h->independent)
        level_unknown(m->k, "nothing was tested: no read was acknowledged");
    else if (m->t.vague > 0)
        level_unknown(m->k, "%u reads returned values that several operations may have written; "
                            "for "
                      "the others k = %u is enough (workloads should write each value once)",
                      m->t.vague, b->k_high);
}

static bool decide(const struct level_input *in, struct key_result *k, struct err *e)
{
    struct measured m;
    bool open;
    if (!measure_open(&m, in, k, &open, e))
        return false;
    if (open) {
        if (!m.t.cas)
            narrow(&m);
        judge(&m);
        measure_close(&m);
    }
    return true;
}

static const char *const nothing[] = {NULL};

const struct property level_k_atomic = {
    .name = "k-atomic",
    .summary = "some order lets each read return one of the last k writes (--k; else some k)",
    .complexity = "n log n for k up to 2, bounds and a search for more",
    .implies = nothing,
    .judges = register_models,
    .decide = decide,
    .per_key = true,
    .cost = 3,
};
