/* Faults: what goes wrong, over a table of functions of the system under test. Every fault measures
 * what it did and says so in a receipt ("12 of 12 links cut"), and its second operation undoes it.
 * The operations have Jepsen's names and values. */
#ifndef BELIE_NEMESIS_FAULT_H
#define BELIE_NEMESIS_FAULT_H

#include "generators/gen.h"
#include "nemesis/grudge.h"

/* Nodes are numbered 0 .. n-1. */
struct nemesis_target {
    void (*cut)(void *ctx, uint32_t from, uint32_t to, bool cut);
    bool (*linked)(void *ctx, uint32_t from, uint32_t to); /* measured */
    void (*kill)(void *ctx, uint32_t node);
    void (*restart)(void *ctx, uint32_t node);
    bool (*up)(void *ctx, uint32_t node);
    void (*pause)(void *ctx, uint32_t node);
    void (*resume)(void *ctx, uint32_t node);
    bool (*paused)(void *ctx, uint32_t node);
    void (*skew)(void *ctx, uint32_t node, int64_t offset); /* nanoseconds */
    int64_t (*offset)(void *ctx, uint32_t node);            /* measured */
    void *ctx;
};

/* One test's. Owner rule: nemesis_init makes, nemesis_free frees. */
struct nemesis {
    const struct nemesis_target *target;
    uint32_t n;
    struct values *values;
    struct rng rng;     /* which nodes it hits */
    struct buf receipt; /* of the last operation, ended by a NUL */
};

struct fault {
    const char *name, *summary;
    const char *start, *stop; /* operations */
    /* The value that `start` is invoked with: a gen_maker for a struct nemesis. */
    gen_maker *choose;
    /* Do it; the value that the operation completes with. */
    val (*begin)(struct nemesis *m, val in);
    val (*end)(struct nemesis *m);
};

extern const struct fault *const faults[]; /* NULL-terminated */
const struct fault *fault_find(struct str name);

/* Do the operation `f`, of whichever fault it is, and write the receipt. */
val nemesis_invoke(struct nemesis *m, val f, val value);
void nemesis_init(struct nemesis *m, const struct nemesis_target *target, uint32_t n,
                  struct values *values, uint64_t seed);
void nemesis_free(struct nemesis *m);

/* Each fault begins and ends in turn, with random pauses of 0 to 2 `interval`; n > 0. `m` outlives
 * the generator. */
struct gen *nemesis_schedule(struct nemesis *m, const struct fault *const *list, size_t n,
                             int64_t interval, struct arena *a);
/* End them all, then wait. */
struct gen *nemesis_heal(struct nemesis *m, const struct fault *const *list, size_t n,
                         int64_t recovery, struct arena *a);

/* fault_*.c: a keyword or string value; "n1" for node 0. */
val fault_keyword(struct nemesis *m, const char *name);
val fault_node(struct nemesis *m, uint32_t node);
/* {"n1" what, ...} for the nodes of `set`. */
val fault_map(struct nemesis *m, uint64_t set, val what);
/* Nodes by a word such as :one, :minority, :majority, :all; and a random such word. */
uint64_t fault_nodes(struct nemesis *m, val spec);
gen_maker fault_choose_nodes;

#endif
