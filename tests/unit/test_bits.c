/* bits and by-element: vectors V1c of the research, results of set operations, evidence. Verdicts
 * against brute force, evidence verified. */
#include "checker/set_states.h"
#include "tests/property/engine_case.h"

#include <check.h>

static const struct {
    enum rule rule;
    const char *text;
} two[] = {
    {RULE_NONE, "a:up()[1,2] b:is1()[3,4] c:dn()[5,6] b:is0()[7,8]"},
    {RULE_WRONG_STATE, "a:up()[1,2] b:up()[3,4]"},
    {RULE_NONE, "a:up()[1,2] b:up()[3,6] c:dn()[4,5]"},
    {RULE_WRONG_STATE, "a:up()[1,2] c:dn()[3,-] b:up()[4,5] d:up()[6,7]"},
    {RULE_WRONG_STATE, "a:up()[1,2] c:dn()[3,-] b:up()[4,5] d:is0()[6,7]"},
    {RULE_NONE, "a:up()[1,8] b:is1()[2,3] c:is0()[4,5] d:dn()[1,9] e:up()[6,7]"},
    {RULE_WRONG_STATE, "a:up()[1,9] b:dn()[2,3] c:is1()[4,5]"},
    /* crashed operations happen once, or never */
    {RULE_NONE, "a:up()[1,-] b:is1()[2,3] c:is1()[4,5]"},
    {RULE_WRONG_STATE, "a:up()[1,-] b:is1()[2,3] c:is0()[4,5]"},
    {RULE_WRONG_STATE, "a:up()[1,-] b:dn()[2,3] c:dn()[4,5]"},
};

START_TEST(vectors)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "set", NULL, two[_i].text));
    const char *why = case_judge(&c, &engine_bits);
    ck_assert_msg(!why, "%s: %s", two[_i].text, why);
    ck_assert_msg(c.r.rule == two[_i].rule, "%s: rule %d", two[_i].text, (int)c.r.rule);
    why = case_judge(&c, &engine_by_element);
    ck_assert_msg(!why, "%s by element: %s", two[_i].text, why);
    case_close(&c);
}
END_TEST

static const struct {
    const char *initial, *text;
    size_t culprits; /* 0: valid */
} sets[] = {
    {"#{1}", "a:contains(1)=true[1,2] b:contains(2)=false[3,4]", 0},
    {"#{1}", "a:add(1)=false[1,2] b:remove(1)=true[3,4] c:add(1)=true[5,6]", 0},
    {"#{1}", "a:contains(1)=false[1,2]", 1},
    /* elements do not disturb each other */
    {"nil", "a:add(1)=true[1,2] b:add(2)=true[3,4] c:contains(1)=true[5,6]", 0},
    {"nil", "a:add(1)=true[1,2] b:add(2)=true[3,4] c:contains(1)=false[5,6]", 2},
    /* what was before is cut off */
    {"nil", "a:add(1)=true[1,2] a:remove(1)=true[3,4] a:add(1)=true[5,6] b:add(1)=true[7,8]", 2},
};

START_TEST(of_sets)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "set", sets[_i].initial, sets[_i].text));
    const char *why = case_judge(&c, &engine_bits);
    ck_assert_msg(!why, "%s: %s", sets[_i].text, why);
    ck_assert_msg(c.r.nculprits == sets[_i].culprits, "%s: %zu culprits", sets[_i].text,
                  c.r.nculprits);
    case_close(&c);
}
END_TEST

/* Adds and removes that tell nothing: two elements, a merged witness. */
static const struct {
    bool valid;
    const char *text;
} blind[] = {
    {true, "a:add(1)[1,4] b:remove(1)[2,3] c:contains(1)=true[5,6] d:contains(2)=false[7,8]"},
    {true, "a:add(1)[1,4] b:remove(1)[2,3] c:contains(1)=false[5,6] d:add(2)=true[7,8]"},
    {false, "a:add(1)[1,2] b:remove(1)[3,4] c:contains(1)=true[5,6] d:add(2)=true[7,8]"},
    {false, "a:add(1)[1,2] b:add(2)=true[3,4] c:add(2)=true[5,6]"},
};

START_TEST(untold)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "set", NULL, blind[_i].text));
    const char *why = case_judge(&c, &engine_by_element);
    ck_assert_msg(!why, "%s: %s", blind[_i].text, why);
    ck_assert_int_eq(c.r.verdict == VERDICT_VALID, blind[_i].valid);
    ck_assert_ptr_nonnull(engine_bits.applies(&c.o, &c.arena));
    case_close(&c);
}
END_TEST

START_TEST(of_mutexes)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "mutex", NULL,
                            "a:acq()[1,2] a:rel()[3,4] b:acq()[5,7] c:acq()[6,8]"));
    const char *why = case_judge(&c, &engine_bits);
    ck_assert_msg(!why, "%s", why);
    ck_assert_str_eq(c.r.reason, "it was held, and nothing could have released it by then");
    ck_assert_uint_eq(c.r.nculprits, 2);
    ck_assert_uint_eq(c.r.bad, 3);
    ck_assert_uint_eq(c.r.certified, c.o.ops[3].res - 1);
    ck_assert_uint_eq(c.r.nsteps, 3);
    case_close(&c);
    ck_assert(case_open_toy(&c, "mutex", "true", "a:rel()[1,2] b:acq()[3,4]"));
    why = case_judge(&c, &engine_bits);
    ck_assert_msg(!why && c.r.verdict == VERDICT_VALID, "%s", why ? why : "invalid");
    case_close(&c);
}
END_TEST

START_TEST(limits)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "mutex", NULL, "a:acq()[1,2]"));
    struct engine_options opt = {.budget = &c.budget};
    c.budget.max_memory = 16;
    engine_bits.run(&c.o, &opt, &c.r);
    ck_assert_int_eq(c.r.verdict, VERDICT_UNKNOWN);
    ck_assert_str_eq(c.r.reason, "the memory limit was reached");
    ck_assert_uint_eq(atomic_load(&c.budget.used_memory), 0);
    case_close(&c);
    ck_assert(case_open_toy(&c, "set", NULL, "a:add(1)[1,2]"));
    c.budget.max_memory = 16;
    engine_by_element.run(&c.o, &opt, &c.r);
    ck_assert_str_eq(c.r.reason, "the memory limit was reached");
    ck_assert_uint_eq(atomic_load(&c.budget.used_memory), 0);
    case_close(&c);
    ck_assert(case_open_toy(&c, "mutex", NULL, "a:acq()[1,2]"));
    atomic_store(&c.budget.stop, STOP_INTERRUPT);
    c.budget.max_memory = 0;
    engine_bits.run(&c.o, &opt, &c.r);
    ck_assert_str_eq(c.r.reason, "it was interrupted");
    case_close(&c);
}
END_TEST

/* Equal sets are equal ids, and elements keep apart, however many words they need. */
START_TEST(set_ids)
{
    static const uint32_t sizes[] = {1, 64, 65, 128, 129, 257, 320, 1000, 5000};
    struct set_states s = {0};
    uint32_t n = sizes[_i];
    for (uint32_t i = 0; i < n; i++)
        ck_assert_uint_eq(set_element_add(&s, val_small((int32_t)i)), i);
    uint32_t empty = set_states_ready(&s), up = empty, down = empty;
    for (uint32_t i = 0; i < n; i++) {
        ck_assert(!set_has(&s, up, i));
        up = set_with(&s, up, i, true);
        down = set_with(&s, down, n - 1 - i, true);
    }
    ck_assert_uint_eq(up, down);
    for (uint32_t i = 0; i < n; i++) {
        ck_assert(set_has(&s, up, i));
        up = set_with(&s, up, i, false);
    }
    ck_assert_uint_eq(up, empty);
    set_states_free(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bits");
    TCase *t = tcase_create("verdicts");
    tcase_add_loop_test(t, vectors, 0, sizeof two / sizeof *two);
    tcase_add_loop_test(t, of_sets, 0, sizeof sets / sizeof *sets);
    tcase_add_loop_test(t, untold, 0, sizeof blind / sizeof *blind);
    tcase_add_test(t, of_mutexes);
    tcase_add_test(t, limits);
    tcase_add_loop_test(t, set_ids, 0, 9);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
