#include "histories/history.h"

#include <check.h>
#include <stdlib.h>

/* Load `text` and expect exactly `count` warnings of `kind`, the first at event `first`. */
static void ck_lint(const char *text, enum warning_kind kind, uint64_t count, uint32_t first,
                    const char *part)
{
    struct load_options opt = {.split = SPLIT_AUTO};
    struct history h;
    struct err e = {0};
    ck_assert_msg(history_load_memory(&h, "t.edn", str_of(text), &opt, &e), "%s", e.text);
    ck_assert_uint_eq(h.warnings[kind].count, count);
    if (count) {
        ck_assert_uint_eq(h.warnings[kind].first_event, first);
        ck_assert_msg(strstr(h.warnings[kind].text, part) != NULL, "'%s' is not in '%s'", part,
                      h.warnings[kind].text);
    }
    history_free(&h);
}

/* Quirk 2: the order of the file is the truth. */
START_TEST(time_that_goes_backwards_is_counted)
{
    ck_lint("{:type :invoke :process 0 :f :read :time 10}\n"
            "{:type :ok :process 0 :f :read :time 9}\n"
            "{:type :invoke :process 0 :f :read}\n"
            "{:type :ok :process 0 :f :read :time -1}\n"
            "{:type :info :process :nemesis :f :start :time 7}\n"
            "{:type :invoke :process 0 :f :read :time 7}\n",
            WARN_TIME_BACKWARDS, 2, 1, "1 ns");
    ck_lint("{:type :invoke :process 0 :f :read :time 10}\n"
            "{:type :ok :process 0 :f :read :time 10}\n",
            WARN_TIME_BACKWARDS, 0, 0, "");
    ck_lint("{:type :invoke :process 0 :f :read :time 9223372036854775807}\n"
            "{:type :ok :process 0 :f :read :time -9223372036854775807}\n",
            WARN_TIME_BACKWARDS, 1, 1, "18446744073709551614 ns");
}
END_TEST

/* Quirk 30. */
START_TEST(reads_of_values_that_nobody_wrote)
{
    ck_lint("{:type :invoke :process 0 :f :write :value 1}\n"
            "{:type :ok :process 0 :f :write :value 1}\n"
            "{:type :invoke :process 0 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :read :value 7}\n"
            "{:type :invoke :process 0 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :read :value 7}\n",
            WARN_PHANTOM_READ, 2, 3, "returns 7");
}
END_TEST

START_TEST(written_by_any_invocation_is_no_phantom)
{
    ck_lint("{:type :invoke :process 0 :f :write :value 1}\n"
            "{:type :fail :process 0 :f :write :value 1}\n"
            "{:type :invoke :process 0 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :read :value 1}\n"
            "{:type :invoke :process 0 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :read :value 3}\n"
            "{:type :invoke :process 1 :f :cas :value [1 3]}\n"
            "{:type :invoke :process 2 :f :write}\n"
            "{:type :ok :process 2 :f :write :value 4}\n"
            "{:type :invoke :process 0 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :read :value 4}\n",
            WARN_PHANTOM_READ, 0, 0, "");
}
END_TEST

START_TEST(likely_initial_values_are_no_phantoms)
{
    ck_lint("{:type :invoke :process 1 :f :write :value 9}\n"
            "{:type :invoke :process 0 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :read :value 0}\n"
            "{:type :invoke :process 0 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :read :value nil}\n"
            "{:type :invoke :process 0 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :read :value \"\"}\n",
            WARN_PHANTOM_READ, 0, 0, "");
}
END_TEST

START_TEST(phantoms_are_sought_per_key)
{
    ck_lint("{:type :invoke :process 0 :f :write :value [1 5]}\n"
            "{:type :ok :process 0 :f :write :value [1 5]}\n"
            "{:type :invoke :process 0 :f :read :value [2 nil]}\n"
            "{:type :ok :process 0 :f :read :value [2 5]}\n",
            WARN_PHANTOM_READ, 1, 3, "returns 5");
}
END_TEST

START_TEST(other_objects_return_what_nobody_wrote)
{
    ck_lint("{:type :invoke :process 0 :f :add :value 1}\n"
            "{:type :ok :process 0 :f :add :value 1}\n"
            "{:type :invoke :process 0 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :read :value #{1}}\n",
            WARN_PHANTOM_READ, 0, 0, "");
    ck_lint("{:type :invoke :process 0 :f :read}\n"
            "{:type :ok :process 0 :f :read :value {0 10, 1 10}}\n",
            WARN_PHANTOM_READ, 0, 0, "");
}
END_TEST

/* Quirk 14. */
START_TEST(nil_after_an_acknowledged_write)
{
    ck_lint("{:type :invoke :process 0 :f :write :value 1}\n"
            "{:type :invoke :process 1 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :write :value 1}\n"
            "{:type :ok :process 1 :f :read :value nil}\n"
            "{:type :invoke :process 1 :f :read :value nil}\n"
            "{:type :ok :process 1 :f :read :value nil}\n",
            WARN_NIL_READ, 1, 5, "nil");
    /* The write did not end before, or wrote nil itself, or was of another key. */
    ck_lint("{:type :invoke :process 0 :f :write :value 1}\n"
            "{:type :info :process 0 :f :write :value 1}\n"
            "{:type :invoke :process 1 :f :read :value nil}\n"
            "{:type :ok :process 1 :f :read :value nil}\n",
            WARN_NIL_READ, 0, 0, "");
    ck_lint("{:type :invoke :process 0 :f :write :value nil}\n"
            "{:type :ok :process 0 :f :write :value nil}\n"
            "{:type :invoke :process 1 :f :read :value nil}\n"
            "{:type :ok :process 1 :f :read :value nil}\n",
            WARN_NIL_READ, 0, 0, "");
    ck_lint("{:type :invoke :process 0 :f :write :value [1 5]}\n"
            "{:type :ok :process 0 :f :write :value [1 5]}\n"
            "{:type :invoke :process 0 :f :read :value [2 nil]}\n"
            "{:type :ok :process 0 :f :read :value [2 nil]}\n",
            WARN_NIL_READ, 0, 0, "");
}
END_TEST

START_TEST(writes_that_come_back_changed)
{
    ck_lint("{:type :invoke :process 0 :f :write :value 1}\n"
            "{:type :ok :process 0 :f :write :value 2}\n"
            "{:type :invoke :process 0 :f :cas :value [1 2]}\n"
            "{:type :ok :process 0 :f :cas :value [1 3]}\n",
            WARN_VALUE_CHANGED, 2, 1, "value 1 but completed with 2");
    /* Nothing to compare, nothing acknowledged, or not a write. */
    ck_lint("{:type :invoke :process 0 :f :write :value 1}\n"
            "{:type :ok :process 0 :f :write}\n"
            "{:type :invoke :process 0 :f :write :value 1}\n"
            "{:type :ok :process 0 :f :write :value nil}\n"
            "{:type :invoke :process 0 :f :read :value nil}\n"
            "{:type :ok :process 0 :f :read :value 1}\n"
            "{:type :invoke :process 0 :f :write :value 1}\n"
            "{:type :info :process 0 :f :write :value :timed-out}\n",
            WARN_VALUE_CHANGED, 0, 0, "");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("lint");
    TCase *t = tcase_create("lint");
    tcase_add_test(t, time_that_goes_backwards_is_counted);
    tcase_add_test(t, reads_of_values_that_nobody_wrote);
    tcase_add_test(t, written_by_any_invocation_is_no_phantom);
    tcase_add_test(t, likely_initial_values_are_no_phantoms);
    tcase_add_test(t, phantoms_are_sought_per_key);
    tcase_add_test(t, other_objects_return_what_nobody_wrote);
    tcase_add_test(t, nil_after_an_acknowledged_write);
    tcase_add_test(t, writes_that_come_back_changed);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
