/* States of sets: each is a set of elements, equal sets are equal ids.
 *
 * Elements are dense numbers; a set is a binary tree over words of 64 of them, and equal subtrees
 * are stored once, so that a step makes at most one path of new nodes: O(log elements) time and
 * memory. Source: hash consing (Ershov 1958) of persistent bitmaps.
 * Owner rule: free with set_states_free. */
#ifndef BELIE_CHECKER_SET_STATES_H
#define BELIE_CHECKER_SET_STATES_H

#include "base/buf.h"
#include "base/hash.h"
#include "histories/value.h"

struct set_pair {
    uint32_t left, right;
};

struct set_states {
    struct map64 ids;     /* value -> element */
    val *elements;        /* element -> value */
    size_t n, cap;
    unsigned height;      /* levels above the words */
    struct map64 word_of; /* word -> id */
    uint64_t *words;
    size_t nwords, words_cap;
    struct map64 pair_of; /* left, right -> id */
    struct set_pair *pairs;
    size_t npairs, pairs_cap;
};

#define NO_ELEMENT UINT32_MAX

/* The element of v, made when it is new; only before set_states_ready. */
uint32_t set_element_add(struct set_states *s, val v);
/* The element of v, or NO_ELEMENT. */
uint32_t set_element(const struct set_states *s, val v);
/* All elements are known. Returns the empty set. */
uint32_t set_states_ready(struct set_states *s);

bool set_has(const struct set_states *s, uint32_t state, uint32_t element);
/* The same set with the element in it, or out of it. */
uint32_t set_with(struct set_states *s, uint32_t state, uint32_t element, bool in);
/* As EDN, e.g. #{1 2}; a large one is cut. */
void set_print(const struct set_states *s, const struct values *t, uint32_t state,
               struct buf *out);
void set_states_free(struct set_states *s);

#endif
