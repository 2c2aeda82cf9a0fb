/* Seeded histories of a toy's object with crashed and failed operations. They are made by executing
 * operations; most are then damaged a little, so that valid and invalid ones are about balanced. */
#ifndef BELIE_TESTS_RANDOM_CALLS_H
#define BELIE_TESTS_RANDOM_CALLS_H

#include "tests/property/random_history.h"
#include "tests/property/toy.h"

void random_calls(struct calls *c, const struct toy *t, struct random_size size, struct rng *r);
/* The same as a history and what a spec needs to know. Owner: history_free(h). */
bool random_calls_open(const struct calls *c, const struct toy *t, struct history *h,
                       struct spec_options *opt, struct err *e);

#endif
