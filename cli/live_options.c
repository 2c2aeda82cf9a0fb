#include "cli/live.h"

#include <stddef.h>

const struct option_spec live_options[] = {
    {"target", 0, "TARGET", "the real system: a name of 'belie targets', or a path", OPT_TEXT,
     offsetof(struct live_config, target), NULL},
    {"nodes", 0, "NODES",
     "addresses of a real system's nodes with commas between them, or how "
     "many nodes are simulated",
     OPT_TEXT, offsetof(struct live_config, nodes), NULL},
    {"node", 0, "NODE", "the address of one node; may be given again", OPT_TEXTS,
     offsetof(struct live_config, node), NULL},
    {"nodes-file", 0, "FILE", "addresses, one a line", OPT_TEXT,
     offsetof(struct live_config, nodes_file), NULL},
    {"option", 'o', "SETTING", "set an option of the target: NAME=VALUE; may be given again",
     OPT_TEXTS, offsetof(struct live_config, options), NULL},
    {"timeout", 0, "SECONDS", "how long a client of a real system waits for an answer", OPT_SECONDS,
     offsetof(struct live_config, timeout), NULL},
    {"ready", 0, "SECONDS", "how long to wait for nodes that cannot be reached yet", OPT_SECONDS,
     offsetof(struct live_config, ready), NULL},
    {0},
};

void live_defaults(struct live_config *c)
{
    *c = (struct live_config){.timeout = 5, .ready = 5};
}
