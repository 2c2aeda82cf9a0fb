/* Where a test runs: a table of functions, so that the scheduler is the same over the simulated
 * world and virtual time as over real clients and real time. */
#ifndef BELIE_RUNNERS_RUNTIME_H
#define BELIE_RUNNERS_RUNTIME_H

#include "generators/gen.h"

/* How an operation of a thread ended. */
struct completion {
    uint32_t thread;
    enum op_type type; /* OP_OK, OP_FAIL or OP_INFO */
    val value;
    val delivered;       /* the updates that a replica had when it was read; VAL_NIL: not known */
    const char *error;   /* a keyword, static; or NULL */
    const char *message; /* the error in words; NULL, or valid until the next wait */
    const char *receipt; /* what a fault did, measured; NULL, or valid until the next wait */
};

struct runtime {
    /* Nanoseconds since the test began. */
    int64_t (*now)(void *ctx);
    /* Let time pass until an operation has ended (true), or until `until` (false). An operation
     * that has already ended is handed out at once. */
    bool (*wait)(void *ctx, int64_t until, struct completion *out);
    /* Begin an operation, or a sleep, of a thread that is free. Returns at once; the thread's
     * completion comes out of `wait`. */
    void (*dispatch)(void *ctx, const struct gen_op *op);
    /* The node that a client's operation will go to: a string. NULL, or VAL_NIL: not known. Called
     * once for each operation, before `dispatch`. */
    val (*node)(void *ctx, const struct gen_op *op);
    void *ctx;
};

#endif
