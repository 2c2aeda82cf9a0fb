/* The engine for registers whose written values are all different: applies, limits, and the
 * shortest bad prefix. The test itself and its theory are in zones_scan.c. */
#include "checker/zones.h"

#include "base/mem.h"
#include "checker/rules.h"

/* Bytes that a run holds at most, for the budget. */
static ptrdiff_t footprint(const struct object *o, bool witness)
{
    size_t per_value = sizeof(struct zone_value) + 2 * sizeof(uint64_t);
    return (ptrdiff_t)(o->n / 8 + (witness ? 12 * o->n : 0) + register_values_of(o)->n * per_value);
}

static void zones_open(struct zones *z, const struct object *o)
{
    *z = (struct zones){.o = o, .values = register_values_of(o)};
    z->noticed = mem_alloc((o->n + 63) / 64 * sizeof *z->noticed);
    register_noticed(z->values, o, z->noticed);
}

static void zones_close(struct zones *z)
{
    mem_free(z->noticed);
    mem_free(z->v);
    mem_free(z->order);
}

static const char *not_unique(const struct zones *z, uint32_t value, struct arena *a)
{
    struct buf b = {.max = 80};
    val_print_edn(&z->o->h->values, z->values->values[value], &b);
    const char *what = value == 0 ? "the initial value " : "value ";
    const char *done = value == 0 ? "is written" : "is written twice";
    const char *why = arena_printf(a, "%s%.*s %s", what, (int)b.n, buf_str(&b).p, done);
    buf_free(&b);
    return why;
}

static const char *zones_applies(const struct object *o, struct arena *a)
{
    if (!o->register_like)
        return o->actions > 2u << ACT_OTHER ? "" : "some operations are not read, write or cas";
    struct zones z;
    zones_open(&z, o);
    uint64_t *written = mem_zalloc((z.values->n + 63) / 64, sizeof *written);
    written[0] = 1;
    const char *why = NULL;
    for (uint32_t i = 0; !why && i < o->n; i++) {
        if (!zone_writes(&z, i))
            continue;
        uint32_t v = zone_effect(&z, i).to;
        if (written[v / 64] >> (v % 64) & 1)
            why = not_unique(&z, v, a);
        written[v / 64] |= (uint64_t)1 << (v % 64);
    }
    mem_free(written);
    zones_close(&z);
    return why;
}

static bool scan_prefix(struct zones *z, uint32_t end, struct zone_clash *c)
{
    z->limit = end;
    return zones_scan(z, c);
}

/* Move a violation to the shortest prefix that has one. A scan mostly finds the earliest violation
 * at once, so the prefix just before it is tried first, then bisection: O(n log n) at worst. */
static void earliest(struct zones *z, struct zone_clash *c)
{
    int64_t good = -1;
    while (good + 1 < c->evident && !scan_prefix(z, c->evident - 1, c)) {
        uint32_t middle = (uint32_t)((good + c->evident) / 2);
        struct zone_clash found;
        if (scan_prefix(z, middle, &found))
            good = middle;
        else
            *c = found;
    }
    scan_prefix(z, c->evident, c);
}

static uint32_t op_ending_at(const struct object *o, uint32_t end)
{
    uint32_t i = 0;
    while (o->ops[i].res != end)
        i++;
    return i;
}

static void refute(struct zones *z, struct zone_clash *c, struct engine_result *out)
{
    earliest(z, c);
    out->verdict = VERDICT_INVALID;
    out->certified = c->evident - 1;
    out->bad = op_ending_at(z->o, c->evident);
    zones_explain(z, c, out);
}

static void decide(struct object *o, const struct engine_options *opt, struct engine_result *out)
{
    struct zones z;
    zones_open(&z, o);
    z.v = mem_alloc(z.values->n * sizeof *z.v);
    z.order = mem_alloc(z.values->n * sizeof *z.order);
    z.limit = RES_INF - 1;
    struct zone_clash c;
    if (!zones_scan(&z, &c)) {
        refute(&z, &c, out);
    } else {
        out->verdict = VERDICT_VALID;
        out->certified = RES_INF;
        if (opt->witness)
            zones_witness(&z, out);
    }
    zones_close(&z);
}

static void zones_run(struct object *o, const struct engine_options *opt, struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    enum stop_cause stop = budget_stopped(opt->budget);
    ptrdiff_t bytes = footprint(o, opt->witness);
    if (!budget_memory(opt->budget, bytes))
        stop = STOP_MEMORY;
    if (stop == STOP_NONE)
        decide(o, opt, out);
    else
        out->reason = stop_text(stop);
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_zones = {
    .name = "zones",
    .summary = "registers whose written values are all different, with cas and crashed operations",
    .complexity = "O(n)",
    .applies = zones_applies,
    .run = zones_run,
};
