/* stages: hand-made histories with versions and the rule that each breaks, or the reason why
 * versions do not decide; verdicts against brute force with versions, evidence verified. */
#include "tests/property/engine_case.h"

#include <check.h>

static const struct {
    enum rule rule;
    const char *text;
} cases[] = {
    {RULE_NONE, "a:w(1)#1[1,2] b:w(2)#2[3,4] c:r()=2#2[5,6]"},
    {RULE_NONE, "a:w(1)#2[1,3] b:w(1)#1[2,4]"},
    {RULE_NONE, "a:w(1)#5[1,2] c:r()=1#5[3,4] b:w(1)#9[5,6]"},
    {RULE_NONE, "a:r()=0#0[1,2] b:w(1)#1[3,4] c:w(0)#2[5,6] d:r()=0#2[7,8]"},
    {RULE_NONE, "a:r()=0#7[1,3] b:cas(0>1)#8[2,4] c:cas(1>0)#9[5,6]"},
    /* observed crashed writes; the one that began first made the lower version */
    {RULE_NONE, "a:w(1)[1,-] b:r()=1#4[2,3]"},
    {RULE_NONE, "a:w(1)[1,-] b:r()=1#1[2,3] c:w(2)#2[4,5] d:w(1)[6,-] e:r()=1#3[7,8]"},
    {RULE_NONE, "a:cas(0>1)[1,-] b:r()=0#1[2,3] c:r()=1#2[4,5]"},
    {RULE_NONE, "a:w(1)[1,-] c:w(2)#3[3,4]"},

    {RULE_VERSION_ORDER, "a:w(1)#2[1,2] b:w(1)#1[3,4]"},
    {RULE_VERSION_ORDER, "a:w(1)#1[1,2] c:r()=0#0[3,4]"},
    {RULE_VERSION_ORDER, "a:w(1)#1[1,2] c:r()=2#2[3,4] b:w(2)#2[5,6]"},
    {RULE_VERSION_ORDER, "a:w(1)#1[1,2] x:w(2)[3,-] c:r()=2#2[4,5] c:r()=1#1[6,7]"},
    {RULE_VERSION_ORDER, "a:r()=1#1[1,2] b:w(1)[3,-]"},
    {RULE_VERSION_TWICE, "a:w(1)#1[1,2] b:w(1)#1[3,4] c:w(2)#2[5,6]"},
    {RULE_VERSION_VALUE, "a:w(1)#1[1,2] b:r()=2#1[3,4] c:w(2)#2[5,6]"},
    {RULE_VERSION_VALUE, "a:w(1)[1,-] x:w(2)[2,-] b:r()=1#1[3,4] c:r()=2#1[5,6]"},
    {RULE_VERSION_AIR, "a:w(1)#1[1,2] b:r()=2#2[3,4] c:w(1)#3[5,6]"},
    {RULE_VERSION_AIR, "a:w(1)#1[1,2] b:w(2)#2[3,4] c:r()=1#3[5,6]"},
    {RULE_VERSION_AIR, "a:r()=0#0[1,2] b:w(1)#1[3,4] c:r()=0#2[5,6]"},
    {RULE_VERSION_CAS, "a:w(1)#1[1,2] b:w(2)#2[3,6] c:cas(1>3)#3[4,5]"},
    {RULE_VERSION_CAS, "c:cas(1>3)#3[4,5]"},
};

START_TEST(rules)
{
    struct engine_case c;
    ck_assert(case_open(&c, cases[_i].text, true));
    const char *why = case_judge(&c, &engine_stages);
    ck_assert_msg(!why, "%s: %s", cases[_i].text, why);
    ck_assert_msg(c.r.rule == cases[_i].rule, "%s: rule %d", cases[_i].text, (int)c.r.rule);
    case_close(&c);
}
END_TEST

static const struct {
    const char *why, *text;
} refused[] = {
    {"no operation carries a version", ""},
    {"no operation carries a version", "a:w(1)[1,-]"},
    {"not every completed operation carries a version", "a:w(1)#1[1,2] b:r()=1[3,4]"},
    {"all writes carry the same version", "a:w(1)#1[1,2] b:w(2)#1[3,4] c:r()=2#1[5,6]"},
    {"it is not clear whether a cas from a value to itself makes a version",
     "a:w(1)#1[1,2] b:cas(1>1)#2[3,4]"},
    {"a crashed cas may have made version 2",
     "a:w(1)#1[1,2] b:cas(1>2)[3,-] c:w(2)[4,-] d:r()=2#2[5,6]"},
    {"a crashed cas may have made version 2", "a:w(1)#1[1,2] b:cas(3>2)[3,-] d:r()=2#2[5,6]"},
    {"a crashed operation may have set the old value of the cas that made version 3",
     "a:w(1)#1[1,2] b:w(2)[3,-] c:cas(2>3)#3[5,6]"},
    {"version 2 may have been made by a crashed cas that kept the value",
     "a:w(1)#1[1,2] b:cas(1>1)[3,-] c:r()=1#2[5,6]"},
};

START_TEST(refusals)
{
    struct engine_case c;
    ck_assert(case_open(&c, refused[_i].text, true));
    const char *why = engine_stages.applies(&c.o, &c.arena);
    ck_assert_msg(why != NULL, "%s", refused[_i].text);
    ck_assert_str_eq(why, refused[_i].why);
    case_close(&c);
}
END_TEST

/* Versions of more than 32 bits; brute force is not used because it keeps the low bits only. */
START_TEST(wide_versions)
{
    struct engine_case c;
    ck_assert(case_open(&c, "a:w(1)#4294967296[1,3] b:w(2)#4294967295[2,4]", true));
    struct engine_options opt = {.budget = &c.budget, .witness = true};
    ck_assert_ptr_null(engine_stages.applies(&c.o, &c.arena));
    engine_stages.run(&c.o, &opt, &c.r);
    ck_assert_int_eq(c.r.verdict, VERDICT_VALID);
    ck_assert_uint_eq(c.r.witness[0], 1);
    case_close(&c);
    ck_assert(case_open(&c, "a:w(1)#4294967296[1,2] b:w(2)#4294967295[3,4]", true));
    engine_stages.run(&c.o, &opt, &c.r);
    ck_assert_int_eq(c.r.rule, RULE_VERSION_ORDER);
    case_close(&c);
}
END_TEST

START_TEST(limits)
{
    struct engine_case c;
    ck_assert(case_open(&c, "a:w(1)#1[1,2] b:r()=1#1[3,4]", true));
    struct engine_options opt = {.budget = &c.budget};
    c.budget.max_memory = 16;
    engine_stages.run(&c.o, &opt, &c.r);
    ck_assert_int_eq(c.r.verdict, VERDICT_UNKNOWN);
    ck_assert_str_eq(c.r.reason, "the memory limit was reached");
    ck_assert_uint_eq(atomic_load(&c.budget.used_memory), 0);
    atomic_store(&c.budget.stop, STOP_INTERRUPT);
    c.budget.max_memory = 0;
    engine_stages.run(&c.o, &opt, &c.r);
    ck_assert_str_eq(c.r.reason, "it was interrupted");
    case_close(&c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stages");
    TCase *t = tcase_create("verdicts");
    tcase_add_loop_test(t, rules, 0, sizeof cases / sizeof *cases);
    tcase_add_loop_test(t, refusals, 0, sizeof refused / sizeof *refused);
    tcase_add_test(t, wide_versions);
    tcase_add_test(t, limits);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
