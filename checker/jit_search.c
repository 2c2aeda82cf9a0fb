/* The frontier search, one event at a time (Lowe 2017 calls it just-in-time linearization;
 * Knossos has it as `linear`). The frontier is the set of configurations that some linearization
 * of the events so far can be in. An operation is linearized no later than its return and no
 * earlier than it is needed: at a return of o, every configuration in which o is still to be done
 * is expanded by sequences of open operations that end with o (closure). The history is
 * linearizable iff the frontier never becomes empty.
 *
 * What makes it bearable (proofs by exchange in research/algorithms.md 1.4.2; all of it is
 * checked against brute force in tests/property):
 *  R1 an observer is linearized as soon as it is legal;
 *  R2 of open operations with the same effect the one that returns first goes first;
 *  R3 crashed operations are counts per effect;
 *  R4 a crashed or blind operation that nobody observed is not followed by a blind one;
 *  R5 when a blind operation is applied, every other open blind one could have been placed just
 *     before it: it becomes free: it may pass as done, or be used for real until it returns;
 *     so does any operation that would leave the present state as it is;
 *  R6 of two configurations with one state, the one that has observed more, has more free
 *     operations and used fewer crashed ones is kept (jit_set.c);
 *  R7 a register value that nobody can observe any more, or that is certainly overwritten before
 *     anybody asks, is replaced by DEAD (jit_plan.c). */
#include "checker/jit_search.h"

#include "base/mem.h"

#include <string.h>

uint32_t jit_next_state(struct jit *j, uint32_t s, uint32_t f, unsigned k)
{
    const struct jit_effect *fx = &j->plan->effects[f];
    if (j->plan->reg) {
        if (k)
            return NO_STATE;
        if (fx->action == ACT_WRITE)
            return fx->to;
        if (fx->action == ACT_READ)
            return s == fx->to ? s : NO_STATE;
        return s == fx->from ? fx->to : NO_STATE;
    }
    if (k)
        return fx->many ? j->o->model->step(j->o, s, fx->cls, k) : NO_STATE;
    uint64_t key = ((uint64_t)s << 32) | f;
    uint32_t known = map64_get(&j->memo, key);
    if (known == MAP64_NONE) {
        uint32_t to = j->o->model->step(j->o, s, fx->cls, 0);
        known = to == NO_STATE ? 0 : to + 1;
        map64_put(&j->memo, key, known);
    }
    return known ? known - 1 : NO_STATE;
}

static void fill_masks(struct jit *j, uint32_t s, uint64_t *m)
{
    const unsigned nw = j->shape.nw;
    memset(m, 0, 3 * nw * sizeof *m);
    for (unsigned w = 0; w < nw; w++) {
        for (uint64_t rest = j->open[w]; rest; rest &= rest - 1) {
            unsigned slot = w * 64 + (unsigned)__builtin_ctzll(rest);
            uint64_t bit = rest & (0 - rest);
            uint32_t f = j->plan->effect[j->slot_op[slot]];
            uint32_t to = jit_next_state(j, s, f, 0);
            if (to == NO_STATE)
                continue;
            if (j->plan->effects[f].pure) {
                m[w] |= bit;
                continue;
            }
            m[nw + w] |= bit;
            if (to == s)
                m[2 * nw + w] |= bit;
        }
    }
}

const uint64_t *jit_masks(struct jit *j, uint32_t s)
{
    const size_t per = 3u * j->shape.nw;
    if (s >= j->masks_cap) {
        size_t old = j->masks_cap, ticks = old;
        j->masks = mem_grow(j->masks, &j->masks_cap, (size_t)s + 1, per * sizeof *j->masks);
        j->mask_tick = mem_grow(j->mask_tick, &ticks, j->masks_cap, sizeof *j->mask_tick);
        memset(j->mask_tick + old, 0, (j->masks_cap - old) * sizeof *j->mask_tick);
    }
    uint64_t *m = j->masks + s * per;
    if (j->mask_tick[s] != j->tick) {
        fill_masks(j, s, m);
        j->mask_tick[s] = j->tick;
    }
    return m;
}

/* Remember that `what` led to the configuration at `c`. */
static void add_trace(struct jit *j, uint64_t *c, uint32_t what)
{
    if (!j->tracing)
        return;
    j->trace = mem_grow(j->trace, &j->trace_cap, j->ntrace + 1, sizeof *j->trace);
    j->trace[j->ntrace] = (struct jit_trace){(uint32_t)c[j->shape.words], what, j->event};
    c[j->shape.words] = j->ntrace++;
}

uint32_t jit_used(const struct jit *j, const uint64_t *c, uint32_t class)
{
    const struct jit_crash *k = &j->plan->crash[class];
    if (k->plenty)
        return 0;
    uint64_t w = c[1 + 2 * j->shape.nw + k->word];
    return (uint32_t)((w >> k->shift) & (((uint64_t)1 << k->width) - 1));
}

/* R7. No open operation observes the value (R1 has done the reads already), no crashed cas waits
 * for it, and nobody who comes before the next certain overwrite asks for it. */
static void forget_dead_value(struct jit *j, uint64_t *c)
{
    const struct jit_plan *p = j->plan;
    uint32_t s = (uint32_t)c[0];
    if (!p->reg || j->keep_values || s >= p->nstates)
        return;
    uint32_t pos = jit_event_pos(p, j->event);
    uint32_t asks = jit_next_observer(p, s, pos);
    if (asks != RES_INF && asks <= p->next_cover[j->event])
        return;
    const uint64_t *m = jit_masks(j, s);
    const unsigned nw = j->shape.nw;
    for (unsigned w = 0; w < nw; w++) {
        if (m[nw + w] & ~c[1 + w] & ~j->shape.blind[w])
            return;
    }
    for (uint32_t i = 0; i < j->nlive; i++) {
        const struct jit_effect *f = &p->effects[p->crash[j->live[i]].effect];
        if (f->action == ACT_CAS && f->from == s && jit_used(j, c, j->live[i]) < j->avail[j->live[i]])
            return;
    }
    c[0] = p->nstates;
}

/* c is in a new state: observers that are legal now are done (R1), operations that change
 * nothing are free (R5). True when some observer was satisfied. */
static bool settle(struct jit *j, uint64_t *c, bool after_blind)
{
    const unsigned nw = j->shape.nw;
    const uint64_t *m = jit_masks(j, (uint32_t)c[0]);
    bool seen = false;
    for (unsigned w = 0; w < nw; w++) {
        seen |= (m[w] & ~c[1 + w]) != 0;
        c[1 + w] |= m[w];
        uint64_t freed = m[2 * nw + w];
        if (after_blind)
            freed |= j->shape.blind[w];
        c[1 + nw + w] |= freed & ~c[1 + w];
    }
    return seen;
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
    forget_dead_value(j, d);
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
    bool observed = settle(j, d, blind);
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

static void expand(struct jit *j, uint64_t *c, unsigned goal)
{
    const unsigned nw = j->shape.nw;
    bool lazy = (c[0] & LAZY) != 0;
    c[0] &= ~LAZY;
    uint32_t state = (uint32_t)c[0];
    for (unsigned w = 0; w < nw; w++) {
        uint64_t rest = jit_masks(j, state)[nw + w] & ~c[1 + w];
        if (lazy)
            rest &= ~j->shape.blind[w];
        for (; rest; rest &= rest - 1) {
            unsigned slot = w * 64 + (unsigned)__builtin_ctzll(rest);
            if (!must_wait(j, c, slot))
                apply_open(j, c, slot, goal);
        }
    }
    for (uint32_t i = 0; i < j->nlive; i++) {
        uint32_t class = j->live[i];
        uint32_t f = j->plan->crash[class].effect;
        const struct jit_effect *fx = &j->plan->effects[f];
        if ((lazy && fx->blind) || jit_used(j, c, class) >= j->avail[class])
            continue;
        if (j->plan->reg && fx->action == ACT_CAS && fx->from != state)
            continue;
        if (!j->plan->reg || !open_twin(j, c, f))
            apply_crashed(j, c, class, goal);
    }
}

static bool account(struct jit *j)
{
    size_t now = jit_set_bytes(&j->front) + jit_set_bytes(&j->next) + jit_set_bytes(&j->seen) +
                 j->trace_cap * sizeof *j->trace +
                 j->masks_cap * 3 * j->shape.nw * 8 + j->memo.cap * 12;
    ptrdiff_t delta = (ptrdiff_t)now - (ptrdiff_t)j->accounted;
    j->accounted = now;
    return budget_memory(j->budget, delta);
}

uint64_t jit_work(const struct jit *j)
{
    return j->explored + (j->next.compared + j->front.compared + j->seen.compared) / 8;
}

bool jit_within_limits(struct jit *j)
{
    enum stop_cause why = budget_stopped(j->budget);
    if (why == STOP_TIME)
        j->stopped = "time limit";
    else if (why == STOP_INTERRUPT)
        j->stopped = "interrupted";
    else if (why == STOP_MEMORY || !account(j))
        j->stopped = "memory limit";
    else if (j->max_work && jit_work(j) > j->max_work)
        j->stopped = "exploration limit";
    return !j->stopped;
}

/* Expand every configuration in `seen`; the ones in which slot `goal` gets done go to `next`. */
static bool closure(struct jit *j, unsigned goal)
{
    for (; j->expanded < j->seen.n; j->expanded++) {
        if (jit_removed(&j->seen, j->expanded))
            continue;
        memcpy(j->top, jit_at(&j->seen, j->expanded), j->seen.stride * sizeof *j->top);
        expand(j, j->top, goal);
        if ((j->expanded & 255) == 255 && !jit_within_limits(j))
            return false;
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

static enum jit_outcome do_return(struct jit *j, uint32_t op)
{
    unsigned slot = j->plan->slot[op];
    uint32_t f = j->plan->effect[op];
    jit_set_clear(&j->next);
    jit_set_clear(&j->seen);
    j->expanded = 0;
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
    struct jit_set t = j->front;
    j->front = j->next;
    j->next = t;
    return JIT_SURVIVED;
}

static void slot_enters(struct jit *j, uint32_t op)
{
    const unsigned nw = j->shape.nw;
    unsigned slot = j->plan->slot[op];
    uint32_t f = j->plan->effect[op];
    uint64_t bit = (uint64_t)1 << (slot % 64);
    uint64_t *mine = j->earlier + (size_t)slot * nw;
    memset(mine, 0, nw * sizeof *mine);
    for (unsigned w = 0; w < nw; w++) {
        for (uint64_t rest = j->open[w]; rest; rest &= rest - 1) {
            unsigned t = w * 64 + (unsigned)__builtin_ctzll(rest);
            if (j->plan->effect[j->slot_op[t]] != f)
                continue;
            if (j->o->ops[j->slot_op[t]].res < j->o->ops[op].res)
                mine[w] |= rest & (0 - rest);
            else
                j->earlier[(size_t)t * nw + slot / 64] |= bit;
        }
    }
    j->slot_op[slot] = op;
    j->open[slot / 64] |= bit;
    if (j->plan->effects[f].pure)
        j->shape.pure[slot / 64] |= bit;
    if (j->plan->effects[f].blind)
        j->shape.blind[slot / 64] |= bit;
}

static void slot_leaves(struct jit *j, uint32_t op)
{
    const unsigned nw = j->shape.nw;
    unsigned slot = j->plan->slot[op];
    uint64_t keep = ~((uint64_t)1 << (slot % 64));
    j->open[slot / 64] &= keep;
    j->shape.pure[slot / 64] &= keep;
    j->shape.blind[slot / 64] &= keep;
    for (unsigned t = 0; t < j->plan->nslots; t++)
        j->earlier[(size_t)t * nw + slot / 64] &= keep;
}

static void crash_enters(struct jit *j, uint32_t op)
{
    uint32_t class = j->plan->crash_of[op];
    if (class == UINT32_MAX)
        return;
    if (j->avail[class]++ == 0)
        j->live[j->nlive++] = class;
}

/* Crash classes that nobody can notice any more: forget their counts, which merges
 * configurations. */
static void bury_crashed(struct jit *j)
{
    uint32_t pos = jit_event_pos(j->plan, j->event), k = 0;
    bool buried = false;
    for (uint32_t i = 0; i < j->nlive; i++) {
        const struct jit_crash *c = &j->plan->crash[j->live[i]];
        if (c->dead_after > pos) {
            j->live[k++] = j->live[i];
            continue;
        }
        uint64_t field = (((uint64_t)1 << c->width) - 1) << c->shift;
        for (size_t n = 0; !c->plenty && n < j->front.n; n++)
            jit_at(&j->front, n)[1 + 2 * j->shape.nw + c->word] &= ~field;
        buried = true;
    }
    j->nlive = k;
    if (!buried)
        return;
    jit_set_clear(&j->next);
    for (size_t n = 0; n < j->front.n; n++)
        (void)jit_set_insert(&j->next, &j->shape, jit_at(&j->front, n));
    jit_set_compact(&j->next);
    struct jit_set t = j->front;
    j->front = j->next;
    j->next = t;
}

enum jit_outcome jit_step(struct jit *j)
{
    uint32_t e = j->plan->event[j->event], op = e >> 1;
    enum jit_outcome out = JIT_SURVIVED;
    if (e & 1) {
        out = do_return(j, op);
        if (out != JIT_SURVIVED)
            return out;
        slot_leaves(j, op);
        j->tick++;
        if (j->nlive)
            bury_crashed(j);
    } else if (j->o->ops[op].res == RES_INF) {
        crash_enters(j, op);
    } else {
        slot_enters(j, op);
        j->tick++;
        for (size_t i = 0; i < j->front.n; i++)
            (void)settle(j, jit_at(&j->front, i), false);
    }
    j->event++;
    return out;
}

void jit_init(struct jit *j, const struct jit_plan *plan, struct budget *budget, bool tracing,
              uint64_t max_work)
{
    *j = (struct jit){.plan = plan, .o = plan->o, .budget = budget, .tracing = tracing,
                      .max_work = max_work};
    j->shape = (struct jit_shape){.nw = plan->nw, .nu = plan->nu,
                                  .words = 1 + 2 * plan->nw + plan->nu, .guard = plan->guard};
    j->shape.pure = mem_zalloc(plan->nw, 8);
    j->shape.blind = mem_zalloc(plan->nw, 8);
    j->open = mem_zalloc(plan->nw, 8);
    j->slot_op = mem_zalloc(plan->nslots + 1u, sizeof *j->slot_op);
    j->earlier = mem_zalloc((size_t)plan->nslots + 1, plan->nw * sizeof *j->earlier);
    j->avail = mem_zalloc(plan->ncrash + 1u, sizeof *j->avail);
    j->live = mem_zalloc(plan->ncrash + 1u, sizeof *j->live);
    jit_set_init(&j->front, &j->shape);
    jit_set_init(&j->next, &j->shape);
    jit_set_init(&j->seen, &j->shape);
    j->top = mem_zalloc(j->front.stride, 8);
    j->scratch = mem_zalloc(j->front.stride, 8);
    jit_reset(j);
}

void jit_rewind(struct jit *j, uint32_t event)
{
    const size_t nw = j->shape.nw;
    memset(j->open, 0, nw * 8);
    memset(j->shape.pure, 0, nw * 8);
    memset(j->shape.blind, 0, nw * 8);
    memset(j->avail, 0, j->plan->ncrash * sizeof *j->avail);
    j->nlive = 0;
    for (j->event = 0; j->event < event; j->event++) {
        uint32_t e = j->plan->event[j->event], op = e >> 1;
        if (e & 1)
            slot_leaves(j, op);
        else if (j->o->ops[op].res == RES_INF)
            crash_enters(j, op);
        else
            slot_enters(j, op);
    }
    uint32_t pos = event ? jit_event_pos(j->plan, event - 1) : 0, k = 0;
    for (uint32_t i = 0; i < j->nlive; i++) {
        if (j->plan->crash[j->live[i]].dead_after > pos)
            j->live[k++] = j->live[i];
    }
    j->nlive = k;
    j->tick++;
}

void jit_reset(struct jit *j)
{
    jit_rewind(j, 0);
    j->ntrace = 0;
    jit_set_clear(&j->front);
    memset(j->scratch, 0, j->front.stride * 8);
    j->scratch[0] = j->plan->init_state;
    j->scratch[j->shape.words] = JIT_NO_TRACE;
    jit_set_append(&j->front, j->scratch);
}

void jit_free(struct jit *j)
{
    (void)budget_memory(j->budget, -(ptrdiff_t)j->accounted);
    jit_set_free(&j->front);
    jit_set_free(&j->next);
    jit_set_free(&j->seen);
    mem_free(j->shape.pure);
    mem_free(j->shape.blind);
    mem_free(j->open);
    mem_free(j->slot_op);
    mem_free(j->earlier);
    mem_free(j->avail);
    mem_free(j->live);
    mem_free(j->top);
    mem_free(j->scratch);
    mem_free(j->mask_tick);
    mem_free(j->masks);
    map64_free(&j->memo);
    mem_free(j->trace);
    *j = (struct jit){0};
}
