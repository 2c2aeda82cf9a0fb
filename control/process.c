/* A command has ended when its process has and the pipes are empty, not when they are closed: a
 * daemon that it left behind (the master of `ssh`) may hold them for ever. */
#define _GNU_SOURCE
#include "control/process.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN, OUT, ERRS, PIPES };
enum { CHUNK = 65536, SLICE_MS = 20 };

extern char **environ;

struct process {
    pid_t pid;
    int fd[PIPES]; /* our ends; -1: closed */
    int exit_fd;   /* readable when the process has ended; -1: the kernel has no such thing */
    bool reaped;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static bool make_pipes(int pipes[PIPES][2])
{
    for (int i = 0; i < PIPES; i++)
        if (pipe2(pipes[i], O_CLOEXEC) != 0) {
            while (i-- > 0) {
                (void)close(pipes[i][0]);
                (void)close(pipes[i][1]);
            }
            return false;
        }
    return true;
}

static int spawn(pid_t *pid, const char *const *argv, int pipes[PIPES][2])
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, pipe_signal;
    (void)sigemptyset(&none);
    (void)sigemptyset(&pipe_signal);
    (void)sigaddset(&pipe_signal, SIGPIPE);
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawnattr_init(&how);
    (void)posix_spawn_file_actions_adddup2(&files, pipes[IN][0], 0);
    (void)posix_spawn_file_actions_adddup2(&files, pipes[OUT][1], 1);
    (void)posix_spawn_file_actions_adddup2(&files, pipes[ERRS][1], 2);
    (void)posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                             POSIX_SPAWN_SETSIGDEF);
    (void)posix_spawnattr_setpgroup(&how, 0);
    (void)posix_spawnattr_setsigmask(&how, &none);
    (void)posix_spawnattr_setsigdefault(&how, &pipe_signal);
    int code = posix_spawnp(pid, argv[0], &files, &how, (char *const *)(uintptr_t)argv, environ);
    (void)posix_spawnattr_destroy(&how);
    (void)posix_spawn_file_actions_destroy(&files);
    return code;
}

bool process_start(const char *const *argv, struct stream *s, struct err *e)
{
    int pipes[PIPES][2];
    pid_t pid = 0;
    (void)signal(SIGPIPE, SIG_IGN); /* a command that does not read is told by write() */
    if (!make_pipes(pipes))
        return err_set(e, ERR_USAGE, "no pipes: %s", strerror(errno));
    int code = spawn(&pid, argv, pipes);
    (void)close(pipes[IN][0]);
    (void)close(pipes[OUT][1]);
    (void)close(pipes[ERRS][1]);
    if (code) {
        (void)close(pipes[IN][1]);
        (void)close(pipes[OUT][0]);
        (void)close(pipes[ERRS][0]);
        return err_set(e, ERR_USAGE, "cannot start %s: %s", argv[0], strerror(code));
    }
    struct process *p = mem_zalloc(1, sizeof *p);
    *p = (struct process){.pid = pid, .fd = {pipes[IN][1], pipes[OUT][0], pipes[ERRS][0]}};
    p->exit_fd = (int)syscall(SYS_pidfd_open, pid, 0);
    for (int i = 0; i < PIPES; i++)
        (void)fcntl(p->fd[i], F_SETFL, O_NONBLOCK);
    s->channel = p;
    return true;
}

/* All that is there; true when something was. */
static bool drain(int *fd, struct buf *b)
{
    bool some = false;
    char chunk[CHUNK];
    while (*fd >= 0) {
        ssize_t n = read(*fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            break;
        if (n <= 0) {
            close_fd(fd);
            break;
        }
        buf_put(b, (struct str){chunk, (size_t)n});
        some = true;
    }
    return some;
}

static bool feed(struct process *p, struct stream *s)
{
    bool some = false;
    while (p->fd[IN] >= 0 && s->in_at < s->in.n) {
        ssize_t n = write(p->fd[IN], s->in.p + s->in_at, s->in.n - s->in_at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            break;
        if (n < 0) { /* it does not read any more: what is left is of no use */
            s->in_at = s->in.n;
            close_fd(&p->fd[IN]);
            break;
        }
        s->in_at += (size_t)n;
        some = true;
    }
    if (s->in_end && !s->in_shut && s->in_at == s->in.n) {
        close_fd(&p->fd[IN]);
        s->in_shut = some = true;
    }
    return some;
}

static bool reap(struct process *p, struct stream *s)
{
    int status = 0;
    if (!p->reaped && waitpid(p->pid, &status, WNOHANG) == p->pid) {
        p->reaped = true;
        s->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return p->reaped;
}

static void wait_for_any(const struct process *p, const struct stream *s, int64_t deadline)
{
    struct pollfd f[PIPES + 1];
    nfds_t n = 0;
    int64_t ms = (deadline - clock_ns()) / 1000000 + 1;
    for (int i = OUT; i <= ERRS; i++)
        if (p->fd[i] >= 0)
            f[n++] = (struct pollfd){p->fd[i], POLLIN, 0};
    if (p->fd[IN] >= 0 && s->in_at < s->in.n)
        f[n++] = (struct pollfd){p->fd[IN], POLLOUT, 0};
    if (p->exit_fd >= 0)
        f[n++] = (struct pollfd){p->exit_fd, POLLIN, 0};
    else if (ms > SLICE_MS)
        ms = SLICE_MS; /* nobody tells when it ends: look often */
    if (ms > 0)
        (void)poll(f, n, ms > 1000000 ? 1000000 : (int)ms);
}

bool process_step(struct stream *s, int64_t deadline, struct err *e)
{
    struct process *p = s->channel;
    (void)e;
    for (;;) {
        bool gone = reap(p, s); /* before the pipes are emptied: nothing is written after it */
        bool moved = feed(p, s);
        moved |= drain(&p->fd[OUT], &s->out);
        moved |= drain(&p->fd[ERRS], &s->errs);
        if (gone)
            s->ended = true;
        if (gone || moved || clock_ns() >= deadline)
            return true;
        wait_for_any(p, s, deadline);
    }
}

void process_drop(struct stream *s)
{
    struct process *p = s->channel;
    for (int i = 0; i < PIPES; i++)
        close_fd(&p->fd[i]);
    if (!p->reaped) {
        (void)kill(-p->pid, SIGKILL);
        (void)kill(p->pid, SIGKILL);
        (void)waitpid(p->pid, NULL, 0);
    }
    close_fd(&p->exit_fd);
    mem_free(p);
    s->channel = NULL;
}

bool process_finish(const char *const *argv, struct stream *s, int64_t deadline, struct err *e)
{
    *s = (struct stream){.status = -1, .in_end = true};
    if (!process_start(argv, s, e))
        return false;
    while (!s->ended && clock_ns() < deadline)
        (void)process_step(s, deadline, e);
    bool ended = s->ended;
    process_drop(s);
    return ended || err_set(e, ERR_IO, "%s took too long", argv[0]);
}
