/* What the record of an event says beside its columns. */
#include "histories/event_text.h"

#include <check.h>

static void field(const char *text, const char *name, const char *expected)
{
    const struct load_options load = {.split = SPLIT_NO};
    struct history h;
    struct err e = {0};
    ck_assert_msg(history_load_memory(&h, "test", str_of(text), &load, &e), "%s", e.text);
    struct str s = event_field(&h, 0, name);
    ck_assert_msg(str_is(s, expected), "%.*s", (int)s.n, s.p);
    history_free(&h);
}

START_TEST(fields)
{
    field("{:type :info, :f :x, :receipt \"2 of 2\"}", "receipt", "2 of 2");
    field("{:type :info, :f :x, :delivered 17}", "delivered", "17");
    field("{:type :info, :f :x, :delivered [1 0 7], :y 1}", "delivered", "[1 0 7]");
    field("{:type :info, :f :x, :delivered {\"n]\" [1 0], :b #{2}}}", "delivered",
          "{\"n]\" [1 0], :b #{2}}");
    field("{\"type\": \"info\", \"f\": \"x\", \"delivered\": [1, 2]}", "delivered", "[1, 2]");
    field("{:type :info, :f :x}", "delivered", "");
    field("{:type :info, :f :x, :delivered #inst \"2026\"}", "delivered", "");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("event text");
    TCase *t = tcase_create("fields");
    tcase_add_test(t, fields);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
