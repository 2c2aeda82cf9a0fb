/* How stale each read was: what had certainly replaced the version that it returned, since when,
 * and how many versions there were. */
#ifndef BELIE_CHECKER_STALENESS_OVERWRITTEN_H
#define BELIE_CHECKER_STALENESS_OVERWRITTEN_H

#include "checker/staleness/versions.h"

struct overwritten {
    /* Per version: of those that certainly came after it the one that was there first, NO_VERSION
     * when there is none. A version comes after another when its write began after the other was
     * seen, or when it replaced it by cas. */
    uint32_t *by;
    /* Per version: a read that missed it began last, into reads; NO_VERSION: none. */
    uint32_t *missed;
    /* Per stale read, in order of begin: its index into reads, and how many versions certainly lay
     * between the one it returned and its begin, at least 1. */
    uint32_t *stale, *behind;
    uint32_t nstale;
    /* Bounds for k-atomicity (no cas; no trouble; no read of a version that began after it ended):
     * some read cannot return one of the last low - 1; an order exists in which each returns one of
     * the last `high`. */
    uint32_t low, high, low_read; /* low_read: that shows it, into reads; NO_VERSION when low = 1 */
};

/* O(n log n), and O(n) when nothing is stale. `t` is without trouble. */
void overwritten_find(const struct versions *t, struct overwritten *w);
void overwritten_free(struct overwritten *w);

/* Is the read stale? */
static inline bool read_is_stale(const struct versions *t, const struct overwritten *w,
                                 const struct version_read *r)
{
    uint32_t by = w->by[r->version];
    return by != NO_VERSION && t->v[by].seen < r->begin;
}

#endif
