/* A recorded schedule of faults: which operation, when, with what effect. It is read from the
 * :nemesis events of any history, so a history is a schedule; faults.edn in the folder of a test
 * has nothing but them. Values are in the table that the caller gives. */
#ifndef BELIE_NEMESIS_FAULT_PLAN_H
#define BELIE_NEMESIS_FAULT_PLAN_H

#include "histories/history.h"
#include "nemesis/fault.h"

struct planned_fault {
    int64_t time;   /* of the invocation */
    val f, in, out; /* as invoked; as completed */
};

struct fault_plan {
    struct planned_fault *v; /* in `arena`, in order */
    size_t n;
};

/* The operations of faults in `h`; with an error when there are none, or when they have no times.
 * Other operations of a nemesis are left out, and those that heal everything in the end. */
bool fault_plan_read(struct fault_plan *p, const struct history *h, struct values *to,
                     struct arena *a, struct err *e);
/* The faults that occur in it, each once, in order of appearance; *n of them. At most `max`. */
void fault_plan_faults(const struct fault_plan *p, const struct values *t,
                       const struct fault **list, size_t *n, size_t max);
/* Repeat m->plan: the same operations at the same times. */
struct gen *nemesis_replay(struct nemesis *m, struct arena *a);

#endif
