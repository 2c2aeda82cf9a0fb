#include "tests/property/visited.h"

#include "base/hash.h"
#include "base/mem.h"

static size_t slot_of(const struct visited *v, const uint32_t *row)
{
    size_t bytes = v->row_words * sizeof *row;
    size_t s = (size_t)hash_bytes(row, bytes) & (v->nslots - 1);
    while (v->slots[s] && memcmp(v->rows + (v->slots[s] - 1) * v->row_words, row, bytes) != 0)
        s = (s + 1) & (v->nslots - 1);
    return s;
}

static void grow_slots(struct visited *v)
{
    v->nslots = v->nslots ? v->nslots * 2 : 1024;
    mem_free(v->slots);
    v->slots = mem_zalloc(v->nslots, sizeof *v->slots);
    for (size_t i = 0; i < v->nrows; i++)
        v->slots[slot_of(v, v->rows + i * v->row_words)] = (uint32_t)i + 1;
}

static uint32_t row_index(struct visited *v, const uint32_t *row)
{
    if ((v->nrows + 1) * 2 > v->nslots)
        grow_slots(v);
    size_t s = slot_of(v, row);
    if (!v->slots[s]) {
        size_t need = (v->nrows + 1) * v->row_words;
        v->rows = mem_grow(v->rows, &v->rows_cap, need, sizeof *v->rows);
        v->first = mem_grow(v->first, &v->first_cap, v->nrows + 1, sizeof *v->first);
        memcpy(v->rows + v->nrows * v->row_words, row, v->row_words * sizeof *row);
        v->first[v->nrows] = 0;
        v->slots[s] = (uint32_t)++v->nrows;
    }
    return v->slots[s] - 1;
}

static bool subset(const uint32_t *x, const uint32_t *y, size_t words)
{
    for (size_t i = 0; i < words; i++)
        if (x[i] & ~y[i])
            return false;
    return true;
}

bool visited_add(struct visited *v, const uint32_t *row, const uint32_t *set)
{
    uint32_t i = row_index(v, row);
    uint32_t *first = &v->first[i];
    size_t words = v->set_words;
    for (uint32_t at = *first; at; at = v->next[at - 1])
        if (subset(v->sets + (at - 1) * words, set, words))
            return false;
    v->sets = mem_grow(v->sets, &v->sets_cap, (v->nsets + 1) * words + 1, sizeof *v->sets);
    v->next = mem_grow(v->next, &v->next_cap, v->nsets + 1, sizeof *v->next);
    memcpy(v->sets + v->nsets * words, set, words * sizeof *set);
    v->next[v->nsets] = *first;
    *first = (uint32_t)++v->nsets;
    return true;
}

void visited_free(struct visited *v)
{
    mem_free(v->rows);
    mem_free(v->first);
    mem_free(v->slots);
    mem_free(v->sets);
    mem_free(v->next);
    *v = (struct visited){0};
}
