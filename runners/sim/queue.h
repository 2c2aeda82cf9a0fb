/* What is still to happen, by time and then by order of scheduling: a binary heap of small handles
 * over slots that do not move in it. Owner rule: queue_free frees. */
#ifndef BELIE_RUNNERS_SIM_QUEUE_H
#define BELIE_RUNNERS_SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUEUE_INLINE = 12 };

/* A message under way, or a timer (from == to, words[0] is its tag). */
struct happening {
    uint32_t from, to;
    uint32_t life; /* of `to` when a timer was set: a crash in between cancels it */
    bool timer;
    uint32_t n;    /* words */
    int64_t *more; /* the words, when they are more than fit inline; owned */
    int64_t words[QUEUE_INLINE];
};

struct queue_handle {
    int64_t time;
    uint64_t order; /* number of the happening, then its slot */
};

struct queue {
    struct queue_handle *heap;
    size_t n, cap;
    struct happening *slots;
    size_t nslots, slots_cap;
    uint32_t *unused; /* slots */
    size_t nunused, unused_cap;
    uint64_t scheduled;
};

/* O(log n). A copy of `h`; the words in h->more become the queue's. */
void queue_push(struct queue *q, int64_t time, const struct happening *h);
/* Time of the next one, INT64_MAX when there is none. */
int64_t queue_next(const struct queue *q);
/* Take it out; h->more becomes the caller's. There must be one. O(log n). */
void queue_pop(struct queue *q, struct happening *h);
void queue_free(struct queue *q);

static inline const int64_t *happening_words(const struct happening *h)
{
    return h->more ? h->more : h->words;
}

#endif
