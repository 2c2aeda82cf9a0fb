/* A history that grows while it is read: torn lines, pipes, files that are cut or written anew. */
#define _POSIX_C_SOURCE 200809L
#include "histories/tail.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[80], other[80];

static void setup(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/belie-tail-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/h.edn", folder);
    (void)snprintf(other, sizeof other, "%s/other", folder);
}

static void teardown(void)
{
    (void)unlink(path);
    (void)unlink(other);
    (void)rmdir(folder);
}

static void put(const char *to, const char *mode, const char *text)
{
    FILE *f = fopen(to, mode);
    ck_assert_ptr_nonnull(f);
    ck_assert(fputs(text, f) >= 0);
    ck_assert(fclose(f) == 0);
}

static void read_more(struct tail *t, bool expected)
{
    struct err e = {0};
    bool more = false;
    ck_assert_msg(tail_read(t, &more, &e), "%s", e.text);
    ck_assert(more == expected);
}

static void take(struct tail *t, size_t events)
{
    ck_assert(tail_take(t, false));
    ck_assert_uint_eq(t->h.events.n, events);
}

static void refused(struct tail *t, const char *why)
{
    struct err e = {0};
    bool more;
    ck_assert(!tail_read(t, &more, &e));
    ck_assert_msg(strstr(e.text, why) && strstr(e.text, path), "%s", e.text);
}

static void open_tail(struct tail *t)
{
    struct err e = {0};
    ck_assert_msg(tail_open(t, path, NULL, &e), "%s", e.text);
}

#define ONE "{:process 0, :type :invoke, :f :write, :value 1}\n"

START_TEST(lines)
{
    struct tail t;
    put(path, "w", ONE ONE "{:process 1, :type :ok, ");
    open_tail(&t);
    read_more(&t, true);
    ck_assert_uint_eq(tail_complete(&t), 2 * strlen(ONE));
    take(&t, 2);
    ck_assert_uint_eq(tail_line(&t, 1), 2);
    read_more(&t, false);
    take(&t, 0);
    put(path, "a", ":f :write, :value 12345}");
    read_more(&t, true);
    take(&t, 0);
    put(path, "a", "\n");
    read_more(&t, true);
    take(&t, 1);
    ck_assert_uint_eq(tail_line(&t, 0), 3);
    ck_assert_uint_eq(t.h.events.value[0], val_small(12345));
    ck_assert_str_eq(t.h.format, "edn");
    tail_rewind(&t);
    read_more(&t, true);
    take(&t, 3);
    tail_close(&t);
}
END_TEST

START_TEST(last_line)
{
    struct tail t;
    put(path, "w", ONE "{:process 0, :type :ok, :f :write, :value 1}");
    open_tail(&t);
    read_more(&t, true);
    take(&t, 1);
    ck_assert(tail_take(&t, true));
    ck_assert_uint_eq(t.h.events.n, 1);
    tail_close(&t);
}
END_TEST

/* A number at the end of a piece must not run on into the next line. */
START_TEST(pieces_end)
{
    struct tail t;
    put(path, "w", "0\t:invoke\t:write\t1\n9");
    open_tail(&t);
    read_more(&t, true);
    take(&t, 1);
    ck_assert_uint_eq(t.h.events.value[0], val_small(1));
    put(path, "a", "\t:invoke\t:read\tnil\n");
    read_more(&t, true);
    take(&t, 1);
    ck_assert_uint_eq(t.h.events.process[0], val_small(9));
    tail_close(&t);
}
END_TEST

START_TEST(not_by_line)
{
    struct tail t;
    put(path, "w", "[" ONE ONE);
    open_tail(&t);
    read_more(&t, true);
    ck_assert(!tail_take(&t, false));
    tail_close(&t);
    put(path, "w", "{:process 0\n");
    open_tail(&t);
    read_more(&t, true);
    ck_assert(!tail_take(&t, false));
    tail_close(&t);
}
END_TEST

START_TEST(comments_first)
{
    struct tail t;
    put(path, "w", "\xef\xbb\xbf; a comment\n\n");
    open_tail(&t);
    read_more(&t, true);
    take(&t, 0);
    put(path, "a", ONE);
    read_more(&t, true);
    take(&t, 1);
    tail_close(&t);
}
END_TEST

START_TEST(damaged)
{
    struct tail t;
    put(path, "w", ONE ONE);
    open_tail(&t);
    read_more(&t, true);
    switch (_i) {
    case 0:
        ck_assert(truncate(path, 10) == 0);
        refused(&t, "cut or written anew");
        break;
    case 1:
        put(path, "w", "0\t:invoke\t:write\t1\n" ONE ONE);
        refused(&t, "cut or written anew");
        break;
    case 2:
        put(other, "w", ONE ONE ONE);
        ck_assert(rename(other, path) == 0);
        refused(&t, "replaced or removed");
        break;
    default:
        ck_assert(unlink(path) == 0);
        refused(&t, "replaced or removed");
    }
    tail_close(&t);
}
END_TEST

START_TEST(pipes)
{
    struct tail t;
    ck_assert(mkfifo(path, 0600) == 0);
    int to = open(path, O_RDWR);
    ck_assert(to >= 0);
    open_tail(&t);
    read_more(&t, false); /* does not wait */
    ck_assert(write(to, ONE ONE, 2 * strlen(ONE)) == (ssize_t)(2 * strlen(ONE)));
    tail_wait(&t, 1000);
    read_more(&t, true);
    take(&t, 2);
    tail_rewind(&t);
    read_more(&t, true);
    take(&t, 2);
    struct stat st;
    ck_assert(fstat(tail_file(&t), &st) == 0 && st.st_size == (off_t)(2 * strlen(ONE)));
    (void)close(to);
    read_more(&t, false);
    ck_assert(t.ended);
    tail_close(&t);
}
END_TEST

START_TEST(cannot_be_followed)
{
    struct tail t;
    struct err e = {0};
    bool more;
    ck_assert(!tail_open(&t, other, NULL, &e));
    ck_assert(!tail_open(&t, folder, NULL, &e));
    put(path, "w", "\x1f\x8b\x08 and so on");
    open_tail(&t);
    ck_assert(!tail_read(&t, &more, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "compressed"));
    tail_close(&t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tail");
    TCase *t = tcase_create("tail");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, lines);
    tcase_add_test(t, last_line);
    tcase_add_test(t, pieces_end);
    tcase_add_test(t, not_by_line);
    tcase_add_test(t, comments_first);
    tcase_add_loop_test(t, damaged, 0, 4);
    tcase_add_test(t, pipes);
    tcase_add_test(t, cannot_be_followed);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
