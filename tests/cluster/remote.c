/* The remotes from a shell, for the tests of tests/cluster:
 *   remote [OPTIONS] HOST run COMMAND         standard input is the command's
 *   remote [OPTIONS] HOST up FILE PATH | down PATH | twice SECONDS COMMAND
 *   remote [OPTIONS] HOST,HOST,... all COMMAND      one thread each
 *   remote [OPTIONS] HOST ask COMMAND LINES   a command that answers each line with one line
 * Exit: the command's status (up to 125), 126 an error of the remote, 127 bad usage. */
#define _POSIX_C_SOURCE 200809L
#include "control/remote.h"
#include "base/clock.h"
#include "base/pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { HOSTS = 64, FAILED = 126, USAGE = 127 };

static struct remote_host host;
static const struct remote_kind *kind = &remote_libssh2;
static double seconds = 10;

static int failure(const struct err *e)
{
    (void)fprintf(stderr, "%s\n", e->text);
    return FAILED;
}

static int show(const struct command_result *c)
{
    (void)fwrite(c->out.p ? c->out.p : "", 1, c->out.n, stdout);
    (void)fwrite(c->errs.p ? c->errs.p : "", 1, c->errs.n, stderr);
    return c->status;
}

static void read_all(FILE *f, struct buf *b)
{
    char chunk[65536];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_put(b, (struct str){chunk, n});
}

static int run(struct remote *r, const char *command)
{
    struct command_result c;
    struct buf in = {0};
    struct err e = {0};
    read_all(stdin, &in);
    int code = remote_run(r, command, buf_str(&in), seconds, &c, &e) ? show(&c) : failure(&e);
    command_result_free(&c);
    buf_free(&in);
    return code;
}

static int up(struct remote *r, const char *from, const char *to)
{
    struct buf content = {0};
    struct err e = {0};
    FILE *f = fopen(from, "r");
    if (!f)
        return USAGE;
    read_all(f, &content);
    (void)fclose(f);
    int code = remote_upload(r, buf_str(&content), to, 0640, seconds, &e) ? 0 : failure(&e);
    buf_free(&content);
    return code;
}

static int down(struct remote *r, const char *path)
{
    struct buf content = {0};
    struct err e = {0};
    int code = remote_download(r, path, &content, seconds, &e) ? 0 : failure(&e);
    (void)fwrite(content.p ? content.p : "", 1, content.n, stdout);
    buf_free(&content);
    return code;
}

/* The second command, some seconds later, must do even if the node was away in between. */
static int twice(struct remote *r, const char *pause, const char *command)
{
    const struct timespec t = {strtol(pause, NULL, 10), 0};
    struct command_result c;
    struct err e = {0};
    int code = remote_run(r, command, STR(""), seconds, &c, &e) ? show(&c) : failure(&e);
    command_result_free(&c);
    (void)fflush(stdout);
    (void)nanosleep(&t, NULL);
    for (int i = 0; i < 2; i++) { /* the first one may find out that the connection is gone */
        code = remote_run(r, command, STR(""), seconds, &c, &e) ? show(&c) : failure(&e);
        command_result_free(&c);
        if (code != FAILED)
            break;
    }
    return code;
}

static int ask(struct remote *r, const char *command, const char *lines)
{
    struct stream s;
    struct err e = {0};
    long n = strtol(lines, NULL, 10);
    int64_t deadline = clock_ns() + (int64_t)(seconds * 1e9);
    bool ok = stream_open(r, command, seconds, &s, &e);
    int64_t from = clock_ns();
    for (long i = 0; ok && i < n; i++) {
        s.out.n = 0;
        ok = stream_send(r, &s, STR("line\n"), deadline, &e);
        while (ok && (s.out.n == 0 || s.out.p[s.out.n - 1] != '\n'))
            ok = !s.ended && stream_wait(r, &s, deadline, &e);
    }
    if (ok)
        (void)printf("%ld lines, %.3f ms each, last: %.*s", n,
                     (double)(clock_ns() - from) / 1e6 / (double)n, (int)s.out.n, s.out.p);
    stream_close(r, &s);
    return ok ? 0 : failure(&e);
}

struct many {
    char *address[HOSTS];
    const char *command;
    int code[HOSTS];
};

static void one_of_many(void *ctx, size_t i)
{
    struct many *m = ctx;
    struct remote_host h = host;
    struct remote r;
    struct command_result c = {0};
    struct err e = {0};
    h.address = m->address[i];
    if (remote_connect(&r, kind, &h, seconds, &e) &&
        remote_run(&r, m->command, STR(""), seconds, &c, &e))
        m->code[i] = show(&c);
    else
        m->code[i] = failure(&e);
    command_result_free(&c);
    remote_disconnect(&r);
}

static int all(char *list, const char *command)
{
    struct many m = {.command = command};
    size_t n = 0;
    char *rest = NULL;
    for (char *a = strtok_r(list, ",", &rest); a && n < HOSTS; a = strtok_r(NULL, ",", &rest))
        m.address[n++] = a;
    pool_run((unsigned)n, n, one_of_many, &m);
    int worst = 0;
    for (size_t i = 0; i < n; i++)
        worst = m.code[i] > worst ? m.code[i] : worst;
    return worst;
}

static int verb(struct remote *r, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[0], "run") == 0)
        return run(r, argv[1]);
    if (argc == 3 && strcmp(argv[0], "up") == 0)
        return up(r, argv[1], argv[2]);
    if (argc == 2 && strcmp(argv[0], "down") == 0)
        return down(r, argv[1]);
    if (argc == 3 && strcmp(argv[0], "twice") == 0)
        return twice(r, argv[1], argv[2]);
    if (argc == 3 && strcmp(argv[0], "ask") == 0)
        return ask(r, argv[1], argv[2]);
    return USAGE;
}

int main(int argc, char **argv)
{
    struct remote r;
    struct err e = {0};
    for (int o; (o = getopt(argc, argv, "+k:u:i:p:n:F:t:x")) != -1;)
        switch (o) {
        case 'k':
            kind = remote_kind_find(str_of(optarg));
            break;
        case 'u':
            host.user = optarg;
            break;
        case 'i':
            host.key = optarg;
            break;
        case 'p':
            host.port = (uint16_t)strtoul(optarg, NULL, 10);
            break;
        case 'n':
            host.known_hosts = optarg;
            break;
        case 'F':
            host.config = optarg;
            break;
        case 't':
            seconds = strtod(optarg, NULL);
            break;
        case 'x':
            host.any_host_key = true;
            break;
        default:
            return USAGE;
        }
    argc -= optind;
    argv += optind;
    if (argc < 3 || !kind)
        return USAGE;
    host.address = argv[0];
    if (strcmp(argv[1], "all") == 0)
        return all(argv[0], argv[2]);
    int code =
        remote_connect(&r, kind, &host, seconds, &e) ? verb(&r, argc - 1, argv + 1) : failure(&e);
    remote_disconnect(&r);
    return code;
}
