/* local: commands run here. For clusters of processes on one machine, and for tests. */
#include "control/process.h"

static bool connect_local(struct remote *r, int64_t deadline, struct err *e)
{
    (void)deadline;
    (void)e;
    r->connection = r;
    return true;
}

static void disconnect_local(struct remote *r)
{
    r->connection = NULL;
}

static bool start(struct remote *r, const char *command, struct stream *s, int64_t deadline,
                  struct err *e)
{
    const char *const argv[] = {"sh", "-c", command, NULL};
    (void)r;
    (void)deadline;
    return process_start(argv, s, e);
}

static bool step(struct remote *r, struct stream *s, int64_t deadline, struct err *e)
{
    (void)r;
    return process_step(s, deadline, e);
}

static void drop(struct remote *r, struct stream *s)
{
    (void)r;
    process_drop(s);
}

const struct remote_kind remote_local = {
    .name = "local",
    .summary = "processes on this machine",
    .connect = connect_local,
    .disconnect = disconnect_local,
    .start = start,
    .step = step,
    .drop = drop,
};
