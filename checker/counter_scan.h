/* Updates and reads of a counter in the order of their events, with running sums: what the
 * properties counter and pn-counter share.
 *
 * An increment of a negative amount is a decrement. At any position, with sums over operations that
 * did not fail,
 *   pos_inv, neg_inv    of increments, of decrements invoked so far: may have taken effect
 *   pos_done, neg_done  of those acknowledged so far: have taken effect
 * Owner rule: free with counter_scan_free. 16 bytes per event and 8 per operation. */
#ifndef BELIE_CHECKER_COUNTER_SCAN_H
#define BELIE_CHECKER_COUNTER_SCAN_H

#include "checker/account_say.h"

enum counter_kind { COUNTER_NOTHING, COUNTER_UPDATE, COUNTER_READ };

struct counter_scan {
    const struct account_input *in;
    uint8_t *kind;   /* enum counter_kind, per operation of in->ids */
    int64_t *x;      /* amount of an update, what a read returned */
    uint64_t *order; /* sort_word(position, i), by position: invocations of updates and reads,
                        completions of the acknowledged ones */
    size_t norder;
    int64_t initial;
    size_t updates, reads;
};

struct counter_sums {
    int64_t pos_inv, neg_inv, pos_done, neg_done;
};

extern const struct part_name counter_names[];

/* False with an error. Where the sums do not fit 64 bits or the budget ran out, *decided is false
 * and the verdict of k unknown. */
bool counter_scan(struct counter_scan *s, const struct account_input *in, struct key_result *k,
                  bool *decided, struct err *e);
void counter_scan_free(struct counter_scan *s);

static inline const struct op *counter_op(const struct counter_scan *s, uint32_t i)
{
    return &s->in->h->ops[s->in->ids[i]];
}

/* Account for the event of update i at `position`. */
void counter_count(const struct counter_scan *s, struct counter_sums *sums, uint32_t i,
                   uint32_t position);

/* Bounds of a read and where they come from. */
struct counter_bounds {
    int64_t low, high;
    int64_t sure_up, sure_down;   /* sums that have taken effect for certain */
    int64_t maybe_up, maybe_down; /* sums that may have */
};

/* Make the verdict invalid: read i is outside of its bounds, one of `errors`. `whose`: which
 * acknowledged updates count, such as "acknowledged before it began". */
void counter_refute(const struct counter_scan *s, struct key_result *k, uint32_t i,
                    const struct counter_bounds *b, const char *whose, size_t errors);

/* Numbers that both properties have. */
void counter_numbers(const struct counter_scan *s, struct key_result *k, size_t errors);

#endif
