/* What an operation's name and the shape of its value say about it, as far as pairing, key
 * detection and lint need it. Models decide for themselves what an operation means. */
#ifndef BELIE_HISTORIES_ROLE_H
#define BELIE_HISTORIES_ROLE_H

#include "histories/value.h"

enum op_role {
    ROLE_OTHER,
    ROLE_READ,  /* read, r, get */
    ROLE_WRITE, /* write, w, put, set */
    ROLE_CAS,   /* cas, compare-and-set */
    ROLE_TXN,   /* txn */
};

/* Remembers the roles of the few names that a history repeats. Zero-initialised = empty. */
struct roles {
    val f[16];
    uint8_t role[16];
};

enum op_role role_of(struct roles *r, const struct values *t, val f);

/* [:r x nil], [:append x 1] …: a list that begins with a keyword, symbol or string.
 * From JSON the names of micro-operations are strings. */
bool is_micro_op(const struct values *t, val v);
/* A list of one or more micro-operations. */
bool is_txn(const struct values *t, val v);

#endif
