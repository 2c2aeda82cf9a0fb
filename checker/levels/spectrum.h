/* The spectrum: all levels of the property table asked of one history, at the least cost. A level
 * that a proved stronger one implies is not computed, and neither is one that implies a refuted
 * weaker one. */
#ifndef BELIE_CHECKER_LEVELS_SPECTRUM_H
#define BELIE_CHECKER_LEVELS_SPECTRUM_H

#include "checker/check.h"

/* How a level's verdict came about. */
enum spectrum_how {
    SPECTRUM_DECIDED, /* it was asked itself: `result` */
    SPECTRUM_IMPLIED, /* holds because `by` does */
    SPECTRUM_REFUTED, /* broken because `by` is */
    SPECTRUM_UNFIT,   /* it says nothing about such operations: `reason` */
};

struct spectrum_entry {
    const struct property *level;
    enum verdict verdict; /* holds, broken, undecided */
    enum spectrum_how how;
    const struct property *by;
    const char *reason;          /* of what is not valid; may be NULL */
    struct check_result *result; /* DECIDED; owned by the spectrum */
    bool strongest; /* not refuted, and none that implies it is not refuted either */
    bool weakest;   /* broken, and all that it implies is not */
};

struct spectrum {
    struct spectrum_entry *entries; /* in the order of the table: stronger ones first */
    size_t n;
    const struct spectrum_entry *evidence; /* the broken level that is shown, or NULL */
};

/* Fill r->spectrum, r->verdict and r->reason (of linearizable). False for errors. */
bool spectrum_check(const struct history *h, const struct check_options *opt,
                    struct check_result *r, struct err *e);
void spectrum_free(struct spectrum *s);

/* Does level `a` imply level `b` (also in several steps, and itself)? */
bool level_implies(const struct property *a, const struct property *b);

#endif
