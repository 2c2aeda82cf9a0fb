/* What the models of containers with an order share: queues, stacks and the like, whose operations
 * put an element in (ACT_PUT), take one out (ACT_TAKE), look at the one that is next (ACT_PEEK) or
 * find nothing (ACT_EMPTY). */
#ifndef BELIE_CHECKER_CONTAINER_H
#define BELIE_CHECKER_CONTAINER_H

#include "checker/model.h"

/* Does a result say that nothing was there? nil does, and :empty; in JSON, which has no keywords,
 * "empty". */
bool container_says_empty(const struct history *h, val v);

/* A model's classify for ACT_PUT, ACT_TAKE and ACT_PEEK. An ok take or peek that says so found
 * the container empty and becomes ACT_EMPTY; a crashed take keeps its action with b absent.
 * ACT_OTHER is the name of an operation that takes out many elements ("drain") and is refused. */
bool container_classify(const struct history *h, const struct op *op, bool nil_unknown,
                        struct op_class *c, bool *skip, struct err *e);

/* A model's element: what comes in, goes out or is seen. Leaving out all operations of an element,
 * with the crashed ones that took it, leaves a linearization. */
val container_element(const struct object *o, uint32_t cls);

/* The items of the initial value: none for nil, else those of a list. False with e set when it is
 * no list. */
bool container_initial(const struct object *o, const val **items, size_t *n, struct err *e);

/* For each operation: of a crashed ACT_PUT the last position at which a completed take or peek of
 * its element ends, 0 when there is none; RES_INF for all others, and for all of an object that has
 * other operations. What begins later cannot have been noticed and can be left out: with it goes
 * the crashed take that took what it put in. From mem_*. O(operations). */
uint32_t *container_noticed(const struct object *o);

#endif
