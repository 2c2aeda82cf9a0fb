/* Online algorithms, one table entry each: what they keep of one object, and what every event of
 * an operation does to it. Positions are 64-bit, greater for later events, never equal for two
 * events, and greater than 1. */
#ifndef BELIE_CHECKER_ONLINE_KIND_H
#define BELIE_CHECKER_ONLINE_KIND_H

#include "checker/online.h"

/* An operation from its invocation to its completion. */
struct online_op {
    uint64_t inv;
    val process, f, in, key;
    bool idle;          /* nothing that can take effect was asked for: an observer, so far */
    struct op_class cls; /* unless idle: what it does if it crashes now */
    uint32_t object;
    uint32_t prev, next; /* open operations of the object, by invocation */
    uint64_t note;       /* for the kind */
};

/* One event of an operation, for a kind. */
struct online_step {
    const struct history *h;
    struct online_op *op;
    const struct op_class *result; /* ok: what it did; NULL when it observed nothing */
    uint64_t now;
    uint64_t oldest;    /* least invocation of the other open operations of the object, or now */
    const char *reason; /* set by a kind that does not answer ONLINE_GOING; static text */
};

struct online_kind {
    const char *name, *summary;
    const char *const *models; /* names; NULL-terminated */
    void *(*open)(const struct online_options *o);
    void (*close)(void *object);
    enum online_state (*invoked)(void *object, struct online_step *s);
    enum online_state (*ok)(void *object, struct online_step *s);
    enum online_state (*failed)(void *object, struct online_step *s);
    /* The operation may take effect at any later time, and will never complete. */
    enum online_state (*crashed)(void *object, struct online_step *s);
    void (*move)(void *object, const struct value_mover *m);
    /* Values, elements or operations that are kept, open ones aside. */
    size_t (*kept)(const void *object);
};

extern const struct online_kind online_register, online_fifo, online_set, online_bits,
    online_counter, online_grow_set;

/* Is the object of a container or lock empty, or free, at the beginning? */
static inline bool online_starts_empty(const struct online_options *o)
{
    return o->initial == VAL_NIL || o->initial == VAL_ABSENT || o->initial == VAL_FALSE ||
           o->initial == o->model->default_initial;
}

/* Does a counter begin with a natural number that fits into a small value? *n: which, else 0. */
static inline bool online_starts_natural(const struct online_options *o, int64_t *n)
{
    const uint32_t sign = 0x40000000u, small = o->initial & ~VAL_SMALL;
    bool natural = (o->initial & VAL_SMALL) && small < sign;
    *n = natural ? (int64_t)small : 0;
    return natural;
}

static inline enum online_state online_violated(struct online_step *s, const char *reason)
{
    s->reason = reason;
    return ONLINE_VIOLATED;
}

static inline enum online_state online_lost(struct online_step *s, const char *reason)
{
    s->reason = reason;
    return ONLINE_LOST;
}

#endif
