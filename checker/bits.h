/* Private to the engines for objects of one bit: the greedy pass and the evidence.
 *
 * Definition: an element is up or down. ACT_UP takes it from down to up and is impossible when it
 * is up, ACT_DOWN the reverse; ACT_IS_UP and ACT_IS_DOWN observe. A mutex is one such element, a
 * set has one per value; elements are independent (locality). */
#ifndef BELIE_CHECKER_BITS_H
#define BELIE_CHECKER_BITS_H

#include "checker/engine.h"

#define NO_OP UINT32_MAX

/* An open operation waits in a heap (movers, by completion) or in a list (observers). */
struct bit_link {
    uint32_t element;
    uint32_t child, next; /* next == BIT_DONE: it is linearized */
};

#define BIT_DONE (UINT32_MAX - 1)

struct bit_element {
    uint32_t movers[2];  /* roots: open operations that leave down (0) and up (1) */
    uint32_t seekers[2]; /* open observers that wait for down (0) and up (1) */
    bool up, begins_up;
    uint8_t bad;         /* bit k: impossible in pass k */
};

struct bits {
    const struct object *o;
    struct bit_link *link;
    struct bit_element *elements;
    size_t nelements;
    uint64_t *ends; /* completed operations by completion */
    size_t nends;
    uint32_t *order; /* operations as they were linearized */
    size_t norder;
};

/* O(n); 44 bytes per operation and 32 per element. */
void bits_open(struct bits *b, struct object *o);
void bits_close(struct bits *b);
/* Linearize everything, greedily. The operation that cannot be placed first in time, or NO_OP.
 * `other`: every element begins in the other state. `all`: leave out an element that fails and go
 * on; then only the `bad` of elements tells. O(n log n). */
uint32_t bits_scan(struct bits *b, bool other, bool all);

/* Fill rule, reason, culprits and steps: the fewest operations on the element of `bad` that show
 * it, found by asking `by`. up: its state when `bad` found no place, or -1 if not known. */
void bit_evidence(const struct object *o, const struct engine *by, uint32_t bad, int up,
                  const struct engine_options *opt, struct engine_result *out);

#endif
