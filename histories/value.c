/* The interner. An entry is 16 bytes: payload pointer (or the integer itself), length, and a tag
 * of 28 hash bits and 4 kind bits. Slots hold entry numbers; a probe compares tags first and then
 * the payload, so equal ids always mean equal values. Children of a list, set or map are ids
 * already, hence comparing a composite value is one memcmp and nothing recurses. */
#include "histories/value.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

struct val_entry {
    union {
        int64_t i;
        const char *text;
        const val *items;
    } u;
    uint32_t n;   /* bytes of a text, items of a composite, 0 for integers */
    uint32_t tag; /* hash << 4 | kind */
};

enum { HASH_BITS = 28, FIRST_SLOTS = 256, CHUNK = 1 << 16, SORT_SMALL = 32 };

void values_init(struct values *t)
{
    *t = (struct values){0};
    t->nslots = FIRST_SLOTS;
    t->slots = mem_zalloc(t->nslots, sizeof *t->slots);
}

void values_free(struct values *t)
{
    mem_free(t->slots);
    mem_free(t->entries);
    arena_free(&t->arena);
    *t = (struct values){0};
}

/* `n` bytes aligned for a val. The arena alone would round each to 16. */
static void *pack(struct values *t, size_t n)
{
    size_t pad = (size_t)(-(uintptr_t)t->at & (sizeof(val) - 1));
    if (!t->at || n + pad > (size_t)(t->end - t->at)) {
        if (n > CHUNK / 4)
            return arena_alloc(&t->arena, n);
        t->at = arena_alloc(&t->arena, CHUNK);
        t->end = t->at + CHUNK;
        pad = 0;
    }
    char *p = t->at + pad;
    t->at = p + n;
    return p;
}

/* The high hash bits choose the slot, so that tables beyond 2^28 slots only cluster. */
static size_t slot_home(const struct values *t, uint32_t tag)
{
    return (size_t)(((uint64_t)(tag >> 4) * t->nslots) >> HASH_BITS);
}

static void grow_slots(struct values *t)
{
    mem_free(t->slots);
    t->nslots *= 2;
    t->slots = mem_zalloc(t->nslots, sizeof *t->slots);
    for (size_t i = 0; i < t->n; i++) {
        size_t s = slot_home(t, t->entries[i].tag);
        while (t->slots[s])
            s = (s + 1) & (t->nslots - 1);
        t->slots[s] = (uint32_t)(i + 1);
    }
}

static val add_entry(struct values *t, size_t slot, struct val_entry e)
{
    t->entries = mem_grow(t->entries, &t->cap, t->n + 1, sizeof *t->entries);
    t->entries[t->n++] = e;
    t->slots[slot] = (uint32_t)t->n;
    if (t->n * 4 > t->nslots * 3)
        grow_slots(t);
    return (val)(VAL_FIRST + t->n - 1);
}

static uint32_t tag_of(enum val_kind kind, uint64_t hash)
{
    return ((uint32_t)(hash >> 32) & ~15u) | (uint32_t)kind;
}

/* Find or add `n` elements of `size` bytes at `p`. */
static val intern(struct values *t, enum val_kind kind, const void *p, size_t n, size_t size)
{
    size_t bytes = n * size;
    uint32_t tag = tag_of(kind, hash_bytes(p, bytes));
    size_t s = slot_home(t, tag);
    for (; t->slots[s]; s = (s + 1) & (t->nslots - 1)) {
        const struct val_entry *e = &t->entries[t->slots[s] - 1];
        if (e->tag == tag && e->n == n && (!bytes || memcmp(e->u.text, p, bytes) == 0))
            return VAL_FIRST + t->slots[s] - 1;
    }
    char *copy = pack(t, bytes);
    if (bytes)
        memcpy(copy, p, bytes);
    return add_entry(t, s, (struct val_entry){.u.text = copy, .n = (uint32_t)n, .tag = tag});
}

val val_big_int(struct values *t, int64_t i)
{
    uint32_t tag = tag_of(V_INT, hash_u64((uint64_t)i));
    size_t s = slot_home(t, tag);
    for (; t->slots[s]; s = (s + 1) & (t->nslots - 1)) {
        const struct val_entry *e = &t->entries[t->slots[s] - 1];
        if (e->tag == tag && e->u.i == i)
            return VAL_FIRST + t->slots[s] - 1;
    }
    return add_entry(t, s, (struct val_entry){.u.i = i, .tag = tag});
}

val val_text(struct values *t, enum val_kind kind, struct str s)
{
    return intern(t, kind, s.p, s.n, 1);
}

/* Canonical order: small integers by value, then everything else by age in the table. */
static uint32_t rank(val v)
{
    return v ^ ((v & VAL_SMALL) ? 0xc0000000u : 0x80000000u);
}

static int by_rank(const void *a, const void *b)
{
    uint32_t x = rank(*(const val *)a), y = rank(*(const val *)b);
    return (x > y) - (x < y);
}

static size_t sort_set(val *v, size_t n)
{
    if (n > 1)
        qsort(v, n, sizeof *v, by_rank); /* #{} has no items to point at */
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (k == 0 || v[k - 1] != v[i])
            v[k++] = v[i];
    return k;
}

struct map_item {
    val k, v;
};

static void insertion_sort(struct map_item *m, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct map_item x = m[i];
        size_t j = i;
        for (; j > 0 && rank(m[j - 1].k) > rank(x.k); j--)
            m[j] = m[j - 1];
        m[j] = x;
    }
}

/* Stable, because of equal keys the last given one must stay. `tmp` has room for n items. */
static void merge_sort(struct map_item *m, struct map_item *tmp, size_t n)
{
    if (n <= SORT_SMALL) {
        insertion_sort(m, n);
        return;
    }
    size_t half = n / 2, i = 0, j = half, k = 0;
    merge_sort(m, tmp, half);
    merge_sort(m + half, tmp, n - half);
    memcpy(tmp, m, half * sizeof *m);
    while (i < half && j < n)
        m[k++] = rank(tmp[i].k) <= rank(m[j].k) ? tmp[i++] : m[j++];
    memcpy(m + k, tmp + i, (half - i) * sizeof *m);
}

/* n = entries; returns the entries left. */
static size_t sort_map(struct map_item *m, size_t n)
{
    if (n <= SORT_SMALL) {
        insertion_sort(m, n);
    } else {
        struct map_item *tmp = mem_realloc(NULL, n, sizeof *tmp);
        merge_sort(m, tmp, n);
        mem_free(tmp);
    }
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (k > 0 && m[k - 1].k == m[i].k)
            k--;
        m[k++] = m[i];
    }
    return k;
}

val val_seq(struct values *t, enum val_kind kind, val *items, size_t n)
{
    if (kind == V_SET && n > 1)
        n = sort_set(items, n);
    else if (kind == V_MAP && n > 2)
        n = 2 * sort_map((struct map_item *)(void *)items, n / 2);
    return intern(t, kind, items, n, sizeof *items);
}

/* Of an id that is neither small nor fixed. */
static const struct val_entry *entry(const struct values *t, val v)
{
    return &t->entries[v - VAL_FIRST];
}

enum val_kind val_kind(const struct values *t, val v)
{
    static const enum val_kind fixed[VAL_FIRST] = {V_NIL, V_BOOL, V_BOOL, V_ABSENT};
    if (v & VAL_SMALL)
        return V_INT;
    return v < VAL_FIRST ? fixed[v] : (enum val_kind)(entry(t, v)->tag & 15);
}

bool val_get_int(const struct values *t, val v, int64_t *out)
{
    if (v & VAL_SMALL) {
        uint32_t low = v & 0x7fffffffu;
        *out = low < 0x40000000u ? (int64_t)low : (int64_t)low - 0x80000000ll;
        return true;
    }
    if (val_kind(t, v) != V_INT)
        return false;
    *out = entry(t, v)->u.i;
    return true;
}

struct str val_get_text(const struct values *t, val v)
{
    enum val_kind k = val_kind(t, v);
    if (k != V_NUMBER && k != V_STRING && k != V_KEYWORD && k != V_SYMBOL)
        return (struct str){"", 0};
    return (struct str){entry(t, v)->u.text, entry(t, v)->n};
}

const val *val_items(const struct values *t, val v, size_t *n)
{
    enum val_kind k = val_kind(t, v);
    *n = 0;
    if (k != V_LIST && k != V_SET && k != V_MAP)
        return NULL;
    *n = entry(t, v)->n;
    return entry(t, v)->u.items;
}

bool val_pair(const struct values *t, val v, val *first, val *second)
{
    size_t n;
    const val *items = val_items(t, v, &n);
    if (n != 2 || val_kind(t, v) != V_LIST)
        return false;
    *first = items[0];
    *second = items[1];
    return true;
}
