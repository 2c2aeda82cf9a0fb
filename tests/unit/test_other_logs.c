/* Logs of other checkers: what the readers make of Lowe's, FPTLin's and chaos' formats. */
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

START_TEST(calls)
{
    ck_read("calls",
            "0 invokes add 5\n1 invokes contains 5\n\n0 returns true\r\n1\treturns  false\n"
            "7 invokes insert -3\n0 invokes erase 5\n",
            "invoke 0 :add 5 | invoke 1 :contains 5 | ok 0 :add [5 true] | "
            "ok 1 :contains [5 false] | invoke 7 :add -3 | invoke 0 :remove 5");
    ck_read("calls", "0 invokes remove 1\n0 returns false\n0 invokes remove 1\n0 returns true\n",
            "invoke 0 :remove 1 | ok 0 :remove [1 false] | invoke 0 :remove 1 | "
            "ok 0 :remove [1 true]");
}
END_TEST

START_TEST(calls_mistakes)
{
    ck_error(NULL, "0 invokes push 5\n", "test:1:1: this format knows add");
    ck_error(NULL, "0 invokes add x\n", "test:1:1: expected an integer");
    ck_error(NULL, "0 invokes add 1\n 0 returns 1\n", "test:2:2: expected: returns true");
    ck_error(NULL, "0 invokes add 1\n1 returns true\n", "test:2:1: this process returns, but");
    ck_error(NULL, "0 invokes add 1\n0 returns true\n0 returns true\n",
             "test:3:1: this process returns, but");
    ck_error(NULL, "0 invokes add 1\n0 add 1\n", "test:2:1: expected: process invokes");
    ck_error("calls", "-1 invokes add 1\n", "test:1:1: expected: process invokes");
}
END_TEST

START_TEST(calls_torn)
{
    struct history h;
    struct err e;
    ck_assert(read_text(&h, NULL, STR("0 invokes add 1\n0 retur"), &e));
    ck_assert(h.truncated && h.events.n == 1);
    history_free(&h);
    ck_assert(read_text(&h, NULL, STR("0 invokes add 1\n0 returns true"), &e));
    ck_assert_uint_eq(h.events.n, 2);
    ck_assert_uint_eq(h.warnings[WARN_TRUNCATED].count, 1);
    history_free(&h);
}
END_TEST

START_TEST(fptlin_types)
{
    ck_read("fptlin", "# stack\n0 1 2 PUSH 7\n0 3 4 PEEK 7\n1 5 6 POP 7\n1 7 8 POP -1\n",
            "invoke 0 :push 7 time=1 | ok 0 :push 7 time=2 | invoke 0 :peek nil time=3 | "
            "ok 0 :peek 7 time=4 | invoke 1 :pop nil time=5 | ok 1 :pop 7 time=6 | "
            "invoke 1 :pop nil time=7 | ok 1 :pop nil time=8");
    ck_read("fptlin", "\n#queue\n0 1 2 ENQ 7\n0 3 4 DEQ 7\n",
            "invoke 0 :enqueue 7 time=1 | ok 0 :enqueue 7 time=2 | "
            "invoke 0 :dequeue nil time=3 | ok 0 :dequeue 7 time=4");
    ck_read("fptlin", "# priorityqueue\n0 1 2 INSERT 7\n0 3 4 POLL 7\n",
            "invoke 0 :insert 7 time=1 | ok 0 :insert 7 time=2 | "
            "invoke 0 :extract-max nil time=3 | ok 0 :extract-max 7 time=4");
    ck_read("fptlin", "# set\n0 1 2 INSERT 7 1\n0 3 4 CONTAINS -1 0\n0 5 6 REMOVE 7 1\n",
            "invoke 0 :add 7 time=1 | ok 0 :add [7 true] time=2 | invoke 0 :contains -1 time=3 | "
            "ok 0 :contains [-1 false] time=4 | invoke 0 :remove 7 time=5 | "
            "ok 0 :remove [7 true] time=6");
    ck_read("fptlin", "# semaphore\n0 1 2 INCR 1\n0 3 4 DECR 1\n0 5 6 DECR 0\n",
            "invoke 0 :signal nil time=1 | ok 0 :signal nil time=2 | "
            "invoke 0 :wait nil time=3 | ok 0 :wait nil time=4 | "
            "invoke 0 :wait nil time=5 | ok 0 :wait false time=6");
    ck_read("fptlin", "# rmw\n0 1 2 READ_MODIFY_WRITE 0 5\n",
            "invoke 0 :cas [0 5] time=1 | ok 0 :cas [0 5] time=2");
}
END_TEST

START_TEST(fptlin_ties_are_ordered)
{
    ck_read("fptlin", "# stack\n0 2 3 PUSH 2\n1 1 2 PUSH 1\n1 2 2 PUSH 3\n",
            "invoke 1 :push 1 time=1 | ok 1 :push 1 time=2 | invoke 1 :push 3 time=2 | "
            "ok 1 :push 3 time=2 | invoke 0 :push 2 time=2 | ok 0 :push 2 time=3");
    /* A process with two operations at a time: the later one gets a number of its own. */
    ck_read("fptlin", "# stack\n0 1 5 PUSH 1\n0 2 3 PUSH 2\n",
            "invoke 0 :push 1 time=1 | invoke 1 :push 2 time=2 | ok 1 :push 2 time=3 | "
            "ok 0 :push 1 time=5");
}
END_TEST

START_TEST(fptlin_or_intervals)
{
    ck_read("intervals", "# stack\n0 1 2 push 1\n",
            "invoke 0 :push 1 time=1 | ok 0 :push 1 time=2");
    ck_read("intervals", "# a stack\n0 1 2 PUSH 1\n",
            "invoke 0 :push 1 time=1 | ok 0 :push 1 time=2");
    ck_read("intervals", "0 1 2 PUSH 1 # stack\n", "invoke 0 :push 1 time=1 | ok 0 :push 1 time=2");
}
END_TEST

START_TEST(fptlin_mistakes)
{
    ck_error("fptlin", "0 1 2 PUSH 1\n", "test:1:1: the first line must name the data type");
    ck_error(NULL, "# stack\n0 1 2 PUSH 1\n0 4 3 POP 1\n", "test:3:1: expected: process start");
    ck_error(NULL, "# stack\n0 1 2 PUSH 1\n0 3 - POP 1\n", "test:3:1: expected: process start");
    ck_error(NULL, "# stack\n0 1 2 PUSH 1\n0 3 4 ENQ 1\n", "test:3:1: the data type in the first");
    ck_error(NULL, "# stack\n0 1 2 PUSH -1\n", "test:2:1: expected one integer behind");
    ck_error(NULL, "# stack\n0 1 2 PUSH 1 2\n", "test:2:1: expected one integer behind");
    ck_error(NULL, "# stack\n0 1 2 POP\n", "test:2:1: expected one integer behind");
    ck_error(NULL, "# set\n0 1 2 INSERT 1\n", "test:2:1: expected an integer and the result");
    ck_error(NULL, "# set\n0 1 2 INSERT 1 2\n", "test:2:1: expected an integer and the result");
    ck_error(NULL, "# semaphore\n0 1 2 INCR 0\n", "test:2:1: expected the result 1");
    ck_error(NULL, "# semaphore\n0 1 2 DECR 2\n", "test:2:1: expected the result, 0 or 1");
    ck_error(NULL, "# rmw\n0 1 2 READ_MODIFY_WRITE 1\n", "test:2:1: expected two integers");
    struct history h;
    struct err e;
    ck_assert(read_text(&h, NULL, STR("# set\n0 1 2 INSERT 1 1\n0 1 2 INS"), &e));
    ck_assert(h.truncated && h.events.n == 2);
    history_free(&h);
}
END_TEST

#define CALL(p, data) "{\"action\":\"call\",\"proc\":" #p ",\"data\":" data "}\n"
#define RETURN(p, data) "{\"action\":\"return\",\"proc\":" #p ",\"data\":" data "}\n"

START_TEST(chaos_cas_register)
{
    ck_read("chaos",
            "{\"action\":\"summarize\",\"proc\":0,\"data\":3}\n" CALL(
                0, "{\"Op\":0,\"Arg1\":0,\"Arg2\":0}") CALL(1, "{\"Op\":1,\"Arg1\":7,\"Arg2\":0}")
                RETURN(0, "{\"Ok\":false,\"Exists\":true,\"Value\":3,\"Unknown\":false}")
                    RETURN(1, "{\"Ok\":false,\"Exists\":false,\"Value\":0,\"Unknown\":true}")
                        CALL(0, "{\"Op\":2,\"Arg1\":3,\"Arg2\":4}")
                            RETURN(0, "{\"Ok\":true,\"Exists\":false,\"Value\":0}")
                                CALL(0, "{\"Op\":2,\"Arg1\":9,\"Arg2\":5}")
                                    RETURN(0, "{\"Ok\":false}") CALL(0, "{\"Op\":0}")
                                        RETURN(0, "{\"Exists\":false}"),
            "invoke 0 :write 3 | ok 0 :write 3 | invoke 0 :read nil | invoke 1 :write 7 | "
            "ok 0 :read 3 | info 1 :write 7 | invoke 0 :cas [3 4] | ok 0 :cas [3 4] | "
            "invoke 0 :cas [9 5] | fail 0 :cas [9 5] | invoke 0 :read nil | ok 0 :read nil");
}
END_TEST

START_TEST(chaos_register)
{
    ck_read("chaos",
            CALL(2, "{\"Op\":true,\"Value\":7}") RETURN(2, "{\"Unknown\":false,\"Value\":0}")
                CALL(2, "{\"Op\":false,\"Value\":0}") "\n" RETURN(2, "{\"Value\":7}")
                    CALL(2, "{\"Op\":false}") RETURN(2, "null"),
            "invoke 2 :write 7 | ok 2 :write 7 | invoke 2 :read nil | ok 2 :read 7 | "
            "invoke 2 :read nil | info 2 :read nil");
    struct history h;
    struct err e;
    ck_assert(read_text(&h, NULL, STR(CALL(0, "{\"Op\":false}") "{\"action\":\"ret"), &e));
    ck_assert(h.truncated && h.events.n == 1);
    history_free(&h);
}
END_TEST

START_TEST(chaos_mistakes)
{
    ck_error(NULL, CALL(0, "{\"Op\":3}"), "test:1:1: this reader knows registers");
    ck_error(NULL, CALL(0, "{\"Op\":true}"), "test:1:1: this reader knows registers");
    ck_error(NULL, CALL(0, "[]"), "test:1:1: this reader knows registers");
    ck_error(NULL, CALL(-1, "{\"Op\":false}"), "test:1:1: expected {\"action\"");
    ck_error(NULL, "{\"action\":\"sing\",\"proc\":0,\"data\":0}\n",
             "test:1:1: expected the action");
    ck_error(NULL, CALL(0, "{\"Op\":false}") RETURN(1, "null"), "test:2:1: this process returns");
    ck_error(NULL, CALL(0, "{\"Op\":false}") RETURN(0, "{}"), "test:2:1: expected data with the V");
    ck_error(NULL, CALL(0, "{\"Op\":2,\"Arg1\":0,\"Arg2\":1}") RETURN(0, "{}"),
             "test:2:1: expected data with Ok");
    ck_error(NULL, CALL(0, "{\"Op\":false}") "{\"action\":\"summarize\",\"proc\":0,\"data\":1}\n",
             "test:2:1: a summary is understood");
    ck_error(NULL, "{\"action\":\"summarize\",\"proc\":0,\"data\":[]}\n", "test:1:1: this reader");
    ck_error(NULL, CALL(0, "{\"Op\":false}") "{\"action\":}\n", "test:2:11: ");
    ck_error(NULL, CALL(0, "{\"Op\":false}") "{} {}\n", "test:2:1: expected {\"action\"");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("other_logs");
    TCase *c = tcase_create("other_logs");
    tcase_add_test(c, calls);
    tcase_add_test(c, calls_mistakes);
    tcase_add_test(c, calls_torn);
    tcase_add_test(c, fptlin_types);
    tcase_add_test(c, fptlin_ties_are_ordered);
    tcase_add_test(c, fptlin_or_intervals);
    tcase_add_test(c, fptlin_mistakes);
    tcase_add_test(c, chaos_cas_register);
    tcase_add_test(c, chaos_register);
    tcase_add_test(c, chaos_mistakes);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
