/* ssh: the system's OpenSSH client with all that its users have set up: ~/.ssh/config, jump hosts,
 * certificates, security keys, RSA. One master connection per remote; a command is a channel of it
 * and costs some 25 ms.
 *
 * The master is started by itself: one that is a by-product of the first command keeps the pipes of
 * that command open. */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"
#include "base/mem.h"
#include "control/process.h"

#include <stdlib.h>
#include <unistd.h>

enum { ARGS = 40, TEXT = 160 };

struct master {
    char folder[32]; /* private, for the socket */
    char port[8], path[64], timeout[40], hosts[TEXT + 40];
};

struct arguments {
    const char *v[ARGS];
    size_t n;
};

static void add(struct arguments *a, const char *s)
{
    a->v[a->n++] = s;
    a->v[a->n] = NULL;
}

static void option(struct arguments *a, const char *s)
{
    add(a, "-o");
    add(a, s);
}

static void text(char *out, size_t n, const char *before, const char *what)
{
    struct buf b = {.max = n - 1};
    buf_puts(&b, before);
    buf_puts(&b, what);
    memcpy(out, buf_str(&b).p, b.n);
    out[b.n] = '\0';
    buf_free(&b);
}

static void number(char *out, size_t n, const char *before, int64_t v)
{
    struct buf b = {.max = n - 1};
    buf_puts(&b, before);
    buf_i64(&b, v);
    memcpy(out, buf_str(&b).p, b.n);
    out[b.n] = '\0';
    buf_free(&b);
}

static void common(struct arguments *a, const struct remote *r, const struct master *m)
{
    add(a, "ssh");
    if (r->host.config) {
        add(a, "-F");
        add(a, r->host.config);
    }
    option(a, "BatchMode=yes");
    option(a, "LogLevel=ERROR");
    option(a, m->path);
    if (r->host.port != 22) {
        add(a, "-p");
        add(a, m->port);
    }
    add(a, "-l");
    add(a, r->host.user);
}

static void authentication(struct arguments *a, const struct remote *r, struct master *m)
{
    if (r->host.key) {
        add(a, "-i");
        add(a, r->host.key);
        option(a, "IdentitiesOnly=yes");
    }
    if (r->host.any_host_key) {
        option(a, "StrictHostKeyChecking=no");
        option(a, "UserKnownHostsFile=/dev/null");
    } else {
        option(a, "StrictHostKeyChecking=yes");
        if (r->host.known_hosts) {
            text(m->hosts, sizeof m->hosts, "UserKnownHostsFile=", r->host.known_hosts);
            option(a, m->hosts);
        }
    }
}

/* Of what ssh says, what will not get better by waiting. */
static bool final(struct str s)
{
    static const char *const words[] = {"permission denied", "verification failed",
                                        "no such identity",  "bad configuration",
                                        "not accessible",    "host key",
                                        "could not resolve"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_contains_nocase(s, words[i]))
            return true;
    return false;
}

static bool refuse(const struct stream *s, struct err *e)
{
    struct str said = buf_str(&s->errs);
    while (said.n && (said.p[said.n - 1] == '\n' || said.p[said.n - 1] == '\r'))
        said.n--;
    const char *help = "";
    if (str_contains_nocase(said, "verification failed"))
        help = ". Its key is not the one in known_hosts, or there is none: compare it with the "
               "machine's own, then ssh-keygen -R and ssh-keyscan";
    else if (str_contains_nocase(said, "permission denied"))
        help = ". Is the public key in authorized_keys there, and the private one given or in the "
               "agent?";
    return err_set(e, final(said) ? ERR_USAGE : ERR_IO, "ssh: %.*s%s", (int)said.n, said.p, help);
}

static struct master *master_new(const struct remote *r, struct err *e)
{
    struct master *m = mem_zalloc(1, sizeof *m);
    text(m->folder, sizeof m->folder, "", "/tmp/belie-ssh-XXXXXX");
    if (!mkdtemp(m->folder)) {
        mem_free(m);
        (void)err_set(e, ERR_USAGE, "cannot make a folder in /tmp for the socket of ssh");
        return NULL;
    }
    struct buf path = {0};
    buf_printf(&path, "%s/s%c", m->folder, '\0');
    text(m->path, sizeof m->path, "ControlPath=", path.p);
    buf_free(&path);
    number(m->port, sizeof m->port, "", r->host.port);
    return m;
}

static bool connect_ssh(struct remote *r, int64_t deadline, struct err *e)
{
    struct arguments a = {.n = 0};
    struct stream s;
    struct master *m = r->connection = master_new(r, e);
    if (!m)
        return false;
    int64_t left = (deadline - clock_ns()) / 1000000000;
    number(m->timeout, sizeof m->timeout, "ConnectTimeout=", left > 0 ? left : 1);
    common(&a, r, m);
    option(&a, "ControlMaster=yes");
    option(&a, "ControlPersist=yes");
    option(&a, "ServerAliveInterval=5");
    option(&a, m->timeout);
    authentication(&a, r, m);
    add(&a, "-fN");
    add(&a, r->host.address);
    bool ok = process_finish(a.v, &s, deadline, e) && (s.status == 0 || refuse(&s, e));
    stream_close(r, &s);
    return ok;
}

/* Ask the master to go; it is killed by its missing socket otherwise only with its connection. */
static void disconnect_ssh(struct remote *r)
{
    struct master *m = r->connection;
    struct arguments a = {.n = 0};
    struct stream s;
    struct err ignored;
    if (!m)
        return;
    common(&a, r, m);
    add(&a, "-O");
    add(&a, "exit");
    add(&a, r->host.address);
    (void)process_finish(a.v, &s, clock_ns() + INT64_C(3000000000), &ignored);
    stream_close(r, &s);
    (void)unlink(m->path + strlen("ControlPath="));
    (void)rmdir(m->folder);
    mem_free(m);
    r->connection = NULL;
}

static bool start(struct remote *r, const char *command, struct stream *s, int64_t deadline,
                  struct err *e)
{
    struct arguments a = {.n = 0};
    struct master *m = r->connection;
    (void)deadline;
    /* Without the master's socket ssh would quietly make a connection of its own. */
    if (access(m->path + strlen("ControlPath="), F_OK) != 0)
        return err_set(e, ERR_IO, "the connection of ssh was lost");
    common(&a, r, m);
    option(&a, "ControlMaster=no");
    add(&a, r->host.address);
    add(&a, "--"); /* ssh looks for options behind the name, too */
    add(&a, command);
    return process_start(a.v, s, e);
}

static bool step(struct remote *r, struct stream *s, int64_t deadline, struct err *e)
{
    (void)r;
    if (!process_step(s, deadline, e))
        return false;
    /* 255 is ssh's own: the command was killed, or nobody knows how it ended, if it began. */
    if (s->ended && s->status == 255) {
        s->status = -1;
        if (str_contains_nocase(buf_str(&s->errs), "connection"))
            return err_set(e, ERR_IO, "the connection of ssh was lost");
    }
    return true;
}

static void drop(struct remote *r, struct stream *s)
{
    (void)r;
    process_drop(s);
}

const struct remote_kind remote_ssh = {
    .name = "ssh",
    .summary = "the system's ssh with its configuration, over one master connection",
    .connect = connect_ssh,
    .disconnect = disconnect_ssh,
    .start = start,
    .step = step,
    .drop = drop,
};
