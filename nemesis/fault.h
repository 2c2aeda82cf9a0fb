/* Faults: what goes wrong, over a table of functions of the system under test. Every fault measures
 * what it did and says so in a receipt ("12 of 12 links cut"; "no effect: ..." when it changed
 * nothing), and its second operation undoes it. The operations have Jepsen's names and values. */
#ifndef BELIE_NEMESIS_FAULT_H
#define BELIE_NEMESIS_FAULT_H

#include "generators/gen.h"
#include "nemesis/grudge.h"

/* What happens to messages between nodes; all zero: nothing. Chances are per million messages. */
struct packet_trouble {
    int64_t delay, jitter; /* nanoseconds; jitter is 0 to that much on top */
    uint32_t loss, duplicates;
    uint32_t reorder; /* held back by `delay`, while the others are not */
    /* Where messages are packets of bytes (nemesis_target.bytes): one bit is wrong; bits per
     * second, 0: no limit. */
    uint32_t corrupt;
    int64_t rate;
};

/* Nodes are numbered 0 .. n-1. A function that is NULL: the system cannot do that, see
 * fault_possible. */
struct nemesis_target {
    void (*cut)(void *ctx, uint32_t from, uint32_t to, bool cut);
    bool (*linked)(void *ctx, uint32_t from, uint32_t to); /* measured */
    void (*kill)(void *ctx, uint32_t node);
    void (*restart)(void *ctx, uint32_t node);
    bool (*up)(void *ctx, uint32_t node);
    void (*pause)(void *ctx, uint32_t node);
    void (*resume)(void *ctx, uint32_t node);
    bool (*paused)(void *ctx, uint32_t node);
    void (*skew)(void *ctx, uint32_t node, int64_t offset); /* nanoseconds; ends a strobe */
    int64_t (*offset)(void *ctx, uint32_t node);            /* measured */
    /* The clock jumps by `delta` and back, each `period`; delta 0: no more. */
    void (*strobe)(void *ctx, uint32_t node, int64_t delta, int64_t period);
    bool (*strobes)(void *ctx, uint32_t node); /* measured */
    /* Messages from and to the node; what a trouble of zeros has undone is as before. */
    void (*trouble)(void *ctx, uint32_t node, const struct packet_trouble *t);
    struct packet_trouble (*troubled)(void *ctx, uint32_t node); /* measured */
    bool bytes;                                                  /* corrupt and rate, too */
    /* The disk that the data lie on is filled, or freed; is it full, as measured? */
    void (*fill)(void *ctx, uint32_t node, bool full);
    bool (*full)(void *ctx, uint32_t node);
    /* Damage a random file of the data: bits that were flipped, bytes that were cut off; 0: none.
     */
    int64_t (*flip)(void *ctx, uint32_t node);
    int64_t (*shorten)(void *ctx, uint32_t node);
    /* The process dies, and the disk has only what was synced; true: a file that was not is gone,
     * as measured. `restart` ends it. */
    bool (*power_cut)(void *ctx, uint32_t node);
    /* The nodes that say that they are primaries (leaders, masters): none, one, or several. */
    uint64_t (*primaries)(void *ctx);
    void *ctx;
};

/* What a fault did when it was recorded: see fault_plan.h. */
struct fault_plan;

/* One test's. Owner rule: nemesis_init makes, nemesis_free frees. */
struct nemesis {
    const struct nemesis_target *target;
    uint32_t n;
    struct values *values;
    struct rng rng;                /* which nodes it hits */
    struct buf receipt;            /* of the last operation, ended by a NUL */
    const struct fault_plan *plan; /* to be repeated; NULL: choose */
    size_t planned;                /* operations of it that were done */
    bool knows_primaries;          /* chance may choose them, too */
    bool no_primary;               /* the last operation found none */
};

struct fault {
    const char *name, *summary;
    const char *start, *stop; /* operations */
    /* The value that `start` is invoked with: a gen_maker for a struct nemesis. */
    gen_maker *choose;
    /* Do it; the value that the operation completes with. `in` is what `choose` made, or such a
     * value, which says exactly what to do. */
    val (*begin)(struct nemesis *m, val in);
    val (*end)(struct nemesis *m);
    bool (*possible)(const struct nemesis_target *t);
    const char *needs; /* of what belie-node says about a machine (node/check.c) */
    bool own_disk;     /* only where the data lie on a disk of their own, see hosts.h */
    uint32_t flaps;    /* begins and ends so often in a row, quickly; 0: once */
};

extern const struct fault *const faults[]; /* NULL-terminated */
const struct fault *fault_find(struct str name);
/* The fault one of whose operations is called `f`; *start says which. NULL: none. */
const struct fault *fault_of(struct str f, bool *start);
static inline bool fault_possible(const struct fault *f, const struct nemesis_target *t)
{
    return f->possible(t);
}

/* Does the system do what the list asks for? `what` is the system in an error. */
struct fault_list;
bool fault_list_possible(const struct fault_list *list, const struct nemesis_target *t,
                         const char *what, struct err *e);

/* Do the operation `f`, of whichever fault it is, and write the receipt. */
val nemesis_invoke(struct nemesis *m, val f, val value);
void nemesis_init(struct nemesis *m, const struct nemesis_target *target, uint32_t n,
                  struct values *values, uint64_t seed);
void nemesis_free(struct nemesis *m);

/* ---- when (schedule.c) --------------------------------------------------------------------- */

struct fault_list {
    const struct fault *const *v;
    size_t n;
    bool swarm; /* a random subset at a time, sometimes none, instead of all */
    uint64_t aimed; /* bit i: v[i] hits the primaries and nobody else */
};

/* Each fault begins and ends in turn, with random pauses of 0 to 2 `interval`; not an empty list.
 * `m` outlives the generator. */
struct gen *nemesis_schedule(struct nemesis *m, const struct fault_list *list, int64_t interval,
                             struct arena *a);
/* End them all, then wait. These operations are `final`: no part of a plan. */
struct gen *nemesis_heal(struct nemesis *m, const struct fault_list *list, int64_t recovery,
                         struct arena *a);

/* ---- for the faults (fault_*.c) ------------------------------------------------------------ */

/* A keyword value; "n1" for node 0; the number of such a node, or m->n. */
val fault_keyword(struct nemesis *m, const char *name);
val fault_node(struct nemesis *m, uint32_t node);
uint32_t fault_node_number(const struct nemesis *m, val node);
/* {"n1" what, ...} for the nodes of `set`. */
val fault_map(struct nemesis *m, uint64_t set, val what);
/* Nodes by a word such as :one, :minority, :majority, :all, :primaries, or the keys of a map or
 * items of a set; and a random such word. */
uint64_t fault_nodes(struct nemesis *m, val spec);
gen_maker fault_choose_nodes;
/* The number of node `node` in a map such as {"n1" 250}; false when it has none. */
bool fault_number_of(const struct nemesis *m, val map, uint32_t node, int64_t *out);
/* The receipt "3 of 5 WHAT"; with "no effect: " when none of some is done. */
void fault_receipt(struct nemesis *m, uint32_t done, uint32_t wanted, const char *what);

#endif
