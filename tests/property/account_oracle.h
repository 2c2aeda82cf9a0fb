/* The accounting properties once more, from their definitions, in quadratic time and without
 * anything of checker/. */
#ifndef BELIE_TESTS_ACCOUNT_ORACLE_H
#define BELIE_TESTS_ACCOUNT_ORACLE_H

#include "checker/account.h"
#include "checker/engine.h"
#include "tests/property/account_case.h"

struct account_truth {
    enum verdict verdict;
    unsigned copies[OUTCOMES][CASE_VALUES];
    int64_t stable[CASE_VALUES], lost[CASE_VALUES]; /* latencies, sorted */
    size_t nstable, nlost;
    size_t errors; /* counters: reads out of bounds */
};

void account_truth(const struct account_case *c, struct account_truth *t);

/* Is there an order of the operations in which the object (a set that grows, a counter, a queue
 * without order) gives these results? Brute force. True for kinds that have no object, and for more
 * than CASE_SMALL operations. */
bool account_case_linearizable(const struct account_case *c);

#endif
