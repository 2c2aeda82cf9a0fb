/* Ask the checker about small histories by session. */
#ifndef BELIE_TESTS_LEVEL_CHECK_H
#define BELIE_TESTS_LEVEL_CHECK_H

#include "checker/check.h"
#include "tests/property/session_case.h"

enum { LEVEL_WHY = 1200 };

struct level_answer {
    enum verdict verdict;
    char word[40]; /* the rule that is broken, or "" */
    char why[LEVEL_WHY]; /* an error, or what is wrong with the evidence, or "" */
};

/* One property of the case as a cas-register with initial value 0, events interleaved by `seed`.
 * The core of what is invalid is asked again by itself. */
void level_check(const struct session_case *c, const char *property, uint64_t seed,
                 struct level_answer *a);
/* The same of any history and model. */
void level_check_history(const struct history *h, const char *model, val initial,
                         const char *property, struct level_answer *a);

/* Property "all". Calls `entry` for each level of the spectrum. */
struct spectrum;
bool level_check_all(const struct session_case *c, uint64_t seed,
                     void (*found)(const struct spectrum *s, void *ctx), void *ctx,
                     char why[LEVEL_WHY]);

#endif
