/* Beams: keep the most promising configurations, remember where the first was left out.
 * The order of preference is: fewest crashed operations used (they cannot come back), then fewest
 * open operations still to be done. Ties keep the order of discovery: deterministic. */
#include "checker/jit_search.h"

#include "base/mem.h"
#include "base/sort.h"

#include <string.h>

static uint64_t score(const struct jit *j, const uint64_t *c)
{
    const unsigned nw = j->shape.nw;
    uint64_t used = 0, undone = 0;
    for (uint32_t i = 0; i < j->nlive; i++)
        used += jit_used(j, c, j->live[i]);
    for (unsigned w = 0; w < nw; w++)
        undone += (unsigned)__builtin_popcountll(j->open[w] & ~c[1 + w] & ~c[1 + nw + w]);
    return used * 16 + undone;
}

static void copy_set(struct jit_set *to, const struct jit_set *from)
{
    jit_set_clear(to);
    for (size_t i = 0; i < from->n; i++)
        jit_set_append(to, jit_at(from, i));
}

void jit_trim(struct jit *j)
{
    if (!j->cut) {
        copy_set(&j->kept, &j->front);
        j->kept_event = j->event;
        j->cut = true;
    }
    if (j->next.n <= j->width)
        return;
    j->rank = mem_grow(j->rank, &j->rank_cap, j->next.n, sizeof *j->rank);
    for (size_t i = 0; i < j->next.n; i++)
        j->rank[i] = (score(j, jit_at(&j->next, i)) << 32) | i;
    sort_by_high32(j->rank, j->next.n);
    jit_set_clear(&j->seen);
    for (size_t i = 0; i < j->width; i++)
        jit_set_append(&j->seen, jit_at(&j->next, (uint32_t)j->rank[i]));
    struct jit_set t = j->next;
    j->next = j->seen;
    j->seen = t;
}

void jit_restart(struct jit *j, size_t width, bool lean)
{
    j->width = width;
    j->lean = lean;
    jit_rewind(j, j->kept_event);
    copy_set(&j->front, &j->kept);
    j->cut = false;
    j->nsnaps = 0;
}

void jit_snapshot(struct jit *j)
{
    if (j->nsnaps == JIT_SNAPS) {
        struct jit_snap oldest = j->snaps[0];
        memmove(j->snaps, j->snaps + 1, (JIT_SNAPS - 1) * sizeof *j->snaps);
        j->snaps[--j->nsnaps] = oldest;
    }
    struct jit_snap *s = &j->snaps[j->nsnaps++];
    s->set.stride = j->front.stride;
    copy_set(&s->set, &j->front);
    s->event = j->event;
}

bool jit_go_back(struct jit *j, uint32_t event)
{
    while (j->nsnaps && j->snaps[j->nsnaps - 1].event > event)
        j->nsnaps--;
    if (!j->nsnaps)
        return false;
    const struct jit_snap *s = &j->snaps[j->nsnaps - 1];
    jit_rewind(j, s->event);
    copy_set(&j->front, &s->set);
    return true;
}
