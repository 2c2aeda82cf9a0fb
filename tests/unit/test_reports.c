/* reports: what is shown for a known core, and what other programs' formats need escaped. */
#include "checker/rules.h"
#include "histories/writer.h"
#include "reports/core_history.h"
#include "reports/explanation.h"
#include "reports/github.h"
#include "reports/junit.h"
#include "reports/library.h"
#include "reports/result_json.h"
#include "reports/text.h"
#include "reports/witness.h"

#include <check.h>
#include <stdlib.h>

/* A history with a hand-made verdict: reports must not depend on which engine found it. */
struct fixture {
    struct history h;
    struct key_result key;
    struct core_op core[16];
    struct check_result result;
    struct report report;
};

static const char *const steps[] = {"first step", "second step"};
static const char *const states[] = {"2"};

/* core[i] is operation i; strict[i] == '~' makes it background. */
static void fixture_make(struct fixture *f, const char *text, const char *strict, uint32_t bad)
{
    const struct belie_load_options o = BELIE_LOAD_OPTIONS;
    struct err e = {0};
    memset(f, 0, sizeof *f);
    ck_assert_msg(library_load_memory(&f->h, "h.edn", str_of(text), &o, &e), "%s", e.text);
    for (size_t i = 0; strict[i]; i++)
        f->core[i] = (struct core_op){(uint32_t)i, strict[i] != '~'};
    f->key = (struct key_result){
        .key = VAL_ABSENT, .verdict = VERDICT_INVALID, .algorithm = "zones",
        .why_algorithm = "unique values", .reason = "the value was gone", .ops = f->h.nops,
        .rule = RULE_STALE, .explored = 5, .bad_op = bad, .failed_op = NO_EVENT,
        .origin_op = NO_EVENT, .minimal = true, .core = f->core,
        .ncore = strlen(strict), .steps = (const char **)(uintptr_t)steps, .nsteps = 2,
        .states = (const char **)(uintptr_t)states, .nstates = 1};
    f->result = (struct check_result){
        .verdict = VERDICT_INVALID, .model = model_find("register"), .model_reason = "given",
        .property = "linearizable", .reason = f->key.reason, .keys = &f->key, .nkeys = 1,
        .ops = f->h.nops, .ok = f->h.nops};
    f->report = (struct report){.path = "h.edn", .history = &f->h, .result = &f->result};
}

static void fixture_free(struct fixture *f)
{
    history_free(&f->h);
}

static void same(struct buf *got, const char *want)
{
    buf_putc(got, '\0');
    ck_assert_str_eq(got->p, want);
    buf_free(got);
}

static const char stale[] = "0\t:invoke\t:write\t1\n0\t:ok\t:write\t1\n"
                            "3\t:invoke\t:write\t2\n3\t:ok\t:write\t2\n"
                            "1\t:invoke\t:read\tnil\n1\t:ok\t:read\t1\n";

START_TEST(text_of_an_invalid_history)
{
    struct fixture f;
    struct buf out = {0};
    const struct text_style style = {.width = 72};
    fixture_make(&f, stale, "~ss", 2);
    report_text(&f.report, &style, &out);
    same(&out, "h.edn\tfalse\n"
               "INVALID: the value was gone\n"
               "\n"
               "  3 of 3 operations show it:\n"
               "    op  line  process  f      value  ends\n"
               "  ~  0     1  0        write  1      ok at op 1\n"
               "     2     3  3        write  2      ok at op 3\n"
               "  !  4     5  1        read   1      ok at op 5\n"
               "  ! could not be placed in any order\n"
               "  ~ background: it may have taken effect at any time after its start\n"
               "\n"
               "  process, and time from left to right:\n"
               "    0  [write 1 ...\n"
               "    3    [write 2]\n"
               "    1              [read 1 !]\n"
               "\n"
               "  why no order explains them:\n"
               "    1. first step\n"
               "    2. second step\n"
               "\n"
               "  states possible just before: 2\n"
               "  rule: stale-read (belie explain stale-read)\n"
               "  engine: zones (unique values); explored 5\n"
               "  operations: 3 (3 ok, 0 failed, 0 unknown)\n"
               "  model: register (given), initial value nil\n");
    fixture_free(&f);
}
END_TEST

START_TEST(time_line_gives_up_where_it_does_not_fit)
{
    struct fixture f;
    struct buf out = {0}, wide = {0};
    struct arena a = {0};
    size_t n;
    static const char long_value[] =
        "0\t:invoke\t:write\t\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n"
        "0\t:ok\t:write\t\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n"
        "1\t:invoke\t:read\tnil\n1\t:ok\t:read\t\"b\"\n";
    fixture_make(&f, long_value, "ss", 1);
    const struct shown_op *ops = report_core(&f.report, &f.key, &a, &n);
    report_timeline(&f.report, ops, n, 40, &out);
    same(&out, "\n  process, and time from left to right:\n"
               "    0  [#0]\n"
               "    1       [#2 !]\n");
    report_timeline(&f.report, ops, n, 14, &out);
    ck_assert_uint_eq(out.n, 0);
    report_timeline(&f.report, ops, 1, 80, &out);
    ck_assert_uint_eq(out.n, 0);
    report_timeline(&f.report, ops, n, 80, &wide);
    ck_assert_uint_gt(wide.n, 0);
    buf_free(&wide);
    arena_free(&a);
    fixture_free(&f);
}
END_TEST

START_TEST(failed_write_is_shown)
{
    struct fixture f;
    struct arena a = {0};
    size_t n;
    fixture_make(&f,
                 "0\t:invoke\t:write\t1\n0\t:fail\t:write\t1\n"
                 "1\t:invoke\t:read\tnil\n1\t:ok\t:read\t1\n",
                 "s", 1);
    f.core[0].op = 1;
    f.key.failed_op = 0;
    const struct shown_op *ops = report_core(&f.report, &f.key, &a, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert(ops[0].failed && !ops[0].strict && ops[0].line == 1);
    ck_assert(!ops[1].failed && ops[1].bad && ops[1].line == 3);
    arena_free(&a);
    fixture_free(&f);
}
END_TEST

START_TEST(core_as_a_history)
{
    struct fixture f;
    struct buf out = {0};
    /* Process 0 goes on after its write was relaxed: the write needs another process. */
    fixture_make(&f,
                 "0\t:invoke\t:write\t1\n0\t:ok\t:write\t1\n"
                 "0\t:invoke\t:write\t2\n0\t:ok\t:write\t2\n"
                 "4\t:invoke\t:read\tnil\n4\t:ok\t:read\t1\n",
                 "~ss", 2);
    bool keep[6];
    core_reduce(&f.h, &f.key, keep);
    for (size_t i = 0; i < 6; i++) {
        ck_assert(keep[i]);
        buf_printf(&out, "%d:", f.h.events.type[i]);
        report_value(&f.h, f.h.events.process[i], 0, &out);
        buf_putc(&out, ' ');
    }
    same(&out, "0:5 3:5 0:0 1:0 0:4 1:4 ");
    ck_assert_ptr_eq(core_smallest(&f.report), &f.key);
    f.key.ncore = 0;
    ck_assert_ptr_null(core_smallest(&f.report));
    fixture_free(&f);
}
END_TEST

START_TEST(plain_text)
{
    static const struct {
        const char *in;
        size_t width;
        const char *want;
    } cases[] = {
        {"abc", 0, "abc"},         {"abcdef", 6, "abcdef"}, {"abcdefg", 6, "abc..."},
        {"a\nb\tc\x1b", 0, "a?b?c?"}, {"\xff\xc3\xa4", 0, "?\xc3\xa4"},
        {"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 4, "\xc3\xa4..."}, {"abcd", 2, "ab"},
        {"\xc2\x9b", 0, "?"}, /* a C1 control */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        report_plain(str_of(cases[i].in), cases[i].width, &out);
        same(&out, cases[i].want);
    }
    struct buf out = {0};
    report_wrapped(STR("one two three four"), 9, 0, 2, &out);
    same(&out, "one two\n  three\n  four\n");
}
END_TEST

START_TEST(operation_values)
{
    struct fixture f;
    struct buf out = {0};
    fixture_make(&f,
                 "0\t:invoke\t:write\t1\n0\t:info\t:write\t1\n"
                 "1\t:invoke\t:read\tnil\n1\t:ok\t:read\tnil\n"
                 "2\t:invoke\t:read\tnil\n2\t:info\t:read\tnil\n"
                 "3\t:invoke\t:cas\t[1 2]\n3\t:ok\t:cas\t[1 2]\n"
                 "4\t:invoke\t:append\t7\n4\t:ok\t:append\t8\n",
                 "", NO_EVENT);
    for (size_t i = 0; i < f.h.nops; i++) {
        report_op_value(&f.h, &f.h.ops[i], 20, &out);
        buf_putc(&out, '|');
    }
    same(&out, "1|nil|?|[1 2]|7 -> 8|");
    fixture_free(&f);
}
END_TEST

START_TEST(junit_escapes)
{
    struct junit j = {0};
    struct buf out = {0};
    const struct report r = {.path = "a<b>&\"\x01\xff\n", .error = "x]]>\ty\xef\xbf\xbf"};
    const struct report skipped = {.path = "b", .skipped = "interrupted"};
    junit_add(&j, &r);
    junit_add(&j, &skipped);
    junit_print(&j, &out);
    same(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<testsuites name=\"belie\" tests=\"2\" failures=\"0\" errors=\"1\" "
               "skipped=\"1\">\n"
               "  <testsuite name=\"belie\" tests=\"2\" failures=\"0\" errors=\"1\" "
               "skipped=\"1\">\n"
               "    <testcase classname=\"a&lt;b&gt;&amp;&quot;\xef\xbf\xbd\xef\xbf\xbd&#10;\" "
               "name=\"check\"><error message=\"x]]&gt;&#9;y\xef\xbf\xbd\"/></testcase>\n"
               "    <testcase classname=\"b\" name=\"check\"><skipped "
               "message=\"interrupted\"/></testcase>\n"
               "  </testsuite>\n</testsuites>\n");
    junit_free(&j);
}
END_TEST

START_TEST(github_escapes_and_stops_at_ten)
{
    struct github g = {0};
    struct buf out = {0};
    const struct report r = {.path = "a:b,c%\n.edn", .error = "50%\r\n::error::no, it is: fine"};
    github_add(&g, &r, &out);
    same(&out, "::error file=a%3Ab%2Cc%25%0A.edn,title=not checked::50%25%0D%0A::error::no, it is: "
               "fine\n");
    for (int i = 0; i < 20; i++)
        github_add(&g, &r, &out);
    size_t lines = 0;
    for (size_t i = 0; i < out.n; i++)
        lines += out.p[i] == '\n';
    ck_assert_uint_eq(lines, 9);
    buf_free(&out);
}
END_TEST

static bool append(void *ctx, struct str piece)
{
    buf_put(ctx, piece);
    return true;
}

START_TEST(witness_of_a_valid_key)
{
    struct fixture f;
    struct buf out = {0};
    uint32_t order[] = {1, 0};
    struct witness_writer w = {.put = append, .ctx = &out};
    fixture_make(&f, "0\t:invoke\t:write\t1\n1\t:invoke\t:read\tnil\n1\t:ok\t:read\tnil\n", "",
                 NO_EVENT);
    f.key.verdict = f.result.verdict = VERDICT_VALID;
    f.key.witness = order;
    f.key.nwitness = 2;
    ck_assert(witness_add(&w, &f.report));
    ck_assert(witness_end(&w));
    same(&out, "{\"schema\": 1, \"inputs\": [\n"
               "  {\"path\": \"h.edn\", \"property\": \"linearizable\", \"model\": \"register\", "
               "\"initial\": null,\n"
               "    \"keys\": [\n"
               "      {\"key\": null, \"linearization\": [\n"
               "        {\"invoked\": 1, \"completed\": 2, \"process\": 1, \"f\": \"read\", "
               "\"argument\": null, \"result\": null},\n"
               "        {\"invoked\": 0, \"completed\": null, \"process\": 0, \"f\": \"write\", "
               "\"argument\": 1, \"result\": null}]}]}\n"
               "]}\n");
    w = (struct witness_writer){.put = append, .ctx = &out};
    ck_assert(witness_end(&w));
    same(&out, "{\"schema\": 1, \"inputs\": [\n]}\n");
    fixture_free(&f);
}
END_TEST

static bool refuse(void *ctx, struct str piece)
{
    (void)piece;
    ++*(int *)ctx;
    return false;
}

START_TEST(witness_stops_when_writing_fails)
{
    struct fixture f;
    int calls = 0;
    struct witness_writer w = {.put = refuse, .ctx = &calls};
    fixture_make(&f, stale, "", NO_EVENT);
    f.key.verdict = f.result.verdict = VERDICT_VALID;
    ck_assert(!witness_add(&w, &f.report));
    ck_assert(!witness_add(&w, &f.report));
    ck_assert(!witness_end(&w));
    ck_assert_int_eq(calls, 1);
    fixture_free(&f);
}
END_TEST

START_TEST(json_of_odd_values)
{
    struct fixture f;
    struct buf out = {0};
    struct buf text = {0};
    /* NUL in a string, a number that jansson refuses, a large value, an ill-formed path. */
    buf_puts(&text, "{:process 0, :type :invoke, :f :write, :value \"a\\u0000b\"}\n"
                    "{:process 0, :type :ok, :f :write, :value \"a\\u0000b\"}\n"
                    "{:process 1, :type :invoke, :f :write, :value 1E999}\n"
                    "{:process 2, :type :invoke, :f :write, :value \"");
    for (int i = 0; i < 70000; i++)
        buf_putc(&text, 'x');
    buf_puts(&text, "\"}\n");
    buf_putc(&text, '\0');
    fixture_make(&f, text.p, "s~~", NO_EVENT);
    buf_free(&text);
    f.report.path = "\xff.edn";
    struct result_document *d = result_document_new();
    result_document_add(d, &f.report);
    result_document_print(d, VERDICT_INVALID, &out);
    result_document_free(d);
    buf_putc(&out, '\0');
    ck_assert_ptr_nonnull(strstr(out.p, "\"argument\": \"a\\u0000b\""));
    ck_assert_ptr_nonnull(strstr(out.p, "\"argument\": \"1E999\""));
    ck_assert_ptr_nonnull(strstr(out.p, "\"argument\": \"\\\"xxx"));
    ck_assert_uint_lt(out.n, 5000);
    ck_assert_ptr_nonnull(strstr(out.p, "\"path\": \"\xef\xbf\xbd.edn\""));
    buf_free(&out);
    fixture_free(&f);
}
END_TEST

/* `keys` keys, each with a stale read, checked for real under `budget`. */
static void check_keys(struct fixture *f, int keys, struct budget *budget)
{
    struct buf text = {0};
    for (int k = 0; k < keys; k++)
        buf_printf(&text,
                   "0\t:invoke\t:write\t[%d 1]\n0\t:ok\t:write\t[%d 1]\n"
                   "1\t:invoke\t:read\t[%d nil]\n1\t:ok\t:read\t[%d nil]\n",
                   k, k, k, k);
    const struct belie_load_options l = BELIE_LOAD_OPTIONS;
    struct belie_check_options c = BELIE_CHECK_OPTIONS;
    struct err e = {0};
    c.jobs = 1;
    memset(f, 0, sizeof *f);
    f->report.path = "keys.txt";
    ck_assert_msg(library_load_memory(&f->h, "keys.txt", buf_str(&text), &l, &e), "%s", e.text);
    ck_assert_msg(library_check(&f->h, &c, budget, &f->result, &f->report, &e), "%s", e.text);
    buf_free(&text);
}

static void keys_free(struct fixture *f)
{
    check_result_free(&f->result);
    history_free(&f->h);
}

static size_t occurrences(const struct buf *b, const char *word)
{
    size_t n = 0, len = strlen(word);
    for (size_t i = 0; i + len <= b->n; i++)
        n += memcmp(b->p + i, word, len) == 0;
    return n;
}

START_TEST(many_invalid_keys)
{
    struct fixture f;
    struct budget budget = {0};
    struct buf out = {0};
    struct text_style style = {.width = 80, .color = true};
    check_keys(&f, 26, &budget);
    report_text(&f.report, &style, &out);
    ck_assert_uint_eq(occurrences(&out, "\033[1;31mINVALID\033[0m: key "), 3);
    ck_assert_uint_eq(occurrences(&out, "\nalso invalid: 3, 4, "), 1);
    ck_assert_uint_eq(occurrences(&out, ", 22 and 3 more\n"), 1);
    ck_assert_uint_eq(occurrences(&out, "  keys: 26 invalid, 0 unknown, 0 valid\n"), 1);
    buf_free(&out);
    style.verbose = true;
    report_text(&f.report, &style, &out);
    ck_assert_uint_eq(occurrences(&out, "INVALID"), 26);
    buf_free(&out);
    struct github g = {0};
    github_add(&g, &f.report, &out);
    static const char first[] = "::error file=keys.txt,line=3,title=not linearizable::key 0";
    ck_assert_uint_eq(occurrences(&out, first), 1);
    ck_assert_uint_eq(occurrences(&out, "::error "), 10);
    buf_free(&out);
    struct junit j = {0};
    junit_add(&j, &f.report);
    ck_assert_uint_eq(j.failures, 1);
    ck_assert_uint_eq(occurrences(&j.cases, "<failure type=\"invalid\" message=\""), 1);
    junit_free(&j);
    keys_free(&f);
}
END_TEST

START_TEST(unknown_keys)
{
    struct fixture f;
    struct budget budget = {.stop = STOP_TIME};
    struct buf out = {0};
    const struct text_style style = {.width = 80};
    check_keys(&f, 5, &budget);
    report_text(&f.report, &style, &out);
    ck_assert_uint_eq(occurrences(&out, "keys.txt\tunknown\nUNKNOWN: key 0: "), 1);
    ck_assert_uint_eq(occurrences(&out, "\nalso unknown: 3, 4\n"), 1);
    buf_free(&out);
    struct github g = {0};
    github_add(&g, &f.report, &out);
    ck_assert_uint_eq(occurrences(&out, "::warning file=keys.txt,title="), 5);
    buf_free(&out);
    struct junit j = {0};
    junit_add(&j, &f.report);
    ck_assert_uint_eq(j.skipped, 1);
    junit_free(&j);
    keys_free(&f);
}
END_TEST

START_TEST(explanation_pages)
{
    struct buf out = {0};
    explanation_print(explanation_find("unknown"), 72, &out);
    ck_assert_uint_eq(occurrences(&out, "unknown: neither an order nor"), 1);
    ck_assert_uint_eq(occurrences(&out, "Example"), 0);
    buf_free(&out);
    explanation_print(explanation_find("stale"), 72, &out);
    ck_assert_uint_eq(occurrences(&out, "\nExample (invalid): process, type, f, value\n"), 1);
    ck_assert_uint_eq(occurrences(&out, "\n    1\t:ok\t:read\t1\n"), 1);
    buf_free(&out);
}
END_TEST

START_TEST(explanations_are_found)
{
    const struct explanation *x;
    for (size_t i = 0; (x = explanation_at(i)); i++)
        ck_assert_ptr_eq(explanation_find(x->name), x);
    ck_assert_str_eq(explanation_find("Phantom read")->name, "thin-air-read");
    ck_assert_str_eq(explanation_find("LINEARIZABILITY")->name, "linearizable");
    for (int r = RULE_NONE + 1; r < RULES; r++)
        ck_assert_msg(rule_name((enum rule)r) && explanation_find(rule_name((enum rule)r)),
                      "rule %d is not explained", r);
    ck_assert_ptr_null(rule_name(RULE_NONE));
    ck_assert_ptr_null(explanation_find(""));
    ck_assert_ptr_null(explanation_find("stale-reads"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("reports");
    TCase *t = tcase_create("reports");
    tcase_add_test(t, text_of_an_invalid_history);
    tcase_add_test(t, time_line_gives_up_where_it_does_not_fit);
    tcase_add_test(t, failed_write_is_shown);
    tcase_add_test(t, core_as_a_history);
    tcase_add_test(t, plain_text);
    tcase_add_test(t, operation_values);
    tcase_add_test(t, junit_escapes);
    tcase_add_test(t, github_escapes_and_stops_at_ten);
    tcase_add_test(t, witness_of_a_valid_key);
    tcase_add_test(t, witness_stops_when_writing_fails);
    tcase_add_test(t, json_of_odd_values);
    tcase_add_test(t, many_invalid_keys);
    tcase_add_test(t, unknown_keys);
    tcase_add_test(t, explanation_pages);
    tcase_add_test(t, explanations_are_found);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
