/* A history of registers as sessions: what a process did, in its order, and which write each read
 * observed. What most levels read; two passes over the history, 29 bytes per operation.
 *
 * Failed operations, crashed reads and crashed writes that nobody observed are not in it: they
 * cannot matter (an unobserved write may be taken not to have happened). A crashed operation is
 * the last of its session. A successful cas both reads and writes.
 * Operations are numbered by session, then by program order: those of session s are
 * start[s] .. start[s + 1] - 1.
 * Owner rule: view_free frees it; the history must outlive it. */
#ifndef BELIE_CHECKER_LEVELS_VIEW_H
#define BELIE_CHECKER_LEVELS_VIEW_H

#include "checker/model.h"

enum { VIEW_READS = 1, VIEW_WRITES = 2, VIEW_CRASHED = 4 };

/* view.from of an operation. */
#define FROM_INITIAL UINT32_MAX       /* observed the initial value */
#define FROM_NOTHING (UINT32_MAX - 1) /* observes nothing */
#define FROM_MANY    (UINT32_MAX - 2) /* several operations may have written what it observed */
#define FROM_AIR     (UINT32_MAX - 3) /* nothing wrote what it observed */

static inline bool from_write(uint32_t from)
{
    return from < FROM_AIR;
}

struct view {
    const struct history *h;
    uint32_t n, nsessions, nkeys;
    uint32_t *start;   /* nsessions + 1 */
    uint32_t *op;      /* history op */
    uint32_t *session;
    uint32_t *key;     /* dense, by first appearance */
    uint32_t *from;    /* the write (an operation here) that it observed, or FROM_... */
    val *wrote, *saw;  /* VAL_ABSENT where it does not write or read */
    uint8_t *flags;    /* VIEW_... */
    int64_t *version;  /* of what it wrote or observed, -1: not recorded; NULL: none is */
    bool heeded;       /* see versions.h: versions are of writes only, and believed */
    uint32_t unsettled; /* heeded: reads whose version leaves several writes */
    val *keys;         /* what dense keys are; VAL_ABSENT for the only one */
    uint32_t air;      /* the first (by invocation) operation with FROM_AIR, or UINT32_MAX */
    uint32_t aborted;  /* a failed history op that wrote what `air` observed, or NO_EVENT */
    uint32_t many;     /* operations with FROM_MANY */
    bool no_processes; /* the processes were made up: there is no program order */
    val initial;
};

/* False with an error for operations that do not fit the model. `model` has reads, writes and cas
 * only. Expected O(ops). */
bool view_make(struct view *v, const struct history *h, const struct model *m, val initial,
               bool nil_unknown, struct err *e);
void view_free(struct view *v);
/* Put where and what `op` is before the error. Returns false. */
bool view_misfit(const struct history *h, const struct op *op, struct err *e);
/* Bytes that it holds. */
size_t view_bytes(const struct view *v);

/* Its place among the operations of its session. */
static inline uint32_t view_place(const struct view *v, uint32_t i)
{
    return i - v->start[v->session[i]];
}

#endif
