#include "histories/history.h"

#include <check.h>
#include <stdlib.h>

static bool load(struct history *h, const char *text, enum split_mode mode, struct err *e)
{
    struct load_options opt = {.split = mode};
    *e = (struct err){0};
    return history_load_memory(h, "t.edn", str_of(text), &opt, e);
}

static void must_load(struct history *h, const char *text, enum split_mode mode)
{
    struct err e;
    ck_assert_msg(load(h, text, mode, &e), "%s", e.text);
}

static void ck_edn(const struct history *h, val v, const char *expected)
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

static void ck_op(const struct history *h, size_t i, const char *key, const char *in,
                  const char *out)
{
    ck_assert_uint_lt(i, h->nops);
    ck_edn(h, h->ops[i].key, key);
    ck_edn(h, h->ops[i].in, in);
    ck_edn(h, h->ops[i].out, out);
}

static void ck_one_object(const char *text, const char *why)
{
    struct history h;
    must_load(&h, text, SPLIT_AUTO);
    ck_assert(!h.independent);
    ck_assert_msg(strstr(h.independent_reason, why) != NULL, "'%s' is not in '%s'", why,
                  h.independent_reason);
    for (size_t i = 0; i < h.nops; i++)
        ck_assert_uint_eq(h.ops[i].key, VAL_ABSENT);
    history_free(&h);
}

static void must_fail(const char *text, const char *const *parts)
{
    struct history h;
    struct err e;
    ck_assert(!load(&h, text, SPLIT_YES, &e));
    ck_assert_int_eq(e.code, ERR_INPUT);
    for (size_t i = 0; parts[i]; i++)
        ck_assert_msg(strstr(e.text, parts[i]) != NULL, "'%s' is not in '%s'", parts[i], e.text);
}

static const char tuples[] = "{:type :invoke :process 0 :f :write :value [:x 1]}\n"
                             "{:type :ok :process 0 :f :write :value [:x 1]}\n"
                             "{:type :info :process :nemesis :f :start :value nil}\n"
                             "{:type :invoke :process 0 :f :read :value [:x nil]}\n"
                             "{:type :invoke :process 1 :f :cas :value [:y [2 3]]}\n"
                             "{:type :invoke :process 2 :f :cas :value [:y 2 3]}\n"
                             "{:type :ok :process 0 :f :read :value [:x 1]}\n"
                             "{:type :info :process 1 :f :cas :value :timed-out}\n"
                             "{:type :ok :process 2 :f :cas :value [:y 2 3]}\n"
                             "{:type :invoke :process 3 :f :read :value [:y nil]}\n"
                             "{:type :fail :process 3 :f :read :value nil}\n";

START_TEST(tuples_are_found_and_unwrapped)
{
    static const enum split_mode modes[] = {SPLIT_AUTO, SPLIT_YES};
    for (size_t m = 0; m < 2; m++) {
        struct history h;
        must_load(&h, tuples, modes[m]);
        ck_assert(h.independent);
        ck_assert(strstr(h.independent_reason, "tuples") != NULL);
        ck_op(&h, 0, ":x", "1", "1");
        ck_op(&h, 1, ":x", "nil", "1");
        ck_op(&h, 2, ":y", "[2 3]", ":timed-out");
        ck_op(&h, 3, ":y", "[2 3]", "[2 3]");
        ck_op(&h, 4, ":y", "nil", "nil");
        history_free(&h);
    }
}
END_TEST

START_TEST(the_reason_names_a_line)
{
    struct history h;
    must_load(&h, tuples, SPLIT_AUTO);
    ck_assert(strstr(h.independent_reason, "line 4") != NULL);
    history_free(&h);
}
END_TEST

START_TEST(events_keep_the_tuples)
{
    struct history h;
    must_load(&h, tuples, SPLIT_AUTO);
    ck_edn(&h, h.events.value[0], "[:x 1]");
    history_free(&h);
}
END_TEST

START_TEST(no_means_no)
{
    struct history h;
    must_load(&h, tuples, SPLIT_NO);
    ck_assert(!h.independent);
    ck_op(&h, 0, "absent", "[:x 1]", "[:x 1]");
    history_free(&h);
    must_load(&h, "{:type :invoke :process 0 :f :get :key 7}\n", SPLIT_NO);
    ck_assert(!h.independent);
    ck_op(&h, 0, "absent", "absent", "absent");
    history_free(&h);
}
END_TEST

/* Quirk 27. */
START_TEST(a_key_beside_the_value_wins)
{
    struct history h;
    must_load(&h,
              "{:type :invoke :process 0 :f :append :key \"0\" :value \"x\"}\n"
              "{:type :ok :process 0 :f :append :key \"0\" :value \"x\"}\n"
              "{:type :invoke :process 0 :f :get :key \"1\" :value nil}\n"
              "{:type :ok :process 0 :f :get :key \"1\" :value [1 2]}\n",
              SPLIT_AUTO);
    ck_assert(h.independent);
    ck_assert(strstr(h.independent_reason, "all operations carry :key") != NULL);
    ck_op(&h, 0, "\"0\"", "\"x\"", "\"x\"");
    ck_op(&h, 1, "\"1\"", "nil", "[1 2]");
    history_free(&h);
    must_load(&h,
              "{:type :invoke :process 0 :f :get :key 1}\n"
              "{:type :invoke :process 1 :f :get}\n",
              SPLIT_AUTO);
    ck_assert(strstr(h.independent_reason, "those without are one more object") != NULL);
    history_free(&h);
}
END_TEST

/* Quirk 12: a cas from 1 to 2 is not "2, of key 1". */
START_TEST(plain_cas_is_no_tuple)
{
    ck_one_object("{:type :invoke :process 0 :f :cas :value [1 2]}\n"
                  "{:type :ok :process 0 :f :cas :value [1 2]}\n",
                  "tuple");
    ck_one_object("{:type :invoke :process 0 :f :cas :value [1 2]}\n"
                  "{:type :fail :process 0 :f :cas :value [1 2]}\n"
                  "{:type :invoke :process 0 :f :read :value nil}\n"
                  "{:type :fail :process 0 :f :read :value nil}\n",
                  "tuple");
    ck_one_object("{:type :invoke :process 0 :f :cas :value [3 nil]}\n", "tuple");
    /* Reads look like tuples, but then what would [1 2] be? */
    ck_one_object("{:type :invoke :process 0 :f :read :value [1 nil]}\n"
                  "{:type :ok :process 0 :f :read :value [1 2]}\n"
                  "{:type :invoke :process 0 :f :cas :value [1 2]}\n",
                  "line 3");
}
END_TEST

START_TEST(registers_that_hold_pairs_are_not_split)
{
    ck_one_object("{:type :invoke :process 0 :f :write :value [1 2]}\n"
                  "{:type :ok :process 0 :f :write :value [1 2]}\n"
                  "{:type :invoke :process 0 :f :read :value nil}\n"
                  "{:type :ok :process 0 :f :read :value [1 2]}\n",
                  "line 3");
    ck_one_object("{:type :invoke :process 0 :f :write :value [1 2]}\n"
                  "{:type :ok :process 0 :f :write :value [1 2]}\n"
                  "{:type :invoke :process 0 :f :read}\n"
                  "{:type :ok :process 0 :f :read :value [1 2]}\n",
                  "--independent yes");
    ck_one_object("{:type :ok :process 0 :f :write :value [1 2]}\n"
                  "{:type :ok :process 0 :f :read :value [1 2]}\n",
                  "--independent yes");
}
END_TEST

START_TEST(a_key_must_stay_the_same)
{
    ck_one_object("{:type :invoke :process 0 :f :read :value [1 nil]}\n"
                  "{:type :ok :process 0 :f :read :value [2 5]}\n",
                  "another first item");
}
END_TEST

START_TEST(transactions_are_not_split)
{
    ck_one_object("{:type :invoke :process 0 :f :txn :value [[:r 1 nil] [:w 2 1]]}\n"
                  "{:type :ok :process 0 :f :txn :value [[:r 1 3] [:w 2 1]]}\n",
                  "transaction");
    ck_one_object("{:type :invoke :process 0 :f :txn :value [1 nil]}\n", "transaction");
    /* Long fork: reads of two keys. */
    ck_one_object("{:type :invoke :process 0 :f :read :value [[:r 1 nil] [:r 0 nil]]}\n"
                  "{:type :ok :process 0 :f :read :value [[:r 1 nil] [:r 0 1]]}\n",
                  "tuple");
    /* An :f that list-append files leave out. */
    struct history h;
    must_load(&h, "{:type :invoke :process 0 :value [[:r 1 nil] [:append 2 1]]}\n", SPLIT_AUTO);
    ck_assert(!h.independent);
    ck_edn(&h, h.ops[0].f, ":txn");
    history_free(&h);
}
END_TEST

START_TEST(forced_tuples_of_transactions_are_unwrapped)
{
    struct history h;
    must_load(&h, "{:type :invoke :process 0 :f :txn :value [7 [[:r 1 nil] [:w 2 1]]]}\n",
              SPLIT_YES);
    ck_op(&h, 0, "7", "[[:r 1 nil] [:w 2 1]]", "absent");
    history_free(&h);
}
END_TEST

START_TEST(force_takes_what_detection_leaves)
{
    struct history h;
    must_load(&h,
              "{:type :ok :process 0 :f :write :value [1 2]}\n"
              "{:type :invoke :process 0 :f :read :value nil}\n"
              "{:type :ok :process 0 :f :read :value [1 2]}\n",
              SPLIT_YES);
    ck_assert(h.independent);
    ck_op(&h, 0, "1", "2", "2");
    ck_op(&h, 1, "1", "nil", "2");
    history_free(&h);
}
END_TEST

START_TEST(forcing_what_is_no_tuple_is_an_error_with_its_place)
{
    static const char *const plain[] = {"t.edn:2:1", ":write", "[key value]", NULL};
    must_fail("{:type :invoke :process 0 :f :read :value [1 nil]}\n"
              "{:type :invoke :process 1 :f :write :value 3}\n",
              plain);
    static const char *const cas[] = {"t.edn:1:1", ":cas", NULL};
    must_fail("{:type :invoke :process 0 :f :cas :value [1 2]}\n", cas);
    static const char *const nothing[] = {"t.edn:1:1", "no value", NULL};
    must_fail("{:type :invoke :process 0 :f :read}\n", nothing);
    static const char *const txn[] = {"t.edn:1:1", ":txn", NULL};
    must_fail("{:type :invoke :process 0 :f :txn :value [[:r 1 nil] [:w 2 1]]}\n", txn);
}
END_TEST

START_TEST(an_empty_history_has_a_reason_too)
{
    ck_one_object("{:type :info :process :nemesis :f :start}\n", "no operations");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("split");
    TCase *t = tcase_create("split");
    tcase_add_test(t, tuples_are_found_and_unwrapped);
    tcase_add_test(t, the_reason_names_a_line);
    tcase_add_test(t, events_keep_the_tuples);
    tcase_add_test(t, no_means_no);
    tcase_add_test(t, a_key_beside_the_value_wins);
    tcase_add_test(t, plain_cas_is_no_tuple);
    tcase_add_test(t, registers_that_hold_pairs_are_not_split);
    tcase_add_test(t, a_key_must_stay_the_same);
    tcase_add_test(t, transactions_are_not_split);
    tcase_add_test(t, forced_tuples_of_transactions_are_unwrapped);
    tcase_add_test(t, force_takes_what_detection_leaves);
    tcase_add_test(t, forcing_what_is_no_tuple_is_an_error_with_its_place);
    tcase_add_test(t, an_empty_history_has_a_reason_too);
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
