/* belie.h: the library as a user sees it. */
#include "reports/belie.h"

#include <check.h>
#include <string.h>

static const char good[] = "{:process 0, :type :invoke, :f :write, :value 1}\n"
                           "{:process 0, :type :ok, :f :write, :value 1}\n"
                           "{:process 1, :type :invoke, :f :read, :value nil}\n"
                           "{:process 1, :type :ok, :f :read, :value 1}\n";
static const char bad[] = "{:process 0, :type :invoke, :f :write, :value 1}\n"
                          "{:process 0, :type :ok, :f :write, :value 1}\n"
                          "{:process 1, :type :invoke, :f :read, :value nil}\n"
                          "{:process 1, :type :ok, :f :read, :value nil}\n";

static belie_history *open_text(const char *text)
{
    char *error = NULL;
    belie_history *h = belie_history_from_memory("h.edn", text, strlen(text), NULL, &error);
    ck_assert_msg(h != NULL, "%s", error ? error : "no error text");
    return h;
}

static enum belie_verdict verdict_of(const char *text, const struct belie_check_options *o)
{
    char *error = NULL;
    belie_history *h = open_text(text);
    belie_result *r = belie_check(h, o, &error);
    ck_assert_msg(r != NULL, "%s", error ? error : "no error text");
    enum belie_verdict v = belie_result_verdict(r);
    belie_result_free(r);
    belie_history_free(h);
    return v;
}

static void refuses(const struct belie_check_options *o, const char *word)
{
    char *error = NULL;
    belie_history *h = open_text(good);
    ck_assert_ptr_null(belie_check(h, o, &error));
    ck_assert_ptr_nonnull(error);
    ck_assert_ptr_nonnull(strstr(error, word));
    belie_free(error);
    belie_history_free(h);
}

START_TEST(verdicts)
{
    ck_assert_int_eq(verdict_of(good, NULL), BELIE_VALID);
    ck_assert_int_eq(verdict_of(bad, NULL), BELIE_INVALID);
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    o.nil_unknown = 1;
    ck_assert_int_eq(verdict_of(bad, &o), BELIE_VALID);
    o = (struct belie_check_options)BELIE_CHECK_OPTIONS;
    o.algorithm = "jit";
    o.jobs = 1;
    ck_assert_int_eq(verdict_of(bad, &o), BELIE_INVALID);
    o.no_evidence = o.witness = 1;
    ck_assert_int_eq(verdict_of(bad, &o), BELIE_INVALID);
}
END_TEST

START_TEST(documents)
{
    char *error = NULL;
    belie_history *h = open_text(bad);
    ck_assert_uint_eq(belie_history_operations(h), 2);
    belie_result *r = belie_check(h, NULL, &error), *again = belie_check(h, NULL, &error);
    belie_history_free(h); /* results do not need it */
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "\"schema\": 1"));
    ck_assert_str_eq(belie_result_json(r), belie_result_json(again));
    ck_assert_int_eq(strncmp(belie_result_text(r), "h.edn\tfalse\n", 12), 0);
    belie_result_free(r);
    belie_result_free(again);
}
END_TEST

START_TEST(bad_input_is_an_error)
{
    char *error = NULL;
    static const char torn[] = "{:process 0, :type :invoke, :f :write, :value }\n{}";
    ck_assert_ptr_null(belie_history_from_memory("t.edn", torn, strlen(torn), NULL, &error));
    ck_assert_int_eq(strncmp(error, "t.edn:1:", 8), 0);
    belie_free(error);
    error = NULL;
    ck_assert_ptr_null(belie_history_open("/no/such/file", NULL, &error));
    ck_assert_ptr_nonnull(strstr(error, "/no/such/file"));
    belie_free(error);
    ck_assert_ptr_null(belie_history_open("/no/such/file", NULL, NULL));
    struct belie_load_options l = BELIE_LOAD_OPTIONS;
    l.independent = "maybe";
    ck_assert_ptr_null(belie_history_from_memory("g", good, strlen(good), &l, NULL));
    l.independent = NULL;
    l.format = "morse";
    ck_assert_ptr_null(belie_history_from_memory("g", good, strlen(good), &l, NULL));
}
END_TEST

START_TEST(unknown_names_are_errors)
{
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    o.model = "regsiter";
    refuses(&o, "regsiter");
    o = (struct belie_check_options)BELIE_CHECK_OPTIONS;
    o.algorithm = "magic";
    refuses(&o, "magic");
    o = (struct belie_check_options)BELIE_CHECK_OPTIONS;
    o.consistency = "linearizable,serializable";
    refuses(&o, "serializable");
    o = (struct belie_check_options)BELIE_CHECK_OPTIONS;
    o.initial = "[1";
    refuses(&o, "initial");
}
END_TEST

/* The worst verdict of all properties counts; the document lists them. */
START_TEST(several_properties)
{
    static const char lost[] = "{:process 0, :type :invoke, :f :add, :value 1}\n"
                               "{:process 0, :type :ok, :f :add, :value 1}\n"
                               "{:process 1, :type :invoke, :f :read, :value nil}\n"
                               "{:process 1, :type :ok, :f :read, :value [1]}\n"
                               "{:process 1, :type :invoke, :f :read, :value nil}\n"
                               "{:process 1, :type :ok, :f :read, :value []}\n";
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    o.consistency = "unique-ids";
    ck_assert_int_eq(verdict_of(lost, &o), BELIE_UNKNOWN);
    o.consistency = "set,unique-ids";
    ck_assert_int_eq(verdict_of(lost, &o), BELIE_INVALID);
    o.consistency = "unique-ids,set-full,linearizable";
    belie_history *h = open_text(lost);
    belie_result *r = belie_check(h, &o, NULL);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(belie_result_verdict(r), BELIE_INVALID);
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "\"properties\": ["));
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "\"elements\": \"#{1}\""));
    ck_assert_ptr_nonnull(strstr(belie_result_text(r), "INVALID (set-full): element 1 is lost"));
    belie_result_free(r);
    belie_history_free(h);
}
END_TEST

START_TEST(older_headers_keep_working)
{
    /* A caller whose structure ends before `nil_unknown`: what lies behind it is not read. */
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    o.size = offsetof(struct belie_check_options, nil_unknown);
    o.nil_unknown = 1;
    ck_assert_int_eq(verdict_of(bad, &o), BELIE_INVALID);
}
END_TEST

START_TEST(control_stops)
{
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    o.control = belie_control_new();
    belie_control_stop(o.control);
    ck_assert_int_eq(verdict_of(good, &o), BELIE_UNKNOWN);
    belie_control_free(o.control);
    o.control = belie_control_new();
    ck_assert_int_eq(verdict_of(good, &o), BELIE_VALID);
    uint64_t done = 0, all = 0;
    belie_control_progress(o.control, &done, &all);
    ck_assert_uint_eq(all, 4);
    ck_assert_uint_eq(done, all);
    belie_control_free(o.control);
}
END_TEST

START_TEST(null_is_freed)
{
    belie_history_free(NULL);
    belie_result_free(NULL);
    belie_control_free(NULL);
    belie_free(NULL);
    ck_assert_int_gt((int)strlen(belie_version()), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("library");
    TCase *t = tcase_create("belie.h");
    tcase_add_test(t, verdicts);
    tcase_add_test(t, documents);
    tcase_add_test(t, bad_input_is_an_error);
    tcase_add_test(t, unknown_names_are_errors);
    tcase_add_test(t, several_properties);
    tcase_add_test(t, older_headers_keep_working);
    tcase_add_test(t, control_stops);
    tcase_add_test(t, null_is_freed);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
