#include "checker/word_states.h"

#include "base/hash.h"
#include "base/mem.h"

#include <string.h>

const uint32_t *word_state_get(const struct word_states *s, uint32_t state, size_t *n)
{
    *n = s->start[state + 1] - s->start[state];
    return s->words + s->start[state];
}

static size_t place(const struct word_states *s, const uint32_t *words, size_t n)
{
    size_t at = (size_t)hash_bytes(words, n * sizeof *words) & (s->nslots - 1);
    for (; s->slots[at]; at = (at + 1) & (s->nslots - 1)) {
        size_t m;
        const uint32_t *known = word_state_get(s, s->slots[at] - 1, &m);
        if (m == n && memcmp(known, words, n * sizeof *words) == 0)
            break;
    }
    return at;
}

static void grow(struct word_states *s)
{
    mem_free(s->slots);
    s->nslots = s->nslots ? s->nslots * 2 : 64;
    s->slots = mem_zalloc(s->nslots, sizeof *s->slots);
    for (uint32_t i = 0; i < s->n; i++) {
        size_t n;
        const uint32_t *words = word_state_get(s, i, &n);
        s->slots[place(s, words, n)] = i + 1;
    }
}

uint32_t word_state(struct word_states *s, const uint32_t *words, size_t n)
{
    if ((s->n + 1) * 2 > s->nslots)
        grow(s);
    size_t at = place(s, words, n);
    if (s->slots[at])
        return s->slots[at] - 1;
    s->words = mem_grow(s->words, &s->words_cap, s->nwords + n + 1, sizeof *s->words);
    s->start = mem_grow(s->start, &s->start_cap, s->n + 2, sizeof *s->start);
    if (n)
        memcpy(s->words + s->nwords, words, n * sizeof *words);
    s->start[s->n] = s->nwords;
    s->nwords += n;
    s->start[++s->n] = s->nwords;
    s->slots[at] = (uint32_t)s->n;
    return (uint32_t)s->n - 1;
}

void word_states_free(struct word_states *s)
{
    mem_free(s->words);
    mem_free(s->start);
    mem_free(s->slots);
    *s = (struct word_states){0};
}
