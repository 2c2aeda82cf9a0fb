/* Session guarantees of lists, sets and counters by brute force from their definition: every choice
 * of the crashed additions that took effect, every order of the additions, every choice of what
 * each read saw. Shares no code with the checker. */
#ifndef BELIE_TESTS_GROW_ORACLE_H
#define BELIE_TESTS_GROW_ORACLE_H

#include "tests/property/grow_case.h"

enum { GROW_RYW = 1, GROW_MR = 2, GROW_MW = 4, GROW_WFR = 8, GROW_ALL = 15 };

/* Do the guarantees of `g` hold together? With g = 0: can the reads be explained at all? */
bool grow_oracle(const struct grow_case *c, unsigned g);
/* Without an order: does each read have what it must have by the guarantee g, GROW_RYW or GROW_MR?
 * Of counters: are they not lower? */
bool grow_oracle_contents(const struct grow_case *c, unsigned g);
/* Is there a read of something that no operation adds? */
bool grow_oracle_air(const struct grow_case *c);

#endif
