/* Any bytes as a reply of HTTP: read in one piece, byte by byte and in pieces of odd sizes it must
 * say the same, use the same bytes, and end in the same way when the connection ends. And a reply
 * that is made here, of a body in chunks, must be read back. */
#include "runners/http_reply.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BODY_MAX = 600 };

struct reading {
    struct http_parser p;
    enum http_parse end;  /* what the last look said */
    enum http_parse then; /* when the connection ends after all bytes */
    size_t used;          /* bytes until it was over */
};

/* `step` bytes at a time; 0: pieces of sizes that the bytes themselves say. */
static void read_in_steps(struct reading *r, struct str in, size_t step, bool no_body)
{
    *r = (struct reading){.end = PARSE_MORE};
    (void)http_parser_begin(&r->p, BODY_MAX, no_body);
    for (size_t i = 0; r->end == PARSE_MORE && i < in.n;) {
        size_t n = step ? step : 1 + (unsigned char)in.p[i] % 7;
        n = n < in.n - i ? n : in.n - i;
        buf_put(&r->p.text, (struct str){in.p + i, n});
        i += n;
        r->end = http_parser_go(&r->p);
        r->used = i - r->p.text.n;
    }
    r->then = r->end == PARSE_MORE ? http_parser_end(&r->p) : r->end;
}

static void must_agree(const struct reading *a, const struct reading *b)
{
    if (a->end != b->end || a->then != b->then)
        abort();
    if (a->then != PARSE_DONE)
        return;
    if (a->used != b->used || a->p.status != b->p.status || a->p.keep != b->p.keep ||
        !str_eq(buf_str(&a->p.body), buf_str(&b->p.body)))
        abort();
}

static void any_bytes(struct str in, bool no_body)
{
    struct reading whole, bytes, pieces;
    read_in_steps(&whole, in, in.n ? in.n : 1, no_body);
    read_in_steps(&bytes, in, 1, no_body);
    read_in_steps(&pieces, in, 0, no_body);
    must_agree(&whole, &bytes);
    must_agree(&whole, &pieces);
    if (whole.p.body.n > BODY_MAX || (whole.then == PARSE_DONE && whole.p.status < 200))
        abort();
    http_parser_free(&whole.p);
    http_parser_free(&bytes.p);
    http_parser_free(&pieces.p);
}

/* The bytes are the body; their values also say how it is cut. */
static void made_reply(struct str body, bool chunked)
{
    struct buf text = {0};
    struct reading r;
    body.n = body.n < BODY_MAX ? body.n : BODY_MAX;
    buf_puts(&text, "HTTP/1.1 200 OK\r\n");
    if (!chunked)
        buf_printf(&text, "Content-Length: %zu\r\n\r\n", body.n);
    else
        buf_puts(&text, "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t i = 0, n = 0; i < body.n; i += n) {
        n = chunked ? 1 + (unsigned char)body.p[i] % 40 : body.n;
        n = n < body.n - i ? n : body.n - i;
        if (chunked)
            buf_printf(&text, n % 2 ? "%zx\r\n" : "0%zX ; name=value\r\n", n);
        buf_put(&text, (struct str){body.p + i, n});
        buf_puts(&text, chunked ? "\r\n" : "");
    }
    buf_puts(&text, chunked ? "0\r\nTrailer: x\r\n\r\n" : "");
    buf_puts(&text, "HTTP/1.1 "); /* of the next reply: not ours */
    for (size_t step = 0; step < 2; step++) {
        read_in_steps(&r, buf_str(&text), step, false);
        if (r.end != PARSE_DONE || r.used < text.n - 9 || r.p.status != 200 || !r.p.keep ||
            !str_eq(buf_str(&r.p.body), body))
            abort();
        http_parser_free(&r.p);
    }
    buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct str rest = {(const char *)data + 1, size - 1};
    any_bytes(rest, data[0] & 1);
    made_reply(rest, data[0] & 2);
    return 0;
}
