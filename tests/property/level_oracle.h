/* Levels by brute force from their definitions: every choice of the crashed operations that took
 * effect, of the write that each read observed, every order. Shares no code with the checker. */
#ifndef BELIE_TESTS_LEVEL_ORACLE_H
#define BELIE_TESTS_LEVEL_ORACLE_H

#include "tests/property/session_case.h"

/* Guarantees of a session. */
enum { G_RYW = 1, G_MR = 2, G_MW = 4, G_WFR = 8, G_ALL = 15 };

/* Does the case satisfy the level of this name? Session guarantees by name, or "session". */
bool level_oracle(const struct session_case *c, const char *level);
/* All guarantees of `g` together. */
bool level_oracle_sessions(const struct session_case *c, unsigned g);

#endif
