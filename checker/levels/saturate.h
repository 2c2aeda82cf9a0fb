/* What reads say about the order of writes, given an order of operations: for each read r of w, and
 * each session, the last write j of the key before r. It must not be after w, and where it is not
 * before w either, w replaced it. */
#ifndef BELIE_CHECKER_LEVELS_SATURATE_H
#define BELIE_CHECKER_LEVELS_SATURATE_H

#include "checker/levels/past.h"

enum found_kind {
    FOUND_INITIAL, /* `read` observed the initial value, `write` of its key is before it */
    FOUND_READ,    /* `write` is before `read` and after what that observed */
};

struct found {
    enum found_kind kind;
    uint32_t read, write;
};

/* Look at all reads. False when one contradicts the order: *f. Conflicts (write -> w, via r) that
 * the order does not contain yet are added to `conflicts`, unless NULL, with stamp 0. */
bool saturate_once(const struct past *p, const struct writes *w, struct derived_list *conflicts,
                   struct found *f);

/* Where each read must come before the next write of its key, in the order of *p: EDGE_ANTI and
 * EDGE_INITIAL, stamp 0. Of the reads of one write in a session the last one says all. */
void saturate_antis(const struct past *p, const struct writes *w, struct derived_list *out);

/* For the levels that build on CC: the causal order in *p; false when it has a cycle, which is then
 * said. The other two bad patterns, said. */
bool causal_base(const struct level_input *in, struct key_result *k, struct past *p);
/* Some process observed what it wrote only later: said, and true. No level allows that. */
bool causal_future(const struct level_input *in, struct key_result *k);
void causal_say(const struct level_input *in, struct key_result *k, const struct found *f);

#endif
