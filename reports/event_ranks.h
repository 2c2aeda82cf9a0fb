/* The events of a picture in order, so that time can be warped: only their order counts. */
#ifndef BELIE_REPORTS_EVENT_RANKS_H
#define BELIE_REPORTS_EVENT_RANKS_H

#include <stddef.h>
#include <stdint.h>

enum { EVENT_RANKS_MAX = 80 };

struct event_ranks {
    uint32_t event[EVENT_RANKS_MAX]; /* ascending, distinct */
    size_t n;
};

/* No more than EVENT_RANKS_MAX. */
void event_ranks_add(struct event_ranks *r, uint32_t event);
/* The rank of an event that was added. */
size_t event_rank(const struct event_ranks *r, uint32_t event);

#endif
