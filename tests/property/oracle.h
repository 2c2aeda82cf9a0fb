/* Linearizability by brute force: every order of every subset of crashed operations, with nothing
 * but memoised dead ends to make it faster. For at most ORACLE_OPS operations and
 * states of less than ORACLE_WORDS words. */
#ifndef BELIE_TESTS_ORACLE_H
#define BELIE_TESTS_ORACLE_H

#include "tests/property/spec.h"

enum { ORACLE_OPS = 24, ORACLE_WORDS = 64 };

/* True when the operations of `s` are linearizable. */
bool oracle_linearizable(const struct spec *s);

/* The same for a whole history, all keys at once. False with *why when it is not understood. */
bool oracle_history(struct history *h, const struct spec_options *opt, bool *linearizable,
                    const char **why);

#endif
