/* Replies of HTTP/1.1, whole and in pieces, and what is none. */
#include "runners/http_reply.h"

#include <check.h>
#include <stdlib.h>

#define OK "HTTP/1.1 200 OK\r\n"

/* Feed `text` in pieces of `step` bytes, then the end of the connection when `end`. */
static enum http_parse feed(struct http_parser *p, const char *text, size_t step, bool end)
{
    enum http_parse got = PARSE_MORE;
    size_t n = strlen(text);
    for (size_t at = 0; at < n && got == PARSE_MORE; at += step) {
        buf_put(&p->text, (struct str){text + at, step < n - at ? step : n - at});
        got = http_parser_go(p);
    }
    return got == PARSE_MORE && end ? http_parser_end(p) : got;
}

struct expected {
    const char *text;
    bool end;
    enum http_parse got;
    long status;
    const char *body;
    bool keep;
};

static const struct expected cases[] = {
    {OK "Content-Length: 5\r\n\r\nhello", false, PARSE_DONE, 200, "hello", true},
    {OK "content-length:5 \r\n\r\nhello", false, PARSE_DONE, 200, "hello", true},
    {OK "Content-Length: 0\r\n\r\n", false, PARSE_DONE, 200, "", true},
    {OK "Content-Length: 5\r\nConnection: close\r\n\r\nhello", false, PARSE_DONE, 200, "hello",
     false},
    {"HTTP/1.0 404 No\r\nContent-Length: 2\r\n\r\nno", false, PARSE_DONE, 404, "no", false},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nno", false, PARSE_DONE,
     200, "no", true},
    {"HTTP/1.1 204 \r\n\r\n", false, PARSE_DONE, 204, "", true},
    {"HTTP/1.1 304 Not\r\nContent-Length: 9\r\n\r\n", false, PARSE_DONE, 304, "", true},
    {"HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 1\r\n\r\nx", false, PARSE_DONE, 200, "x",
     true},
    {OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n, world 10\r\n0\r\n\r\n", false,
     PARSE_DONE, 200, "hello, world 10", true},
    {OK "Transfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\nTrailer: 1\r\n\r\n", false, PARSE_DONE,
     200, "a", true},
    {OK "\r\nuntil the end", true, PARSE_DONE, 200, "until the end", false},
    {OK "Content-Length: 9\r\n\r\nhello", true, PARSE_GARBAGE, 200, NULL, true},
    {OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", true, PARSE_GARBAGE, 200, NULL, true},
    {OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", false, PARSE_GARBAGE, 200, NULL,
     true},
    {OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", false, PARSE_GARBAGE, 200, NULL,
     true},
    {OK "Content-Length: -1\r\n\r\n", false, PARSE_GARBAGE, 200, NULL, true},
    {OK "Content-Length: 99999999999999999999\r\n\r\n", false, PARSE_GARBAGE, 200, NULL, true},
    {OK "Content-Length: 101\r\n\r\n", false, PARSE_LARGE, 200, NULL, true},
    {OK "Transfer-Encoding: chunked\r\n\r\n65\r\n", false, PARSE_LARGE, 200, NULL, true},
    {OK "Transfer-Encoding: gzip\r\n\r\n", false, PARSE_GARBAGE, 200, NULL, true},
    {OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX", false, PARSE_GARBAGE, 200, NULL, true},
    {OK "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", false, PARSE_GARBAGE, 200, NULL, true},
    {OK "no colon here\r\n\r\n", false, PARSE_GARBAGE, 200, NULL, true},
    {"HTTP/2 200 OK\r\n\r\n", false, PARSE_GARBAGE, 0, NULL, false},
    {"HTTP/1.1 20 OK\r\n\r\n", false, PARSE_GARBAGE, 0, NULL, false},
    {"<html>", false, PARSE_GARBAGE, 0, NULL, false},
    {"", true, PARSE_GARBAGE, 0, NULL, false},
};
enum { CASES = sizeof cases / sizeof *cases };

START_TEST(replies)
{
    const struct expected *x = &cases[_i];
    for (size_t step = 1; step <= 200; step = step < 8 ? step + 1 : step + 64) {
        struct http_parser p = {0};
        ck_assert(http_parser_begin(&p, 100, false));
        ck_assert_msg(feed(&p, x->text, step, x->end) == x->got, "%s (in %zu)", x->text, step);
        if (x->body) {
            ck_assert_int_eq(p.status, x->status);
            ck_assert_msg(str_is(buf_str(&p.body), x->body), "%s", x->text);
            ck_assert(p.keep == x->keep);
            ck_assert_uint_eq(p.text.n, 0);
        }
        http_parser_free(&p);
    }
}
END_TEST

START_TEST(one_after_the_other)
{
    struct http_parser p = {0};
    ck_assert(http_parser_begin(&p, 100, true));
    ck_assert_int_eq(feed(&p, OK "Content-Length: 50\r\n\r\n", 3, false), PARSE_DONE);
    ck_assert(http_parser_begin(&p, 100, false));
    ck_assert_int_eq(feed(&p, OK "Content-Length: 2\r\n\r\nab", 7, false), PARSE_DONE);
    ck_assert(str_is(buf_str(&p.body), "ab"));
    /* Bytes that nobody asked for. */
    ck_assert(http_parser_begin(&p, 100, false));
    ck_assert_int_eq(feed(&p, OK "Content-Length: 1\r\n\r\nabc", 200, false), PARSE_DONE);
    ck_assert_uint_eq(p.text.n, 2);
    ck_assert(!http_parser_begin(&p, 100, false));
    http_parser_free(&p);
}
END_TEST

START_TEST(headers_without_end)
{
    struct http_parser p = {0};
    enum http_parse got = PARSE_MORE;
    ck_assert(http_parser_begin(&p, 100, false));
    buf_puts(&p.text, OK);
    for (int i = 0; i < 10000 && got == PARSE_MORE; i++) {
        buf_puts(&p.text, "X-More: 0123456789012345678901234567890123456789\r\n");
        got = http_parser_go(&p);
    }
    ck_assert_int_eq(got, PARSE_LARGE);
    http_parser_free(&p);
}
END_TEST

/* Whether a limit is passed does not depend on how the bytes arrive. */
START_TEST(long_lines)
{
    for (size_t extra = 1015; extra < 1035; extra++) {
        struct buf text = {0};
        struct http_parser whole = {0}, bytes = {0};
        buf_puts(&text, OK "Transfer-Encoding: chunked\r\n\r\n5;");
        for (size_t i = 0; i < extra; i++)
            buf_putc(&text, 'x');
        buf_puts(&text, "\r\nhello\r\n0\r\n\r\n");
        buf_putc(&text, '\0');
        (void)http_parser_begin(&whole, 100, false);
        (void)http_parser_begin(&bytes, 100, false);
        enum http_parse got = feed(&bytes, text.p, 1, false);
        ck_assert_int_eq(feed(&whole, text.p, text.n, false), got);
        ck_assert_int_eq(got, extra > 1021 ? PARSE_GARBAGE : PARSE_DONE);
        http_parser_free(&whole);
        http_parser_free(&bytes);
        buf_free(&text);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http_reply");
    TCase *c = tcase_create("http_reply");
    tcase_add_loop_test(c, replies, 0, CASES);
    tcase_add_test(c, one_after_the_other);
    tcase_add_test(c, headers_without_end);
    tcase_add_test(c, long_lines);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
