#include "reports/measures/measures.h"

#include "base/mem.h"
#include "checker/levels/spectrum.h"
#include "checker/property.h"

#include <stdlib.h>

const double spread_points[SPREAD] = {0.5, 0.9, 0.95, 0.99, 0.999, 1};
const char *const measure_by_names[MEASURE_BYS] = {"node", "phase", "key"};

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void spread_find(struct spread *s, int64_t *v, size_t m, uint64_t n)
{
    qsort(v, m, sizeof *v, by_size);
    s->n = n;
    for (size_t i = 0; n > 0 && i < SPREAD; i++) {
        uint64_t at = (uint64_t)((double)n * spread_points[i]);
        at = at < n ? at : n - 1;
        s->at[i] = at < n - m ? 0 : v[at - (n - m)];
    }
}

bool measures_read(const struct history *h, const struct op *op)
{
    struct str f = val_get_text(&h->values, op->f);
    return op->type == OP_OK && (str_is(f, "read") || str_is(f, "get") || str_is(f, "r"));
}

/* ---- which results measured something ------------------------------------------------------- */

static void list_keys(struct staleness_list *l, size_t *cap, const struct check_result *c)
{
    for (size_t i = 0; i < c->nkeys; i++) {
        const struct staleness *s = c->keys[i].staleness;
        if (!s || !(s->known || s->numeric.known))
            continue;
        l->keys = mem_grow(l->keys, cap, l->n + 1, sizeof(struct key_result *));
        l->keys[l->n++] = &c->keys[i];
    }
}

static bool about_replicas(const struct check_result *c)
{
    return strcmp(c->property, "eventual") == 0 || strcmp(c->property, "strong-eventual") == 0 ||
           strncmp(c->property, "crdt-", 5) == 0;
}

static bool about_staleness(const struct check_result *c)
{
    return strcmp(c->property, "bounded-staleness") == 0 || strcmp(c->property, "k-atomic") == 0;
}

/* The keys of the first level that measured staleness, k-atomic before others: it knows k best. */
static bool find_keys(const struct report *r, struct staleness_list *l)
{
    const struct check_result *best = NULL;
    bool any = false;
    size_t cap = 0;
    for (const struct check_result *c = r->result; c; c = r->one ? NULL : c->next) {
        const struct spectrum *s = c->spectrum;
        any |= about_replicas(c) || about_staleness(c) || s;
        if (about_staleness(c) && (!best || strcmp(c->property, "k-atomic") == 0))
            best = c;
        for (size_t i = 0; s && i < s->n; i++)
            if (s->entries[i].result && about_staleness(s->entries[i].result) && !best)
                best = s->entries[i].result;
    }
    if (best)
        list_keys(l, &cap, best);
    return any;
}

bool measures_make(struct measures *m, const struct report *r)
{
    struct staleness_list l = {0};
    *m = (struct measures){.k_low = 0};
    if (!r->result || !r->history || !find_keys(r, &l)) {
        mem_free(l.keys);
        return false;
    }
    if (l.n > 0) {
        measure_staleness(m, r, &l);
        measure_groups(m, r, &l);
    }
    measure_divergence(m, r->history);
    measure_convergence(m, r->history);
    mem_free(l.keys);
    return m->staleness || m->numeric.known || m->nodes > 0 || m->convergence;
}

void measures_free(struct measures *m)
{
    arena_free(&m->arena);
    *m = (struct measures){0};
}
