/* What is kept of the staleness of one key, for reports. Everything lives in the key's arena.
 * Operations are history ops. */
#ifndef BELIE_CHECKER_STALENESS_BOOKS_H
#define BELIE_CHECKER_STALENESS_BOOKS_H

#include "checker/staleness/delta.h"

struct stale_read {
    uint32_t op;
    int64_t ns;      /* since when what it missed was there, at its begin; 0 without times */
    uint32_t behind; /* versions */
};

/* A version that reads missed after it was there. */
struct missed_write {
    uint32_t op, read; /* its write, and of the reads that missed it the one that began last */
    int64_t ns;        /* from when it was there until that read began */
};

struct stale_bound {
    enum delta_state state;
    int64_t ns;
};

struct stale_count {
    bool known;
    uint64_t n;
};

struct staleness {
    bool known; /* false: the key is not a register, or its versions cannot be told */
    bool timed; /* every event has a time */
    uint32_t reads, writes;
    uint32_t vague; /* reads left out, because several writes wrote what they returned */
    struct stale_read *stale; /* by begin */
    uint32_t nstale;
    struct missed_write *missed; /* by invocation of the write */
    uint32_t nmissed;
    struct stale_bound delta, gamma;
    bool has_gamma;
    struct stale_count numeric; /* counters: the most that a read was off */
    struct stale_count order;   /* writes whose version is out of real-time order */
    uint32_t k_low, k_high; /* the smallest k lies between; k_low = 0: not known, or no k */
};

#endif
