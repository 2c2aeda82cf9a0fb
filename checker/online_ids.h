/* Values that are kept for a while, as small numbers that are used again: the places of an array
 * that does not grow when values come and go.
 * Owner rule: online_ids_free. */
#ifndef BELIE_CHECKER_ONLINE_IDS_H
#define BELIE_CHECKER_ONLINE_IDS_H

#include "base/hash.h"
#include "histories/value_move.h"

#define NO_ID UINT32_MAX

struct online_ids {
    struct map64 of_value;
    val *value; /* by id */
    uint32_t *free;
    size_t n, nfree, value_cap, free_cap; /* n: all ids are less */
};

/* NO_ID when v has none. */
static inline uint32_t online_ids_find(const struct online_ids *i, val v)
{
    _Static_assert(NO_ID == MAP64_NONE, "what is not in the map has no id");
    return map64_get(&i->of_value, v);
}

/* Values that have an id now. */
static inline size_t online_ids_used(const struct online_ids *i)
{
    return i->of_value.n;
}

/* An id for `v`, which has none. O(1) amortised. */
uint32_t online_ids_add(struct online_ids *i, val v);
void online_ids_remove(struct online_ids *i, uint32_t id);
void online_ids_move(struct online_ids *i, const struct value_mover *m);
void online_ids_free(struct online_ids *i);

#endif
