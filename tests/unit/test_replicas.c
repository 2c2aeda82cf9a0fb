/* Hand-made histories of replicas, logs with offsets and locks (research/algorithms.md V5b and
 * more), and the odd ones. */
#include "checker/property.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* Lines "PROCESS TYPE F VALUE [MORE]": one event each; MORE goes into the map as it is. */
static enum verdict verdict_of(const char *property, const char *const *lines, char why[200])
{
    struct buf text = {0};
    for (size_t i = 0; lines[i]; i++) {
        char process[8], type[8], f[16];
        int at = 0;
        ck_assert_int_eq(sscanf(lines[i], "%7s %7s %15s %n", process, type, f, &at), 3);
        buf_printf(&text, "{:process %s, :type :%s, :f :%s, :value %s, :time %zu}\n", process,
                   type, f, lines[i] + at, 1000 * i);
    }
    static struct budget budget;
    struct history h;
    struct check_result r;
    struct err e = {0};
    struct load_options load = {.format = "edn", .split = SPLIT_NO};
    ck_assert_msg(history_load_memory(&h, "test", buf_str(&text), &load, &e), "%s", e.text);
    struct check_options o = {.property = property_find(str_of(property)), .jobs = 1,
                              .evidence = true, .budget = &budget};
    ck_assert_msg(check_history(&h, &o, &r, &e), "%s", e.text);
    enum verdict v = r.verdict;
    (void)snprintf(why, 200, "%s: %s", property, r.reason ? r.reason : "");
    if (v == VERDICT_INVALID)
        ck_assert_msg(r.keys[0].ncore > 0 && key_rule(&r.keys[0]) && r.reason, "%s", why);
    if (v == VERDICT_UNKNOWN)
        ck_assert_msg(r.reason != NULL, "%s", why);
    check_result_free(&r);
    history_free(&h);
    buf_free(&text);
    return v;
}

#define IS(v, property, ...)                                                                       \
    do {                                                                                           \
        const char *const lines[] = {__VA_ARGS__, NULL};                                           \
        char why[200];                                                                             \
        enum verdict got = verdict_of(property, lines, why);                                       \
        ck_assert_msg(got == (v), "verdict %d, %s", (int)got, why);                                \
    } while (0)

#define ON(n) ", :node \"" n "\""
#define FINAL ", :final? true"
#define FINALS(x, y)                                                                               \
    "8 invoke read nil" FINAL, "8 ok read " x FINAL, "9 invoke read nil" FINAL, "9 ok read " y FINAL

START_TEST(test_counters)
{
    const char *p = "crdt-pn-counter";
    IS(VERDICT_VALID, p, "0 invoke inc 1", "0 ok inc 1", "1 invoke read nil", "1 ok read 0",
       FINALS("1", "1"));
    IS(VERDICT_INVALID, p, "0 invoke inc 1", "0 ok inc 1", "0 invoke read nil", "0 ok read 0",
       FINALS("1", "1"));
    IS(VERDICT_INVALID, p, "0 invoke inc 1", "0 ok inc 1", "1 invoke read nil", "1 ok read 2",
       FINALS("1", "1"));
    IS(VERDICT_VALID, p, "0 invoke inc 1", "0 info inc 1", "1 invoke read nil", "1 ok read 1",
       FINALS("1", "1"));
    IS(VERDICT_INVALID, p, "0 invoke inc 1", "0 info inc 1", "1 invoke read nil", "1 ok read 1",
       FINALS("0", "0"));
    IS(VERDICT_INVALID, p, "0 invoke inc 5", "0 ok inc 5", "1 invoke inc 3", "1 info inc 3",
       FINALS("6", "6"));
    IS(VERDICT_INVALID, p, "0 invoke inc 5", "0 ok inc 5", "1 invoke dec 2", "1 ok dec 2",
       FINALS("3", "4"));
    IS(VERDICT_INVALID, p, "1 invoke read nil", "1 ok read 1", "0 invoke inc 1", "0 ok inc 1",
       FINALS("1", "1"));
    IS(VERDICT_INVALID, "crdt-g-counter", "0 invoke inc 2", "1 invoke read nil", "1 ok read 2",
       "1 invoke read nil", "1 ok read 0", "0 ok inc 2", FINALS("2", "2"));
}
END_TEST

START_TEST(test_eventual)
{
    const char *p = "eventual";
    IS(VERDICT_VALID, p, "0 invoke write 1" ON("a"), "0 ok write 1" ON("a"),
       "1 invoke read nil" ON("a") FINAL, "1 ok read 1" ON("a") FINAL,
       "1 invoke read nil" ON("b") FINAL, "1 ok read 1" ON("b") FINAL);
    IS(VERDICT_INVALID, p, "0 invoke write 1" ON("a"), "0 ok write 1" ON("a"),
       "0 invoke write 2" ON("b"), "0 ok write 2" ON("b"),
       "1 invoke read nil" ON("a") FINAL, "1 ok read 1" ON("a") FINAL,
       "1 invoke read nil" ON("b") FINAL, "1 ok read 2" ON("b") FINAL);
    /* no final read of b; none at all; an update after it */
    IS(VERDICT_UNKNOWN, p, "0 invoke write 1" ON("b"), "0 ok write 1" ON("b"),
       "1 invoke read nil" ON("a") FINAL, "1 ok read 1" ON("a") FINAL);
    IS(VERDICT_UNKNOWN, p, "1 invoke read nil", "1 ok read nil", "0 invoke write 1", "0 ok write "
                           "1");
    IS(VERDICT_UNKNOWN, p, "1 invoke read nil" FINAL, "1 ok read nil" FINAL, "0 invoke write 1",
       "0 ok write 1");
    /* the initial value, a value from nowhere, a lost element */
    IS(VERDICT_INVALID, p, "0 invoke write 1", "0 ok write 1", FINALS("nil", "nil"));
    IS(VERDICT_INVALID, p, "0 invoke write 1", "0 ok write 1", "0 invoke write 1", "0 ok write 1",
       FINALS("nil", "nil"));
    IS(VERDICT_VALID, p, "0 invoke write 1", "0 ok write 1", "0 invoke write nil",
       "0 ok write nil", FINALS("nil", "nil"));
    IS(VERDICT_INVALID, p, "0 invoke write 1", "0 ok write 1", FINALS("7", "7"));
    IS(VERDICT_INVALID, p, "0 invoke add 1", "0 ok add 1", "0 invoke add 2", "0 ok add 2",
       FINALS("[2]", "[2]"));
    IS(VERDICT_VALID, p, "0 invoke add 1", "0 ok add 1", "0 invoke remove 1", "0 ok remove 1",
       FINALS("[1]", "[1]"));
    /* not agreed, but nothing says that it should be by now */
    IS(VERDICT_UNKNOWN, p, "0 invoke write 1" ON("a"), "0 ok write 1" ON("a"),
       "0 invoke write 2" ON("b"), "0 ok write 2" ON("b"), "1 invoke read nil" ON("a"),
       "1 ok read 1" ON("a"), "1 invoke read nil" ON("b"), "1 ok read 2" ON("b"));
    /* crashed updates may have come in between */
    IS(VERDICT_UNKNOWN, p, "0 invoke add 1", "0 ok add 1", "1 invoke add 2", "1 info add 2",
       FINALS("[1]", "[2 1]"));
    IS(VERDICT_UNKNOWN, p, "0 invoke write 1", "0 ok write 1", "1 invoke write 2",
       "1 info write 2", FINALS("1", "2"));
    IS(VERDICT_UNKNOWN, p, "1 invoke write 2", "1 info write 2", FINALS("nil", "2"));
    /* odd: nothing but crashed operations; no reads */
    IS(VERDICT_UNKNOWN, p, "0 invoke write 1", "0 info write 1");
    IS(VERDICT_UNKNOWN, p, "0 invoke write 1", "0 ok write 1");
}
END_TEST

START_TEST(test_strong_eventual)
{
    const char *p = "strong-eventual";
    IS(VERDICT_UNKNOWN, p, "0 invoke add 1", "0 ok add 1", FINALS("[1]", "[1]"));
    IS(VERDICT_INVALID, p, "0 invoke add 1", "0 ok add 1", "1 invoke read nil",
       "1 ok read [1], :delivered \"1,0\"", "1 invoke read nil",
       "1 ok read [], :delivered \"1,0\"", FINALS("[1]", "[1]"));
    IS(VERDICT_VALID, p, "0 invoke add 1", "0 ok add 1", "1 invoke read nil",
       "1 ok read [1], :delivered \"1,0\"", "1 invoke read nil",
       "1 ok read [], :delivered \"0,0\"", FINALS("[1]", "[1]"));
    /* Neither the elements of a set nor siblings have an order. */
    IS(VERDICT_VALID, p, "0 invoke add 1", "0 ok add 1", "0 invoke add 2", "0 ok add 2",
       "0 invoke read nil", "0 ok read [1 2], :delivered \"2\"", "1 invoke read nil",
       "1 ok read [2 1], :delivered \"2\"", FINALS("[1 2]", "#{1 2}"));
    IS(VERDICT_VALID, p, "0 invoke write 1", "0 ok write 1", "1 invoke write 2", "1 ok write 2",
       "0 invoke read nil", "0 ok read [1 2], :delivered \"2\"", "1 invoke read nil",
       "1 ok read [2 1], :delivered \"2\"", FINALS("[1 2]", "[2 1]"));
    IS(VERDICT_INVALID, p, "0 invoke write 1", "0 ok write 1", "1 invoke write 2", "1 ok write 2",
       "0 invoke read nil", "0 ok read [1 2], :delivered \"2\"", "1 invoke read nil",
       "1 ok read 2, :delivered \"2\"", FINALS("[1 2]", "[2 1]"));
}
END_TEST

START_TEST(test_sets)
{
    IS(VERDICT_INVALID, "crdt-2p-set", "0 invoke add 1", "0 ok add 1", "0 invoke remove 1",
       "0 ok remove 1", FINALS("[1]", "[1]"));
    IS(VERDICT_VALID, "crdt-2p-set", "0 invoke remove 1", "0 ok remove 1", "1 invoke add 1",
       "1 ok add 1", FINALS("[]", "[]"));
    /* ... or did nothing, as there was nothing to remove yet */
    IS(VERDICT_VALID, "crdt-2p-set", "0 invoke remove 1", "0 ok remove 1", "1 invoke add 1",
       "1 ok add 1", FINALS("[1]", "[1]"));
    /* ... here, where it had not come yet */
    IS(VERDICT_VALID, "crdt-2p-set", "1 invoke add 1", "1 ok add 1", "0 invoke remove 1",
       "0 ok remove 1", FINALS("[1]", "[1]"));
    IS(VERDICT_INVALID, "crdt-2p-set", "1 invoke add 1", "1 ok add 1", "0 invoke read nil",
       "0 ok read [1]", "0 invoke remove 1", "0 ok remove 1", FINALS("[1]", "[1]"));
    IS(VERDICT_INVALID, "crdt-2p-set", "1 invoke add 1", "1 ok add 1", "0 invoke read nil",
       "0 ok read [1]", "0 invoke remove 1", "0 ok remove 1", "0 invoke read nil", "0 ok read [1]");
    IS(VERDICT_INVALID, "crdt-or-set", "0 invoke remove 1", "0 ok remove 1", "1 invoke add 1",
       "1 ok add 1", FINALS("[]", "[]"));
    IS(VERDICT_INVALID, "crdt-or-set", "0 invoke add 1", "0 ok add 1", "0 invoke remove 1",
       "0 ok remove 1", FINALS("[1]", "[1]"));
    IS(VERDICT_VALID, "crdt-or-set", "0 invoke add 1", "0 ok add 1", "1 invoke remove 1",
       "1 ok remove 1", FINALS("[1]", "[1]"));
    IS(VERDICT_INVALID, "crdt-g-set", "0 invoke add 1", "0 ok add 1", "1 invoke read nil",
       "1 ok read [1]", "1 invoke read nil", "1 ok read []", FINALS("[1]", "[1]"));
}
END_TEST

START_TEST(test_registers)
{
    IS(VERDICT_INVALID, "crdt-lww-register", "0 invoke write 1", "0 ok write 1",
       "1 invoke write 2", "1 ok write 2", "2 invoke read nil", "2 ok read 1",
       "2 invoke read nil", "2 ok read 2", FINALS("1", "1"));
    IS(VERDICT_VALID, "crdt-lww-register", "0 invoke write 1", "0 ok write 1",
       "1 invoke write 2", "1 ok write 2", FINALS("1", "1"));
    /* 2 has not come to process 2 yet: only if its read is final is 2 below 1. */
    IS(VERDICT_UNKNOWN, "crdt-lww-register", "0 invoke write 1", "0 ok write 1",
       "0 invoke write 2", "1 invoke read nil", "1 ok read 1", "1 invoke read nil", "1 ok read 2",
       "0 ok write 2", "2 invoke read nil", "2 ok read 1");
    IS(VERDICT_INVALID, "crdt-lww-register", "0 invoke write 1", "0 ok write 1",
       "0 invoke write 2", "1 invoke read nil", "1 ok read 1", "1 invoke read nil", "1 ok read 2",
       "0 ok write 2", "2 invoke read nil", "2 ok read 1" FINAL);
    IS(VERDICT_INVALID, "crdt-mv-register", "0 invoke write 1", "0 ok write 1",
       "0 invoke write 2", "0 ok write 2", FINALS("[1 2]", "[1 2]"));
    IS(VERDICT_VALID, "crdt-mv-register", "0 invoke write 1", "0 ok write 1",
       "1 invoke write 2", "1 ok write 2", FINALS("[1 2]", "[2 1]"));
    IS(VERDICT_INVALID, "crdt-mv-register", "0 invoke write 1", "0 ok write 1",
       "1 invoke write 2", "1 ok write 2", FINALS("[1]", "[1]"));
    /* The crashed write of 2 may come between the final reads, and replaces both. */
    IS(VERDICT_UNKNOWN, "eventual", "0 invoke write 1", "0 ok write 1", "1 invoke write 2",
       "1 ok write 2", "1 invoke write 2", "1 info write 2", FINALS("[1 2]", "[2]"));
    IS(VERDICT_INVALID, "eventual", "0 invoke write 1", "0 ok write 1", "1 invoke write 2",
       "1 ok write 2", FINALS("[1 2]", "[2]"));
}
END_TEST

START_TEST(test_kafka)
{
    const char *p = "kafka";
    IS(VERDICT_VALID, p, "0 invoke send [[:send 5 1]]", "0 ok send [[:send 5 [0 1]]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[0 1]]}]]");
    IS(VERDICT_INVALID, p, "0 invoke send [[:send 5 1]]", "0 ok send [[:send 5 [0 1]]]",
       "0 invoke send [[:send 5 2]]", "0 ok send [[:send 5 [1 2]]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[1 2]]}]]");
    IS(VERDICT_INVALID, p, "0 invoke send [[:send 5 1]]", "0 ok send [[:send 5 [0 1]]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[0 2]]}]]");
    IS(VERDICT_INVALID, p, "0 invoke send [[:send 5 1]]", "0 ok send [[:send 5 [0 1]]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[0 1] [3 1]]}]]");
    IS(VERDICT_INVALID, p, "0 invoke send [[:send 5 1]]", "0 fail send [[:send 5 1]]",
       "1 invoke send [[:send 6 1]]", "1 ok send [[:send 6 [0 1]]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[0 1]]}]]");
    /* skips, unless the process was assigned anew in between */
    IS(VERDICT_INVALID, p, "0 invoke send [[:send 5 1] [:send 5 2] [:send 5 3]]",
       "0 ok send [[:send 5 [0 1]] [:send 5 [1 2]] [:send 5 [2 3]]]",
       "2 invoke poll [[:poll]]", "2 ok poll [[:poll {5 [[0 1] [1 2] [2 3]]}]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[0 1]]}]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[2 3]]}]]");
    IS(VERDICT_VALID, p, "0 invoke send [[:send 5 1] [:send 5 2] [:send 5 3]]",
       "0 ok send [[:send 5 [0 1]] [:send 5 [1 2]] [:send 5 [2 3]]]",
       "2 invoke poll [[:poll]]", "2 ok poll [[:poll {5 [[0 1] [1 2] [2 3]]}]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[0 1]]}]]",
       "1 invoke assign [5]", "1 ok assign [5]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[2 3]]}]]");
    /* who subscribes is assigned anew at any time, unless the history reports when */
#define SUBSCRIBED(more)                                                                           \
    "0 invoke send [[:send 5 1] [:send 5 2] [:send 5 3]]",                                         \
        "0 ok send [[:send 5 [0 1]] [:send 5 [1 2]] [:send 5 [2 3]]]", "2 invoke poll [[:poll]]",  \
        "2 ok poll [[:poll {5 [[0 1] [1 2] [2 3]]}]]", "1 invoke subscribe [5]",                   \
        "1 ok subscribe [5]", "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[0 1]]}]]" more,   \
        "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[2 3]]}]]"
    IS(VERDICT_VALID, p, SUBSCRIBED(""));
    IS(VERDICT_INVALID, p, SUBSCRIBED(", :rebalance-log []"));
    /* two sends may have put a value at two offsets, not at three */
    IS(VERDICT_VALID, p, "0 invoke send [[:send 5 1]]", "0 info send [[:send 5 1]]",
       "1 invoke send [[:send 5 1]]", "1 ok send [[:send 5 [1 1]]]", "2 invoke poll [[:poll]]",
       "2 ok poll [[:poll {5 [[0 1] [1 1]]}]]");
    IS(VERDICT_INVALID, p, "0 invoke send [[:send 5 1]]", "0 info send [[:send 5 1]]",
       "1 invoke send [[:send 5 1]]", "1 ok send [[:send 5 [1 1]]]", "2 invoke poll [[:poll]]",
       "2 ok poll [[:poll {5 [[0 1] [1 1] [2 1]]}]]");
    IS(VERDICT_INVALID, p, "0 invoke send [[:send 5 1]]", "0 fail send [[:send 5 1]]",
       "1 invoke send [[:send 5 1]]", "1 ok send [[:send 5 [1 1]]]", "2 invoke poll [[:poll]]",
       "2 ok poll [[:poll {5 [[0 1] [1 1]]}]]");
    IS(VERDICT_INVALID, p, "0 invoke send [[:send 5 1] [:send 5 2]]",
       "0 ok send [[:send 5 [0 1]] [:send 5 [1 2]]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[0 1] [1 2]]}]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[0 1]]}]]");
    IS(VERDICT_INVALID, p, "0 invoke send [[:send 5 1]]", "0 ok send [[:send 5 [4 1]]]",
       "0 invoke send [[:send 5 2]]", "0 ok send [[:send 5 [1 2]]]",
       "1 invoke poll [[:poll]]", "1 ok poll [[:poll {5 [[1 2] [4 1]]}]]");
    IS(VERDICT_UNKNOWN, p, "0 invoke send [[:send 5 1]]", "0 ok send [[:send 5 [0 1]]]");
}
END_TEST

START_TEST(test_locks)
{
    const char *p = "lock-safety";
    IS(VERDICT_INVALID, p, "0 invoke acquire nil", "0 ok acquire nil", "1 invoke acquire nil",
       "1 ok acquire nil");
    IS(VERDICT_VALID, p, "0 invoke acquire nil", "0 ok acquire nil", "0 invoke release nil",
       "1 invoke acquire nil", "1 ok acquire nil", "0 ok release nil");
    IS(VERDICT_VALID, p, "0 invoke acquire nil", "0 ok acquire nil", "0 invoke release nil",
       "0 info release nil", "1 invoke acquire nil", "1 ok acquire nil");
    IS(VERDICT_INVALID, p, "0 invoke acquire nil", "0 ok acquire nil", "0 invoke release nil",
       "0 fail release nil", "1 invoke acquire nil", "1 ok acquire nil");
    /* its lease had run out */
    IS(VERDICT_VALID, p, "0 invoke acquire nil", "0 ok acquire nil", "0 invoke release nil",
       "0 fail release nil, :error :not-held", "1 invoke acquire nil", "1 ok acquire nil");
    IS(VERDICT_INVALID, p, "0 invoke acquire nil", "0 ok acquire nil", "1 invoke acquire nil",
       "1 ok acquire nil", "0 invoke release nil", "0 fail release nil, :error :not-held");
    /* the holder crashed, in whatever it did */
    IS(VERDICT_VALID, p, "0 invoke acquire nil", "0 ok acquire nil", "0 invoke acquire nil",
       "0 info acquire nil", "1 invoke acquire nil", "1 ok acquire nil");
    IS(VERDICT_VALID, p, "0 invoke acquire nil", "0 ok acquire nil", "0 invoke read nil",
       "1 invoke acquire nil", "1 ok acquire nil");
    IS(VERDICT_INVALID, p, "0 invoke acquire nil", "0 ok acquire nil", "1 invoke acquire nil",
       "1 ok acquire nil", "0 invoke read nil", "0 info read nil");
    IS(VERDICT_INVALID, p, "0 invoke acquire nil", "0 ok acquire nil", "0 invoke acquire nil",
       "0 info acquire nil", "1 invoke acquire nil", "1 ok acquire nil", "2 invoke acquire nil",
       "2 ok acquire nil");
    /* a crashed acquire holds nothing */
    IS(VERDICT_VALID, p, "0 invoke acquire nil", "0 info acquire nil", "1 invoke acquire nil",
       "1 ok acquire nil", "1 invoke release nil", "1 ok release nil", "2 invoke acquire nil",
       "2 ok acquire nil");
    IS(VERDICT_UNKNOWN, p, "0 invoke acquire nil", "0 ok acquire nil");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("replicas");
    TCase *t = tcase_create("replicas");
    tcase_add_test(t, test_counters);
    tcase_add_test(t, test_eventual);
    tcase_add_test(t, test_strong_eventual);
    tcase_add_test(t, test_sets);
    tcase_add_test(t, test_registers);
    tcase_add_test(t, test_kafka);
    tcase_add_test(t, test_locks);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
