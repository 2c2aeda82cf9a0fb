/* belie check --follow, from outside: this program writes a register history of 20 clients at a
 * given rate while belie follows it, then one stale read; it measures how long after the last
 * line the verdict comes (which is the lag too: everything before that line is read first), and
 * how much memory belie holds on the way.
 * bench_follow BELIE FILE OPS RATE [OPTIONS...]; RATE 0 = as fast as it can be written. */
#define _POSIX_C_SOURCE 200809L
#include "base/buf.h"
#include "base/clock.h"
#include "base/rng.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 20, SAMPLES = 10, TICK_NS = 2000000 };

struct client {
    enum { IDLE, INVOKED, EFFECTED } state;
    bool write;
    long long value;
};

struct writer {
    int fd;
    struct buf out;
    struct rng r;
    struct client clients[CLIENTS];
    long long current, last;
    uint64_t completed;
};

static void line(struct writer *w, size_t process, const char *type, bool write, long long value)
{
    buf_printf(&w->out, "{:process %zu, :type :%s, :f :%s, :value ", process, type,
               write ? "write" : "read");
    if (value)
        buf_printf(&w->out, "%lld}\n", value);
    else
        buf_puts(&w->out, "nil}\n");
}

static void step(struct writer *w)
{
    size_t p = rng_below(&w->r, CLIENTS);
    struct client *c = &w->clients[p];
    if (c->state == IDLE) {
        *c = (struct client){.state = INVOKED, .write = rng_chance(&w->r, 0.5)};
        c->value = c->write ? ++w->last : 0;
        line(w, p, "invoke", c->write, c->value);
    } else if (c->state == INVOKED) {
        c->state = EFFECTED;
        if (c->write)
            w->current = c->value;
        else
            c->value = w->current;
    } else {
        c->state = IDLE;
        line(w, p, "ok", c->write, c->value);
        w->completed++;
    }
}

static void flush(struct writer *w)
{
    struct str s = buf_str(&w->out);
    while (s.n) {
        ssize_t put = write(w->fd, s.p, s.n);
        if (put < 0)
            exit(254);
        s.p += put;
        s.n -= (size_t)put;
    }
    w->out.n = 0;
}

/* Resident pages of another process, in megabytes. */
static double resident(pid_t pid)
{
    char path[64];
    unsigned long long size = 0, pages = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return 0;
    int n = fscanf(f, "%llu %llu", &size, &pages);
    (void)fclose(f);
    return n == 2 ? (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6 : 0;
}

static pid_t start(int argc, char **argv, int *answer)
{
    int ends[2];
    static char check[] = "check", follow[] = "--follow";
    char *args[32] = {argv[1], check, follow, argv[2]};
    size_t n = 4;
    for (int i = 5; i < argc && n < 31; i++)
        args[n++] = argv[i];
    if (pipe(ends) != 0)
        exit(254);
    pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)execv(argv[1], args);
        _exit(254);
    }
    (void)close(ends[1]);
    *answer = ends[0];
    return pid;
}

static void write_all(struct writer *w, uint64_t ops, double rate, pid_t pid, double *held)
{
    int64_t begin = clock_ns();
    const struct timespec tick = {.tv_nsec = TICK_NS};
    for (size_t sample = 1; sample <= SAMPLES; sample++) {
        uint64_t until = ops * sample / SAMPLES;
        while (w->completed < until) {
            double due = (double)(clock_ns() - begin) / 1e9 * rate;
            while (w->completed < until && (rate <= 0 || (double)w->completed < due) &&
                   w->out.n < (1 << 16))
                step(w);
            if (rate > 0 && w->out.n < (1 << 16))
                (void)nanosleep(&tick, NULL);
            flush(w);
        }
        held[sample - 1] = resident(pid);
    }
}

/* A value that was there and is gone: written, overwritten, read by one who begins after that. */
static void violation(struct writer *w)
{
    for (int i = 0; i < 2; i++) {
        line(w, CLIENTS, "invoke", true, ++w->last);
        line(w, CLIENTS, "ok", true, w->last);
    }
    line(w, CLIENTS, "invoke", false, 0);
    line(w, CLIENTS, "ok", false, w->last - 1);
    flush(w);
}

int main(int argc, char **argv)
{
    struct writer w = {0};
    double held[SAMPLES];
    char first;
    int answer, status;
    if (argc < 5)
        return 254;
    rng_seed(&w.r, 1);
    w.fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t pid = w.fd < 0 ? -1 : start(argc, argv, &answer);
    if (pid < 0)
        return 254;
    int64_t begin = clock_ns();
    write_all(&w, strtoull(argv[3], NULL, 10), strtod(argv[4], NULL), pid, held);
    int64_t written = clock_ns();
    const struct timespec calm = {.tv_nsec = 50000000};
    if (strtod(argv[4], NULL) > 0)
        (void)nanosleep(&calm, NULL);
    violation(&w);
    int64_t last = clock_ns();
    bool answered = read(answer, &first, 1) == 1;
    int64_t seen = clock_ns();
    while (read(answer, &first, 1) > 0)
        continue;
    (void)waitpid(pid, &status, 0);
    printf("%llu operations in %.1f s (%.0f/s); verdict %.1f ms after the last line%s, exit %d; MB "
           "held:", (unsigned long long)w.completed, (double)(written - begin) / 1e9,
           (double)w.completed / ((double)(written - begin) / 1e9), (double)(seen - last) / 1e6,
           answered ? "" : " (none)", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    for (size_t i = 0; i < SAMPLES; i++)
        printf(" %.1f", held[i]);
    printf("\n");
    buf_free(&w.out);
    return 0;
}
