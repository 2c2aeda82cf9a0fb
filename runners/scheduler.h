/* The loop of a test, after jepsen.generator.interpreter: completions first, so that no concurrency
 * is recorded that was not there; then the generator's next operation, at its time.
 *
 * Thread t begins as process t. When the outcome of an operation is unknown its process may still
 * be at work, so the thread goes on as process + clients. The nemesis keeps its name. */
#ifndef BELIE_RUNNERS_SCHEDULER_H
#define BELIE_RUNNERS_SCHEDULER_H

#include "runners/recorder.h"
#include "runners/runtime.h"

#include <stdatomic.h>

struct schedule {
    struct gen *gen;
    uint32_t clients;
    uint64_t seed; /* of the generators' choices */
    const struct runtime *runtime;
    struct recorder *recorder;
    const _Atomic int *stop; /* not 0: begin nothing more and return; NULL: never */
};

/* The same in pieces, for a runtime whose `wait` does not block: threads may take turns, one at a
 * time. Owner rule: schedule_open makes, schedule_close frees. */
struct scheduling;
struct scheduling *schedule_open(const struct schedule *s);
/* One completion, one operation, or nothing to do yet. *more becomes false when all is done. False
 * with an error. */
bool schedule_turn(struct scheduling *r, bool *more, struct err *e);
void schedule_close(struct scheduling *r);

/* Until the generator is done and every operation has ended. False when the history cannot be
 * written, or when the generator waits for what cannot come. */
bool schedule_run(const struct schedule *s, struct err *e);

#endif
