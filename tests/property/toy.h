/* Sequential objects written a second time, apart from checker/, one file each: what an operation
 * means (for the oracle and the verifiers) and how to make random histories of it. Adding one
 * touches its own file and one line of toys.c.
 *
 * Meaning: parse() turns an ok or crashed operation into a verb with an argument a and a result b;
 * b = VAL_ABSENT means that the result is unknown, so that forgetting b makes a crashed operation
 * of an ok one. A state is `width` words; apply() is the k-th way to execute an operation. */
#ifndef BELIE_TESTS_TOY_H
#define BELIE_TESTS_TOY_H

#include "base/rng.h"
#include "tests/property/calls.h"
#include "tests/property/spec.h"

enum { TOY_CELLS = 80 };

/* The object behind a random history: cells are the toy's own, zero at first. */
struct toy_sim {
    struct rng *r;
    int64_t cell[TOY_CELLS];
    size_t n;        /* cells in use, where the toy is a container */
    int64_t last;    /* for unique values; 0 at first */
    uint32_t now;    /* position of the last event */
    unsigned flavor; /* 0 .. 3, fixed for a history: e.g. values unique or repeated */
};

struct toy {
    const char *model;
    const char *initial;            /* EDN; NULL: the model's default */
    const struct call_name *names;  /* short names in notation, or NULL */

    /* Fill verb, a, b, mutates and idle of o, which comes with a = b = VAL_ABSENT. False when the
     * operation is not understood. s->h's value table may gain values. */
    bool (*parse)(struct spec *s, const struct op *op, struct spec_op *o);
    /* Words of a state; called when all operations are parsed. */
    size_t (*width)(const struct spec *s);
    /* The initial state; state is zeroed. `initial` is the value of the initial option. */
    void (*init)(const struct spec *s, val initial, uint32_t *state);
    /* NULL: one. How many ways there are to execute o in `state`, most of the time 1. */
    unsigned (*ways)(const struct spec *s, const struct spec_op *o, const uint32_t *state);
    /* Execute in place; false when it is illegal (the state is then garbage). Equal states must be
     * equal words. */
    bool (*apply)(const struct spec *s, const struct spec_op *o, unsigned way, uint32_t *state);
    /* NULL, or the element that o is about (VAL_ABSENT: no single one), where leaving out all
     * operations of an element leaves a linearization. */
    val (*element)(const struct spec_op *o);

    /* Random histories. choose: name and argument of the next operation of `process`.
     * run: execute it, set c->out; false: it fails. */
    void (*choose)(struct toy_sim *m, struct call *c);
    bool (*run)(struct toy_sim *m, struct call *c);
    /* NULL, or a wrong result for an ok call: sets c->out (and may use m->r). */
    void (*spoil)(struct toy_sim *m, struct call *c);
};

extern const struct toy *const toys[]; /* NULL-terminated */
const struct toy *toy_find(const char *model);

static inline bool toy_chance(struct toy_sim *m, unsigned percent)
{
    return rng_below(m->r, 100) < percent;
}

#endif
