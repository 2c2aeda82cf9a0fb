/* Faults on real machines: the table of fault.h over remotes. Each node gets the program belie-node
 * (node/README.md), whose agent makes the faults, measures them, and undoes them when belie dies.
 *
 * These functions and those of the table may be called by different threads, but by
 * one at a time. Owner rule: hosts_new makes, hosts_free frees. */
#ifndef BELIE_NEMESIS_HOSTS_H
#define BELIE_NEMESIS_HOSTS_H

#include "control/remote.h"
#include "nemesis/fault.h"

#define NODE_PATH "/run/belie/belie-node"

struct hosts_options {
    const struct remote_kind *kind;
    struct remote_host as;        /* user, port, keys: for all nodes */
    const char *const *addresses; /* for the remote; IP numbers, or names that the control host
                                     resolves to those by which the nodes know each other */
    uint32_t n;                   /* 1 to GRUDGE_NODES_MAX */
    const char *daemon;           /* what is killed, paused, skewed; see hosts_start */
    const char *dir;              /* of its data; NULL: no faults of files */
    double deadman;               /* seconds after which nodes heal that hear nothing */
    double connect;               /* seconds for the connection */
    bool (*restart)(void *ctx, uint32_t node, struct err *e); /* the daemon; NULL: cannot */
    uint64_t (*primaries)(void *ctx);                         /* NULL: cannot be known */
    void *ctx;
};

struct hosts;

struct hosts *hosts_new(const struct hosts_options *o);
void hosts_free(struct hosts *h);
/* Connect to all, put belie-node there, heal what an earlier test may have left. */
bool hosts_connect(struct hosts *h, struct err *e);
bool hosts_connected(const struct hosts *h);
/* Heal all, and let go. */
void hosts_disconnect(struct hosts *h);
/* Valid before it is connected, but then only to see what is possible. */
const struct nemesis_target *hosts_faults(struct hosts *h);
/* For commands of the life cycle; not while a function of the table runs. */
struct remote *hosts_remote(struct hosts *h, uint32_t node);
/* What makes the folder of the data a disk of its own, for power cuts, or removes it: a command for
 * a shell of root on the node. Where it cannot be made it stays a folder. */
void hosts_disk_command(const char *dir, bool make, struct buf *out);
/* Why a node refused something since this was asked last; "" when none did. */
const char *hosts_refusal(struct hosts *h);

/* Undo everything on all nodes at once; what an agent of a belie that still runs has made, too. The
 * number of nodes that said that they are healed; an error for the first one that did not. */
uint32_t hosts_heal(const struct hosts_options *o, struct err *e);
/* What belie-node says can be done there, into out[i]; false: why not. */
bool hosts_check(const struct hosts_options *o, uint32_t node, const char *dir, struct buf *out,
                 struct err *e);

/* `command` so that it runs as root on the remote. */
void hosts_as_root(const struct remote *r, const char *command, struct buf *out);

#endif
