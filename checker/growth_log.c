/* Append-only logs that are read whole. Definition: when no element is appended twice, the history
 * is linearizable iff every read is the beginning of the longest one, that one has no element twice
 * and none that nobody appended, and the stages [append of its first element] [reads of one
 * element] [append of its second] ... agree with real time (growth.h). Crashed appends that nobody
 * read are dropped. O(input). Source: research/algorithms.md 1.11. */
#include "base/mem.h"
#include "checker/growth.h"

static size_t common(const val *a, const val *b, size_t n)
{
    size_t i = 0;
    while (i < n && a[i] == b[i])
        i++;
    return i;
}

static bool clash(struct growth_clash *c, enum growth_fault fault, uint32_t x, val e)
{
    *c = (struct growth_clash){.fault = fault, .x = x, .y = NO_OP, .read = NO_OP, .e = e};
    return false;
}

/* The elements of the longest read, in order; `old` of them were there initially. */
static bool number_elements(struct growth *g, const struct growth_read *longest, size_t old,
                            struct growth_clash *c)
{
    for (size_t i = 0; i < longest->n; i++) {
        struct growth_element *e = growth_element_of(g, longest->items[i]);
        if (!e)
            return clash(c, FAULT_AIR, longest->op, longest->items[i]);
        if (e->stamp++ > 0)
            return clash(c, FAULT_TWICE, longest->op, e->v);
        if (i >= old)
            e->stage = 2 * (uint32_t)(i + 1);
    }
    return true;
}

static bool plan(struct growth *g, struct growth_clash *c)
{
    size_t old;
    const val *initial = val_items(&g->o->h->values, g->o->initial, &old);
    const struct growth_read *longest = NULL;
    for (size_t i = 0; i < g->nreads; i++) {
        struct growth_read *r = &g->reads[i];
        size_t same = common(r->items, initial, r->n < old ? r->n : old);
        if (same < old)
            return clash(c, FAULT_INITIAL, r->op, initial[same]);
        r->stage = 2 * (uint32_t)r->n + 1;
        if (!longest || r->n > longest->n)
            longest = r;
    }
    for (size_t i = 0; i < g->nreads; i++) {
        const struct growth_read *r = &g->reads[i];
        size_t at = common(r->items, longest->items, r->n);
        if (at == r->n)
            continue;
        *c = (struct growth_clash){.fault = FAULT_FORK, .x = r->op, .y = longest->op,
                                   .read = NO_OP, .e = r->items[at], .f = longest->items[at],
                                   .place = at + 1};
        return false;
    }
    return !longest || number_elements(g, longest, old, c);
}

static const char *twice(const struct object *o, val v, struct arena *a)
{
    struct buf b = {.max = 80};
    val_print_edn(&o->h->values, v, &b);
    const char *why = arena_printf(a, "%.*s is appended twice", (int)b.n, buf_str(&b).p);
    buf_free(&b);
    return why;
}

/* Was v there before? Integers that count up, as histories have them, need no hashing. */
static bool seen_before(struct map64 *known, uint8_t *direct, size_t ndirect, val v)
{
    uint32_t small = v ^ VAL_SMALL;
    if (small < ndirect)
        return direct[small]++ > 0;
    bool before = map64_get(known, v) != MAP64_NONE;
    map64_put(known, v, 0);
    return before;
}

static const char *growth_log_applies(const struct object *o, struct arena *a)
{
    if (!model_has(o->model, ACT_APPEND) || !(o->actions & (1u << ACT_APPEND | 1u << ACT_WHOLE)))
        return "";
    if (o->begun)
        return "it begins in another state than the initial one";
    if (o->actions & ~(1u << ACT_APPEND | 1u << ACT_WHOLE))
        return "some operations are neither an append to a log nor a read of all of it";
    struct map64 known = {0};
    const char *why = NULL;
    uint8_t *direct = mem_zalloc(2 * o->n + 1, 1);
    size_t n;
    const val *initial = val_items(&o->h->values, o->initial, &n);
    for (size_t i = 0; i < n + o->n && !why; i++) {
        const struct op_class *c = i < n ? NULL : &o->classes[o->ops[i - n].cls];
        if (c && c->action != ACT_APPEND)
            continue;
        val v = c ? c->a : initial[i];
        if (seen_before(&known, direct, 2 * o->n, v))
            why = twice(o, v, a);
    }
    map64_free(&known);
    mem_free(direct);
    return why;
}

static void growth_log_run(struct object *o, const struct engine_options *opt,
                           struct engine_result *out)
{
    growth_run(o, opt, plan, out);
}

const struct engine engine_growth_log = {
    .name = "growth-log",
    .summary = "logs of different elements that are appended to and read whole",
    .complexity = "O(n + elements read)",
    .applies = growth_log_applies,
    .run = growth_log_run,
};
