/* Contents of a queue as dense ids: equal contents are equal ids. A content is the last `len` steps
 * of a path in a tree of everything that ever came in at the back, so that coming in there and
 * going out at either end cost no copy. Owner rule: free with queues_free. */
#ifndef BELIE_CHECKER_QUEUE_STATES_H
#define BELIE_CHECKER_QUEUE_STATES_H

#include "base/hash.h"
#include "histories/value.h"

enum { QUEUE_EMPTY = 0 };

struct queue_cell {
    uint32_t parent; /* what came in before */
    uint32_t jump;   /* an ancestor farther away */
    uint32_t depth;
    val v;
};

struct queue_state {
    uint64_t hash;
    uint32_t last, len; /* cell */
    uint32_t first;     /* cell that goes out next */
};

struct queues {
    struct queue_cell *cells; /* cell 0 is the root */
    size_t ncells, cells_cap;
    struct queue_state *states;
    size_t nstates, states_cap;
    uint64_t *power; /* of the hash's base */
    size_t npower, power_cap;
    uint32_t *slots; /* open addressing over states; 0 = empty, else state + 1 */
    size_t nslots;
    struct map64 put, put_first; /* state, value -> state */
};

void queues_init(struct queues *q);
void queues_free(struct queues *q);
size_t queues_bytes(const struct queues *q);

/* State s after v came in: O(1) expected, and O(length) where the same content had been reached
 * along another path. */
uint32_t queues_put(struct queues *q, uint32_t s, val v);
/* The same at the front, which copies: O(length). */
uint32_t queues_put_first(struct queues *q, uint32_t s, val v);
/* What is at the front; VAL_ABSENT of the empty queue. */
val queues_first(const struct queues *q, uint32_t s);
/* What is at the back; VAL_ABSENT of the empty queue. */
val queues_last(const struct queues *q, uint32_t s);
/* State s, which is not empty, without its first. O(log length), and as queues_put. */
uint32_t queues_take(struct queues *q, uint32_t s);
/* The same without its last. */
uint32_t queues_take_last(struct queues *q, uint32_t s);
/* The elements of state s as an EDN list, from the first; of a long one only the beginning. */
void queues_print(const struct queues *q, uint32_t s, const struct values *t, struct buf *out);

#endif
