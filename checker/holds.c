/* Locks by owner: mutex, reentrant mutex, semaphore, rw-lock, fencing tokens.
 *
 * An owner does one thing after the other, so what it holds is known. Taking a lock as late and
 * giving it back as early as possible is best for everybody: an acquire takes effect when it
 * returns, a release when it is invoked (a crashed one as well; a crashed acquire, after which its
 * owner does nothing, not at all). Between the two the owner holds the lock for certain. The
 * history is linearizable iff
 *  - nobody releases what it does not hold, or takes again what cannot be taken twice;
 *  - at no return of an acquire others hold for certain what excludes it: anybody (mutex), all
 *    permits, a writer, or anybody when it is a writer;
 *  - fencing tokens grow in the order of the certain holds, which is the order of all holds, since
 *    they do not overlap.
 * One pass over the events; the first violation in it is the earliest one.
 *
 * Complexity: O(n log p), p operations open at a time. Limits: owners with several operations open
 * at a time, or that go on after a crashed one, and acquires that were refused (which need that
 * somebody held the lock) are left to the search. Source: research/algorithms.md 1.12. */
#include "checker/holds.h"

#include "base/mem.h"
#include "checker/number_states.h"
#include "checker/rules.h"
#include "checker/sweep.h"

static void emit(struct holds *h, uint32_t op)
{
    if (h->out)
        h->out[h->nout++] = op;
}

static bool excluded(const struct holds *h, uint32_t op, const struct owner *w)
{
    switch (h->l->kind) {
    case LOCK_MUTEX:
    case LOCK_FENCED:
        return h->holders > 0;
    case LOCK_REENTRANT:
        return h->holders > (w->count > 0);
    case LOCK_PERMITS:
        return (int64_t)h->permits >= h->l->permits;
    case LOCK_RW:
        return hold_of(h->o, op) == HOLD_WRITE ? h->holders > 0 : h->writers > 0;
    case LOCK_LEASE:
        break;
    }
    return false;
}

/* Is the token of acquire `op` not greater than the last one? */
static bool out_of_order(struct holds *h, uint32_t op)
{
    const struct object *o = h->o;
    val token = o->classes[o->ops[op].cls].b;
    if (h->l->kind != LOCK_FENCED || token == VAL_ABSENT)
        return false;
    uint32_t last = h->last;
    if (last != NO_OP &&
        number_value(o, token) <= number_value(o, o->classes[o->ops[last].cls].b))
        return true;
    h->last = op;
    return false;
}

/* Each returns the rule that is broken, or RULE_NONE. */
static enum rule acquire_returns(struct holds *h, uint32_t op)
{
    struct owner *w = &h->owners[owner_of(h->o, op)];
    bool again = h->l->kind == LOCK_REENTRANT || h->l->kind == LOCK_PERMITS;
    if (w->count > 0 && !again)
        return RULE_HELD_ALREADY;
    if (excluded(h, op, w))
        return RULE_TWO_HOLDERS;
    if (out_of_order(h, op))
        return RULE_TOKEN_ORDER;
    if (w->count++ == 0) {
        w->since = op;
        w->hold = hold_of(h->o, op);
        h->holders++;
        h->writers += w->hold == HOLD_WRITE;
    }
    h->permits++;
    emit(h, op);
    return RULE_NONE;
}

static void release_begins(struct holds *h, uint32_t op)
{
    struct owner *w = &h->owners[owner_of(h->o, op)];
    enum hold hold = hold_of(h->o, op);
    w->unfounded = w->count == 0 || (hold != HOLD_ANY && hold != w->hold);
    if (w->unfounded)
        return;
    h->permits--;
    if (--w->count == 0) {
        h->holders--;
        h->writers -= w->hold == HOLD_WRITE;
    }
    emit(h, op);
}

static enum rule release_returns(struct holds *h, uint32_t op)
{
    struct owner *w = &h->owners[owner_of(h->o, op)];
    if (w->unfounded)
        return RULE_NOT_HELD;
    w->release = op;
    return RULE_NONE;
}

static void decide(struct holds *h, const struct engine_options *opt, struct engine_result *out)
{
    struct sweep sweep = sweep_open(h->o);
    struct sweep_event e = {NO_OP, false, 0};
    enum rule broken = RULE_NONE;
    for (size_t i = 0; broken == RULE_NONE && sweep_next(&sweep, &e); i++) {
        bool acquire = acquires(h->o, e.op);
        if (acquire && e.returns)
            broken = acquire_returns(h, e.op);
        else if (!acquire && !e.returns)
            release_begins(h, e.op);
        else if (!acquire)
            broken = release_returns(h, e.op);
        if (i % 65536 == 0 && budget_stopped(opt->budget) != STOP_NONE) {
            out->reason = stop_text(budget_stopped(opt->budget));
            break;
        }
    }
    sweep_close(&sweep);
    if (out->reason)
        return;
    out->verdict = broken == RULE_NONE ? VERDICT_VALID : VERDICT_INVALID;
    out->certified = broken == RULE_NONE ? RES_INF : e.at - 1;
    if (broken == RULE_NONE)
        return;
    out->bad = e.op;
    out->rule = broken;
    if (!opt->verdict_only)
        holds_explain(h, broken, e.op, out);
}

static const char *holds_applies(const struct object *o, struct arena *a)
{
    (void)a;
    if (!locks_of(o) || locks_of(o)->kind == LOCK_LEASE)
        return "";
    if (o->actions & 1u << ACT_OTHER)
        return "some acquires were refused, which tells that the lock was held";
    if (!owners_sequential(o))
        return "some owner has several operations open at a time, or goes on after one that "
               "crashed";
    return NULL;
}

static void holds_run(struct object *o, const struct engine_options *opt,
                      struct engine_result *out)
{
    *out = (struct engine_result){
        .verdict = VERDICT_UNKNOWN, .bad = NO_OP, .failed_op = UINT32_MAX, .explored = o->n};
    struct holds h = {.o = o, .l = locks_of(o), .last = NO_OP};
    ptrdiff_t bytes = (ptrdiff_t)(h.l->nowners * sizeof *h.owners + (opt->witness ? 4 * o->n : 0));
    if (budget_memory(opt->budget, bytes)) {
        h.owners = mem_zalloc((size_t)h.l->nowners + 1, sizeof *h.owners);
        for (uint32_t i = 0; i < h.l->nowners; i++)
            h.owners[i].release = NO_OP;
        if (opt->witness)
            h.out = arena_alloc(&out->arena, (o->n + 1) * sizeof *h.out);
        decide(&h, opt, out);
        out->witness = h.out;
        out->nwitness = out->verdict == VERDICT_VALID ? h.nout : 0;
        mem_free(h.owners);
    } else {
        out->reason = stop_text(STOP_MEMORY);
    }
    budget_memory(opt->budget, -bytes);
}

const struct engine engine_holds = {
    .name = "holds",
    .summary = "locks by owner: what each holds for certain",
    .complexity = "O(n log p), p operations open at a time",
    .applies = holds_applies,
    .run = holds_run,
};
