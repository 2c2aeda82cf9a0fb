/* The result of following a history as the result of a check, for the reports. */
#ifndef BELIE_CLI_FOLLOW_RESULT_H
#define BELIE_CLI_FOLLOW_RESULT_H

#include "cli/follow_plan.h"
#include "histories/tail.h"

/* What the online checker knows, without evidence: for valid, one result per key; else `reason`,
 * which is said of the key that the last event was about when it is invalid.
 * Takes the values and warnings of `t`. `online` may be NULL: nothing is known. */
void follow_result(struct check_file *out, const char *path, struct tail *t,
                   const struct online *online, const struct follow_plan *plan,
                   enum verdict verdict, const char *reason);

/* The whole check says unknown where the online checker saw a violation: that stands, without
 * evidence. False when no key is unknown. */
bool follow_result_stands(struct check_file *f, const struct online *online, const char *reason);
/* The whole check contradicts the online checker: a bug, so nothing is known. */
void follow_result_disputed(struct check_file *f, const char *reason);

#endif
