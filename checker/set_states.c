#include "checker/set_states.h"

#include "base/mem.h"

enum { WORD_BITS = 64, LEVELS = 32, PRINTED = 20 };

uint32_t set_element_add(struct set_states *s, val v)
{
    uint32_t e = map64_get(&s->ids, v);
    if (e == MAP64_NONE) {
        e = (uint32_t)s->n;
        map64_put(&s->ids, v, e);
        s->elements = mem_grow(s->elements, &s->cap, s->n + 1, sizeof *s->elements);
        s->elements[s->n++] = v;
    }
    return e;
}

uint32_t set_element(const struct set_states *s, val v)
{
    return map64_get(&s->ids, v); /* MAP64_NONE is NO_ELEMENT */
}

/* Words are any 64 bits, which may be the map's key as they are. */
static uint32_t word_id(struct set_states *s, uint64_t word)
{
    uint32_t id = map64_get(&s->word_of, word);
    if (id == MAP64_NONE) {
        id = (uint32_t)s->nwords;
        map64_put(&s->word_of, word, id);
        s->words = mem_grow(s->words, &s->words_cap, s->nwords + 1, sizeof *s->words);
        s->words[s->nwords++] = word;
    }
    return id;
}

/* Nodes of all levels share one table: what an id means depends on the level where it stands. */
static uint32_t pair_id(struct set_states *s, struct set_pair p)
{
    uint64_t key = (uint64_t)p.left << 32 | p.right;
    uint32_t id = map64_get(&s->pair_of, key);
    if (id == MAP64_NONE) {
        id = (uint32_t)s->npairs;
        map64_put(&s->pair_of, key, id);
        s->pairs = mem_grow(s->pairs, &s->pairs_cap, s->npairs + 1, sizeof *s->pairs);
        s->pairs[s->npairs++] = p;
    }
    return id;
}

uint32_t set_states_ready(struct set_states *s)
{
    while (s->n > 0 && (s->n - 1) / WORD_BITS >> s->height > 0)
        s->height++;
    uint32_t id = word_id(s, 0);
    for (unsigned level = 0; level < s->height; level++)
        id = pair_id(s, (struct set_pair){id, id});
    return id;
}

static bool goes_right(uint32_t element, unsigned level)
{
    return element / WORD_BITS >> (level - 1) & 1;
}

bool set_has(const struct set_states *s, uint32_t state, uint32_t element)
{
    for (unsigned level = s->height; level > 0; level--)
        state = goes_right(element, level) ? s->pairs[state].right : s->pairs[state].left;
    return s->words[state] >> (element % WORD_BITS) & 1;
}

uint32_t set_with(struct set_states *s, uint32_t state, uint32_t element, bool in)
{
    uint32_t path[LEVELS] = {0};
    for (unsigned level = s->height; level > 0; level--) {
        path[level] = state;
        state = goes_right(element, level) ? s->pairs[state].right : s->pairs[state].left;
    }
    uint64_t bit = (uint64_t)1 << (element % WORD_BITS);
    state = word_id(s, in ? s->words[state] | bit : s->words[state] & ~bit);
    for (unsigned level = 1; level <= s->height; level++) {
        struct set_pair p = s->pairs[path[level]];
        if (goes_right(element, level))
            p.right = state;
        else
            p.left = state;
        state = pair_id(s, p);
    }
    return state;
}

void set_print(const struct set_states *s, const struct values *t, uint32_t state,
               struct buf *out)
{
    unsigned shown = 0;
    buf_puts(out, "#{");
    for (uint32_t e = 0; e < s->n && shown <= PRINTED; e++) {
        if (!set_has(s, state, e))
            continue;
        buf_puts(out, shown ? " " : "");
        if (shown++ == PRINTED)
            buf_puts(out, "...");
        else
            val_print_edn(t, s->elements[e], out);
    }
    buf_putc(out, '}');
}

void set_states_free(struct set_states *s)
{
    map64_free(&s->ids);
    map64_free(&s->word_of);
    map64_free(&s->pair_of);
    mem_free(s->elements);
    mem_free(s->words);
    mem_free(s->pairs);
    *s = (struct set_states){0};
}
