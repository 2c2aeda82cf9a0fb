/* Small histories of registers by session, and their notation (research and corpus use it):
 *
 *   A: w k0 1, r k1 0 | B: c k0 1 2, w k0 3 !
 *
 * w writes, r reads (0 is the initial value), c is a successful cas; ! marks a crashed operation,
 * which is the last of its session. ^7 after an operation is its version; "global " before all says
 * that versions count over all keys. */
#ifndef BELIE_TESTS_SESSION_CASE_H
#define BELIE_TESTS_SESSION_CASE_H

#include "base/rng.h"
#include "histories/history.h"

enum { CASE_SESSIONS = 6, CASE_OPS = 10, CASE_KEYS = 26 };

struct case_op {
    char f; /* 'w', 'r', 'c' */
    uint8_t key;
    int8_t value, to; /* c: value -> to; w: value */
    bool crashed;
    int8_t version; /* -1: none */
};

struct session_case {
    bool global; /* versions are :mod-revisions, which count over all keys */
    unsigned nsessions;
    unsigned n[CASE_SESSIONS];
    struct case_op ops[CASE_SESSIONS][CASE_OPS];
};

bool session_case_parse(struct session_case *c, struct str line);
void session_case_print(const struct session_case *c, struct buf *out);

struct case_shape {
    unsigned sessions, ops, keys, values; /* most of each; values 0: each is written once */
    bool cas;
    bool views;    /* nearly processor consistent; with unique values and without cas */
    bool versions; /* recorded: most tell an order, not always a right one */
    bool global;   /* and count over all keys */
};
void session_case_random(struct session_case *c, struct rng *r, const struct case_shape *shape);
/* Remove one operation. */
void session_case_drop(struct session_case *c, unsigned s, unsigned i);

/* As a history of independent registers with initial value 0: events interleaved at random. */
bool session_case_history(const struct session_case *c, struct rng *r, struct history *h,
                          struct err *e);

#endif
