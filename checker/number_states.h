/* States that are integers: counters, semaphores. Owner rule: number_states_free frees. */
#ifndef BELIE_CHECKER_NUMBER_STATES_H
#define BELIE_CHECKER_NUMBER_STATES_H

#include "base/hash.h"
#include "checker/model.h"

struct number_states {
    struct map64 ids;
    int64_t *numbers; /* of a state */
    size_t n, cap;
};

/* The state of a number. O(1) expected. */
uint32_t number_state(struct number_states *s, int64_t number);

/* For a model's open(), close() and describe(): o->ctx is a struct number_states. open sets the
 * initial state; false when the initial value is no integer (nil: `otherwise`), or when amounts
 * (a) of the operations could add up to more than 2^61. */
bool number_states_open(struct object *o, int64_t otherwise, struct err *e);
void number_states_close(struct object *o);
void number_states_describe(const struct object *o, uint32_t state, struct buf *out);

static inline int64_t number_of(const struct object *o, uint32_t state)
{
    const struct number_states *s = o->ctx;
    return s->numbers[state];
}

/* The integer of a value that the model has accepted as one. */
static inline int64_t number_value(const struct object *o, val v)
{
    int64_t i = 0;
    (void)val_get_int(&o->h->values, v, &i);
    return i;
}

#endif
