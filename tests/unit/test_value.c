#include "base/mem.h"
#include "histories/reader.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static val parse(struct values *t, const char *text)
{
    val v = VAL_ABSENT;
    struct err e = {0};
    ck_assert_msg(edn_parse_value(t, str_of(text), &v, &e), "%s: %s", text, e.text);
    return v;
}

static void ck_edn(struct values *t, const char *text, const char *expected)
{
    struct buf b = {0};
    val_print_edn(t, parse(t, text), &b);
    buf_putc(&b, '\0');
    ck_assert_str_eq(b.p, expected);
    b.n--;
    buf_putc(&b, '\0');
    ck_assert_uint_eq(parse(t, b.p), parse(t, text));
    buf_free(&b);
}

static void ck_json(struct values *t, const char *text, const char *expected)
{
    struct buf b = {0};
    val_print_json(t, parse(t, text), &b);
    buf_putc(&b, '\0');
    ck_assert_str_eq(b.p, expected);
    buf_free(&b);
}

START_TEST(integers_are_kept_exactly)
{
    static const int64_t some[] = {0,           1,           -1,        0x3fffffff, 0x40000000,
                                   -0x40000000, -0x40000001, 1ll << 40, INT64_MAX,  INT64_MIN};
    struct values t;
    values_init(&t);
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        int64_t back = 7;
        val v = val_int(&t, some[i]);
        ck_assert(val_get_int(&t, v, &back));
        ck_assert_int_eq(back, some[i]);
        ck_assert_uint_eq(v, val_int(&t, some[i]));
        ck_assert_int_eq(val_kind(&t, v), V_INT);
    }
    int64_t none;
    ck_assert(!val_get_int(&t, VAL_NIL, &none));
    values_free(&t);
}
END_TEST

START_TEST(equal_values_have_equal_ids)
{
    struct values t;
    values_init(&t);
    ck_assert_uint_eq(parse(&t, "[1 (2 3) \"x\"]"), parse(&t, "(1, [2,3], \"x\")"));
    ck_assert_uint_eq(parse(&t, "#{3 1 :a}"), parse(&t, "#{:a 3 1}"));
    ck_assert_uint_eq(parse(&t, "{:x 1 :y -2}"), parse(&t, "{:y -2 :x 1}"));
    ck_assert_uint_ne(parse(&t, "{:x 1 :y 2}"), parse(&t, "{:x 2 :y 1}"));
    ck_assert_uint_ne(parse(&t, "[1 2]"), parse(&t, "#{1 2}"));
    ck_assert_uint_ne(parse(&t, "\"a\""), parse(&t, ":a"));
    ck_assert_uint_ne(parse(&t, ":a"), parse(&t, "a"));
    ck_assert_uint_ne(parse(&t, "[]"), parse(&t, "nil"));
    ck_assert_uint_ne(parse(&t, "[]"), parse(&t, "#{}"));
    ck_assert_uint_ne(parse(&t, "[nil]"), parse(&t, "[]"));
    values_free(&t);
}
END_TEST

START_TEST(many_values_stay_apart)
{
    enum { N = 200000 };
    struct values t;
    values_init(&t);
    val *ids = mem_zalloc(N, sizeof *ids);
    char text[32];
    for (int i = 0; i < N; i++) {
        int n = snprintf(text, sizeof text, "value-%d", i);
        ids[i] = val_text(&t, V_STRING, (struct str){text, (size_t)n});
    }
    for (int i = 0; i < N; i++) {
        int n = snprintf(text, sizeof text, "value-%d", i);
        struct str s = {text, (size_t)n};
        ck_assert_uint_eq(ids[i], val_text(&t, V_STRING, s));
        ck_assert(str_eq(val_get_text(&t, ids[i]), s));
    }
    mem_free(ids);
    values_free(&t);
}
END_TEST

START_TEST(big_maps_sort_and_keep_the_last_of_equal_keys)
{
    enum { N = 1000 };
    struct values t;
    values_init(&t);
    val forward[2 * N + 2], backward[2 * N];
    for (int i = 0; i < N; i++) {
        forward[2 * i] = backward[2 * (N - 1 - i)] = val_small(i - 500);
        forward[2 * i + 1] = backward[2 * (N - 1 - i) + 1] = val_small(7 * i);
    }
    forward[2 * N] = val_small(0);
    forward[2 * N + 1] = VAL_TRUE;
    val b = val_seq(&t, V_MAP, backward, 2 * N);
    val f = val_seq(&t, V_MAP, forward, 2 * N + 2);
    size_t nb, nf;
    const val *items = val_items(&t, f, &nf);
    (void)val_items(&t, b, &nb);
    ck_assert_uint_eq(nf, 2 * N);
    ck_assert_uint_eq(nb, 2 * N);
    ck_assert_uint_ne(f, b);
    ck_assert_uint_eq(items[0], val_small(-500));
    ck_assert_uint_eq(items[1001], VAL_TRUE);
    values_free(&t);
}
END_TEST

START_TEST(pairs)
{
    struct values t;
    val a, b;
    values_init(&t);
    ck_assert(val_pair(&t, parse(&t, "[3 nil]"), &a, &b));
    ck_assert_uint_eq(a, val_small(3));
    ck_assert_uint_eq(b, VAL_NIL);
    ck_assert(!val_pair(&t, parse(&t, "[3]"), &a, &b));
    ck_assert(!val_pair(&t, parse(&t, "#{3 4}"), &a, &b));
    ck_assert(!val_pair(&t, parse(&t, "{3 4}"), &a, &b));
    ck_assert(!val_pair(&t, VAL_NIL, &a, &b));
    values_free(&t);
}
END_TEST

START_TEST(printing_edn)
{
    struct values t;
    values_init(&t);
    ck_edn(&t, "[nil true false -5]", "[nil true false -5]");
    ck_edn(&t, "{:b [1 (2)], :a #{2 1}}", "{:b [1 [2]], :a #{1 2}}");
    ck_edn(&t, "\"q\\\" b\\\\ n\\n t\\t u\\u0000 é\"", "\"q\\\" b\\\\ n\\n t\\t u\\u0000 é\"");
    ck_edn(&t, "#{}", "#{}");
    ck_edn(&t, "{}", "{}");
    ck_edn(&t, "[[] () {}]", "[[] [] {}]");
    values_free(&t);
}
END_TEST

START_TEST(printing_json)
{
    struct values t;
    values_init(&t);
    ck_json(&t, "[nil true :kw sym \"s\" 1 1.5 123456789012345678901N]",
            "[null,true,\"kw\",\"sym\",\"s\",1,1.5,123456789012345678901]");
    ck_json(&t, "{0 100, \"a\" #{1}, :k nil, [1 2] 3}",
            "{\"0\":100,\"a\":[1],\"k\":null,\"[1 2]\":3}");
    ck_json(&t, "[07777777777777777777777777 -1.e999 1e999]",
            "[\"07777777777777777777777777\",\"-1.e999\",1e999]");
    ck_json(&t, "[1/3 1.5M ##NaN]", "[\"1/3\",\"1.5M\",\"##NaN\"]");
    values_free(&t);
}
END_TEST

START_TEST(json_strings_are_always_valid)
{
    struct buf b = {0};
    json_print_string((struct str){"a\x01\"\\\xff\xe2\x80\xa8\xc3\xa9\xed\xa0\x80", 14}, &b);
    buf_putc(&b, '\0');
    ck_assert_str_eq(b.p, "\"a\\u0001\\\"\\\\\\ufffd\\u2028\xc3\xa9\\ufffd\\ufffd\\ufffd\\u0000\"");
    buf_free(&b);
}
END_TEST

START_TEST(deep_values_print_without_recursion)
{
    enum { DEEP = 1000000 };
    struct values t;
    values_init(&t);
    val v = VAL_NIL;
    for (int i = 0; i < DEEP; i++)
        v = val_seq(&t, V_LIST, &v, 1);
    struct buf b = {0};
    val_print_edn(&t, v, &b);
    ck_assert_uint_eq(b.n, 2 * DEEP + 3);
    buf_free(&b);
    values_free(&t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("value");
    TCase *c = tcase_create("value");
    tcase_add_test(c, integers_are_kept_exactly);
    tcase_add_test(c, equal_values_have_equal_ids);
    tcase_add_test(c, many_values_stay_apart);
    tcase_add_test(c, big_maps_sort_and_keep_the_last_of_equal_keys);
    tcase_add_test(c, pairs);
    tcase_add_test(c, printing_edn);
    tcase_add_test(c, printing_json);
    tcase_add_test(c, json_strings_are_always_valid);
    tcase_add_test(c, deep_values_print_without_recursion);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
