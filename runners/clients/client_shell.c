/* shell: an interpreter that stays (psql, redis-cli), one per worker, on the node when we control
 * it, else here. Operations are lines that it is sent; after each one it is told to print a mark,
 * and what came before the mark is the reply. One process per operation would cost a hundred times
 * more.
 *
 * {"command": "psql -XAtq", "mark": "\\echo ${mark}", "outcomes": [...], "prepare": ["line", ...],
 *  "operations": {"read": {"send": "select ...", "outcomes": [...]}, ...}}
 * Outcomes are those of http (http_outcome_config.c) without a status; the body is the reply. */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"
#include "base/mem.h"
#include "nemesis/hosts.h"
#include "runners/clients/http.h"

enum { STEPS_MAX = 16, MARK_MAX = 48 };

struct shell_config {
    const struct target *target;
    struct http_config judged; /* its outcomes only */
    struct template command, send[HTTP_KINDS_MAX], steps[STEPS_MAX];
    const char *mark; /* what makes it print ${mark} */
    struct http_operation operations[HTTP_KINDS_MAX];
    size_t nsteps;
};

struct shell_client {
    const struct shell_config *config;
    struct client_place place;
    struct remote remote;
    struct stream stream;
    bool connected, open;
    uint64_t count;
    struct http_reply reply;
};

/* ---- configuration -----------------------------------------------------------------------------
 */

static bool read_operation(struct shell_config *s, const struct conf *c, size_t kind, struct err *e)
{
    static const char *const members[] = {"send", "outcomes", "note", NULL};
    struct http_operation *o = &s->operations[kind];
    if (!conf_object(c, "an operation", members, e))
        return false;
    if (!conf_get(c, "send") || !conf_get(c, "outcomes"))
        return conf_error(c, e, "an operation has \"send\" and \"outcomes\"");
    o->described = true;
    return template_make(&s->send[kind], conf_get(c, "send"), PLACE_TEXT, s->target, e) &&
           http_read_outcomes(conf_get(c, "outcomes"), &o->outcomes, e);
}

static bool read_operations(struct shell_config *s, const struct conf *c, struct err *e)
{
    const char *kinds[HTTP_KINDS_MAX + 1];
    size_t n = 0;
    while (n < HTTP_KINDS_MAX && (kinds[n] = request_name(n)))
        n++;
    kinds[n] = NULL;
    if (!conf_object(c, "\"operations\"", kinds, e))
        return false;
    for (size_t k = 0; k < n; k++)
        if (conf_get(c, kinds[k]) && !read_operation(s, conf_get(c, kinds[k]), k, e))
            return false;
    return true;
}

static bool read_steps(struct shell_config *s, const struct conf *list, struct err *e)
{
    if (list && list->kind != CONF_LIST)
        return conf_error(list, e, "\"prepare\" is a list of lines");
    for (const struct conf *c = list ? list->first : NULL; c; c = c->next) {
        if (s->nsteps == STEPS_MAX)
            return conf_error(c, e, "more than %d lines", STEPS_MAX);
        if (!template_make(&s->steps[s->nsteps++], c, PLACE_TEXT, s->target, e))
            return false;
    }
    return true;
}

static bool read(struct shell_config *s, const struct conf *c, struct err *e)
{
    static const char *const members[] = {"command",    "mark",    "outcomes",
                                          "operations", "prepare", NULL};
    if (!conf_object(c, "\"shell\"", members, e) || !conf_text(c, "mark", &s->mark, e))
        return false;
    if (!conf_get(c, "command") || !conf_get(c, "operations") || !s->mark ||
        !strstr(s->mark, "${mark}"))
        return conf_error(c, e,
                          "\"shell\" has \"command\", \"operations\" and a \"mark\" with "
                          "${mark} in it");
    return template_make(&s->command, conf_get(c, "command"), PLACE_TEXT, s->target, e) &&
           (!conf_get(c, "outcomes") ||
            http_read_outcomes(conf_get(c, "outcomes"), &s->judged.outcomes, e)) &&
           read_steps(s, conf_get(c, "prepare"), e) &&
           read_operations(s, conf_get(c, "operations"), e);
}

static void release(void *config)
{
    struct shell_config *s = config;
    http_free_outcomes(s->judged.outcomes);
    for (size_t i = 0; i < HTTP_KINDS_MAX; i++)
        http_free_outcomes(s->operations[i].outcomes);
    mem_free(s);
}

static void *configure(const struct conf *c, const struct target *t, struct err *e)
{
    struct shell_config *s = mem_zalloc(1, sizeof *s);
    s->target = t;
    if (read(s, c, e))
        return s;
    release(s);
    return NULL;
}

static bool does(const void *config, enum request_kind kind)
{
    return ((const struct shell_config *)config)->operations[kind].described;
}

/* ---- the interpreter ---------------------------------------------------------------------------
 */

static bool connect_node(struct shell_client *s, double seconds, struct err *e)
{
    const struct hosts_options *o = s->config->target->access;
    struct remote_host h = o ? o->as : (struct remote_host){.address = NULL};
    struct buf host = {0};
    if (s->connected)
        return true;
    const char *colon = strrchr(s->place.node, ':');
    buf_put(&host, (struct str){s->place.node,
                                colon ? (size_t)(colon - s->place.node) : strlen(s->place.node)});
    buf_putc(&host, '\0');
    h.address = host.p;
    s->connected = remote_connect(&s->remote, o ? o->kind : &remote_local, &h, seconds, e);
    if (!s->connected)
        remote_disconnect(&s->remote);
    s->remote.host.address = s->place.node; /* for messages; it outlives the buffer */
    buf_free(&host);
    return s->connected;
}

static void hang_up(struct shell_client *s)
{
    if (s->open)
        stream_close(&s->remote, &s->stream);
    if (s->connected && s->remote.broken)
        remote_disconnect(&s->remote);
    s->connected = s->connected && !s->remote.broken;
    s->open = false;
}

static bool start(struct shell_client *s, double seconds, struct err *e)
{
    const struct template_values v = {
        .node = s->place.node, .number = s->place.number, .thread = s->place.thread};
    struct buf b = {0};
    if (s->open)
        return true;
    if (!connect_node(s, seconds, e))
        return false;
    buf_puts(&b, "exec 2>&1; exec ");
    template_fill(&s->config->command, &v, &b);
    buf_putc(&b, '\0');
    s->open = stream_open(&s->remote, b.p, seconds, &s->stream, e);
    buf_free(&b);
    if (!s->open)
        hang_up(s);
    return s->open;
}

/* The mark as a line: some interpreters put quotes around it. */
static char *find_mark(const struct buf *out, const char *mark)
{
    size_t n = strlen(mark);
    for (size_t i = 0; i + n <= out->n; i++)
        if (memcmp(out->p + i, mark, n) == 0)
            return out->p + i;
    return NULL;
}

/* The quote before the mark, and white space. */
static void trim(struct buf *b, bool marked)
{
    if (marked && b->n && b->p[b->n - 1] == '"')
        b->n--;
    while (b->n && strchr(" \r\n", b->p[b->n - 1]))
        b->n--;
}

/* Send the line and the one that asks for the mark; what came before the mark is the reply. */
static void exchange(struct shell_client *s, const struct buf *line)
{
    struct http_reply *r = &s->reply;
    struct buf text = {0};
    struct err e = {0};
    char mark[MARK_MAX], *at = NULL;
    int64_t deadline = clock_ns() + s->place.timeout;
    r->body.n = 0;
    r->status = 0;
    r->transport = HTTP_NOT_SENT;
    (void)snprintf(mark, sizeof mark, "belie-%u-%llu-mark", s->place.thread,
                   (unsigned long long)++s->count);
    if (start(s, (double)s->place.timeout / 1e9, &e)) {
        const char *hole = strstr(s->config->mark, "${mark}");
        buf_put(&text, buf_str(line));
        buf_printf(&text, "\n%.*s%s%s\n", (int)(hole - s->config->mark), s->config->mark, mark,
                   hole + strlen("${mark}"));
        s->stream.out.n = 0;
        r->transport = HTTP_TIMEOUT;
        bool ok = stream_send(&s->remote, &s->stream, buf_str(&text), deadline, &e);
        while (ok && !(at = find_mark(&s->stream.out, mark)) && !s->stream.ended)
            ok = stream_wait(&s->remote, &s->stream, deadline, &e);
        if (!ok && clock_ns() < deadline)
            r->transport = HTTP_CLOSED;
        if (ok && !at)
            r->transport = HTTP_CLOSED;
        buf_put(&r->body, (struct str){buf_str(&s->stream.out).p,
                                       at ? (size_t)(at - s->stream.out.p) : s->stream.out.n});
        trim(&r->body, at);
        if (at)
            r->transport = HTTP_REPLIED;
        else
            hang_up(s); /* what is still to come would be taken for the next reply */
    }
    (void)snprintf(r->problem, sizeof r->problem, "%.200s", e.text);
    buf_free(&text);
}

/* ---- the client --------------------------------------------------------------------------------
 */

static void *open_client(const void *config, const struct client_place *p, struct err *e)
{
    struct shell_client *s = mem_zalloc(1, sizeof *s);
    (void)e; /* the interpreter is started by the first operation, and again after a failure */
    s->config = config;
    s->place = *p;
    return s;
}

static void close_client(void *self)
{
    struct shell_client *s = self;
    hang_up(s);
    if (s->connected)
        remote_disconnect(&s->remote);
    buf_free(&s->reply.body);
    mem_free(s);
}

static void invoke(void *self, const struct client_op *op, struct client_result *r)
{
    struct shell_client *s = self;
    const struct template_values v = {
        .values = op->values,
        .key = op->key,
        .value = op->value,
        .node = s->place.node,
        .number = s->place.number,
        .thread = s->place.thread,
        .process = op->process,
    };
    struct buf line = {0};
    template_fill(&s->config->send[op->op->kind], &v, &line);
    exchange(s, &line);
    buf_free(&line);
    http_judge(&s->config->judged, &s->config->operations[op->op->kind], &s->reply, op, r);
}

static bool probe(const void *config, const struct client_place *p, struct err *e)
{
    struct shell_client *s = open_client(config, p, e);
    struct buf nothing = {0};
    exchange(s, &nothing);
    bool ok = s->reply.transport == HTTP_REPLIED ||
              err_set(e, ERR_IO, "%s: the interpreter does not answer: %.*s %s", p->node,
                      (int)s->reply.body.n, buf_str(&s->reply.body).p, s->reply.problem);
    close_client(s);
    return ok;
}

static bool prepare(const void *config, const struct client_place *p, struct err *e)
{
    const struct shell_config *c = config;
    const struct template_values v = {.node = p->node};
    struct shell_client *s = open_client(config, p, e);
    bool ok = true;
    for (size_t i = 0; i < c->nsteps && ok; i++) {
        struct buf line = {0};
        template_fill(&c->steps[i], &v, &line);
        exchange(s, &line);
        ok = s->reply.transport == HTTP_REPLIED ||
             err_set(e, ERR_IO, "%s: line %zu of \"prepare\": no answer", p->node, i + 1);
        buf_free(&line);
    }
    close_client(s);
    return ok;
}

const struct client_type client_shell = {
    .name = "shell",
    .summary = "lines to an interpreter that stays, on the node; replies judged as those of http",
    .configure = configure,
    .release = release,
    .does = does,
    .probe = probe,
    .open = open_client,
    .invoke = invoke,
    .close = close_client,
    .prepare = prepare,
};
