/* Grow-only sets that are read whole. Definition: linearizable iff the sets that were read form a
 * chain under inclusion, every element was added, and the stages of the chain agree with real time
 * (growth.h). An element that is added several times came in with the add that began first, which
 * is the best choice for everybody; the others change nothing, so they only have to be possible
 * after the stage before. Crashed adds that nobody read are dropped.
 *
 * The chain is found by sorting the distinct reads by size and comparing neighbours: O(input).
 * Source: research/algorithms.md 1.11. */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/growth.h"

/* The number of different elements of read r, which gets `stamp`; also of initial ones. */
static bool count_elements(struct growth *g, const struct growth_read *r, uint32_t stamp,
                           uint32_t *size, uint32_t *initial, struct growth_clash *c)
{
    *size = *initial = 0;
    for (size_t i = 0; i < r->n; i++) {
        struct growth_element *e = growth_element_of(g, r->items[i]);
        if (!e) {
            *c = (struct growth_clash){.fault = FAULT_AIR, .x = r->op, .y = NO_OP, .read = NO_OP,
                                       .e = r->items[i]};
            return false;
        }
        *size += e->stamp != stamp;
        *initial += e->stamp != stamp && e->initial;
        e->stamp = stamp;
    }
    return true;
}

static bool lacks_initial(const struct growth *g, const struct growth_read *r, uint32_t stamp,
                          struct growth_clash *c)
{
    size_t i = 0;
    while (g->elements[i].stamp == stamp)
        i++;
    *c = (struct growth_clash){.fault = FAULT_INITIAL, .x = r->op, .y = NO_OP, .read = NO_OP,
                               .e = g->elements[i].v};
    return false;
}

static val first_without(const struct growth *g, const struct growth_read *r, uint32_t stamp)
{
    size_t i = 0;
    while (i < r->n && growth_known(g, r->items[i])->stamp == stamp)
        i++;
    return i < r->n ? r->items[i] : VAL_ABSENT;
}

static void restamp(struct growth *g, const struct growth_read *r, uint32_t stamp)
{
    for (size_t i = 0; i < r->n; i++)
        growth_known(g, r->items[i])->stamp = stamp;
}

/* The reads in order of size get their stages, and elements that of the first read which has them.
 * Each read must have all that the one before it had. */
static bool find_chain(struct growth *g, const uint64_t *by_size, uint32_t stamp,
                       struct growth_clash *c)
{
    uint32_t stage = 0;
    struct growth_read *last = NULL;
    for (size_t i = 0; i < g->nreads; i++, stamp++) {
        struct growth_read *r = &g->reads[sort_id(by_size[i])];
        restamp(g, r, stamp);
        val e = last ? first_without(g, last, stamp) : VAL_ABSENT;
        if (e != VAL_ABSENT) {
            restamp(g, last, ++stamp);
            *c = (struct growth_clash){.fault = FAULT_DISAGREE, .x = last->op, .y = r->op,
                                       .read = NO_OP, .e = e, .f = first_without(g, r, stamp)};
            return false;
        }
        if (!last || sort_key(by_size[i]) != sort_key(by_size[i - 1]))
            stage += 2;
        r->stage = stage + 1;
        for (size_t k = 0; k < r->n; k++) {
            struct growth_element *x = growth_known(g, r->items[k]);
            if (x->stage == NO_STAGE)
                x->stage = stage;
        }
        last = r;
    }
    return true;
}

static bool plan(struct growth *g, struct growth_clash *c)
{
    uint64_t *by_size = mem_alloc((g->nreads + 1) * sizeof *by_size);
    uint32_t size, initial, all = 0;
    bool good = true;
    for (size_t i = 0; i < g->nelements; i++)
        all += g->elements[i].initial;
    for (uint32_t i = 0; good && i < g->nreads; i++) {
        const struct growth_read *r = &g->reads[i];
        good = count_elements(g, r, i + 1, &size, &initial, c) &&
               (initial == all || lacks_initial(g, r, i + 1, c));
        by_size[i] = sort_word(size, i);
    }
    if (good) {
        sort_by_high32(by_size, g->nreads);
        good = find_chain(g, by_size, (uint32_t)g->nreads + 1, c);
    }
    mem_free(by_size);
    return good;
}

static const char *growth_set_applies(const struct object *o, struct arena *a)
{
    (void)a;
    uint32_t only = 1u << ACT_JOIN | 1u << ACT_UP | 1u << ACT_WHOLE;
    if (!model_has(o->model, ACT_JOIN) || !(o->actions & (1u << ACT_JOIN | 1u << ACT_WHOLE)))
        return "";
    if (o->begun)
        return "it begins in another state than the initial one";
    if (o->actions & ~only)
        return "some operations are neither an add to a set nor a read of all of it";
    for (size_t i = 0; o->actions & 1u << ACT_UP && i < o->n; i++)
        if (o->ops[i].res != RES_INF && o->classes[o->ops[i].cls].action == ACT_UP)
            return "some adds tell whether the element was there";
    return NULL;
}

static void growth_set_run(struct object *o, const struct engine_options *opt,
                           struct engine_result *out)
{
    growth_run(o, opt, plan, out);
}

const struct engine engine_growth_set = {
    .name = "growth-set",
    .summary = "sets that only grow and are read whole",
    .complexity = "O(n + elements read)",
    .applies = growth_set_applies,
    .run = growth_set_run,
};
