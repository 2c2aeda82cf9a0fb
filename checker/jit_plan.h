/* The part of the frontier search that does not depend on the search: the order of events, the
 * slots of open operations, effects, and what is known about crashed operations.
 * Owner rule: a plan borrows the object; free it with jit_plan_free before the object. */
#ifndef BELIE_CHECKER_JIT_PLAN_H
#define BELIE_CHECKER_JIT_PLAN_H

#include "base/hash.h"
#include "checker/model.h"

/* What a class of operations does, with states as the search's own ids. Operations with the same
 * effect are interchangeable. */
struct jit_effect {
    uint8_t action;
    bool pure, blind;
    bool many;         /* may have more than one next state (crashed, unknown result) */
    uint32_t from, to; /* registers: CAS from -> to; READ and WRITE: to */
    uint32_t cls;      /* a class with this effect */
};

/* Crashed operations with one effect: only their number matters (reduction R3). */
struct jit_crash {
    uint32_t effect;
    uint32_t total;
    uint32_t dead_after; /* position: nobody can notice it later; RES_INF = never dead */
    uint16_t word;       /* where the count lives in a configuration: word, shift, mask */
    uint8_t shift, width;  /* width 0: there are always enough of them, nothing is counted */
    bool plenty;
};

struct jit_plan {
    struct object *o;
    uint32_t *event; /* op << 1 | is_return, in order of position */
    uint32_t nevents;
    uint16_t *slot;     /* per op; ok operations only */
    uint32_t *effect;   /* per op */
    uint32_t *crash_of; /* per op; UINT32_MAX: not crashed, or nobody can ever notice it */
    struct jit_effect *effects;
    uint32_t neffects;
    struct jit_crash *crash;
    uint32_t ncrash;
    unsigned nslots, nw, nu; /* slots, words of slots, words of counts */
    uint64_t *guard;         /* nu words: the guard bit of every count */
    uint32_t init_state;
    /* registers only */
    bool reg;
    val *state_val;       /* value of a state */
    uint32_t nstates;     /* state nstates is DEAD: nobody can tell what the value is */
    uint32_t *obs_at;     /* per state, positions of observers' invocations, increasing */
    uint32_t *obs_start;  /* nstates + 1 offsets into obs_at */
    uint32_t *next_cover; /* per event: the first position by which a blind write that is invoked
                             after this event has certainly happened */
};

/* forget: crashed operations may be dropped when none of o's operations can notice them any more;
 * not when others, which are not in o, are to follow. */
void jit_plan_make(struct jit_plan *p, struct object *o, bool forget);
void jit_plan_free(struct jit_plan *p);

/* First invocation of an observer of register state `s` after position `pos`, or RES_INF. */
uint32_t jit_next_observer(const struct jit_plan *p, uint32_t s, uint32_t pos);

static inline uint32_t jit_event_pos(const struct jit_plan *p, uint32_t e)
{
    const struct lin_op *op = &p->o->ops[p->event[e] >> 1];
    return (p->event[e] & 1) ? op->res : op->inv;
}

#endif
