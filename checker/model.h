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

/* What an operation does, for the engines that know registers (and later containers). */
enum action {
    ACT_READ,  /* observes b */
    ACT_WRITE, /* sets a, whatever the state was */
    ACT_CAS,   /* state a -> b */
    ACT_OTHER, /* only the model's step knows */
};

/* All operations with equal (f, in, out) are one class. */
struct op_class {
    uint8_t action;   /* enum action */
    bool pure;        /* never changes the state: may be linearized as soon as it is legal */
    bool blind;       /* always legal, and the next state does not depend on the current one */
    bool result_known; /* false for crashed operations: any result is possible */
    val f, in, out;   /* as recorded */
    val a, b;         /* meaning by action, see above; VAL_ABSENT where unused */
};

/* An operation in normal form: failed operations and crashed pure ones are already gone. */
struct lin_op {
    uint32_t inv, res; /* event positions; RES_INF = crashed (optional) */
    uint32_t cls;
    uint32_t op;      /* index into history ops */
    int64_t version;  /* as recorded, or -1 */
};

/* One object (one key) of a history, ready for an engine. Ops sorted by inv. */
struct object {
    const struct history *h;
    const struct model *model;
    val key;
    val initial;
    struct lin_op *ops;
    size_t n, crashed;
    struct op_class *classes;
    size_t nclasses;
    uint32_t init_state;
    void *ctx; /* the model's own */
    struct arena arena;
};

struct model_op_name {
    const char *f; /* as recorded, e.g. "read" */
    enum action action;
};

struct model {
    const char *name, *summary, *example;
    val default_initial;
    bool register_like; /* classes are READ, WRITE, CAS only: zones, stages apply */
    bool per_key;       /* keys are independent objects (locality); false: one object holds all */
    const struct model_op_name *names; /* terminated by f == NULL */
    /* Classify op `i` of the history. Sets *c; *skip when the op can be dropped (failed, or crashed
     * and pure). False with e set when the op does not fit the model (message names f and value,
     * the caller adds the position). */
    bool (*classify)(const struct history *h, const struct op *op, bool nil_unknown,
                     struct op_class *c, bool *skip, struct err *e);
    /* Prepare o->ctx and o->init_state from classes and initial; NULL when stateless ids are vals. */
    void (*open)(struct object *o);
    void (*close)(struct object *o);
    /* k-th next state (k = 0, 1, ...) of class cls in `state`, or NO_STATE when there is none;
     * deterministic models have at most k = 0. Same inputs give the same answer. */
    uint32_t (*step)(struct object *o, uint32_t state, uint32_t cls, unsigned k);
    /* English for a state, e.g. "3" or "{x 1, y 0}". */
    void (*describe)(const struct object *o, uint32_t state, struct buf *out);
};

extern const struct model *const models[]; /* NULL-terminated */
const struct model *model_find(const char *name);

/* Choose by operation names and values; *reason says why (static or arena text).
 * NULL when nothing fits: reason names the operations seen. */
const struct model *model_detect(const struct history *h, struct arena *a, const char **reason);

/* Build the object made of history ops `ids[0..n)` (by invocation). `nil_unknown`: an ok read of
 * nil observes nothing (Knossos' rule). */
bool object_build(struct object *o, const struct history *h, const struct model *m,
                  const uint32_t *ids, size_t n, val key, val initial, bool nil_unknown,
                  struct err *e);
void object_free(struct object *o);

#endif
