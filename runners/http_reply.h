/* Replies of HTTP/1.1 as they arrive, after RFC 9112: where one ends, and what it says. For
 * clients/http*.c; apart from them because it needs no network library. */
#ifndef BELIE_RUNNERS_HTTP_REPLY_H
#define BELIE_RUNNERS_HTTP_REPLY_H

#include "base/buf.h"

enum http_parse {
    PARSE_MORE, /* not all of it is here */
    PARSE_DONE,
    PARSE_GARBAGE, /* this is no HTTP */
    PARSE_LARGE,   /* the headers or the body are above their limit */
};

enum http_framing { FRAMING_LENGTH, FRAMING_CHUNKED, FRAMING_CLOSE };

struct http_parser {
    struct buf text; /* as it came; what was used is cut off */
    size_t max;      /* of the body */
    bool no_body;    /* of HEAD */
    /* Of the reply: */
    bool headed; /* its headers are read */
    long status;
    bool keep; /* the connection may be used again */
    enum http_framing framing;
    size_t left;     /* of the body, or of this chunk */
    bool last_chunk; /* trailers follow */
    struct buf body;
};

/* Before each request. False when bytes are left that nobody asked for. */
bool http_parser_begin(struct http_parser *p, size_t max, bool no_body);
/* Look at p->text, to which more was added. */
enum http_parse http_parser_go(struct http_parser *p);
/* The connection has ended: the reply is whole only when nothing but that was to end it. */
enum http_parse http_parser_end(struct http_parser *p);
void http_parser_free(struct http_parser *p);

#endif
