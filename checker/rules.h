/* Sentences that engines share. */
#ifndef BELIE_CHECKER_RULES_H
#define BELIE_CHECKER_RULES_H

#include "checker/engine.h"

/* The rule in one English sentence without positions; static. */
const char *rule_text(enum rule r);

/* The name under which `belie explain` knows the rule; static; NULL for RULE_NONE. */
const char *rule_name(enum rule r);

/* Why a search was stopped, e.g. "the time limit was reached"; static. */
const char *stop_text(enum stop_cause cause);

#endif
