/* Connections, agents, and the questions they answer. What is asked of all nodes is sent to all
 * before the first answer is waited for. */
#define _POSIX_C_SOURCE 200809L
#include "nemesis/hosts_private.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/pool.h"
#include "control/quote.h"
#include "nemesis/node_program.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { ANSWER_SECONDS = 8, UPLOAD_SECONDS = 30 };

void hosts_as_root(const struct remote *r, const char *command, struct buf *out)
{
    if (r->sudo) {
        buf_puts(out, "sudo -n sh -c ");
        (void)quote_word(out, str_of(command)); /* no NUL in a C string */
    } else {
        buf_puts(out, command);
    }
    buf_putc(out, '\0');
}

static bool root_must(struct remote *r, const char *command, struct err *e)
{
    struct buf b = {0};
    hosts_as_root(r, command, &b);
    bool ok = remote_must(r, b.p, ANSWER_SECONDS, e);
    buf_free(&b);
    return ok;
}

/* The address by which the other nodes know it. */
static bool resolve(const char *name, char out[HOST_IP], struct err *e)
{
    const struct addrinfo want = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *all = NULL;
    int code = getaddrinfo(name, NULL, &want, &all);
    if (code || !all)
        return err_set(e, ERR_USAGE, "%s: no IPv4 address: %s", name, gai_strerror(code));
    struct sockaddr_in a;
    memcpy(&a, all->ai_addr, sizeof a);
    freeaddrinfo(all);
    (void)inet_ntop(AF_INET, &a.sin_addr, out, HOST_IP);
    return true;
}

static bool put_program(struct remote *r, struct err *e)
{
    /* As the user who is logged in; then as root, when that is another one. */
    const char *path = r->sudo ? "/tmp/belie-node" : NODE_PATH;
    if (!root_must(r, "mkdir -p /run/belie && chmod 755 /run/belie", e) ||
        !remote_upload(r, node_program(), path, 0755, UPLOAD_SECONDS, e))
        return r->sudo && strstr(e->text, "sudo")
                   ? err_wrap(e, "faults need root or sudo without a password")
                   : false;
    return !r->sudo || root_must(r, "install -m 755 /tmp/belie-node " NODE_PATH, e);
}

static bool open_agent(struct host *h, struct err *e)
{
    struct buf b = {0};
    hosts_as_root(&h->agent, NODE_PATH " agent", &b);
    h->talks = stream_open(&h->agent, b.p, ANSWER_SECONDS, &h->stream, e);
    buf_free(&b);
    return h->talks;
}

static void close_agent(struct host *h)
{
    if (h->talks)
        stream_close(&h->agent, &h->stream);
    h->talks = false;
}

/* ---- questions ------------------------------------------------------------------------------- */

static bool agent_says(struct hosts *h, uint32_t node, struct err *e)
{
    struct host *one = &h->v[node];
    struct str line;
    int64_t deadline = clock_ns() + (int64_t)ANSWER_SECONDS * 1000000000;
    for (;;) {
        char *end = one->stream.out.n ? memchr(one->stream.out.p, '\n', one->stream.out.n) : NULL;
        if (end) {
            line = (struct str){one->stream.out.p, (size_t)(end - one->stream.out.p)};
            break;
        }
        if (one->stream.ended)
            return err_set(e, ERR_IO, "the agent of node %u has ended: %.*s", node + 1,
                           (int)one->stream.errs.n, buf_str(&one->stream.errs).p);
        if (!stream_wait(&one->agent, &one->stream, deadline, e))
            return false;
    }
    bool ok = str_starts(line, "ok");
    one->answer.n = 0;
    if (line.n > 3)
        buf_put(&one->answer, (struct str){line.p + 3, line.n - 3});
    buf_putc(&one->answer, '\0');
    one->stream.out.n -= line.n + 1;
    memmove(one->stream.out.p, line.p + line.n + 1, one->stream.out.n);
    return ok || err_set(e, ERR_USAGE, "%s", one->answer.p);
}

/* A node whose agent is gone (it was rebooted, say) gets a new one. */
static bool say_to(struct hosts *h, uint32_t node, struct str lines, struct err *e)
{
    struct host *one = &h->v[node];
    int64_t deadline = clock_ns() + (int64_t)ANSWER_SECONDS * 1000000000;
    if (one->talks && (one->stream.ended || one->agent.broken))
        close_agent(one);
    if (!one->talks) {
        if (one->agent.broken && !remote_must(&one->agent, "true", ANSWER_SECONDS, e))
            return false;
        if (!put_program(&one->agent, e) || !open_agent(one, e))
            return false;
    }
    one->stream.out.n = 0;
    return stream_send(&one->agent, &one->stream, lines, deadline, e);
}

bool hosts_ask(struct hosts *h, uint64_t set, const struct buf *lines)
{
    struct err e = {0};
    uint64_t sent = 0, done = 0;
    struct buf text = {0};
    if (h->refusal_told)
        h->refusal.n = 0;
    h->refusal_told = false;
    for (uint32_t i = 0; i < h->o.n; i++) {
        if (!(set >> i & 1))
            continue;
        text.n = 0;
        buf_printf(&text, "arm %.0f\n", h->o.deadman);
        buf_put(&text, buf_str(&lines[i]));
        buf_putc(&text, '\n');
        sent |= (uint64_t)say_to(h, i, buf_str(&text), &e) << i;
    }
    for (uint32_t i = 0; i < h->o.n; i++)
        if (sent >> i & 1)
            done |= (uint64_t)(agent_says(h, i, &e) && agent_says(h, i, &e)) << i;
    if (done != set)
        hosts_refuse(h, e.text);
    buf_free(&text);
    h->answered = done;
    return done == set;
}

bool hosts_ask_one(struct hosts *h, uint32_t node, const char *fmt, ...)
{
    struct buf lines[GRUDGE_NODES_MAX] = {{0}};
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    buf_puts(&lines[node], text);
    bool ok = hosts_ask(h, UINT64_C(1) << node, lines);
    buf_free(&lines[node]);
    return ok;
}

const char *hosts_answer(const struct hosts *h, uint32_t node)
{
    return h->v[node].answer.n ? h->v[node].answer.p : "";
}

void hosts_refuse(struct hosts *h, const char *why)
{
    h->refusal.n = 0;
    buf_puts(&h->refusal, why);
    buf_putc(&h->refusal, '\0');
}

const char *hosts_refusal(struct hosts *h)
{
    h->refusal_told = true;
    return h->refusal.n ? h->refusal.p : "";
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void open_one(void *ctx, size_t i)
{
    struct hosts *h = ctx;
    struct host *one = &h->v[i];
    struct remote_host at = h->o.as;
    at.address = h->o.addresses[i];
    one->ok = resolve(at.address, one->ip, &one->e) &&
              remote_connect(&one->agent, h->o.kind, &at, h->o.connect, &one->e) &&
              remote_connect(&one->commands, h->o.kind, &at, h->o.connect, &one->e) &&
              put_program(&one->commands, &one->e) && open_agent(one, &one->e);
}

struct hosts *hosts_new(const struct hosts_options *o)
{
    struct hosts *h = mem_zalloc(1, sizeof *h);
    h->o = *o;
    hosts_table(h);
    return h;
}

bool hosts_connect(struct hosts *h, struct err *e)
{
    struct buf hello[GRUDGE_NODES_MAX] = {{0}};
    uint32_t n = h->o.n;
    pool_run(n, n, open_one, h);
    bool ok = true;
    for (uint32_t i = 0; i < n && ok; i++) {
        ok = h->v[i].ok;
        if (!ok && e)
            *e = h->v[i].e;
    }
    for (uint32_t i = 0; i < n; i++)
        buf_puts(&hello[i], "hello");
    if (ok && !hosts_ask(h, grudge_all(n), hello))
        ok = err_set(e, ERR_IO, "%s", hosts_refusal(h));
    for (uint32_t i = 0; i < n; i++)
        buf_free(&hello[i]);
    h->connected = ok;
    if (!ok)
        hosts_disconnect(h);
    return ok;
}

static void close_one(void *ctx, size_t i)
{
    struct hosts *h = ctx;
    struct host *one = &h->v[i];
    struct err ignored;
    if (one->talks && !one->agent.broken) { /* the end of its input would do, too */
        int64_t deadline = clock_ns() + (int64_t)ANSWER_SECONDS * 1000000000;
        if (stream_send(&one->agent, &one->stream, STR("quit\n"), deadline, &ignored))
            while (!one->stream.ended && stream_wait(&one->agent, &one->stream, deadline, &ignored))
                ;
    }
    close_agent(one);
    remote_disconnect(&one->agent);
    remote_disconnect(&one->commands);
    buf_free(&one->answer);
    *one = (struct host){.talks = false};
}

bool hosts_connected(const struct hosts *h)
{
    return h->connected;
}

void hosts_disconnect(struct hosts *h)
{
    h->connected = false;
    pool_run(h->o.n, h->o.n, close_one, h);
}

void hosts_free(struct hosts *h)
{
    if (!h)
        return;
    hosts_disconnect(h);
    buf_free(&h->refusal);
    mem_free(h);
}

struct remote *hosts_remote(struct hosts *h, uint32_t node)
{
    return &h->v[node].commands;
}

void hosts_disk_command(const char *dir, bool make, struct buf *out)
{
    buf_puts(out, make ? NODE_PATH " disk make " : NODE_PATH " disk remove ");
    (void)quote_word(out, str_of(dir));
}

/* ---- without agents ----------------------------------------------------------------------------
 */

/* Run belie-node once; what it says into `out`. */
static bool once(const struct hosts_options *o, uint32_t node, const char *what, struct buf *out,
                 struct err *e)
{
    struct remote r;
    struct remote_host at = o->as;
    struct command_result c = {0};
    struct buf command = {0};
    at.address = o->addresses[node];
    bool ok = remote_connect(&r, o->kind, &at, o->connect, e) && put_program(&r, e);
    if (ok) {
        hosts_as_root(&r, what, &command);
        ok = remote_run(&r, command.p, STR(""), 4 * ANSWER_SECONDS, &c, e) &&
             (c.status == 0 || err_set(e, ERR_USAGE, "%s: belie-node: %.*s", at.address,
                                       (int)c.errs.n, buf_str(&c.errs).p));
        buf_put(out, buf_str(&c.out));
    }
    command_result_free(&c);
    buf_free(&command);
    remote_disconnect(&r);
    return ok;
}

struct healing {
    const struct hosts_options *o;
    struct err e[GRUDGE_NODES_MAX];
    bool ok[GRUDGE_NODES_MAX];
};

static void heal_one(void *ctx, size_t i)
{
    struct healing *all = ctx;
    struct buf out = {0};
    all->ok[i] = once(all->o, (uint32_t)i, NODE_PATH " heal", &out, &all->e[i]);
    buf_free(&out);
}

uint32_t hosts_heal(const struct hosts_options *o, struct err *e)
{
    struct healing *all = mem_zalloc(1, sizeof *all);
    uint32_t good = 0;
    all->o = o;
    pool_run(o->n, o->n, heal_one, all);
    for (uint32_t i = 0; i < o->n; i++) {
        good += all->ok[i];
        if (!all->ok[i] && e && e->code == ERR_NONE)
            *e = all->e[i];
    }
    mem_free(all);
    return good;
}

bool hosts_check(const struct hosts_options *o, uint32_t node, const char *dir, struct buf *out,
                 struct err *e)
{
    struct buf command = {0};
    buf_puts(&command, NODE_PATH " check ");
    (void)quote_word(&command, str_of(dir));
    buf_putc(&command, '\0');
    bool ok = once(o, node, command.p, out, e);
    buf_free(&command);
    return ok;
}
