/* What the models share whose states are rows of elements (queue_states.h): struct model's
 * functions. Owner rule: queue_object_open's context is freed by queue_object_close. */
#ifndef BELIE_CHECKER_QUEUE_OBJECT_H
#define BELIE_CHECKER_QUEUE_OBJECT_H

#include "checker/model.h"

bool queue_object_open(struct object *o, struct err *e);
void queue_object_close(struct object *o);
size_t queue_object_bytes(const struct object *o);
void queue_object_describe(const struct object *o, uint32_t state, struct buf *out);

#endif
