/* The engine for FIFO queues: applies, limits, and the shortest bad prefix. The test itself and its
 * theory are in fifo_scan.c. */
#include "checker/fifo.h"

#include "base/mem.h"
#include "checker/model_deque.h"
#include "checker/model_list.h"
#include "checker/rules.h"

/* Bytes that a run holds at most, for the budget. */
static ptrdiff_t footprint(const struct object *o, bool witness)
{
    return (ptrdiff_t)(o->n * (witness ? 144 : 60));
}

static void sort_ops(struct fifo *f)
{
    const struct object *o = f->o;
    size_t n = 0;
    f->ops = mem_alloc((o->n + 1) * sizeof *f->ops);
    f->empty = mem_alloc((o->n + 1) * sizeof *f->empty);
    f->lost = mem_alloc((o->crashed + 1) * sizeof *f->lost);
    for (uint32_t i = 0; i < o->n; i++) {
        const struct op_class *c = &o->classes[o->ops[i].cls];
        f->npeeks += c->action == ACT_PEEK;
        if (c->action == ACT_EMPTY)
            f->empty[f->nempty++] = i;
        else if (c->action == ACT_TAKE && c->b == VAL_ABSENT)
            f->lost[f->nlost++] = i;
        else
            f->ops[n++] = sort_word(c->action == ACT_PUT ? c->a : c->b, i);
    }
    sort_by_high32(f->ops, n);
    f->start = mem_alloc((n + 2) * sizeof *f->start);
    for (uint32_t k = 0; k < n; k++)
        if (k == 0 || sort_key(f->ops[k]) != sort_key(f->ops[k - 1]))
            f->start[f->nv++] = k;
    f->start[f->nv] = (uint32_t)n;
}

static bool noticed(const struct lin_op *put, uint32_t last)
{
    return put->res != RES_INF || put->inv < last;
}

/* Choose the put of element i; false when there are two that count. Sets *left when somebody may
 * have taken it of whom nothing is known. */
static bool choose_put(struct fifo *f, uint32_t i, bool *left)
{
    const struct object *o = f->o;
    uint32_t last = 0, put = NO_OP, others = 0;
    bool taken = false;
    for (uint32_t k = f->start[i]; k < f->start[i + 1]; k++) {
        const struct lin_op *l = &o->ops[sort_id(f->ops[k])];
        enum action action = o->classes[l->cls].action;
        taken |= action == ACT_TAKE;
        if (action != ACT_PUT && l->res != RES_INF && l->res > last)
            last = l->res;
    }
    for (uint32_t k = f->start[i]; k < f->start[i + 1]; k++) {
        const struct lin_op *l = &o->ops[sort_id(f->ops[k])];
        if (o->classes[l->cls].action != ACT_PUT)
            continue;
        others += put != NO_OP && noticed(&o->ops[put], last) && noticed(l, last);
        if (put == NO_OP || !noticed(&o->ops[put], last))
            put = sort_id(f->ops[k]);
    }
    f->v[i].put = put;
    *left |= put != NO_OP && noticed(&o->ops[put], last) && !taken;
    return others == 0;
}

static const char *twice(const struct fifo *f, uint32_t i, struct arena *a)
{
    struct buf b = {.max = 60};
    val_print_edn(&f->o->h->values, sort_key(f->ops[f->start[i]]), &b);
    const char *why = arena_printf(a, "element %.*s comes in twice", (int)b.n, buf_str(&b).p);
    buf_free(&b);
    return why;
}

static bool nothing_inside(const struct object *o)
{
    size_t n;
    (void)val_items(&o->h->values, o->initial, &n);
    return n == 0;
}

const char *fifo_open(struct fifo *f, const struct object *o, bool ordered, struct arena *a)
{
    *f = (struct fifo){.o = o, .ordered = ordered, .limit = RES_INF - 1};
    if (!nothing_inside(o))
        return "the queue is not empty at the beginning";
    sort_ops(f);
    f->v = mem_zalloc((size_t)f->nv + 1, sizeof *f->v); /* none settled */
    bool left = false;
    for (uint32_t i = 0; i < f->nv; i++)
        if (!choose_put(f, i, &left))
            return twice(f, i, a);
    bool observed = f->npeeks || f->nempty;
    f->rescue = f->nlost && !observed;
    f->blurred = f->nlost && observed && left;
    return NULL;
}

const char *fifo_limits(const struct object *o, bool ordered, struct arena *a)
{
    struct fifo f;
    const char *why = fifo_open(&f, o, ordered, a);
    bool blurred = !why && f.blurred;
    fifo_close(&f);
    if (!blurred)
        return why;
    struct budget budget = {0};
    struct engine_options opt = {.budget = &budget, .verdict_only = true};
    struct engine_result r;
    bool known = fifo_lost_run(o, ordered, &opt, &r);
    arena_free(&r.arena);
    return known ? NULL
                 : "crashed takes with peeks or empty results, and elements that they may have "
                   "taken";
}

void fifo_close(struct fifo *f)
{
    mem_free(f->ops);
    mem_free(f->start);
    mem_free(f->v);
    mem_free(f->empty);
    mem_free(f->lost);
    mem_free(f->words);
    mem_free(f->more);
}

/* Without sorting: is every put of a class of its own, and every result known? */
static bool plainly_unique(const struct object *o)
{
    uint64_t *seen = mem_zalloc((o->nclasses + 63) / 64, sizeof *seen);
    bool unique = true;
    for (size_t i = 0; unique && i < o->n; i++) {
        uint32_t cls = o->ops[i].cls;
        const struct op_class *c = &o->classes[cls];
        if (c->action == ACT_PUT) {
            unique = !(seen[cls / 64] >> (cls % 64) & 1);
            seen[cls / 64] |= (uint64_t)1 << (cls % 64);
        } else if (c->action == ACT_TAKE) {
            unique = c->b != VAL_ABSENT;
        }
    }
    mem_free(seen);
    return unique;
}

static const char *applies(const struct object *o, struct arena *a)
{
    if (o->model == &model_deque && deque_use(o) != DEQUE_QUEUE)
        return "elements come in and leave at the same end of the deque";
    if (o->model != &model_fifo_queue && o->model != &model_deque)
        return "";
    if (nothing_inside(o) && plainly_unique(o))
        return NULL;
    return fifo_limits(o, true, a);
}

static bool scan_prefix(struct fifo *f, uint32_t end, struct fifo_clash *c)
{
    f->limit = end;
    bool good = fifo_scan(f, c);
    if (!good && c->evident > end)
        c->evident = end;
    return good;
}

/* The prefix that ends at `bad` has a violation, the one that ends at `good` has none. */
static void bisect(struct fifo *f, int64_t good, uint32_t bad, const struct budget *budget,
                   struct fifo_clash *c)
{
    struct fifo_clash found;
    while (good + 1 < bad && budget_stopped(budget) == STOP_NONE) {
        uint32_t middle = (uint32_t)((good + bad) / 2);
        if (scan_prefix(f, middle, &found))
            good = middle;
        else
            bad = middle;
    }
    (void)scan_prefix(f, bad, c);
    c->evident = bad;
}

/* Move a violation to the shortest prefix that has one. A scan mostly finds the earliest violation
 * at once or at the second time, so the prefix just before it is tried first, then bisection. That
 * a violation is evident at some position can be wrong where an element was taken twice: in a
 * shorter prefix the take that is open may be the one that counts. */
static void earliest(struct fifo *f, const struct budget *budget, struct fifo_clash *c)
{
    int64_t good = -1;
    uint32_t bad = f->limit;
    struct fifo_clash found;
    for (int tries = 0; tries < 2 && good + 1 < c->evident; tries++) {
        if (scan_prefix(f, c->evident - 1, &found)) {
            good = (int64_t)c->evident - 1;
            break;
        }
        bad = c->evident - 1;
        *c = found;
    }
    if (c->evident > good && c->evident <= bad) {
        bool fine = scan_prefix(f, c->evident, &found);
        good = fine ? (int64_t)c->evident : good;
        bad = fine ? bad : c->evident;
        if (!fine && good + 1 == bad) {
            *c = found;
            c->evident = bad;
            return;
        }
    }
    bisect(f, good, bad, budget, c);
}

static void refute(struct fifo *f, const struct engine_options *opt, struct fifo_clash *c,
                   struct engine_result *out)
{
    earliest(f, opt->budget, c);
    out->verdict = VERDICT_INVALID;
    fifo_explain(f, c, out);
    if (budget_stopped(opt->budget) == STOP_NONE)
        out->certified = c->evident - 1;
}

static void decide(struct object *o, bool ordered, const struct engine_options *opt,
                   struct engine_result *out)
{
    struct fifo f;
    struct fifo_clash c;
    (void)fifo_open(&f, o, ordered, &out->arena);
    if (f.blurred) {
        fifo_close(&f);
        if (!fifo_lost_run(o, ordered, opt, out))
            out->reason = "it is not known what the crashed takes took";
        return;
    }
    f.words = mem_alloc((f.nv + 1) * sizeof *f.words);
    f.more = mem_alloc((f.nv + 1) * sizeof *f.more);
    if (!fifo_scan(&f, &c)) {
        refute(&f, opt, &c, out);
    } else {
        out->verdict = VERDICT_VALID;
        out->certified = RES_INF;
        if (opt->witness)
            fifo_witness(&f, out);
    }
    fifo_close(&f);
}

void fifo_run(struct object *o, bool ordered, const struct engine_options *opt,
              struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    enum stop_cause stop = budget_stopped(opt->budget);
    ptrdiff_t bytes = footprint(o, opt->witness);
    if (!budget_memory(opt->budget, bytes))
        stop = STOP_MEMORY;
    if (stop == STOP_NONE)
        decide(o, ordered, opt, out);
    else
        out->reason = stop_text(stop);
    budget_memory(opt->budget, -bytes);
}

static void run(struct object *o, const struct engine_options *opt, struct engine_result *out)
{
    fifo_run(o, true, opt, out);
}

const struct engine engine_queue = {
    .name = "queue",
    .summary = "FIFO queues whose elements are all different, with peeks, empty results and "
               "crashed operations",
    .complexity = "O(n) and sorting",
    .applies = applies,
    .run = run,
};
