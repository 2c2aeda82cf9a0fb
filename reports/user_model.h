/* A model that a program defines through belie.h, as the checker wants it.
 * Owner rule: lives as long as one check; the caller's model and the handle are borrowed. Free with
 * user_model_free. */
#ifndef BELIE_REPORTS_USER_MODEL_H
#define BELIE_REPORTS_USER_MODEL_H

#include "base/budget.h"
#include "checker/model.h"
#include "reports/belie.h"

struct user_model {
    struct model model;   /* for check_options; its `user` is this */
    struct belie_model m; /* in today's layout */
    const belie_history *handle;
    struct budget *budget; /* pays for states and steps */
};

/* False when a callback that must be there is missing. */
bool user_model_init(struct user_model *u, const struct belie_model *theirs,
                     const belie_history *handle, struct budget *budget, struct err *e);

/* Where the model says which object an operation is about: *out = h with ops of its own and these
 * keys. False when key_of fails. Free with user_keys_free, which leaves h as it was. O(ops). */
bool user_keys(const struct user_model *u, const struct history *h, struct history *out,
               struct err *e);
void user_keys_free(struct history *out);

#endif
