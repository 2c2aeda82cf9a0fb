/* The checker is asked a second time, within bounds that do not depend on the machine: of searches
 * the number of configurations, of all the bytes. Where that is not enough the page says how to get
 * the rest. In an order that keeps real time an operation can take effect as soon as it has begun
 * and the one before it has: that is the moment that is shown. */
#include "reports/html/again.h"

#include "base/mem.h"
#include "checker/property.h"
#include "checker/staleness/books.h"

enum { EXPLORED_MAX = 3000000, EXPLORED_UNLISTED = 20000 };
static const size_t memory_max = (size_t)1 << 30;

/* Has `property` linearizable been shown to hold? */
static bool is_proved(const json_t *property)
{
    const json_t *levels = json_object_get(json_object_get(property, "spectrum"), "levels"), *one;
    size_t i;
    json_array_foreach(levels, i, one)
    {
        if (str_is(json_str(one, "level"), property_linearizable.name))
            return str_is(json_str(one, "verdict"), "holds");
    }
    const json_t *keys = json_object_get(property, "keys");
    return str_is(json_str(property, "property"), property_linearizable.name) &&
           json_int(keys, "all", 0) > 0 && json_int(keys, "all", 0) == json_int(keys, "valid", 0);
}

/* How many configurations the search may look at for each key; 0: what was found was found by a
 * search that is too long to be done again. */
static uint64_t explored_max(const json_t *property)
{
    const json_t *list = json_object_get(property, "results"), *key;
    uint64_t sum = 0;
    size_t i;
    json_array_foreach(list, i, key)
    {
        struct str by = json_str(key, "algorithm");
        if (str_is(by, "jit") || str_is(by, "wgl"))
            sum += (uint64_t)json_int(key, "explored", 0);
    }
    bool all =
        json_int(json_object_get(property, "keys"), "all", 0) == (int64_t)json_array_size(list);
    return sum > EXPLORED_MAX ? 0 : all ? EXPLORED_MAX : EXPLORED_UNLISTED;
}

static bool ask(const struct page *p, const json_t *property, struct check_options options,
                val *initial, struct check_result *r)
{
    struct check_options *o = &options;
    const char *name = json_string_value(json_object_get(property, "model"));
    struct budget budget = {.max_memory = memory_max};
    *r = (struct check_result){0};
    o->model = name ? model_find(name) : NULL;
    o->has_initial = page_initial(p, property, &o->initial);
    o->nil_unknown = page_nil_unknown(p);
    o->jobs = 1;
    o->budget = &budget;
    bool ok = o->model && o->has_initial && check_history(p->h, o, r, NULL);
    *initial = o->initial;
    if (!ok)
        check_result_free(r);
    return ok;
}

/* One order of all objects: by the event at which operations take effect, those of an object as in
 * its own order. */
static void find_steps(struct again *g, const struct history *h)
{
    uint32_t *from = mem_zalloc(h->events.n + 1, sizeof *from);
    g->step = mem_zalloc(h->nops + 1, sizeof *g->step);
    for (size_t i = 0; i < h->nops; i++)
        if (g->effect[i] != NO_EVENT)
            from[g->effect[i] + 1]++;
    for (size_t i = 0; i < h->events.n; i++)
        from[i + 1] += from[i];
    g->steps = from[h->events.n];
    for (size_t i = 0; i < g->proof.nkeys; i++)
        for (size_t j = 0; j < g->proof.keys[i].nwitness; j++) {
            uint32_t op = g->proof.keys[i].witness[j];
            g->step[op] = from[g->effect[op]]++;
        }
    mem_free(from);
}

static void find_effects(struct again *g, const struct history *h)
{
    g->effect = mem_alloc((h->nops + 1) * sizeof *g->effect);
    memset(g->effect, 0xff, (h->nops + 1) * sizeof *g->effect);
    for (size_t i = 0; i < g->proof.nkeys; i++) {
        const struct key_result *k = &g->proof.keys[i];
        uint32_t at = 0;
        for (size_t j = 0; j < k->nwitness; j++) {
            at = h->ops[k->witness[j]].inv > at ? h->ops[k->witness[j]].inv : at;
            g->effect[k->witness[j]] = at;
        }
    }
    find_steps(g, h);
}

static void find_proof(struct again *g, const struct page *p)
{
    for (size_t i = 0; i < page_properties(p) && !g->property; i++)
        if (is_proved(page_property(p, i)))
            g->property = page_property(p, i);
    const struct check_options o = {.witness = true,
                                    .max_explored = g->property ? explored_max(g->property) : 0};
    if (o.max_explored && ask(p, g->property, o, &g->initial, &g->proof))
        find_effects(g, p->h);
}

static void keep_stale(struct again *g, const struct check_result *r, const struct history *h)
{
    for (size_t i = 0; i < r->nkeys; i++) {
        const struct staleness *s = r->keys[i].staleness;
        if (!s || !s->known || s->nstale == 0)
            continue;
        if (!g->stale)
            g->stale = mem_zalloc(h->nops + 1, sizeof *g->stale);
        for (uint32_t j = 0; j < s->nstale; j++)
            g->stale[s->stale[j].op] = s->stale[j].ns;
    }
}

static void find_stale(struct again *g, const struct page *p)
{
    const struct check_options o = {.property = &level_bounded_staleness};
    struct check_result r;
    val initial;
    for (size_t i = 0; i < page_properties(p); i++) {
        if (!ask(p, page_property(p, i), o, &initial, &r))
            continue;
        keep_stale(g, &r, p->h);
        check_result_free(&r);
        break;
    }
}

void again_find(struct again *g, const struct page *p)
{
    *g = (struct again){0};
    if (p->h->nops == 0)
        return;
    find_proof(g, p);
    if (p->start != NO_TIME && p->end > p->start)
        find_stale(g, p);
}

void again_free(struct again *g)
{
    mem_free(g->effect);
    mem_free(g->step);
    mem_free(g->stale);
    check_result_free(&g->proof);
}
