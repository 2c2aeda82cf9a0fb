#include "reports/measures/prometheus.h"

#include "reports/measures/measures.h"

enum metric {
    VERDICT,
    OPERATIONS,
    READS,
    STALE,
    STALENESS,
    VERSIONS,
    DELTA,
    GAMMA,
    K_LEAST,
    K_MOST,
    WINDOW,
    GROUP_FRACTION,
    GROUP_STALENESS,
    DIVERGED,
    CONVERGED,
    CONVERGENCE,
};

static const struct {
    const char *name, *help;
} metrics[PROMETHEUS_METRICS] = {
    [VERDICT] = {"belie_valid", "1 valid, 0 invalid, -1 unknown"},
    [OPERATIONS] = {"belie_operations", "Operations of clients"},
    [READS] = {"belie_reads", "Reads whose staleness was measured"},
    [STALE] = {"belie_stale_reads", "Reads that missed a version which was certainly there"},
    [STALENESS] = {"belie_staleness_seconds", "How long what a read missed had been there"},
    [VERSIONS] = {"belie_staleness_versions", "How many versions a read was behind"},
    [DELTA] = {"belie_delta_seconds", "The smallest bound on how far reads are behind"},
    [GAMMA] = {"belie_gamma_seconds", "The smallest widening that makes it linearizable"},
    [K_LEAST] = {"belie_k_least", "Reads cannot all return one of the last k - 1 writes"},
    [K_MOST] = {"belie_k_most", "Reads all return one of the last k writes"},
    [WINDOW] = {"belie_inconsistency_window_seconds", "How long reads missed a write"},
    [GROUP_FRACTION] = {"belie_stale_fraction", "Share of stale reads by node, phase or key"},
    [GROUP_STALENESS] = {"belie_worst_staleness_seconds", "The most by node, phase or key"},
    [DIVERGED] = {"belie_diverged_keys", "Keys on which last reads of nodes differ in the end"},
    [CONVERGED] = {"belie_converged_ratio", "Share of keys that converged after the last update"},
    [CONVERGENCE] = {"belie_convergence_seconds", "Time from the last update or fault until "
                                                  "reads agree"},
};

/* A label's value: backslash, quote and line end are escaped. */
static void put_label(struct buf *b, const char *name, const char *text)
{
    buf_printf(b, "%s=\"", name);
    for (const char *p = text; *p; p++) {
        if (*p == '\n')
            buf_puts(b, "\\n");
        else if (*p == '"' || *p == '\\')
            buf_printf(b, "\\%c", *p);
        else
            buf_putc(b, *p);
    }
    buf_putc(b, '"');
}

static void sample(struct prometheus *p, enum metric m, const char *path, const char *label,
                   const char *text, double value)
{
    struct buf *b = &p->samples[m];
    buf_printf(b, "%s{", metrics[m].name);
    put_label(b, "path", path);
    if (label) {
        buf_putc(b, ',');
        put_label(b, label, text);
    }
    buf_printf(b, "} %.15g\n", value);
}

static void spread(struct prometheus *p, enum metric m, const char *path, const struct spread *s,
                   double unit)
{
    for (size_t i = 0; s->n > 0 && i < SPREAD; i++) {
        char point[16];
        struct buf b = {0};
        buf_printf(&b, "%g", spread_points[i]);
        memcpy(point, b.p, b.n);
        point[b.n] = '\0';
        buf_free(&b);
        sample(p, m, path, "quantile", point, (double)s->at[i] / unit);
    }
}

static void bound(struct prometheus *p, enum metric m, const char *path,
                  const struct stale_bound *b)
{
    if (b->state == DELTA_KNOWN)
        sample(p, m, path, NULL, NULL, (double)b->ns / 1e9);
}

static void add_measures(struct prometheus *p, const char *path, const struct measures *m)
{
    if (m->staleness) {
        sample(p, READS, path, NULL, NULL, (double)m->reads);
        sample(p, STALE, path, NULL, NULL, (double)m->stale);
        spread(p, STALENESS, path, &m->age, 1e9);
        spread(p, VERSIONS, path, &m->behind, 1);
        bound(p, DELTA, path, &m->delta);
        if (m->has_gamma)
            bound(p, GAMMA, path, &m->gamma);
        if (m->k_low) {
            sample(p, K_LEAST, path, NULL, NULL, m->k_low);
            sample(p, K_MOST, path, NULL, NULL, m->k_high);
        }
        spread(p, WINDOW, path, &m->window, 1e9);
    }
    for (size_t i = 0; i < m->ngroups; i++) {
        const struct measure_group *g = &m->groups[i];
        const char *by = measure_by_names[g->by];
        sample(p, GROUP_FRACTION, path, by, g->name, (double)g->stale / (double)g->reads);
        sample(p, GROUP_STALENESS, path, by, g->name, (double)g->worst_ns / 1e9);
    }
    if (m->nodes > 1)
        sample(p, DIVERGED, path, NULL, NULL, (double)m->diverged_at_end);
    if (m->convergence) {
        sample(p, CONVERGED, path, NULL, NULL, (double)m->converged / (double)m->quiet_keys);
        spread(p, CONVERGENCE, path, &m->converge, 1e9);
    }
}

void prometheus_add(struct prometheus *p, const struct report *r)
{
    struct measures m;
    if (!r->result)
        return;
    for (const struct check_result *c = r->result; c; c = c->next) {
        int v = c->verdict == VERDICT_VALID ? 1 : c->verdict == VERDICT_INVALID ? 0 : -1;
        sample(p, VERDICT, r->path, "property", c->property, v);
    }
    sample(p, OPERATIONS, r->path, NULL, NULL, (double)r->result->ops);
    if (measures_make(&m, r))
        add_measures(p, r->path, &m);
    measures_free(&m);
}

void prometheus_print(const struct prometheus *p, struct buf *out)
{
    for (size_t i = 0; i < PROMETHEUS_METRICS; i++) {
        if (p->samples[i].n == 0)
            continue;
        buf_printf(out, "# HELP %s %s.\n# TYPE %s gauge\n", metrics[i].name, metrics[i].help,
                   metrics[i].name);
        buf_put(out, buf_str(&p->samples[i]));
    }
}

void prometheus_free(struct prometheus *p)
{
    for (size_t i = 0; i < PROMETHEUS_METRICS; i++)
        buf_free(&p->samples[i]);
}
