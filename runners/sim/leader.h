/* The state of a node of the `leader` store. Private to leader*.c. */
#ifndef BELIE_RUNNERS_SIM_LEADER_H
#define BELIE_RUNNERS_SIM_LEADER_H

#include "runners/sim/proxy.h"

enum leader_bug {
    LEADER_CORRECT,
    LEADER_LOCAL_READS,
    LEADER_HASTY_READS,
    LEADER_LAX_VOTES,
    LEADER_SMALL_QUORUM,
    LEADER_NO_FSYNC,
};

enum leader_role { ROLE_FOLLOWER, ROLE_CANDIDATE, ROLE_LEADER };

/* Messages: */
enum {
    LEADER_VOTE = MESSAGE_OWN, /* term, last index, its term */
    LEADER_VOTED,              /* term, granted */
    LEADER_APPEND,   /* term, previous index, its term, committed, held by all, then entries */
    LEADER_APPENDED, /* term, taken, matching index or the index to try */
};

#define LEADER_NOBODY UINT32_MAX

struct leader_entry {
    int64_t term;
    struct command command;
};

struct leader_node {
    struct world *w;
    uint32_t self, n;
    enum leader_bug bug;

    /* On disk. */
    int64_t term;
    uint32_t voted; /* LEADER_NOBODY: for none in this term */
    struct leader_entry *log;
    size_t nlog, log_cap;
    int64_t first;     /* index of log[0]; what came before is applied everywhere */
    int64_t base_term; /* of entry first - 1 */
    int64_t synced;    /* last index that is safely on the disk */
    int64_t sync;      /* when the next is, for LEADER_NO_FSYNC */
    struct machine machine;
    int64_t applied;

    /* In memory. */
    enum leader_role role;
    uint32_t leader; /* LEADER_NOBODY: unknown */
    uint64_t votes;  /* a bit per node */
    int64_t committed, deadline, beat;
    int64_t next[WORLD_NODES_MAX], match[WORLD_NODES_MAX];
    bool under_way[WORLD_NODES_MAX]; /* an append to this node */
    struct words message, result;    /* scratch */
};

/* leader_log.c */
int64_t leader_last(const struct leader_node *s);
int64_t leader_term_at(const struct leader_node *s, int64_t index);
void leader_log_add(struct leader_node *s, int64_t term, const struct command *c);
/* The log ends before `index`. */
void leader_log_cut(struct leader_node *s, int64_t index);
/* Entries up to `index` are not needed any more. */
void leader_log_forget(struct leader_node *s, int64_t index);
/* Execute what is committed; a leader answers. */
void leader_apply(struct leader_node *s);

/* leader_replicate.c */
int64_t leader_quorum(const struct leader_node *s);
void leader_send_append(struct leader_node *s, uint32_t to);
/* Commit, execute and forget what enough nodes have. */
void leader_advance(struct leader_node *s);
/* To everybody who waits for nothing; `beat`: to everybody. */
void leader_send_appends(struct leader_node *s, bool beat);
void leader_on_append(struct leader_node *s, uint32_t from, const int64_t *m, size_t n);
void leader_on_appended(struct leader_node *s, uint32_t from, const int64_t *m);

/* leader.c: a message of `term` was seen; true when the node has to follow it. */
bool leader_see_term(struct leader_node *s, int64_t term);
void leader_follow(struct leader_node *s, uint32_t whom);

#endif
