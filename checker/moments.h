/* A row of moments that are covered one after the other, and the nearest one that is still free
 * (union-find with path halving; Tarjan 1975). Owner rule: free with moments_free. */
#ifndef BELIE_CHECKER_MOMENTS_H
#define BELIE_CHECKER_MOMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NO_MOMENT UINT32_MAX

struct moments {
    uint32_t *next; /* per moment and one more, which is always free */
    uint32_t *prev; /* shifted by one: prev[0] is the end; NULL when nobody asks */
};

/* n moments, all free. both: moments_before will be asked. */
void moments_init(struct moments *m, size_t n, bool both);
void moments_free(struct moments *m);
/* First free moment that is not before `at`; n when there is none. O(alpha(n)) amortised. */
uint32_t moments_after(struct moments *m, uint32_t at);
/* Last free moment that is not after `at`, or NO_MOMENT. */
uint32_t moments_before(struct moments *m, uint32_t at);
/* Cover the moments from .. to - 1. */
void moments_cover(struct moments *m, uint32_t from, uint32_t to);

#endif
