/* The log of the `leader` store, and what executing it means. The first entry has index 1. */
#include "runners/sim/leader.h"

int64_t leader_last(const struct leader_node *s)
{
    return s->first + (int64_t)s->nlog - 1;
}

int64_t leader_term_at(const struct leader_node *s, int64_t index)
{
    return index < s->first ? s->base_term : s->log[index - s->first].term;
}

void leader_log_add(struct leader_node *s, int64_t term, const struct command *c)
{
    s->log = mem_grow(s->log, &s->log_cap, s->nlog + 1, sizeof *s->log);
    s->log[s->nlog++] = (struct leader_entry){term, *c};
    if (s->bug != LEADER_NO_FSYNC)
        s->synced = leader_last(s);
}

void leader_log_cut(struct leader_node *s, int64_t index)
{
    if (index >= s->first && index <= leader_last(s))
        s->nlog = (size_t)(index - s->first);
    if (s->synced > leader_last(s))
        s->synced = leader_last(s);
}

/* In batches, because the rest moves. */
void leader_log_forget(struct leader_node *s, int64_t index)
{
    enum { BATCH = 1024 };
    if (s->bug == LEADER_NO_FSYNC || index > s->applied || index > leader_last(s) ||
        index - s->first < BATCH)
        return;
    s->base_term = leader_term_at(s, index);
    size_t n = (size_t)(index - s->first) + 1;
    s->nlog -= n;
    memmove(s->log, s->log + n, s->nlog * sizeof *s->log);
    s->first = index + 1;
}

void leader_apply(struct leader_node *s)
{
    while (s->applied < s->committed && s->applied < leader_last(s)) {
        s->applied++;
        if (s->applied < s->first)
            continue;
        const struct leader_entry e = s->log[s->applied - s->first];
        enum reply_status status;
        if (machine_apply(&s->machine, &e.command, &status, &s->result) && s->role == ROLE_LEADER)
            proxy_answer(s->w, s->self, &e.command, status, &s->result);
    }
}
