/* What can be asked of a history. Two kinds share one table: levels of consistency, which engines
 * decide for a model (linearizable; more will come), and Jepsen's accounting properties, which
 * look at what became of each element and need no model. */
#ifndef BELIE_CHECKER_PROPERTY_H
#define BELIE_CHECKER_PROPERTY_H

#include "checker/account.h"
#include "checker/check.h"

struct property {
    const char *name, *summary, *complexity;
    const struct part_name *names; /* its operations, ended by f == NULL; NULL: the model's */
    bool ignores_others;           /* operations of other names cannot matter */
    /* Account for one key. NULL: a level. False for operations that do not fit. */
    bool (*run)(const struct account_input *in, struct key_result *k, struct err *e);
};

extern const struct property *const properties[]; /* NULL-terminated; the first is the default */
const struct property *property_find(struct str name);

extern const struct property property_linearizable, property_set, property_set_full,
    property_total_queue, property_counter, property_pn_counter, property_unique_ids;

#endif
