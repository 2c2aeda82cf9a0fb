/* http: operations are HTTP requests; see http.h. */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"
#include "base/mem.h"
#include "runners/clients/http.h"

#include <time.h>

enum { PAUSE_MS = 100 };

struct http_client {
    const struct http_config *config;
    struct client_place place;
    struct http_exchange *exchange;
};

static void *configure(const struct conf *c, const struct target *t, struct err *e)
{
    return http_configure(c, t, e);
}

static bool does(const void *config, enum request_kind kind)
{
    return ((const struct http_config *)config)->operations[kind].described;
}

static void *open_client(const void *config, const struct client_place *p, struct err *e)
{
    struct http_client *h = mem_zalloc(1, sizeof *h);
    h->config = config;
    h->place = *p;
    h->exchange = http_exchange_new(config, p);
    (void)e;
    return h;
}

static void do_operation(struct http_client *h, const struct http_operation *o,
                         const struct client_op *op, struct client_result *r)
{
    const struct template_values v = {
        .values = op->values,
        .key = op->key,
        .value = op->value,
        .node = h->place.node,
        .number = h->place.number,
        .thread = h->place.thread,
        .process = op->process,
    };
    http_judge(h->config, o, http_exchange_do(h->exchange, &o->request, &v), op, r);
}

static void invoke(void *self, const struct client_op *op, struct client_result *r)
{
    struct http_client *h = self;
    do_operation(h, &h->config->operations[op->op->kind], op, r);
}

static void close_client(void *self)
{
    struct http_client *h = self;
    http_exchange_free(h->exchange);
    mem_free(h);
}

static bool probe(const void *config, const struct client_place *p, struct err *e)
{
    return http_probe(config, p, e);
}

/* A step, until it is ok or its time is over. */
static bool do_step(struct http_client *h, const struct http_operation *o,
                    const struct client_op *op, struct client_result *r)
{
    const struct timespec pause = {0, PAUSE_MS * 1000000};
    int64_t deadline = clock_ns() + (int64_t)(o->within * 1e9);
    for (;;) {
        *r = (struct client_result){0};
        do_operation(h, o, op, r);
        if (r->type == OP_OK || clock_ns() >= deadline)
            return r->type == OP_OK;
        (void)nanosleep(&pause, NULL);
    }
}

static bool do_steps(const struct http_config *c, const struct http_operation *steps,
                     const struct client_place *p, const char *what, struct err *e)
{
    static const struct workload_op nothing = {"step", REQUEST_WRITE};
    struct values values;
    size_t n = 0;
    bool ok = true;
    struct http_client *h = steps ? open_client(c, p, e) : NULL;
    if (!h)
        return !steps;
    values_init(&values);
    for (const struct http_operation *o = steps; o && ok; o = o->next) {
        struct client_result r;
        const struct client_op op = {&nothing, VAL_ABSENT, VAL_NIL, &values, 0};
        n++;
        ok = do_step(h, o, &op, &r) || err_set(e, ERR_INPUT, "%s: step %zu of \"%s\" failed: %s %s",
                                               p->node, n, what, r.error, r.message);
    }
    values_free(&values);
    close_client(h);
    return ok;
}

static bool prepare(const void *config, const struct client_place *p, struct err *e)
{
    const struct http_config *c = config;
    return do_steps(c, c->prepare, p, "prepare", e);
}

static bool finish(const void *config, const struct client_place *p, struct err *e)
{
    const struct http_config *c = config;
    return do_steps(c, c->finish, p, "finish", e);
}

const struct client_type client_http = {
    .name = "http",
    .summary = "requests by template; replies judged by status, JSON pointer or regular expression",
    .configure = configure,
    .release = http_release,
    .does = does,
    .probe = probe,
    .open = open_client,
    .invoke = invoke,
    .close = close_client,
    .prepare = prepare,
    .finish = finish,
};
