#include "checker/staleness/measure.h"

#include "base/mem.h"

void say_ns(struct speaker *s, int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};
    size_t i = 0;
    while (units[i].ns > ns && units[i].ns > 1)
        i++;
    buf_printf(&s->b, "%.9g %s", (double)ns / (double)units[i].ns, units[i].name);
}

/* ---- what nothing explains ------------------------------------------------------------------ */

uint32_t version_by(const struct versions *t, uint32_t op)
{
    uint32_t low = 0, high = t->n;
    while (low + 1 < high) {
        uint32_t middle = low + (high - low) / 2;
        if (t->v[middle].op <= op)
            low = middle;
        else
            high = middle;
    }
    return low > 0 && t->v[low].op == op ? low : 0;
}

/* A version that replaced v and was there. */
static uint32_t replaced_by(const struct versions *t, uint32_t v)
{
    uint32_t u = 1;
    while (u < t->n && (t->v[u].prev != v || t->v[u].seen == NO_RANK))
        u++;
    return u < t->n ? u : NO_VERSION;
}

size_t add_proof(const struct measured *m, uint32_t op, uint32_t *list, size_t n)
{
    const struct versions *t = &m->t;
    if (op == NO_VERSION)
        return n;
    list[n++] = measured_op(m, op);
    uint32_t v = version_by(t, op);
    while (v != 0 && v != NO_VERSION && t->v[v].end == NO_RANK && n < PROOF) {
        if (t->v[v].first_read != NO_VERSION) {
            list[n++] = measured_op(m, t->r[t->v[v].first_read].op);
            return n;
        }
        v = replaced_by(t, v);
        if (v != NO_VERSION)
            list[n++] = measured_op(m, t->v[v].op);
    }
    return n;
}

/* The operations of `op`s cycle of cas, and their reads. */
static size_t add_cycle(const struct measured *m, uint32_t op, uint32_t *list, size_t n)
{
    const struct versions *t = &m->t;
    uint32_t from = version_by(t, op), v = from;
    do {
        list[n++] = measured_op(m, t->v[v].op);
        if (t->v[v].first_read != NO_VERSION)
            list[n++] = measured_op(m, t->r[t->v[v].first_read].op);
        v = t->v[v].prev;
    } while (v != from && v != NO_VERSION && n + 2 < PROOF);
    return n;
}

static void refute(struct measured *m, const char *after, const char *reason, const char *word)
{
    const struct versions *t = &m->t;
    struct speaker s = level_speaker(m->in->h, m->k);
    uint32_t list[2 * PROOF], bad = measured_op(m, t->op);
    size_t n = t->trouble == VERSIONS_CYCLE ? add_cycle(m, t->op, list, 0)
                                            : add_proof(m, t->op, list, 0);
    n = add_proof(m, t->op2, list, n);
    if (t->trouble == VERSIONS_TWO_CAS) {
        uint32_t v = t->v[version_by(t, t->op)].prev;
        for (; v != NO_VERSION && v != 0 && n < 2 * PROOF; v = t->v[v].prev)
            list[n++] = measured_op(m, t->v[v].op);
    }
    level_show(m->k, list, n, bad);
    level_say_op(&s, bad);
    buf_puts(&s.b, after);
    say_end_step(&s);
    buf_puts(&s.b, reason);
    level_invalid(&s, word);
    buf_free(&s.b);
}

/* Returns true when the level is to go on. */
static bool judge_trouble(struct measured *m)
{
    const struct versions *t = &m->t;
    switch (t->trouble) {
    case VERSIONS_FINE:
        return true;
    case VERSIONS_AIR:
        refute(m, " observed what no operation that can have happened by then wrote",
               "a value was observed that nothing had written, which no delay of reads explains",
               "thin-air-read");
        return false;
    case VERSIONS_TWO_CAS:
        refute(m, " replaced what another successful cas replaced, too",
               "two successful cas replaced one value, which was written once", "two-cas");
        return false;
    case VERSIONS_CYCLE:
        refute(m, " needs a value that only it, or what follows it, leads to",
               "successful cas form a cycle without an origin", "cas-cycle");
        return false;
    case VERSIONS_VAGUE:
        level_unknown(m->k, "a cas found a value that several operations may have written, so it "
                            "is "
                      "not known which version it replaced (workloads should write each value "
                      "once)");
        return false;
    }
    return true;
}

/* ---- books ---------------------------------------------------------------------------------- */

static void keep_stale(struct measured *m, struct staleness *b)
{
    const struct versions *t = &m->t;
    const struct overwritten *w = &m->w;
    b->nstale = w->nstale;
    b->stale = arena_alloc(&m->k->arena, ((size_t)w->nstale + 1) * sizeof *b->stale);
    for (uint32_t i = 0; i < w->nstale; i++) {
        const struct version_read *r = &t->r[w->stale[i]];
        const struct version *by = &t->v[w->by[r->version]];
        b->stale[i] = (struct stale_read){
            .op = measured_op(m, r->op),
            .ns = t->timed ? t->time[r->begin] - t->time[by->seen] : 0,
            .behind = w->behind[i],
        };
    }
}

static void keep_missed(struct measured *m, struct staleness *b)
{
    const struct versions *t = &m->t;
    uint32_t n = 0;
    for (uint32_t v = 1; v < t->n; v++)
        n += m->w.missed[v] != NO_VERSION;
    b->missed = arena_alloc(&m->k->arena, ((size_t)n + 1) * sizeof *b->missed);
    for (uint32_t v = 1; v < t->n; v++) {
        uint32_t read = m->w.missed[v];
        if (read == NO_VERSION)
            continue;
        int64_t ns = t->time[t->r[read].begin] - t->time[t->v[v].seen];
        b->missed[b->nmissed++] = (struct missed_write){measured_op(m, t->v[v].op),
                                                        measured_op(m, t->r[read].op),
                                                        t->timed ? ns : 0};
    }
}

static bool future_read(const struct versions *t)
{
    for (uint32_t i = 0; i < t->nr; i++)
        if (t->r[i].end < t->v[t->r[i].version].begin)
            return true;
    return false;
}

static void fill_books(struct measured *m, struct staleness *b)
{
    const struct versions *t = &m->t;
    struct delta gamma;
    *b = (struct staleness){.known = true, .timed = t->timed, .reads = t->nr, .vague = t->vague,
                            .writes = t->n - 1};
    delta_find(t, DELTA_READS, &m->delta);
    b->delta = (struct stale_bound){m->delta.state, m->delta.ns};
    b->has_gamma = !t->repeated;
    if (b->has_gamma && (m->delta.state != DELTA_KNOWN || m->delta.ns > 0)) {
        delta_find(t, DELTA_ALL, &gamma);
        b->gamma = (struct stale_bound){gamma.state, gamma.ns};
    }
    if (future_read(t))
        return; /* k stays 0 and 0: no k */
    overwritten_find(t, &m->w);
    m->counted = true;
    keep_stale(m, b);
    keep_missed(m, b);
    bool fresh = m->delta.state == DELTA_KNOWN && m->delta.ns == 0;
    b->k_low = t->cas ? 0 : fresh ? 1 : m->w.low > 2 ? m->w.low : 2;
    b->k_high = t->cas ? 0 : fresh ? 1 : m->w.high;
}

bool measure_open(struct measured *m, const struct level_input *in, struct key_result *k,
                  bool *open, struct err *e)
{
    *m = (struct measured){.in = in, .k = k};
    *open = false;
    if (!object_build(&m->o, in->h, in->model, in->ids, in->n, k->key, in->initial,
                      in->opt->nil_unknown, e))
        return false;
    k->explored = m->o.n;
    k->verdict = VERDICT_VALID;
    k->staleness = arena_zalloc(&k->arena, sizeof *k->staleness);
    m->bytes = versions_bytes(&m->o);
    if (!m->o.register_like) {
        level_unknown(k, "these operations are not all reads, writes and cas of a register");
    } else if (!budget_memory(in->budget, (ptrdiff_t)m->bytes)) {
        level_unknown(k, "measuring this key needs about %zu bytes, which is more than the memory "
                      "limit allows", m->bytes);
    } else if (!level_stopped(in, k)) {
        versions_find(&m->t, &m->o);
        *open = judge_trouble(m);
        if (*open)
            fill_books(m, k->staleness);
    }
    if (!*open)
        measure_close(m);
    return true;
}

void measure_close(struct measured *m)
{
    (void)budget_memory(m->in->budget, -(ptrdiff_t)m->bytes);
    if (m->counted)
        overwritten_free(&m->w);
    versions_free(&m->t);
    object_free(&m->o);
}
