#include "reports/measures/measures_json.h"

static void set(json_t *o, const char *name, json_t *v)
{
    (void)json_object_set_new_nocheck(o, name, v);
}

static void set_number(json_t *o, const char *name, uint64_t n)
{
    set(o, name, json_integer((json_int_t)n));
}

static double share(uint64_t part, uint64_t all)
{
    return all ? (double)part / (double)all : 0;
}

/* {"0.5": 0, ..., "1": 7}; null when nothing was measured. */
static json_t *spread(const struct spread *s)
{
    if (s->n == 0)
        return json_null();
    json_t *o = json_object();
    for (size_t i = 0; i < SPREAD; i++) {
        struct buf name = {0};
        buf_printf(&name, "%g%c", spread_points[i], '\0');
        set(o, name.p, json_integer((json_int_t)s->at[i]));
        buf_free(&name);
    }
    return o;
}

static json_t *bound(const struct stale_bound *b)
{
    if (b->state == DELTA_KNOWN)
        return json_integer((json_int_t)b->ns);
    return b->state == DELTA_INFINITE ? json_string("infinite") : json_null();
}

static json_t *name_of(const struct report *r, val v)
{
    struct buf b = {0};
    if (v == VAL_ABSENT)
        return json_null();
    report_value(r->history, v, 200, &b);
    json_t *j = json_stringn(buf_str(&b).p, b.n);
    buf_free(&b);
    return j ? j : json_null();
}

static json_t *staleness(const struct measures *m)
{
    json_t *o = json_object(), *k = json_object();
    set_number(o, "keys", m->keys);
    set_number(o, "reads", m->reads);
    set_number(o, "stale", m->stale);
    set(o, "fraction", json_real(share(m->stale, m->reads)));
    set_number(o, "ambiguous", m->vague);
    set(o, "time", spread(&m->age));
    set(o, "versions", spread(&m->behind));
    set(o, "delta", bound(&m->delta));
    set(o, "gamma", m->has_gamma ? bound(&m->gamma) : json_null());
    set(k, "least", m->k_low ? json_integer((json_int_t)m->k_low) : json_null());
    set(k, "most", m->k_low ? json_integer((json_int_t)m->k_high) : json_null());
    set(o, "k", k);
    return o;
}

static json_t *windows(const struct report *r, const struct measures *m)
{
    json_t *o = json_object(), *worst = json_array();
    set_number(o, "writes", m->writes);
    set_number(o, "missed", m->missed);
    set(o, "time", spread(&m->window));
    for (size_t i = 0; i < m->nworst; i++) {
        json_t *w = json_object();
        set(w, "key", name_of(r, m->worst[i].key));
        set_number(w, "write", m->worst[i].write);
        set_number(w, "read", m->worst[i].read);
        set_number(w, "time", (uint64_t)m->worst[i].ns);
        (void)json_array_append_new(worst, w);
    }
    set(o, "worst", worst);
    return o;
}

static json_t *groups(const struct measures *m, enum measure_by by)
{
    json_t *a = json_array();
    for (size_t i = 0; i < m->ngroups; i++) {
        const struct measure_group *g = &m->groups[i];
        json_t *name = json_string(g->name);
        if (g->by != by) {
            json_decref(name);
            continue;
        }
        json_t *o = json_object();
        set(o, "name", name ? name : json_string("?"));
        set_number(o, "reads", g->reads);
        set_number(o, "stale", g->stale);
        set(o, "fraction", json_real(share(g->stale, g->reads)));
        set_number(o, "time", (uint64_t)g->worst_ns);
        set_number(o, "versions", g->worst_behind);
        (void)json_array_append_new(a, o);
    }
    return a;
}

static json_t *divergence(const struct measures *m)
{
    json_t *o = json_object(), *series = json_array();
    set_number(o, "nodes", m->nodes);
    set_number(o, "keys", m->diverged);
    set_number(o, "keys-at-end", m->diverged_at_end);
    set_number(o, "time", (uint64_t)m->diverged_ns);
    for (size_t i = 0; i < m->nseries; i++) {
        json_t *x = json_object();
        set_number(x, "time", (uint64_t)m->series[i].ns);
        set_number(x, "keys", m->series[i].keys);
        (void)json_array_append_new(series, x);
    }
    set(o, "series", series);
    return o;
}

static json_t *convergence(const struct measures *m)
{
    json_t *o = json_object();
    set(o, "after-fault", json_boolean(m->after_fault));
    set_number(o, "keys", m->quiet_keys);
    set_number(o, "converged", m->converged);
    set(o, "time", spread(&m->converge));
    return o;
}

json_t *measures_json(const struct report *r, const struct measures *m)
{
    json_t *o = json_object(), *by = json_object();
    set(o, "unit", json_string("ns"));
    set(o, "numeric-deviation", m->numeric.known ? json_integer((json_int_t)m->numeric.n)
                                                 : json_null());
    set(o, "order-deviation", m->order.known ? json_integer((json_int_t)m->order.n) : json_null());
    set(o, "staleness", m->staleness ? staleness(m) : json_null());
    set(o, "windows", m->staleness ? windows(r, m) : json_null());
    for (int i = 0; i < MEASURE_BYS; i++)
        set(by, measure_by_names[i], groups(m, (enum measure_by)i));
    set(o, "by", by);
    set(o, "divergence", m->nodes > 1 ? divergence(m) : json_null());
    set(o, "convergence", m->convergence ? convergence(m) : json_null());
    return o;
}
