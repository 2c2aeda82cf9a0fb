/* Workloads: what clients do in a test, and what is then asked of the history. One table entry
 * each; adding one touches workload_*.c and the list in workloads.c. */
#ifndef BELIE_GENERATORS_WORKLOAD_H
#define BELIE_GENERATORS_WORKLOAD_H

#include "generators/gen.h"

/* What a client is asked to do, whatever it is called. */
enum request_kind {
    REQUEST_READ,
    REQUEST_WRITE,
    REQUEST_CAS,     /* [old new] */
    REQUEST_ADD,     /* to a counter */
    REQUEST_COUNT,   /* read a counter */
    REQUEST_INSERT,  /* into a set */
    REQUEST_MEMBERS, /* read a set */
    REQUEST_REMOVE,  /* from a set */
    REQUEST_ENQUEUE,
    REQUEST_DEQUEUE,    /* refused when it is empty */
    REQUEST_DRAIN,      /* take everything out of a queue */
    REQUEST_ACQUIRE,    /* a mutex; refused when it is held */
    REQUEST_RELEASE,    /* refused when the client does not hold it */
    REQUEST_TRANSFER,   /* {:from a :to b :amount n} */
    REQUEST_ACCOUNTS,   /* read all balances: {a n, ...} */
    REQUEST_TXN,        /* [[:r k nil] [:w k v] ...]: registers */
    REQUEST_APPEND_TXN, /* [[:r k nil] [:append k v] ...]: lists */
    REQUEST_GENERATE,   /* a new number */
    REQUEST_KINDS
};

/* "read", "write", ... as descriptions of targets call it; NULL after the last. */
const char *request_name(size_t kind);
/* Its result says something: an ok one has a value of its own. */
bool request_returns(enum request_kind kind);

struct workload_op {
    const char *f;
    enum request_kind kind;
};

/* Changes nothing, so that a lost answer leaves no doubt. */
static inline bool request_reads(enum request_kind k)
{
    return k == REQUEST_READ || k == REQUEST_COUNT || k == REQUEST_MEMBERS || k == REQUEST_ACCOUNTS;
}

enum { BANK_ACCOUNTS = 8, BANK_TOTAL = 100, TXN_MAX = 4 }; /* all of it begins in account 0 */

/* One test's. */
struct workload_state {
    struct values *values;
    int64_t next; /* unique values count up from 1 */
    uint32_t clients;
};

struct workload {
    const char *name, *summary;
    const char *model;             /* for the checker; NULL: `property` needs none */
    const char *property;          /* what the history is checked for: names with commas */
    bool keyed;                    /* can be done on many independent objects */
    bool pairs;                    /* values are [key value], of keys that belong together */
    bool roams;                    /* each operation of a client may go to another node */
    const struct workload_op *ops; /* ends with a NULL f */
    /* Operations on one object, without end. */
    gen_factory *clients;
    /* What each thread does once the faults are healed, until it succeeds; NULL: nothing. */
    gen_factory *final;
};

extern const struct workload *const workloads[]; /* NULL-terminated */
const struct workload *workload_find(const char *name);
/* NULL when the workload has no operation of that name. */
const struct workload_op *workload_op(const struct workload *w, struct str f);

struct workload_plan {
    uint32_t clients;
    uint64_t ops_per_key; /* 0: one object */
    uint32_t group;       /* threads per key; divides clients */
    int64_t mean_pause;   /* between operations, over all clients; 0: none */
};

/* What the clients do until the faults end. `state` outlives the generator. */
struct gen *workload_generator(const struct workload *w, struct workload_state *state,
                               const struct workload_plan *plan, struct arena *a);
/* What they do in the end, or NULL. */
struct gen *workload_final(const struct workload *w, struct workload_state *state,
                           const struct workload_plan *plan, struct arena *a);

#endif
