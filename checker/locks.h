/* What the locks that know their owners have in common: mutex, reentrant mutex, semaphore, rw-lock,
 * fencing tokens, leases. Operations are ACT_ACQUIRE and ACT_RELEASE (leases: and ACT_RENEW) with
 * the owner as a; an acquire that was refused, which observes that the lock was held, is a pure
 * ACT_OTHER.
 *
 * The owner is the process, unless the invocation's value names a client: a string, keyword or
 * symbol, or a map with :client or :owner. A process that crashed and comes back under another
 * number is another owner. */
#ifndef BELIE_CHECKER_LOCKS_H
#define BELIE_CHECKER_LOCKS_H

#include "checker/model.h"
#include "checker/word_states.h"

enum lock_kind {
    LOCK_MUTEX,     /* one owner, once */
    LOCK_REENTRANT, /* one owner, as often as it likes */
    LOCK_PERMITS,   /* as many holds as there are permits, also several of one owner */
    LOCK_RW,        /* one writer or any number of readers, each once */
    LOCK_FENCED,    /* a mutex whose successive holds have growing tokens */
    LOCK_LEASE,     /* a mutex whose holds may end by themselves (lease.h) */
};

/* How a hold shuts out others. For LOCK_RW the b of acquires, and of releases that say it. */
enum hold { HOLD_ANY, HOLD_READ, HOLD_WRITE };

struct locks {
    enum lock_kind kind;
    int64_t permits;
    uint32_t *owner; /* per class: 0 .. nowners-1 */
    uint32_t nowners;
    uint32_t *token; /* LOCK_FENCED, made by the first step: per class its rank among all tokens,
                        0: not known */
    struct word_states states;
    uint32_t *scratch;
    struct lease *lease; /* LOCK_LEASE only */
};

/* NULL when the object is no lock with owners. */
const struct locks *locks_of(const struct object *o);

static inline enum hold hold_of(const struct object *o, uint32_t op)
{
    const struct locks *l = o->ctx;
    val b = o->classes[o->ops[op].cls].b;
    return l->kind == LOCK_RW && b != VAL_ABSENT ? (enum hold)(b & ~VAL_SMALL) : HOLD_ANY;
}

static inline uint32_t owner_of(const struct object *o, uint32_t op)
{
    const struct locks *l = o->ctx;
    return l->owner[o->ops[op].cls];
}

static inline bool acquires(const struct object *o, uint32_t op)
{
    return o->classes[o->ops[op].cls].action == ACT_ACQUIRE;
}

/* Does every owner do one thing after the other, and nothing after an operation that crashed?
 * O(n). */
bool owners_sequential(const struct object *o);

/* For the models' classify: the owner of an operation as c->a; numbers: its value may be one. And
 * an acquire that returned false becomes one that was refused. */
bool lock_owner(const struct history *h, const struct op *op, bool numbers, struct op_class *c,
                struct err *e);
bool lock_refused(const struct op *op, struct op_class *c, struct err *e);
/* The value of a key of a map, be it a keyword or a string; VAL_ABSENT when there is none. */
val lock_map_value(const struct values *t, val map, const char *key);
/* For their open: o->ctx with the owners numbered. */
struct locks *locks_open(struct object *o, enum lock_kind kind);

/* For the models' tables. */
void locks_close(struct object *o);
uint32_t locks_step(struct object *o, uint32_t state, uint32_t cls, unsigned k);
val locks_element(const struct object *o, uint32_t cls);
void locks_describe(const struct object *o, uint32_t state, struct buf *out);

/* relax(): of the operations that are not strict, keep[] those that can matter to strict ones.
 * False when this object needs all of them. O(n). Why it is sound: relax_locks.c. */
bool locks_relax(const struct object *o, const bool *strict, uint32_t end, bool *keep);

#endif
