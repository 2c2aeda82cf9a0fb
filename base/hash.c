#include "base/hash.h"

#include "base/mem.h"

uint64_t hash_bytes(const void *p, size_t n)
{
    const unsigned char *c = p;
    uint64_t h = 0x9e3779b97f4a7c15u ^ n;
    for (; n >= 8; n -= 8, c += 8) {
        uint64_t w;
        memcpy(&w, c, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    uint64_t w = 0;
    if (n)
        memcpy(&w, c, n);
    return hash_u64(h ^ w);
}

static size_t slot_of(const struct map64 *m, uint64_t key)
{
    size_t i = (size_t)hash_u64(key) & (m->cap - 1);
    while (m->vals[i] != MAP64_NONE && m->keys[i] != key)
        i = (i + 1) & (m->cap - 1);
    return i;
}

uint32_t map64_get(const struct map64 *m, uint64_t key)
{
    return m->cap ? m->vals[slot_of(m, key)] : MAP64_NONE;
}

static void rehash(struct map64 *m)
{
    struct map64 old = *m;
    m->cap = old.cap ? old.cap * 2 : 16;
    m->keys = mem_realloc(NULL, m->cap, sizeof *m->keys);
    m->vals = mem_realloc(NULL, m->cap, sizeof *m->vals);
    memset(m->vals, 0xff, m->cap * sizeof *m->vals);
    for (size_t i = 0; i < old.cap; i++) {
        if (old.vals[i] == MAP64_NONE)
            continue;
        size_t s = slot_of(m, old.keys[i]);
        m->keys[s] = old.keys[i];
        m->vals[s] = old.vals[i];
    }
    mem_free(old.keys);
    mem_free(old.vals);
}

void map64_put(struct map64 *m, uint64_t key, uint32_t val)
{
    if ((m->n + 1) * 4 > m->cap * 3)
        rehash(m);
    size_t s = slot_of(m, key);
    if (m->vals[s] == MAP64_NONE)
        m->n++;
    m->keys[s] = key;
    m->vals[s] = val;
}

/* What stands behind the hole moves up when its own slot is not between the hole and it. */
void map64_remove(struct map64 *m, uint64_t key)
{
    size_t hole = m->cap ? slot_of(m, key) : 0, mask = m->cap - 1;
    if (m->cap == 0 || m->vals[hole] == MAP64_NONE)
        return;
    m->n--;
    for (size_t i = (hole + 1) & mask; m->vals[i] != MAP64_NONE; i = (i + 1) & mask) {
        size_t home = (size_t)hash_u64(m->keys[i]) & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        m->keys[hole] = m->keys[i];
        m->vals[hole] = m->vals[i];
        hole = i;
    }
    m->vals[hole] = MAP64_NONE;
}

void map64_free(struct map64 *m)
{
    mem_free(m->keys);
    mem_free(m->vals);
    *m = (struct map64){0};
}
