/* What the words in a verdict mean: levels, rules, outcomes. One table; `belie explain` prints it,
 * a test checks every example against its verdict. */
#ifndef BELIE_REPORTS_EXPLANATION_H
#define BELIE_REPORTS_EXPLANATION_H

#include "base/buf.h"
#include "checker/engine.h"

struct explanation {
    const char *name;
    const char *aliases; /* other names, separated by spaces; may be NULL */
    const char *summary; /* half a sentence */
    const char *text;    /* one paragraph */
    const char *example; /* a history in the history.txt format, or NULL */
    enum verdict verdict; /* of the example */
};

extern const struct explanation explanations[]; /* ended by name == NULL */

/* By name or alias; blanks count as dashes, letters in any case. NULL when there is none. */
const struct explanation *explanation_find(const char *name);

/* The name under which a broken rule is explained; NULL for RULE_NONE. */
const char *explanation_of_rule(enum rule r);

/* The whole page, wrapped at `width` columns. */
void explanation_print(const struct explanation *x, size_t width, struct buf *out);

#endif
