/* Sets of configurations of the frontier search.
 *
 * A configuration is `words` 64-bit words: [0] the state; then `nw` words done (open operations
 * already linearized), `nw` words free (open operations that may count as linearized without a
 * trace, reduction R5), `nu` words of counts of used crashed operations; and, outside the key,
 * one word with the index of its trace node.
 * Equality and dominance are decided on the words themselves, never on a hash.
 * Owner rule: a set owns its words; free with jit_set_free. */
#ifndef BELIE_CHECKER_JIT_SET_H
#define BELIE_CHECKER_JIT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jit_shape {
    unsigned nw, nu, words; /* words = 1 + 2 nw + nu; a configuration has words + 1 */
    const uint64_t *guard;  /* nu words: guard bits of the counts */
    uint64_t *pure, *blind; /* nw words: which open slots hold pure and blind operations */
};

struct jit_set {
    uint64_t *w;
    size_t n, cap;     /* configurations */
    size_t stride;
    uint64_t *slots;   /* stamp << 32 | index of the group's first member */
    uint32_t *next;    /* chain inside a group */
    size_t nslots, next_cap;
    uint32_t stamp;
    uint64_t compared; /* dominance tests so far: the other half of a search's work */
    size_t removed;    /* entries marked with JIT_REMOVED, see jit_set_compact */
};

#define JIT_REMOVED UINT64_MAX /* in word 0 */

static inline uint64_t *jit_at(const struct jit_set *s, size_t i)
{
    return s->w + i * s->stride;
}

static inline bool jit_removed(const struct jit_set *s, size_t i)
{
    return jit_at(s, i)[0] == JIT_REMOVED;
}

void jit_set_init(struct jit_set *s, const struct jit_shape *shape);
void jit_set_free(struct jit_set *s);
void jit_set_clear(struct jit_set *s);
size_t jit_set_bytes(const struct jit_set *s);

/* Copy `c` in unless a member dominates it (R6); members that it dominates are removed but keep
 * their index until jit_set_compact. Returns the index, or SIZE_MAX. O(size of its group). */
size_t jit_set_insert(struct jit_set *s, const struct jit_shape *shape, const uint64_t *c);
/* Append without looking. */
void jit_set_append(struct jit_set *s, const uint64_t *c);
/* Drop removed entries; indices change, groups are forgotten. */
void jit_set_compact(struct jit_set *s);

#endif
