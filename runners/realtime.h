/* A runtime (runtime.h) over real time and real systems: a worker thread per client, and one for
 * the faults. The scheduler does not notice the difference, but it has no thread of its own: a
 * worker whose operation has ended takes the scheduler's turns, under a lock, and usually comes
 * away with its next operation. That saves two switches of threads per operation, half its cost.
 *
 * Values are written by one thread at a time: the scheduler's under the lock; each worker has a
 * table of its own, into which operations are moved before they begin and out of which results are
 * moved when they have ended, both under the lock and while the worker does nothing else.
 *
 * Crash safety: operations that the scheduler begins are given to the workers after their lines
 * have been handed to the system. So whatever happens in the system under test was recorded as
 * begun; and a thread's next operation begins only after the end of its last one is in the file.
 *
 * Owner rule: realtime_open makes, realtime_close frees; it waits for operations under way, which
 * stop early because of stop_fd. */
#ifndef BELIE_RUNNERS_REALTIME_H
#define BELIE_RUNNERS_REALTIME_H

#include "nemesis/fault.h"
#include "runners/client.h"
#include "runners/scheduler.h"

enum { REALTIME_CLIENTS_MAX = 1000 };

struct realtime_options {
    uint32_t clients;
    const struct client_type *type;
    const void *config; /* of the clients */
    const struct target *target;
    const char *const *nodes; /* addresses; thread t speaks to node t mod nnodes */
    uint32_t nnodes;
    const struct workload *workload;
    bool keyed; /* values are [key value] */
    int64_t timeout;
    const char *dir;                     /* of the test, or NULL */
    struct values *values;               /* of the scheduler */
    struct recorder *recorder;           /* made lazy, and flushed in time */
    const struct nemesis_target *faults; /* NULL: none. Called by a thread of its own */
    const struct history *plan;          /* of the faults, as recorded; NULL: choose nodes */
    uint64_t seed;                       /* of the choice of nodes */
};

struct realtime;

struct realtime *realtime_open(const struct realtime_options *o, struct err *e);
const struct runtime *realtime_runtime(struct realtime *r);
/* As schedule_run, for a schedule over this runtime. */
bool realtime_run(struct realtime *r, const struct schedule *s, struct err *e);
void realtime_close(struct realtime *r);

#endif
