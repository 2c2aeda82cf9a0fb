/* The edge where time, signals and memory become a budget. One check is watched at a time.
 *
 * The thread exists only while a check runs and only when a deadline or progress needs it, so that
 * checking a small file costs no thread. The first SIGINT or SIGTERM asks the check to stop, and
 * what is known is printed; one that comes more than half a second later has its default effect. */
#ifndef BELIE_CLI_WATCH_H
#define BELIE_CLI_WATCH_H

#include "base/budget.h"

enum progress {
    PROGRESS_NONE,
    PROGRESS_LINE,  /* one line on a terminal, rewritten 4 times a second, first after 1 s */
    PROGRESS_PLAIN, /* a line every 30 s */
};

/* Call once. */
void watch_signals(void);
/* True after SIGINT or SIGTERM. */
bool watch_interrupted(void);
/* Forget it: another one stops what is watched then. watch_was_interrupted remembers. */
void watch_again(void);
bool watch_was_interrupted(void);
/* While a file is read nothing can be stopped half way: a signal ends the program (exit 2). */
void watch_reading(bool reading);

/* Stop `b` at `deadline` (clock_ns; 0 = never) and show how far it got. `what` is borrowed. */
void watch_begin(struct budget *b, int64_t deadline, enum progress p, const char *what);
void watch_end(void);

/* Bytes of anonymous memory that this process holds now; 0 when the system does not tell. */
uint64_t memory_held(void);
/* 3/4 of the memory of this machine, or of the container when it is limited. */
uint64_t memory_default(void);

#endif
