/* growth-set and growth-log: vectors V1i and V1j of the research, the rules and the arguments.
 * Verdicts against brute force, evidence verified. */
#include "tests/property/engine_case.h"

#include <check.h>

static const struct {
    enum rule rule;
    const char *initial, *text;
} sets[] = {
    {RULE_NONE, NULL, "a:add(1)[1,2] b:read()={1}[3,4]"},
    {RULE_DATA_ORDER, NULL, "a:add(1)[1,2] b:read()={}[3,4]"},
    {RULE_READS_DISAGREE, NULL, "a:add(1)[1,9] b:add(2)[2,8] c:read()={1}[3,4] d:read()={2}[5,6]"},
    {RULE_NONE, NULL, "a:add(1)[1,9] b:add(2)[2,8] c:read()={1}[3,6] d:read()={1 2}[4,5]"},
    {RULE_DATA_ORDER, NULL, "a:add(1)[1,-] b:read()={}[2,3] c:read()={1}[4,5] d:read()={}[6,7]"},
    {RULE_DATA_ORDER, NULL, "a:add(1)[1,2] b:add(1)[5,6] c:read()={}[3,4]"},
    {RULE_NONE, NULL, "a:add(1)[1,4] b:add(1)[5,6] c:read()={}[2,3] d:read()={1}[7,8]"},
    {RULE_NONE, "#{7}", "a:read()={7}[1,2] b:add(7)[3,4] c:add(1)[5,6] d:read()={1 7}[7,8]"},
    {RULE_DATA_ORDER, "#{7}", "a:add(1)[1,2] b:read()={1}[3,4]"},
    {RULE_THIN_AIR, NULL, "a:read()={1}[1,2]"},
    {RULE_ABORTED_READ, NULL, "a:add(1)[1,!2] b:read()={1}[3,4]"},
    {RULE_FUTURE_READ, NULL, "b:read()={1}[1,2] a:add(1)[3,4]"},
    {RULE_DATA_ORDER, NULL, "a:add(2)[1,2] b:add(1)[3,4] c:read()={1}[3,5]"},
    {RULE_NONE, NULL, "a:add(1)[1,-] b:read()={}[2,3] c:read()=<1>[4,5] d:read()=<1 1>[6,7]"},
};

static const struct {
    enum rule rule;
    const char *initial, *text;
} logs[] = {
    {RULE_NONE, NULL, "a:append(1)[1,2] b:append(2)[3,4] c:read()=<1 2>[5,6]"},
    {RULE_DATA_ORDER, NULL, "a:append(1)[1,2] b:append(2)[3,4] c:read()=<2 1>[5,6]"},
    {RULE_NONE, NULL, "a:append(1)[1,4] b:append(2)[2,3] c:read()=<2 1>[5,6]"},
    {RULE_LOG_FORK, NULL,
     "a:append(1)[1,4] b:append(2)[2,3] c:read()=<2 1>[5,6] d:read()=<1>[5,7]"},
    {RULE_DATA_ORDER, NULL,
     "a:append(1)[1,2] b:append(2)[3,-] c:read()=<1 2>[5,6] d:read()=<1>[7,8]"},
    {RULE_DATA_ORDER, NULL, "a:append(1)[1,2] b:append(2)[3,4] c:read()=<1>[5,6]"},
    {RULE_ELEMENT_TWICE, NULL, "a:append(1)[1,2] c:read()=<1 1>[5,6]"},
    {RULE_NONE, "[9]", "a:append(1)[1,2] b:read()=<9 1>[3,4]"},
    {RULE_DATA_ORDER, "[9]", "a:append(1)[1,2] b:read()=<1 9>[3,4]"},
    {RULE_THIN_AIR, NULL, "a:append(1)[1,2] b:read()=<1 2>[3,4]"},
    {RULE_ABORTED_READ, NULL, "a:append(1)[1,!2] b:read()=<1>[3,4]"},
    {RULE_FUTURE_READ, NULL, "b:read()=<1>[1,2] a:append(1)[3,4]"},
};

static void judge(const char *model, const struct engine *e, const char *initial,
                  const char *text, enum rule rule)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, model, initial, text));
    const char *why = case_judge(&c, e);
    ck_assert_msg(!why, "%s: %s", text, why);
    ck_assert_msg(c.r.rule == rule, "%s: rule %d, not %d", text, (int)c.r.rule, (int)rule);
    ck_assert_int_eq(c.r.nsteps > 0, rule != RULE_NONE);
    case_close(&c);
}

START_TEST(of_sets)
{
    judge("grow-set", &engine_growth_set, sets[_i].initial, sets[_i].text, sets[_i].rule);
    judge("set", &engine_growth_set, sets[_i].initial, sets[_i].text, sets[_i].rule);
}
END_TEST

START_TEST(of_logs)
{
    judge("list", &engine_growth_log, logs[_i].initial, logs[_i].text, logs[_i].rule);
}
END_TEST

START_TEST(refusals)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "list", NULL,
                            "a:append(1)[1,2] a:append(1)[3,4] b:read()=<1 1>[5,6]"));
    ck_assert_str_eq(engine_growth_log.applies(&c.o, &c.arena), "1 is appended twice");
    case_close(&c);
    ck_assert(case_open_toy(&c, "set", NULL, "a:add(1)=true[1,2] b:read()={1}[3,4]"));
    ck_assert_str_eq(engine_growth_set.applies(&c.o, &c.arena),
                     "some adds tell whether the element was there");
    case_close(&c);
    ck_assert(case_open_toy(&c, "set", NULL, "a:add(1)[1,2] a:remove(1)[3,4] b:read()={}[5,6]"));
    ck_assert_str_eq(engine_growth_set.applies(&c.o, &c.arena),
                     "some operations are neither an add to a set nor a read of all of it");
    ck_assert_ptr_nonnull(engine_by_element.applies(&c.o, &c.arena));
    case_close(&c);
}
END_TEST

/* Nothing is added to it, so that only the model says whether the order of elements counts. */
START_TEST(only_read)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "list", "[7 8]", "a:read()=<8 7>[1,2]"));
    ck_assert_str_eq(engine_growth_set.applies(&c.o, &c.arena), "");
    case_close(&c);
    ck_assert(case_open_toy(&c, "grow-set", "[7 8]", "a:read()={8 7}[1,2]"));
    ck_assert_str_eq(engine_growth_log.applies(&c.o, &c.arena), "");
    case_close(&c);
    judge("list", &engine_growth_log, "[7 8]", "a:read()=<8 7>[1,2]", RULE_DATA_ORDER);
    judge("grow-set", &engine_growth_set, "[7 8]", "a:read()=<8 7>[1,2]", RULE_NONE);
}
END_TEST

START_TEST(argument)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "list", NULL,
                            "a:append(1)[1,2] b:append(2)[3,4] c:read()=<2 1>[5,6]"));
    const char *why = case_judge(&c, &engine_growth_log);
    ck_assert_msg(!why, "%s", why);
    ck_assert_str_eq(c.r.reason,
                     "it has 2, but not 1 before it, which was complete before any add of 2 began");
    ck_assert_uint_eq(c.r.bad, 2);
    ck_assert_uint_eq(c.r.certified, c.o.ops[2].res - 1);
    ck_assert_uint_eq(c.r.nculprits, 2);
    ck_assert_int_eq(c.r.steps[0].kind, STEP_BEFORE);
    ck_assert_str_eq(c.r.steps[0].text, ": 1 came in before 2");
    case_close(&c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("growth");
    TCase *t = tcase_create("verdicts");
    tcase_add_loop_test(t, of_sets, 0, sizeof sets / sizeof *sets);
    tcase_add_loop_test(t, of_logs, 0, sizeof logs / sizeof *logs);
    tcase_add_test(t, refusals);
    tcase_add_test(t, only_read);
    tcase_add_test(t, argument);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
