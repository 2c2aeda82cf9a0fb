/* The HTTP client: what a description says (http_config.c), how a reply is judged (http_outcome.c),
 * the exchange itself (http_exchange.c) and where a reply ends (../http_reply.c). Private to
 * http*.c.
 *
 * {"url": "http://${node}", "headers": {...}, "timeout": S, "max-response": BYTES,
 *  "outcomes": [OUTCOME, ...], "operations": {"read": {"request": REQUEST, "outcomes": [...]},
 * ...}, "prepare": [STEP, ...], "finish": [STEP, ...]} */
#ifndef BELIE_RUNNERS_CLIENTS_HTTP_H
#define BELIE_RUNNERS_CLIENTS_HTTP_H

#include "runners/target.h"
#include "runners/template.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <curl/curl.h>
#include <pcre2.h>

enum { HTTP_KINDS_MAX = 64, HTTP_DECODERS_MAX = 4, HTTP_STATUS_MAX = 16 };

/* How an exchange ended, short of a reply. */
enum http_transport {
    HTTP_REPLIED,
    HTTP_NOT_SENT,  /* no byte of the request left: certainly not done */
    HTTP_TIMEOUT,   /* sent, no whole reply in time */
    HTTP_CLOSED,    /* sent, and the connection broke */
    HTTP_TOO_LARGE, /* a reply above the limit */
    HTTP_GARBAGE,   /* what came is not HTTP */
    HTTP_STOPPED,   /* the test is over */
};
extern const char *const http_transport_names[]; /* in that order; NULL-terminated */

/* "/kvs/0/value", split. */
struct http_pointer {
    struct str *parts;
    size_t n;
};

struct http_condition {
    struct http_pointer at;
    const struct conf *equals; /* NULL: it exists */
    bool lacks;                /* it does not exist */
    struct http_condition *next;
};

enum http_decoder { DECODE_BASE64, DECODE_INTEGER, DECODE_JSON, DECODE_SET };

enum http_source { FROM_NOTHING, FROM_LITERAL, FROM_JSON, FROM_CAPTURE, FROM_BODY };

struct http_value {
    enum http_source source;
    const struct conf *literal;
    struct http_pointer at;
    unsigned capture;
    enum http_decoder decoders[HTTP_DECODERS_MAX];
    size_t ndecoders;
};

/* All conditions that are given must hold. */
struct http_outcome {
    int statuses[HTTP_STATUS_MAX]; /* 200; or 2 for 2xx */
    size_t nstatuses;
    int transport; /* of enum http_transport; -1: not asked */
    pcre2_code *match;
    struct http_condition *conditions;
    enum op_type type;
    const char *error;
    struct http_value value;
    struct http_outcome *next;
};

struct http_request {
    const char *method;
    bool has_body;
    struct template url, body;
    struct str headers; /* lines, each with its end; the same for all */
};

struct http_operation {
    bool described;
    struct http_request request;
    struct http_outcome *outcomes;
    double within;               /* of a step: tried again until it is ok, for so many seconds */
    struct http_operation *next; /* of steps */
};

struct http_config {
    const struct target *target;
    const struct conf *url, *headers;
    double timeout; /* seconds; 0: that of the test */
    double max_response;
    struct http_outcome *outcomes; /* after those of the operation */
    struct http_operation operations[HTTP_KINDS_MAX];
    struct http_operation *prepare, *finish;
};

struct http_reply {
    enum http_transport transport;
    long status;
    struct buf body; /* of http_exchange: borrowed from its parser */
    char problem[256]; /* of the transport, in words */
};

struct http_exchange;

/* http_config.c */
struct http_config *http_configure(const struct conf *c, const struct target *t, struct err *e);
void http_release(void *config);
/* http_outcome_config.c */
bool http_read_outcomes(const struct conf *list, struct http_outcome **out, struct err *e);
void http_free_outcomes(struct http_outcome *list);

/* http_outcome.c: what the reply says about the operation. `values` gets what is read from it. */
void http_judge(const struct http_config *c, const struct http_operation *o,
                const struct http_reply *reply, const struct client_op *op,
                struct client_result *result);

/* http_exchange.c: one connection, kept. */
struct http_exchange *http_exchange_new(const struct http_config *c, const struct client_place *p);
void http_exchange_free(struct http_exchange *x);
/* Can a connection be made? */
bool http_probe(const struct http_config *c, const struct client_place *p, struct err *e);
/* Send once, never again, and wait for the reply, which lives until the next exchange. */
const struct http_reply *http_exchange_do(struct http_exchange *x, const struct http_request *r,
                                          const struct template_values *v);

#endif
