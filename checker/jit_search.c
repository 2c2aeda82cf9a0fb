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

static bool account(struct jit *j)
{
    size_t now = jit_set_bytes(&j->front) + jit_set_bytes(&j->next) + jit_set_bytes(&j->seen) +
                 jit_set_bytes(&j->kept) +
                 j->trace_cap * sizeof *j->trace +
                 j->masks_cap * 3 * j->shape.nw * 8 + j->memo.cap * 12 + object_bytes(j->o);
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
    jit_swap(j);
}

enum jit_outcome jit_step(struct jit *j)
{
    uint32_t e = j->plan->event[j->event], op = e >> 1;
    enum jit_outcome out = JIT_SURVIVED;
    if (e & 1) {
        out = jit_return(j, op);
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
            (void)jit_settle(j, jit_at(&j->front, i), false);
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
    jit_set_init(&j->kept, &j->shape);
    j->width = SIZE_MAX;
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
    jit_set_free(&j->kept);
    for (unsigned i = 0; i < JIT_SNAPS; i++)
        jit_set_free(&j->snaps[i].set);
    mem_free(j->rank);
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
