/* Words of an entry: hash, place of its first list of uses, key. Words of a list of uses: place of
 * the next list, number of pairs, pairs. Places are offset by one, 0 is none. An entry without a
 * list was reached without crashed operations, which nothing can beat. */
#include "checker/wgl_cache.h"

#include "base/mem.h"

#include <string.h>

enum { CHUNK_SHIFT = 14, SLOTS_MIN = 1 << 10, ENTRY_HEAD = 2, LIST_HEAD = 2 };

static bool account(struct wgl_cache *c, ptrdiff_t delta)
{
    c->bytes += delta;
    return budget_memory(c->budget, delta);
}

void wgl_cache_init(struct wgl_cache *c, struct budget *b, size_t longest)
{
    *c = (struct wgl_cache){.budget = b, .chunk_shift = CHUNK_SHIFT};
    while ((size_t)1 << c->chunk_shift < longest + ENTRY_HEAD + LIST_HEAD)
        c->chunk_shift++;
    c->nslots = SLOTS_MIN;
    c->slots = mem_zalloc(c->nslots, sizeof *c->slots);
    (void)account(c, (ptrdiff_t)(c->nslots * sizeof *c->slots));
}

void wgl_cache_free(struct wgl_cache *c)
{
    for (size_t i = 0; i < c->nchunks; i++)
        mem_free(c->chunks[i]);
    mem_free(c->chunks);
    mem_free(c->slots);
    (void)account(c, -c->bytes);
    *c = (struct wgl_cache){0};
}

static uint32_t *words_at(const struct wgl_cache *c, uint32_t place)
{
    place--;
    return c->chunks[place >> c->chunk_shift] + (place & (((uint32_t)1 << c->chunk_shift) - 1));
}

static bool grow(struct wgl_cache *c)
{
    size_t n = c->nslots * 2;
    if (!account(c, (ptrdiff_t)(n * sizeof *c->slots)))
        return false;
    uint32_t *slots = mem_zalloc(n, sizeof *slots);
    for (size_t i = 0; i < c->nslots; i++) {
        if (!c->slots[i])
            continue;
        size_t s = *words_at(c, c->slots[i]) & (n - 1);
        while (slots[s])
            s = (s + 1) & (n - 1);
        slots[s] = c->slots[i];
    }
    mem_free(c->slots);
    (void)account(c, -(ptrdiff_t)(c->nslots * sizeof *c->slots));
    c->slots = slots;
    c->nslots = n;
    return true;
}

/* Room for n words that do not cross chunks; NULL when no memory may be had. */
static uint32_t *room(struct wgl_cache *c, size_t n, uint32_t *place)
{
    size_t size = (size_t)1 << c->chunk_shift;
    if (c->nchunks == 0 || c->used + n > size) {
        if (c->nchunks + 1 >= UINT32_MAX >> c->chunk_shift ||
            !account(c, (ptrdiff_t)(size * sizeof(uint32_t))))
            return NULL;
        c->chunks = mem_grow(c->chunks, &c->chunks_cap, c->nchunks + 1, sizeof *c->chunks);
        c->chunks[c->nchunks++] = mem_alloc(size * sizeof(uint32_t));
        c->used = 0;
    }
    *place = ((uint32_t)(c->nchunks - 1) << c->chunk_shift) + c->used + 1;
    c->used += (uint32_t)n;
    return words_at(c, *place);
}

/* Does the list use at most as many of every pool as b does? Both are sorted by pool. */
static bool within(const struct wgl_use *a, size_t na, const struct wgl_use *b, size_t nb)
{
    if (na > nb)
        return false;
    for (size_t i = 0, j = 0; i < na; i++, j++) {
        while (j < nb && b[j].pool < a[i].pool)
            j++;
        if (j == nb || b[j].pool != a[i].pool || b[j].count < a[i].count)
            return false;
    }
    return true;
}

static const struct wgl_use *uses(const uint32_t *list)
{
    return (const struct wgl_use *)(const void *)(list + LIST_HEAD);
}

/* Add a list of uses to an entry; what it beats is unlinked. */
static enum wgl_cache_answer add_uses(struct wgl_cache *c, uint32_t *entry,
                                      const struct wgl_use *use, size_t m)
{
    uint32_t *link = &entry[1];
    while (*link) {
        uint32_t *list = words_at(c, *link);
        if (within(uses(list), list[1], use, m))
            return CACHE_KNOWN;
        if (within(use, m, uses(list), list[1]))
            *link = list[0];
        else
            link = &list[0];
    }
    uint32_t place;
    uint32_t *list = room(c, LIST_HEAD + 2 * m, &place);
    if (!list)
        return CACHE_FULL;
    list[0] = entry[1];
    list[1] = (uint32_t)m;
    memcpy(list + LIST_HEAD, use, m * sizeof *use);
    entry[1] = place;
    return CACHE_NEW;
}

static enum wgl_cache_answer meet(struct wgl_cache *c, uint32_t *entry, const struct wgl_use *use,
                                  size_t m)
{
    if (entry[1] == 0)
        return CACHE_KNOWN;
    if (m > 0)
        return add_uses(c, entry, use, m);
    entry[1] = 0;
    return CACHE_NEW;
}

enum wgl_cache_answer wgl_cache_add(struct wgl_cache *c, const uint32_t *key, size_t n,
                                    uint64_t hash, const struct wgl_use *use, size_t m)
{
    if ((c->nkeys + 1) * 4 > c->nslots * 3 && !grow(c))
        return CACHE_FULL;
    uint32_t h = (uint32_t)(hash ^ hash >> 32);
    size_t s = h & (c->nslots - 1);
    for (; c->slots[s]; s = (s + 1) & (c->nslots - 1)) {
        uint32_t *e = words_at(c, c->slots[s]);
        if (e[0] != h || e[ENTRY_HEAD] != key[0] ||
            memcmp(e + ENTRY_HEAD, key, n * sizeof *key) != 0)
            continue;
        enum wgl_cache_answer answer = meet(c, e, use, m);
        c->n += answer == CACHE_NEW;
        return answer;
    }
    uint32_t place;
    uint32_t *e = room(c, ENTRY_HEAD + n, &place);
    if (!e)
        return CACHE_FULL;
    e[0] = h;
    e[1] = 0;
    memcpy(e + ENTRY_HEAD, key, n * sizeof *key);
    c->slots[s] = place;
    c->nkeys++;
    c->n++;
    return m > 0 ? add_uses(c, e, use, m) : CACHE_NEW;
}
