/* Replicated stores for the world in a box: one file each, listed in stores.c. Every store says
 * what it promises; its variants are the same code with one mistake planted. */
#ifndef BELIE_RUNNERS_SIM_STORE_H
#define BELIE_RUNNERS_SIM_STORE_H

#include "generators/workload.h"
#include "runners/sim/world.h"

struct store_bug {
    const char *name, *summary;
    const char *needs; /* the fault that brings it to light; NULL: none */
};

struct store {
    const char *name, *summary;
    const char *level;            /* that it keeps whatever the faults */
    const struct store_bug *bugs; /* ends with a NULL name; variant i + 1 has bugs[i] */
    uint32_t serves;              /* a bit for each enum request_kind; 0: all of them */
    struct node_type type;
};

static inline bool store_serves(const struct store *s, enum request_kind k)
{
    return s->serves == 0 || (s->serves >> k & 1);
}

extern const struct store *const stores[]; /* NULL-terminated */
/* "leader" or "leader:BUG"; *variant is 0 without a bug. NULL when there is none of that name. */
const struct store *store_find(const char *name, unsigned *variant);
/* The i-th name, with bugs; NULL after the last. Static storage. */
const char *store_name(size_t i);

#endif
