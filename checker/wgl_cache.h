/* The configurations that a search has visited. A configuration is a key of any length, compared
 * exactly, and the crashed operations that were used to get there, as sorted (pool, count) pairs.
 * With an equal key, one that used fewer of every pool makes another superfluous: whatever the
 * other can do, it can do too. So each key holds an antichain of uses.
 * Owner rule: free with wgl_cache_free. Memory is accounted to the budget while it is held. */
#ifndef BELIE_CHECKER_WGL_CACHE_H
#define BELIE_CHECKER_WGL_CACHE_H

#include "base/budget.h"

struct wgl_cache {
    struct budget *budget;
    uint32_t **chunks; /* words; see wgl_cache.c */
    size_t nchunks, chunks_cap;
    unsigned chunk_shift; /* a chunk holds 2^chunk_shift words */
    uint32_t used;        /* words of the last chunk */
    uint32_t *slots;      /* open addressing; 0 = empty, else place of an entry + 1 */
    size_t nslots, nkeys;
    size_t n;        /* configurations added */
    ptrdiff_t bytes; /* accounted */
};

enum wgl_cache_answer { CACHE_NEW, CACHE_KNOWN, CACHE_FULL };

struct wgl_use {
    uint32_t pool, count;
};

/* Keys and uses have at most `longest` words together. */
void wgl_cache_init(struct wgl_cache *c, struct budget *b, size_t longest);
void wgl_cache_free(struct wgl_cache *c);

/* Add a key of n words, whose first word determines n, with m uses. CACHE_KNOWN: it was there, or
 * one that makes it superfluous. CACHE_FULL: the memory limit is passed (or 2^32 words are used).
 * O(n + uses held with this key). */
enum wgl_cache_answer wgl_cache_add(struct wgl_cache *c, const uint32_t *key, size_t n,
                                    uint64_t hash, const struct wgl_use *use, size_t m);

#endif
