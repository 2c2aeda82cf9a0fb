/* The agent lives as long as the connection that started it: commands are lines, each is answered
 * by a line, "ok ..." or "no REASON". It is the dead man's switch, too. When its input ends (belie
 * was killed, or the connection broke) it heals at once; when nothing has been heard for the time
 * that the last `arm` gave (a network that swallows everything), it heals, too. Its parent waits
 * for it and heals when it was killed. */
#define _GNU_SOURCE
#include "node/node.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUT_MAX = 4096, CALLS = 5, CALL_GAP_MS = 10, DRAIN_MS = 30 };

static struct {
    int probe, queue;        /* sockets; -1 */
    int64_t armed, deadline; /* nanoseconds; 0: not armed */
    char deaf[LINE_MAX_BYTES / 2], held[LINE_MAX_BYTES / 2];
    char strobe[256]; /* daemon; "": none */
    int64_t strobe_delta, strobe_period, strobe_next;
    bool strobe_ahead;
    char in[LINE_MAX_BYTES];
    size_t n;
    bool over;
} g = {.probe = -1, .queue = -1};

static volatile sig_atomic_t told_to_go;

static void on_signal(int s)
{
    (void)s;
    told_to_go = 1;
}

static int skew_daemon(const char *name, int64_t offset, char *why, size_t n)
{
    static pid_t pids[PIDS_MAX];
    int count = daemon_pids(name, pids, PIDS_MAX), done = 0;
    for (int i = 0; i < count; i++) {
        if (offset)
            journal_add("skew", pids[i], "");
        done += skew_set(pids[i], offset, why, n);
    }
    return done;
}

/* ---- time passes ----------------------------------------------------------------------------- */

static void strobe_step(int64_t now)
{
    if (!g.strobe[0] || now < g.strobe_next)
        return;
    g.strobe_ahead = !g.strobe_ahead;
    (void)skew_daemon(g.strobe, g.strobe_ahead ? g.strobe_delta : 0, (char[256]){0}, 256);
    g.strobe_next = now + g.strobe_period;
}

/* Serve packets, probes and the strobe until `until`, or until a line has come in. */
static void pump(int64_t until, bool lines)
{
    int64_t now = now_ns();
    do {
        int64_t next = g.queue >= 0 ? queue_release(now) : INT64_MAX;
        struct pollfd f[3] = {
            {lines ? 0 : -1, POLLIN, 0}, {g.probe, POLLIN, 0}, {g.queue, POLLIN, 0}};
        strobe_step(now);
        next = g.strobe[0] && g.strobe_next < next ? g.strobe_next : next;
        next = until < next ? until : next;
        int64_t wait = next > now ? next - now : 0;
        const struct timespec t = {wait / 1000000000, wait % 1000000000};
        int ready = ppoll(f, 3, &t, NULL);
        if (ready > 0 && f[1].revents)
            probe_receive();
        if (ready > 0 && f[2].revents)
            queue_receive();
        if (told_to_go || (ready > 0 && f[0].revents))
            return;
        now = now_ns();
    } while (now < until);
}

/* ---- commands -------------------------------------------------------------------------------- */

typedef bool command(int argc, char **argv, char *out, size_t n);

static bool apply_rules(char *out, size_t n)
{
    const struct rules r = {g.deaf, g.held};
    return rules_set(&r, out, n);
}

static bool do_hello(int argc, char **argv, char *out, size_t n)
{
    char boot[64] = "";
    (void)argc;
    (void)argv;
    (void)read_file("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
    boot[strcspn(boot, "\n")] = '\0';
    (void)snprintf(out, n, "belie-node 1 %s", boot);
    return true;
}

static bool do_arm(int argc, char **argv, char *out, size_t n)
{
    (void)out;
    (void)n;
    g.armed = argc > 1 ? strtoll(argv[1], NULL, 10) * 1000000000 : 0;
    return true;
}

static bool do_deaf(int argc, char **argv, char *out, size_t n)
{
    (void)snprintf(g.deaf, sizeof g.deaf, "%s", argc > 1 ? argv[1] : "");
    return apply_rules(out, n);
}

static bool do_listen(int argc, char **argv, char *out, size_t n)
{
    (void)argc;
    (void)argv;
    g.probe = probe_open();
    probe_forget();
    if (g.probe < 0)
        (void)snprintf(out, n, "no raw socket: %s", strerror(errno));
    return g.probe >= 0;
}

static bool do_call(int argc, char **argv, char *out, size_t n)
{
    (void)out;
    (void)n;
    g.probe = probe_open();
    for (int i = 0; i < CALLS; i++) {
        probe_call(argv + 1, argc - 1);
        pump(now_ns() + (int64_t)CALL_GAP_MS * 1000000, false);
    }
    return g.probe >= 0;
}

static bool do_heard(int argc, char **argv, char *out, size_t n)
{
    (void)argc;
    (void)argv;
    pump(now_ns() + (int64_t)DRAIN_MS * 1000000, false);
    probe_heard(out, n);
    return true;
}

static bool do_trips(int argc, char **argv, char *out, size_t n)
{
    struct round_trips t = {0};
    if (argc < 3)
        return false;
    g.probe = probe_open();
    trips_begin(argv[1], (int)strtol(argv[2], NULL, 10),
                argc > 3 ? (size_t)strtoul(argv[3], NULL, 10) : 0);
    while (!trips_step(now_ns(), &t))
        pump(now_ns() + 2000000, false);
    (void)snprintf(out, n, "%d %d %d %d %lld", t.sent, t.received, t.duplicates, t.overtaken,
                   (long long)t.mean_ns);
    return true;
}

/* shape PEERS DELAY JITTER LOSS DUPLICATE REORDER CORRUPT RATE; all zero: none */
static bool do_shape(int argc, char **argv, char *out, size_t n)
{
    int64_t v[7] = {0};
    bool some = false;
    for (int i = 0; i < 7 && i + 2 < argc; i++) {
        v[i] = strtoll(argv[i + 2], NULL, 10);
        some |= v[i] != 0;
    }
    const struct shape s = {v[0],           v[1], (uint32_t)v[2], (uint32_t)v[3], (uint32_t)v[4],
                            (uint32_t)v[5], v[6]};
    queue_shape(&s);
    if (some && g.queue < 0) {
        g.queue = queue_open(out, n);
        if (g.queue < 0)
            return false;
    }
    (void)snprintf(g.held, sizeof g.held, "%s", some && argc > 1 ? argv[1] : "");
    bool ok = apply_rules(out, n);
    if (!some) { /* what still waits goes */
        (void)queue_release(INT64_MAX);
        queue_close();
        g.queue = -1;
    }
    return ok;
}

static bool do_signal(int argc, char **argv, char *out, size_t n)
{
    static const struct {
        const char *name;
        int number;
    } signals[] = {{"KILL", SIGKILL}, {"STOP", SIGSTOP}, {"CONT", SIGCONT}, {"TERM", SIGTERM}};
    for (size_t i = 0; argc > 2 && i < sizeof signals / sizeof *signals; i++) {
        if (strcmp(argv[2], signals[i].name) != 0)
            continue;
        if (signals[i].number == SIGSTOP)
            journal_add("stop", 0, argv[1]);
        (void)snprintf(out, n, "%d", daemon_signal(argv[1], signals[i].number));
        return true;
    }
    return false;
}

static bool do_state(int argc, char **argv, char *out, size_t n)
{
    int running = 0, stopped = 0;
    if (argc < 2)
        return false;
    daemon_state(argv[1], &running, &stopped);
    (void)snprintf(out, n, "%d %d", running, stopped);
    return true;
}

static bool do_skew(int argc, char **argv, char *out, size_t n)
{
    char why[256] = "no process";
    if (argc < 3)
        return false;
    int64_t offset = strtoll(argv[2], NULL, 10);
    if (strcmp(g.strobe, argv[1]) == 0)
        g.strobe[0] = '\0';
    int done = skew_daemon(argv[1], offset, why, sizeof why);
    (void)snprintf(out, n, done || !offset ? "%d" : "%d %s", done, why);
    return done > 0 || !offset;
}

/* The smallest of the daemon's processes' offsets by size: all of them have at least that. */
static bool do_offset(int argc, char **argv, char *out, size_t n)
{
    static pid_t pids[PIDS_MAX];
    int64_t least = 0;
    int count = argc > 1 ? daemon_pids(argv[1], pids, PIDS_MAX) : 0;
    for (int i = 0; i < count; i++) {
        int64_t o = skew_get(pids[i]);
        least = i == 0 || llabs(o) < llabs(least) ? o : least;
    }
    (void)snprintf(out, n, "%lld", (long long)least);
    return true;
}

/* strobe NAME DELTA PERIOD; a delta of 0 ends it */
static bool do_strobe(int argc, char **argv, char *out, size_t n)
{
    char why[256] = "no process";
    if (argc < 4)
        return false;
    int64_t delta = strtoll(argv[2], NULL, 10), period = strtoll(argv[3], NULL, 10);
    int done = skew_daemon(argv[1], delta, why, sizeof why);
    (void)snprintf(g.strobe, sizeof g.strobe, "%s", delta && done ? argv[1] : "");
    g.strobe_delta = delta;
    g.strobe_period = period > 1000000 ? period : 1000000;
    g.strobe_ahead = true;
    g.strobe_next = now_ns() + g.strobe_period;
    (void)snprintf(out, n, done || !delta ? "%d" : "%d %s", done, why);
    return done > 0 || !delta;
}

static bool do_flip(int argc, char **argv, char *out, size_t n)
{
    char why[256] = "";
    int64_t k = argc > 1 ? file_flip(argv[1], why, sizeof why) : -1;
    (void)snprintf(out, n, k < 0 ? "%lld %s" : "%lld", (long long)k, why);
    return k >= 0;
}

static bool do_truncate(int argc, char **argv, char *out, size_t n)
{
    char why[256] = "";
    int64_t k = argc > 2 ? file_truncate(argv[1], strtoll(argv[2], NULL, 10), why, sizeof why) : -1;
    (void)snprintf(out, n, k < 0 ? "%lld %s" : "%lld", (long long)k, why);
    return k >= 0;
}

static bool do_fill(int argc, char **argv, char *out, size_t n)
{
    char why[256] = "";
    int64_t k = argc > 1 ? disk_fill(argv[1], why, sizeof why) : -1;
    (void)snprintf(out, n, k < 0 ? "%lld %s" : "%lld", (long long)k, why);
    return k >= 0;
}

static bool do_unfill(int argc, char **argv, char *out, size_t n)
{
    (void)out;
    (void)n;
    if (argc > 1)
        disk_unfill(argv[1]);
    return argc > 1;
}

static bool do_room(int argc, char **argv, char *out, size_t n)
{
    (void)snprintf(out, n, "%d", argc > 1 ? disk_free_percent(argv[1]) : 100);
    return true;
}

/* power DIR NAME */
static bool do_power(int argc, char **argv, char *out, size_t n)
{
    return argc > 2 && disk_cut(argv[1], argv[2], out, n);
}

static bool do_heal(int argc, char **argv, char *out, size_t n)
{
    (void)argc;
    (void)argv;
    (void)out;
    (void)n;
    g.deaf[0] = g.held[0] = g.strobe[0] = '\0';
    (void)queue_release(INT64_MAX);
    heal_all();
    g.queue = -1;
    return true;
}

static bool do_quit(int argc, char **argv, char *out, size_t n)
{
    g.over = true;
    return do_heal(argc, argv, out, n);
}

static const struct {
    const char *name;
    command *run;
} commands[] = {
    {"hello", do_hello},   {"arm", do_arm},     {"deaf", do_deaf},         {"listen", do_listen},
    {"call", do_call},     {"heard", do_heard}, {"trips", do_trips},       {"shape", do_shape},
    {"signal", do_signal}, {"state", do_state}, {"skew", do_skew},         {"offset", do_offset},
    {"strobe", do_strobe}, {"flip", do_flip},   {"truncate", do_truncate}, {"fill", do_fill},
    {"unfill", do_unfill}, {"room", do_room},   {"power", do_power},       {"heal", do_heal},
    {"quit", do_quit},
};

static void obey(char *line)
{
    char *words[WORDS_MAX], *rest = NULL, out[OUT_MAX] = "";
    int n = 0;
    bool ok = false;
    for (char *w = strtok_r(line, " ", &rest); w && n < WORDS_MAX; w = strtok_r(NULL, " ", &rest))
        words[n++] = w;
    for (size_t i = 0; n && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(words[0], commands[i].name) == 0)
            ok = commands[i].run(n, words, out, sizeof out);
    (void)printf("%s %s\n", ok ? "ok" : "no", out);
    (void)fflush(stdout);
}

static void read_lines(void)
{
    ssize_t k = read(0, g.in + g.n, sizeof g.in - 1 - g.n);
    if (k <= 0) {
        g.over = k == 0 || errno != EINTR;
        return;
    }
    g.n += (size_t)k;
    char *end;
    while (!g.over && (end = memchr(g.in, '\n', g.n))) {
        size_t used = (size_t)(end - g.in) + 1;
        *end = '\0';
        obey(g.in);
        memmove(g.in, g.in + used, g.n -= used);
    }
    if (g.n == sizeof g.in - 1)
        g.n = 0;
    g.deadline = g.armed ? now_ns() + g.armed : 0;
}

static void serve(void)
{
    while (!g.over && !told_to_go) {
        const int64_t minute = INT64_C(60000000000);
        pump(g.deadline ? g.deadline : now_ns() + minute, true);
        struct pollfd f = {0, POLLIN, 0};
        if (poll(&f, 1, 0) > 0)
            read_lines();
        else if (g.deadline && now_ns() >= g.deadline) {
            (void)do_heal(0, NULL, NULL, 0);
            g.armed = g.deadline = 0;
        }
    }
    heal_all();
}

static bool only_one(void)
{
    int fd = open(NODE_DIR "/agent.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    for (int i = 0; i < 60; i++) { /* the one before may still be healing */
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        (void)usleep(50000);
    }
    return false;
}

static void write_pid(pid_t pid)
{
    FILE *f = fopen(NODE_DIR "/agent.pid", "we");
    if (f) {
        (void)fprintf(f, "%d\n", (int)pid);
        (void)fclose(f);
    }
}

int agent_main(void)
{
    int status = 0;
    (void)mkdir(NODE_DIR, 0755);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    if (!only_one()) {
        (void)puts("no another belie works on this node: belie heal ends it");
        return 1;
    }
    heal_all(); /* what one before may have left */
    pid_t pid = fork();
    if (pid == 0) {
        (void)signal(SIGTERM, on_signal);
        write_pid(getpid());
        serve();
        _exit(0);
    }
    (void)signal(SIGTERM, SIG_IGN);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (!WIFEXITED(status))
        heal_all();
    return 0;
}
