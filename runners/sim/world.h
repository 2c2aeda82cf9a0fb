/* A world in a box: nodes that exchange messages over a bad network, in virtual time.
 *
 * Everything that happens is an event at a time in nanoseconds; the world takes the earliest one
 * and calls the node that it concerns, which answers by sending messages and setting timers. There
 * are no threads, no clock but the virtual one, and no arithmetic but on integers: the same seed
 * and the same calls give the same run on every machine (after FoundationDB's simulation and raft's
 * fixture.c).
 *
 * Addresses 0 .. nodes-1 are nodes, the following ones are clients. Messages between nodes can be
 * delayed, lost, duplicated, overtaken and cut off; those between a client and a node are only
 * delayed, as over a connection whose breaking both sides notice.
 *
 * Owner rule: world_new makes, world_free frees. */
#ifndef BELIE_RUNNERS_SIM_WORLD_H
#define BELIE_RUNNERS_SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORLD_NODES_MAX = 64 }; /* a set of nodes is one word */

struct world;

/* How a node behaves. `self` is what open returned. */
struct node_type {
    void *(*open)(struct world *w, uint32_t node, unsigned variant);
    void (*close)(void *self);
    /* The node comes up: at the beginning and after each crash. */
    void (*start)(void *self);
    /* The process dies: forget what was only in memory. */
    void (*crash)(void *self);
    void (*message)(void *self, uint32_t from, const int64_t *words, size_t n);
    void (*timer)(void *self, int64_t tag);
};

struct world_client {
    void (*message)(void *ctx, uint32_t client, const int64_t *words, size_t n);
    void (*timer)(void *ctx, uint32_t client, int64_t tag);
    void *ctx;
};

/* A link takes delay_min, and on top of it a geometric number of delay_unit: each further one half
 * as likely. Chances are per million messages. */
struct world_net {
    int64_t delay_min, delay_unit;
    uint32_t loss, duplicates;
};

extern const struct world_net world_net_good, world_net_bad;

struct world_options {
    uint64_t seed;
    uint32_t nodes;
    const struct node_type *type;
    unsigned variant; /* given to open */
    struct world_client client;
};

struct world *world_new(const struct world_options *o);
void world_free(struct world *w);
/* All nodes come up. */
void world_start(struct world *w);

int64_t world_now(const struct world *w);
/* Handle the next event when it is due by `until`; else the time becomes `until`: false. */
bool world_step(struct world *w, int64_t until);
/* Events handled so far. */
uint64_t world_events(const struct world *w);

/* For nodes and clients. */
uint32_t world_nodes(const struct world *w);
void world_send(struct world *w, uint32_t from, uint32_t to, const int64_t *words, size_t n);
/* `who` gets `tag` after `delay`, unless it is a node that crashes before. */
void world_timer(struct world *w, uint32_t who, int64_t delay, int64_t tag);
/* What the node believes that the time is. */
int64_t world_clock(const struct world *w, uint32_t node);
/* Uniform in 0 .. n-1. */
uint64_t world_random(struct world *w, uint64_t n);

/* Faults. */
void world_cut(struct world *w, uint32_t from, uint32_t to, bool cut); /* one direction */
/* Would a message get through? */
bool world_linked(const struct world *w, uint32_t from, uint32_t to);
bool world_up(const struct world *w, uint32_t node);
bool world_paused(const struct world *w, uint32_t node);
/* Each returns whether it changed anything. */
bool world_crash(struct world *w, uint32_t node);
bool world_restart(struct world *w, uint32_t node);
bool world_pause(struct world *w, uint32_t node);
bool world_resume(struct world *w, uint32_t node);
/* The node's clock is `offset` ahead of the true time. */
void world_skew(struct world *w, uint32_t node, int64_t offset);
int64_t world_offset(const struct world *w, uint32_t node);
/* And by `delta` more in every second period; delta 0: no more. */
void world_strobe(struct world *w, uint32_t node, int64_t delta, int64_t period);
bool world_strobes(const struct world *w, uint32_t node);
/* Messages between nodes from and to `node`, on top of what the network does to all: they take
 * `delay` longer and 0 to `jitter`; chances per million to be lost, to come twice, and to be held
 * back for up to WORLD_HELD nanoseconds. */
struct world_trouble {
    int64_t delay, jitter;
    uint32_t loss, duplicates, reorder;
};
enum { WORLD_HELD = 20000000 };
void world_trouble(struct world *w, uint32_t node, const struct world_trouble *t);
struct world_trouble world_troubled(const struct world *w, uint32_t node);
void world_set_net(struct world *w, const struct world_net *net);

#endif
