/* Clients: how the operations of a workload are done to a real system. One table entry per kind of
 * client, listed in clients.c.
 *
 * To add one: write client_NAME.c with a `const struct client_type client_NAME`, add a line to the
 * list in clients.c. A description of a target (target.h) then has a member NAME, which `configure`
 * reads; `open`, `invoke` and `close` are called by the worker threads of realtime.c, one client
 * per thread, so that none of them needs locks. Several threads share the configuration, which is
 * not changed after `configure`.
 *
 * The rule that everything stands on: an outcome that is not certain is OP_INFO. OP_FAIL says that
 * the operation did not take effect and never will. A client never sends an operation twice. */
#ifndef BELIE_RUNNERS_CLIENT_H
#define BELIE_RUNNERS_CLIENT_H

#include "base/err.h"
#include "generators/workload.h"
#include "runners/conf.h"

#include <stdio.h>

struct target;

/* What a client is asked to do. */
struct client_op {
    const struct workload_op *op; /* what it is called, and its kind */
    val key, value;               /* key: VAL_ABSENT where the workload has one object */
    struct values *values;        /* of this client alone; it may add its results */
    int64_t process;
};

/* What came of it. `error` is a keyword without colon, static; `message` says it in words. */
struct client_result {
    enum op_type type; /* OP_OK, OP_FAIL or OP_INFO */
    val value;         /* VAL_ABSENT: that of the invocation */
    const char *error; /* NULL with OP_OK */
    char message[256];
};

/* Where a client is opened. */
struct client_place {
    const struct target *target;
    const char *node;        /* its address, such as 127.0.0.1:2379 */
    uint32_t thread, number; /* of the thread, of the node */
    int64_t timeout;         /* of each operation as a whole, nanoseconds */
    const char *dir;         /* the test's folder, where logs may go; NULL: nowhere */
    int stop_fd;             /* becomes readable when the test is over: stop waiting; -1: never */
};

struct client_type {
    const char *name, *summary;
    /* Read the member `c` of a description. What is made lives in the arena of the file, or is
     * handed back to `release`. NULL with an error. */
    void *(*configure)(const struct conf *c, const struct target *t, struct err *e);
    void (*release)(void *config);
    /* Does the description say how to do this? */
    bool (*does)(const void *config, enum request_kind kind);
    /* Can the node be spoken to? Called before the test begins, until it says yes. */
    bool (*probe)(const void *config, const struct client_place *p, struct err *e);
    /* NULL with an error when the node cannot be spoken to. */
    void *(*open)(const void *config, const struct client_place *p, struct err *e);
    /* Returns within the timeout, whatever the system does. */
    void (*invoke)(void *self, const struct client_op *op, struct client_result *r);
    void (*close)(void *self);
    /* Once per test, before the first and after the last operation: make tables, remove them. NULL:
     * nothing to do. Errors of `finish` are told, and change no verdict. */
    bool (*prepare)(const void *config, const struct client_place *p, struct err *e);
    bool (*finish)(const void *config, const struct client_place *p, struct err *e);
};

extern const struct client_type *const clients[]; /* NULL-terminated */
const struct client_type *client_find(const char *name);

/* Set an outcome. Of an operation that only reads, OP_INFO becomes OP_FAIL: nothing depends on it.
 */
__attribute__((format(printf, 5, 6))) static inline void
client_outcome(struct client_result *r, const struct client_op *op, enum op_type type,
               const char *error, const char *fmt, ...)
{
    va_list ap;
    r->type = type == OP_INFO && request_reads(op->op->kind) ? OP_FAIL : type;
    r->value = VAL_ABSENT;
    r->error = error;
    va_start(ap, fmt);
    (void)vsnprintf(r->message, sizeof r->message, fmt, ap);
    va_end(ap);
}

#endif
