/* belie check --follow, from outside: this program writes a history of 20 clients at a given rate
 * while belie follows it, then a violation; it measures how long after the last line the verdict
 * comes (which is the lag too: everything before that line is read first), and how much memory
 * belie holds on the way.
 * bench_follow BELIE FILE MODEL OPS RATE [OPTIONS...]; RATE 0 = as fast as it can be written. */
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

enum { CLIENTS = 20, SAMPLES = 10, TICK_NS = 2000000, ROOM = 64 };

struct client {
    enum { IDLE, INVOKED, EFFECTED } state;
    const char *f;
    long long value, result; /* 0: nil */
    bool told, fails;        /* told: the result is true */
    bool whole;              /* the result is the elements 1 .. 63 whose bits are set */
};

struct writer {
    int fd;
    struct buf out;
    struct rng r;
    const struct kind *kind;
    struct client clients[CLIENTS];
    long long last, count;
    long long inside[ROOM]; /* of a queue or set */
    size_t first, n;
    uint64_t completed;
};

struct kind {
    const char *model;
    void (*choose)(struct writer *w, struct client *c);
    void (*run)(struct writer *w, struct client *c);
    void (*done)(struct writer *w, const struct client *c); /* completed; or NULL */
    const char *violation; /* by clients 20 and 21 */
};

/* ---- what is done ---------------------------------------------------------------------------- */

static void choose_register(struct writer *w, struct client *c)
{
    bool write = rng_chance(&w->r, 0.5);
    *c = (struct client){.f = write ? "write" : "read", .value = write ? ++w->last : 0};
}

static void run_register(struct writer *w, struct client *c)
{
    if (c->value)
        w->count = c->value;
    c->result = w->count;
}

static void choose_counter(struct writer *w, struct client *c)
{
    bool add = rng_chance(&w->r, 0.5);
    *c = (struct client){.f = add ? "add" : "read", .value = add};
}

static void run_counter(struct writer *w, struct client *c)
{
    w->count += c->value;
    c->result = c->value ? c->value : w->count;
}

static void choose_queue(struct writer *w, struct client *c)
{
    bool put = w->n < ROOM / 4 && rng_chance(&w->r, 0.5);
    *c = (struct client){.f = put ? "enqueue" : "dequeue", .value = put ? ++w->last : 0};
}

static void run_queue(struct writer *w, struct client *c)
{
    c->fails = c->value ? w->n == ROOM : w->n == 0;
    if (c->fails)
        return;
    if (c->value)
        w->inside[(w->first + w->n++) % ROOM] = c->value;
    else
        c->result = w->inside[w->first++ % ROOM];
    w->n -= !c->value;
}

static void choose_set(struct writer *w, struct client *c)
{
    bool add = w->n < ROOM / 4 && rng_chance(&w->r, 0.5);
    *c = (struct client){.f = add ? "add" : rng_chance(&w->r, 0.5) ? "remove" : "contains",
                         .told = true};
    c->value = add || w->n == 0 ? ++w->last : w->inside[rng_below(&w->r, w->n)];
}

static void run_set(struct writer *w, struct client *c)
{
    size_t i = 0;
    while (i < w->n && w->inside[i] != c->value)
        i++;
    c->result = c->f[0] == 'a' ? i == w->n : i < w->n;
    if (c->f[0] == 'a' && i == w->n && w->n < ROOM)
        w->inside[w->n++] = c->value;
    if (c->f[0] == 'r' && i < w->n)
        w->inside[i] = w->inside[--w->n];
}

/* Elements that are in are added again and again, so that reads stay small. */
static void choose_grow_set(struct writer *w, struct client *c)
{
    bool add = rng_chance(&w->r, 0.5), fresh = w->last < ROOM - 1 && rng_chance(&w->r, 0.01);
    *c = (struct client){.f = add ? "add" : "read", .whole = !add};
    if (add && (fresh || w->n == 0))
        c->value = ++w->last;
    else if (add)
        c->value = w->inside[rng_below(&w->r, w->n)];
}

static void run_grow_set(struct writer *w, struct client *c)
{
    if (c->value)
        w->count |= 1LL << (c->value - 1);
    c->result = w->count;
}

static void done_grow_set(struct writer *w, const struct client *c)
{
    size_t i = 0;
    while (i < w->n && w->inside[i] != c->value)
        i++;
    if (c->value && i == w->n)
        w->inside[w->n++] = c->value;
}

#define LINE(p, type, f, v) \
    "{:process " #p ", :type :" #type ", :f :" #f ", :value " #v "}\n"

static const struct kind kinds[] = {
    {"register", choose_register, run_register, NULL,
     LINE(20, invoke, write, -1) LINE(20, ok, write, -1) LINE(20, invoke, write, -2)
     LINE(20, ok, write, -2) LINE(21, invoke, read, nil) LINE(21, ok, read, -1)},
    {"counter", choose_counter, run_counter, NULL,
     LINE(20, invoke, add, 1) LINE(20, ok, add, 1) LINE(20, invoke, read, nil)
     LINE(20, ok, read, 0)},
    {"fifo-queue", choose_queue, run_queue, NULL,
     LINE(20, invoke, dequeue, nil) LINE(20, ok, dequeue, -1)},
    {"set", choose_set, run_set, NULL,
     LINE(20, invoke, contains, -1) LINE(20, ok, contains, true)},
    {"grow-set", choose_grow_set, run_grow_set, done_grow_set,
     LINE(20, invoke, add, -1) LINE(20, ok, add, -1) LINE(20, invoke, read, nil)
     LINE(20, ok, read, #{1})},
    {0},
};

/* ---- writing --------------------------------------------------------------------------------- */

static void put_elements(struct buf *out, long long bits)
{
    const char *before = "#{";
    for (int i = 0; i < ROOM - 1; i++) {
        if (!(bits >> i & 1))
            continue;
        buf_printf(out, "%s%d", before, i + 1);
        before = " ";
    }
    buf_puts(out, bits ? "}}\n" : "#{}}\n");
}

static void line(struct writer *w, size_t process, const char *type, const struct client *c,
                 long long value, bool told)
{
    buf_printf(&w->out, "{:process %zu, :type :%s, :f :%s, :value ", process, type, c->f);
    if (c->whole && type[0] == 'o')
        put_elements(&w->out, value);
    else if (told)
        buf_puts(&w->out, value ? "true}\n" : "false}\n");
    else if (value)
        buf_printf(&w->out, "%lld}\n", value);
    else
        buf_puts(&w->out, c->f[0] == 'r' && w->kind->run == run_counter && type[0] == 'o'
                              ? "0}\n" : "nil}\n");
}

static void step(struct writer *w)
{
    size_t p = rng_below(&w->r, CLIENTS);
    struct client *c = &w->clients[p];
    if (c->state == IDLE) {
        w->kind->choose(w, c);
        c->state = INVOKED;
        line(w, p, "invoke", c, c->value, false);
    } else if (c->state == INVOKED) {
        w->kind->run(w, c);
        c->state = EFFECTED;
    } else {
        line(w, p, c->fails ? "fail" : "ok", c, c->told || !c->value ? c->result : c->value,
             c->told);
        c->state = IDLE;
        w->completed++;
        if (w->kind->done)
            w->kind->done(w, c);
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
    static char model[] = "--model";
    char *args[32] = {argv[1], check, follow, argv[2], model, argv[3]};
    size_t n = 6;
    for (int i = 6; i < argc && n < 31; i++)
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

int main(int argc, char **argv)
{
    struct writer w = {0};
    double held[SAMPLES];
    char first;
    int answer, status;
    w.kind = kinds;
    while (argc > 5 && w.kind->model && strcmp(w.kind->model, argv[3]) != 0)
        w.kind++;
    if (argc < 6 || !w.kind->model) {
        (void)fprintf(stderr,
                      "usage: bench_follow BELIE FILE MODEL OPS RATE [OPTIONS...]; models:");
        for (const struct kind *k = kinds; k->model; k++)
            (void)fprintf(stderr, " %s", k->model);
        (void)fprintf(stderr, "\n");
        return 254;
    }
    rng_seed(&w.r, 1);
    w.fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t pid = w.fd < 0 ? -1 : start(argc, argv, &answer);
    if (pid < 0)
        return 254;
    int64_t begin = clock_ns();
    write_all(&w, strtoull(argv[4], NULL, 10), strtod(argv[5], NULL), pid, held);
    int64_t written = clock_ns();
    const struct timespec calm = {.tv_nsec = 50000000};
    if (strtod(argv[5], NULL) > 0)
        (void)nanosleep(&calm, NULL);
    buf_puts(&w.out, w.kind->violation);
    flush(&w);
    int64_t last = clock_ns();
    bool answered = read(answer, &first, 1) == 1;
    int64_t seen = clock_ns();
    while (read(answer, &first, 1) > 0)
        continue;
    (void)waitpid(pid, &status, 0);
    printf("%-10s %llu operations in %.1f s (%.0f/s); verdict %.1f ms after the last line%s, "
           "exit %d; MB held:", w.kind->model, (unsigned long long)w.completed,
           (double)(written - begin) / 1e9,
           (double)w.completed / ((double)(written - begin) / 1e9), (double)(seen - last) / 1e6,
           answered ? "" : " (none)", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    for (size_t i = 0; i < SAMPLES; i++)
        printf(" %.1f", held[i]);
    printf("\n");
    buf_free(&w.out);
    return 0;
}
