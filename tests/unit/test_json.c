#include "base/mem.h"
#include "tests/property/read_text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static void ck_read(const char *text, const char *events)
{
    struct history h;
    struct err e = {0};
    ck_assert_msg(read_text(&h, NULL, str_of(text), &e), "%s\n%s", text, e.text);
    ck_assert_str_eq(reader_detect(h.source.text)->name, "json");
    char *got = show_events(&h);
    ck_assert_str_eq(got, events);
    mem_free(got);
    history_free(&h);
}

static void ck_value(const char *text, const char *shown)
{
    char op[512], events[512];
    (void)snprintf(op, sizeof op, "{\"type\":\"ok\",\"process\":0,\"f\":\"read\",\"value\":%s}",
                   text);
    (void)snprintf(events, sizeof events, "ok 0 :read %s", shown);
    ck_read(op, events);
}

static void ck_error(const char *text, const char *message)
{
    struct history h;
    struct err e = {0};
    ck_assert_msg(!read_text(&h, "json", str_of(text), &e), "was read: %s", text);
    ck_assert_msg(strncmp(e.text, message, strlen(message)) == 0, "%s\n%s", text, e.text);
}

START_TEST(layouts)
{
    const char *two = "invoke 0 :r nil | ok 0 :r 1";
    ck_read("[{\"type\":\"invoke\",\"process\":0,\"f\":\"r\",\"value\":null},\n"
            "{\"type\":\"ok\",\"process\":0,\"f\":\"r\",\"value\":1}]\n",
            two);
    ck_read("{\"type\":\"invoke\",\"process\":0,\"f\":\"r\",\"value\":null}\r\n"
            "{\"type\": \"ok\", \"process\": 0, \"f\": \"r\", \"value\": 1}\r\n",
            two);
    ck_read(
        "{\n  \"type\" : \"invoke\",\n  \"process\" : 0,\n  \"f\" : \"r\",\n  \"value\" : null\n}\n"
        "{\n  \"type\" : \"ok\",\n  \"process\" : 0,\n  \"f\" : \"r\",\n  \"value\" : 1\n}\n",
        two);
    ck_read("\xef\xbb\xbf  [ {\"type\":\"invoke\",\"process\":0,\"f\":\"r\",\"value\":null}, "
            "{\"type\":\"ok\",\"process\":0,\"f\":\"r\",\"value\":1} ] [ ]",
            two);
}
END_TEST

START_TEST(fields_as_in_the_edn_twin)
{
    ck_read("{\"index\":0,\"type\":\"invoke\",\"f\":\"txn\",\"process\":0,\"time\":16723,"
            "\"value\":[[\"append\",9,1],[\"r\",8,null]],\"extra\":{\"a\":[1,\"}\"]}}",
            "invoke 0 :txn [[\"append\" 9 1] [\"r\" 8 nil]] time=16723 index=0");
    ck_read("{\"type\":\"info\",\"process\":\"nemesis\",\"f\":\"start\",\"value\":\"one\"}",
            "info :nemesis :start \"one\"");
    ck_read("{\"type\":\"OK\",\"process\":\"3\",\"f\":null,\"key\":\"k\",\"mod_revision\":4}"
            "{\"type\":\"return\",\"time\":-1,\"version\":5}{\"type\":\"fail\","
             "\"time\":1.5e3,\"key\":null}",
            "ok 3 - - key=\"k\" version=4 | ok - - - version=5 | fail - - -");
    ck_read("{\"type\":\"fail\",\"f\":\"read balance\"}", "fail - \"read balance\" -");
}
END_TEST

START_TEST(values)
{
    ck_value("[true,false,null,-5,\"x\"]", "[true false nil -5 \"x\"]");
    ck_value("{\"0\":100,\"a\":{}}", "{\"0\" 100, \"a\" {}}");
    ck_value("{\"a\":1,\"a\":2}", "{\"a\" 2}");
    ck_value("[]", "[]");
    ck_value("[ 1 , 2 ]", "[1 2]");
    ck_value("9223372036854775807", "9223372036854775807");
    ck_value("18446744073709551615", "18446744073709551615N");
    ck_value("[1.5,1.50,1e2,-0.0,1E-4]", "[1.5 1.5 100.0 -0.0 1.0E-4]");
    ck_value("[NaN,Infinity,-Infinity]", "[##NaN ##Inf ##-Inf]");
    ck_value("\"a\\n\\\"\\\\\\/\\u00e9\\ud83d\\ude00\\u0000\"",
             "\"a\\n\\\"\\\\/é\xf0\x9f\x98\x80\\u0000\"");
    ck_value("\"\\ud83d!\\ud83d\\u0041\"", "\"\xed\xa0\xbd!\xed\xa0\xbd"
                                           "A\"");
    ck_value("\"\xff\"", "\"\xff\"");
}
END_TEST

START_TEST(mistakes)
{
    ck_error("{\"type\":\"ok\",\"value\":[1,,2]}", "test:1:25: expected a JSON value");
    ck_error("{\"type\":\"ok\",\"value\":[1 2]}", "test:1:25: expected , or ]");
    ck_error("{\"type\":\"ok\" \"value\":1}", "test:1:14: expected , or }");
    ck_error("{\"type\":\"ok\",}", "test:1:14: expected a key");
    ck_error("{\"type\":\"ok\",\"value\":{\"a\" 1}}", "test:1:27: expected :");
    ck_error("{\"type\":\"ok\",\"value\":{a:1}}", "test:1:23: expected a key in double quotes");
    ck_error("{\"type\":\"ok\",\"value\":tru }", "test:1:22: this is no JSON value");
    ck_error("{\"type\":\"ok\",\"value\":017}", "test:1:22: this is no JSON value");
    ck_error("{\"type\":\"ok\",\"value\":+1}", "test:1:22: this is no JSON value");
    ck_error("{\"type\":\"ok\",\"value\":\"\\q\"}", "test:1:23: an escape that JSON");
    ck_error("{\"type\":\"ok\",\"x\":[1}}", "test:1:20: this bracket does not match");
    ck_error("{\"type\":\"ok\",\"type\":\"ok\"}",
             "test:1:13: this operation has the same key twice");
    ck_error("{\"type\":\"nope\"}", "test:1:9: unknown :type");
    ck_error("{\"f\":\"read\"}", "test:1:1: this object has no \"type\"");
    ck_error("[1]", "test:1:2: expected an operation such as");
    ck_error("[[{\"type\":\"ok\"}]]", "test:1:2: expected an operation");
    ck_error("{\"type\":\"ok\"}\n{\"type\":\n{\"type\":\"ok\"}\n", "test:3:1: unknown :type");
    ck_error("{\"type\":\"ok\"}\n{\"value\":[\n{\"type\":\"ok\"}\n",
             "test:2:1: this form is not closed");
}
END_TEST

START_TEST(torn_end)
{
    static const char *const torn[] = {
        "{",
        "{\"ty",
        "{\"type\"",
        "{\"type\":\"o",
        "{\"type\":\"ok\"",
        "{\"type\":\"ok\",",
        "{\"type\":\"ok\",\"value\":tru",
        "{\"type\":\"ok\",\"value\":-",
        "{\"type\":\"ok\",\"value\":12",
        "{\"type\":\"ok\",\"value\":\"\\",
        "{\"type\":\"ok\",\"value\":\"\\u00",
        "{\"type\":\"ok\",\"value\":[1,{\"a\":",
        "{\"type\":\"ok\",\"extra\":[1,{\"a\":",
    };
    char text[128];
    for (size_t i = 0; i < sizeof torn / sizeof *torn; i++) {
        (void)snprintf(text, sizeof text, "%s{\"type\":\"ok\",\"f\":\"a\"}\n%s", i % 2 ? "[" : "",
                       torn[i]);
        struct history h;
        struct err e = {0};
        ck_assert_msg(read_text(&h, NULL, str_of(text), &e), "%s: %s", text, e.text);
        ck_assert_uint_eq(h.events.n, 1);
        ck_assert(h.truncated);
        history_free(&h);
    }
}
END_TEST

START_TEST(names_with_escapes_do_not_mix)
{
    /* The raw bytes of one name are the decoded bytes of another. */
    ck_read("{\"type\":\"ok\",\"f\":\"a\\\\nb\"}{\"type\":\"ok\",\"f\":\"a\\nb\"}"
            "{\"type\":\"ok\",\"f\":\"a\\\\nb\"}",
            "ok - \"a\\\\nb\" - | ok - \"a\\nb\" - | ok - \"a\\\\nb\" -");
}
END_TEST

START_TEST(deep_nesting_is_an_error)
{
    enum { N = 1000000 };
    static const char *const keys[] = {"value", "extra"};
    static const char *const opens[] = {"[", "{\"a\":"};
    for (int i = 0; i < 4; i++) {
        struct buf b = {0};
        buf_printf(&b, "{\"type\":\"ok\",\"%s\":", keys[i / 2]);
        for (int j = 0; j < N; j++)
            buf_puts(&b, opens[i % 2]);
        struct history h;
        struct err e = {0};
        ck_assert(!read_text(&h, "json", buf_str(&b), &e));
        ck_assert_ptr_nonnull(strstr(e.text, "nested deeper than 512"));
        buf_free(&b);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json");
    TCase *c = tcase_create("json");
    tcase_add_test(c, layouts);
    tcase_add_test(c, fields_as_in_the_edn_twin);
    tcase_add_test(c, values);
    tcase_add_test(c, mistakes);
    tcase_add_test(c, torn_end);
    tcase_add_test(c, names_with_escapes_do_not_mix);
    tcase_add_test(c, deep_nesting_is_an_error);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
