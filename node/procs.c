/* Which processes are the database? Those that we started as a daemon, by pid and start time (a pid
 * may be used again), all that stem from them or share their session, and all that work in its
 * folder: Patroni starts PostgreSQL as a daemon of its own. */
#define _GNU_SOURCE
#include "node/node.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STOP_LOOKS = 50 };

struct stat_line {
    long long start; /* clock ticks since boot */
    pid_t pid, parent, session;
    char state;
    bool ours;
};

static bool read_stat(pid_t pid, struct stat_line *s)
{
    char path[64], text[1024];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (read_file(path, text, sizeof text) <= 0)
        return false;
    char *p = strrchr(text, ')'); /* a name may have anything in it */
    if (!p || strlen(p) < 4)
        return false;
    *s = (struct stat_line){.pid = pid, .state = p[2]};
    p += 3;
    for (int field = 4; field <= 22; field++) { /* as proc(5) numbers them */
        long long v = strtoll(p, &p, 10);
        s->parent = field == 4 ? (pid_t)v : s->parent;
        s->session = field == 6 ? (pid_t)v : s->session;
        s->start = v;
    }
    return true;
}

static void pid_path(const char *name, char *out, size_t n)
{
    (void)snprintf(out, n, NODE_DIR "/%s.pid", name);
}

/* The daemon's first process; 0 when it is gone. Its folder goes into `dir`: PATH_MAX, or NULL. */
static pid_t leader(const char *name, pid_t *session, char *dir)
{
    char path[256], text[PATH_MAX + 64], *rest = NULL;
    struct stat_line s;
    pid_path(name, path, sizeof path);
    *session = 0;
    if (dir)
        dir[0] = '\0';
    if (read_file(path, text, sizeof text) <= 0)
        return 0;
    pid_t pid = (pid_t)strtol(text, &rest, 10);
    long long start = strtoll(rest, &rest, 10);
    if (dir && *rest == ' ')
        (void)snprintf(dir, PATH_MAX, "%.*s", (int)strcspn(rest + 1, "\n"), rest + 1);
    *session = pid;
    return pid > 0 && read_stat(pid, &s) && s.start == start && s.state != 'Z' ? pid : 0;
}

static int all_processes(struct stat_line *out, int max)
{
    DIR *d = opendir("/proc");
    struct dirent *e;
    int n = 0;
    while (d && n < max && (e = readdir(d))) {
        long pid = strtol(e->d_name, NULL, 10);
        if (pid > 0 && read_stat((pid_t)pid, &out[n]))
            n++;
    }
    if (d)
        (void)closedir(d);
    return n;
}

static bool stems(const struct stat_line *all, int n, pid_t parent)
{
    for (int i = 0; i < n; i++)
        if (all[i].ours && all[i].pid == parent)
            return true;
    return false;
}

static bool works_in(pid_t pid, const char *dir)
{
    char path[64], at[PATH_MAX];
    const size_t n = strlen(dir);
    (void)snprintf(path, sizeof path, "/proc/%d/cwd", (int)pid);
    ssize_t k = readlink(path, at, sizeof at - 1);
    if (k < (ssize_t)n || n < 2)
        return false;
    at[k] = '\0';
    return strncmp(at, dir, n) == 0 && (at[n] == '/' || at[n] == '\0' || at[n] == ' ');
}

static int find(const char *name, struct stat_line *all)
{
    char dir[PATH_MAX];
    pid_t session, first = leader(name, &session, dir);
    int n = all_processes(all, PIDS_MAX);
    bool more = true;
    for (int i = 0; i < n; i++)
        all[i].ours = session && all[i].state != 'Z' &&
                      ((first && all[i].pid == first) || all[i].session == session ||
                       works_in(all[i].pid, dir));
    while (more) {
        more = false;
        for (int i = 0; i < n; i++)
            if (!all[i].ours && all[i].state != 'Z' && stems(all, n, all[i].parent))
                all[i].ours = more = true;
    }
    return n;
}

int daemon_pids(const char *name, pid_t *out, int max)
{
    static struct stat_line all[PIDS_MAX];
    int n = find(name, all), k = 0;
    for (int i = 0; i < n && k < max; i++)
        if (all[i].ours)
            out[k++] = all[i].pid;
    return k;
}

void daemon_state(const char *name, int *running, int *stopped)
{
    static struct stat_line all[PIDS_MAX];
    int n = find(name, all);
    *running = *stopped = 0;
    for (int i = 0; i < n; i++) {
        *running += all[i].ours;
        *stopped += all[i].ours && (all[i].state == 'T' || all[i].state == 't');
    }
}

/* Again until nobody is new: a process may fork while it is signalled. */
int daemon_signal(const char *name, int sig)
{
    static pid_t pids[PIDS_MAX];
    int n = 0, before = -1;
    for (int i = 0; i < 20 && n != before; i++) {
        before = n;
        n = daemon_pids(name, pids, PIDS_MAX);
        for (int k = 0; k < n; k++)
            (void)kill(pids[k], sig);
        if (sig == SIGKILL && n > 0)
            (void)usleep(2000);
    }
    /* What is in the kernel stands still when it comes back. */
    for (int i = 0; sig == SIGSTOP && i < STOP_LOOKS; i++) {
        int running, stopped;
        daemon_state(name, &running, &stopped);
        if (stopped == running)
            break;
        (void)usleep(10000);
    }
    return n;
}

/* From /etc/passwd alone: a static program cannot ask libc's other sources. */
static void become(const char *user)
{
    char line[1024], *field[7] = {NULL};
    bool found = false;
    FILE *f = fopen("/etc/passwd", "re");
    while (f && !found && fgets(line, sizeof line, f)) {
        char *rest = line;
        for (int i = 0; i < 7; i++)
            field[i] = strsep(&rest, ":\n");
        found = field[5] && strcmp(field[0], user) == 0;
    }
    gid_t gid = found ? (gid_t)strtoul(field[3], NULL, 10) : 0;
    uid_t uid = found ? (uid_t)strtoul(field[2], NULL, 10) : 0;
    if (!found || setgroups(1, &gid) || setgid(gid) || setuid(uid))
        _exit(125);
    (void)setenv("HOME", field[5], 1);
    (void)setenv("USER", user, 1);
}

/* By the daemon itself, before it becomes the database: there is no moment without it. */
static void write_pid(const char *name, const char *dir)
{
    char path[256];
    struct stat_line s;
    pid_path(name, path, sizeof path);
    FILE *f = fopen(path, "we");
    if (f && read_stat(getpid(), &s))
        (void)fprintf(f, "%d %lld %s\n", (int)s.pid, s.start, dir);
    if (f)
        (void)fclose(f);
}

static void child(const char *name, const char *dir, const char *log, const char *user,
                  char *const *argv, int tell)
{
    int null = open("/dev/null", O_RDWR);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    (void)setsid();
    (void)dup2(null, 0);
    (void)dup2(out >= 0 ? out : null, 1);
    (void)dup2(out >= 0 ? out : null, 2);
    for (int fd = 3; fd < 256; fd++)
        if (fd != tell)
            (void)close(fd);
    write_pid(name, dir);
    (void)setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    if (user[0] && strcmp(user, "root") != 0)
        become(user);
    if (chdir(dir) == 0)
        (void)execvp(argv[0], argv);
    int why = errno;
    (void)!write(tell, &why, sizeof why);
    _exit(126);
}

bool daemon_start(const char *name, const char *dir, const char *log, const char *user,
                  char *const *argv, char *why, size_t n)
{
    int tell[2], code = 0;
    pid_t session;
    if (leader(name, &session, NULL) != 0)
        return true;
    if (!disk_mount(dir, why, n))
        return false;
    if (pipe2(tell, O_CLOEXEC) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        if (fork() == 0)
            child(name, dir, log, user, argv, tell[1]);
        _exit(0);
    }
    (void)waitpid(pid, NULL, 0);
    (void)close(tell[1]);
    ssize_t k = read(tell[0], &code, sizeof code);
    (void)close(tell[0]);
    if (k == (ssize_t)sizeof code) {
        (void)snprintf(why, n, "cannot start %s in %s: %s", argv[0], dir, strerror(code));
        return false;
    }
    return true;
}
