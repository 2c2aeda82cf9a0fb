/* One pass of the frontier search over a plan: internal to the jit engine.
 * Owner rule: struct jit owns its sets and tables; free with jit_free. */
#ifndef BELIE_CHECKER_JIT_SEARCH_H
#define BELIE_CHECKER_JIT_SEARCH_H

#include "base/budget.h"
#include "checker/jit_plan.h"
#include "checker/jit_set.h"

/* One applied operation; nodes form paths from a configuration back to the start. */
struct jit_trace {
    uint32_t parent; /* UINT32_MAX = start */
    uint32_t what;   /* op, or crash class with the top bit set */
    uint32_t event;  /* index of the event during which it was applied */
    uint32_t way;    /* which of its next states it led to */
};

#define JIT_CRASHED 0x80000000u
#define JIT_NO_TRACE UINT32_MAX

/* A frontier of some events ago, to come back to. */
struct jit_snap {
    struct jit_set set;
    uint32_t event;
};

enum { JIT_SNAPS = 32, JIT_SNAP_EVERY = 32 };

enum jit_outcome { JIT_SURVIVED, JIT_DIED, JIT_STOPPED };

struct jit {
    const struct jit_plan *plan;
    struct object *o;
    struct jit_shape shape;
    struct jit_set front, next; /* before and after the event */
    struct jit_set seen;        /* of the closure */
    uint64_t *top, *scratch;    /* one configuration each */
    uint32_t way;               /* which next state led to scratch */
    /* open operations */
    uint32_t *slot_op;
    uint64_t *open;    /* nw */
    uint64_t *earlier; /* nslots x nw: open slots with the same effect and an earlier return */
    uint32_t *avail;   /* per crash class: invoked so far */
    uint32_t nlive;    /* crash classes that are invoked and not dead */
    uint32_t *live;
    /* masks per state */
    uint32_t *mask_tick;
    uint64_t *masks; /* per state: nw words observers, nw enabled mutators, nw no-ops */
    size_t masks_cap;
    uint32_t tick;
    struct map64 memo; /* state << 32 | effect -> next state + 1, 0 = none; generic models */
    uint32_t event;
    /* traces */
    bool tracing;     /* keep paths, for a witness */
    bool keep_values; /* do not forget dead values: states are shown to a reader */
    struct jit_trace *trace;
    uint32_t ntrace;
    size_t trace_cap;
    /* beam */
    size_t width;        /* most configurations kept; SIZE_MAX = all: the search is complete */
    bool lean;           /* closures avoid crashed operations */
    bool skipped;        /* the last closure left something out */
    bool cut;            /* something was left out since jit_restart */
    struct jit_set kept; /* the frontier before the event at which that first happened */
    uint32_t kept_event;
    struct jit_snap snaps[JIT_SNAPS]; /* the latest, the oldest first */
    unsigned nsnaps;
    uint64_t *rank;
    size_t rank_cap;
    /* accounting */
    struct budget *budget;
    size_t accounted;
    uint64_t explored, max_work; /* work = explored + comparisons / 8 */
    uint64_t unseen; /* transitions since the limits were looked at */
    const char *stopped; /* reason, when a pass ends with JIT_STOPPED */
};

void jit_init(struct jit *j, const struct jit_plan *plan, struct budget *budget, bool tracing,
              uint64_t max_work);
void jit_free(struct jit *j);

/* Start over with the initial configuration at event 0. */
void jit_reset(struct jit *j);
/* Rebuild open slots as they are before event `event`; the caller sets the frontier. */
void jit_rewind(struct jit *j, uint32_t event);

/* Process event j->event. JIT_DIED leaves the frontier of before the event in j->front. */
enum jit_outcome jit_step(struct jit *j);

/* State after applying effect f in state s: the k-th of possibly several, or NO_STATE. */
uint32_t jit_next_state(struct jit *j, uint32_t s, uint32_t f, unsigned k);
/* The masks of state s, made if they are not from this tick. */
const uint64_t *jit_masks(struct jit *j, uint32_t s);

/* Keep the `width` best configurations of j->next (jit_beam.c); remember j->front when it is the
 * first time. */
void jit_trim(struct jit *j);
/* Go back to where the search first left something out, now with another beam. */
void jit_restart(struct jit *j, size_t width, bool lean);

/* Remember the frontier; the oldest of JIT_SNAPS is forgotten. */
void jit_snapshot(struct jit *j);
/* Go back to the latest snapshot at or before `event`; false when there is none. */
bool jit_go_back(struct jit *j, uint32_t event);

/* Drop trace nodes that no configuration of front, kept or a snapshot can reach. O(nodes). */
void jit_trace_collect(struct jit *j);
/* c is in a new state: observers that are legal now are done (R1), operations that change nothing
 * are free, and after a blind operation every other open blind one is (R5). True when some observer
 * was satisfied. */
bool jit_settle(struct jit *j, uint64_t *c, bool after_blind);
/* R7: replace c's value by DEAD when nobody can tell any more. */
void jit_forget_dead_value(struct jit *j, uint64_t *c);
/* The return of op: from j->front to a new j->front. */
enum jit_outcome jit_return(struct jit *j, uint32_t op);

static inline void jit_swap(struct jit *j)
{
    struct jit_set t = j->front;
    j->front = j->next;
    j->next = t;
}

/* How many crashed operations of `class` configuration c has used (0 when plentiful). */
uint32_t jit_used(const struct jit *j, const uint64_t *c, uint32_t class);
/* Configurations and comparisons so far, in units of one configuration. */
uint64_t jit_work(const struct jit *j);
/* Tell the budget what the search holds now. False at a limit: j->stopped says which. */
bool jit_within_limits(struct jit *j);

/* The linearization that led to configuration `c`, as object op indices; allocated in `a`.
 * False when it cannot be rebuilt (a bug). O(events * open operations). */
bool jit_witness(struct jit *j, const uint64_t *c, struct arena *a, uint32_t **out, size_t *n);

#endif
