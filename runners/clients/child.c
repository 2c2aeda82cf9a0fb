#define _GNU_SOURCE
#include "runners/clients/child.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 16 << 20, CHUNK = 65536, GRACE_MS = 500, MILLISECOND = 1000000 };

extern char **environ;

struct child {
    pid_t pid;
    int in, out; /* our ends */
    int stop_fd;
    bool reaped;
    int status;
    struct buf text; /* what it wrote */
    size_t used;     /* of it, already handed out */
    size_t seen;     /* of it, has no further end of line */
};

/* The environment, with the node's address. The strings but the last are borrowed. */
static char **make_environment(const char *node)
{
    size_t n = 0, kept = 0;
    struct buf line = {0};
    while (environ[n])
        n++;
    char **all = mem_alloc((n + 2) * sizeof *all);
    for (size_t i = 0; i < n; i++)
        if (strncmp(environ[i], "BELIE_NODE=", 11) != 0)
            all[kept++] = environ[i];
    buf_printf(&line, "BELIE_NODE=%s%c", node, '\0');
    all[kept] = line.p;
    all[kept + 1] = NULL;
    return all;
}

static void free_environment(char **all)
{
    size_t n = 0;
    while (all[n + 1])
        n++;
    mem_free(all[n]);
    mem_free(all);
}

static int spawn(pid_t *pid, const struct child_start *s, int in, int out)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, pipe_signal;
    char **env = make_environment(s->node);
    (void)sigemptyset(&none);
    (void)sigemptyset(&pipe_signal);
    (void)sigaddset(&pipe_signal, SIGPIPE);
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawnattr_init(&how);
    (void)posix_spawn_file_actions_adddup2(&files, in, 0);
    (void)posix_spawn_file_actions_adddup2(&files, out, 1);
    (void)posix_spawn_file_actions_addopen(&files, 2, s->errors ? s->errors : "/dev/null",
                                           O_WRONLY | O_CREAT | O_APPEND, 0666);
    (void)posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                             POSIX_SPAWN_SETSIGDEF);
    (void)posix_spawnattr_setpgroup(&how, 0);
    (void)posix_spawnattr_setsigmask(&how, &none);
    (void)posix_spawnattr_setsigdefault(&how, &pipe_signal);
    int code = posix_spawnp(pid, s->argv[0], &files, &how, (char *const *)(uintptr_t)s->argv, env);
    (void)posix_spawnattr_destroy(&how);
    (void)posix_spawn_file_actions_destroy(&files);
    free_environment(env);
    return code;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

struct child *child_start(const struct child_start *s, struct err *e)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    pid_t pid = 0;
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
        (void)err_set(e, ERR_IO, "making a pipe: %s", strerror(errno));
        close_fd(&in[0]);
        close_fd(&in[1]);
        return NULL;
    }
    int code = spawn(&pid, s, in[0], out[1]);
    close_fd(&in[0]);
    close_fd(&out[1]);
    if (code) {
        close_fd(&in[1]);
        close_fd(&out[0]);
        (void)err_set(e, ERR_INPUT, "starting %s: %s", s->argv[0], strerror(code));
        return NULL;
    }
    struct child *c = mem_zalloc(1, sizeof *c);
    *c = (struct child){.pid = pid, .in = in[1], .out = out[0], .stop_fd = s->stop_fd};
    (void)fcntl(c->in, F_SETFL, O_NONBLOCK);
    (void)fcntl(c->out, F_SETFL, O_NONBLOCK);
    return c;
}

/* Wait for one of ours; CHILD_LINE: it is ready. */
static enum child_answer await(const struct child *c, int fd, short events, int64_t deadline)
{
    struct pollfd all[2] = {{fd, events, 0}, {c->stop_fd, POLLIN, 0}};
    for (;;) {
        int64_t left = (deadline - clock_ns() + MILLISECOND - 1) / MILLISECOND;
        if (left <= 0)
            return CHILD_LATE;
        int n = poll(all, c->stop_fd >= 0 ? 2 : 1, left > 60000 ? 60000 : (int)left);
        if (n > 0 && all[1].revents)
            return CHILD_STOPPED;
        if (n > 0)
            return CHILD_LINE;
    }
}

bool child_write(struct child *c, struct str line, int64_t deadline)
{
    while (line.n) {
        ssize_t n = write(c->in, line.p, line.n);
        if (n > 0)
            line = (struct str){line.p + n, line.n - (size_t)n};
        else if (n < 0 && errno == EAGAIN) {
            if (await(c, c->in, POLLOUT, deadline) != CHILD_LINE)
                return false;
        } else if (!(n < 0 && errno == EINTR))
            return false;
    }
    return true;
}

/* A whole line of what is there. */
static bool next_line(struct child *c, struct str *line)
{
    const char *from = c->text.p ? c->text.p + c->used : "";
    size_t from_seen = c->seen > c->used ? c->seen - c->used : 0;
    const char *end = memchr(from + from_seen, '\n', c->text.n - c->used - from_seen);
    c->seen = c->text.n;
    if (!end)
        return false;
    c->seen = c->used;
    *line = (struct str){from, (size_t)(end - from)};
    c->used += line->n + 1;
    if (line->n && line->p[line->n - 1] == '\r')
        line->n--;
    return true;
}

enum child_answer child_read(struct child *c, int64_t deadline, struct str *line)
{
    if (c->used == c->text.n)
        c->used = c->seen = c->text.n = 0;
    while (!next_line(c, line)) {
        char chunk[CHUNK];
        if (c->text.n - c->used > LINE_MAX_BYTES)
            return CHILD_TOO_LONG;
        ssize_t n = read(c->out, chunk, sizeof chunk);
        if (n > 0) {
            buf_put(&c->text, (struct str){chunk, (size_t)n});
            continue;
        }
        if (n == 0 || (errno != EAGAIN && errno != EINTR))
            return CHILD_GONE;
        enum child_answer a = await(c, c->out, POLLIN, deadline);
        if (a != CHILD_LINE)
            return a;
    }
    return CHILD_LINE;
}

static bool reap(struct child *c)
{
    if (!c->reaped)
        c->reaped = waitpid(c->pid, &c->status, WNOHANG) == c->pid;
    return c->reaped;
}

/* Until it has ended; false after `ms`. */
static bool reap_within(struct child *c, int ms)
{
    const struct timespec little = {.tv_nsec = MILLISECOND};
    for (; ms > 0 && !reap(c); ms--)
        (void)nanosleep(&little, NULL);
    return c->reaped;
}

void child_status(struct child *c, char *out, size_t n)
{
    enum { CLOSED_MS = 50 }; /* its pipes close a moment before it ends */
    out[0] = '\0';
    if (!reap_within(c, CLOSED_MS))
        return;
    if (WIFSIGNALED(c->status))
        (void)snprintf(out, n, "killed by signal %d", WTERMSIG(c->status));
    else
        (void)snprintf(out, n, "ended with exit code %d", WEXITSTATUS(c->status));
}

void child_end(struct child *c)
{
    close_fd(&c->in);
    close_fd(&c->out);
    (void)reap_within(c, GRACE_MS);
    (void)kill(-c->pid, SIGKILL); /* what it started, too */
    if (!c->reaped) {
        (void)kill(c->pid, SIGKILL);
        (void)waitpid(c->pid, &c->status, 0);
    }
    buf_free(&c->text);
    mem_free(c);
}
