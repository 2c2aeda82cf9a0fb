#define _GNU_SOURCE
#include "runners/http_reply.h"

enum { HEADERS_MAX = 1 << 18, LINE_MAX_BYTES = 1 << 10 };

static struct str trim(struct str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s.p++;
        s.n--;
    }
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
        s.n--;
    return s;
}

static bool same_word(struct str s, const char *word)
{
    return s.n == strlen(word) && str_contains_nocase(s, word);
}

/* Cut off the first `n` bytes. */
static void used(struct http_parser *p, size_t n)
{
    p->text.n -= n;
    if (p->text.n)
        memmove(p->text.p, p->text.p + n, p->text.n);
}

/* A size in base `base`; false when it is none, or absurd. */
static bool number(struct str s, unsigned base, size_t *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    if (s.n == 0 || s.n > 15)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i] >= 'A' && s.p[i] <= 'F' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
        const char *at = c ? memchr(digits, c, base) : NULL;
        if (!at)
            return false;
        n = n * base + (size_t)(at - digits);
    }
    *out = n;
    return true;
}

/* "HTTP/1.1 200 OK" */
static bool status_line(struct http_parser *p, struct str line)
{
    size_t status = 0;
    if (line.n < 12 || memcmp(line.p, "HTTP/1.", 7) != 0 || line.p[8] != ' ' ||
        (line.p[7] != '0' && line.p[7] != '1') ||
        !number((struct str){line.p + 9, 3}, 10, &status) || status < 100 ||
        (line.n > 12 && line.p[12] != ' '))
        return false;
    p->status = (long)status;
    p->keep = line.p[7] == '1';
    p->framing = FRAMING_CLOSE;
    return true;
}

static bool header(struct http_parser *p, struct str line, bool *length)
{
    const char *colon = memchr(line.p, ':', line.n);
    if (!colon || colon == line.p)
        return false;
    struct str name = {line.p, (size_t)(colon - line.p)};
    struct str value = trim((struct str){colon + 1, line.n - name.n - 1});
    if (same_word(name, "content-length")) {
        size_t n = 0;
        /* Two different lengths: nobody knows where the reply ends. */
        if (!number(value, 10, &n) || (*length && n != p->left))
            return false;
        *length = true;
        p->left = n;
    } else if (same_word(name, "transfer-encoding")) {
        if (!same_word(value, "chunked"))
            return false;
        p->framing = FRAMING_CHUNKED;
    } else if (same_word(name, "connection")) {
        p->keep = !str_contains_nocase(value, "close") &&
                  (p->keep || str_contains_nocase(value, "keep-alive"));
    }
    return true;
}

/* All lines up to the empty one, which ends at `n`. */
static bool headers(struct http_parser *p, size_t n)
{
    const char *at = p->text.p, *end = p->text.p + n;
    bool first = true, length = false;
    p->left = 0;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        struct str line = trim((struct str){at, (size_t)((newline ? newline : end) - at)});
        if (line.n == 0)
            break;
        if (!(first ? status_line(p, line) : header(p, line, &length)))
            return false;
        first = false;
        at = newline ? newline + 1 : end;
    }
    if (length && p->framing == FRAMING_CHUNKED)
        return false; /* a reply that two readers would read in two ways */
    if (length)
        p->framing = FRAMING_LENGTH;
    if (p->no_body || p->status == 204 || p->status == 304) {
        p->framing = FRAMING_LENGTH;
        p->left = 0;
    }
    return !first;
}

/* Bytes up to and with the empty line; 0: it is not here. */
static size_t headers_size(const struct http_parser *p)
{
    const char *end = p->text.n ? memmem(p->text.p, p->text.n, "\r\n\r\n", 4) : NULL;
    return end ? (size_t)(end - p->text.p) + 4 : 0;
}

static bool looks_right(const struct http_parser *p)
{
    const size_t n = p->text.n < 7 ? p->text.n : 7;
    return n == 0 || memcmp(p->text.p, "HTTP/1.", n) == 0;
}

static enum http_parse read_headers(struct http_parser *p)
{
    for (;;) {
        size_t n = headers_size(p);
        if (!looks_right(p))
            return PARSE_GARBAGE;
        /* However it arrives: a piece more or less does not decide. */
        if ((n ? n - 1 : p->text.n) > HEADERS_MAX)
            return PARSE_LARGE;
        if (n == 0)
            return PARSE_MORE;
        if (!headers(p, n))
            return PARSE_GARBAGE;
        used(p, n);
        if (p->status >= 200)
            break; /* else another one follows */
    }
    p->headed = true;
    return p->framing == FRAMING_LENGTH && p->left > p->max ? PARSE_LARGE : PARSE_DONE;
}

/* Move up to p->left bytes to the body. */
static enum http_parse take(struct http_parser *p)
{
    size_t n = p->text.n < p->left ? p->text.n : p->left;
    if (p->body.n + n > p->max)
        return PARSE_LARGE;
    buf_put(&p->body, (struct str){p->text.p, n});
    used(p, n);
    p->left -= n;
    return p->left == 0 ? PARSE_DONE : PARSE_MORE;
}

/* The next line of a chunked body, with its end in *n. */
static bool next_line(const struct http_parser *p, struct str *line, size_t *n)
{
    const char *end = p->text.n ? memchr(p->text.p, '\n', p->text.n) : NULL;
    if (!end)
        return false;
    *n = (size_t)(end - p->text.p) + 1;
    *line = trim((struct str){p->text.p, *n - 1});
    return true;
}

static enum http_parse chunks(struct http_parser *p)
{
    for (;;) {
        struct str line;
        size_t n;
        if (p->left > 2) { /* the chunk, and the line's end after it */
            p->left -= 2;
            enum http_parse got = take(p);
            p->left += 2;
            if (got != PARSE_DONE)
                return got;
        }
        if (p->left) {
            if (p->text.n < 2)
                return PARSE_MORE;
            if (memcmp(p->text.p, "\r\n", 2) != 0)
                return PARSE_GARBAGE;
            used(p, 2);
            p->left = 0;
        }
        bool whole = next_line(p, &line, &n);
        if ((whole ? n - 1 : p->text.n) > LINE_MAX_BYTES)
            return PARSE_GARBAGE;
        if (!whole)
            return PARSE_MORE;
        if (p->last_chunk && line.n == 0) {
            used(p, n);
            return PARSE_DONE;
        }
        size_t size = 0;
        const char *extension = memchr(line.p, ';', line.n);
        struct str digits =
            trim((struct str){line.p, extension ? (size_t)(extension - line.p) : line.n});
        if (!p->last_chunk && !number(digits, 16, &size))
            return PARSE_GARBAGE;
        used(p, n);
        p->last_chunk |= size == 0;
        p->left = size ? size + 2 : 0;
        if (size > p->max)
            return PARSE_LARGE;
    }
}

bool http_parser_begin(struct http_parser *p, size_t max, bool no_body)
{
    const bool clean = p->text.n == 0;
    p->text.n = p->body.n = 0;
    p->max = max;
    p->no_body = no_body;
    p->headed = p->last_chunk = p->keep = false;
    p->status = 0;
    p->left = 0;
    return clean;
}

enum http_parse http_parser_go(struct http_parser *p)
{
    if (!p->headed) {
        enum http_parse got = read_headers(p);
        if (got != PARSE_DONE)
            return got;
    }
    switch (p->framing) {
    case FRAMING_LENGTH:
        return p->left == 0 ? PARSE_DONE : take(p);
    case FRAMING_CHUNKED:
        return chunks(p);
    case FRAMING_CLOSE:
        break;
    }
    p->keep = false;
    p->left = p->text.n;
    return take(p) == PARSE_LARGE ? PARSE_LARGE : PARSE_MORE;
}

enum http_parse http_parser_end(struct http_parser *p)
{
    return p->headed && p->framing == FRAMING_CLOSE ? PARSE_DONE : PARSE_GARBAGE;
}

void http_parser_free(struct http_parser *p)
{
    buf_free(&p->text);
    buf_free(&p->body);
}
