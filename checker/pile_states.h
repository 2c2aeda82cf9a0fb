/* Sequences that change at their top, as dense state ids: a state is the one below it and the
 * element on top, so that all states of a search share what they have in common.
 * Owner rule: free with piles_free. */
#ifndef BELIE_CHECKER_PILE_STATES_H
#define BELIE_CHECKER_PILE_STATES_H

#include "base/hash.h"
#include "histories/value.h"

enum { PILE_EMPTY = 0 };

struct pile_state {
    uint32_t below;
    val top;
};

struct piles {
    struct pile_state *states; /* equal contents are equal ids */
    size_t n, cap;
    struct map64 of; /* below, top -> state */
};

void piles_init(struct piles *p);
void piles_free(struct piles *p);

/* `state` with v on top of it. O(1) expected. */
uint32_t piles_push(struct piles *p, uint32_t state, val v);
static inline uint32_t piles_below(const struct piles *p, uint32_t state)
{
    return p->states[state].below;
}
/* Of a state that is not empty. */
static inline val piles_top(const struct piles *p, uint32_t state)
{
    return p->states[state].top;
}
/* "[1 2 3]" with the top last; of a long one its top and how many lie below. */
void piles_print(const struct piles *p, uint32_t state, const struct values *t, struct buf *out);

#endif
