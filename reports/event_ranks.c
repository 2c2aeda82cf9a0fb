#include "reports/event_ranks.h"

#include <string.h>

void event_ranks_add(struct event_ranks *r, uint32_t event)
{
    size_t i = r->n;
    while (i > 0 && r->event[i - 1] > event)
        i--;
    if (i > 0 && r->event[i - 1] == event)
        return;
    memmove(&r->event[i + 1], &r->event[i], (r->n - i) * sizeof *r->event);
    r->event[i] = event;
    r->n++;
}

size_t event_rank(const struct event_ranks *r, uint32_t event)
{
    size_t i = 0;
    while (r->event[i] != event)
        i++;
    return i;
}
