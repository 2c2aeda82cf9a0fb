/* The Test Anything Protocol, for programs that check properties. */
#ifndef BELIE_TESTS_TAP_H
#define BELIE_TESTS_TAP_H

#include <stdbool.h>
#include <stdint.h>

/* Print "1..n" first. */
void tap_plan(unsigned n);
/* Or, when n is not known before, print it last. */
void tap_plan_at_end(void);
/* One line "ok N - ..." or "not ok N - ...". */
void tap_result(bool ok, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A line of explanation. */
void tap_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Exit status: 0 when everything planned was ok. */
int tap_status(void);

/* `count seed` from the command line, else PROP_COUNT and PROP_SEED of the environment, else the
 * given ones. What is no number ends the program: a run of fewer histories than were asked for
 * would look like the one that was. */
void tap_arguments(int argc, char **argv, uint64_t *count, uint64_t *seed);

#endif
