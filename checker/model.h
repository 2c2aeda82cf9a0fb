/* Models: sequential objects. A model turns the operations of one object into classes
 * (operation, argument, result) and steps states, which are dense 32-bit ids private to one
 * object instance, so that keys can be checked in parallel without sharing anything writable.
 * Adding a model touches its own file and one line of models.c.
 * Owner rule: an object made by open() is freed by close(); the history must outlive it. */
#ifndef BELIE_CHECKER_MODEL_H
#define BELIE_CHECKER_MODEL_H

#include "base/arena.h"
#include "histories/history.h"

#define RES_INF UINT32_MAX
#define NO_STATE UINT32_MAX

struct model;

/* What an operation does, for the engines that know a kind of object. a and b are those of struct
 * op_class; b is VAL_ABSENT where a crashed operation never told what it returned. */
enum action {
    ACT_READ,  /* observes b */
    ACT_WRITE, /* sets a, whatever the state was */
    ACT_CAS,   /* state a -> b */
    ACT_OTHER, /* only the model's step knows */
    /* containers with an order: queues, stacks */
    ACT_PUT,   /* a comes in */
    ACT_TAKE,  /* b goes out, which was next */
    ACT_PEEK,  /* b is next, and stays */
    ACT_EMPTY, /* nothing is inside */
    /* one bit, e.g. whether element a is in a set; or of the whole object (a absent) */
    ACT_UP,      /* 0 to 1, and it was 0 */
    ACT_DOWN,    /* 1 to 0, and it was 1 */
    ACT_IS_UP,   /* it is 1 */
    ACT_IS_DOWN, /* it is 0 */
    /* collections that are read whole */
    ACT_JOIN,   /* a joins, or is there already */
    ACT_LEAVE,  /* a leaves, or is not there */
    ACT_APPEND, /* a becomes the last */
    ACT_WHOLE,  /* b is everything in it */
    /* numbers */
    ACT_ADD,    /* a is added */
    ACT_SUM,    /* b is the number */
    ACT_TICKET, /* b was the number, to which a (absent: 1) is added */
    ACT_FRESH,  /* b is what nobody got before */
    /* locks; a is the owner, b what was granted (a token, a kind) where the model has such */
    ACT_ACQUIRE,
    ACT_RELEASE,
    ACT_RENEW, /* of a lease */
    ACTIONS,
};

/* Operations with equal effect are one class: all fields equal. A crashed write and an ok write of
 * the same value share a class (whether an operation crashed is lin_op.res, never its class). */
struct op_class {
    uint8_t action;    /* enum action */
    bool pure;         /* never changes the state: may be linearized as soon as it is legal */
    bool blind;        /* always legal, and the next state does not depend on the current one */
    bool result_known; /* false: crashed, and more than one next state is possible */
    val f, in, out;    /* of ACT_OTHER as recorded; VAL_ABSENT for all others */
    val a, b;          /* meaning by action, see above; VAL_ABSENT where unused */
    uint32_t relaxed;  /* the class that is left when the result is forgotten, as of a crashed
                          operation: itself for all that return nothing */
};

/* An operation in normal form: failed operations and crashed pure ones are already gone.
 * Positions are 2 * event for invocations and 2 * event + 1 for completions, so that they are
 * distinct and inv < res also where one event is both (a completion without invocation).
 * They lie in 0 .. 2 * events - 1. */
struct lin_op {
    uint32_t inv, res; /* positions; RES_INF = crashed (optional) */
    uint32_t cls;
    uint32_t op;      /* index into history ops */
    int64_t version;  /* of an ok completion, as recorded; else -1 */
};

static inline uint32_t lin_event(uint32_t position)
{
    return position / 2;
}

/* One object (one key) of a history, ready for an engine. Ops sorted by inv.
 * step() interns states in ctx, so an object is used by one thread at a time. */
struct object {
    const struct history *h;
    const struct model *model;
    val key;
    val initial;
    bool nil_unknown;
    struct lin_op *ops;
    size_t n, crashed;
    uint32_t *failed; /* history operations of the key that failed, in their order: evidence looks
                         among these, not in the whole history, which many keys share */
    size_t nfailed;
    struct op_class *classes;
    size_t nclasses;
    uint32_t actions;   /* of its operations: bit 1 << enum action */
    bool register_like; /* every class is READ, WRITE or CAS: zones and stages may apply */
    uint32_t init_state;
    bool begun;     /* relaxed: begins in another state than the model's initial one, in which any
                       element may be inside: none is left out */
    bool any_start; /* relaxed, two-state: what came before was cut off and may have left any state
                       instead of init_state */
    void *ctx; /* the model's own */
    const char *broken; /* NULL, or why step() could not answer: what it left out may be legal, so
                           that "invalid" becomes "unknown" */
    const char *doubt;  /* NULL, or what step() had to allow because the history does not tell
                           enough: "valid" becomes "unknown" */
    struct arena arena;
};

/* Every operation tells that one element was, or was not, there (ACT_UP to ACT_IS_DOWN). */
static inline bool object_two_state(const struct object *o)
{
    uint32_t bits = 1u << ACT_UP | 1u << ACT_DOWN | 1u << ACT_IS_UP | 1u << ACT_IS_DOWN;
    return o->actions != 0 && (o->actions & ~bits) == 0;
}

struct model_op_name {
    const char *f; /* as recorded, e.g. "read" */
    enum action action;
};

/* What operations called read return, to tell models with the same names apart. */
enum model_reads { READS_ANY, READS_NUMBERS, READS_COLLECTIONS };

struct model {
    const char *name, *summary, *example;
    enum model_reads reads;
    val default_initial;
    bool per_key;       /* keys are independent objects (locality); false: one object holds all */
    const struct model_op_name *names; /* terminated by f == NULL; NULL: every name is ACT_OTHER */
    /* Classify an ok or crashed op. c comes with the action of its name and all vals absent.
     * Sets *skip when the op can be dropped (observes nothing, or crashed and pure). False with e
     * set when the op does not fit the model; object_build adds position, name and value. */
    bool (*classify)(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e);
    /* Prepare o->ctx and o->init_state from classes and initial. May set pure and blind of classes
     * that only the whole object decides. False when the classes do not go together. */
    bool (*open)(struct object *o, struct err *e);
    void (*close)(struct object *o);
    /* k-th next state (k = 0, 1, ...) of class cls in `state`, or NO_STATE when there is none;
     * deterministic models have at most k = 0. Same inputs give the same answer. */
    uint32_t (*step)(struct object *o, uint32_t state, uint32_t cls, unsigned k);
    /* May be NULL. The element that operations of class cls are about, or VAL_ABSENT when they are
     * about no single one. Promise: leaving out all operations of an element from a linearization
     * leaves a linearization, so that a violation among some elements is one of the whole. */
    val (*element)(const struct object *o, uint32_t cls);
    /* May be NULL. Bytes that the states made so far hold, for the budget of the searches. */
    size_t (*state_bytes)(const struct object *o);
    /* Registers only, else NULL: the value that `state` is. */
    val (*state_value)(const struct object *o, uint32_t state);
    /* English for a state, e.g. "3" or "{x 1, y 0}". */
    void (*describe)(const struct object *o, uint32_t state, struct buf *out);
    void *user; /* of models that are made at run time: their own */
};

extern const struct model *const models[]; /* NULL-terminated */
const struct model *model_find(const char *name);
/* What an operation named `f` does in model m; false when the model has no such operation. */
bool model_action(const struct model *m, struct str f, enum action *out);
/* Has m an operation that does this? Of an object that is only read nothing else says whether its
 * elements have an order. */
bool model_has(const struct model *m, enum action action);

/* Choose by operation names and values; *reason says why (static or arena text).
 * NULL when nothing fits: reason names the operations seen. */
const struct model *model_detect(const struct history *h, struct arena *a, const char **reason);

/* How an object of the model begins, unless somebody says otherwise: as the file says, if it is
 * about this model, else as the model says. */
val model_initial(const struct model *m, const struct history *h);

/* Build the object made of history ops `ids[0..n)` (by invocation). `nil_unknown`: an ok read of
 * nil observes nothing (Knossos' rule). */
bool object_build(struct object *o, const struct history *h, const struct model *m,
                  const uint32_t *ids, size_t n, val key, val initial, bool nil_unknown,
                  struct err *e);
/* From now on the object begins in `state` (one of its own). For objects that borrow their states
 * from another one and are freed without object_free. */
void object_begin_in(struct object *o, uint32_t state);
void object_free(struct object *o);
/* Bytes that the model's states hold, for the budget. O(1). */
static inline size_t object_bytes(const struct object *o)
{
    return o->model->state_bytes ? o->model->state_bytes(o) : 0;
}

#endif
