/* Detection among the models of objects that are no registers. */
#ifndef BELIE_CHECKER_DETECT_OBJECT_H
#define BELIE_CHECKER_DETECT_OBJECT_H

#include "checker/model.h"

/* The first model (in the order of models[]) that knows every operation of `h` by name and reads
 * what reads return; NULL when none does. *reason names it, the operations, and the other models
 * that fit as well; allocated in `a`. O(operations). */
const struct model *detect_object(const struct history *h, struct arena *a, const char **reason);

#endif
