/* belie-node agent | heal | check DIR | start NAME DIR LOG USER COMMAND... | signal NAME SIGNAL |
 * state NAME | disk make DIR | disk remove DIR */
#define _GNU_SOURCE
#include "node/node.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int start(char **argv)
{
    char why[512] = "";
    if (daemon_start(argv[0], argv[1], argv[2], argv[3], argv + 4, why, sizeof why))
        return 0;
    (void)fprintf(stderr, "%s\n", why);
    return 1;
}

static int end(const char *name, const char *sig)
{
    (void)printf("%d\n", daemon_signal(name, strcmp(sig, "KILL") == 0 ? SIGKILL : SIGTERM));
    return 0;
}

static int state(const char *name)
{
    int running, stopped;
    daemon_state(name, &running, &stopped);
    (void)printf("%d %d\n", running, stopped);
    return running > 0 ? 0 : 1;
}

static int disk(const char *verb, const char *dir)
{
    char why[512] = "";
    if (strcmp(verb, "remove") == 0)
        disk_remove(dir);
    else if (!disk_make(dir, why, sizeof why))
        (void)fprintf(stderr, "no disk of its own for %s: %s\n", dir, why);
    return 0; /* without one a power cut has no effect, and says so */
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    (void)mkdir(NODE_DIR, 0755);
    if (strcmp(verb, "agent") == 0)
        return agent_main();
    if (strcmp(verb, "heal") == 0)
        return heal_main();
    if (strcmp(verb, "check") == 0)
        return check_main(argc > 2 ? argv[2] : "/");
    if (strcmp(verb, "start") == 0 && argc > 6)
        return start(argv + 2);
    if (strcmp(verb, "signal") == 0 && argc > 3)
        return end(argv[2], argv[3]);
    if (strcmp(verb, "state") == 0 && argc > 2)
        return state(argv[2]);
    if (strcmp(verb, "disk") == 0 && argc > 3)
        return disk(argv[2], argv[3]);
    (void)fprintf(stderr, "belie-node is started by belie\n");
    return 254;
}
