/* Undo everything, whoever made it. */
#define _GNU_SOURCE
#include "node/node.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static void undo(const char *what, int64_t number, const char *text)
{
    if (strcmp(what, "stop") == 0)
        (void)daemon_signal(text, SIGCONT);
    else if (strcmp(what, "skew") == 0)
        (void)skew_set((pid_t)number, 0, (char[256]){0}, 256);
    else if (strcmp(what, "fill") == 0)
        (void)unlink(text);
    else if (strcmp(what, "power") == 0)
        disk_repair(text);
}

void heal_all(void)
{
    queue_close();
    (void)rules_clear((char[256]){0}, 256);
    journal_undo(undo);
}

/* The agent's lock is held as long as it lives: ask it to go, then do what it may have left. */
int heal_main(void)
{
    char text[64];
    int fd = open(NODE_DIR "/agent.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    for (int i = 0; fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && i < 100; i++) {
        long pid =
            read_file(NODE_DIR "/agent.pid", text, sizeof text) > 0 ? strtol(text, NULL, 10) : 0;
        if (pid > 1)
            (void)kill((pid_t)pid, i < 50 ? SIGTERM : SIGKILL);
        (void)usleep(50000);
    }
    heal_all();
    (void)puts("healed");
    return 0;
}
