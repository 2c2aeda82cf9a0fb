/* Who controls the nodes: what --remote, --box and the options about SSH say. */
#ifndef BELIE_CLI_LIVE_LIVE_CONTROL_H
#define BELIE_CLI_LIVE_LIVE_CONTROL_H

#include "base/arena.h"
#include "cli/live.h"
#include "nemesis/hosts.h"

/* The path of a file of the box --box. */
const char *live_box_file(const struct live_config *c, const char *name, struct arena *a);
/* Is anybody to control them? */
static inline bool live_controlled(const struct live_config *c)
{
    return c->remote || c->box;
}
/* All but the addresses. */
bool live_hosts(const struct live_config *c, struct hosts_options *o, struct arena *a,
                struct err *e);

#endif
