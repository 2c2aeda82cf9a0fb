/* The staleness of all keys together. */
#include "base/mem.h"
#include "reports/measures/measures.h"

/* Unknown is worse than known, infinite worse than that. */
static void worse(struct stale_bound *x, const struct stale_bound *y)
{
    if (x->state == DELTA_INFINITE)
        return;
    if (y->state == DELTA_INFINITE || y->state == DELTA_NO_TIMES)
        x->state = y->state;
    else if (y->ns > x->ns)
        x->ns = y->ns;
}

static void note_window(struct measures *m, val key, const struct missed_write *w)
{
    size_t i = m->nworst < MEASURES_WORST ? m->nworst++ : MEASURES_WORST;
    if (i == MEASURES_WORST && m->worst[MEASURES_WORST - 1].ns >= w->ns)
        return;
    for (i = i == MEASURES_WORST ? i - 1 : i; i > 0 && m->worst[i - 1].ns < w->ns; i--)
        m->worst[i] = m->worst[i - 1];
    m->worst[i] = (struct worst_window){key, w->op, w->read, w->ns};
}

static void add_counts(struct measures *m, const struct staleness *s)
{
    m->numeric.known |= s->numeric.known;
    m->numeric.n = s->numeric.n > m->numeric.n ? s->numeric.n : m->numeric.n;
    m->order.known |= s->order.known;
    m->order.n += s->order.n;
}

static void add_key(struct measures *m, const struct key_result *k, bool first)
{
    const struct staleness *s = k->staleness;
    m->keys++;
    m->reads += s->reads;
    m->writes += s->writes;
    m->stale += s->nstale;
    m->missed += s->nmissed;
    m->vague += s->vague;
    m->timed &= s->timed;
    m->has_gamma &= s->has_gamma;
    worse(&m->delta, &s->delta);
    worse(&m->gamma, &s->gamma);
    bool known = (first || m->k_low > 0) && s->k_low > 0;
    m->k_low = !known ? 0 : s->k_low > m->k_low ? s->k_low : m->k_low;
    m->k_high = s->k_high > m->k_high ? s->k_high : m->k_high;
    for (uint32_t i = 0; i < s->nmissed; i++)
        note_window(m, k->key, &s->missed[i]);
}

void measure_staleness(struct measures *m, const struct report *r, const struct staleness_list *l)
{
    (void)r;
    m->staleness = m->timed = m->has_gamma = true;
    for (size_t i = 0; i < l->n; i++) {
        add_counts(m, l->keys[i]->staleness);
        if (l->keys[i]->staleness->known)
            add_key(m, l->keys[i], m->keys == 0);
    }
    m->staleness = m->keys > 0;
    size_t most = m->stale > m->missed ? m->stale : m->missed, n = 0;
    int64_t *v = mem_alloc((most + 1) * sizeof *v);
    for (size_t i = 0; i < l->n; i++)
        for (uint32_t j = 0; j < l->keys[i]->staleness->nstale; j++)
            v[n++] = l->keys[i]->staleness->stale[j].behind;
    spread_find(&m->behind, v, n, m->reads);
    n = 0;
    for (size_t i = 0; i < l->n && m->timed; i++)
        for (uint32_t j = 0; j < l->keys[i]->staleness->nstale; j++)
            v[n++] = l->keys[i]->staleness->stale[j].ns;
    spread_find(&m->age, v, n, m->timed ? m->reads : 0);
    n = 0;
    for (size_t i = 0; i < l->n && m->timed; i++)
        for (uint32_t j = 0; j < l->keys[i]->staleness->nmissed; j++)
            v[n++] = l->keys[i]->staleness->missed[j].ns;
    spread_find(&m->window, v, n, m->timed ? m->writes : 0);
    mem_free(v);
}
