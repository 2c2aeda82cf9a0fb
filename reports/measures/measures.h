/* Measures of inconsistency of one checked history. Times are nanoseconds by the clock of the
 * history (where it goes back, the latest time before counts). Owner rule: free with measures_free.
 */
#ifndef BELIE_REPORTS_MEASURES_MEASURES_H
#define BELIE_REPORTS_MEASURES_MEASURES_H

#include "checker/staleness/books.h"
#include "reports/report.h"

enum { SPREAD = 6, MEASURES_WORST = 8, MEASURES_SERIES = 100, MEASURES_GROUPS = 20 };

extern const double spread_points[SPREAD]; /* 0.5 0.9 0.95 0.99 0.999 1 */

struct spread {
    uint64_t n; /* 0: nothing was measured */
    int64_t at[SPREAD];
};

enum measure_by { BY_NODE, BY_PHASE, BY_KEY, MEASURE_BYS };

extern const char *const measure_by_names[MEASURE_BYS]; /* node, phase, key */

struct measure_group {
    enum measure_by by;
    const char *name;
    uint64_t reads, stale;
    int64_t worst_ns;
    uint32_t worst_behind;
};

struct worst_window {
    val key;
    uint32_t write, read; /* history ops */
    int64_t ns;
};

struct diverged_at {
    int64_t ns; /* since the first event that has a time */
    uint32_t keys;
};

struct measures {
    struct arena arena;
    /* what bounded-staleness and k-atomic measured */
    bool staleness, timed;
    uint64_t keys, reads, stale, vague, writes, missed;
    struct spread age;    /* of all reads, 0 of those that are fresh; only when timed */
    struct spread behind; /* versions; the same */
    struct spread window; /* of all writes, how long reads missed them; only when timed */
    struct stale_bound delta, gamma; /* the greatest over keys */
    bool has_gamma;
    struct stale_count numeric, order; /* the most over keys; the sum over keys */
    uint32_t k_low, k_high; /* the greatest over keys; k_low = 0: not known for some */
    struct worst_window worst[MEASURES_WORST];
    size_t nworst;
    struct measure_group *groups; /* nodes and phases in order of appearance, the most stale keys */
    size_t ngroups;
    /* of nodes: what their last reads return */
    uint32_t nodes; /* 0: nodes are not recorded */
    uint64_t diverged, diverged_at_end; /* keys that ever did, and whose last reads do */
    int64_t diverged_ns; /* while at least one key did */
    struct diverged_at *series; /* the most keys in each of at most MEASURES_SERIES spans */
    size_t nseries;
    /* of keys that were read after their last update and the last fault */
    bool convergence, after_fault; /* after_fault: the fault was later for at least one key */
    uint64_t quiet_keys, converged;
    struct spread converge;
};

/* False when no property measured anything. O(events + stale reads log stale reads). */
bool measures_make(struct measures *m, const struct report *r);
void measures_free(struct measures *m);

void measures_text(const struct report *r, const struct measures *m, size_t width, struct buf *out);

/* Parts of measures_make. */
struct staleness_list {
    const struct key_result **keys;
    size_t n;
};
void measure_staleness(struct measures *m, const struct report *r, const struct staleness_list *l);
void measure_groups(struct measures *m, const struct report *r, const struct staleness_list *l);
void measure_divergence(struct measures *m, const struct history *h);
void measure_convergence(struct measures *m, const struct history *h);
/* Quantiles of `n` numbers, of which `m` are in `v` (sorted here) and the others are 0. */
void spread_find(struct spread *s, int64_t *v, size_t m, uint64_t n);
/* A read that returned something, by its name. */
bool measures_read(const struct history *h, const struct op *op);

#endif
