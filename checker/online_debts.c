#include "checker/online_debts.h"

#include "base/mem.h"

void online_debts_free(struct online_debts *d)
{
    mem_free(d->due.at);
    mem_free(d->payers.at);
    *d = (struct online_debts){0};
}

static void append(struct positions *p, uint64_t at)
{
    if (p->end == p->cap && p->first > p->cap / 2) {
        for (size_t i = p->first; i < p->end; i++)
            p->at[i - p->first] = p->at[i];
        p->end -= p->first;
        p->first = 0;
    }
    if (p->end == p->cap)
        p->at = mem_grow(p->at, &p->cap, p->end + 1, sizeof *p->at);
    p->at[p->end++] = at;
}

/* Index of the first position that is at least `at`. */
static size_t find(const struct positions *p, uint64_t at)
{
    size_t low = p->first, high = p->end;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (p->at[mid] < at)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void remove_at(struct positions *p, size_t i)
{
    if (i == p->first) {
        p->first++;
        return;
    }
    for (p->end--; i < p->end; i++)
        p->at[i] = p->at[i + 1];
}

void online_debts_payer(struct online_debts *d, uint64_t inv)
{
    append(&d->payers, inv);
}

void online_debts_owe(struct online_debts *d, uint64_t now)
{
    append(&d->due, now);
}

void online_debts_leave(struct online_debts *d, uint64_t inv)
{
    size_t i = find(&d->payers, inv);
    if (i < d->payers.end && d->payers.at[i] == inv)
        remove_at(&d->payers, i);
}

bool online_debts_settle(struct online_debts *d, uint64_t inv)
{
    online_debts_leave(d, inv);
    size_t i = find(&d->due, inv);
    if (i == d->due.end)
        return false;
    remove_at(&d->due, i);
    return true;
}

void online_debts_drop(struct online_debts *d, uint64_t due)
{
    size_t i = find(&d->due, due);
    if (i < d->due.end && d->due.at[i] == due)
        remove_at(&d->due, i);
}

bool online_debts_payable(const struct online_debts *d)
{
    size_t n = online_debts_open(d);
    if (n > online_debts_payers(d))
        return false;
    for (size_t i = 0; i < n; i++)
        if (d->due.at[d->due.first + i] < d->payers.at[d->payers.first + i])
            return false;
    return true;
}

bool online_debts_prune(struct online_debts *d, uint64_t oldest)
{
    if (online_debts_open(d) == 0 || d->due.at[d->due.first] >= oldest)
        return false;
    d->due.first++;
    d->payers.first++;
    return true;
}
