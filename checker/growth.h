/* Private to the engines for collections that only grow and are read whole: grow-only sets and
 * append-only logs. What they share is an order of stages: [adds of what the smallest read has]
 * [those reads] [adds of what is new in the next larger read] ... [adds that nobody read]. The
 * engines find the stages from the reads; then real time must agree with them.
 *
 * Stage scan: no operation of a later stage may have ended before one of an earlier stage began.
 * With M = the latest invocation among the earlier stages, that is res > M. O(n).
 * Source: research/algorithms.md 1.6, 1.11. */
#ifndef BELIE_CHECKER_GROWTH_H
#define BELIE_CHECKER_GROWTH_H

#include "base/hash.h"
#include "checker/engine.h"

#define NO_OP UINT32_MAX
#define NO_STAGE UINT32_MAX

/* A collection that was read; equal ones are one. */
struct growth_read {
    val v;
    const val *items;
    size_t n;
    uint32_t op;    /* the first operation that read it */
    uint32_t stage;
};

struct growth_element {
    val v;
    uint32_t first; /* the operation that adds it and began first; NO_OP: only there initially */
    uint32_t stage; /* NO_STAGE: no read has it */
    uint32_t stamp; /* scratch of the engines, 0 at first */
    bool initial;
};

enum growth_fault {
    FAULT_NONE,
    FAULT_AIR,      /* x read e, which nothing adds */
    FAULT_TWICE,    /* x read e twice */
    FAULT_INITIAL,  /* x read something without the initial e */
    FAULT_DISAGREE, /* x and y: only x has e, only y has f */
    FAULT_FORK,     /* x and y have e and f at `place` */
    FAULT_ORDER,    /* y comes first by the data, but x ended before y began */
};

struct growth_clash {
    enum growth_fault fault;
    uint32_t x, y;
    uint32_t read; /* FAULT_ORDER of two adds: it has what y added, and x does not come before */
    val e, f;
    size_t place;
};

struct growth {
    const struct object *o;
    uint32_t limit; /* reads that end later do not exist, adds that end later may not have been */
    struct map64 read_of; /* value -> read */
    struct growth_read *reads;
    size_t nreads, reads_cap;
    struct map64 element_of; /* value -> element, for those that have no place in `direct` */
    uint32_t *direct;        /* integers below ndirect -> element + 1; 0: none */
    size_t ndirect;
    struct growth_element *elements;
    size_t nelements, elements_cap;
    uint64_t *order;  /* stage, operation: those that have a stage, by stage and invocation */
    size_t norder;
    uint64_t *repeated; /* stage, operation: adds of what an earlier add of that stage adds */
    size_t nrepeated;
};

/* Find the stages of reads and elements. False with *c set when the reads contradict. */
typedef bool growth_plan(struct growth *g, struct growth_clash *c);

/* Decide the object, for struct engine's run. */
void growth_run(struct object *o, const struct engine_options *opt, growth_plan *plan,
                struct engine_result *out);
/* Fill bad, rule, reason, culprits and steps. */
void growth_explain(const struct growth *g, const struct growth_clash *c,
                    struct engine_result *out);

/* Does the operation read the whole, and did it end within the limit? */
bool growth_reads(const struct growth *g, uint32_t op);
static inline bool growth_ended(const struct growth *g, uint32_t op)
{
    return g->o->ops[op].res <= g->limit && g->o->ops[op].res != RES_INF;
}
/* The element of v, or NULL. */
struct growth_element *growth_element_of(const struct growth *g, val v);
/* The same for one that is certainly known. */
static inline uint32_t growth_id(const struct growth *g, val v)
{
    uint32_t small = v ^ VAL_SMALL;
    return small < g->ndirect ? g->direct[small] - 1 : map64_get(&g->element_of, v);
}

static inline struct growth_element *growth_known(const struct growth *g, val v)
{
    return &g->elements[growth_id(g, v)];
}

#endif
