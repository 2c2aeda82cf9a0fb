/* Operations of a history grouped by key. Owner rule: free with key_groups_free. */
#ifndef BELIE_CHECKER_KEYS_H
#define BELIE_CHECKER_KEYS_H

#include "histories/history.h"

struct key_groups {
    size_t n;
    val *key;        /* by first appearance; VAL_ABSENT when there is one object */
    uint32_t *start; /* n + 1 offsets into ids */
    uint32_t *ids;   /* history op indices, by invocation within a key */
};

/* `together`: one group of all operations. O(ops). */
void key_groups_make(struct key_groups *g, const struct history *h, bool together);
void key_groups_free(struct key_groups *g);

#endif
