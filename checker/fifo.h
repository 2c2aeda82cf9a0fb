/* Private to the queue engine: what its scan, evidence and witness parts share. */
#ifndef BELIE_CHECKER_FIFO_H
#define BELIE_CHECKER_FIFO_H

#include "base/sort.h"
#include "checker/engine.h"

#define NO_OP UINT32_MAX

/* One element. Operations are object ops or NO_OP; the front is what is next to go out, and front
 * operations are the take and the peeks of the element. */
struct fifo_value {
    uint32_t put, take; /* take: it may be open at the limit; a crashed put counts when noticed */
    uint32_t first;     /* the front operation that ends first */
    uint32_t last;      /* the front operation that begins last */
    uint32_t came;      /* it has come in by here for certain: what ends first of put and fronts */
    uint32_t out;       /* .first ends; RES_INF: never seen at the front */
    uint32_t stays;     /* .last begins; RES_INF: never taken. Inside until here for certain */
    uint32_t settled;   /* all this is the same for every limit from here on; 0: not known */
};

struct fifo {
    const struct object *o;
    bool ordered;    /* else a take or peek may be of any element that is inside */
    uint64_t *ops;   /* of elements: by element, then by invocation */
    uint32_t *start; /* element -> first of its ops */
    struct fifo_value *v;
    uint32_t nv, nempty, nlost, npeeks;
    uint32_t *empty; /* ops that found nothing */
    uint32_t *lost;  /* crashed takes, by invocation; nobody knows what they took */
    bool blurred;    /* crashed takes with observers and something to take: fifo_lost.c decides */
    bool rescue;     /* a crashed take may have taken an element that nobody else took */
    uint32_t limit;  /* operations that begin later do not exist, those that end later are open */
    uint64_t *words, *more; /* scratch: one word per element each */
    bool has_order;         /* words has all elements, in the order of the last scan */
    size_t ncame, nfront;   /* of the last scan: words is by .came, more by .out or by invocation */
};

/* A violation: elements or operations by rule; made into culprits by fifo_explain. */
struct fifo_clash {
    enum rule rule;
    uint32_t a, b;    /* QUEUE_ORDER: a came in before b and left after it; NO_OP: see below */
    uint32_t op, op2; /* all other rules */
    uint32_t last;    /* QUEUE_ORDER without a and b: words[0 .. last] are elements (by their
                         limits) that crashed takes must have taken, and only `last` of these
                         began in time */
    uint32_t evident; /* the prefix that ends here is certainly bad */
};

static inline bool fifo_exists(const struct fifo_value *v)
{
    return v->came != RES_INF;
}

static inline uint32_t fifo_inv(const struct fifo *f, const struct fifo_value *v)
{
    return f->o->ops[v->put].inv;
}

/* NULL, or why the object, which is a queue with or without an order, cannot be decided here. */
const char *fifo_limits(const struct object *o, bool ordered, struct arena *a);
/* NULL, or why the elements cannot be told apart. Sets f->blurred. O(n). */
const char *fifo_open(struct fifo *f, const struct object *o, bool ordered, struct arena *a);
void fifo_close(struct fifo *f);

/* Decide the prefix of the history that ends at position f->limit, where an open take of a known
 * result may have happened or not. True when it is linearizable; else *c is one violation.
 * O(n) and sorting. */
bool fifo_scan(struct fifo *f, struct fifo_clash *c);

/* By the limits of crashed takes: fill words with (limit, element) of all elements that another one
 * passed and that nobody known took by then, sorted, and passer[element] with the one that passed
 * first (passer may be NULL).
 * Returns their number. */
size_t fifo_passed(struct fifo *f, uint32_t *passer);

/* Fill rule, reason, culprits, steps and failed_op, after a scan that found *c. */
void fifo_explain(struct fifo *f, const struct fifo_clash *c, struct engine_result *out);
/* Run the whole engine on an object within fifo_limits. */
void fifo_run(struct object *o, bool ordered, const struct engine_options *opt,
              struct engine_result *out);

/* Decide an object that is blurred. False when it does not know: then out->verdict is unknown. */
bool fifo_lost_run(const struct object *o, bool ordered, const struct engine_options *opt,
                   struct engine_result *out);

/* Fill the witness after a successful scan of the whole history. O(n log n). */
void fifo_witness(struct fifo *f, struct engine_result *out);

#endif
