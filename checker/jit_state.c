/* What can happen in one state: next states, the masks of open operations, and how a
 * configuration settles in a state that it has just reached (reductions R1, R5, R7). */
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
void jit_forget_dead_value(struct jit *j, uint64_t *c)
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
        if (f->action == ACT_CAS && f->from == s &&
            jit_used(j, c, j->live[i]) < j->avail[j->live[i]])
            return;
    }
    c[0] = p->nstates;
}

/* c is in a new state: observers that are legal now are done (R1), operations that change
 * nothing are free (R5). True when some observer was satisfied. */
bool jit_settle(struct jit *j, uint64_t *c, bool after_blind)
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
