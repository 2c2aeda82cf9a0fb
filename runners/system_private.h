/* What system.c (reading) and system_life.c (doing) share. */
#ifndef BELIE_RUNNERS_SYSTEM_PRIVATE_H
#define BELIE_RUNNERS_SYSTEM_PRIVATE_H

#include "runners/system.h"
#include "runners/template.h"

enum { SYSTEM_NAMES_MAX = 16 };

/* A command for the first node and one for the others; the same, or none. */
struct system_command {
    struct template text[2];
    bool given[2];
};

struct system {
    struct system_options o;
    struct target *target;
    const char *hosts[LIVE_NODES_MAX]; /* without ports, on the heap */
    const char *dir, *user, *package;
    const char *needs[SYSTEM_NAMES_MAX + 1], *logs[SYSTEM_NAMES_MAX + 1];
    struct system_command setup, start, ready, once, primary;
    double ready_seconds;
    bool own_disk;    /* the data lie on a disk of their own, for power cuts */
    bool first_alone; /* the others are started when the first one is ready */
    struct hosts *machines;
    struct live_system live;
};

void system_life(struct system *s); /* fills s->live */
uint64_t system_primaries(void *ctx);
bool system_start(void *ctx, uint32_t node, struct err *e);

#endif
