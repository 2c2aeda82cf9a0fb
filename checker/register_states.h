/* A register's states: each value that the operations of one object mention is a dense id.
 * Shared by the models whose operations are read, write and cas.
 * Owner rule: register_open's context is freed by register_close. */
#ifndef BELIE_CHECKER_REGISTER_STATES_H
#define BELIE_CHECKER_REGISTER_STATES_H

#include "checker/model.h"

/* struct model's functions for ACT_READ, ACT_WRITE and ACT_CAS; see there. All O(1). */
bool register_classify(const struct history *h, const struct op *op, bool nil_unknown,
                       struct op_class *c, bool *skip, struct err *e);
bool register_open(struct object *o, struct err *e);
void register_close(struct object *o);
uint32_t register_step(struct object *o, uint32_t state, uint32_t cls, unsigned k);
val register_state_value(const struct object *o, uint32_t state);
void register_describe(const struct object *o, uint32_t state, struct buf *out);

#endif
