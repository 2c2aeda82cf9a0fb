/* Leases by hand: positions are ms, rounded down to even ones; a lease lasts 4 ms unless it says
 * otherwise. Every verdict is checked against brute force, evidence by the independent verifier.
 * Then what lies outside of the engine's limits, times that cannot be used, and arguments. */
#include "checker/check.h"
#include "histories/reader.h"
#include "tests/property/engine_case.h"

#include <check.h>

static const struct {
    enum rule rule;
    const char *text;
} vectors[] = {
    {RULE_NONE, "a:acq()[2,3] a:rel()[4,5] b:acq()[6,7]"},
    /* over at 6, no sooner */
    {RULE_NONE, "a:acq()[2,3] b:acq()[4,6]"},
    {RULE_LEASE_RAN, "a:acq()[2,3] b:acq()[4,5]"},
    {RULE_LEASE_RAN, "a:acq(60)[2,3] b:acq()[40,41]"},
    {RULE_NONE, "a:acq(60)[2,3] b:acq()[40,62]"},
    /* counted from the invocation, not from the grant */
    {RULE_NONE, "a:acq()[2,9] b:acq()[10,11]"},
    /* it crashed, or failed: never held for certain */
    {RULE_NONE, "a:acq()[2,-] b:acq()[3,4]"},
    {RULE_NONE, "a:acq()[2,!3] b:acq()[4,5]"},
    /* crashed releases may have happened at once */
    {RULE_NONE, "a:acq(60)[2,3] a:rel()[4,-] b:acq()[5,6]"},
    {RULE_LEASE_RAN, "a:acq(60)[2,3] b:acq()[4,5] a:rel()[6,-]"},
    /* renewed until 16 */
    {RULE_LEASE_RAN, "a:acq()[2,3] a:renew()[12,13] b:acq()[14,15]"},
    {RULE_NONE, "a:acq()[2,3] a:renew()[12,13] b:acq()[14,16]"},
    {RULE_NONE, "a:acq()[2,3] a:renew()[4,-] b:acq()[6,7]"},
    /* a later renewal or release that is ok shows that it was held all the time */
    {RULE_LEASE_RAN, "a:acq()[2,3] b:acq()[10,11] a:renew()[20,21]"},
    {RULE_LEASE_RAN, "a:acq()[2,3] b:acq()[10,11] a:rel()[20,21]"},
    {RULE_NONE, "a:acq()[2,3] b:acq()[10,11] a:rel()[20,!21]"},
    {RULE_NONE, "a:acq()[2,3] a:rel()[20,21] b:acq()[30,31]"},
    /* an acquire by its holder renews */
    {RULE_NONE, "a:acq(60)[2,3] a:acq(60)[4,5]"},
    {RULE_LEASE_RAN, "a:acq(20)[2,3] a:acq(20)[14,15] b:acq()[30,31]"},
    {RULE_NONE, "a:acq(20)[2,3] a:acq(20)[14,15] b:acq()[30,35]"},
    /* b's answer came after its term: it may have been granted before a's, not during it */
    {RULE_NONE, "b:acq()[2,31] a:acq(60)[8,9]"},
    {RULE_LEASE_RAN, "a:acq(60)[2,3] b:acq()[8,31]"},
    {RULE_LEASE_RAN, "b:acq()[2,31] a:acq(60)[4,5] a:rel()[40,41]"},
    {RULE_LEASE_RAN, "a:acq()[2,6] b:acq()[7,12] a:renew()[8,9] a:acq()[10,11]"},
    {RULE_LEASE_ENDED, "a:acq()[2,3] a:rel()[4,5] a:rel()[6,7]"},
    {RULE_LEASE_ENDED, "a:acq()[2,3] a:rel()[4,5] a:renew()[6,7]"},
    {RULE_LEASE_ENDED, "a:acq()[2,3] b:rel()[4,5]"},
    {RULE_NONE, "a:acq()[2,3] a:rel()[4,5] a:rel()[6,!7]"},
};

START_TEST(rules_broken)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "lease", "4", vectors[_i].text));
    const char *why = case_judge(&c, &engine_leases);
    ck_assert_msg(!why, "%s: %s", vectors[_i].text, why);
    ck_assert_msg(c.r.rule == vectors[_i].rule, "%s: rule %d", vectors[_i].text, (int)c.r.rule);
    case_close(&c);
    ck_assert(case_open_toy(&c, "lease", "4", vectors[_i].text));
    why = case_judge(&c, &engine_jit);
    ck_assert_msg(!why, "%s, by search: %s", vectors[_i].text, why);
    case_close(&c);
}
END_TEST

static const struct {
    const char *why, *text;
} outside[] = {
    {"some acquires were refused, which tells that the lease was held",
     "a:acq()=false[1,2] b:acq()[3,4]"},
    {"some owner has several operations open at a time, or goes on after one that crashed",
     "a:acq(:n1)[1,3] b:rel(:n1)[2,4]"},
    {"some owner's terms are not as long as each other", "a:acq(9)[1,2] a:renew(4)[3,4]"},
};

START_TEST(limits)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "lease", "4", outside[_i].text));
    ck_assert_str_eq(engine_leases.applies(&c.o, &c.arena), outside[_i].why);
    ck_assert_ptr_nonnull(engine_holds.applies(&c.o, &c.arena));
    const char *wrong = case_judge(&c, &engine_jit);
    ck_assert_msg(!wrong, "%s: %s", outside[_i].text, wrong);
    case_close(&c);
}
END_TEST

static const struct {
    const char *text, *reason;
    const char *steps[4];
} told[] = {
    {"p1:acq(5000)[3200,3300] p2:acq(5000)[4000,4100]",
     "acquire 5000 by process 2 (op 2 to op 3) is impossible: a lease was granted while that of "
     "somebody else still ran",
     {"acquire 5000 by process 1 (op 0 to op 1): invoked at 3.200 s with a ttl of 5.000 s, it "
      "lasted until 8.200 s at least",
      "acquire 5000 by process 2 (op 2 to op 3): it was granted in between, by 4.100 s at the "
      "latest"}},
    {"p1:acq()[2,3] p2:acq()[10,11] p1:rel()[20,21]",
     "acquire by process 2 (op 2 to op 3) is impossible: a lease was granted while that of "
     "somebody else still ran",
     {"acquire by process 1 (op 0 to op 1): it was granted",
      "release by process 1 (op 4 to op 5): its owner still had it",
      "acquire by process 2 (op 2 to op 3): it was granted in between, by 0.010 s at the latest"}},
    {"p1:acq()[2,3] p1:rel()[4,5] p1:renew()[6,7]",
     "renew by process 1 (op 4 to op 5) is impossible: a lease was renewed or given back by a "
     "process that did not have it",
     {"release by process 1 completed at op 3, before renew by process 1 was invoked at op 4: its "
      "owner had given it back"}},
};

START_TEST(arguments)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "lease", "4", told[_i].text));
    const char *why = case_judge(&c, &engine_leases);
    ck_assert_msg(!why, "%s: %s", told[_i].text, why);
    struct core core;
    struct key_result k;
    case_argue(&c, &engine_leases, &core, &k);
    ck_assert_str_eq(k.reason, told[_i].reason);
    for (size_t i = 0; i < 4 && told[_i].steps[i]; i++) {
        ck_assert_uint_lt(i, k.nsteps);
        ck_assert_str_eq(k.steps[i], told[_i].steps[i]);
    }
    core_free(&core);
    arena_free(&k.arena);
    case_close(&c);
}
END_TEST

#define ACQ(process, type, rest) "{:process " process ", :type " type ", :f :acquire" rest "}\n"
#define REL(process, type, rest) "{:process " process ", :type " type ", :f :release" rest "}\n"

static const struct {
    const char *initial, *text;
    enum verdict verdict;
    const char *reason; /* begins so; or the error */
    bool error;
} files[] = {
    /* without times nothing is known of durations, but who gives back what is */
    {"1000",
     ACQ("0", ":invoke", "") ACQ("0", ":ok", "") ACQ("1", ":invoke", "") ACQ("1", ":ok", ""),
     VERDICT_UNKNOWN, "how long a lease lasts cannot be told: some events have no :time", false},
    {"1000", ACQ("0", ":invoke", "") ACQ("0", ":ok", "") REL("1", ":invoke", "")
     REL("1", ":ok", ""), VERDICT_INVALID, "release by process 1", false},
    {"1000", ACQ("0", ":invoke", ", :time 5000000") ACQ("0", ":ok", ", :time 6000000")
     ACQ("1", ":invoke", ", :time 7000000") ACQ("1", ":ok", ", :time 6500000"),
     VERDICT_UNKNOWN, "how long a lease lasts cannot be told: :time goes backwards", false},
    {"{:ttl 1000, :slack 1}",
     ACQ("0", ":invoke", ", :time 5000000") ACQ("0", ":ok", ", :time 6000000")
     ACQ("1", ":invoke", ", :time 7000000") ACQ("1", ":ok", ", :time 6500000"),
     VERDICT_INVALID, "acquire by process 1", false},
    /* over at 10 ms, or at 8 ms where clocks may be wrong by two */
    {"10", ACQ("0", ":invoke", ", :time 0") ACQ("0", ":ok", ", :time 0")
     ACQ("1", ":invoke", ", :time 9000000") ACQ("1", ":ok", ", :time 9999999"),
     VERDICT_INVALID, "acquire by process 1", false},
    {"10", ACQ("0", ":invoke", ", :time 0") ACQ("0", ":ok", ", :time 0")
     ACQ("1", ":invoke", ", :time 9000000") ACQ("1", ":ok", ", :time 10000000"),
     VERDICT_VALID, NULL, false},
    {"{:ttl 10, :slack 2}", ACQ("0", ":invoke", ", :time 0") ACQ("0", ":ok", ", :time 0")
     ACQ("1", ":invoke", ", :time 8000000") ACQ("1", ":ok", ", :time 8000000"),
     VERDICT_VALID, NULL, false},
    /* what the server says that it granted */
    {"10", ACQ("0", ":invoke", ", :time 0") ACQ("0", ":ok", ", :time 0, :value {:ttl 5}")
     ACQ("1", ":invoke", ", :time 6000000") ACQ("1", ":ok", ", :time 6000000"),
     VERDICT_VALID, NULL, false},
    {"9223372036854", ACQ("0", ":invoke", ", :time 1000000000000000")
     ACQ("0", ":ok", ", :time 1000000000000000") ACQ("1", ":invoke", ", :time 2000000000000000")
     ACQ("1", ":ok", ", :time 2000000000000000"), VERDICT_INVALID, "acquire by process 1", false},
    {"nil", ACQ("0", ":invoke", ", :time 0"), VERDICT_UNKNOWN, "how long does a lease last?", true},
    {"0", ACQ("0", ":invoke", ", :time 0"), VERDICT_UNKNOWN, "--initial of a lease", true},
    {"{:ttl 5, :slack -1}", ACQ("0", ":invoke", ", :time 0"), VERDICT_UNKNOWN,
     "--initial of a lease", true},
    {"5", ACQ("0", ":invoke", ", :time 0, :value -3"), VERDICT_UNKNOWN,
     "history:1:1: operation :acquire -3: a lease lasts a positive number", true},
};

START_TEST(times)
{
    struct history h;
    struct load_options lo = {.split = SPLIT_NO};
    struct budget budget = {0};
    struct check_options co = {.model = model_find("lease"), .has_initial = true, .jobs = 1,
                               .evidence = true, .budget = &budget};
    struct check_result r;
    struct err e = {0};
    ck_assert_msg(history_load_memory(&h, "history", str_of(files[_i].text), &lo, &e), "%s",
                  e.text);
    ck_assert(edn_parse_value(&h.values, str_of(files[_i].initial), &co.initial, &e));
    bool good = check_history(&h, &co, &r, &e);
    ck_assert_int_eq(good, !files[_i].error);
    const char *said = good ? r.reason : e.text;
    if (good)
        ck_assert_int_eq(r.verdict, files[_i].verdict);
    if (files[_i].reason)
        ck_assert_msg(said && strncmp(said, files[_i].reason, strlen(files[_i].reason)) == 0, "%s",
                      said ? said : "no reason");
    check_result_free(&r);
    history_free(&h);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("leases");
    TCase *t = tcase_create("all");
    tcase_add_loop_test(t, rules_broken, 0, (int)(sizeof vectors / sizeof *vectors));
    tcase_add_loop_test(t, limits, 0, (int)(sizeof outside / sizeof *outside));
    tcase_add_loop_test(t, arguments, 0, (int)(sizeof told / sizeof *told));
    tcase_add_loop_test(t, times, 0, (int)(sizeof files / sizeof *files));
    suite_add_tcase(suite, t);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
