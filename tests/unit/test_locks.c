/* Counters, tickets, ids, semaphores and locks by owner: the vectors of the research (V1g, V1h,
 * V1k, V1m, V1n) and hand-made histories with the rule that each breaks; every verdict is checked
 * against brute force, every witness and set of culprits by the independent verifier. Then what
 * lies outside of the engines' limits, and arguments word by word. */
#include "base/heap.h"
#include "checker/word_states.h"
#include "tests/property/engine_case.h"

#include <check.h>

struct vector {
    const char *model;
    const struct engine *engine;
    enum rule rule;
    const char *text;
};

#define COUNTER "counter", &engine_counter
#define FAA "fetch-and-add", &engine_tickets
#define IDS "unique-ids", &engine_distinct
#define FREE "semaphore", &engine_permits
#define MUTEX "owner-mutex", &engine_holds
#define REENTRANT "reentrant-mutex", &engine_holds
#define PERMITS "owner-semaphore", &engine_holds
#define RW "rw-lock", &engine_holds
#define FENCED "fenced-mutex", &engine_holds

static const struct vector vectors[] = {
    /* V1g */
    {COUNTER, RULE_NONE, "a:inc()[1,2] b:read()=1[3,4]"},
    {COUNTER, RULE_TOO_LOW, "a:inc()[1,2] b:read()=0[3,4]"},
    {COUNTER, RULE_TOO_LOW, "a:inc()[1,-] b:read()=0[2,3] b:read()=1[4,5] b:read()=0[6,7]"},
    {COUNTER, RULE_TOO_LOW, "a:inc()[1,10] b:inc()[2,3] c:read()=1[4,5] d:read()=2[6,7] "
                            "e:read()=1[8,9]"},
    {COUNTER, RULE_TOO_LOW, "a:inc()[1,10] b:inc()[5,6] c:read()=1[3,4] d:read()=1[7,8]"},
    {COUNTER, RULE_NONE, "a:inc()[1,10] b:inc()[5,6] c:read()=1[3,4] d:read()=2[7,8]"},
    {COUNTER, RULE_TOO_HIGH, "a:inc()[1,-] b:inc()[2,-] c:read()=2[3,4] d:read()=3[5,6]"},
    /* of two open increments the one with the earlier deadline is counted */
    {COUNTER, RULE_NONE, "a:inc()[1,10] b:inc()[2,6] c:read()=1[3,4] d:read()=1[7,8]"},
    {COUNTER, RULE_TOO_LOW, "a:inc()[1,5] b:inc()[2,6] c:read()=1[3,4] d:read()=1[7,8]"},
    {COUNTER, RULE_TOO_LOW, "b:read()=-1[1,2]"},
    {COUNTER, RULE_NONE, "a:dec()[1,2] b:read()=-1[3,4]"},
    {COUNTER, RULE_TOO_HIGH, "a:dec()[1,2] b:read()=0[3,4]"},
    {COUNTER, RULE_TOO_LOW, "a:dec()[1,2] b:read()=-2[3,4]"},
    /* V1h */
    {FAA, RULE_NONE, "a:faa()=0[1,2] b:faa()=1[3,4]"},
    {FAA, RULE_DATA_ORDER, "a:faa()=1[1,2] b:faa()=0[3,4]"},
    {FAA, RULE_NONE, "a:faa()=1[1,3] b:faa()=0[2,4]"},
    {FAA, RULE_TICKET_GAP, "a:faa()=0[1,2] b:faa()=2[3,4]"},
    {FAA, RULE_NONE, "a:faa()=0[1,2] x:faa()[1,-] b:faa()=2[3,4]"},
    {FAA, RULE_TICKET_GAP, "a:faa()=0[1,2] b:faa()=2[3,4] x:faa()[5,-]"},
    {FAA, RULE_SAME_TICKET, "a:faa()=0[1,2] b:faa()=0[3,4]"},
    {FAA, RULE_TOO_LOW, "a:faa()=-1[1,2]"},
    {FAA, RULE_DATA_ORDER, "a:faa()=0[1,2] b:read()=1[3,4] c:faa()=1[5,6] d:read()=1[7,8]"},
    {FAA, RULE_TICKET_GAP, "a:faa()=0[1,2] b:read()=3[3,4]"},
    /* enough operations for the gap, but two of them found one number */
    {FAA, RULE_SAME_TICKET, "a:faa()=1[1,8] b:faa()=1[2,5] c:faa()=2[3,4]"},
    {IDS, RULE_NONE, "a:generate()=1[1,4] b:generate()=2[2,3] c:generate()[5,-]"},
    {IDS, RULE_SAME_TICKET, "a:generate()=1[1,4] b:generate()=2[2,3] c:generate()=1[5,6]"},
    {FREE, RULE_NONE, "a:acq()[1,2] b:acq()[3,4] c:rel()[5,-] d:acq()[6,7]"},
    {FREE, RULE_NONE, "a:acq()[1,2] b:acq()[3,4] c:acq()[5,8] d:rel()[6,7]"},
    {FREE, RULE_TWO_HOLDERS, "a:acq()[1,2] b:acq()[3,4] c:acq()[5,6] d:rel()[7,8]"},
    {FREE, RULE_TWO_HOLDERS, "a:acq(2)[1,2] b:acq()[3,4]"},
    /* V1k */
    {MUTEX, RULE_NONE, "a:acq()[1,2] a:rel()[3,4] b:acq()[5,6]"},
    {MUTEX, RULE_TWO_HOLDERS, "a:acq()[1,2] b:acq()[3,4] a:rel()[5,6]"},
    {MUTEX, RULE_NONE, "a:acq()[1,2] b:acq()[3,6] a:rel()[4,5]"},
    {MUTEX, RULE_NONE, "a:acq()[1,2] a:rel()[3,-] b:acq()[4,5]"},
    {MUTEX, RULE_NONE, "a:acq()[1,-] b:acq()[2,3]"},
    {MUTEX, RULE_TWO_HOLDERS, "a:acq()[1,2] b:acq()[3,4]"},
    {MUTEX, RULE_NOT_HELD, "a:acq()[1,2] a:rel()[3,4] b:rel()[5,6]"},
    {MUTEX, RULE_NOT_HELD, "a:acq()[1,2] a:rel()[3,4] a:rel()[5,6]"},
    {MUTEX, RULE_HELD_ALREADY, "a:acq()[1,2] a:acq()[3,4]"},
    {REENTRANT, RULE_NONE, "a:acq()[1,2] a:acq()[3,4] a:rel()[5,6] a:rel()[7,8] b:acq()[9,10]"},
    {REENTRANT, RULE_TWO_HOLDERS, "a:acq()[1,2] a:acq()[3,4] a:rel()[5,6] b:acq()[7,8]"},
    {REENTRANT, RULE_NOT_HELD, "a:acq()[1,2] a:rel()[3,4] a:acq()[5,6] a:rel()[7,8] a:rel()[9,10]"},
    /* V1m */
    {PERMITS, RULE_NONE, "a:acq()[1,2] b:acq()[3,4]"},
    {PERMITS, RULE_TWO_HOLDERS, "a:acq()[1,2] b:acq()[3,4] c:acq()[5,6]"},
    {PERMITS, RULE_NONE, "a:acq()[1,2] b:acq()[3,4] c:acq()[5,8] a:rel()[6,7]"},
    {PERMITS, RULE_NONE, "a:acq()[1,2] b:acq()[3,4] a:rel()[5,-] c:acq()[6,7]"},
    {PERMITS, RULE_NONE, "a:acq()[1,-] b:acq()[2,3] c:acq()[4,5]"},
    {PERMITS, RULE_TWO_HOLDERS, "a:acq()[1,2] b:acq()[3,4] a:rel()[7,8] c:acq()[5,6]"},
    {PERMITS, RULE_TWO_HOLDERS, "a:acq()[1,2] a:acq()[3,4] b:acq()[5,6]"},
    {PERMITS, RULE_NOT_HELD, "a:acq()[1,2] b:rel()[3,4]"},
    /* V1n */
    {RW, RULE_NONE, "a:racq()[1,2] b:racq()[3,4]"},
    {RW, RULE_TWO_HOLDERS, "a:racq()[1,2] b:wacq()[3,4] a:rel()[5,6]"},
    {RW, RULE_NONE, "a:racq()[1,2] b:wacq()[3,6] a:rel()[4,5]"},
    {RW, RULE_TWO_HOLDERS, "a:wacq()[1,2] b:racq()[3,4] a:rel()[5,6]"},
    {RW, RULE_NONE, "a:wacq()[1,2] a:rel()[3,-] b:racq()[4,5]"},
    {RW, RULE_NONE, "a:wacq()[1,-] b:racq()[2,3]"},
    {RW, RULE_TWO_HOLDERS, "a:racq()[1,2] b:racq()[3,4] a:rel()[5,6] c:wacq()[7,8]"},
    {RW, RULE_NOT_HELD, "a:racq()[1,2] a:write-release()[3,4]"},
    {RW, RULE_HELD_ALREADY, "a:racq()[1,2] a:wacq()[3,4]"},
    {FENCED, RULE_NONE, "a:acq()=4[1,2] a:rel()[3,4] b:acq()=9[5,6]"},
    {FENCED, RULE_TOKEN_ORDER, "a:acq()=4[1,2] a:rel()[3,4] b:acq()=4[5,6]"},
    {FENCED, RULE_TOKEN_ORDER, "b:acq()=7[1,10] a:acq()=5[2,20] b:rel()[11,12] a:rel()[21,22]"},
    /* who does not tell its token is no constraint */
    {FENCED, RULE_NONE, "a:acq()=4[1,2] a:rel()[3,4] b:acq()[5,6] b:rel()[7,8] c:acq()=5[9,10]"},
};

START_TEST(rules_broken)
{
    const struct vector *v = &vectors[_i];
    struct engine_case c;
    ck_assert(case_open_toy(&c, v->model, NULL, v->text));
    const char *why = case_judge(&c, v->engine);
    ck_assert_msg(!why, "%s: %s", v->text, why);
    ck_assert_msg(c.r.rule == v->rule, "%s: rule %d", v->text, (int)c.r.rule);
    case_close(&c);
}
END_TEST

static const struct {
    const char *model;
    const struct engine *engine;
    const char *why, *text;
} outside[] = {
    {COUNTER, "some operations add another amount than 1", "a:add(2)[1,2]"},
    {COUNTER, "there are increments and decrements", "a:inc()[1,2] a:dec()[3,4]"},
    {FAA, "some operations add another amount than 1", "a:faa(2)=0[1,2]"},
    {FREE, "some acquires were refused, which tells that no permit was left",
     "a:acq()=false[1,2] b:acq()[3,4]"},
    {MUTEX, "some acquires were refused, which tells that the lock was held",
     "a:acq()=false[1,2]"},
    {MUTEX, "some owner has several operations open at a time, or goes on after one that crashed",
     "a:acq(:n1)[1,3] b:rel(:n1)[2,4]"},
    {MUTEX, "", "a:acq()[1,2]"},
};

START_TEST(limits)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, outside[_i].model, NULL, outside[_i].text));
    const struct engine *e = *outside[_i].why ? outside[_i].engine : &engine_permits;
    const char *why = e->applies(&c.o, &c.arena);
    ck_assert_ptr_nonnull(why);
    ck_assert_str_eq(why, outside[_i].why);
    const char *wrong = case_judge(&c, &engine_jit);
    ck_assert_msg(!wrong, "%s: %s", outside[_i].text, wrong);
    case_close(&c);
}
END_TEST

/* The argument as a user reads it. */
static const struct {
    struct vector v; /* its rule is not used */
    const char *reason;
    const char *steps[5];
} told[] = {
    {{COUNTER, RULE_NONE, "p0:inc()[1,2] p1:read()=1[3,4] p0:inc()[5,6] p1:read()=1[7,8]"},
     "read 1 by process 1 (op 6 to op 7) is impossible: the number is lower than what had been "
     "added by then",
     {"read 1 by process 1 (op 2 to op 3)", "inc by process 0 (op 4 to op 5)",
      "inc by process 0 completed at op 5, before read 1 by process 1 was invoked at op 6: it had "
      "to return 2 or more"}},
    {{COUNTER, RULE_NONE, "p0:inc()[1,4] p1:read()=2[2,3]"},
     "read 2 by process 1 (op 1 to op 2) is impossible: the number is higher than what can have "
     "been added by then",
     {"read 2 by process 1 (op 1 to op 2)",
      "the counter began at 0, and 1 increment was invoked before that completed: it cannot have "
      "been more than 1"}},
    {{FAA, RULE_NONE, "p0:faa()=0[1,2] p1:faa()=2[3,4]"},
     "faa 2 by process 1 (op 2 to op 3) is impossible: a number was passed over that nobody can "
     "have got",
     {"faa 2 by process 1 (op 2 to op 3)",
      "the numbers begin at 0: 2 operations had to count up before it, but only 1 that can have "
      "come first were invoked before it completed"}},
    {{MUTEX, RULE_NONE, "p0:acq()[1,2] p1:acq()[3,4] p0:rel()[5,6]"},
     "acquire by process 1 (op 2 to op 3) is impossible: more processes held the lock at one "
     "moment than it allows",
     {"acquire by process 0 (op 0 to op 1): it was not given back before",
      "acquire by process 1 (op 2 to op 3): by its end the lock was still held"}},
    {{MUTEX, RULE_NONE, "p0:acq()[1,2] p0:rel()[3,4] p0:rel()[5,6]"},
     "release by process 0 (op 4 to op 5) is impossible: the lock was released by a process that "
     "did not hold it",
     {"release by process 0 completed at op 3, before release by process 0 was invoked at op 4: "
      "its owner held nothing any more"}},
    {{FENCED, RULE_NONE, "p0:acq()=4[1,2] p0:rel()[3,4] p1:acq()=3[5,6]"},
     "acquire 3 by process 1 (op 4 to op 5) is impossible: a later holder got a token that is not "
     "greater",
     {"acquire 4 by process 0 (op 0 to op 1): it held the lock first",
      "acquire 3 by process 1 (op 4 to op 5): it held the lock later, its token is not greater"}},
};

START_TEST(arguments)
{
    const struct vector *v = &told[_i].v;
    struct engine_case c;
    ck_assert(case_open_toy(&c, v->model, NULL, v->text));
    const char *why = case_judge(&c, v->engine);
    ck_assert_msg(!why, "%s: %s", v->text, why);
    struct core core;
    struct key_result k;
    case_argue(&c, v->engine, &core, &k);
    ck_assert_str_eq(k.reason, told[_i].reason);
    for (size_t i = 0; i < 5 && told[_i].steps[i]; i++) {
        ck_assert_uint_lt(i, k.nsteps);
        ck_assert_str_eq(k.steps[i], told[_i].steps[i]);
    }
    core_free(&core);
    arena_free(&k.arena);
    case_close(&c);
}
END_TEST

START_TEST(heaps)
{
    struct heap h = {0};
    uint64_t x = 1;
    for (int i = 0; i < 1000; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        heap_push(&h, x >> 60);
    }
    for (uint64_t last = 0; h.n > 0;) {
        uint64_t least = heap_pop(&h);
        ck_assert_uint_ge(least, last);
        last = least;
    }
    heap_free(&h);
}
END_TEST

START_TEST(states_of_words)
{
    struct word_states s = {0};
    uint32_t words[3] = {7, 8, 9};
    for (uint32_t i = 0; i < 300; i++) {
        words[1] = i;
        ck_assert_uint_eq(word_state(&s, words, i % 4 ? 3 : 0), i % 4 ? i - i / 4 : 0);
    }
    size_t n;
    ck_assert_uint_eq(word_state_get(&s, 1, &n)[1], 1);
    ck_assert_uint_eq(n, 3);
    word_states_free(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("locks");
    TCase *t = tcase_create("all");
    tcase_add_loop_test(t, rules_broken, 0, (int)(sizeof vectors / sizeof *vectors));
    tcase_add_loop_test(t, limits, 0, (int)(sizeof outside / sizeof *outside));
    tcase_add_loop_test(t, arguments, 0, (int)(sizeof told / sizeof *told));
    tcase_add_test(t, heaps);
    tcase_add_test(t, states_of_words);
    suite_add_tcase(suite, t);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
