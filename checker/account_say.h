/* Operations in English where there is no object: as phrase.h, by index into history ops. */
#ifndef BELIE_CHECKER_ACCOUNT_SAY_H
#define BELIE_CHECKER_ACCOUNT_SAY_H

#include "checker/account.h"
#include "checker/phrase.h"

/* A speaker for the argument of `k`, which gets room for its steps. */
struct speaker account_speaker(const struct account_input *in, struct key_result *k);
/* " by process 3 (op 3 to op 4)", with ", failed" or what else there is to say of how it ended. */
void say_who_and_when(struct speaker *s, const struct op *op);
/* "add 7 by process 3 (op 3 to op 4)"; results are left out, they may be large. */
void account_say_op(struct speaker *s, uint32_t op);
/* A step: the operation and what follows. Nothing for NO_EVENT. */
void account_say_one(struct speaker *s, uint32_t op, const char *after);
/* The verdict invalid: what was said so far is the reason, `rule` its word in `belie explain`. */
void account_invalid(struct speaker *s, const char *rule);

#endif
