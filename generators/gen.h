/* What to do next: generators of operations, after Jepsen's (jepsen.generator), and the combinators
 * that build a test from them.
 *
 * A generator is asked for its next operation in a context: the time, which threads are free, which
 * process each one is. It proposes one (perhaps for a later time), or says that it has none now
 * (pending), or none ever again (done). Asking changes nothing that can be observed: in the same
 * context the answer is the same. Only `took`, after the proposal was accepted, and `update`, after
 * an operation began or ended, move a generator on. So whole tests can be run in virtual time.
 *
 * Clients are the threads 0 .. clients-1; the thread `clients` is the nemesis. Generators live in
 * an arena; nothing is freed on its own. */
#ifndef BELIE_GENERATORS_GEN_H
#define BELIE_GENERATORS_GEN_H

#include "base/rng.h"
#include "histories/history.h"

struct gen_context {
    int64_t time;      /* nanoseconds since the test began */
    uint32_t from, to; /* the threads that may be used: from .. to-1 */
    uint32_t clients;
    const bool *free;       /* by thread */
    const int64_t *process; /* by thread; of clients */
    uint64_t turn;          /* a random number that changes with the context */
    struct rng *rng;        /* for decisions that are then remembered */
    struct rng *nemesis_rng; /* the nemesis' own, so that its choices do not move the clients' */
};

enum gen_kind {
    GEN_INVOKE,
    GEN_SLEEP, /* the thread does nothing for `pause`; never in a history */
};

struct gen_op {
    enum gen_kind kind;
    enum op_type type; /* of events: OP_INVOKE when it began, else how it ended */
    int64_t time;      /* not before */
    uint32_t thread;
    val f, value;
    int64_t pause;
    bool final; /* a read when the faults are over and all is quiet */
};

enum gen_answer { GEN_DONE, GEN_PENDING, GEN_OP };

struct gen {
    const struct gen_type *type;
};

struct gen_type {
    enum gen_answer (*poll)(struct gen *g, const struct gen_context *c, struct gen_op *op);
    /* The operation that the last poll proposed is being done. */
    void (*took)(struct gen *g, const struct gen_context *c, const struct gen_op *op);
    /* An operation of some thread began or ended. */
    void (*update)(struct gen *g, const struct gen_context *c, const struct gen_op *event);
};

static inline enum gen_answer gen_poll(struct gen *g, const struct gen_context *c,
                                       struct gen_op *op)
{
    return g->type->poll(g, c, op);
}

static inline void gen_took(struct gen *g, const struct gen_context *c, const struct gen_op *op)
{
    g->type->took(g, c, op);
}

static inline void gen_update(struct gen *g, const struct gen_context *c,
                              const struct gen_op *event)
{
    g->type->update(g, c, event);
}

/* ---- sources (gen_source.c) ---------------------------------------------------------------- */

/* Fill in f and value. */
typedef void gen_maker(void *state, struct rng *rng, struct gen_op *op);

/* Endless operations for any free thread. */
struct gen *gen_source(struct arena *a, gen_maker *make, void *state);
/* One thread sleeps, once. */
struct gen *gen_sleep(struct arena *a, int64_t pause);

/* ---- how much and how fast (gen_limits.c) -------------------------------------------------- */

struct gen *gen_limit(struct arena *a, uint64_t n, struct gen *inner);
/* For `span` after its first operation. */
struct gen *gen_time_limit(struct arena *a, int64_t span, struct gen *inner);
/* Random pauses of 0 to 2 `mean` between operations, over all threads together. */
struct gen *gen_stagger(struct arena *a, int64_t mean, struct gen *inner);
/* Until one of its operations ends ok. */
struct gen *gen_until_ok(struct arena *a, struct gen *inner);

/* ---- several generators (gen_compose.c) ---------------------------------------------------- */

/* Lists are copied. Each operation is one of a generator chosen at random. */
struct gen *gen_mix(struct arena *a, struct gen *const *list, size_t n);
/* Whichever has the soonest operation. */
struct gen *gen_any(struct arena *a, struct gen *const *list, size_t n);
/* One after the other; each begins when all threads are free. */
struct gen *gen_phases(struct arena *a, struct gen *const *list, size_t n);
/* One after the other, for each thread that asks; nobody waits. */
struct gen *gen_concat(struct arena *a, struct gen *const *list, size_t n);
/* One operation of `a`, one of `b`, and so on until one of them is done. */
struct gen *gen_flip_flop(struct arena *arena, struct gen *a, struct gen *b);

/* ---- who does it (gen_threads.c) ----------------------------------------------------------- */

struct gen *gen_clients(struct arena *a, struct gen *inner);
struct gen *gen_nemesis(struct arena *a, struct gen *inner);

/* The first count[0] clients do list[0], the next count[1] list[1], and so on; the others do
 * list[n]. */
struct gen *gen_reserve(struct arena *a, const uint32_t *count, struct gen *const *list, size_t n);
/* Its operations are `final`. */
struct gen *gen_final(struct arena *a, struct gen *inner);

typedef struct gen *gen_factory(void *state, struct arena *a);
/* A generator of its own for each of `clients` threads. */
struct gen *gen_each_thread(struct arena *a, uint32_t clients, gen_factory *make, void *state);
/* Independent objects: groups of `group` threads (which divides `clients`) work on one key at a
 * time, until its generator is done; then on the next one, without end. Values become [key value],
 * keys count up from 0. */
struct gen *gen_keys(struct arena *a, struct values *values, uint32_t clients, uint32_t group,
                     gen_factory *make, void *state);

#endif
