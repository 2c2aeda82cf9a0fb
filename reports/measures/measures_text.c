#include "reports/measures/measures.h"

static void put_ns(int64_t ns, struct buf *out)
{
    if (ns >= 1000000000)
        buf_printf(out, "%.4g s", (double)ns / 1e9);
    else
        buf_printf(out, "%.4g ms", (double)ns / 1e6);
}

/* "50% 0, 99% 3, most 7". */
static void put_spread(const struct spread *s, bool times, struct buf *out)
{
    for (size_t i = 0; i < SPREAD; i++) {
        buf_puts(out, i ? ", " : "");
        if (spread_points[i] < 1)
            buf_printf(out, "%g%% ", 100 * spread_points[i]);
        else
            buf_puts(out, "most ");
        if (times)
            put_ns(s->at[i], out);
        else
            buf_i64(out, s->at[i]);
    }
}

static void put_bound(const struct stale_bound *b, struct buf *out)
{
    if (b->state == DELTA_KNOWN)
        put_ns(b->ns, out);
    else
        buf_puts(out, b->state == DELTA_INFINITE ? "none is enough" : "not known without times");
}

/* "  name: text", wrapped; empties `t`. */
static void line(const char *name, size_t width, struct buf *t, struct buf *out)
{
    buf_printf(out, "  %s: ", name);
    report_wrapped(buf_str(t), width, strlen(name) + 4, 4, out);
    buf_free(t);
}

static void put_share(uint64_t part, uint64_t all, struct buf *out)
{
    buf_printf(out, "%llu of %llu", (unsigned long long)part, (unsigned long long)all);
    if (all > 0)
        buf_printf(out, " (%.3g%%)", 100.0 * (double)part / (double)all);
}

static void staleness_lines(const struct report *r, const struct measures *m, size_t width,
                            struct buf *out)
{
    struct buf t = {0};
    put_share(m->stale, m->reads, &t);
    if (m->vague)
        buf_printf(&t, "; %llu more returned a value that several operations may have written",
                   (unsigned long long)m->vague);
    line("stale reads", width, &t, out);
    if (m->age.n && m->stale) {
        put_spread(&m->age, true, &t);
        line("staleness of reads", width, &t, out);
    }
    if (m->behind.n && m->stale) {
        put_spread(&m->behind, false, &t);
        line("versions behind", width, &t, out);
    }
    buf_puts(&t, "Delta ");
    put_bound(&m->delta, &t);
    if (m->has_gamma) {
        buf_puts(&t, ", Gamma ");
        put_bound(&m->gamma, &t);
    }
    if (m->k_low > 0 && m->k_low == m->k_high)
        buf_printf(&t, ", k %u", m->k_low);
    else if (m->k_low > 0)
        buf_printf(&t, ", k between %u and %u", m->k_low, m->k_high);
    line("smallest bounds that hold", width, &t, out);
    if (m->window.n && m->missed) {
        put_share(m->missed, m->writes, &t);
        buf_puts(&t, " writes were missed by later reads, for ");
        put_spread(&m->window, true, &t);
        line("inconsistency windows", width, &t, out);
    }
    for (size_t i = 0; i < m->nworst && i < 3; i++) {
        const struct op *w = &r->history->ops[m->worst[i].write];
        const struct op *read = &r->history->ops[m->worst[i].read];
        report_op_value(r->history, w, 40, &t);
        if (m->worst[i].key != VAL_ABSENT) {
            buf_puts(&t, " of key ");
            report_value(r->history, m->worst[i].key, 40, &t);
        }
        buf_printf(&t, " (op %lld) was missed for ",
                   (long long)report_event_index(r->history, w->inv));
        put_ns(m->worst[i].ns, &t);
        buf_printf(&t, ", last by the read at op %lld",
                   (long long)report_event_index(r->history, read->inv));
        line("worst window", width, &t, out);
    }
}

static void group_lines(const struct measures *m, size_t width, struct buf *out)
{
    struct buf t = {0};
    size_t keys = 0;
    for (size_t i = 0; i < m->ngroups; i++) {
        const struct measure_group *g = &m->groups[i];
        if (g->by == BY_KEY && keys++ >= 3)
            continue;
        buf_printf(&t, "%s: ", g->name);
        put_share(g->stale, g->reads, &t);
        if (g->stale) {
            buf_puts(&t, " stale, at most ");
            put_ns(g->worst_ns, &t);
            buf_printf(&t, " and %u version%s", g->worst_behind, g->worst_behind == 1 ? "" : "s");
        }
        line(g->by == BY_NODE ? "node" : g->by == BY_PHASE ? "phase" : "key", width, &t, out);
    }
}

static void replica_lines(const struct measures *m, size_t width, struct buf *out)
{
    struct buf t = {0};
    if (m->nodes > 1) {
        buf_printf(&t, "last reads of %u nodes differed on %llu key%s, for ", m->nodes,
                   (unsigned long long)m->diverged, m->diverged == 1 ? "" : "s");
        put_ns(m->diverged_ns, &t);
        buf_printf(&t, " in all, on %llu at the end", (unsigned long long)m->diverged_at_end);
        line("divergence", width, &t, out);
    }
    if (!m->convergence)
        return;
    put_share(m->converged, m->quiet_keys, &t);
    buf_printf(&t, " keys that were read after the last update%s converged",
               m->after_fault ? " or fault" : "");
    if (m->converge.n) {
        buf_puts(&t, ", after ");
        put_spread(&m->converge, true, &t);
    }
    line("convergence", width, &t, out);
}

static void deviation_lines(const struct measures *m, size_t width, struct buf *out)
{
    struct buf t = {0};
    if (m->numeric.known) {
        buf_printf(&t, "reads were off by at most %llu", (unsigned long long)m->numeric.n);
        line("numeric deviation", width, &t, out);
    }
    if (m->order.known) {
        buf_printf(&t, "%llu writes have a lower version than one that had completed before they "
                   "began", (unsigned long long)m->order.n);
        line("order deviation", width, &t, out);
    }
}

void measures_text(const struct report *r, const struct measures *m, size_t width, struct buf *out)
{
    buf_puts(out, "MEASURES\n");
    if (m->staleness)
        staleness_lines(r, m, width, out);
    deviation_lines(m, width, out);
    group_lines(m, width, out);
    replica_lines(m, width, out);
}
