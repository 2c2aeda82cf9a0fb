/* Dense numbers for values, by first appearance: the elements that an account is about.
 * Owner rule: free with elements_free. */
#ifndef BELIE_CHECKER_ELEMENTS_H
#define BELIE_CHECKER_ELEMENTS_H

#include "base/hash.h"
#include "histories/value.h"

struct elements {
    val *v;
    size_t n, cap;
    uint32_t *direct; /* small integers below ndirect: number + 1, near each other in memory */
    size_t ndirect;
    struct map64 map; /* all other values */
};

/* `expected`: about how many there will be. */
void elements_init(struct elements *t, size_t expected);
void elements_free(struct elements *t);
/* The number of `v`, new or known. O(1) expected. */
uint32_t elements_add(struct elements *t, val v);

#endif
