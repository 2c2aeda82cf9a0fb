/* What the words in a verdict mean: levels, rules, outcomes. `belie explain` prints the tables, a
 * test checks every example against its verdict. The names of rules are in checker/rules.c. */
#ifndef BELIE_REPORTS_EXPLANATION_H
#define BELIE_REPORTS_EXPLANATION_H

#include "base/buf.h"
#include "checker/engine.h"

struct explanation {
    const char *name;
    const char *aliases; /* other names, separated by spaces; may be NULL */
    const char *summary; /* half a sentence */
    const char *text;    /* one paragraph */
    const char *example; /* a history: history.txt, EDN or as in separations.h; or NULL */
    enum verdict verdict; /* of the example */
    const char *property; /* for which that is so; NULL: the default */
};

/* Tables by subject, each in its own file, ended by name == NULL; explanation.c lists them. */
extern const struct explanation explain_accounting[], explain_registers[], explain_piles[];
extern const struct explanation explain_queues[];
extern const struct explanation explain_locks[], explain_sets[], explain_levels[];
extern const struct explanation explain_staleness[], explain_replicas[];
extern const struct explanation explain_patterns[];

/* The i-th of all tables one after the other, or NULL. */
const struct explanation *explanation_at(size_t i);

/* By name or alias; blanks count as dashes, letters in any case. NULL when there is none. */
const struct explanation *explanation_find(const char *name);

/* Its example as a history that belie reads; there must be one. */
void explanation_example(const struct explanation *x, struct buf *out);

/* The whole page, wrapped at `width` columns. */
void explanation_print(const struct explanation *x, size_t width, struct buf *out);

#endif
