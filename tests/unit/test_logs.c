#include "base/mem.h"
#include "tests/property/read_text.h"

#include <check.h>
#include <stdlib.h>

static void ck_read(const char *format, const char *text, const char *events)
{
    struct history h;
    struct err e = {0};
    ck_assert_msg(read_text(&h, NULL, str_of(text), &e), "%s\n%s", text, e.text);
    ck_assert_str_eq(reader_detect(h.source.text)->name, format);
    char *got = show_events(&h);
    ck_assert_str_eq(got, events);
    mem_free(got);
    history_free(&h);
}

static void ck_error(const char *format, const char *text, const char *message)
{
    struct history h;
    struct err e = {0};
    ck_assert_msg(!read_text(&h, format, str_of(text), &e), "was read: %s", text);
    ck_assert_msg(strncmp(e.text, message, strlen(message)) == 0, "%s\n%s", text, e.text);
}

START_TEST(history_txt)
{
    ck_read("history-txt",
            "0\t:invoke\t:read\tnil\n"
            ":nemesis\t:info\t:start\t[:isolated {\"n1\" #{\"n2\"}}]\n"
            "0\t:ok\t:read\t[3 \"a\\tb\"]\r\n"
            "\n"
            "12\t:invoke\t:cas\t[1 2]\n"
            "12\t:fail\t:cas\t[1 2]\t:precondition-failed\n",
            "invoke 0 :read nil | info :nemesis :start [:isolated {\"n1\" #{\"n2\"}}] | "
            "ok 0 :read [3 \"a\\tb\"] | invoke 12 :cas [1 2] | fail 12 :cas [1 2]");
}
END_TEST

START_TEST(errors_over_several_lines)
{
    ck_read("history-txt",
            "0\t:invoke\t:write\t1\n"
            "0\t:info\t:write\t1\tjava.io.IOException: oh\n\tat foo.bar(Baz.java:3)\n  more\n"
            "1\t:invoke\t:read\tnil\n",
            "invoke 0 :write 1 | info 0 :write 1 | invoke 1 :read nil");
    ck_error("history-txt", "0\t:invoke\t:write\t1\n  at foo\n",
             "test:2:1: expected process, type");
}
END_TEST

START_TEST(console_logs)
{
    ck_read("jepsen-log",
            "INFO  jepsen.core - Setting up\n"
            "INFO  jepsen.util - 3\t:invoke\t:read\tnil\n"
            "WARN  jepsen.core - Process 3 crashed\njava.lang.Exception\n\tat x\n"
            "INFO  jepsen.util - 3\t:ok\t:read\t7\n",
            "invoke 3 :read nil | ok 3 :read 7");
    ck_read("jepsen-log",
            "INFO [2020-01-01 00:00:00,000] jepsen worker 0 - jepsen.util 0\t:invoke\t:read\tnil\n",
            "invoke 0 :read nil");
    ck_read(
        "jepsen-log",
        "2024-08-10 07:24:27,635{GMT}\tINFO\t[jepsen node n1] jepsen.db: Tearing down\n"
        "2024-08-10 07:24:27,635{GMT}\tINFO\t[jepsen worker 0] jepsen.util: 0\t:invoke\t:write\t"
        "\"x\"\n"
        "2024-08-10 07:24:27,701{GMT}\tINFO\t[jepsen nemesis] jepsen.util: :nemesis\t:info\t"
        ":start\t#<Thing one> two\n"
        "2024-08-10 07:24:27,635{GMT}\tINFO\t[jepsen worker 0] jepsen.print: 0\t:ok\t:write\t"
        "\"x\"\n",
        "invoke 0 :write \"x\" | info :nemesis :start - | ok 0 :write \"x\"");
    ck_read("jepsen-log",
            "INFO  jepsen.util - 1   :invoke :write  3\n"
            "INFO  jepsen.core - Process 3 :info crashed\n"
            "INFO  jepsen.util - 1   :info   :write  :timed-out\n"
            "INFO  jepsen.util - 2   :ok     :cas    [1 2]\n",
            "invoke 1 :write 3 | info 1 :write - | ok 2 :cas [1 2]");
    ck_error("jepsen-log", "INFO  jepsen.core - Nothing\n", "test:1:1: no line of this log");
}
END_TEST

START_TEST(quirk_13_the_error_in_the_place_of_the_value)
{
    ck_read("jepsen-log",
            "INFO  jepsen.util - 17\t:info\t:cas\t:timed-out\n"
            "INFO  jepsen.util - 3\t:fail\t:read\t:timed-out\n"
            "INFO  jepsen.util - :nemesis\t:info\t:start\t:one\n"
            "INFO  jepsen.util - 4\t:ok\t:read\t:one\n",
            "info 17 :cas - | fail 3 :read - | info :nemesis :start :one | ok 4 :read :one");
    struct history h;
    struct err e;
    ck_assert(read_text(&h, NULL, STR("1\t:fail\t:cas\t:timed-out\n"), &e));
    ck_assert_uint_eq(h.warnings[WARN_FAIL_INDEFINITE].count, 1);
    history_free(&h);
}
END_TEST

START_TEST(where_operations_are)
{
    struct history h;
    struct err e;
    size_t line, col;
    ck_assert(read_text(&h, NULL, STR("INFO  x\nINFO  jepsen.util - 17\t:ok\t:read\t1\n"), &e));
    history_where(&h, 0, &line, &col);
    ck_assert_uint_eq(line, 2);
    ck_assert_uint_eq(col, 21);
    history_free(&h);
}
END_TEST

START_TEST(mistakes)
{
    ck_error("history-txt", "0\t:ok\t:read\t[1\n1\t:ok\t:read\t2]\n",
             "test:1:15: the value does not");
    ck_error("history-txt", "0\t:ok\t:read\t1 2\n", "test:1:14: something follows the value");
    ck_error("history-txt", "0\t:ok\t:read\n0\t:ok\t:read\t1\n", "test:1:12: the value does not");
    ck_error("history-txt", "0\t:ok\t:read\t\n0\t:ok\t:read\t1\n", "test:1:13: the value does not");
    ck_error("jepsen-log", "x 0\t:ok\t:read\t]\n", "test:1:15: a closing bracket");
}
END_TEST

START_TEST(torn_end)
{
    static const char *const torn[] = {"0\t:o", "0\t:ok\t:re", "0\t:ok\t:read\t",
                                       "0\t:ok\t:read\t[1 "};
    for (size_t i = 0; i < sizeof torn / sizeof *torn; i++) {
        struct buf b = {0};
        buf_puts(&b, "0\t:invoke\t:read\tnil\n");
        buf_puts(&b, torn[i]);
        struct history h;
        struct err e = {0};
        ck_assert_msg(read_text(&h, NULL, buf_str(&b), &e), "%s", e.text);
        ck_assert_uint_eq(h.events.n, 1);
        ck_assert(h.truncated);
        history_free(&h);
        buf_free(&b);
    }
    /* A last line without its end may have lost digits: it is kept, with a warning. */
    struct history h;
    struct err e;
    ck_assert(read_text(&h, NULL, STR("0\t:ok\t:read\t12"), &e));
    ck_assert_uint_eq(h.events.n, 1);
    ck_assert_uint_eq(h.warnings[WARN_TRUNCATED].count, 1);
    history_free(&h);
}
END_TEST

START_TEST(no_history_at_all)
{
    struct history h;
    struct err e;
    ck_assert(!read_text(&h, NULL, (struct str){"\0\0\0\0", 4}, &e));
    ck_assert_str_eq(e.text, "unknown format");
    ck_assert(!read_text(&h, NULL, STR("hello world\n"), &e));
    ck_assert(!read_text(&h, NULL,
                         STR("\x7f"
                             "ELF\x02\x01\x01"),
                         &e));
}
END_TEST

START_TEST(interval_logs)
{
    ck_read("intervals", "# register\n0 1 4 WRITE 1\n1 2 3 read 1 # late\n\n2 5 - write x\n",
            "invoke 0 :write 1 time=1 | invoke 1 :read nil time=2 | ok 1 :read 1 time=3 | "
            "ok 0 :write 1 time=4 | invoke 2 :write \"x\" time=5");
    /* Touching intervals are concurrent, also within one process, which then gets a second name. */
    ck_read("intervals", "0 1 2 write k 1\n0 2 2 read k nil\n1 2 3 clear\n",
            "invoke 0 :write [\"k\" 1] time=1 | invoke 2 :read [\"k\" nil] time=2 | "
            "invoke 1 :clear nil time=2 | ok 0 :write [\"k\" 1] time=2 | "
            "ok 2 :read [\"k\" nil] time=2 | ok 1 :clear nil time=3");
    ck_error("intervals", "0 1 2 write 1\n0 5 4 write 1\n", "test:2:1: expected: process start");
    struct history h;
    struct err e;
    ck_assert(read_text(&h, NULL, STR("0 1 2 write 1\n0 5"), &e));
    ck_assert(h.truncated && h.events.n == 2 && h.intervals);
    history_free(&h);
    ck_error("intervals", "0 1 2 write 1\n0 5\n", "test:2:1: expected: process start");
    ck_error("intervals", "0 1 2 3\n", "test:1:1: expected: process start");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("logs");
    TCase *c = tcase_create("logs");
    tcase_add_test(c, history_txt);
    tcase_add_test(c, errors_over_several_lines);
    tcase_add_test(c, console_logs);
    tcase_add_test(c, quirk_13_the_error_in_the_place_of_the_value);
    tcase_add_test(c, where_operations_are);
    tcase_add_test(c, mistakes);
    tcase_add_test(c, torn_end);
    tcase_add_test(c, no_history_at_all);
    tcase_add_test(c, interval_logs);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
