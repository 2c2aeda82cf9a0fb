/* What all remotes share: retries, deadlines, and files that are moved through commands. */
#define _POSIX_C_SOURCE 200809L
#include "control/remote.h"

#include "base/clock.h"
#include "control/quote.h"

#include <time.h>

enum {
    FIRST_PAUSE_MS = 100,
    MOST_PAUSE_MS = 2000,
    TRY_SECONDS = 10,
    SHOWN = 400,
    SHOWN_COMMAND = 120
};

const struct remote_kind *const remote_kinds[] = {&remote_libssh2, &remote_ssh, &remote_local,
                                                  NULL};

const struct remote_kind *remote_kind_find(struct str name)
{
    for (size_t i = 0; remote_kinds[i]; i++)
        if (str_is(name, remote_kinds[i]->name))
            return remote_kinds[i];
    return NULL;
}

static int64_t after(double seconds)
{
    return clock_ns() + (int64_t)(seconds * 1e9);
}

static void pause_ms(int64_t ms)
{
    const struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    (void)nanosleep(&t, NULL);
}

static const char *address(const struct remote *r)
{
    return r->host.address ? r->host.address : "localhost";
}

static bool connect_until(struct remote *r, int64_t deadline, struct err *e)
{
    for (int64_t ms = FIRST_PAUSE_MS;; ms = ms < MOST_PAUSE_MS ? 2 * ms : ms) {
        int64_t now = clock_ns(), one = now + (int64_t)TRY_SECONDS * 1000000000;
        if (r->kind->connect(r, one < deadline ? one : deadline, e))
            break;
        r->kind->disconnect(r);
        now = clock_ns();
        if (e->code != ERR_IO || now + ms * 1000000 >= deadline)
            return err_wrap(e, "%s", address(r));
        pause_ms(ms);
    }
    r->broken = false;
    return true;
}

bool remote_connect(struct remote *r, const struct remote_kind *kind,
                    const struct remote_host *host, double seconds, struct err *e)
{
    *r = (struct remote){.kind = kind, .host = *host};
    if (!r->host.user)
        r->host.user = "root";
    if (!r->host.port)
        r->host.port = 22;
    if (address(r)[0] == '-') /* would be an option of ssh */
        return err_set(e, ERR_USAGE, "%s: the name of a node cannot begin with -", address(r));
    r->sudo = kind != &remote_local && strcmp(r->host.user, "root") != 0;
    return connect_until(r, after(seconds), e);
}

void remote_disconnect(struct remote *r)
{
    if (r->kind)
        r->kind->disconnect(r);
    r->connection = NULL;
}

static bool start(struct remote *r, const char *command, struct stream *s, int64_t deadline,
                  struct err *e)
{
    *s = (struct stream){.status = -1};
    if (r->broken) {
        r->kind->disconnect(r);
        if (!connect_until(r, deadline, e))
            return false;
    }
    if (r->kind->start(r, command, s, deadline, e))
        return true;
    r->broken = true;
    return err_wrap(e, "%s", address(r));
}

bool stream_open(struct remote *r, const char *command, double seconds, struct stream *s,
                 struct err *e)
{
    return start(r, command, s, after(seconds), e);
}

static bool step(struct remote *r, struct stream *s, int64_t deadline, struct err *e)
{
    if (r->kind->step(r, s, deadline, e))
        return true;
    r->broken = true;
    return err_wrap(e, "%s", address(r));
}

static bool too_late(struct remote *r, struct err *e)
{
    r->broken = true;
    return err_set(e, ERR_IO, "%s: no answer in time", address(r));
}

bool stream_send(struct remote *r, struct stream *s, struct str text, int64_t deadline,
                 struct err *e)
{
    if (s->in_at == s->in.n)
        s->in.n = s->in_at = 0;
    buf_put(&s->in, text);
    while (s->in_at < s->in.n) {
        if (s->ended)
            return err_set(e, ERR_IO, "%s: the command has ended", address(r));
        if (clock_ns() >= deadline)
            return too_late(r, e);
        if (!step(r, s, deadline, e))
            return false;
    }
    return true;
}

bool stream_wait(struct remote *r, struct stream *s, int64_t deadline, struct err *e)
{
    size_t out = s->out.n, errs = s->errs.n;
    while (!s->ended && s->out.n == out && s->errs.n == errs) {
        if (clock_ns() >= deadline)
            return err_set(e, ERR_IO, "%s: no answer in time", address(r));
        if (!step(r, s, deadline, e))
            return false;
    }
    return true;
}

void stream_close(struct remote *r, struct stream *s)
{
    if (s->channel)
        r->kind->drop(r, s);
    buf_free(&s->in);
    buf_free(&s->out);
    buf_free(&s->errs);
    s->channel = NULL;
}

bool remote_run(struct remote *r, const char *command, struct str input, double seconds,
                struct command_result *result, struct err *e)
{
    struct stream s;
    int64_t deadline = after(seconds);
    *result = (struct command_result){.status = -1};
    if (!start(r, command, &s, deadline, e)) {
        stream_close(r, &s);
        return false;
    }
    buf_put(&s.in, input);
    s.in_end = true;
    bool ok = true;
    while (ok && !s.ended)
        ok = clock_ns() < deadline ? step(r, &s, deadline, e) : too_late(r, e);
    *result = (struct command_result){s.out, s.errs, s.status};
    s.out = s.errs = (struct buf){0};
    stream_close(r, &s);
    return ok;
}

void command_result_free(struct command_result *result)
{
    buf_free(&result->out);
    buf_free(&result->errs);
}

/* The last line or lines that a command left, for an error. */
static struct str last_words(const struct command_result *c)
{
    struct str s = buf_str(c->errs.n ? &c->errs : &c->out);
    while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
        s.n--;
    if (s.n > SHOWN)
        s = (struct str){s.p + (s.n - SHOWN), SHOWN};
    return s;
}

static bool succeeded(const struct remote *r, const struct command_result *c, const char *what,
                      struct err *e)
{
    struct str words = last_words(c);
    bool cut = strlen(what) > SHOWN_COMMAND;
    if (c->status == 0)
        return true;
    return err_set(e, ERR_USAGE, "%s: %.*s%s: exit status %d: %.*s", address(r), SHOWN_COMMAND,
                   what, cut ? "..." : "", c->status, (int)words.n, words.p);
}

bool remote_must(struct remote *r, const char *command, double seconds, struct err *e)
{
    struct command_result c;
    bool ok = remote_run(r, command, STR(""), seconds, &c, e) && succeeded(r, &c, command, e);
    command_result_free(&c);
    return ok;
}

bool remote_upload(struct remote *r, struct str content, const char *path, unsigned mode,
                   double seconds, struct err *e)
{
    struct buf word = {0}, command = {0};
    struct command_result c = {0};
    if (!quote_word(&word, str_of(path)))
        return err_set(e, ERR_USAGE, "a path with a NUL");
    struct str w = buf_str(&word);
    /* A short write (disk full, connection lost) must not leave half a file under the name. */
    buf_printf(&command, "cat > %.*s.part && test $(wc -c < %.*s.part) -eq %zu && ", (int)w.n, w.p,
               (int)w.n, w.p, content.n);
    buf_printf(&command,
               "chmod %o %.*s.part && mv -f %.*s.part %.*s || { rm -f %.*s.part; exit 1; }%c", mode,
               (int)w.n, w.p, (int)w.n, w.p, (int)w.n, w.p, (int)w.n, w.p, '\0');
    bool ok = remote_run(r, command.p, content, seconds, &c, e) && succeeded(r, &c, path, e);
    command_result_free(&c);
    buf_free(&command);
    buf_free(&word);
    return ok || err_wrap(e, "upload");
}

bool remote_download(struct remote *r, const char *path, struct buf *content, double seconds,
                     struct err *e)
{
    struct buf command = {0};
    struct command_result c = {0};
    buf_puts(&command, "cat -- ");
    if (!quote_word(&command, str_of(path))) {
        buf_free(&command);
        return err_set(e, ERR_USAGE, "a path with a NUL");
    }
    buf_putc(&command, '\0');
    bool ok = remote_run(r, command.p, STR(""), seconds, &c, e) && succeeded(r, &c, path, e);
    if (ok)
        buf_put(content, buf_str(&c.out));
    command_result_free(&c);
    buf_free(&command);
    return ok || err_wrap(e, "download");
}
