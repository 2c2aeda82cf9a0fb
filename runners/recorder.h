/* The history as it happens: each event is handed to the system as one line of Jepsen's EDN before
 * the test goes on, so that a killed test leaves a history that can be read. */
#ifndef BELIE_RUNNERS_RECORDER_H
#define BELIE_RUNNERS_RECORDER_H

#include "base/err.h"
#include "histories/history.h"

struct record {
    int64_t time;
    enum op_type type;
    int64_t process; /* -1: the nemesis */
    val f, value;
    const char *error, *receipt; /* NULL: none */
    const char *message;         /* the error in words; NULL: none */
    val node;                    /* that serves the operation; VAL_NIL: not known */
    val delivered;   /* see struct completion */
    bool final;      /* a read when all is quiet again */
};

struct recorder {
    int fd;                  /* borrowed; -1: none */
    struct buf *text;        /* borrowed: the lines as well; or NULL */
    struct recorder *faults; /* borrowed: gets the nemesis' operations as well; or NULL */
    const struct values *values;
    int64_t index;
    bool lazy; /* lines wait for recorder_flush: who sets it flushes before anybody acts on them */
    bool failed; /* for good: why */
    struct err why;
    struct buf line;
};

/* False when the line could not be written whole. */
bool recorder_add(struct recorder *r, const struct record *e, struct err *err);
/* Hand all lines so far to the system. After a failure nothing is written any more. */
bool recorder_flush(struct recorder *r, struct err *err);
void recorder_free(struct recorder *r);

#endif
