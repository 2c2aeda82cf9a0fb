#include "checker/jit_set.h"

#include "base/hash.h"
#include "base/mem.h"

#include <string.h>

void jit_set_init(struct jit_set *s, const struct jit_shape *shape)
{
    *s = (struct jit_set){.stride = shape->words + 1u, .stamp = 1};
}

void jit_set_free(struct jit_set *s)
{
    mem_free(s->w);
    mem_free(s->slots);
    mem_free(s->next);
    *s = (struct jit_set){0};
}

void jit_set_clear(struct jit_set *s)
{
    s->n = 0;
    s->removed = 0;
    if (++s->stamp == 0) { /* stamps wrapped: old ones would look new */
        if (s->slots)
            memset(s->slots, 0, s->nslots * sizeof *s->slots);
        s->stamp = 1;
    }
}

size_t jit_set_bytes(const struct jit_set *s)
{
    return s->cap * s->stride * 8 + s->nslots * 8 + s->next_cap * 4;
}

void jit_set_append(struct jit_set *s, const uint64_t *c)
{
    s->w = mem_grow(s->w, &s->cap, s->n + 1, s->stride * sizeof *s->w);
    memcpy(jit_at(s, s->n), c, s->stride * sizeof *c);
    s->n++;
}

/* Configurations can dominate each other only when the state and the done bits of operations
 * that are neither pure nor blind are equal: those make the group. */
static uint64_t group_hash(const struct jit_shape *sh, const uint64_t *c)
{
    uint64_t h = hash_u64(c[0] + 1);
    for (unsigned i = 0; i < sh->nw; i++)
        h = hash_u64(h ^ (c[1 + i] & ~(sh->pure[i] | sh->blind[i])));
    return h;
}

static bool same_group(const struct jit_shape *sh, const uint64_t *a, const uint64_t *b)
{
    uint64_t diff = a[0] ^ b[0];
    for (unsigned i = 0; i < sh->nw; i++)
        diff |= (a[1 + i] ^ b[1 + i]) & ~(sh->pure[i] | sh->blind[i]);
    return diff == 0;
}

/* a can do whatever b can: it has done at least b's observers, has each mutator free or in b's
 * status (b's not free), and used no more crashed operations of any kind. */
static bool dominates(const struct jit_shape *sh, const uint64_t *a, const uint64_t *b)
{
    const unsigned nw = sh->nw;
    uint64_t bad = 0;
    for (unsigned i = 0; i < nw; i++) {
        uint64_t da = a[1 + i], db = b[1 + i];
        uint64_t fa = a[1 + nw + i], fb = b[1 + nw + i];
        bad |= (db & ~da & sh->pure[i]) | (~fa & (fb | (da ^ db)) & ~sh->pure[i]);
    }
    if (bad)
        return false;
    const uint64_t *ua = a + 1 + 2 * nw, *ub = b + 1 + 2 * nw;
    for (unsigned i = 0; i < sh->nu; i++) {
        if ((((ub[i] | sh->guard[i]) - ua[i]) & sh->guard[i]) != sh->guard[i])
            return false;
    }
    return true;
}

/* Slot whose head is in c's group, or the empty slot where the group belongs. */
static size_t find_slot(const struct jit_set *s, const struct jit_shape *sh, const uint64_t *c)
{
    size_t mask = s->nslots - 1;
    size_t i = (size_t)group_hash(sh, c) & mask;
    for (;; i = (i + 1) & mask) {
        if ((s->slots[i] >> 32) != s->stamp)
            return i;
        if (same_group(sh, jit_at(s, (uint32_t)s->slots[i]), c))
            return i;
    }
}

static void grow_table(struct jit_set *s, const struct jit_shape *sh)
{
    size_t old = s->nslots;
    uint64_t *slots = s->slots;
    s->nslots = old ? old * 2 : 64;
    s->slots = mem_zalloc(s->nslots, sizeof *s->slots);
    for (size_t i = 0; i < old; i++) {
        if ((slots[i] >> 32) == s->stamp)
            s->slots[find_slot(s, sh, jit_at(s, (uint32_t)slots[i]))] = slots[i];
    }
    mem_free(slots);
}

/* A group is a chain that starts at its slot. Dominated members are unlinked and marked. */
size_t jit_set_insert(struct jit_set *s, const struct jit_shape *sh, const uint64_t *c)
{
    if (s->n * 2 >= s->nslots)
        grow_table(s, sh);
    size_t slot = find_slot(s, sh, c);
    bool fresh = (s->slots[slot] >> 32) != s->stamp;
    uint32_t first = fresh ? UINT32_MAX : (uint32_t)s->slots[slot];
    uint32_t before = UINT32_MAX;
    for (uint32_t i = first; i != UINT32_MAX; i = s->next[i]) {
        uint64_t *m = jit_at(s, i);
        s->compared++;
        if (dominates(sh, m, c))
            return SIZE_MAX;
        if (!dominates(sh, c, m)) {
            before = i;
            continue;
        }
        m[0] = JIT_REMOVED;
        s->removed++;
        if (before == UINT32_MAX)
            first = s->next[i];
        else
            s->next[before] = s->next[i];
    }
    s->next = mem_grow(s->next, &s->next_cap, s->n + 1, sizeof *s->next);
    jit_set_append(s, c);
    s->next[s->n - 1] = first;
    s->slots[slot] = ((uint64_t)s->stamp << 32) | (s->n - 1);
    return s->n - 1;
}

void jit_set_compact(struct jit_set *s)
{
    if (!s->removed)
        return;
    size_t k = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (jit_removed(s, i))
            continue;
        if (k != i)
            memcpy(jit_at(s, k), jit_at(s, i), s->stride * sizeof *s->w);
        k++;
    }
    s->n = k;
    s->removed = 0;
}
