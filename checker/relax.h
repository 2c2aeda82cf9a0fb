/* Sound relaxations of an object: a sub-object is chosen by the operations that are strict.
 * Owner rule: a relaxed object borrows everything but its ops from the original; free it with
 * relaxed_free and use one of both at a time. */
#ifndef BELIE_CHECKER_RELAX_H
#define BELIE_CHECKER_RELAX_H

#include "checker/model.h"

/* Build *out from the operations of `o` that are invoked before position `end`: strict ones as
 * recorded, other mutations as crashed, other observers removed, for registers also every mutation
 * that no remaining operation can have observed, and for models with elements all operations of an
 * element without a strict operation. Linearizability of `o` implies that of
 * *out. from[i] (caller's, o->n entries) = index in o of out->ops[i].
 * O(n * rounds), rounds = length of the longest chain of relaxed cas, mostly 1 or 2. */
void relax(const struct object *o, const bool *strict, uint32_t end, struct object *out,
           uint32_t *from);
void relaxed_free(struct object *out);

#endif
