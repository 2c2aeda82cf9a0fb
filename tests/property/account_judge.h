/* One small history through reading and checking, compared with the oracle of account_oracle.h. */
#ifndef BELIE_TESTS_ACCOUNT_JUDGE_H
#define BELIE_TESTS_ACCOUNT_JUDGE_H

#include "tests/property/account_oracle.h"

enum { ACCOUNT_WHY = 400 };

/* False with `why` when the verdict, an outcome, a latency or the evidence is wrong, or when the
 * history is invalid although it is linearizable. *verdict is what the check said. */
bool account_judge(const struct account_case *c, enum verdict *verdict, char why[ACCOUNT_WHY]);

#endif
