/* Visited configurations: a row of words, and a set of spent operations as a bitset. One that spent
 * a subset of what another spent makes the other superfluous.
 * Owner rule: free with visited_free. */
#ifndef BELIE_TESTS_VISITED_H
#define BELIE_TESTS_VISITED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct visited {
    size_t row_words, set_words; /* set before the first visit */
    uint32_t *rows, *first;      /* first: entry + 1 of the row's list of sets */
    size_t nrows, rows_cap, first_cap;
    uint32_t *slots; /* row + 1, 0 = empty */
    size_t nslots;
    uint32_t *sets, *next;
    size_t nsets, sets_cap, next_cap;
};

/* Remember; false when the row was visited with the same set or a subset of it. */
bool visited_add(struct visited *v, const uint32_t *row, const uint32_t *set);
void visited_free(struct visited *v);

#endif
