/* A child process with three pipes that do not block: what `local` and `ssh` are made of. */
#ifndef BELIE_CONTROL_PROCESS_H
#define BELIE_CONTROL_PROCESS_H

#include "control/remote.h"

/* Start argv[0] (looked for in PATH) in a process group of its own, as the stream's command. */
bool process_start(const char *const *argv, struct stream *s, struct err *e);
/* As remote_kind.step and .drop. */
bool process_step(struct stream *s, int64_t deadline, struct err *e);
void process_drop(struct stream *s);
/* Run to its end; what it printed is in the stream. False at the deadline (then it was killed). */
bool process_finish(const char *const *argv, struct stream *s, int64_t deadline, struct err *e);

#endif
