/* The return of an operation: every configuration in which it is still to be done is expanded by
 * sequences of open and crashed operations that end with it (reductions R2 to R5). */
#include "checker/jit_search.h"

#include "base/mem.h"

#include <string.h>

/* Remember that `what` led to the configuration at `c`. */
static void add_trace(struct jit *j, uint64_t *c, uint32_t what)
{
    if (!j->tracing)
        return;
    j->trace = mem_grow(j->trace, &j->trace_cap, j->ntrace + 1, sizeof *j->trace);
    j->trace[j->ntrace] = (struct jit_trace){
        .parent = (uint32_t)c[j->shape.words], .what = what, .event = j->event, .way = j->way};
    c[j->shape.words] = j->ntrace++;
}

#define LAZY ((uint64_t)1 << 63) /* in word 0, only inside a closure: R4 applies to what follows */

static bool has(const uint64_t *bits, unsigned slot)
{
    return (bits[slot / 64] >> (slot % 64)) & 1;
}

#define NOTHING UINT32_MAX /* no operation was applied: no trace */

/* Configuration d (o done) leaves the closure: o's slot is forgotten. */
static void emit(struct jit *j, uint64_t *d, unsigned slot, uint32_t what)
{
    uint64_t bit = (uint64_t)1 << (slot % 64);
    d[1 + slot / 64] &= ~bit;
    d[1 + j->shape.nw + slot / 64] &= ~bit;
    jit_forget_dead_value(j, d);
    size_t at = jit_set_insert(&j->next, &j->shape, d);
    if (at != SIZE_MAX && what != NOTHING)
        add_trace(j, jit_at(&j->next, at), what);
}

static void visit(struct jit *j, const uint64_t *d, uint32_t what)
{
    size_t at = jit_set_insert(&j->seen, &j->shape, d);
    if (at == SIZE_MAX)
        return;
    j->explored++;
    if (what != NOTHING)
        add_trace(j, jit_at(&j->seen, at), what);
}

/* After operation `what` brought d to a new state: settle, then emit or go on. */
static void arrive(struct jit *j, uint64_t *d, unsigned goal, uint32_t what, bool blind)
{
    bool observed = jit_settle(j, d, blind);
    if (has(d + 1, goal)) {
        emit(j, d, goal, what);
        return;
    }
    if ((blind || (what & JIT_CRASHED)) && !observed)
        d[0] |= LAZY;
    visit(j, d, what);
}

static void apply_open(struct jit *j, const uint64_t *c, unsigned slot, unsigned goal)
{
    const unsigned nw = j->shape.nw;
    uint32_t op = j->slot_op[slot];
    uint32_t f = j->plan->effect[op];
    for (unsigned k = 0;; k++) {
        uint32_t to = jit_next_state(j, (uint32_t)c[0], f, k);
        if (to == NO_STATE)
            return;
        uint64_t *d = j->scratch;
        memcpy(d, c, j->front.stride * sizeof *d);
        uint64_t bit = (uint64_t)1 << (slot % 64);
        j->way = k;
        d[0] = to;
        d[1 + slot / 64] |= bit;
        d[1 + nw + slot / 64] &= ~bit;
        arrive(j, d, goal, op, j->plan->effects[f].blind);
    }
}

/* An open, not done operation of the same effect is the better choice: it must return anyway. */
static bool open_twin(struct jit *j, const uint64_t *c, uint32_t f)
{
    const uint64_t *enabled = jit_masks(j, (uint32_t)c[0]) + j->shape.nw;
    for (unsigned w = 0; w < j->shape.nw; w++) {
        for (uint64_t rest = enabled[w] & ~c[1 + w]; rest; rest &= rest - 1) {
            unsigned slot = w * 64 + (unsigned)__builtin_ctzll(rest);
            if (j->plan->effect[j->slot_op[slot]] == f)
                return true;
        }
    }
    return false;
}

/* A crashed write of the present value is not useless when it hides an open blind operation that
 * would otherwise have to change the state (R4 has skipped the order open one, crashed one). */
static bool frees_something(const struct jit *j, const uint64_t *c)
{
    const unsigned nw = j->shape.nw;
    uint64_t would = 0;
    for (unsigned w = 0; w < nw; w++)
        would |= j->shape.blind[w] & ~c[1 + w] & ~c[1 + nw + w];
    return would != 0;
}

static void apply_crashed(struct jit *j, const uint64_t *c, uint32_t class, unsigned goal)
{
    const struct jit_crash *k = &j->plan->crash[class];
    bool blind = j->plan->effects[k->effect].blind;
    uint32_t state = (uint32_t)c[0];
    for (unsigned n = 0;; n++) {
        uint32_t to = jit_next_state(j, state, k->effect, n);
        if (to == NO_STATE)
            return;
        if (to == state && !(blind && frees_something(j, c)))
            continue;
        uint64_t *d = j->scratch;
        memcpy(d, c, j->front.stride * sizeof *d);
        j->way = n;
        d[0] = to;
        if (!k->plenty)
            d[1 + 2 * j->shape.nw + k->word] += (uint64_t)1 << k->shift;
        arrive(j, d, goal, class | JIT_CRASHED, blind);
    }
}

/* R2: some open operation with the effect of `slot` returns earlier and is still to be done. */
static bool must_wait(const struct jit *j, const uint64_t *c, unsigned slot)
{
    const unsigned nw = j->shape.nw;
    const uint64_t *earlier = j->earlier + (size_t)slot * nw;
    uint64_t wait = 0;
    for (unsigned w = 0; w < nw; w++)
        wait |= earlier[w] & ~c[1 + w];
    return wait != 0;
}

static void expand_open(struct jit *j, const uint64_t *c, unsigned goal, bool lazy)
{
    const unsigned nw = j->shape.nw;
    for (unsigned w = 0; w < nw; w++) {
        uint64_t rest = jit_masks(j, (uint32_t)c[0])[nw + w] & ~c[1 + w];
        if (lazy)
            rest &= ~j->shape.blind[w];
        for (; rest; rest &= rest - 1) {
            unsigned slot = w * 64 + (unsigned)__builtin_ctzll(rest);
            if (!must_wait(j, c, slot))
                apply_open(j, c, slot, goal);
        }
    }
}

static void expand_crashed(struct jit *j, const uint64_t *c, unsigned goal, bool lazy)
{
    for (uint32_t i = 0; i < j->nlive; i++) {
        uint32_t class = j->live[i];
        uint32_t f = j->plan->crash[class].effect;
        const struct jit_effect *fx = &j->plan->effects[f];
        if ((lazy && fx->blind) || jit_used(j, c, class) >= j->avail[class])
            continue;
        if (j->plan->reg && fx->action == ACT_CAS && fx->from != (uint32_t)c[0])
            continue;
        if (!j->plan->reg || !open_twin(j, c, f))
            apply_crashed(j, c, class, goal);
    }
}

enum { WITH_OPEN = 1, WITH_CRASHED = 2 };

/* Expand configuration `i` of `seen`; the ones in which slot `goal` gets done go to `next`. */
static void expand(struct jit *j, size_t i, unsigned goal, int with)
{
    if (jit_removed(&j->seen, i))
        return;
    uint64_t *c = j->top;
    memcpy(c, jit_at(&j->seen, i), j->seen.stride * sizeof *c);
    bool lazy = (c[0] & LAZY) != 0;
    c[0] &= ~LAZY;
    if (with & WITH_OPEN)
        expand_open(j, c, goal, lazy);
    if ((with & WITH_CRASHED) && j->nlive)
        expand_crashed(j, c, goal, lazy);
}

/* Expanding a configuration may lead to as many others as there are crashed operations, so it is
 * those that are counted from one look at the limits to the next. */
static bool go_on(struct jit *j, int with)
{
    enum { UNSEEN = 4096 };
    j->unseen += 1 + (with & WITH_CRASHED ? j->nlive : 0);
    if (j->unseen < UNSEEN)
        return true;
    j->unseen = 0;
    return jit_within_limits(j);
}

/* Every way to `goal`. With a beam enough is enough: `stop_at` configurations in `next`. */
static bool expand_all(struct jit *j, size_t from, unsigned goal, int with, size_t stop_at)
{
    for (size_t i = from; i < j->seen.n; i++) {
        expand(j, i, goal, with);
        if (!go_on(j, with))
            return false;
        if (j->next.n - j->next.removed >= stop_at && i + 1 < j->seen.n) {
            j->skipped = true;
            return true;
        }
    }
    return true;
}

/* Lean closures use crashed operations only when too few configurations survive without: first
 * none, then one, two, ... per path. */
static bool closure(struct jit *j, unsigned goal)
{
    size_t stop_at = j->width > SIZE_MAX / 4 ? SIZE_MAX : j->width * 4;
    if (!j->lean || j->nlive == 0)
        return expand_all(j, 0, goal, WITH_OPEN | WITH_CRASHED, stop_at);
    for (size_t from = 0, to = 0; from < j->seen.n; from = to) {
        if (!expand_all(j, from, goal, WITH_OPEN, stop_at))
            return false;
        to = j->seen.n;
        if (j->next.n - j->next.removed > j->width / 4) {
            j->skipped = true;
            return true;
        }
        for (size_t i = from; i < to; i++) {
            expand(j, i, goal, WITH_CRASHED);
            if (!go_on(j, WITH_CRASHED))
                return false;
        }
    }
    return true;
}

/* True when using the blind operation f for real at its return can matter: somebody may still
 * observe the value. */
static bool worth_using(struct jit *j, const uint64_t *c, uint32_t f)
{
    const struct jit_plan *p = j->plan;
    if (!p->reg || p->effects[f].action != ACT_WRITE)
        return true;
    uint32_t pos = jit_event_pos(p, j->event);
    if (jit_next_observer(p, p->effects[f].to, pos) <= p->next_cover[j->event])
        return true;
    const uint64_t *m = jit_masks(j, p->effects[f].to);
    const unsigned nw = j->shape.nw;
    for (unsigned w = 0; w < nw; w++) {
        if ((m[w] | (m[nw + w] & ~j->shape.blind[w])) & ~c[1 + w])
            return true;
    }
    return j->nlive > 0;
}

enum jit_outcome jit_return(struct jit *j, uint32_t op)
{
    unsigned slot = j->plan->slot[op];
    uint32_t f = j->plan->effect[op];
    jit_set_clear(&j->next);
    jit_set_clear(&j->seen);
    j->skipped = false;
    for (size_t i = 0; i < j->front.n; i++) {
        const uint64_t *c = jit_at(&j->front, i);
        bool done = has(c + 1, slot), free = has(c + 1 + j->shape.nw, slot);
        if (done || free) {
            memcpy(j->scratch, c, j->front.stride * sizeof *c);
            emit(j, j->scratch, slot, NOTHING);
        }
        if (!done && (!free || worth_using(j, c, f)))
            visit(j, c, NOTHING);
    }
    if (!closure(j, slot))
        return JIT_STOPPED;
    jit_set_compact(&j->next);
    if (j->next.n == 0)
        return JIT_DIED;
    if (j->skipped || j->next.n > j->width)
        jit_trim(j);
    jit_swap(j);
    return JIT_SURVIVED;
}
