/* What the models of stacks and priority queues share: elements come in, the one on top can be
 * seen and taken out. Owner rule: pile_open's context is freed by pile_close. */
#ifndef BELIE_CHECKER_MODEL_PILE_H
#define BELIE_CHECKER_MODEL_PILE_H

#include "checker/model.h"
#include "checker/pile_states.h"

/* struct model's functions; see there. A pop or peek of nil or :empty found it empty. */
bool pile_classify(const struct history *h, const struct op *op, bool nil_unknown,
                   struct op_class *c, bool *skip, struct err *e);
bool pile_open(struct object *o, struct err *e);
void pile_close(struct object *o);
val pile_element(const struct object *o, uint32_t cls);
void pile_describe(const struct object *o, uint32_t state, struct buf *out);

/* step() of all that does not put something in. O(1). */
uint32_t pile_look(struct object *o, uint32_t state, uint32_t cls);

static inline struct piles *piles_of(const struct object *o)
{
    return o->ctx;
}

#endif
