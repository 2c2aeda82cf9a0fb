/* Monotonic time, for cli/ and runners/ only: checker/ must not include this file. */
#ifndef BELIE_BASE_CLOCK_H
#define BELIE_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_ns(void);     /* CLOCK_MONOTONIC, nanoseconds */
int64_t clock_cpu_ns(void); /* processor time of this process, nanoseconds */

#endif
