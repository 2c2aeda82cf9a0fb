/* The life of a database on machines that we control: the member "db" of a target's description,
 * done over remotes. docs/targets.md has the schema.
 *
 * Owner rule: system_new makes, system_free frees. */
#ifndef BELIE_RUNNERS_SYSTEM_H
#define BELIE_RUNNERS_SYSTEM_H

#include "nemesis/hosts.h"
#include "runners/live_test.h"

struct system_options {
    struct hosts_options hosts; /* kind, as, deadman, connect */
    const char *const *nodes;   /* host:port, as for the clients */
    uint32_t n;
    bool leave_running; /* after the test */
};

struct system;

/* Read "db"; the target lives longer. NULL with an error: a mistake in it, or there is none. */
struct system *system_new(struct target *t, const struct system_options *o, struct err *e);
void system_free(struct system *s);
/* Before the test: the data get a disk of their own, where that can be made. */
void system_own_disk(struct system *s);
/* For live_test. */
const struct live_system *system_live(struct system *s);

#endif
