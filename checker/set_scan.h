/* What the reads of a set tell about each element, for the properties set and set-full.
 *
 * Reads are numbered 0, 1, ... by invocation. An element is *known* from the completion of its
 * first acknowledged add or of the first read that contains it, whichever is earlier. A read that
 * overlaps the add proves presence, but not absence.
 *
 * Jepsen updates every element at every read. Here a read costs its members only: going through
 * the reads from the last one to the first, an element that was in all reads so far extends its
 * *suffix*; the last read that lacks it is the one just before its suffix. Linear in what was
 * read; 48 bytes per element, 4 per read.
 * After Jepsen's set-full (research/algorithms.md 5.3). Owner rule: free with set_scan_free. */
#ifndef BELIE_CHECKER_SET_SCAN_H
#define BELIE_CHECKER_SET_SCAN_H

#include "checker/account_say.h"
#include "checker/elements.h"

#define NO_READ UINT32_MAX

struct set_element {
    uint32_t add;        /* the add that made it known or, without one, the first that may have
                            happened; NO_EVENT: none, or there from the beginning */
    uint32_t failed_add; /* an add that failed; NO_EVENT: none */
    uint32_t first_inv;  /* position of the first add that may have happened; UINT32_MAX: none */
    uint32_t known;      /* position; UINT32_MAX: never */
    uint32_t first_seen; /* position where the first read that has it completed; or UINT32_MAX */
    uint32_t seen_by;    /* that read */
    uint32_t last_present; /* the last read that has it, or NO_READ */
    uint32_t suffix;     /* the last so many reads have it */
    uint32_t stamp;      /* the read looked at last, + 1 */
    uint32_t twice;      /* a read that has it twice, or NO_READ */
    bool acknowledged;
};

struct set_scan {
    const struct account_input *in;
    struct elements elements;
    struct set_element *e;
    size_t cap;
    uint32_t *reads; /* history ops: acknowledged reads with a value */
    size_t nreads, reads_cap;
    uint32_t later_failed; /* the last read that was not acknowledged, by invocation; or NO_EVENT */
    size_t attempted, acknowledged; /* adds that may have happened; that did */
};

/* False with an error when an operation does not fit, or, with e untouched and the verdict of k
 * unknown, when the budget ran out: *stopped. */
bool set_scan(struct set_scan *s, const struct account_input *in, struct key_result *k,
              bool *stopped, struct err *e);
void set_scan_free(struct set_scan *s);

static inline const struct op *set_read(const struct set_scan *s, uint32_t read)
{
    return &s->in->h->ops[s->reads[read]];
}

/* Not only named by adds that failed. */
static inline bool set_exists(const struct set_element *e)
{
    return e->first_inv != UINT32_MAX || e->last_present != NO_READ;
}

/* Seen, but no add that may have happened had begun by then. */
static inline bool set_unexpected(const struct set_element *e)
{
    return e->last_present != NO_READ && (e->first_inv == UINT32_MAX ||
                                          e->first_seen < e->first_inv);
}

/* Known before the last read began, and that read lacks it. */
static inline bool set_lost(const struct set_scan *s, const struct set_element *e)
{
    return e->known != UINT32_MAX && e->suffix == 0 && s->nreads > 0 &&
           account_inv(set_read(s, (uint32_t)s->nreads - 1)) > e->known;
}

/* Take the elements into the lists of the outcomes that `judge` says, note which are there twice,
 * and the numbers that both properties have. Returns how many known elements are never-read. */
size_t set_tally(struct set_scan *s, struct key_result *k,
                 enum outcome (*judge)(void *ctx, const struct set_element *e, val v), void *ctx);

/* Make the verdict invalid by the first lost element, else the first unexpected one, else the first
 * one that is there twice. False, and nothing done, when there is none of these. */
bool set_refute(struct set_scan *s, struct key_result *k);

#endif
