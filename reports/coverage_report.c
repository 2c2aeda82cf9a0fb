#include "reports/coverage_report.h"

#include "reports/report.h"

/* ---- JSON ---------------------------------------------------------------------------------- */

static void set(json_t *o, const char *name, json_t *v)
{
    (void)json_object_set_new_nocheck(o, name, v);
}

static json_t *number(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *time_or_null(int64_t ns)
{
    return ns == NO_TIME ? json_null() : json_integer(ns);
}

static json_t *counts(uint64_t all, uint64_t ok, uint64_t fail, uint64_t info)
{
    json_t *o = json_object();
    set(o, "all", number(all));
    set(o, "ok", number(ok));
    set(o, "fail", number(fail));
    set(o, "info", number(info));
    return o;
}

/* A name out of the history may be ill-formed UTF-8. */
static json_t *name_json(const struct history *h, val v)
{
    struct buf b = {0};
    report_value(h, v, 100, &b);
    json_t *j = json_stringn(buf_str(&b).p, b.n);
    buf_free(&b);
    return j ? j : json_null();
}

static json_t *kinds(const struct history *h, const struct coverage *c)
{
    json_t *a = json_array();
    for (size_t i = 0; i < c->nf; i++) {
        const struct coverage_f *f = &c->f[i];
        json_t *o = counts(f->all, f->ok, f->fail, f->info), *in = json_object();
        set(o, "f", name_json(h, f->f));
        for (int k = 0; k < PHASES; k++)
            set(in, coverage_phases[k], number(f->ok_in[k]));
        set(o, "ok-by-phase", in);
        (void)json_array_append_new(a, o);
    }
    return a;
}

enum { FAULT_KINDS = 50 };

/* How operations fared before, during and after a fault. */
static json_t *fault_kinds(const struct history *h, const struct coverage *c,
                           const struct coverage_fault *f)
{
    json_t *a = json_array();
    for (size_t i = 0; i < c->nf && i < FAULT_KINDS; i++) {
        json_t *o = json_object();
        set(o, "f", name_json(h, c->f[i].f));
        for (int k = 0; k < PHASES; k++) {
            json_t *in = json_object();
            set(in, "all", number(f->in[i][k].all));
            set(in, "ok", number(f->in[i][k].ok));
            set(o, coverage_phases[k], in);
        }
        (void)json_array_append_new(a, o);
    }
    return a;
}

static json_t *event_or_null(uint32_t event)
{
    return event == NO_EVENT ? json_null() : number(event);
}

/* "n1" of a node, without quotes. */
static json_t *node_name(const struct history *h, val v)
{
    struct buf b = {0};
    report_plain(val_get_text(&h->values, v), 60, &b);
    json_t *j = b.n ? json_stringn(buf_str(&b).p, b.n) : NULL;
    buf_free(&b);
    return j ? j : name_json(h, v);
}

static json_t *cut_nodes(const struct history *h, const struct coverage_cut *cut)
{
    json_t *a = json_array();
    for (uint32_t i = 0; i < cut->nnodes; i++) {
        json_t *o = json_object(), *deaf = json_array();
        for (uint32_t j = 0; j < cut->nnodes; j++)
            if (cut->deaf[i] >> j & 1)
                (void)json_array_append_new(deaf, number(j));
        set(o, "node", node_name(h, cut->node[i]));
        set(o, "side", number(cut->side[i]));
        set(o, "deaf-to", deaf);
        set(o, "tried", number(cut->asked[i].all));
        set(o, "ok", number(cut->asked[i].ok));
        (void)json_array_append_new(a, o);
    }
    return a;
}

static json_t *cut_list(const struct history *h, const struct coverage *c)
{
    json_t *a = json_array();
    for (size_t i = 0; i < c->ncut; i++) {
        json_t *o = json_object();
        set(o, "from", number(c->cut[i].from));
        set(o, "to", event_or_null(c->cut[i].to));
        set(o, "sides", number(c->cut[i].nsides));
        set(o, "nodes", cut_nodes(h, &c->cut[i]));
        (void)json_array_append_new(a, o);
    }
    return a;
}

static json_t *heals(const struct coverage *c)
{
    json_t *a = json_array();
    for (size_t i = 0; i < c->nheals; i++) {
        json_t *o = json_object();
        set(o, "event", number(c->heals[i].event));
        set(o, "success", event_or_null(c->heals[i].success));
        set(o, "ns", time_or_null(c->heals[i].ns));
        set(o, "not-ok", number(c->heals[i].not_ok));
        set(o, "as-before", event_or_null(c->heals[i].back));
        set(o, "as-before-ns", time_or_null(c->heals[i].back_ns));
        set(o, "tried", number(c->heals[i].tried));
        (void)json_array_append_new(a, o);
    }
    return a;
}

static json_t *faults_json(const struct history *h, const struct coverage *c)
{
    json_t *a = json_array();
    for (size_t i = 0; i < c->nfaults; i++) {
        const struct coverage_fault *f = &c->faults[i];
        json_t *o = json_object(), *name = json_string(f->name);
        set(o, "name", name ? name : json_null());
        set(o, "times", number(f->times));
        set(o, "without-effect", number(f->effectless));
        set(o, "ok-during", number(f->ok));
        set(o, "ns", json_integer(f->ns));
        set(o, "kinds", fault_kinds(h, c, f));
        (void)json_array_append_new(a, o);
    }
    return a;
}

static json_t *sentences(const char *const *v, size_t n)
{
    json_t *a = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *s = json_string(v[i]);
        (void)json_array_append_new(a, s ? s : json_null());
    }
    return a;
}

static json_t *latency(const struct coverage *c)
{
    json_t *o = json_object();
    set(o, "p50", time_or_null(c->p50));
    set(o, "p99", time_or_null(c->p99));
    set(o, "max", time_or_null(c->slowest));
    return o;
}

json_t *coverage_json(const struct history *h, const struct coverage *c)
{
    json_t *o = json_object(), *cuts = json_object(), *final = json_object();
    json_t *recovery = json_object(), *before = json_object();
    set(o, "operations", counts(c->ops, c->ok, c->fail, c->info));
    set(o, "kinds", kinds(h, c));
    set(o, "faults", faults_json(h, c));
    set(cuts, "all", number(c->cuts.all));
    set(cuts, "tried-on-two-sides", c->knows_nodes ? number(c->cuts.tried) : json_null());
    set(cuts, "served-on-two-sides", c->knows_nodes ? number(c->cuts.served) : json_null());
    set(cuts, "each", cut_list(h, c));
    set(o, "cuts", cuts);
    set(o, "overlapping", number(c->overlapping));
    set(o, "most-at-once", number(c->most_at_once));
    set(final, "all", number(c->final_reads));
    set(final, "ok", number(c->final_ok));
    set(o, "final-reads", final);
    set(o, "latency-ns", latency(c));
    set(recovery, "times", number(c->ends));
    set(recovery, "recovered", json_boolean(c->recovered));
    set(recovery, "longest-ns", time_or_null(c->recovery));
    set(before, "all", number(c->before.all));
    set(before, "ok", number(c->before.ok));
    set(recovery, "before", before);
    set(recovery, "each", heals(c));
    set(o, "recovery", recovery);
    set(o, "missing", sentences(c->missing, c->nmissing));
    set(o, "broken", sentences(c->broken, c->nbroken));
    return o;
}

/* ---- text ---------------------------------------------------------------------------------- */

enum { INDENT = 2 };

static void line(struct buf *out, struct buf *text, size_t width)
{
    buf_puts(out, "  ");
    report_wrapped(buf_str(text), width, INDENT, INDENT + 2, out);
    text->n = 0;
}

void coverage_complaints(const struct coverage *c, size_t width, struct buf *out)
{
    struct buf text = {0};
    for (size_t i = 0; i < c->nbroken; i++) {
        buf_printf(&text, "%s", c->broken[i]);
        line(out, &text, width);
    }
    for (size_t i = 0; i < c->nmissing; i++) {
        buf_printf(&text, "%s", c->missing[i]);
        line(out, &text, width);
    }
    buf_free(&text);
}

static void put_ms(struct buf *out, const char *name, int64_t ns)
{
    if (ns != NO_TIME)
        buf_printf(out, "%s %.4g ms", name, (double)ns / 1e6);
}

/* After which heals as many succeeded again as before the faults. */
static void text_as_before(const struct coverage *c, struct buf *text)
{
    size_t n = 0;
    int64_t longest = NO_TIME;
    for (size_t i = 0; i < c->nheals; i++) {
        const struct coverage_heal *h = &c->heals[i];
        n += h->back != NO_EVENT;
        longest = h->back_ns > longest ? h->back_ns : longest;
    }
    if (n == 0)
        return;
    buf_printf(text, "; share of ok back after %zu of %s%zu heals", n,
               c->nheals == COVERAGE_HEALS ? "the first " : "", c->nheals);
    put_ms(text, ", within", longest);
}

static void text_faults(const struct coverage *c, struct buf *text)
{
    buf_puts(text, "faults:");
    for (size_t i = 0; i < c->nfaults; i++) {
        const struct coverage_fault *f = &c->faults[i];
        buf_printf(text, "%s %s %llu times", i ? "," : "", f->name, (unsigned long long)f->times);
        if (f->effectless)
            buf_printf(text, " (%llu without effect)", (unsigned long long)f->effectless);
        buf_printf(text, " with %llu ok meanwhile", (unsigned long long)f->ok);
    }
}

void coverage_text(const struct history *h, const struct coverage *c, size_t width, struct buf *out)
{
    struct buf text = {0};
    buf_puts(&text, "covered:");
    for (size_t i = 0; i < c->nf; i++) {
        const struct coverage_f *f = &c->f[i];
        buf_puts(&text, i ? ", " : " ");
        report_plain(val_get_text(&h->values, f->f), 40, &text);
        buf_printf(&text, " %llu of %llu ok", (unsigned long long)f->ok,
                   (unsigned long long)f->all);
        if (c->nfaults)
            buf_printf(&text, " (%llu before, %llu during, %llu after faults)",
                       (unsigned long long)f->ok_in[PHASE_BEFORE],
                       (unsigned long long)f->ok_in[PHASE_DURING],
                       (unsigned long long)f->ok_in[PHASE_AFTER]);
    }
    line(out, &text, width);
    if (c->nfaults) {
        text_faults(c, &text);
        line(out, &text, width);
    }
    if (c->cuts.all && c->knows_nodes) {
        buf_printf(&text,
                   "cuts: %llu; with operations on two sides %llu, with successful ones %llu",
                   (unsigned long long)c->cuts.all, (unsigned long long)c->cuts.tried,
                   (unsigned long long)c->cuts.served);
        line(out, &text, width);
    }
    buf_printf(&text, "at the same time: up to %u; final reads: %llu of %llu", c->most_at_once,
               (unsigned long long)c->final_ok, (unsigned long long)c->final_reads);
    put_ms(&text, "; latency: half within", c->p50);
    put_ms(&text, ", 99 % within", c->p99);
    put_ms(&text, "; recovery within", c->recovery);
    text_as_before(c, &text);
    line(out, &text, width);
    buf_free(&text);
}
