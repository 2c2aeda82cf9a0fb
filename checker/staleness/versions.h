/* The versions of one register and the reads of each, as measures of staleness see them: every
 * write makes a version, and a read belongs to the version that it returned.
 *
 * Ranks are the events of the object, numbered from 1 in the order of the file; rank 0 is before
 * everything. Rank order is real-time order. `time` goes with ranks and never goes back: where the
 * recorded clock does, an event has the latest time before it.
 * Owner rule: free with versions_free; the object must outlive it. */
#ifndef BELIE_CHECKER_STALENESS_VERSIONS_H
#define BELIE_CHECKER_STALENESS_VERSIONS_H

#include "checker/model.h"

#define NO_RANK UINT32_MAX
#define NO_VERSION UINT32_MAX

struct version {
    uint32_t op;         /* object op that wrote it; NO_VERSION for the initial one, version 0 */
    uint32_t begin, end; /* ranks; end = NO_RANK: crashed */
    uint32_t seen;       /* by this rank it was certainly there: it was acknowledged, or read, or a
                            cas had replaced it; NO_RANK: nothing shows it, it does not count */
    uint32_t first_read; /* of its reads the one that ended first, into reads; or NO_VERSION */
    uint32_t last_read;  /* of its reads the one that began last */
    uint32_t last_pin;   /* the same of the cas from this value to itself, which are listed as reads
                            but are no reads that may be behind */
    uint32_t prev, next; /* versions that it replaced, and that replaced it, by cas */
};

struct version_read {
    uint32_t op, version; /* object op */
    uint32_t begin, end;
};

/* Why no delay of reads can explain the history. */
enum version_trouble {
    VERSIONS_FINE,
    VERSIONS_AIR,     /* `op` returned what nothing had written */
    VERSIONS_TWO_CAS, /* `op` and `op2` replaced one version */
    VERSIONS_CYCLE,   /* `op` is of a cycle of cas */
    VERSIONS_VAGUE,   /* not known: `op` is a cas from a value that was written several times */
};

struct versions {
    const struct object *o;
    struct version *v;      /* by begin */
    struct version_read *r; /* by begin */
    uint32_t n, nr;
    uint32_t ranks;   /* greatest rank */
    int64_t *time;    /* by rank; [0] is before all */
    bool timed;       /* every event has a time */
    bool cas;         /* some operations are cas */
    bool repeated;    /* some value was written more than once, also by a crashed write that no
                         version is for because it began after all reads of the value */
    uint32_t vague;   /* reads of a value that several writes may have written: they are left out,
                         so that what the others show is still true */
    uint32_t vague_op; /* the first of these */
    enum version_trouble trouble;
    uint32_t op, op2;
};

/* Times are clamped to this on both sides, so that sums do not overflow. */
#define TIME_FAR ((int64_t)1 << 60)

/* `o` must be register_like. O(n). */
void versions_find(struct versions *t, const struct object *o);
void versions_free(struct versions *t);
/* Bytes that it takes at most, for the budget. */
size_t versions_bytes(const struct object *o);

#endif
