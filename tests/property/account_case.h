/* Small histories for the accounting properties, made from choices: of a random generator or of a
 * fuzzer. A system is simulated that mostly works; operations crash, fail, lie. */
#ifndef BELIE_TESTS_ACCOUNT_CASE_H
#define BELIE_TESTS_ACCOUNT_CASE_H

#include "base/buf.h"
#include "histories/history.h"

enum account_kind {
    CASE_SET,
    CASE_SET_FULL,
    CASE_QUEUE,
    CASE_COUNTER,
    CASE_PN_COUNTER,
    CASE_IDS,
    CASE_KINDS
};

extern const char *const account_kind_names[CASE_KINDS]; /* of the property */

enum {
    CASE_OPS = 32,
    CASE_SMALL = 9,
    CASE_ITEMS = 40,
    CASE_VALUES = 40,
    CASE_POSITIONS = 2 * CASE_OPS + 2
};

enum case_result { GIVES_NOTHING, GIVES_NIL, GIVES_NUMBER, GIVES_LIST };

struct case_op {
    uint32_t process;
    const char *f;
    bool has_arg;
    int arg;
    enum case_result gives; /* of an ok operation */
    int items[CASE_ITEMS];  /* a number is items[0] */
    int n;
    enum op_type type;
    uint32_t inv, res; /* distinct positions from 1; res = 0: no completion (type OP_INFO) */
    bool mark;         /* :final? true of a read, :error :empty of a failed dequeue */
};

struct account_case {
    enum account_kind kind;
    struct case_op at[CASE_OPS];
    size_t n;
    int64_t time[CASE_POSITIONS]; /* of positions; may go back */
};

/* Answers 0 .. below - 1. */
struct chooser {
    unsigned (*next)(void *ctx, unsigned below);
    void *ctx;
};

/* At most `ops` operations (CASE_SMALL: what brute force can judge; CASE_OPS). */
void account_case(struct account_case *c, enum account_kind kind, size_t ops,
                  const struct chooser *choose);
/* As Jepsen EDN. */
void account_case_text(const struct account_case *c, struct buf *out);
void account_case_drop(struct account_case *c, size_t i);

#endif
