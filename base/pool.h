/* Run independent jobs 0..n-1 on up to `threads` threads (the caller is one of them).
 * Jobs are handed out in order; put the largest first. Returns when all are done. */
#ifndef BELIE_BASE_POOL_H
#define BELIE_BASE_POOL_H

#include <stddef.h>

void pool_run(unsigned threads, size_t n, void (*job)(void *ctx, size_t i), void *ctx);
/* Number of processors this process may use; at least 1. */
unsigned pool_cpus(void);

#endif
