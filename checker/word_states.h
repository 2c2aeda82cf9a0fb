/* States that are short sequences of 32-bit words, e.g. sorted sets, interned: equal sequences are
 * one state. Owner rule: word_states_free frees. */
#ifndef BELIE_CHECKER_WORD_STATES_H
#define BELIE_CHECKER_WORD_STATES_H

#include <stddef.h>
#include <stdint.h>

struct word_states {
    uint32_t *words;
    size_t nwords, words_cap;
    size_t *start; /* of state i its words are start[i] .. start[i + 1] */
    size_t n, start_cap;
    uint32_t *slots; /* open addressing: 0 = empty, else state + 1 */
    size_t nslots;
};

/* The state of words[0..n), which are copied. O(n) expected. */
uint32_t word_state(struct word_states *s, const uint32_t *words, size_t n);
/* Its words; valid until the next word_state(). */
const uint32_t *word_state_get(const struct word_states *s, uint32_t state, size_t *n);
void word_states_free(struct word_states *s);

#endif
