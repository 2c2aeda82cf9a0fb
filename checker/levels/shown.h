/* The operations of a piece of evidence, closed so that they show the same by themselves: with a
 * read the write that it observed, with a crashed write somebody who observed it, since without
 * these the value would come from nowhere, or the write need not have happened.
 * Owner rule: shown_free frees it. */
#ifndef BELIE_CHECKER_LEVELS_SHOWN_H
#define BELIE_CHECKER_LEVELS_SHOWN_H

#include "checker/levels/view.h"

struct shown {
    const struct view *v;
    bool *in;
    uint32_t *ops; /* of the view */
    size_t n;
};

void shown_init(struct shown *s, const struct view *v);
void shown_add(struct shown *s, uint32_t op);
/* The same as history ops, in place: nothing can be added afterwards. */
const uint32_t *shown_history_ops(struct shown *s);
void shown_free(struct shown *s);

#endif
