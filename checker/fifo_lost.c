/* Queues in which crashed takes meet peeks or empty results, and elements are left that they may
 * have taken. Who took what is then not known from limits alone (fifo_scan.c), but much is decided
 * from both sides, each time by a scan that is exact:
 *  - Linearizable, when it is with some choice of who took what. The choice: an element that is
 *    left has a deadline where it was passed by another one, where another one was at the front
 *    after it, where a result was empty after it had come in; the elements get the crashed takes
 *    in order of deadlines, and what a scan still finds wrong makes deadlines earlier.
 *  - Not linearizable, when it is not without the peeks and empty results (which only observe); or
 *    without all elements that they may have taken: what is left of a queue when an element is left
 *    out everywhere is a queue, and nobody finds less in it.
 *    Or when the deadlines that every choice has (the first ones) are too many for the crashed
 *    takes that began by then.
 * What neither shows is left to the search. O(n log n) a round, at most ROUNDS of them. */
#include "base/mem.h"
#include "checker/core.h"
#include "checker/fifo.h"

enum { ROUNDS = 32, SHOWN = 12 };

struct choice {
    struct object o; /* the object with the chosen takes as operations of known results */
    struct fifo f;
    uint32_t *deadline; /* element -> RES_INF: need not be taken */
    uint64_t *due;      /* scratch: deadline, element */
    uint32_t *lost;     /* the crashed takes, by invocation */
    uint32_t nlost;
    uint32_t missed;    /* a deadline that no choice can meet, or RES_INF */
};

static bool is_left(const struct choice *c, uint32_t i)
{
    const struct fifo_value *v = &c->f.v[i];
    return fifo_exists(v) && v->put != NO_OP &&
           (v->take == NO_OP || c->o.ops[v->take].res == RES_INF);
}

static bool due_by(struct choice *c, uint32_t i, uint32_t deadline)
{
    if (!is_left(c, i) || c->deadline[i] <= deadline)
        return false;
    c->deadline[i] = deadline;
    return true;
}

static void passed(struct choice *c)
{
    size_t n = fifo_passed(&c->f, NULL);
    for (size_t k = 0; k < n; k++)
        (void)due_by(c, sort_id(c->f.words[k]), sort_key(c->f.words[k]));
}

/* Of the words the first with a key above `pos`, or n. */
static size_t word_after(const uint64_t *words, size_t n, uint32_t pos)
{
    size_t lo = 0;
    while (lo < n) {
        size_t mid = lo + (n - lo) / 2;
        if (sort_key(words[mid]) > pos)
            n = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

/* What had come in when a result that found nothing began. */
static void emptied(struct choice *c)
{
    const struct fifo *f = &c->f;
    uint32_t n = f->nempty;
    uint64_t *words = mem_alloc((n + 1) * sizeof *words); /* they are by invocation */
    for (uint32_t k = n; k-- > 0;) {
        const struct lin_op *l = &c->o.ops[f->empty[k]];
        bool later = k + 1 < n && (uint32_t)words[k + 1] < l->res;
        words[k] = sort_word(l->inv, later ? (uint32_t)words[k + 1] : l->res);
    }
    for (uint32_t i = 0; i < f->nv; i++) {
        size_t k = f->v[i].came == RES_INF ? n : word_after(words, n, f->v[i].came);
        if (k < n)
            (void)due_by(c, i, (uint32_t)words[k]);
    }
    mem_free(words);
}

/* What was at the front before others were there for the last time: it left before these came
 * there. */
static void relieved(struct choice *c)
{
    const struct fifo *f = &c->f;
    uint64_t *words = mem_alloc((f->nv + 1) * sizeof *words); /* last begin, element */
    uint32_t(*soonest)[2] = mem_alloc((f->nv + 1) * sizeof *soonest); /* out first, from here on */
    size_t n = 0;
    for (uint32_t i = 0; i < f->nv; i++)
        if (f->v[i].first != NO_OP)
            words[n++] = sort_word(c->o.ops[f->v[i].last].inv, i);
    sort_by_high32(words, n);
    soonest[n][0] = soonest[n][1] = NO_OP;
    for (size_t k = n; k-- > 0;) {
        uint32_t i = sort_id(words[k]), *two = soonest[k];
        memcpy(two, soonest[k + 1], sizeof soonest[k + 1]);
        if (two[0] == NO_OP || f->v[i].out < f->v[two[0]].out) {
            two[1] = two[0];
            two[0] = i;
        } else if (two[1] == NO_OP || f->v[i].out < f->v[two[1]].out) {
            two[1] = i;
        }
    }
    for (uint32_t i = 0; i < f->nv; i++) {
        if (f->v[i].first == NO_OP)
            continue;
        const uint32_t *two = soonest[word_after(words, n, f->v[i].out)];
        uint32_t other = two[0] == i ? two[1] : two[0];
        if (other != NO_OP)
            (void)due_by(c, i, f->v[other].out);
    }
    mem_free(words);
    mem_free(soonest);
}

/* Deadlines that any choice has to meet. */
static void find_deadlines(struct choice *c)
{
    if (c->f.ordered) {
        passed(c);
        relieved(c);
    }
    emptied(c);
}

static void by_deadline(const struct choice *c, size_t n)
{
    sort_by_high32(c->due, n); /* by .came */
    for (size_t k = 0; k < n; k++) {
        uint32_t i = sort_id(c->due[k]);
        c->due[k] = sort_word(c->deadline[i], i);
    }
    sort_by_high32(c->due, n);
}

/* Give the elements that are due a crashed take each, the earliest to the first. RES_INF, or the
 * deadline for which there is none that began in time. */
static uint32_t grant(struct choice *c, const struct object *o)
{
    size_t n = 0;
    for (uint32_t i = 0; i < c->f.nv; i++)
        if (c->deadline[i] != RES_INF)
            c->due[n++] = sort_word(c->f.v[i].came, i);
    by_deadline(c, n);
    for (uint32_t k = 0; k < c->nlost; k++)
        c->o.ops[c->lost[k]].cls = o->ops[c->lost[k]].cls;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t deadline = sort_key(c->due[k]);
        if (k == c->nlost || o->ops[c->lost[k]].inv >= deadline)
            return deadline;
        uint32_t op = c->lost[k];
        struct op_class *known = &c->o.classes[o->nclasses + k];
        *known = o->classes[o->ops[op].cls];
        known->b = o->classes[o->ops[c->f.v[sort_id(c->due[k])].put].cls].a;
        known->result_known = true;
        c->o.ops[op].cls = (uint32_t)(o->nclasses + k);
    }
    return RES_INF;
}

/* What a scan found wrong makes deadlines earlier. False when it cannot be mended so. */
static bool learn(struct choice *c, const struct fifo_clash *clash)
{
    bool earlier = false;
    const struct fifo_value *v = c->f.v;
    if (clash->rule == RULE_QUEUE_ORDER && clash->a != NO_OP)
        return due_by(c, clash->a, v[clash->b].out) || due_by(c, clash->b, v[clash->a].out);
    for (uint32_t i = 0; clash->rule == RULE_NOT_EMPTY && i < c->f.nv; i++)
        if (v[i].came < c->o.ops[clash->op].res)
            earlier |= due_by(c, i, c->o.ops[clash->op].res);
    return earlier;
}

static bool open_fifo(struct choice *c, const struct object *o, bool ordered)
{
    struct arena ignored = {0};
    bool distinct = !fifo_open(&c->f, o, ordered, &ignored);
    arena_free(&ignored);
    c->f.rescue = false;
    c->f.words = mem_alloc((c->f.nv + 1) * sizeof *c->f.words);
    c->f.more = mem_alloc((c->f.nv + 1) * sizeof *c->f.more);
    return distinct;
}

/* Try choices until a scan finds nothing wrong. c->f is of the last one. */
static bool choose(struct choice *c, const struct object *o, bool ordered)
{
    struct fifo_clash clash;
    bool distinct = open_fifo(c, &c->o, ordered);
    c->deadline = mem_alloc((c->f.nv + 1) * sizeof *c->deadline);
    c->due = mem_alloc((c->f.nv + 1) * sizeof *c->due);
    memset(c->deadline, 0xff, (c->f.nv + 1) * sizeof *c->deadline);
    c->nlost = c->f.nlost;
    c->lost = mem_alloc((c->nlost + 1) * sizeof *c->lost);
    for (uint32_t k = 0; k < c->nlost; k++)
        c->lost[k] = c->f.lost[k];
    if (!distinct || fifo_scan(&c->f, &clash))
        return distinct;
    if (clash.rule != RULE_QUEUE_ORDER && clash.rule != RULE_NOT_EMPTY)
        return false;
    find_deadlines(c);
    c->missed = grant(c, o); /* by deadlines that all choices have */
    for (unsigned round = 0; round < ROUNDS && c->missed == RES_INF; round++) {
        fifo_close(&c->f);
        distinct = open_fifo(c, &c->o, ordered);
        if (!distinct || fifo_scan(&c->f, &clash))
            return distinct;
        if (!learn(c, &clash) || grant(c, o) != RES_INF)
            return false;
    }
    return false;
}

/* The operations that are needed to show it, by a core. */
static void name_culprits(const struct object *o, bool ordered, const struct engine_options *opt,
                          struct engine_result *out)
{
    struct core core;
    struct engine_result r = {.verdict = VERDICT_INVALID, .bad = out->bad};
    core_find(o, ordered ? &engine_queue : &engine_bag, &r, opt->budget, &core);
    size_t n = core.found ? core_strict(&core) : 0, shown = n < SHOWN ? n : SHOWN;
    out->culprits = arena_alloc(&out->arena, (n + 1) * sizeof *out->culprits);
    for (uint32_t i = 0; n > 0 && i < o->n; i++)
        if (core.strict[i])
            out->culprits[out->nculprits++] = (struct culprit){i, CULPRIT_SHOWN};
    out->steps = arena_alloc(&out->arena, (shown + 1) * sizeof *out->steps);
    for (size_t i = n - shown; i < n; i++) {
        uint32_t op = out->culprits[i].op;
        out->steps[out->nsteps++] = (struct step){STEP_OP, op, op, ""};
    }
    if (n > 0)
        out->steps[out->nsteps++] =
            (struct step){STEP_TEXT, NO_OP, NO_OP, "whatever the takes of unknown outcome took, "
                                                   "one of these did not find what it says"};
    core_free(&core);
}

/* The operation that ended at the deadline finds that something is still there. */
static void blame(const struct object *o, uint32_t deadline, struct engine_result *out)
{
    out->verdict = VERDICT_INVALID;
    out->certified = 0;
    out->bad = 0;
    while (o->ops[out->bad].res != deadline)
        out->bad++;
    bool empty = o->classes[o->ops[out->bad].cls].action == ACT_EMPTY;
    out->rule = empty ? RULE_NOT_EMPTY : RULE_QUEUE_ORDER;
    out->reason = "more elements were in its way than the takes of unknown outcome that began by "
                  "then can have taken";
}

/* By choices: valid, or without any that meets the deadlines. False when that does not tell. */
static bool decide(const struct object *o, bool ordered, const struct engine_options *opt,
                   struct engine_result *out)
{
    struct choice c = {.o = *o, .missed = RES_INF};
    c.o.ops = mem_alloc((o->n + 1) * sizeof *c.o.ops);
    c.o.classes = mem_alloc((o->nclasses + o->crashed + 1) * sizeof *c.o.classes);
    memcpy(c.o.ops, o->ops, o->n * sizeof *o->ops);
    memcpy(c.o.classes, o->classes, o->nclasses * sizeof *o->classes);
    bool valid = choose(&c, o, ordered);
    if (c.missed != RES_INF)
        blame(o, c.missed, out);
    if (valid) {
        out->verdict = VERDICT_VALID;
        out->certified = RES_INF;
        if (opt->witness)
            fifo_witness(&c.f, out);
    }
    fifo_close(&c.f);
    mem_free(c.deadline);
    mem_free(c.due);
    mem_free(c.o.ops);
    mem_free(c.o.classes);
    mem_free(c.lost);
    return out->verdict != VERDICT_UNKNOWN;
}

static void keep_observers_out(const struct object *o, bool *keep)
{
    for (size_t i = 0; i < o->n; i++)
        keep[i] = !o->classes[o->ops[i].cls].pure;
}

/* Nothing that crashed takes may have taken. */
static void keep_left_out(const struct object *o, bool ordered, bool *keep)
{
    struct choice c = {.o = *o};
    (void)open_fifo(&c, o, ordered);
    memset(keep, true, o->n * sizeof *keep);
    for (uint32_t i = 0; i < c.f.nv; i++) {
        bool taken = false;
        for (uint32_t k = c.f.start[i]; k < c.f.start[i + 1]; k++)
            taken |= o->classes[o->ops[sort_id(c.f.ops[k])].cls].action == ACT_TAKE;
        for (uint32_t k = c.f.start[i]; k < c.f.start[i + 1]; k++)
            keep[sort_id(c.f.ops[k])] = taken;
    }
    fifo_close(&c.f);
}

static void name_ops_of(struct engine_result *out, const uint32_t *from)
{
    if (out->bad != NO_OP)
        out->bad = from[out->bad];
    for (size_t i = 0; i < out->nculprits; i++)
        out->culprits[i].op = from[out->culprits[i].op];
    for (size_t i = 0; i < out->nsteps; i++) {
        struct step *s = &out->steps[i];
        s->x = s->x == NO_OP ? NO_OP : from[s->x];
        s->y = s->y == NO_OP ? NO_OP : from[s->y];
    }
}

/* Is what is kept of the object not linearizable? How much of the whole is, is not known then. */
static bool refuted(const struct object *o, const bool *keep, bool ordered,
                    const struct engine_options *opt, struct engine_result *out)
{
    struct object sub = *o;
    struct engine_options quiet = *opt;
    uint32_t *from = mem_alloc((o->n + 1) * sizeof *from);
    quiet.witness = false;
    sub.ops = mem_alloc((o->n + 1) * sizeof *sub.ops);
    sub.arena = (struct arena){0};
    sub.n = sub.crashed = 0;
    sub.actions = 0;
    for (uint32_t i = 0; i < o->n; i++) {
        if (!keep[i])
            continue;
        sub.crashed += o->ops[i].res == RES_INF;
        sub.actions |= 1u << o->classes[o->ops[i].cls].action;
        from[sub.n] = i;
        sub.ops[sub.n++] = o->ops[i];
    }
    fifo_run(&sub, ordered, &quiet, out);
    bool bad = out->verdict == VERDICT_INVALID;
    if (bad) {
        name_ops_of(out, from);
        out->certified = 0;
        out->explored = o->n;
    } else {
        arena_free(&out->arena);
    }
    mem_free(sub.ops);
    mem_free(from);
    return bad;
}

bool fifo_lost_run(const struct object *o, bool ordered, const struct engine_options *opt,
                   struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    bool *keep = mem_alloc(o->n + 1);
    struct engine_result by_choice = *out;
    bool known = decide(o, ordered, opt, &by_choice);
    bool bad = false;
    if (!known || by_choice.verdict == VERDICT_INVALID) { /* these can say more about it */
        keep_left_out(o, ordered, keep);
        bad = refuted(o, keep, ordered, opt, out);
        if (!bad && ordered) {
            keep_observers_out(o, keep);
            bad = refuted(o, keep, ordered, opt, out);
        }
    }
    mem_free(keep);
    if (bad)
        arena_free(&by_choice.arena);
    else
        *out = by_choice;
    if (!bad && out->verdict == VERDICT_INVALID && !opt->verdict_only)
        name_culprits(o, ordered, opt, out);
    return known || bad;
}
