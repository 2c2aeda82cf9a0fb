/* How to follow a history, as far as its beginning tells: which model, and what is a key. */
#ifndef BELIE_CLI_FOLLOW_PLAN_H
#define BELIE_CLI_FOLLOW_PLAN_H

#include "checker/online.h"
#include "cli/check_file.h"

struct follow_plan {
    struct arena arena;         /* of reason and model_reason */
    struct online_options opt;  /* but for the initial value; model NULL: none fits */
    const char *model_reason;
    const char *reason;         /* why operations cannot be checked one by one, or NULL */
    bool open;                  /* the beginning does not tell whether values are tuples */
    bool intervals;             /* lines are whole operations: the first ones are no prefix */
    char independent_reason[160];
};

/* Look at the beginning of a history. False when it cannot be read (so far). plan->opt.model and
 * reason are NULL as long as there is no operation. Owner: arena_free(&plan->arena). */
bool follow_plan(struct follow_plan *plan, const char *path, const struct file_prefix *prefix,
                 const struct check_file_options *o, struct err *e);
/* Can --follow ask for these levels, as --consistency has them? For linearizable, and for one
 * weaker level that can be refuted by a prefix. */
bool follow_can_ask(const char *consistency);
/* May what the level `consistency` refutes in a beginning be explained by what follows? */
bool follow_may_explain(const char *consistency, const struct check_result *r);
/* Do both lead to the same online checker? */
bool follow_plan_same(const struct follow_plan *a, const struct follow_plan *b);

#endif
