/* What hosts.c and hosts_faults.c share. */
#ifndef BELIE_NEMESIS_HOSTS_PRIVATE_H
#define BELIE_NEMESIS_HOSTS_PRIVATE_H

#include "nemesis/hosts.h"

#include <stdio.h>

enum { HOST_IP = 48 };

struct host {
    char ip[HOST_IP];
    struct remote agent, commands; /* a connection each: a command that hangs costs no agent */
    struct stream stream;          /* the agent's */
    struct buf answer;             /* its last one, ended by a NUL */
    struct packet_trouble trouble; /* that had an effect when it was made */
    int64_t strobe;                /* delta; 0: none */
    bool talks, ok;
    struct err e;
};

struct hosts {
    struct hosts_options o;
    struct host v[GRUDGE_NODES_MAX];
    struct nemesis_target table;
    struct buf refusal;
    bool refusal_told, connected;
    uint64_t answered;                  /* nodes that did what hosts_ask asked */
    uint64_t deaf_to[GRUDGE_NODES_MAX]; /* as wanted */
    uint64_t hears[GRUDGE_NODES_MAX];   /* as measured */
    bool stale;                         /* the wish has changed since it was measured */
};

void hosts_table(struct hosts *h);
/* Say lines[i] to node i of the set, all at once. True when all answered "ok". */
bool hosts_ask(struct hosts *h, uint64_t set, const struct buf *lines);
bool hosts_ask_one(struct hosts *h, uint32_t node, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void hosts_refuse(struct hosts *h, const char *why);
/* What the node answered after ok or no. */
const char *hosts_answer(const struct hosts *h, uint32_t node);

#endif
