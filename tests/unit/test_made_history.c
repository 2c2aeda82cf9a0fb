/* belie.h: histories that the program makes, and values. */
#include "reports/belie.h"

#include <check.h>
#include <string.h>

static belie_history *h;

static void setup(void)
{
    h = belie_history_new("made");
}

static void teardown(void)
{
    belie_history_free(h);
}

static void event(enum belie_type type, int64_t process, const char *f, belie_value value)
{
    struct belie_event e = BELIE_EVENT;
    char *error = NULL;
    e.type = type;
    e.process = process;
    e.f = f;
    e.value = value;
    ck_assert_msg(belie_history_add(h, &e, &error), "%s", error ? error : "no error text");
}

static void refused(struct belie_event e, const char *word)
{
    char *error = NULL;
    size_t before = belie_history_operations(h);
    ck_assert(!belie_history_add(h, &e, &error));
    ck_assert_msg(strstr(error, word) != NULL, "%s", error);
    ck_assert_uint_eq(belie_history_operations(h), before);
    belie_free(error);
    ck_assert(!belie_history_add(h, &e, NULL));
}

static void operation(int64_t process, const char *f, belie_value in, belie_value out,
                      int64_t start, int64_t end)
{
    struct belie_operation o = BELIE_OPERATION;
    char *error = NULL;
    o.type = end == BELIE_NO_END ? BELIE_INFO : BELIE_OK;
    o.process = process;
    o.f = f;
    o.in = in;
    o.out = out;
    o.start = start;
    o.end = end;
    ck_assert_msg(belie_history_add_operation(h, &o, &error), "%s", error ? error : "?");
}

static enum belie_verdict verdict(void)
{
    char *error = NULL;
    belie_result *r = belie_check(h, NULL, &error);
    ck_assert_msg(r != NULL, "%s", error ? error : "no error text");
    enum belie_verdict v = belie_result_verdict(r);
    belie_result_free(r);
    return v;
}

START_TEST(events_one_by_one)
{
    event(BELIE_INVOKE, 0, "write", belie_int(h, 1));
    event(BELIE_OK, 0, NULL, belie_int(h, 1));
    event(BELIE_INVOKE, 1, "read", BELIE_NIL);
    event(BELIE_OK, 1, "read", belie_int(h, 1));
    ck_assert_uint_eq(belie_history_operations(h), 2);
    ck_assert_int_eq(verdict(), BELIE_VALID);
    /* Going on after a check: a crashed write explains one more read, but nothing a third. */
    event(BELIE_INVOKE, 2, "write", belie_int(h, 2));
    event(BELIE_INFO, 2, NULL, BELIE_NONE);
    event(BELIE_INVOKE, 1, "read", BELIE_NIL);
    event(BELIE_OK, 1, NULL, belie_int(h, 2));
    ck_assert_int_eq(verdict(), BELIE_VALID);
    event(BELIE_INVOKE, 3, "write", belie_int(h, 3));
    event(BELIE_FAIL, 3, NULL, BELIE_NONE);
    ck_assert_int_eq(verdict(), BELIE_VALID);
    event(BELIE_INVOKE, 1, "read", BELIE_NIL);
    event(BELIE_OK, 1, NULL, belie_int(h, 3));
    ck_assert_int_eq(verdict(), BELIE_INVALID);
}
END_TEST

START_TEST(reports_number_what_was_added)
{
    event(BELIE_INVOKE, 0, "write", belie_int(h, 1));
    event(BELIE_OK, 0, NULL, belie_int(h, 1));
    event(BELIE_INVOKE, 1, "read", BELIE_NIL);
    event(BELIE_OK, 1, NULL, BELIE_NIL);
    belie_result *r = belie_check(h, NULL, NULL);
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "\"line\": 3"));
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "\"format\": \"memory\""));
    ck_assert_ptr_nonnull(strstr(belie_result_text(r), "made\tfalse\n"));
    belie_result_free(r);
    /* What does not fit the model is found by its line. */
    event(BELIE_INVOKE, 0, "fly", BELIE_NIL);
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    char *error = NULL;
    o.model = "register";
    ck_assert_ptr_null(belie_check(h, &o, &error));
    ck_assert_msg(strncmp(error, "made:5:1: ", 10) == 0, "%s", error);
    belie_free(error);
}
END_TEST

START_TEST(impossible_events)
{
    struct belie_event e = BELIE_EVENT;
    refused(e, "name");
    e.f = "";
    refused(e, "name");
    e.f = "write";
    e.process = -1;
    refused(e, "numbered from 0");
    e.process = 0;
    e.type = (enum belie_type)7;
    refused(e, "type");
    e.type = BELIE_OK;
    refused(e, "no open operation");
    e.type = BELIE_INVOKE;
    e.value = 1000; /* nothing has this number */
    refused(e, "value");
    e.value = BELIE_NONE;
    e.key = 1000;
    refused(e, "key");
    event(BELIE_INVOKE, 0, "write", belie_int(h, 1));
    e.key = BELIE_NONE;
    refused(e, "has not completed");
    e.type = BELIE_OK;
    e.f = "read";
    refused(e, "it has invoked write");
    event(BELIE_INFO, 0, NULL, BELIE_NONE);
    refused(e, "no open operation");
    e.type = BELIE_INVOKE;
    refused(e, "new process");
    struct belie_operation o = BELIE_OPERATION;
    o.f = "read";
    o.end = 1;
    ck_assert(!belie_history_add_operation(h, &o, NULL)); /* not both kinds */
    ck_assert_int_eq(verdict(), BELIE_VALID);
}
END_TEST

START_TEST(whole_operations)
{
    /* In any order; [0 10] and [10 20] touch, so they are concurrent. */
    operation(1, "read", BELIE_NONE, BELIE_NIL, 10, 20);
    operation(0, "write", belie_int(h, 1), BELIE_NONE, 0, 10);
    ck_assert_uint_eq(belie_history_operations(h), 2);
    ck_assert_int_eq(verdict(), BELIE_VALID);
    operation(2, "write", belie_int(h, 2), BELIE_NONE, 30, BELIE_NO_END);
    operation(1, "read", BELIE_NONE, belie_int(h, 2), 40, 50);
    ck_assert_int_eq(verdict(), BELIE_VALID);
    operation(1, "read", BELIE_NONE, BELIE_NIL, 21, 29);
    ck_assert_int_eq(verdict(), BELIE_INVALID);
    struct belie_operation o = BELIE_OPERATION;
    o.f = "read";
    o.start = 3;
    o.end = 2;
    ck_assert(!belie_history_add_operation(h, &o, NULL));
    o.end = BELIE_NO_END; /* but it is said to have completed */
    ck_assert(!belie_history_add_operation(h, &o, NULL));
    o.type = BELIE_INVOKE;
    ck_assert(!belie_history_add_operation(h, &o, NULL));
    struct belie_event e = BELIE_EVENT;
    e.f = "read";
    refused(e, "whole operations");
}
END_TEST

START_TEST(keys)
{
    struct belie_event e = BELIE_EVENT;
    for (int key = 0; key < 2; key++) {
        e.type = BELIE_INVOKE;
        e.f = "write";
        e.process = key;
        e.key = belie_int(h, key);
        e.value = belie_int(h, 10 + key);
        ck_assert(belie_history_add(h, &e, NULL));
        e.type = BELIE_OK;
        e.f = NULL;
        ck_assert(belie_history_add(h, &e, NULL));
        e.type = BELIE_INVOKE;
        e.f = "read";
        e.value = BELIE_NIL;
        ck_assert(belie_history_add(h, &e, NULL));
        e.type = BELIE_OK;
        e.value = belie_int(h, 10 + key);
        ck_assert(belie_history_add(h, &e, NULL));
    }
    belie_result *r = belie_check(h, NULL, NULL);
    ck_assert_int_eq(belie_result_verdict(r), BELIE_VALID);
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "\"independent\": true"));
    belie_result_free(r);
    /* Pairs without a key are just values. */
    belie_history *other = belie_history_new(NULL);
    belie_value pair = belie_edn(other, "[1 2]", NULL);
    e = (struct belie_event)BELIE_EVENT;
    e.f = "write";
    e.value = pair;
    ck_assert(belie_history_add(other, &e, NULL));
    r = belie_check(other, NULL, NULL);
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "\"independent\": false"));
    belie_result_free(r);
    belie_history_free(other);
}
END_TEST

START_TEST(a_history_from_text_takes_no_more)
{
    static const char text[] = "{:process 0, :type :invoke, :f :read, :value nil}\n";
    belie_history *read = belie_history_from_memory("t", text, strlen(text), NULL, NULL);
    struct belie_event e = BELIE_EVENT;
    struct belie_operation o = BELIE_OPERATION;
    char *error = NULL;
    e.f = o.f = "read";
    e.process = 1;
    o.end = 1;
    ck_assert(!belie_history_add(read, &e, &error));
    ck_assert_ptr_nonnull(strstr(error, "belie_history_new"));
    belie_free(error);
    ck_assert(!belie_history_add_operation(read, &o, NULL));
    belie_history_free(read);
}
END_TEST

static void prints(belie_value v, const char *edn, const char *json)
{
    char *text = belie_value_edn(h, v);
    ck_assert_str_eq(text, edn);
    belie_free(text);
    text = belie_value_json(h, v);
    ck_assert_str_eq(text, json);
    belie_free(text);
}

START_TEST(values)
{
    belie_value items[4] = {belie_int(h, 1), belie_string(h, "a"), BELIE_TRUE, BELIE_NIL};
    belie_value list = belie_items(h, BELIE_KIND_LIST, items, 4);
    prints(list, "[1 \"a\" true nil]", "[1,\"a\",true,null]");
    ck_assert_uint_eq(belie_edn(h, "[1 \"a\" true nil]", NULL), list);
    ck_assert_uint_eq(belie_json(h, " [1,\"a\",true, null] ", NULL), list);
    prints(belie_items(h, BELIE_KIND_MAP, items, 2), "{1 \"a\"}", "{\"1\":\"a\"}");
    prints(belie_items(h, BELIE_KIND_SET, items, 1), "#{1}", "[1]");
    prints(belie_items(h, BELIE_KIND_LIST, NULL, 0), "[]", "[]");
    prints(belie_text(h, BELIE_KIND_KEYWORD, "kw", 2), ":kw", "\"kw\"");
    prints(belie_int(h, INT64_MIN), "-9223372036854775808", "-9223372036854775808");
    prints(BELIE_NONE, "", "");
    ck_assert_uint_eq(belie_int(h, 7), belie_int(h, 7));
    ck_assert_uint_ne(belie_string(h, "7"), belie_int(h, 7));
}
END_TEST

START_TEST(looking_into_values)
{
    belie_value list = belie_edn(h, "[5 \"xy\" :k 1.5]", NULL);
    size_t n;
    const belie_value *items = belie_value_items(h, list, &n);
    ck_assert_uint_eq(n, 4);
    int64_t i = 0;
    ck_assert(belie_value_int(h, items[0], &i) && i == 5);
    ck_assert(!belie_value_int(h, items[1], &i));
    const char *text = belie_value_text(h, items[1], &n);
    ck_assert(n == 2 && memcmp(text, "xy", 2) == 0);
    ck_assert_int_eq(belie_value_kind(h, items[2]), BELIE_KIND_KEYWORD);
    ck_assert_int_eq(belie_value_kind(h, items[3]), BELIE_KIND_NUMBER);
    ck_assert_int_eq(belie_value_kind(h, list), BELIE_KIND_LIST);
    ck_assert_int_eq(belie_value_kind(h, BELIE_NIL), BELIE_KIND_NIL);
    ck_assert_int_eq(belie_value_kind(h, BELIE_FALSE), BELIE_KIND_BOOL);
    ck_assert_int_eq(belie_value_kind(h, BELIE_NONE), BELIE_KIND_NONE);
    ck_assert_ptr_null(belie_value_items(h, items[0], &n));
    ck_assert_str_eq(belie_value_text(h, items[0], &n), "");
}
END_TEST

START_TEST(no_values)
{
    const belie_value nothing = 100000;
    char *error = NULL;
    size_t n;
    int64_t i;
    ck_assert_int_eq(belie_value_kind(h, nothing), BELIE_KIND_NONE);
    ck_assert(!belie_value_int(h, nothing, &i));
    ck_assert_ptr_null(belie_value_items(h, nothing, &n));
    ck_assert_str_eq(belie_value_text(h, nothing, &n), "");
    prints(nothing, "", "");
    ck_assert_uint_eq(belie_items(h, BELIE_KIND_LIST, &nothing, 1), BELIE_NONE);
    ck_assert_uint_eq(belie_items(h, BELIE_KIND_INT, NULL, 0), BELIE_NONE);
    const belie_value one = belie_int(h, 1);
    ck_assert_uint_eq(belie_items(h, BELIE_KIND_MAP, &one, 1), BELIE_NONE);
    ck_assert_uint_eq(belie_text(h, BELIE_KIND_LIST, "x", 1), BELIE_NONE);
    ck_assert_uint_eq(belie_edn(h, "[1", &error), BELIE_NONE);
    ck_assert_ptr_nonnull(strstr(error, "EDN"));
    belie_free(error);
    ck_assert_uint_eq(belie_json(h, "{\"a\":}", &error), BELIE_NONE);
    ck_assert_ptr_nonnull(strstr(error, "JSON"));
    belie_free(error);
    ck_assert_uint_eq(belie_json(h, "1 2", NULL), BELIE_NONE);
    ck_assert_uint_eq(belie_json(h, "", NULL), BELIE_NONE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("made_history");
    TCase *t = tcase_create("belie.h");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, events_one_by_one);
    tcase_add_test(t, reports_number_what_was_added);
    tcase_add_test(t, impossible_events);
    tcase_add_test(t, whole_operations);
    tcase_add_test(t, keys);
    tcase_add_test(t, a_history_from_text_takes_no_more);
    tcase_add_test(t, values);
    tcase_add_test(t, looking_into_values);
    tcase_add_test(t, no_values);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
