#include "checker/ok_ratio.h"

void ok_ratio_heal(struct ok_ratio *r, struct coverage_heal *heal)
{
    r->heal = heal;
    r->completed = 0;
}

/* Is the window full, and good enough? It begins with a success. */
static bool is_back(const struct ok_ratio *r)
{
    uint64_t good = 0;
    if (r->before.all < OK_RATIO_WINDOW || r->completed < OK_RATIO_WINDOW)
        return false;
    for (unsigned i = 0; i < OK_RATIO_WINDOW; i++)
        good += r->good[i];
    uint64_t needed = r->before.ok * OK_RATIO_WINDOW / r->before.all;
    return r->good[r->completed % OK_RATIO_WINDOW] && needed > 0 && good >= needed;
}

void ok_ratio_count(struct ok_ratio *r, const struct history *h, const struct op *op, uint32_t i,
                    bool before)
{
    r->before.all += before;
    r->before.ok += before && op->type == OP_OK;
    if (!r->heal || op->inv < r->heal->event)
        return;
    r->event[r->completed % OK_RATIO_WINDOW] = i;
    r->good[r->completed % OK_RATIO_WINDOW] = op->type == OP_OK;
    r->heal->tried = ++r->completed;
    if (!is_back(r))
        return;
    uint32_t since = r->event[r->completed % OK_RATIO_WINDOW];
    int64_t from = h->events.time[r->heal->event], to = h->events.time[since];
    r->heal->back = since;
    r->heal->back_ns = from != NO_TIME && to != NO_TIME ? to - from : NO_TIME;
    r->heal = NULL;
}
