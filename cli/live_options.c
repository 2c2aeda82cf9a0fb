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
    {"remote", 0, "KIND", "control the nodes over: libssh2, ssh or local", OPT_TEXT,
     offsetof(struct live_config, remote), NULL},
    {"box", 0, "NAME", "the nodes of a cluster in a box (belie-testbed), controlled over libssh2",
     OPT_TEXT, offsetof(struct live_config, box), NULL},
    {"username", 0, "NAME", "log in to the nodes as this user (root)", OPT_TEXT,
     offsetof(struct live_config, user), NULL},
    {"ssh-private-key", 0, "FILE", "log in to the nodes with this key (the agent's)", OPT_TEXT,
     offsetof(struct live_config, key), NULL},
    {"known-hosts", 0, "FILE", "the nodes' public keys (~/.ssh/known_hosts)", OPT_TEXT,
     offsetof(struct live_config, known_hosts), NULL},
    {"ssh-config", 0, "FILE", "configuration of --remote ssh", OPT_TEXT,
     offsetof(struct live_config, ssh_config), NULL},
    {"strict-host-key-checking", 0, "WHEN", "verify the nodes' keys: yes or no", OPT_TEXT,
     offsetof(struct live_config, strict), NULL},
    {"leave-db-running", 0, NULL, "do not stop and wipe the database after the test", OPT_FLAG,
     offsetof(struct live_config, leave_running), NULL},
    {0},
};

void live_defaults(struct live_config *c)
{
    *c = (struct live_config){.timeout = 5, .ready = 5};
}
