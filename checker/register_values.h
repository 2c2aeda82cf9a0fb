/* The values of a register-like object as dense ids, and what each class does with them. It is the
 * context of every register-like object, and its states are these ids.
 * Owner rule: register_states.c frees it with register_values_free. */
#ifndef BELIE_CHECKER_REGISTER_VALUES_H
#define BELIE_CHECKER_REGISTER_VALUES_H

#include "checker/model.h"

#define NO_VALUE UINT32_MAX

/* A class needs `from` to be there (NO_VALUE: anything) and leaves `to` (NO_VALUE: no change), so
 * a read is (v, none), a write (none, v), a cas (a, b), and a cas from a value to itself a read. */
struct effect {
    uint32_t from, to;
};

struct register_values {
    struct effect *effect; /* per class */
    val *values;           /* by id: by first appearance, the initial value first */
    uint32_t n;
};

/* O(classes), no hashing; 8 bytes per class and 4 per value, and 40 per class while it runs. */
void register_values_find(struct register_values *v, const struct object *o);
void register_values_free(struct register_values *v);

static inline const struct register_values *register_values_of(const struct object *o)
{
    return o->ctx;
}

/* Bit i set: the crashed operation i of the object can matter, that is, some ok operation (or a
 * crashed cas that can matter) that needs its value ends after it began. All others can be dropped
 * without changing the verdict. Bits of ok operations are clear. `bits` holds (o->n + 63) / 64
 * words. O(operations). Source: research rule R0. */
void register_noticed(const struct register_values *v, const struct object *o, uint64_t *bits);

#endif
