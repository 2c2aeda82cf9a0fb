/* Every small history of registers by session, each value written once: what is left to find when a
 * claim is about the smallest one. */
#ifndef BELIE_TESTS_ALL_CASES_H
#define BELIE_TESTS_ALL_CASES_H

#include "tests/property/session_case.h"

/* All of `ops` operations of up to 4 sessions and `keys` keys, up to the names of sessions, keys
 * and values. Stops and returns true when `found` does. */
bool all_cases(unsigned ops, unsigned keys, bool (*found)(const struct session_case *c, void *ctx),
               void *ctx);

#endif
