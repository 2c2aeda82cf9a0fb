/* Small histories of lists, sets and counters that only grow, by session. */
#ifndef BELIE_TESTS_GROW_CASE_H
#define BELIE_TESTS_GROW_CASE_H

#include "base/rng.h"
#include "histories/history.h"

enum { GROW_SESSIONS = 3, GROW_OPS = 6, GROW_KEYS = 2, GROW_ITEMS = 6 };
enum grow_type { GROW_LIST, GROW_SET, GROW_COUNTER };

struct grow_case_op {
    bool read, crashed;
    uint8_t key;
    int8_t value;             /* what is added, or the number that was read */
    uint8_t n;                /* elements that were read */
    int8_t items[GROW_ITEMS];
};

struct grow_case {
    enum grow_type type;
    bool repeats; /* elements may be added twice; amounts may differ */
    uint8_t nsessions, n[GROW_SESSIONS];
    struct grow_case_op ops[GROW_SESSIONS][GROW_OPS];
};

extern const char *const grow_models[]; /* by type */

/* About `ops` operations. */
void grow_case_random(struct grow_case *c, struct rng *r, enum grow_type type, bool repeats,
                      unsigned ops);
void grow_case_drop(struct grow_case *c, unsigned s, unsigned i);
void grow_case_print(const struct grow_case *c, struct buf *out);
/* As a history, events interleaved by `r`. False with an error. */
bool grow_case_history(const struct grow_case *c, struct rng *r, struct history *h,
                       struct err *e);

#endif
