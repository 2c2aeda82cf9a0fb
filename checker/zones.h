/* Private to the zone engine: what its scan, evidence and witness parts share. */
#ifndef BELIE_CHECKER_ZONES_H
#define BELIE_CHECKER_ZONES_H

#include "base/sort.h"
#include "checker/engine.h"
#include "checker/register_values.h"

#define NO_OP UINT32_MAX

/* What is known of one value: op indices or NO_OP, except where said. */
struct zone_value {
    uint32_t writer;     /* the operation that leaves it, when it began within the limit */
    uint32_t first_read; /* of its reads the one that ends first */
    uint32_t last_read;  /* of its reads the one that begins last */
    uint32_t seen;       /* an operation that ended and proves that the value was there */
    uint32_t next;       /* the value that replaced it by cas, or NO_VALUE */
    uint32_t last_begin; /* of a chain's head: greatest inv of the chain */
};

/* The operations on the values of one chain form a block: no other block lies between them.
 * first_end = -1 for the initial value's chain, which is there before everything. */
struct block {
    int64_t first_end;    /* least res */
    int64_t last_begin;   /* greatest inv */
    uint32_t first, last; /* the operations with these; NO_OP for the virtual initial write */
    uint32_t head;        /* value that starts the chain */
};

struct zones {
    const struct object *o;
    const struct register_values *values;
    uint64_t *noticed;    /* bit per op, see register_noticed */
    struct zone_value *v; /* per value */
    uint32_t limit;  /* operations that begin later do not exist, those that end later crashed */
    uint32_t nseen;  /* values seen, without the initial one */
    uint64_t *order; /* heads of the chains that plain writes start, by first_end */
    size_t norder;
};

/* A violation: values or operations by rule; made into culprits by zones_explain. */
struct zone_clash {
    enum rule rule;
    uint32_t value;    /* THIN_AIR: never written; TWO_CAS: replaced twice; CAS_CYCLE: on it */
    uint32_t op, op2;  /* TWO_CAS: the two; CHAIN_ORDER: later, earlier */
    struct block a, b; /* BLOCK_ORDER and INITIAL_GONE */
    uint32_t evident;  /* the prefix that ends here is certainly bad */
};

static inline bool zone_ended(const struct zones *z, uint32_t op)
{
    return z->o->ops[op].res <= z->limit;
}

static inline struct effect zone_effect(const struct zones *z, uint32_t op)
{
    return z->values->effect[z->o->ops[op].cls];
}

/* The value on which an operation stands in its chain: what it leaves, else what it needs. */
static inline uint32_t zone_place(const struct zones *z, uint32_t op)
{
    struct effect e = zone_effect(z, op);
    return e.to != NO_VALUE ? e.to : e.from;
}

/* Does crashed or ok operation `op` leave a value that counts? */
static inline bool zone_writes(const struct zones *z, uint32_t op)
{
    bool kept = z->o->ops[op].res != RES_INF || (z->noticed[op / 64] >> (op % 64) & 1);
    return kept && zone_effect(z, op).to != NO_VALUE;
}

/* Decide the prefix of the history that ends at position z->limit. True when it is linearizable;
 * else *c is one violation. O(n). */
bool zones_scan(struct zones *z, struct zone_clash *c);
/* Walk one chain. False with c set when its stages are out of order. O(chain). */
bool zones_scan_chain(const struct zones *z, uint32_t head, struct block *b, struct zone_clash *c);

/* Fill reason, rule, culprits and failed_op. O(n). */
void zones_explain(const struct zones *z, const struct zone_clash *c, struct engine_result *out);
/* Fill the witness after a successful scan of the whole history. O(n). */
void zones_witness(struct zones *z, struct engine_result *out);

#endif
