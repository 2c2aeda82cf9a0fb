/* Levels of registers decided the slow and plain way: matrices of who is before whom, closed again
 * and again. For histories too long for brute force (level_oracle.h). Where every value was written
 * once both answers are exact; else reads with several possible sources are left out, and only
 * "broken" is. Shares no code with the checker.
 * Owner rule: naive_free frees what naive_open made. */
#ifndef BELIE_TESTS_NAIVE_LEVELS_H
#define BELIE_TESTS_NAIVE_LEVELS_H

#include "tests/property/spec.h"

enum naive_answer {
    NAIVE_HOLDS,
    NAIVE_BROKEN,
    NAIVE_OPEN, /* not a level that is known here */
};

struct naive_op {
    uint32_t session, key, inv;
    bool reads, writes, must;
    val saw, wrote;
    int from; /* the operation whose value it observed, or NAIVE_INITIAL */
};

enum { NAIVE_INITIAL = -1, NAIVE_OPS = 2100 };

struct naive {
    struct naive_op *ops; /* by session, in order */
    size_t n;
    bool air;   /* somebody observed what nobody wrote */
    bool exact; /* each read has one possible source */
    bool narrowed; /* a crashed cas was left out that cannot have happened: the checker keeps it */
    uint64_t *base; /* scratch: a matrix of n rows */
    size_t words;   /* of a row */
};

/* False when it is not for us: transactions, more than NAIVE_OPS operations. */
bool naive_open(struct naive *x, const struct spec *s);
enum naive_answer naive_level(struct naive *x, const char *level);
void naive_free(struct naive *x);

/* Is there one order of all operations? Any values, exact; open after `limit` configurations. */
enum naive_answer naive_sequential(const struct spec *s, uint64_t limit);

#endif
