#include "checker/growth.h"

#include "base/mem.h"
#include "base/sort.h"
#include "checker/rules.h"

bool growth_reads(const struct growth *g, uint32_t op)
{
    return g->o->classes[g->o->ops[op].cls].action == ACT_WHOLE && growth_ended(g, op);
}

struct growth_element *growth_element_of(const struct growth *g, val v)
{
    uint32_t e = growth_id(g, v); /* MAP64_NONE is 0 - 1 */
    return e == MAP64_NONE ? NULL : &g->elements[e];
}

static struct growth_element *add_element(struct growth *g, val v)
{
    struct growth_element *known = growth_element_of(g, v);
    if (known)
        return known;
    g->elements = mem_grow(g->elements, &g->elements_cap, g->nelements + 1, sizeof *g->elements);
    if ((v ^ VAL_SMALL) < g->ndirect)
        g->direct[v ^ VAL_SMALL] = (uint32_t)g->nelements + 1;
    else
        map64_put(&g->element_of, v, (uint32_t)g->nelements);
    g->elements[g->nelements] =
        (struct growth_element){.v = v, .first = NO_OP, .stage = NO_STAGE};
    return &g->elements[g->nelements++];
}

static void add_read(struct growth *g, uint32_t op)
{
    val v = g->o->classes[g->o->ops[op].cls].b;
    if (map64_get(&g->read_of, v) != MAP64_NONE)
        return;
    g->reads = mem_grow(g->reads, &g->reads_cap, g->nreads + 1, sizeof *g->reads);
    map64_put(&g->read_of, v, (uint32_t)g->nreads);
    struct growth_read *r = &g->reads[g->nreads++];
    *r = (struct growth_read){.v = v, .op = op};
    r->items = val_items(&g->o->h->values, v, &r->n);
}

static void open_growth(struct growth *g, const struct object *o, uint32_t limit)
{
    *g = (struct growth){.o = o, .limit = limit, .ndirect = 2 * o->n};
    g->direct = mem_zalloc(g->ndirect + 1, sizeof *g->direct);
    size_t n;
    const val *items = val_items(&o->h->values, o->initial, &n);
    g->elements_cap = n + o->nclasses; /* pages that stay unused cost nothing */
    g->elements = mem_alloc((g->elements_cap + 1) * sizeof *g->elements);
    for (size_t i = 0; i < n; i++)
        add_element(g, items[i])->initial = true;
    for (uint32_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        if (growth_reads(g, i)) {
            add_read(g, i);
        } else if (c->action != ACT_WHOLE) {
            struct growth_element *e = add_element(g, c->a);
            if (e->first == NO_OP)
                e->first = i;
        }
    }
}

static void close_growth(struct growth *g)
{
    map64_free(&g->read_of);
    map64_free(&g->element_of);
    mem_free(g->reads);
    mem_free(g->direct);
    mem_free(g->elements);
    mem_free(g->order);
    mem_free(g->repeated);
}

/* What nobody read comes last, if it ended; what is there initially has no place of its own. */
static void place_add(struct growth *g, uint32_t op, uint32_t last)
{
    const struct growth_element *e = growth_known(g, g->o->classes[g->o->ops[op].cls].a);
    if (e->initial || (e->stage != NO_STAGE && e->first != op)) {
        if (growth_ended(g, op))
            g->repeated[g->nrepeated++] = sort_word(e->initial ? 0 : e->stage, op);
    } else if (e->stage != NO_STAGE || growth_ended(g, op)) {
        g->order[g->norder++] = sort_word(e->stage == NO_STAGE ? last : e->stage, op);
    }
}

static void place_all(struct growth *g)
{
    const struct object *o = g->o;
    uint32_t last = 0;
    for (size_t i = 0; i < g->nreads; i++)
        if (g->reads[i].stage >= last)
            last = g->reads[i].stage + 1;
    g->order = mem_alloc((o->n + 1) * sizeof *g->order);
    g->repeated = mem_alloc((o->n + 1) * sizeof *g->repeated);
    for (uint32_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        if (growth_reads(g, i))
            g->order[g->norder++] =
                sort_word(g->reads[map64_get(&g->read_of, c->b)].stage, i);
        else if (c->action != ACT_WHOLE)
            place_add(g, i, last);
    }
    sort_by_high32(g->order, g->norder);
    sort_by_high32(g->repeated, g->nrepeated);
}

/* The first read at or after place i of the order; there is one after every element's stage. */
static uint32_t read_after(const struct growth *g, size_t i)
{
    while (i < g->norder && !growth_reads(g, sort_id(g->order[i])))
        i++;
    return i < g->norder ? sort_id(g->order[i]) : NO_OP;
}

/* The latest begin among the stages before the one that is looked at. */
struct latest {
    int64_t inv;
    size_t at; /* place in the order */
};

static bool in_order(const struct growth *g, uint32_t op, struct latest before,
                     struct growth_clash *c)
{
    if (!growth_ended(g, op) || (int64_t)g->o->ops[op].res > before.inv)
        return true;
    *c = (struct growth_clash){.fault = FAULT_ORDER, .x = op, .y = sort_id(g->order[before.at]),
                               .read = read_after(g, before.at)};
    return false;
}

/* Of the reads that c->x comes after by the data but not in time, the one that ends first: it shows
 * the same earlier in the history. A read of what began later shows it alone. */
static bool tighten(const struct growth *g, uint32_t stage, struct growth_clash *c)
{
    const struct lin_op *ops = g->o->ops;
    uint32_t best = growth_reads(g, c->y) ? ops[c->y].res : RES_INF;
    if (growth_reads(g, c->x) && !growth_reads(g, c->y))
        return false;
    for (size_t i = 0; i < g->norder && sort_key(g->order[i]) < stage; i++) {
        uint32_t op = sort_id(g->order[i]);
        if (!growth_reads(g, op) || ops[op].inv < ops[c->x].res || ops[op].res >= best)
            continue;
        best = ops[op].res;
        c->y = op;
    }
    return false;
}

static bool scan(const struct growth *g, struct growth_clash *c)
{
    struct latest before = {-1, 0}, with = {-1, 0};
    size_t again = 0;
    for (size_t i = 0; i < g->norder; i++) {
        uint32_t stage = sort_key(g->order[i]), op = sort_id(g->order[i]);
        if (i == 0 || stage != sort_key(g->order[i - 1]))
            before = with;
        for (; again < g->nrepeated && sort_key(g->repeated[again]) <= stage; again++)
            if (sort_key(g->repeated[again]) == stage &&
                !in_order(g, sort_id(g->repeated[again]), before, c))
                return tighten(g, stage, c);
        if (!in_order(g, op, before, c))
            return tighten(g, stage, c);
        if ((int64_t)g->o->ops[op].inv > with.inv)
            with = (struct latest){g->o->ops[op].inv, i};
    }
    return true;
}

/* A linearization: every operation of the order happens at the latest invocation so far, which
 * lies within its interval; a repeated add at its own or its element's, whichever is later. */
static void write_witness(const struct growth *g, struct engine_result *out)
{
    const struct lin_op *ops = g->o->ops;
    uint64_t *at = mem_alloc((g->norder + g->nrepeated + 1) * sizeof *at);
    uint32_t *point = mem_alloc((g->nelements + 1) * sizeof *point);
    uint32_t latest = 0;
    size_t n = 0;
    for (size_t i = 0; i < g->norder; i++) {
        uint32_t op = sort_id(g->order[i]);
        const struct op_class *c = &g->o->classes[ops[op].cls];
        latest = ops[op].inv > latest ? ops[op].inv : latest;
        if (c->action != ACT_WHOLE)
            point[growth_id(g, c->a)] = latest;
        at[n++] = sort_word(latest, op);
    }
    for (size_t i = 0; i < g->nrepeated; i++) {
        uint32_t op = sort_id(g->repeated[i]);
        uint32_t e = growth_id(g, g->o->classes[ops[op].cls].a);
        bool later = !g->elements[e].initial && point[e] > ops[op].inv;
        at[n++] = sort_word(later ? point[e] : ops[op].inv, op);
    }
    sort_by_high32(at, n);
    out->witness = arena_alloc(&out->arena, (n + 1) * sizeof *out->witness);
    for (size_t i = 0; i < n; i++)
        out->witness[out->nwitness++] = sort_id(at[i]);
    mem_free(at);
    mem_free(point);
}

static bool decide(struct growth *g, const struct object *o, uint32_t limit, growth_plan *plan,
                   struct growth_clash *c)
{
    *c = (struct growth_clash){.x = NO_OP, .y = NO_OP, .read = NO_OP};
    open_growth(g, o, limit);
    if (!plan(g, c))
        return false;
    place_all(g);
    return scan(g, c);
}

static bool prefix_holds(const struct object *o, uint32_t limit, growth_plan *plan)
{
    struct growth g;
    struct growth_clash c;
    bool holds = decide(&g, o, limit, plan, &c);
    close_growth(&g);
    return holds;
}

/* The end of the shortest prefix that is refuted; the one up to `bad` is. Mostly the operations
 * that were found say it, so the first question is whether it holds just before. */
static uint32_t earliest(const struct object *o, uint32_t bad, growth_plan *plan,
                         struct budget *budget)
{
    int64_t good = -1;
    uint32_t middle = bad - 1;
    while (good + 1 < bad && budget_stopped(budget) == STOP_NONE) {
        if (prefix_holds(o, middle, plan))
            good = middle;
        else
            bad = middle;
        middle = (uint32_t)((good + bad) / 2);
    }
    return bad;
}

static uint32_t last_culprit(const struct object *o, const struct engine_result *out)
{
    uint32_t last = 0;
    for (size_t i = 0; i < out->nculprits; i++)
        if (o->ops[out->culprits[i].op].res > last)
            last = o->ops[out->culprits[i].op].res;
    return last;
}

/* out has the culprits of the whole. They are those of the shortest prefix that is refuted, unless
 * something shorter is. */
static void refute(struct object *o, const struct engine_options *opt, growth_plan *plan,
                   struct engine_result *out)
{
    uint32_t last = last_culprit(o, out);
    uint32_t bad = earliest(o, last, plan, opt->budget);
    out->verdict = VERDICT_INVALID;
    out->certified = bad - 1;
    if (bad == last)
        return;
    struct growth g;
    struct growth_clash first;
    arena_free(&out->arena);
    *out = (struct engine_result){.verdict = VERDICT_INVALID, .failed_op = UINT32_MAX,
                                  .explored = o->n, .certified = bad - 1};
    (void)decide(&g, o, bad, plan, &first);
    growth_explain(&g, &first, out);
    close_growth(&g);
}

static void run_within_limits(struct object *o, const struct engine_options *opt,
                              growth_plan *plan, struct engine_result *out)
{
    struct growth g;
    struct growth_clash c;
    bool valid = decide(&g, o, RES_INF - 1, plan, &c);
    out->verdict = valid ? VERDICT_VALID : VERDICT_INVALID;
    out->certified = valid ? RES_INF : 0;
    if (valid && opt->witness)
        write_witness(&g, out);
    else if (!valid && !opt->verdict_only)
        growth_explain(&g, &c, out);
    close_growth(&g);
    if (!valid && !opt->verdict_only)
        refute(o, opt, plan, out);
}

void growth_run(struct object *o, const struct engine_options *opt, growth_plan *plan,
                struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    size_t per_op = sizeof(struct growth_element) + 6 * sizeof(uint64_t);
    ptrdiff_t bytes = (ptrdiff_t)(o->n * per_op);
    enum stop_cause stop = budget_stopped(opt->budget);
    if (!budget_memory(opt->budget, bytes))
        stop = STOP_MEMORY;
    if (stop == STOP_NONE)
        run_within_limits(o, opt, plan, out);
    else
        out->reason = stop_text(stop);
    budget_memory(opt->budget, -bytes);
}
