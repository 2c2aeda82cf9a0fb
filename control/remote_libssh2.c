/* libssh2: no process per command, some 2 ms each, and channels that stay. The session does not
 * block; every wait is a poll of its socket with a deadline. */
#define _GNU_SOURCE
#include "base/clock.h"
#include "base/mem.h"
#include "control/libssh2.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 32768, GIVE_UP_MS = 20000 };

bool ssh_wait(struct ssh *c, int64_t deadline)
{
    int way = libssh2_session_block_directions(c->session);
    int64_t ms = (deadline - clock_ns()) / 1000000 + 1;
    short events = way & LIBSSH2_SESSION_BLOCK_OUTBOUND ? POLLOUT : 0;
    if (way & LIBSSH2_SESSION_BLOCK_INBOUND || !events)
        events |= POLLIN;
    struct pollfd f = {c->fd, events, 0};
    if (clock_ns() >= deadline)
        return false;
    (void)poll(&f, 1, ms > 1000000 ? 1000000 : (int)ms);
    return true;
}

bool ssh_error(struct ssh *c, int code, const char *what, struct err *e)
{
    char *text = NULL;
    (void)libssh2_session_last_error(c->session, &text, NULL, 0);
    if (code == LIBSSH2_ERROR_EAGAIN)
        return err_set(e, ERR_IO, "no answer in time (%s)", what);
    return err_set(e, ERR_IO, "%s: %s", what, text && *text ? text : "the connection was lost");
}

/* ---- connection ---------------------------------------------------------------------------- */

static bool connected(int fd, int64_t deadline, int *why)
{
    struct pollfd f = {fd, POLLOUT, 0};
    socklen_t n = sizeof *why;
    int64_t ms = (deadline - clock_ns()) / 1000000 + 1;
    *why = ETIMEDOUT;
    if (ms <= 0 || poll(&f, 1, (int)(ms > 1000000 ? 1000000 : ms)) <= 0)
        return false;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, why, &n) == 0 && *why == 0;
}

static int dial(const struct addrinfo *a, int64_t deadline, int *why)
{
    const int one = 1, give_up = GIVE_UP_MS;
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
    if (fd < 0) {
        *why = errno;
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &give_up, sizeof give_up);
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
        return fd;
    *why = errno;
    if (errno == EINPROGRESS && connected(fd, deadline, why))
        return fd;
    (void)close(fd);
    return -1;
}

static int dial_any(const struct remote_host *h, int64_t deadline, struct err *e)
{
    const struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *all = NULL;
    struct buf port = {0};
    int fd = -1, why = 0;
    buf_printf(&port, "%u%c", (unsigned)h->port, '\0');
    int code = getaddrinfo(h->address, port.p, &want, &all);
    buf_free(&port);
    if (code) {
        (void)err_set(e, code == EAI_AGAIN ? ERR_IO : ERR_USAGE, "no address: %s",
                      gai_strerror(code));
        return -1;
    }
    for (const struct addrinfo *a = all; a && fd < 0; a = a->ai_next)
        fd = dial(a, deadline, &why);
    freeaddrinfo(all);
    if (fd < 0)
        (void)err_set(e, ERR_IO, "cannot connect to port %u: %s", (unsigned)h->port, strerror(why));
    return fd;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void library(void)
{
    (void)libssh2_init(0);
}

static bool connect_libssh2(struct remote *r, int64_t deadline, struct err *e)
{
    struct ssh *c = mem_zalloc(1, sizeof *c);
    int code;
    (void)pthread_once(&once, library);
    r->connection = c;
    c->fd = dial_any(&r->host, deadline, e);
    if (c->fd < 0)
        return false;
    c->session = libssh2_session_init();
    if (!c->session)
        return err_set(e, ERR_INTERNAL, "no memory for a session");
    libssh2_session_set_blocking(c->session, 0);
    if (!r->host.any_host_key)
        ssh_prefer_known_type(c, &r->host);
    SSH_RETRY(c, deadline, code, libssh2_session_handshake(c->session, c->fd));
    if (code == LIBSSH2_ERROR_KEX_FAILURE || code == LIBSSH2_ERROR_METHOD_NONE)
        return err_set(e, ERR_USAGE,
                       "libssh2 and sshd have no method in common (a host that has RSA keys only "
                       "is such a case): use the system's ssh (--remote ssh)");
    if (code)
        return ssh_error(c, code, "handshake", e);
    return ssh_verify_host(c, &r->host, e) && ssh_log_in(c, &r->host, deadline, e);
}

static void disconnect_libssh2(struct remote *r)
{
    struct ssh *c = r->connection;
    if (!c)
        return;
    if (c->session && !r->broken)
        (void)libssh2_session_disconnect(c->session, "bye");
    if (c->fd >= 0)
        (void)shutdown(c->fd, SHUT_RDWR); /* nothing below waits for an answer */
    if (c->session)
        while (libssh2_session_free(c->session) == LIBSSH2_ERROR_EAGAIN)
            ;
    if (c->fd >= 0)
        (void)close(c->fd);
    mem_free(c);
    r->connection = NULL;
}

/* ---- commands ------------------------------------------------------------------------------ */

static bool start(struct remote *r, const char *command, struct stream *s, int64_t deadline,
                  struct err *e)
{
    struct ssh *c = r->connection;
    LIBSSH2_CHANNEL *channel;
    int code;
    while (!(channel = libssh2_channel_open_session(c->session))) {
        code = libssh2_session_last_errno(c->session);
        if (code != LIBSSH2_ERROR_EAGAIN || !ssh_wait(c, deadline))
            return ssh_error(c, code, "cannot open a channel", e);
    }
    s->channel = channel;
    SSH_RETRY(c, deadline, code, libssh2_channel_exec(channel, command));
    return code == 0 || ssh_error(c, code, "cannot run a command", e);
}

/* What there is of one of the outputs; true when something was. */
static bool drain(LIBSSH2_CHANNEL *channel, int which, struct buf *b, bool *lost)
{
    bool some = false;
    char chunk[CHUNK];
    for (;;) {
        ssize_t n = libssh2_channel_read_ex(channel, which, chunk, sizeof chunk);
        *lost |= n < 0 && n != LIBSSH2_ERROR_EAGAIN;
        if (n <= 0)
            return some;
        buf_put(b, (struct str){chunk, (size_t)n});
        some = true;
    }
}

static bool feed(LIBSSH2_CHANNEL *channel, struct stream *s, bool *lost)
{
    bool some = false;
    while (s->in_at < s->in.n) {
        ssize_t n = libssh2_channel_write(channel, s->in.p + s->in_at, s->in.n - s->in_at);
        if (n == LIBSSH2_ERROR_CHANNEL_CLOSED || n == LIBSSH2_ERROR_CHANNEL_EOF_SENT) {
            s->in_at = s->in.n; /* the command does not read any more */
            s->in_shut = true;
            break;
        }
        *lost |= n < 0 && n != LIBSSH2_ERROR_EAGAIN;
        if (n <= 0)
            return some;
        s->in_at += (size_t)n;
        some = true;
    }
    if (s->in_end && !s->in_shut) {
        int code = libssh2_channel_send_eof(channel);
        s->in_shut = code != LIBSSH2_ERROR_EAGAIN;
        some |= s->in_shut;
    }
    return some;
}

static int status_of(LIBSSH2_CHANNEL *channel)
{
    static const struct {
        const char *name;
        int number;
    } signals[] = {{"KILL", 9}, {"TERM", 15}, {"INT", 2},  {"HUP", 1},
                   {"ABRT", 6}, {"SEGV", 11}, {"PIPE", 13}};
    char *name = NULL;
    size_t n = 0;
    (void)libssh2_channel_get_exit_signal(channel, &name, &n, NULL, NULL, NULL, NULL);
    if (!name)
        return libssh2_channel_get_exit_status(channel);
    int status = -1;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (str_is((struct str){name, n}, signals[i].name))
            status = 128 + signals[i].number;
    return status;
}

/* The exit status may come after the end of the output: wait for the other side's close. */
static bool finish(struct ssh *c, struct stream *s, int64_t deadline, struct err *e)
{
    int code;
    SSH_RETRY(c, deadline, code, libssh2_channel_close(s->channel));
    if (code == 0)
        SSH_RETRY(c, deadline, code, libssh2_channel_wait_closed(s->channel));
    if (code == LIBSSH2_ERROR_EAGAIN)
        return true;
    if (code)
        return ssh_error(c, code, "the connection was lost", e);
    s->status = status_of(s->channel);
    s->ended = true;
    return true;
}

static bool step(struct remote *r, struct stream *s, int64_t deadline, struct err *e)
{
    struct ssh *c = r->connection;
    bool lost = false;
    for (;;) {
        bool moved = feed(s->channel, s, &lost);
        moved |= drain(s->channel, 0, &s->out, &lost);
        moved |= drain(s->channel, SSH_EXTENDED_DATA_STDERR, &s->errs, &lost);
        if (lost)
            return ssh_error(c, 0, "the connection was lost", e);
        /* Looking for errors reads the socket, and may have found output: nobody would wake us. */
        moved = moved || libssh2_poll_channel_read(s->channel, 0) > 0;
        if (!moved && libssh2_channel_eof(s->channel) == 1)
            return finish(c, s, deadline, e);
        if (moved || !ssh_wait(c, deadline))
            return true;
    }
}

static void drop(struct remote *r, struct stream *s)
{
    struct ssh *c = r->connection;
    int code;
    if (!c || r->broken) {
        s->channel = NULL; /* goes with the session */
        return;
    }
    /* A command that ignores the end of its input, or a node that does not answer: the next command
     * gets another connection. */
    const int64_t deadline = clock_ns() + INT64_C(1000000000);
    SSH_RETRY(c, deadline, code, libssh2_channel_free(s->channel));
    if (code)
        r->broken = true;
    s->channel = NULL;
}

const struct remote_kind remote_libssh2 = {
    .name = "libssh2",
    .summary = "SSH without a process per command; ed25519 and ECDSA keys",
    .connect = connect_libssh2,
    .disconnect = disconnect_libssh2,
    .start = start,
    .step = step,
    .drop = drop,
};
