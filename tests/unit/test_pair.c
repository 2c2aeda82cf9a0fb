#include "histories/history.h"

#include <check.h>
#include <stdlib.h>

/* Pair `text`, one EDN map per line; keys are not split. */
static bool pair(struct history *h, const char *text, bool lenient, struct err *e)
{
    struct load_options opt = {.pair.lenient = lenient, .split = SPLIT_NO};
    *e = (struct err){0};
    return history_load_memory(h, "t.edn", str_of(text), &opt, e);
}

static void must_pair(struct history *h, const char *text, bool lenient)
{
    struct err e;
    ck_assert_msg(pair(h, text, lenient, &e), "%s", e.text);
}

static void must_fail(const char *text, bool lenient, const char *const *parts)
{
    struct history h;
    struct err e;
    ck_assert(!pair(&h, text, lenient, &e));
    ck_assert_int_eq(e.code, ERR_INPUT);
    for (size_t i = 0; parts[i]; i++)
        ck_assert_msg(strstr(e.text, parts[i]) != NULL, "'%s' is not in '%s'", parts[i], e.text);
}

static void ck_value(const struct history *h, val v, const char *expected)
{
    struct buf b = {0};
    if (v == VAL_ABSENT)
        buf_puts(&b, "absent");
    else
        val_print_edn(&h->values, v, &b);
    buf_putc(&b, '\0');
    ck_assert_str_eq(b.p, expected);
    buf_free(&b);
}

static void ck_op(const struct history *h, size_t i, uint32_t inv, uint32_t ret, enum op_type type,
                  const char *process, const char *in, const char *out)
{
    ck_assert_uint_lt(i, h->nops);
    const struct op *op = &h->ops[i];
    ck_assert_uint_eq(op->inv, inv);
    ck_assert_uint_eq(op->ret, ret);
    ck_assert_int_eq(op->type, type);
    ck_value(h, op->process, process);
    ck_value(h, op->in, in);
    ck_value(h, op->out, out);
}

START_TEST(invocations_meet_their_completions)
{
    struct history h;
    must_pair(&h,
              "{:type :invoke :process 0 :f :write :value 1}\n"
              "{:type :invoke :process 1 :f :read :value nil}\n"
              "{:type :ok :process 1 :f :read :value 1}\n"
              "{:type :invoke :process 1 :f :cas :value [1 2]}\n"
              "{:type :fail :process 1 :f :cas :value [1 2]}\n"
              "{:type :ok :process 0 :f :write :value 1}\n",
              false);
    ck_assert_uint_eq(h.nops, 3);
    ck_op(&h, 0, 0, 5, OP_OK, "0", "1", "1");
    ck_op(&h, 1, 1, 2, OP_OK, "1", "nil", "1");
    ck_op(&h, 2, 3, 4, OP_FAIL, "1", "[1 2]", "[1 2]");
    ck_value(&h, h.ops[2].f, ":cas");
    ck_value(&h, h.ops[2].key, "absent");
    history_free(&h);
}
END_TEST

/* Quirk 5. */
START_TEST(values_may_be_missing_on_either_side)
{
    struct history h;
    must_pair(&h,
              "{:type :invoke :process 0 :f :read}\n"
              "{:type :ok :process 0 :f :read :value {0 10}}\n"
              "{:type :invoke :process 0 :f :write :value 3}\n"
              "{:type :ok :process 0 :f :write}\n"
              "{:type :invoke :process 0 :f :write :value 4}\n"
              "{:type :fail :process 0}\n",
              false);
    ck_op(&h, 0, 0, 1, OP_OK, "0", "absent", "{0 10}");
    ck_op(&h, 1, 2, 3, OP_OK, "0", "3", "absent");
    ck_op(&h, 2, 4, 5, OP_FAIL, "0", "4", "absent");
    history_free(&h);
}
END_TEST

/* Quirk 13. */
START_TEST(an_error_in_the_place_of_the_value_does_not_hide_what_was_written)
{
    struct history h;
    must_pair(&h,
              "{:type :invoke :process 0 :f :cas :value [1 2]}\n"
              "{:type :info :process 0 :f :cas :value :timed-out}\n",
              false);
    ck_op(&h, 0, 0, 1, OP_INFO, "0", "[1 2]", ":timed-out");
    history_free(&h);
}
END_TEST

/* Quirk 7. */
START_TEST(an_invocation_without_completion_is_info)
{
    struct history h;
    must_pair(&h, "{:type :invoke :process 0 :f :write :value 1}\n", false);
    ck_assert_uint_eq(h.nops, 1);
    ck_op(&h, 0, 0, NO_EVENT, OP_INFO, "0", "1", "absent");
    history_free(&h);
}
END_TEST

/* Quirk 9. */
START_TEST(a_second_invocation_on_an_open_process_names_both_places)
{
    static const char *const parts[] = {"t.edn:3:3", "t.edn:1:1", "process 7", ":read", ":write",
                                        ":process", NULL};
    const char *text = "{:type :invoke :process 7 :f :write :value 1}\n"
                       "{:type :invoke :process 8 :f :write :value 1}\n"
                       "  {:type :invoke :process 7 :f :read}\n";
    must_fail(text, false, parts);
    must_fail(text, true, parts);
}
END_TEST

/* Quirk 8. */
START_TEST(a_process_that_goes_on_after_info_is_an_error)
{
    static const char *const parts[] = {"t.edn:3:1", "t.edn:2:1", "process 0", "--lenient", NULL};
    must_fail("{:type :invoke :process 0 :f :write :value 1}\n"
              "{:type :info :process 0 :f :write :value 1}\n"
              "{:type :invoke :process 0 :f :read}\n",
              false, parts);
}
END_TEST

START_TEST(lenient_makes_new_processes_above_all_others)
{
    struct history h;
    must_pair(&h,
              "{:type :invoke :process 0 :f :write :value 1}\n"
              "{:type :info :process 0 :f :write :value 1}\n"
              "{:type :invoke :process 0 :f :read}\n"
              "{:type :ok :process 0 :f :read :value 1}\n"
              "{:type :invoke :process 0 :f :write :value 2}\n"
              "{:type :info :process 0 :f :write :value 2}\n"
              "{:type :invoke :process 0 :f :read}\n"
              "{:type :invoke :process 41 :f :read}\n",
              true);
    ck_assert_uint_eq(h.nops, 5);
    ck_op(&h, 0, 0, 1, OP_INFO, "0", "1", "1");
    ck_op(&h, 1, 2, 3, OP_OK, "42", "absent", "1");
    ck_op(&h, 2, 4, 5, OP_INFO, "42", "2", "2");
    ck_op(&h, 3, 6, NO_EVENT, OP_INFO, "43", "absent", "absent");
    ck_op(&h, 4, 7, NO_EVENT, OP_INFO, "41", "absent", "absent");
    ck_assert_uint_eq(h.warnings[WARN_PROCESS_REUSED].count, 2);
    ck_assert_uint_eq(h.warnings[WARN_PROCESS_REUSED].first_event, 2);
    history_free(&h);
}
END_TEST

START_TEST(a_completion_after_info_is_an_error_or_ignored)
{
    const char *text = "{:type :invoke :process 0 :f :write :value 1}\n"
                       "{:type :info :process 0 :f :write :value 1}\n"
                       "{:type :ok :process 0 :f :write :value 1}\n";
    static const char *const parts[] = {"t.edn:3:1", "t.edn:2:1", "completes", "--lenient", NULL};
    must_fail(text, false, parts);
    struct history h;
    must_pair(&h, text, true);
    ck_assert_uint_eq(h.nops, 1);
    ck_op(&h, 0, 0, 1, OP_INFO, "0", "1", "1");
    ck_assert_uint_eq(h.warnings[WARN_PROCESS_REUSED].count, 1);
    history_free(&h);
}
END_TEST

START_TEST(a_second_info_says_nothing_new)
{
    struct history h;
    must_pair(&h,
              "{:type :invoke :process 0 :f :write :value 1}\n"
              "{:type :info :process 0 :f :write :value 1}\n"
              "{:type :info :process 0 :f :write :value 1}\n",
              false);
    ck_assert_uint_eq(h.nops, 1);
    ck_op(&h, 0, 0, 1, OP_INFO, "0", "1", "1");
    history_free(&h);
}
END_TEST

/* Quirk 6. */
START_TEST(a_completion_without_invocation_has_no_duration)
{
    struct history h;
    must_pair(&h,
              "{:type :ok :process 0 :f :write :value 1}\n"
              "{:type :ok :process 0 :f :read :value 1}\n"
              "{:type :fail :process 1 :f :write :value 2}\n"
              "{:type :info :process 2 :f :write :value 3}\n",
              false);
    ck_assert_uint_eq(h.nops, 4);
    ck_op(&h, 0, 0, 0, OP_OK, "0", "1", "1");
    ck_op(&h, 1, 1, 1, OP_OK, "0", "1", "1");
    ck_op(&h, 2, 2, 2, OP_FAIL, "1", "2", "2");
    ck_op(&h, 3, 3, 3, OP_INFO, "2", "3", "3");
    ck_assert_uint_eq(h.warnings[WARN_NO_INVOKE].count, 4);
    ck_assert_uint_eq(h.warnings[WARN_NO_INVOKE].first_event, 0);
    history_free(&h);
}
END_TEST

START_TEST(a_lone_info_crashes_its_process)
{
    static const char *const parts[] = {"t.edn:3:1", "t.edn:2:1", "--lenient", NULL};
    must_fail("{:type :ok :process 0 :f :write :value 1}\n"
              "{:type :info :process 1 :f :write :value 3}\n"
              "{:type :invoke :process 1 :f :write :value 4}\n",
              false, parts);
}
END_TEST

START_TEST(an_info_that_no_client_does_elsewhere_is_a_log_line)
{
    struct history h;
    must_pair(&h,
              "{:type :info :process 0 :f :starting :value \"Controller: 0 up\"}\n"
              "{:type :invoke :process 0 :f :write :value 1}\n"
              "{:type :ok :process 0 :f :write :value 1}\n",
              false);
    ck_assert_uint_eq(h.nops, 1);
    ck_op(&h, 0, 1, 2, OP_OK, "0", "1", "1");
    ck_assert_uint_eq(h.warnings[WARN_NO_INVOKE].count, 1);
    history_free(&h);
}
END_TEST

/* Quirks 10 and 11: names are never clients; nemesis events need not come in pairs. */
START_TEST(nemesis_events_are_no_operations)
{
    struct history h;
    must_pair(&h,
              "{:type :info :process :nemesis :f :start :value :one}\n"
              "{:type :info :process :nemesis :f :start :value nil}\n"
              "{:type :invoke :process 0 :f :read}\n"
              "{:type :info :process :nemesis :f :start}\n"
              "{:type :info :process :nemesis-2 :f :stop}\n"
              "{:type :info :process \"nemesis\" :f :stop}\n"
              "{:type :invoke :process :nemesis :f :kill}\n"
              "{:type :ok :process 0 :f :read :value 1}\n"
              "{:type :info :process :nemesis :f :stop}\n",
              false);
    ck_assert_uint_eq(h.nops, 1);
    ck_op(&h, 0, 2, 7, OP_OK, "0", "absent", "1");
    history_free(&h);
}
END_TEST

START_TEST(clients_with_names_are_not_dropped_silently)
{
    const char *text = "{:type :invoke :process 0 :f :read}\n"
                       "{:type :invoke :process \"writer\" :f :write :value 1}\n";
    static const char *const parts[] = {"t.edn:2:1", ":writer", "number", NULL};
    must_fail(text, false, parts);
    struct history h;
    must_pair(&h, text, true);
    ck_assert_uint_eq(h.nops, 1);
    history_free(&h);
}
END_TEST

START_TEST(a_completion_of_another_f_is_an_error)
{
    static const char *const parts[] = {"t.edn:2:1", "t.edn:1:1", ":read", ":write", NULL};
    must_fail("{:type :invoke :process 0 :f :write :value 1}\n"
              "{:type :ok :process 0 :f :read :value 1}\n",
              false, parts);
}
END_TEST

START_TEST(keys_come_from_either_event_and_must_agree)
{
    struct load_options opt = {.split = SPLIT_AUTO};
    struct history h;
    struct err e = {0};
    ck_assert(history_load_memory(&h, "t.edn",
                                  STR("{:type :invoke :process 0 :f :get :key \"a\"}\n"
                                      "{:type :ok :process 0 :f :get :value \"x\"}\n"
                                      "{:type :invoke :process 0 :f :get}\n"
                                      "{:type :ok :process 0 :f :get :key \"b\" :value \"x\"}\n"),
                                  &opt, &e));
    ck_value(&h, h.ops[0].key, "\"a\"");
    ck_value(&h, h.ops[1].key, "\"b\"");
    history_free(&h);
    static const char *const parts[] = {"t.edn:2:1", "t.edn:1:1", "\"a\"", "\"b\"", NULL};
    must_fail("{:type :invoke :process 0 :f :get :key \"a\"}\n"
              "{:type :ok :process 0 :f :get :key \"b\" :value \"x\"}\n",
              false, parts);
}
END_TEST

/* Dense, sparse, negative and 64-bit process ids are all the same to pairing. */
START_TEST(process_ids_may_be_any_integers)
{
    struct history h;
    must_pair(&h,
              "{:type :invoke :process -3 :f :write :value 1}\n"
              "{:type :invoke :process 900000000 :f :write :value 2}\n"
              "{:type :invoke :process 9223372036854775807 :f :write :value 3}\n"
              "{:type :ok :process 9223372036854775807 :f :write :value 3}\n"
              "{:type :ok :process 900000000 :f :write :value 2}\n"
              "{:type :ok :process -3 :f :write :value 1}\n",
              false);
    ck_op(&h, 0, 0, 5, OP_OK, "-3", "1", "1");
    ck_op(&h, 1, 1, 4, OP_OK, "900000000", "2", "2");
    ck_op(&h, 2, 2, 3, OP_OK, "9223372036854775807", "3", "3");
    history_free(&h);
    static const char *const parts[] = {"2^63", NULL};
    must_fail("{:type :invoke :process 9223372036854775807 :f :write :value 3}\n"
              "{:type :info :process 9223372036854775807 :f :write :value 3}\n"
              "{:type :invoke :process 9223372036854775807 :f :write :value 3}\n",
              true, parts);
}
END_TEST

/* Quirk 3. */
START_TEST(without_processes_f_and_value_tell)
{
    struct history h;
    must_pair(&h,
              "{:type :invoke :f :read :value nil}\n"
              "{:type :invoke :f :write :value 1}\n"
              "{:type :invoke :f :write :value 2}\n"
              "{:type :ok :f :write :value 2}\n"
              "{:type :ok :f :read :value 7}\n"
              "{:type :ok :f :write :value 1}\n"
              "{:type :invoke :f :write :value 3}\n"
              "{:type :invoke :f :write :value 4}\n",
              false);
    ck_assert_uint_eq(h.nops, 5);
    ck_op(&h, 0, 0, 4, OP_OK, "0", "nil", "7");
    ck_op(&h, 1, 1, 5, OP_OK, "1", "1", "1");
    ck_op(&h, 2, 2, 3, OP_OK, "2", "2", "2");
    ck_op(&h, 3, 6, NO_EVENT, OP_INFO, "1", "3", "absent");
    ck_op(&h, 4, 7, NO_EVENT, OP_INFO, "0", "4", "absent");
    ck_assert_uint_eq(h.warnings[WARN_NO_PROCESS].count, 8);
    ck_assert(strstr(h.warnings[WARN_NO_PROCESS].text, "guessed") == NULL);
    history_free(&h);
}
END_TEST

START_TEST(without_processes_transactions_meet_by_shape)
{
    struct history h;
    must_pair(&h,
              "{:type :invoke :value [[:append 1 1] [:r 2 nil]]}\n"
              "{:type :invoke :value [[:r 2 nil] [:append 1 2]]}\n"
              "{:type :ok :value [[:r 2 [5]] [:append 1 2]]}\n"
              "{:type :ok :value [[:append 1 1] [:r 2 [5 6]]]}\n"
              "{:type :invoke :f :poll :value [[:poll]]}\n"
              "{:type :ok :f :poll :value [[:poll {5 [[0 1]]}]]}\n",
              false);
    ck_assert_uint_eq(h.nops, 3);
    ck_assert_uint_eq(h.ops[0].ret, 3);
    ck_assert_uint_eq(h.ops[1].ret, 2);
    ck_assert_uint_eq(h.ops[2].ret, 5);
    ck_assert(strstr(h.warnings[WARN_NO_PROCESS].text, "guessed") == NULL);
    history_free(&h);
}
END_TEST

START_TEST(without_processes_guesses_are_counted)
{
    struct history h;
    must_pair(&h,
              "{:type :invoke :f :read :value [3 nil]}\n"
              "{:type :invoke :f :read :value [3 nil]}\n"
              "{:type :ok :f :read :value [3 1]}\n"
              "{:type :ok :f :read :value [3 2]}\n",
              false);
    ck_op(&h, 0, 0, 2, OP_OK, "0", "[3 nil]", "[3 1]");
    ck_op(&h, 1, 1, 3, OP_OK, "1", "[3 nil]", "[3 2]");
    ck_assert(strstr(h.warnings[WARN_NO_PROCESS].text, "guessed (1 times") != NULL);
    ck_assert_uint_eq(h.warnings[WARN_NO_PROCESS].first_event, 2);
    history_free(&h);
}
END_TEST

START_TEST(without_processes_the_undecidable_is_an_error)
{
    static const char *const parts[] = {"t.edn:3:1", ":write", ":process", NULL};
    must_fail("{:type :invoke :f :write :value 1}\n"
              "{:type :invoke :f :write :value 2}\n"
              "{:type :fail :f :write}\n",
              false, parts);
    /* An :info leaves open which, but so do the invocations themselves. */
    struct history h;
    must_pair(&h,
              "{:type :invoke :f :write :value 1}\n"
              "{:type :invoke :f :write :value 2}\n"
              "{:type :info :f :write}\n",
              false);
    ck_assert_uint_eq(h.nops, 2);
    ck_op(&h, 0, 0, NO_EVENT, OP_INFO, "0", "1", "absent");
    ck_op(&h, 1, 1, NO_EVENT, OP_INFO, "1", "2", "absent");
    history_free(&h);
    /* One open operation with that name leaves no doubt. */
    must_pair(&h,
              "{:type :invoke :f :write :value 1}\n"
              "{:type :fail :f :write}\n"
              "{:type :ok :f :read :value 9}\n",
              false);
    ck_assert_uint_eq(h.nops, 2);
    ck_op(&h, 0, 0, 1, OP_FAIL, "0", "1", "absent");
    ck_op(&h, 1, 2, 2, OP_OK, "0", "9", "9");
    history_free(&h);
}
END_TEST

START_TEST(made_up_processes_do_not_meet_given_ones)
{
    struct history h;
    must_pair(&h,
              "{:type :invoke :f :read}\n"
              "{:type :invoke :process 5 :f :read}\n"
              "{:type :ok :f :read :value 1}\n"
              "{:type :ok :process 5 :f :read :value 2}\n",
              false);
    ck_op(&h, 0, 0, 2, OP_OK, "6", "absent", "1");
    ck_op(&h, 1, 1, 3, OP_OK, "5", "absent", "2");
    history_free(&h);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("pair");
    TCase *t = tcase_create("pair");
    tcase_add_test(t, invocations_meet_their_completions);
    tcase_add_test(t, values_may_be_missing_on_either_side);
    tcase_add_test(t, an_error_in_the_place_of_the_value_does_not_hide_what_was_written);
    tcase_add_test(t, an_invocation_without_completion_is_info);
    tcase_add_test(t, a_second_invocation_on_an_open_process_names_both_places);
    tcase_add_test(t, a_process_that_goes_on_after_info_is_an_error);
    tcase_add_test(t, lenient_makes_new_processes_above_all_others);
    tcase_add_test(t, a_completion_after_info_is_an_error_or_ignored);
    tcase_add_test(t, a_second_info_says_nothing_new);
    tcase_add_test(t, a_completion_without_invocation_has_no_duration);
    tcase_add_test(t, a_lone_info_crashes_its_process);
    tcase_add_test(t, an_info_that_no_client_does_elsewhere_is_a_log_line);
    tcase_add_test(t, nemesis_events_are_no_operations);
    tcase_add_test(t, clients_with_names_are_not_dropped_silently);
    tcase_add_test(t, a_completion_of_another_f_is_an_error);
    tcase_add_test(t, keys_come_from_either_event_and_must_agree);
    tcase_add_test(t, process_ids_may_be_any_integers);
    tcase_add_test(t, without_processes_f_and_value_tell);
    tcase_add_test(t, without_processes_transactions_meet_by_shape);
    tcase_add_test(t, without_processes_guesses_are_counted);
    tcase_add_test(t, without_processes_the_undecidable_is_an_error);
    tcase_add_test(t, made_up_processes_do_not_meet_given_ones);
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
