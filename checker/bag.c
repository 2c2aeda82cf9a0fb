/* Queues without an order: a take or a peek is of any element that is inside.
 *
 * Definition: the state is a multiset. A take of v needs a v inside, a peek sees one.
 * Idea: unless something was found empty, more can only help. So every put takes effect as soon as
 * it is invoked, crashed or not, every take as late as it can, when it completes; crashed takes
 * never. This has at every point as many v inside as any linearization can have. A history is
 * linearizable iff no take completes without a v inside and each peek sees a v at some point of its
 * interval. What fails first shows the shortest bad prefix. Values may repeat.
 * With results that found nothing elements must be all different: fifo_scan.c without its order.
 * Complexity: O(n) and two sorts; 40 bytes per operation. */
#include "checker/bag.h"

#include "base/mem.h"
#include "checker/culprits.h"
#include "checker/fifo.h"
#include "checker/model_list.h"
#include "checker/rules.h"

struct bag {
    const struct object *o;
    uint64_t *events;  /* positions; op << 1 | completion */
    uint32_t *element; /* per op; NO_OP: a crashed take */
    uint32_t *inside;  /* per element */
    uint32_t *waiting; /* per element: open peeks that have not seen it, chained by next */
    uint32_t *next;    /* per op; NO_OP ends a chain */
    bool *seen;        /* per op: of peeks */
    size_t n;          /* events */
    uint32_t nelements;
    uint32_t *order;   /* operations as they were linearized; NULL: nobody asks */
    size_t norder;
};

static bool sees_nothing(const struct object *o)
{
    return o->actions >> ACT_EMPTY & 1;
}

static bool nothing_inside(const struct object *o)
{
    size_t n;
    (void)val_items(&o->h->values, o->initial, &n);
    return n == 0;
}

static const char *applies(const struct object *o, struct arena *a)
{
    if (o->model != &model_unordered_queue)
        return "";
    if (!sees_nothing(o))
        return nothing_inside(o) ? NULL : "the queue is not empty at the beginning";
    return fifo_limits(o, false, a);
}

static void number_elements(struct bag *b)
{
    const struct object *o = b->o;
    uint64_t *words = mem_alloc((o->n + 1) * sizeof *words);
    size_t n = 0;
    b->element = mem_alloc((o->n + 1) * sizeof *b->element);
    for (uint32_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        b->element[i] = NO_OP;
        if (c->a != VAL_ABSENT || c->b != VAL_ABSENT)
            words[n++] = sort_word(c->a != VAL_ABSENT ? c->a : c->b, i);
    }
    sort_by_high32(words, n);
    for (size_t k = 0; k < n; k++) {
        b->nelements += k == 0 || sort_key(words[k]) != sort_key(words[k - 1]);
        b->element[sort_id(words[k])] = b->nelements - 1;
    }
    mem_free(words);
}

static void sort_events(struct bag *b)
{
    const struct object *o = b->o;
    b->events = mem_alloc((2 * o->n + 1) * sizeof *b->events);
    for (uint32_t i = 0; i < o->n; i++) {
        b->events[b->n++] = sort_word(o->ops[i].inv, i << 1);
        if (o->ops[i].res != RES_INF)
            b->events[b->n++] = sort_word(o->ops[i].res, i << 1 | 1);
    }
    sort_by_high32(b->events, b->n);
}

static void bag_open(struct bag *b, const struct object *o, bool witness, struct arena *a)
{
    *b = (struct bag){.o = o};
    number_elements(b);
    sort_events(b);
    b->inside = mem_zalloc(b->nelements + 1u, sizeof *b->inside);
    b->waiting = mem_alloc((b->nelements + 1u) * sizeof *b->waiting);
    memset(b->waiting, 0xff, b->nelements * sizeof *b->waiting);
    b->next = mem_alloc((o->n + 1) * sizeof *b->next);
    b->seen = mem_zalloc(o->n + 1, sizeof *b->seen);
    b->order = witness ? arena_alloc(a, (o->n + 1) * sizeof *b->order) : NULL;
}

static void bag_close(struct bag *b)
{
    mem_free(b->events);
    mem_free(b->element);
    mem_free(b->inside);
    mem_free(b->waiting);
    mem_free(b->next);
    mem_free(b->seen);
}

static void happens(struct bag *b, uint32_t op)
{
    if (b->order)
        b->order[b->norder++] = op;
}

static void begin(struct bag *b, uint32_t op)
{
    uint32_t e = b->element[op];
    enum action action = b->o->classes[b->o->ops[op].cls].action;
    if (action == ACT_PUT) {
        b->inside[e]++;
        happens(b, op);
        for (uint32_t i = b->waiting[e]; i != NO_OP; i = b->next[i]) {
            b->seen[i] = true;
            happens(b, i);
        }
        b->waiting[e] = NO_OP;
    } else if (action == ACT_PEEK) {
        b->seen[op] = b->inside[e] > 0;
        if (b->seen[op]) {
            happens(b, op);
        } else {
            b->next[op] = b->waiting[e];
            b->waiting[e] = op;
        }
    }
}

/* False when the operation cannot complete. */
static bool end(struct bag *b, uint32_t op)
{
    uint32_t e = b->element[op];
    enum action action = b->o->classes[b->o->ops[op].cls].action;
    if (action == ACT_PEEK)
        return b->seen[op];
    if (action != ACT_TAKE)
        return true;
    if (b->inside[e] == 0)
        return false;
    b->inside[e]--;
    happens(b, op);
    return true;
}

/* The operation that cannot complete first, or NO_OP. */
static uint32_t scan(struct bag *b)
{
    for (size_t k = 0; k < b->n; k++) {
        uint32_t op = sort_id(b->events[k]) >> 1;
        if (!(sort_id(b->events[k]) & 1))
            begin(b, op);
        else if (!end(b, op))
            return op;
    }
    return NO_OP;
}

static void tell(struct engine_result *out, size_t at, enum step_kind kind, uint32_t x, uint32_t y,
                 const char *text)
{
    out->steps[at] = (struct step){kind, x, y, text};
    out->nsteps = at + 1;
}

/* More has gone out than came in: the takes that completed, and the one that cannot. */
static void explain(const struct bag *b, uint32_t bad, struct engine_result *out)
{
    enum { SHOWN = 12 };
    const struct object *o = b->o;
    uint32_t put = NO_OP, nput = 0, ntake = 0, res = o->ops[bad].res;
    struct culprits list;
    culprits_open(&list, o->n);
    out->steps = arena_zalloc(&out->arena, (SHOWN + 3) * sizeof *out->steps);
    for (uint32_t i = 0; i < o->n && o->ops[i].inv < res; i++) {
        enum action action = o->classes[o->ops[i].cls].action;
        if (b->element[i] != b->element[bad] || i == bad)
            continue;
        nput += action == ACT_PUT;
        if (action != ACT_TAKE || o->ops[i].res >= res)
            continue;
        culprits_link(&list, i, CULPRIT_SHOWN);
        if (ntake++ < SHOWN)
            tell(out, ntake - 1, STEP_OP, i, NO_OP, "");
    }
    for (uint32_t i = 0; i < o->n && nput == 0 && put == NO_OP; i++)
        if (b->element[i] == b->element[bad] && o->classes[o->ops[i].cls].action == ACT_PUT)
            put = i;
    bool took = o->classes[o->ops[bad].cls].action == ACT_TAKE;
    culprits_link(&list, bad, CULPRIT_SHOWN);
    if (put != NO_OP)
        tell(out, 0, STEP_BEFORE, bad, put, ": what it returned had yet to come in");
    else
        tell(out, out->nsteps, STEP_OP, bad, NO_OP, nput ? "" : ": nothing put that in");
    if (nput)
        tell(out, out->nsteps, STEP_TEXT, NO_OP, NO_OP,
             arena_printf(&out->arena, "by then it can have come in %u time%s, and had been taken "
                                       "out %u time%s before", nput, nput == 1 ? "" : "s", ntake,
                          ntake == 1 ? "" : "s"));
    culprits_close(&list, put != NO_OP ? RULE_FUTURE_READ : nput == 0 ? RULE_THIN_AIR
                          : took ? RULE_TAKEN_TWICE : RULE_SEEN_AFTER, out);
}

bool bag_refutes(const struct object *o, struct engine_result *out)
{
    const uint32_t takes = 1u << ACT_TAKE | 1u << ACT_PEEK;
    const uint32_t container = takes | 1u << ACT_PUT | 1u << ACT_EMPTY;
    if (!(o->actions & takes) || (o->actions & ~container) || !nothing_inside(o))
        return false;
    struct bag b;
    bag_open(&b, o, false, &out->arena);
    uint32_t bad = scan(&b);
    if (bad != NO_OP) {
        out->verdict = VERDICT_INVALID;
        out->bad = bad;
        out->failed_op = UINT32_MAX;
        out->explored = o->n;
        explain(&b, bad, out);
    }
    bag_close(&b);
    return bad != NO_OP;
}

static void decide(struct object *o, const struct engine_options *opt, struct engine_result *out)
{
    struct bag b;
    bag_open(&b, o, opt->witness, &out->arena);
    out->bad = scan(&b);
    if (out->bad == NO_OP) {
        out->verdict = VERDICT_VALID;
        out->certified = RES_INF;
        out->witness = b.order;
        out->nwitness = b.norder;
    } else {
        out->verdict = VERDICT_INVALID;
        out->certified = o->ops[out->bad].res - 1;
        explain(&b, out->bad, out);
    }
    bag_close(&b);
}

static void run(struct object *o, const struct engine_options *opt, struct engine_result *out)
{
    if (sees_nothing(o)) {
        fifo_run(o, false, opt, out);
        return;
    }
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    enum stop_cause stop = budget_stopped(opt->budget);
    ptrdiff_t bytes = (ptrdiff_t)(o->n * 40);
    if (!budget_memory(opt->budget, bytes))
        stop = STOP_MEMORY;
    if (stop == STOP_NONE)
        decide(o, opt, out);
    else
        out->reason = stop_text(stop);
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_bag = {
    .name = "bag",
    .summary = "queues without an order; with empty results those whose elements are all different",
    .complexity = "O(n) and sorting",
    .applies = applies,
    .run = run,
};
