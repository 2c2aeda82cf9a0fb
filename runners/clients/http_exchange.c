/* One request and its reply, over a connection of libcurl.
 *
 * libcurl, asked for whole requests, sends one again by itself when a connection that it kept turns
 * out to be closed after the request was written and before a byte came back: just what a server
 * that dies does. A write would be done twice and reported once. So libcurl makes the connection
 * (names, TCP, TLS), and the request is written to it here, once: after the first byte there is no
 * way back to another connection, whatever the method. This is also what makes it fast: a write, a
 * wait and a read per operation. */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"
#include "base/mem.h"
#include "runners/clients/http.h"
#include "runners/http_reply.h"

#include <poll.h>

enum { CHUNK = 1 << 16, MILLISECOND = 1000000, IDLE = 5 * MILLISECOND };
#define PROBE INT64_C(2000000000)

const char *const http_transport_names[] = {"replied",   "not-sent", "timeout", "closed",
                                            "too-large", "garbage",  "stopped", NULL};

struct http_exchange {
    const struct http_config *config;
    CURLM *multi;
    CURL *easy; /* the connection; NULL: none */
    curl_socket_t socket;
    int64_t timeout, deadline, last; /* last: when the connection was used */
    int stop_fd;
    struct buf url, request;
    struct http_parser parser;
    struct http_reply reply;
    char error[CURL_ERROR_SIZE], chunk[CHUNK];
};

struct http_exchange *http_exchange_new(const struct http_config *c, const struct client_place *p)
{
    struct http_exchange *x = mem_zalloc(1, sizeof *x);
    x->config = c;
    x->timeout = c->timeout > 0 ? (int64_t)(c->timeout * 1e9) : p->timeout;
    x->stop_fd = p->stop_fd;
    return x;
}

static void disconnect(struct http_exchange *x)
{
    if (x->easy)
        (void)curl_multi_remove_handle(x->multi, x->easy);
    curl_easy_cleanup(x->easy);
    x->easy = NULL;
    x->parser.text.n = 0;
}

void http_exchange_free(struct http_exchange *x)
{
    disconnect(x);
    (void)curl_multi_cleanup(x->multi);
    buf_free(&x->url);
    buf_free(&x->request);
    http_parser_free(&x->parser);
    mem_free(x);
}

/* ---- the request --------------------------------------------------------------------------- */

/* "http://host:80/path?query": the host, and what is asked of it. */
static void split_url(struct str url, struct str *host, struct str *target)
{
    const char *from = memchr(url.p, ':', url.n);
    size_t at = from ? (size_t)(from - url.p) + 3 : 0, n = 0;
    *host = (struct str){url.p + at, url.n - at};
    while (n < host->n && host->p[n] != '/' && host->p[n] != '?')
        n++;
    *target = (struct str){host->p + n, host->n - n};
    host->n = n;
}

static void write_request(struct http_exchange *x, const struct http_request *r,
                          const struct template_values *v)
{
    struct buf *out = &x->request;
    struct str host, target;
    x->url.n = out->n = 0;
    template_fill(&r->url, v, &x->url);
    split_url(buf_str(&x->url), &host, &target);
    buf_puts(out, r->method);
    buf_puts(out, target.n && target.p[0] == '/' ? " " : " /");
    buf_put(out, target);
    buf_puts(out, " HTTP/1.1\r\nHost: ");
    buf_put(out, host);
    buf_puts(out, "\r\n");
    buf_put(out, r->headers);
    if (!r->has_body) {
        buf_puts(out, "\r\n");
        return;
    }
    struct buf body = {0};
    template_fill(&r->body, v, &body);
    buf_puts(out, "Content-Length: ");
    buf_i64(out, (int64_t)body.n);
    buf_puts(out, "\r\n\r\n");
    buf_put(out, buf_str(&body));
    buf_free(&body);
}

/* ---- the connection ------------------------------------------------------------------------ */

/* Errors end an exchange: what it came to, and why. False. */
__attribute__((format(printf, 3, 4))) static bool fail(struct http_exchange *x,
                                                       enum http_transport t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    x->reply.transport = t;
    (void)vsnprintf(x->reply.problem, sizeof x->reply.problem, fmt, ap);
    va_end(ap);
    return false;
}

static bool timed_out(struct http_exchange *x, enum http_transport t)
{
    return fail(x, t, "no %s within %.3g s", t == HTTP_NOT_SENT ? "connection" : "reply",
                (double)x->timeout / 1e9);
}

/* Wait for the socket. `t`: what it means when nothing comes. */
static bool await(struct http_exchange *x, short events, enum http_transport t)
{
    struct pollfd all[2] = {{x->socket, events, 0}, {x->stop_fd, POLLIN, 0}};
    for (;;) {
        int64_t left = (x->deadline - clock_ns() + MILLISECOND - 1) / MILLISECOND;
        if (left <= 0)
            return timed_out(x, t);
        int n = poll(all, x->stop_fd >= 0 ? 2 : 1, left > 60000 ? 60000 : (int)left);
        if (n > 0 && all[1].revents)
            return fail(x, t == HTTP_NOT_SENT ? t : HTTP_STOPPED, "the test was over");
        if (n > 0)
            return true;
    }
}

/* libcurl connects, without a byte of HTTP. */
static CURLcode make_connection(struct http_exchange *x, CURLM *multi, bool *stopped)
{
    int running = 0, queued = 0;
    for (;;) {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            return CURLE_FAILED_INIT;
        const CURLMsg *m = curl_multi_info_read(multi, &queued);
        if (m)
            return m->data.result;
        int64_t left = (x->deadline - clock_ns() + MILLISECOND - 1) / MILLISECOND;
        if (left <= 0)
            return CURLE_OPERATION_TIMEDOUT;
        struct curl_waitfd stop = {.fd = x->stop_fd, .events = CURL_WAIT_POLLIN};
        (void)curl_multi_poll(multi, &stop, x->stop_fd >= 0, left > 60000 ? 60000 : (int)left,
                              NULL);
        *stopped = stop.revents;
        if (*stopped)
            return CURLE_ABORTED_BY_CALLBACK;
    }
}

static void set_up(struct http_exchange *x)
{
    CURL *c = x->easy;
    buf_putc(&x->url, '\0');
    (void)curl_easy_setopt(c, CURLOPT_URL, x->url.p);
    (void)curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
    (void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(c, CURLOPT_PROXY, ""); /* nobody between us and the system */
    (void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, x->error);
}

static bool connect_to(struct http_exchange *x)
{
    bool stopped = false;
    x->error[0] = '\0';
    x->easy = curl_easy_init();
    if (!x->easy)
        return fail(x, HTTP_NOT_SENT, "libcurl cannot be started");
    set_up(x);
    if (!x->multi)
        x->multi = curl_multi_init();
    if (!x->multi || curl_multi_add_handle(x->multi, x->easy) != CURLM_OK) {
        disconnect(x);
        return fail(x, HTTP_NOT_SENT, "libcurl cannot be started");
    }
    CURLcode code = make_connection(x, x->multi, &stopped);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(x->easy, CURLINFO_ACTIVESOCKET, &x->socket);
    if (code == CURLE_OK)
        return true;
    disconnect(x);
    if (stopped)
        return fail(x, HTTP_NOT_SENT, "the test was over");
    if (code == CURLE_OPERATION_TIMEDOUT)
        return timed_out(x, HTTP_NOT_SENT);
    return fail(x, HTTP_NOT_SENT, "%s", x->error[0] ? x->error : curl_easy_strerror(code));
}

/* A connection that was idle for a while may have been closed: that is seen before anything is sent
 * on it. */
static bool stale(const struct http_exchange *x)
{
    struct pollfd f = {x->socket, POLLIN, 0};
    return clock_ns() - x->last > IDLE && poll(&f, 1, 0) != 0;
}

/* ---- the exchange -------------------------------------------------------------------------- */

static bool send_all(struct http_exchange *x)
{
    struct str s = buf_str(&x->request);
    const struct str all = s;
    while (s.n) {
        size_t n = 0;
        CURLcode code = curl_easy_send(x->easy, s.p, s.n, &n);
        s = (struct str){s.p + n, s.n - n};
        const enum http_transport so_far = s.n == all.n ? HTTP_NOT_SENT : HTTP_TIMEOUT;
        if (code == CURLE_AGAIN) {
            if (!await(x, POLLOUT, so_far))
                return false;
        } else if (code != CURLE_OK) {
            return fail(x, HTTP_CLOSED, "the connection was closed while the request was sent");
        }
    }
    return true;
}

static bool judge_parse(struct http_exchange *x, enum http_parse got, bool *done)
{
    *done = got == PARSE_DONE;
    if (got == PARSE_GARBAGE)
        return fail(x, HTTP_GARBAGE, "what came is no reply of HTTP/1.1");
    if (got == PARSE_LARGE)
        return fail(x, HTTP_TOO_LARGE, "the reply is larger than %.0f bytes",
                    x->config->max_response);
    return true;
}

static bool ended(struct http_exchange *x, bool *done)
{
    const bool some = x->parser.headed || x->parser.text.n;
    if (http_parser_end(&x->parser) == PARSE_DONE) {
        *done = true;
        return true;
    }
    return fail(x, HTTP_CLOSED, "the connection was closed %s",
                some ? "in the middle of the reply" : "after the request was sent");
}

/* Until the reply is whole. */
static bool receive(struct http_exchange *x)
{
    bool done = false;
    while (!done) {
        size_t n = 0;
        if (!await(x, POLLIN, HTTP_TIMEOUT))
            return false;
        CURLcode code = curl_easy_recv(x->easy, x->chunk, sizeof x->chunk, &n);
        if (code == CURLE_AGAIN)
            continue;
        if (code != CURLE_OK || n == 0) {
            if (!ended(x, &done))
                return false;
            continue;
        }
        buf_put(&x->parser.text, (struct str){x->chunk, n});
        if (!judge_parse(x, http_parser_go(&x->parser), &done))
            return false;
    }
    return true;
}

static bool exchange(struct http_exchange *x, const struct http_request *r)
{
    if (x->easy && stale(x))
        disconnect(x);
    if (!x->easy && !connect_to(x))
        return false;
    if (!http_parser_begin(&x->parser, (size_t)x->config->max_response,
                           strcmp(r->method, "HEAD") == 0))
        return fail(x, HTTP_NOT_SENT, "the last reply had no end");
    return send_all(x) && receive(x);
}

const struct http_reply *http_exchange_do(struct http_exchange *x, const struct http_request *r,
                                          const struct template_values *v)
{
    x->deadline = clock_ns() + x->timeout;
    x->reply = (struct http_reply){.transport = HTTP_REPLIED};
    write_request(x, r, v);
    bool ok = exchange(x, r);
    x->reply.status = x->parser.status;
    x->reply.body = x->parser.body;
    if (x->easy && (!ok || !x->parser.keep || x->parser.text.n))
        disconnect(x);
    x->last = clock_ns();
    return &x->reply;
}

bool http_probe(const struct http_config *c, const struct client_place *p, struct err *e)
{
    const struct template_values v = {.node = p->node, .number = p->number};
    struct template url = {0};
    if (!template_make(&url, c->url, PLACE_TEXT, c->target, e))
        return false;
    struct http_exchange *x = http_exchange_new(c, p);
    x->deadline = clock_ns() + PROBE;
    template_fill(&url, &v, &x->url);
    bool ok =
        connect_to(x) || err_set(e, ERR_IO, "%s cannot be reached: %s", p->node, x->reply.problem);
    http_exchange_free(x);
    return ok;
}
