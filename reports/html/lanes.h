/* Rows for a time line. Processes that crash are replaced by new ones, so that there may be many
 * more of them than were ever at work at a time: one that is over leaves its row to another. */
#ifndef BELIE_REPORTS_HTML_LANES_H
#define BELIE_REPORTS_HTML_LANES_H

#include "base/hash.h"
#include "histories/history.h"

struct lanes {
    struct map64 number; /* of a process, by its val */
    uint32_t *lane;      /* row of each process */
    val *process;
    size_t n, count; /* processes, rows */
};

/* O(operations log operations). Owner rule: free with lanes_free. */
void lanes_find(struct lanes *l, const struct history *h);
void lanes_free(struct lanes *l);

#endif
