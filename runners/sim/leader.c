/* `leader`: one leader with terms and a quorum, linearizable.
 *
 * Raft (Ongaro, Ousterhout 2014) without changes of membership: a node that hears of no leader asks
 * for votes in a new term; who has a majority of the votes, each given once per term and only to a
 * log that is as complete as the voter's own, appends the clients' commands to its log; an entry on
 * a majority of disks is committed and executed in the order of the log. Reads go through the log
 * like writes, so a leader that was deposed without knowing it cannot answer them. Entries that are
 * on all disks are forgotten, so that no snapshots need to be sent.
 *
 * The mistakes that can be planted are one condition each; look for s->bug. */
#include "runners/sim/leader.h"
#include "runners/sim/store.h"

enum {
    MILLISECOND = 1000000,
    TICK = 20 * MILLISECOND,
    BEAT = 50 * MILLISECOND,
    SYNC = 100 * MILLISECOND,
    PATIENCE = 200 * MILLISECOND, /* then a random time up to as much again */
};

static void wait_for_leader(struct leader_node *s)
{
    s->deadline = world_now(s->w) + PATIENCE + (int64_t)world_random(s->w, PATIENCE);
}

static void *node_open(struct world *w, uint32_t node, unsigned variant)
{
    struct leader_node *s = mem_zalloc(1, sizeof *s);
    s->w = w;
    s->self = node;
    s->n = world_nodes(w);
    s->bug = (enum leader_bug)variant;
    s->first = 1;
    s->voted = LEADER_NOBODY;
    return s;
}

static void node_close(void *self)
{
    struct leader_node *s = self;
    mem_free(s->log);
    machine_free(&s->machine);
    words_free(&s->message);
    words_free(&s->result);
    mem_free(s);
}

static void node_start(void *self)
{
    struct leader_node *s = self;
    s->role = ROLE_FOLLOWER;
    s->leader = LEADER_NOBODY;
    s->committed = s->applied;
    wait_for_leader(s);
    world_timer(s->w, s->self, (int64_t)world_random(s->w, TICK), 0);
}

/* Everything is on disk before it is answered, except for the planted mistake. */
static void node_crash(void *self)
{
    struct leader_node *s = self;
    if (s->bug != LEADER_NO_FSYNC)
        return;
    leader_log_cut(s, s->synced + 1);
    machine_free(&s->machine);
    s->applied = 0;
}

/* ---- elections ----------------------------------------------------------------------------- */

bool leader_see_term(struct leader_node *s, int64_t term)
{
    if (term > s->term) {
        s->term = term;
        s->voted = LEADER_NOBODY;
        leader_follow(s, LEADER_NOBODY);
    }
    return term == s->term;
}

void leader_follow(struct leader_node *s, uint32_t whom)
{
    s->role = ROLE_FOLLOWER;
    s->leader = whom;
    wait_for_leader(s);
}

static void append(struct leader_node *s, const struct command *c)
{
    leader_log_add(s, s->term, c);
    leader_advance(s); /* a node that is alone is a majority */
    leader_send_appends(s, false);
}

static void become_leader(struct leader_node *s)
{
    s->role = ROLE_LEADER;
    s->leader = s->self;
    for (uint32_t i = 0; i < s->n; i++) {
        s->next[i] = leader_last(s) + 1;
        s->match[i] = 0;
        s->under_way[i] = false;
    }
    /* An entry of the new term, so that those of earlier terms get committed. */
    append(s, &(const struct command){.kind = COMMAND_NOTHING});
    s->beat = world_now(s->w) + BEAT;
}

static void count_votes(struct leader_node *s)
{
    if (s->role == ROLE_CANDIDATE && __builtin_popcountll(s->votes) >= leader_quorum(s))
        become_leader(s);
}

static void stand(struct leader_node *s)
{
    s->role = ROLE_CANDIDATE;
    s->leader = LEADER_NOBODY;
    s->term++;
    s->voted = s->self;
    s->votes = UINT64_C(1) << s->self;
    wait_for_leader(s);
    const int64_t m[] = {LEADER_VOTE, s->term, leader_last(s), leader_term_at(s, leader_last(s))};
    for (uint32_t i = 0; i < s->n; i++)
        if (i != s->self)
            world_send(s->w, s->self, i, m, 4);
    count_votes(s);
}

static void on_vote(struct leader_node *s, uint32_t from, const int64_t *m)
{
    bool current = leader_see_term(s, m[1]);
    int64_t last = leader_last(s), last_term = leader_term_at(s, last);
    bool complete =
        m[3] > last_term || (m[3] == last_term && m[2] >= last) || s->bug == LEADER_LAX_VOTES;
    bool granted = current && complete && (s->voted == LEADER_NOBODY || s->voted == from);
    if (granted) {
        s->voted = from;
        wait_for_leader(s);
    }
    const int64_t answer[] = {LEADER_VOTED, s->term, granted};
    world_send(s->w, s->self, from, answer, 3);
}

static void on_voted(struct leader_node *s, uint32_t from, const int64_t *m)
{
    if (!leader_see_term(s, m[1]) || s->role != ROLE_CANDIDATE || !m[2])
        return;
    s->votes |= UINT64_C(1) << from;
    count_votes(s);
}

static void node_timer(void *self, int64_t tag)
{
    struct leader_node *s = self;
    int64_t now = world_now(s->w);
    if (now >= s->sync) {
        s->synced = leader_last(s);
        s->sync = now + SYNC;
    }
    if (s->role == ROLE_LEADER && now >= s->beat) {
        leader_send_appends(s, true);
        s->beat = now + BEAT;
    } else if (s->role != ROLE_LEADER && now >= s->deadline) {
        stand(s);
    }
    world_timer(s->w, s->self, TICK, tag);
}

/* ---- requests ------------------------------------------------------------------------------ */

static void on_request(struct leader_node *s, uint32_t from, const struct command *c)
{
    bool local =
        s->bug == LEADER_LOCAL_READS || (s->bug == LEADER_HASTY_READS && s->role == ROLE_LEADER);
    if (local && command_reads(c)) {
        enum reply_status status = machine_read(&s->machine, c, &s->result);
        proxy_answer(s->w, s->self, c, status, &s->result);
    } else if (s->role == ROLE_LEADER) {
        append(s, c);
    } else if (s->leader != LEADER_NOBODY && from >= s->n) {
        proxy_request(s->w, s->self, s->leader, c);
    } else {
        proxy_refuse(s->w, s->self, from, c);
    }
}

static void node_message(void *self, uint32_t from, const int64_t *m, size_t n)
{
    struct leader_node *s = self;
    switch (m[0]) {
    case MESSAGE_REQUEST: {
        const struct command c = command_get(m + 1);
        on_request(s, from, &c);
        break;
    }
    case MESSAGE_REPLY:
        proxy_relay(s->w, s->self, m, n);
        break;
    case LEADER_VOTE:
        on_vote(s, from, m);
        break;
    case LEADER_VOTED:
        on_voted(s, from, m);
        break;
    case LEADER_APPEND:
        leader_on_append(s, from, m, n);
        break;
    case LEADER_APPENDED:
        leader_on_appended(s, from, m);
        break;
    default:
        break;
    }
}

static const struct store_bug bugs[] = {
    {"local-reads", "reads are answered by whatever replica is asked", NULL},
    {"hasty-reads", "a leader answers reads without asking whether it still is the leader",
     "partition"},
    {"lax-votes", "a node votes for a candidate whose log is behind its own", "partition"},
    {"small-quorum", "half of the nodes count as a majority", "partition"},
    {"no-fsync", "an entry is acknowledged before it is on disk", "kill"},
    {0},
};

const struct store store_leader = {
    .name = "leader",
    .summary = "one leader with terms and a majority quorum (Raft)",
    .level = "linearizable",
    .bugs = bugs,
    .type = {node_open, node_close, node_start, node_crash, node_message, node_timer},
};
