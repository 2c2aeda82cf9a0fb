/* One request and its reply over libcurl.
 *
 * libcurl sends a request again by itself when a connection that it kept turns out to be closed
 * after the request was written and before a byte came back: just what a server that dies does. A
 * write would be done twice and reported once. It needs a new socket for that, and asks us for it:
 * `open_socket` refuses when bytes of this request have been sent already. So no byte of a request
 * is ever sent on a second connection, whatever the method, and the operation ends as info. */
#include "base/clock.h"
#include "base/mem.h"
#include "runners/clients/http.h"

#include <sys/socket.h>

enum { HEADERS_MAX = 1 << 18 };

const char *const http_transport_names[] = {"replied",   "not-sent", "timeout", "closed",
                                            "too-large", "garbage",  "stopped", NULL};

struct http_exchange {
    const struct http_config *config;
    CURLM *multi;
    CURL *easy;
    int64_t timeout;
    int stop_fd;
    struct buf url, body;
    struct http_reply reply;
    size_t headers; /* bytes so far */
    bool too_large, again;
    char error[CURL_ERROR_SIZE];
};

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
    struct http_exchange *x = ctx;
    if (x->reply.body.n + size * n > (size_t)x->config->max_response) {
        x->too_large = true;
        return 0;
    }
    buf_put(&x->reply.body, (struct str){p, size * n});
    return size * n;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
    struct http_exchange *x = ctx;
    (void)p;
    x->headers += size * n;
    x->too_large |= x->headers > HEADERS_MAX;
    return x->too_large ? 0 : size * n;
}

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct http_exchange *x = ctx;
    long sent = 0;
    (void)purpose;
    (void)curl_easy_getinfo(x->easy, CURLINFO_REQUEST_SIZE, &sent);
    x->again = sent > 0;
    return x->again ? CURL_SOCKET_BAD : socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* What is the same for all requests. */
static void set_up(struct http_exchange *x)
{
    CURL *c = x->easy;
    (void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(c, CURLOPT_PROXY, ""); /* nobody between us and the system */
    (void)curl_easy_setopt(c, CURLOPT_MAXCONNECTS, 1L);
    (void)curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)x->config->max_response);
    (void)curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    (void)curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, x);
    (void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
    (void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
    (void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, x->error);
}

struct http_exchange *http_exchange_new(const struct http_config *c, const struct client_place *p)
{
    struct http_exchange *x = mem_zalloc(1, sizeof *x);
    x->config = c;
    x->timeout = c->timeout > 0 ? (int64_t)(c->timeout * 1e9) : p->timeout;
    x->stop_fd = p->stop_fd;
    x->multi = curl_multi_init();
    x->easy = curl_easy_init();
    if (!x->multi || !x->easy) {
        http_exchange_free(x);
        return NULL;
    }
    set_up(x);
    return x;
}

void http_exchange_free(struct http_exchange *x)
{
    curl_easy_cleanup(x->easy);
    (void)curl_multi_cleanup(x->multi);
    buf_free(&x->url);
    buf_free(&x->body);
    buf_free(&x->reply.body);
    mem_free(x);
}

static void set_request(struct http_exchange *x, const struct http_request *r,
                        const struct template_values *v)
{
    CURL *c = x->easy;
    x->url.n = x->body.n = 0;
    template_fill(&r->url, v, &x->url);
    buf_putc(&x->url, '\0');
    (void)curl_easy_setopt(c, CURLOPT_URL, x->url.p);
    (void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, r->headers);
    if (r->has_body) {
        template_fill(&r->body, v, &x->body);
        (void)curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->body.n);
        (void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, x->body.n ? x->body.p : "");
    } else {
        (void)curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
    }
    (void)curl_easy_setopt(c, CURLOPT_NOBODY, strcmp(r->method, "HEAD") == 0 ? 1L : 0L);
    (void)curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
}

static CURLcode result(struct http_exchange *x)
{
    int left = 0;
    const CURLMsg *m;
    while ((m = curl_multi_info_read(x->multi, &left)))
        if (m->msg == CURLMSG_DONE)
            return m->data.result;
    return CURLE_OPERATION_TIMEDOUT;
}

/* Until it has ended, or the time is over, or the test. */
static CURLcode perform(struct http_exchange *x, bool *stopped)
{
    const int64_t deadline = clock_ns() + x->timeout;
    int running = 0;
    for (;;) {
        if (curl_multi_perform(x->multi, &running) != CURLM_OK)
            return CURLE_FAILED_INIT;
        if (!running)
            return result(x);
        int64_t left = (deadline - clock_ns() + 999999) / 1000000;
        if (left <= 0)
            return CURLE_OPERATION_TIMEDOUT;
        struct curl_waitfd stop = {.fd = x->stop_fd, .events = CURL_WAIT_POLLIN};
        (void)curl_multi_poll(x->multi, &stop, x->stop_fd >= 0, left > 60000 ? 60000 : (int)left,
                              NULL);
        if (stop.revents) {
            *stopped = true;
            return CURLE_ABORTED_BY_CALLBACK;
        }
    }
}

static enum http_transport transport(const struct http_exchange *x, CURLcode code, bool stopped)
{
    long sent = 0;
    if (code == CURLE_OK)
        return HTTP_REPLIED;
    (void)curl_easy_getinfo(x->easy, CURLINFO_REQUEST_SIZE, &sent);
    if (sent == 0)
        return HTTP_NOT_SENT;
    if (stopped)
        return HTTP_STOPPED;
    if (x->too_large || code == CURLE_FILESIZE_EXCEEDED)
        return HTTP_TOO_LARGE;
    switch ((int)code) {
    case CURLE_OPERATION_TIMEDOUT:
        return HTTP_TIMEOUT;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        return HTTP_GARBAGE;
    default:
        return HTTP_CLOSED;
    }
}

static void describe(struct http_exchange *x, CURLcode code)
{
    char *out = x->reply.problem;
    const size_t n = sizeof x->reply.problem;
    if (x->reply.transport == HTTP_TOO_LARGE)
        (void)snprintf(out, n, "the reply is larger than %.0f bytes", x->config->max_response);
    else if (x->reply.transport == HTTP_STOPPED)
        (void)snprintf(out, n, "the test was over");
    else if (code == CURLE_OPERATION_TIMEDOUT)
        (void)snprintf(out, n, "no reply within %.3g s", (double)x->timeout / 1e9);
    else if (x->again)
        (void)snprintf(out, n, "the connection was closed after the request was sent");
    else
        (void)snprintf(out, n, "%s", x->error[0] ? x->error : curl_easy_strerror(code));
}

const struct http_reply *http_exchange_do(struct http_exchange *x, const struct http_request *r,
                                          const struct template_values *v)
{
    bool stopped = false;
    x->reply.body.n = x->headers = 0;
    x->too_large = x->again = false;
    x->error[0] = x->reply.problem[0] = '\0';
    set_request(x, r, v);
    (void)curl_multi_add_handle(x->multi, x->easy);
    CURLcode code = perform(x, &stopped);
    x->reply.transport = transport(x, code, stopped);
    x->reply.status = 0;
    (void)curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &x->reply.status);
    (void)curl_multi_remove_handle(x->multi, x->easy);
    if (code != CURLE_OK)
        describe(x, code);
    return &x->reply;
}

bool http_probe(const struct http_config *c, const struct client_place *p, struct err *e)
{
    enum { PROBE_MS = 2000 };
    struct template url = {0};
    const struct template_values v = {.node = p->node, .number = p->number};
    struct http_exchange *x = http_exchange_new(c, p);
    if (!x)
        return err_set(e, ERR_IO, "libcurl cannot be started");
    bool ok = template_make(&url, c->url, PLACE_TEXT, c->target, e);
    if (ok) {
        template_fill(&url, &v, &x->url);
        buf_putc(&x->url, '\0');
        (void)curl_easy_setopt(x->easy, CURLOPT_URL, x->url.p);
        (void)curl_easy_setopt(x->easy, CURLOPT_CONNECT_ONLY, 1L);
        (void)curl_easy_setopt(x->easy, CURLOPT_TIMEOUT_MS, (long)PROBE_MS);
        CURLcode code = curl_easy_perform(x->easy);
        ok = code == CURLE_OK || err_set(e, ERR_IO, "%s cannot be reached: %s", p->node,
                                         x->error[0] ? x->error : curl_easy_strerror(code));
    }
    http_exchange_free(x);
    return ok;
}
