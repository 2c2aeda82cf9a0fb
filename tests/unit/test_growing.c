/* Session guarantees of lists, sets and counters, on hand-made histories: what each refutes, in
 * which words, and what is left open. */
#include "checker/property.h"
#include "tests/property/level_check.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const levels[] = {"read-your-writes", "monotonic-reads", "monotonic-writes",
                                     "writes-follow-reads", "session"};
enum { LEVELS = sizeof levels / sizeof *levels };

/* "PROCESS F KEY VALUE", each an invocation and its completion; "!" behind it: crashed, "~":
 * failed. */
static void load(struct history *h, const char *const *lines)
{
    struct buf text = {0};
    struct err e = {0};
    struct load_options opt = {.format = "edn", .split = SPLIT_AUTO};
    for (size_t i = 0; i < 10 && lines[i]; i++) {
        char process[8], f[16], key[8] = "";
        int at = 0;
        ck_assert_int_eq(sscanf(lines[i], "%7s %15s %7s %n", process, f, key, &at), 3);
        struct str v = str_of(lines[i] + at);
        char end = v.p[v.n - 1];
        v.n -= end == '!' || end == '~';
        const char *type = end == '!' ? "info" : end == '~' ? "fail" : "ok";
        for (int done = 0; done < 2; done++)
            buf_printf(&text, "{:process %s, :type :%s, :f :%s, :key :%s, :value %.*s}\n", process,
                       done ? type : "invoke", f, key,
                       !done && strcmp(f, "read") == 0 ? 3 : (int)v.n,
                       !done && strcmp(f, "read") == 0 ? "nil" : v.p);
    }
    ck_assert_msg(history_load_memory(h, "test", buf_str(&text), &opt, &e), "%s", e.text);
    buf_free(&text);
}

/* One letter per level: h(olds), b(roken), u(ndecided). */
static const struct {
    const char *model, *verdicts;
    const char *lines[10];
} cases[] = {
    /* lists */
    {"list", "hhhhh", {"0 append x 1", "0 read x [1]", "0 append x 2", "1 read x [1 2]"}},
    {"list", "bhhhb", {"0 append x 1", "0 read x []"}},
    {"list", "hbhhb", {"0 append x 1", "0 append x 2", "1 read x [1 2]", "1 read x [1]"}},
    {"list", "hhbhb", {"0 append x 1", "0 append x 2", "1 read x [2 1]"}},
    {"list", "hhbhb", {"0 append x 1", "0 append x 2", "1 read x [2]"}},
    {"list", "hhhhh", {"0 append x 1", "1 append x 2", "1 read x [2]"}},
    {"list", "hhhbb", {"0 read x [1]", "0 append x 1"}},
    {"list", "hhhhh", {"0 append x 1!", "1 read x [1]"}},
    {"list", "hhhhh", {"0 append x 1!", "1 read x []"}},
    {"list", "hbuub", {"0 append x 1", "0 append x 2", "1 read x [1]", "1 read x [2 1]"}},
    {"list", "hhuuu", {"0 append x 1", "1 append x 2", "2 read x [1 2]", "3 read x [2 1]"}},
    {"list", "hhhhh", {"0 append x 1", "0 append y 1", "1 read y [1]", "1 read x []"}},
    {"list", "hhhhb", {"0 append x 1", "0 append y 2", "1 read y [2]", "1 append x 3",
                       "2 read x [3 1]"}},
    {"list", "bbbbb", {"0 append x 1", "1 read x [7]"}},
    {"list", "uhuuu", {"0 append x 1", "1 append x 1", "0 read x [1]"}},
    /* sets */
    {"grow-set", "hhhhh", {"0 add x 1", "0 read x #{1}", "1 read x #{}", "1 read x #{1}"}},
    {"grow-set", "bhhhb", {"0 add x 1", "1 add x 2", "0 read x #{2}"}},
    {"grow-set", "hbhhb", {"0 add x 1", "1 read x #{1}", "1 read x #{}"}},
    {"grow-set", "hhhbb", {"0 read x #{2}", "0 add x 1", "1 read x #{1}", "1 add x 2"}},
    {"grow-set", "hhhhh", {"0 add x 1!", "1 read x #{1}", "2 read x #{1}"}},
    {"grow-set", "hhhhh", {"0 add x 1", "0 add x 2", "1 read x #{2}"}},
    {"grow-set", "bhhub", {"0 add x 1", "1 add x 1", "2 read x #{1}", "0 read x #{}"}},
    {"grow-set", "hhhuu", {"0 add x 1", "1 add x 1", "0 read x #{1}"}},
    {"grow-set", "bbbbb", {"0 add x 1", "1 read x #{3}"}},
    /* counters */
    {"counter", "hhhhh", {"0 inc x 1", "0 read x 1", "1 inc x 1", "0 read x 1", "0 read x 2"}},
    {"counter", "bhhhb", {"0 inc x 1", "0 inc x 1", "0 read x 1"}},
    {"counter", "hbhhb", {"0 inc x 1", "1 read x 1", "1 read x 0"}},
    {"counter", "hhhhb", {"0 inc x 1", "1 read x 1", "1 inc x 1", "1 read x 1"}},
    {"counter", "hhhhh", {"0 inc x 1!", "1 read x 1", "1 read x 1"}},
    {"counter", "bbbbb", {"0 inc x 1", "1 read x 2"}},
    {"counter", "bbbbb", {"0 inc x 2", "1 read x 1"}},
    {"counter", "bbbbb", {"0 inc x 1~", "1 read x 1"}},
    {"counter", "uhuuu", {"0 inc x 1", "1 inc x 2", "0 read x 2"}},
    {"counter", "uuuuu", {"0 inc x 2", "1 dec x 1", "0 read x 1", "0 read x 2"}},
    {"counter", "buuub", {"0 inc x 2", "1 dec x 1", "0 read x 0"}},
};

START_TEST(verdicts)
{
    struct history h;
    load(&h, cases[_i].lines);
    for (size_t i = 0; i < LEVELS; i++) {
        struct level_answer a;
        level_check_history(&h, cases[_i].model,
                            strcmp(cases[_i].model, "counter") == 0 ? val_small(0) : VAL_NIL,
                            levels[i], &a);
        ck_assert_msg(!a.why[0], "case %d, %s: %s", _i, levels[i], a.why);
        ck_assert_msg("hbu"[a.verdict] == cases[_i].verdicts[i], "case %d, %s: %c", _i, levels[i],
                      "hbu"[a.verdict]);
    }
    history_free(&h);
}
END_TEST

static const struct {
    const char *model, *level, *word, *reason;
    const char *lines[10];
} words[] = {
    {"list", "session", "monotonic-reads",
     "monotonic-reads is broken: process 1 read [1 2] from :x and later [1], without 2",
     {"0 append x 1", "0 append x 2", "1 read x [1 2]", "1 read x [1]"}},
    {"list", "monotonic-reads", "monotonic-reads",
     "monotonic-reads is broken: process 1 read [1] from :x and later [2 1], which does not begin "
     "with it",
     {"0 append x 1", "0 append x 2", "1 read x [1]", "1 read x [2 1]"}},
    {"grow-set", "read-your-writes", "read-your-writes",
     "read-your-writes is broken: process 0 added 1 to :x and later read #{2}",
     {"0 add x 1", "1 add x 2", "0 read x #{2}"}},
    {"counter", "session", "session",
     "read-your-writes, monotonic-reads and writes-follow-reads cannot hold together: process 1 "
     "read 1, added 1 and later read 1 of :x",
     {"0 inc x 1", "1 read x 1", "1 inc x 1", "1 read x 1"}},
    {"counter", "read-your-writes", "read-your-writes",
     "read-your-writes is broken: process 0 had added 2 in all and read 1 of :x",
     {"0 inc x 1", "0 inc x 1", "0 read x 1"}},
    {"list", "session", "session",
     "monotonic-writes and writes-follow-reads cannot hold together: no order of the additions "
     "agrees with what the processes saw",
     {"0 append x 1", "0 append y 2", "1 read y [2]", "1 append x 3", "2 read x [3 1]"}},
    {"list", "session", "aborted-read",
     "ThinAirRead: an element was read whose only addition had failed",
     {"0 append x 1~", "1 read x [1]"}},
};

START_TEST(says)
{
    struct history h;
    struct budget budget = {0};
    struct check_result r;
    struct err e = {0};
    load(&h, words[_i].lines);
    const struct check_options o = {.property = property_find(str_of(words[_i].level)),
                                    .model = model_find(words[_i].model), .evidence = true,
                                    .jobs = 1, .budget = &budget};
    ck_assert_msg(check_history(&h, &o, &r, &e), "%s", e.text);
    ck_assert_int_eq(r.verdict, VERDICT_INVALID);
    ck_assert_str_eq(r.reason, words[_i].reason);
    ck_assert_str_eq(key_rule(&r.keys[0]), words[_i].word);
    check_result_free(&r);
    history_free(&h);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("growing");
    TCase *c = tcase_create("growing");
    tcase_add_loop_test(c, verdicts, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_loop_test(c, says, 0, (int)(sizeof words / sizeof *words));
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
