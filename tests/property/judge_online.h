/* An online checker against brute force, on one history: what is reported after an event is
 * reported after the first event whose prefix is not linearizable. Linearizability is closed under
 * prefixes, so two questions suffice: the prefix up to the reported event is not linearizable, the
 * one before it is; nothing reported: the whole history is. Values are moved to another table now
 * and then, as in a long run. */
#ifndef BELIE_TESTS_JUDGE_ONLINE_H
#define BELIE_TESTS_JUDGE_ONLINE_H

#include "tests/property/random_calls.h"
#include "tests/property/run_engines.h"

struct online_tally {
    uint64_t valid, invalid, lost, unjudged;
};

/* Is there an online checker for the toy's model? */
bool is_online(const struct toy *toy);

/* True with *why when the online checker is wrong. `seed` says when values move. */
bool online_is_wrong(const struct calls *c, const struct toy *toy, uint64_t seed,
                     struct online_tally *t, char why[RUN_TEXT]);

#endif
