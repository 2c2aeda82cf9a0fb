/* How the log of the `leader` store gets to the other nodes. */
#include "runners/sim/leader.h"

enum { ENTRY_WORDS = 1 + COMMAND_WORDS, APPEND_HEAD = 6, ENTRIES_MAX = 64 };

int64_t leader_quorum(const struct leader_node *s)
{
    return s->bug == LEADER_SMALL_QUORUM ? s->n / 2 : s->n / 2 + 1;
}

/* The quorum-th highest of the nodes' matching indices. */
static int64_t held_by(const struct leader_node *s, int64_t quorum)
{
    int64_t sorted[WORLD_NODES_MAX] = {0};
    for (uint32_t i = 0; i < s->n; i++) {
        int64_t x = i == s->self ? leader_last(s) : s->match[i];
        uint32_t at = i;
        for (; at > 0 && sorted[at - 1] < x; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = x;
    }
    return sorted[quorum - 1];
}

void leader_send_append(struct leader_node *s, uint32_t to)
{
    struct words *m = &s->message;
    int64_t prev = s->next[to] - 1;
    m->n = 0;
    words_append(m,
                 (const int64_t[APPEND_HEAD]){LEADER_APPEND, s->term, prev, leader_term_at(s, prev),
                                              s->committed, held_by(s, s->n)},
                 APPEND_HEAD);
    for (int64_t i = prev + 1; i <= leader_last(s) && i <= prev + ENTRIES_MAX; i++) {
        words_put(m, s->log[i - s->first].term);
        command_put(&s->log[i - s->first].command, m);
    }
    world_send(s->w, s->self, to, m->v, m->n);
    s->under_way[to] = true;
}

void leader_send_appends(struct leader_node *s, bool beat)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (i != s->self && (beat || (!s->under_way[i] && s->next[i] <= leader_last(s))))
            leader_send_append(s, i);
}

void leader_advance(struct leader_node *s)
{
    int64_t index = held_by(s, leader_quorum(s));
    /* Entries of earlier terms are committed with the first of ours (Raft, section 5.4.2). */
    if (index > s->committed && leader_term_at(s, index) == s->term)
        s->committed = index;
    leader_apply(s);
    leader_log_forget(s, held_by(s, s->n));
}

static void answer(struct leader_node *s, uint32_t to, int64_t term, bool taken, int64_t index)
{
    const int64_t m[] = {LEADER_APPENDED, term, taken, index};
    world_send(s->w, s->self, to, m, 4);
}

/* Entries that are not ours end the log where the leader's begins to differ. */
static int64_t take_entries(struct leader_node *s, int64_t prev, const int64_t *m, size_t n)
{
    int64_t index = prev;
    for (size_t at = APPEND_HEAD; at + ENTRY_WORDS <= n; at += ENTRY_WORDS) {
        index++;
        if (index < s->first)
            continue;
        if (index <= leader_last(s) && leader_term_at(s, index) != m[at])
            leader_log_cut(s, index);
        if (index > leader_last(s)) {
            const struct command c = command_get(m + at + 1);
            leader_log_add(s, m[at], &c);
        }
    }
    return index;
}

void leader_on_append(struct leader_node *s, uint32_t from, const int64_t *m, size_t n)
{
    int64_t term = m[1], prev = m[2], last = leader_last(s);
    if (!leader_see_term(s, term)) {
        answer(s, from, s->term, false, last);
        return;
    }
    leader_follow(s, from);
    if (prev > last || (prev >= s->first - 1 && leader_term_at(s, prev) != m[3])) {
        answer(s, from, term, false, prev > last ? last : prev - 1);
        return;
    }
    int64_t match = take_entries(s, prev, m, n);
    int64_t committed = m[4] < match ? m[4] : match;
    if (committed > s->committed)
        s->committed = committed;
    leader_apply(s);
    leader_log_forget(s, m[5]);
    answer(s, from, term, true, match);
}

void leader_on_appended(struct leader_node *s, uint32_t from, const int64_t *m)
{
    bool taken = m[2] != 0;
    if (!leader_see_term(s, m[1]) || s->role != ROLE_LEADER)
        return;
    s->under_way[from] = false;
    if (taken && m[3] > s->match[from])
        s->match[from] = m[3];
    int64_t least = s->match[from] + 1 > s->first ? s->match[from] + 1 : s->first;
    int64_t next = taken ? s->next[from] : m[3] + 1;
    s->next[from] = next < least ? least : next > leader_last(s) + 1 ? leader_last(s) + 1 : next;
    leader_advance(s);
    leader_send_appends(s, false);
}
