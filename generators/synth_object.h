/* Objects other than registers, for synthetic histories: one file each, a table entry with what its
 * clients do and which violations can be planted. Adding one touches its own file and one line of
 * synth_objects.c. */
#ifndef BELIE_GENERATORS_SYNTH_OBJECT_H
#define BELIE_GENERATORS_SYNTH_OBJECT_H

#include "generators/sim.h"

struct synth_object {
    const char *model;
    const struct violation *const *violations; /* NULL-terminated */
    /* The object of one key, in its initial state; freed by close. */
    void *(*open)(struct sim *s);
    void (*close)(void *state);
    /* Decide on op->f, op->in (VAL_NIL at first) and op->mutates for client op->client; `mutate`:
     * it has to be a mutation. o->read_share is the share of what only observes, o->cas_share that
     * of what takes out, o->values how many different values there are (0: unique). */
    void (*choose)(struct sim *s, void *state, struct sim_op *op, bool mutate);
    /* The moment at which the operation takes effect: sets op->out, and op->ok (true at first) to
     * false when it fails. A crashed one takes effect late, or not at all. */
    void (*effect)(struct sim *s, void *state, struct sim_op *op);
};

extern const struct synth_object *const synth_objects[]; /* NULL-terminated */
const struct synth_object *synth_object_find(const char *model);

/* For plant(): a whole operation of the idle client that plants, recorded as given and without
 * effect on the state; out as in sim_op. */
void sim_plant(struct sim *s, uint32_t key, val f, val in, val out, enum op_type type);
/* How many permits a semaphore has: o->values, or 3. */
uint32_t sim_permits(const struct sim *s);
/* An operation name. */
val sim_name(struct sim *s, const char *f);

#endif
