/* What a computation may spend, and how far it got. The checker reads no clock: the edge of the
 * program (a timer thread, a signal handler) sets `stop`, the computation polls it.
 * All fields are atomics because keys are checked in parallel. */
#ifndef BELIE_BASE_BUDGET_H
#define BELIE_BASE_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stop_cause { STOP_NONE = 0, STOP_TIME, STOP_INTERRUPT, STOP_MEMORY };

struct budget {
    _Atomic int stop;             /* enum stop_cause */
    size_t max_memory;            /* bytes that searches may hold together; 0 = no limit */
    _Atomic size_t used_memory;   /* bytes that searches hold now */
    _Atomic uint64_t events_done; /* progress: events certified so far, over all keys */
    _Atomic uint64_t events_all;
    _Atomic uint32_t keys_done, keys_all;
};

static inline enum stop_cause budget_stopped(const struct budget *b)
{
    return (enum stop_cause)atomic_load_explicit(&b->stop, memory_order_relaxed);
}

/* Account for `delta` more (or fewer) bytes. False when the limit is passed. */
static inline bool budget_memory(struct budget *b, ptrdiff_t delta)
{
    size_t now = atomic_fetch_add_explicit(&b->used_memory, (size_t)delta, memory_order_relaxed) +
                 (size_t)delta;
    return b->max_memory == 0 || now <= b->max_memory;
}

#endif
