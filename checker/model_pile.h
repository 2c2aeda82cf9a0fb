/* What the models of stacks and priority queues share: elements come in, the one on top can be
 * seen and taken out. Owner rule: piles_open's context is freed by piles_close. */
#ifndef BELIE_CHECKER_MODEL_PILE_H
#define BELIE_CHECKER_MODEL_PILE_H

#include "checker/container.h"
#include "checker/pile_states.h"

/* struct model's functions; see there. classify and element are those of container.h. */
bool piles_open(struct object *o, struct err *e);
void piles_close(struct object *o);
void piles_describe(const struct object *o, uint32_t state, struct buf *out);

/* step() of all that does not put something in. O(1). */
uint32_t piles_look(struct object *o, uint32_t state, uint32_t cls);

static inline struct piles *piles_of(const struct object *o)
{
    return o->ctx;
}

#endif
