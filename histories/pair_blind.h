/* Pairing of events that carry no :process, by what they say. See pair_blind.c. */
#ifndef BELIE_HISTORIES_PAIR_BLIND_H
#define BELIE_HISTORIES_PAIR_BLIND_H

#include "base/hash.h"
#include "histories/history.h"

struct blind_node {
    uint32_t op, next; /* next = BLIND_END at the tail */
};

struct blind_chain {
    uint32_t head, tail;
};

struct blind {
    struct map64 exact, by_f; /* what an invocation says, or its f alone -> chain */
    struct blind_chain *chains;
    size_t nchains, chains_cap;
    struct blind_node *nodes;
    size_t nnodes, nodes_cap;
    val *idle; /* made-up processes that can be used again */
    size_t nidle, idle_cap;
    val *scratch;
    size_t scratch_cap;
    size_t events, guesses; /* events without process; completions that several could have had */
    size_t first, first_guess;
};

/* Operation `op` was invoked by event `i`. */
void blind_invoked(struct blind *b, struct history *h, uint32_t op, size_t i);
/* Find the open operation that event `i` completes. BLIND_AMBIGUOUS: several have its :f and none
 * of them its value. Amortised O(size of the value). */
enum blind_match { BLIND_NONE, BLIND_FOUND, BLIND_AMBIGUOUS };
enum blind_match blind_completes(struct blind *b, struct history *h, size_t i, uint32_t *op);
void blind_free(struct blind *b);

#endif
