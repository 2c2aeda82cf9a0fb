/* Hashing and an open-addressing table from 64-bit keys to 32-bit values.
 * Tables never decide equality by a hash alone: map64 compares the whole key.
 * Owner rule: the holder frees a map with map64_free. */
#ifndef BELIE_BASE_HASH_H
#define BELIE_BASE_HASH_H

#include "base/str.h"

/* Finaliser of splitmix64 (Steele, Lea, Flood 2014): a bijection on 64-bit words. */
static inline uint64_t hash_u64(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static inline uint64_t hash_mix(uint64_t h, uint64_t x)
{
    return hash_u64(h ^ (x + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2)));
}

/* Hash of a byte string, eight bytes a step. Not for adversaries: callers compare exactly. */
uint64_t hash_bytes(const void *p, size_t n);

struct map64 {
    uint64_t *keys;
    uint32_t *vals; /* MAP64_NONE = empty slot */
    size_t cap, n;
};

#define MAP64_NONE UINT32_MAX

/* Value of `key`, or MAP64_NONE. O(1) expected. */
uint32_t map64_get(const struct map64 *m, uint64_t key);
/* Insert or replace; `val` must not be MAP64_NONE. */
void map64_put(struct map64 *m, uint64_t key, uint32_t val);
/* Forget `key`, if it is there. O(1) expected; leaves no tombstone. */
void map64_remove(struct map64 *m, uint64_t key);
void map64_free(struct map64 *m);

#endif
