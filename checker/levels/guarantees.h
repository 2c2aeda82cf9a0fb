/* What the deciders of session guarantees share: guarantees.c for registers, growing_elements.c for
 * lists and sets, growing_sums.c for counters. */
#ifndef BELIE_CHECKER_LEVELS_GUARANTEES_H
#define BELIE_CHECKER_LEVELS_GUARANTEES_H

#include "checker/levels/growing.h"

/* Sets of guarantees. */
enum { RYW = 1, MR = 2, MW = 4, WFR = 8, ALL = 15, GUARANTEES = 4 };

/* Those that a level asks for together; 0 for other levels. */
unsigned guarantees_asked(const struct property *level);
/* "a is broken", "a, b and c cannot hold together" */
void guarantees_say(struct speaker *s, unsigned g);
/* The word for belie explain. */
const char *guarantees_word(unsigned g);

/* Each sets the verdict for the guarantees `asked`, together; it is valid before. */
void growing_elements(const struct level_input *in, struct key_result *k, const struct growing *g,
                      unsigned asked);
void growing_sums(const struct level_input *in, struct key_result *k, const struct growing *g,
                  unsigned asked);

extern const char *const rule_mw, *const rule_wfr, *const rule_wfr_own; /* of edges */

#endif
