/* stack and priority: the vectors of the research and hand-made histories with the rule that each
 * breaks; every verdict is checked against brute force, every witness and every set of culprits by
 * the independent verifier. Arguments word by word. */
#include "checker/cover.h"
#include "checker/priorities.h"
#include "checker/stabs.h"
#include "tests/property/engine_case.h"

#include <check.h>
#include <stdio.h>

static const struct {
    enum rule rule;
    const char *text;
} stacks[] = {
    {RULE_NONE, ""},
    /* V1e */
    {RULE_NONE, "a:push(1)[1,2] a:push(2)[3,4] b:pop()=2[5,6] b:pop()=1[7,8]"},
    {RULE_STACK_ORDER, "a:push(1)[1,2] a:push(2)[3,4] b:pop()=1[5,6] b:pop()=2[7,8]"},
    {RULE_NONE, "a:push(1)[1,2] c:push(2)[3,7] b:pop()=1[4,5] b:pop()=2[6,8]"},
    {RULE_NONE, "a:push(1)[1,4] c:push(2)[2,3] b:pop()=1[5,8] d:pop()=2[6,7]"},
    {RULE_STACK_ORDER, "a:push(1)[1,2] c:push(2)[3,4] d:push(3)[5,6] b:pop()=2[7,8] "
                       "b:pop()=3[9,10] b:pop()=1[11,12]"},
    {RULE_NOT_EMPTY, "a:push(1)[1,2] b:pop()=empty[3,6] c:push(2)[4,5] d:pop()=1[7,8] "
                     "d:pop()=2[9,10]"},
    {RULE_NONE, "a:push(1)[1,-] b:push(2)[2,3] c:pop()=2[4,5] c:pop()=1[6,7]"},
    {RULE_STACK_ORDER, "a:push(1)[1,2] b:push(2)[3,4] c:peek()=1[5,6] d:pop()=2[7,8]"},
    /* elements that are never popped */
    {RULE_NONE, "a:push(1)[1,2] a:push(2)[3,4] b:peek()=2[5,6]"},
    {RULE_STACK_ORDER, "a:push(1)[1,2] a:push(2)[3,4] b:pop()=1[5,6]"},
    {RULE_STACK_ORDER, "a:push(1)[1,2] a:push(2)[3,4] b:peek()=2[5,6] b:peek()=1[7,8]"},
    /* pushed and popped in one moment, on anything */
    {RULE_NONE, "a:push(1)[1,2] b:push(2)[3,6] c:pop()=2[4,7] d:peek()=2[5,8] e:pop()=1[9,10]"},
    {RULE_NONE, "a:push(1)[1,8] b:pop()=1[2,7] c:push(2)[3,4] d:pop()=2[5,6] e:pop()=nil[9,10]"},
    /* only together do two elements lie on the lowest all the time */
    {RULE_STACK_ORDER, "a:push(1)[1,2] b:push(2)[3,4] c:pop()=1[5,12] d:push(3)[6,7] "
                       "e:pop()=2[8,9] f:pop()=3[13,14] g:peek()=3[15,16]"},
    {RULE_STACK_ORDER, "a:push(1)[1,2] b:push(2)[3,4] c:pop()=1[5,10] d:push(3)[6,7] "
                       "e:pop()=2[8,9] f:pop()=3[11,12]"},
    {RULE_NONE, "a:push(1)[1,2] b:push(2)[3,4] c:pop()=1[5,10] e:pop()=2[6,7] d:push(3)[8,9] "
                "f:pop()=3[11,12]"},
    /* peeks between others, under their own cover */
    {RULE_NONE, "a:push(1)[1,2] b:peek()=1[3,20] c:push(2)[4,5] d:pop()=2[6,7] e:push(3)[8,9] "
                "f:peek()=1[10,19] g:pop()=3[11,12] h:pop()=1[21,22]"},
    /* one element by itself */
    {RULE_THIN_AIR, "a:pop()=1[1,2]"},
    {RULE_THIN_AIR, "a:push(1)[1,2] b:peek()=2[3,4]"},
    {RULE_ABORTED_READ, "a:push(1)[1,!2] b:pop()=1[3,4]"},
    {RULE_FUTURE_READ, "b:pop()=1[1,2] a:push(1)[3,4]"},
    {RULE_TAKEN_TWICE, "a:push(1)[1,2] b:pop()=1[3,6] c:pop()=1[4,5]"},
    {RULE_SEEN_AFTER, "a:push(1)[1,2] b:pop()=1[3,4] c:peek()=1[5,6]"},
    {RULE_NOT_EMPTY, "a:push(1)[1,2] b:peek()=nil[3,4]"},
    {RULE_NOT_EMPTY, "a:push(1)[1,-] c:peek()=1[2,3] b:pop()=:empty[4,5]"},
    {RULE_NONE, "b:pop()=nil[1,4] a:push(1)[2,3] c:peek()=:empty[5,8] d:pop()=1[6,7]"},
    /* the first of two violations counts */
    {RULE_STACK_ORDER, "a:push(1)[1,2] a:push(2)[3,4] b:pop()=1[5,6] b:pop()=7[7,8]"},
    {RULE_THIN_AIR, "b:pop()=7[1,2] a:push(1)[3,4] a:push(2)[5,6] b:pop()=1[7,8]"},
    {RULE_NOT_EMPTY, "a:push(1)[1,2] b:pop()=nil[3,4] a:push(2)[5,6] b:pop()=1[7,8]"},
};

/* The largest first, and for the others its mirror image by 9 - x. */
static const struct {
    enum rule rule;
    const char *text;
} queues[] = {
    /* V1f */
    {RULE_NONE, "a:ins(1)[1,2] a:ins(2)[3,4] b:poll()=2[5,6] b:poll()=1[7,8]"},
    {RULE_PRIORITY_ORDER, "a:ins(1)[1,2] a:ins(2)[3,4] b:poll()=1[5,6] b:poll()=2[7,8]"},
    {RULE_NONE, "a:ins(1)[1,2] a:ins(2)[3,6] b:poll()=1[4,5] b:poll()=2[7,8]"},
    {RULE_NONE, "a:ins(2)[1,2] a:ins(1)[3,4] b:poll()=2[5,8] c:poll()=1[6,7]"},
    {RULE_NONE, "a:ins(2)[1,2] b:ins(3)[3,4] c:ins(1)[5,7] d:poll()=1[6,13] e:poll()=3[10,11] "
                "f:poll()=2[9,12]"},
    {RULE_PRIORITY_ORDER, "a:ins(2)[1,2] c:ins(1)[3,5] d:poll()=1[6,8] f:poll()=2[9,10]"},
    {RULE_NONE, "a:ins(5)[1,-] b:ins(1)[2,3] c:poll()=1[4,5] d:poll()=5[6,7]"},
    /* a peek before its insert has ended */
    {RULE_NONE, "a:ins(2)[1,10] b:peek()=2[2,5] c:ins(3)[3,6] d:peek()=3[7,8]"},
    {RULE_PRIORITY_ORDER, "a:ins(2)[1,2] b:ins(3)[3,4] c:peek()=2[5,6]"},
    {RULE_PRIORITY_ORDER, "a:ins(3)[1,2] b:ins(2)[3,4] c:ins(1)[5,6] d:poll()=1[7,14] "
                          "e:poll()=3[8,13] f:ins(4)[9,10] g:poll()=2[15,16] h:poll()=4[17,18]"},
    {RULE_NOT_EMPTY, "a:ins(2)[1,2] b:ins(1)[3,6] c:poll()=nil[4,9] d:poll()=2[7,8] "
                     "f:poll()=1[10,11]"},
    /* what is taken twice must not become a wild card of the evidence */
    {RULE_PRIORITY_ORDER, "a:ins(5)[3,4] b:poll()=4[5,10] c:poll()=4[8,12] d:ins(4)[9,14]"},
    {RULE_THIN_AIR, "a:poll()=1[1,2]"},
    {RULE_TAKEN_TWICE, "a:ins(1)[1,2] b:poll()=1[3,6] c:poll()=1[4,5]"},
    {RULE_SEEN_AFTER, "a:ins(1)[1,2] b:poll()=1[3,4] c:peek()=1[5,6]"},
};

static void judge(const char *model, const struct engine *engine, enum rule rule, const char *text)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, model, NULL, text));
    const char *why = case_judge(&c, engine);
    ck_assert_msg(!why, "%s: %s", text, why);
    ck_assert_msg(c.r.rule == rule, "%s: rule %d", text, (int)c.r.rule);
    case_close(&c);
}

START_TEST(stack_rules)
{
    judge("stack", &engine_stack, stacks[_i].rule, stacks[_i].text);
}
END_TEST

START_TEST(queue_rules)
{
    judge("max-priority-queue", &engine_priority, queues[_i].rule, queues[_i].text);
}
END_TEST

/* Elements are single digits after "(" or "=". */
START_TEST(queue_rules_mirrored)
{
    char text[400];
    (void)snprintf(text, sizeof text, "%s", queues[_i].text);
    for (char *p = text; *p; p++)
        if ((*p == '(' || *p == '=') && p[1] >= '0' && p[1] <= '9')
            p[1] = (char)('0' + '9' - p[1]);
    judge("priority-queue", &engine_priority, queues[_i].rule, text);
}
END_TEST

static const struct {
    const char *model, *why, *text;
} refused[] = {
    {"stack", "element 1 comes in twice", "a:push(1)[1,2] b:push(1)[3,-]"},
    {"priority-queue", "element 1 comes in twice", "a:ins(1)[1,2] b:ins(1)[3,4]"},
    {"mutex", "", "a:acquire()[1,2]"},
};

START_TEST(refusals)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, refused[_i].model, NULL, refused[_i].text));
    const struct engine *both[] = {&engine_stack, &engine_priority};
    bool said = !*refused[_i].why;
    for (size_t i = 0; i < 2; i++) {
        const char *why = both[i]->applies(&c.o, &c.arena);
        ck_assert_ptr_nonnull(why);
        said |= strcmp(why, refused[_i].why) == 0;
    }
    ck_assert(said);
    case_close(&c);
}
END_TEST

/* The argument as a user reads it. */
static void argued(const char *model, const char *text, const char *reason,
                   const char *const *steps)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, model, NULL, text));
    const struct engine *e = strcmp(model, "stack") == 0 ? &engine_stack : &engine_priority;
    ck_assert_ptr_null(case_judge(&c, e));
    struct core core;
    struct key_result k;
    case_argue(&c, e, &core, &k);
    ck_assert_str_eq(k.reason, reason);
    for (size_t i = 0; steps[i]; i++) {
        ck_assert_uint_lt(i, k.nsteps);
        ck_assert_str_eq(k.steps[i], steps[i]);
        ck_assert(steps[i + 1] || i + 1 == k.nsteps);
    }
    core_free(&core);
    arena_free(&k.arena);
    case_close(&c);
}

START_TEST(arguments)
{
    static const char *const order[] = {
        "push 1 by process 0 completed at op 1, before pop 1 by process 1 was invoked at op 4: "
        "between the two 1 was inside",
        "push 2 by process 0 (op 2 to op 3): all that time 1 was inside",
        "push 2 by process 0 (op 2 to op 3): from its end on 2 was inside, nothing took it out",
        "pop 1 by process 1 (op 4 to op 5): all that time 2 was inside",
        "one of these elements would have to lie below the others: it can be pushed, seen on top "
        "and popped only when none of the others is inside, and none of them has that",
        NULL,
    };
    argued("stack", "p0:push(1)[1,2] p0:push(2)[3,4] p1:pop()=1[5,6]",
           "pop 1 by process 1 (op 4 to op 5) is impossible: an element was on top while another "
           "one lay on it", order);
    static const char *const urgent[] = {
        "insert 2 by process 0 (op 2 to op 3): from its end on 2 was inside, nothing took it out",
        "poll 1 by process 1 (op 4 to op 5): all that time 2 was inside",
        NULL,
    };
    argued("max-priority-queue", "p0:ins(1)[1,2] p0:ins(2)[3,4] p1:poll()=1[5,6]",
           "poll 1 by process 1 (op 4 to op 5) is impossible: an element came first while a "
           "larger one was inside", urgent);
    static const char *const aborted[] = {
        "pop 1 by process 1 (op 2 to op 3): the only operation that would have put this element "
        "in was recorded as :fail, it must not have happened",
        NULL,
    };
    argued("stack", "p0:push(1)[1,!2] p1:pop()=1[3,4]",
           "pop 1 by process 1 (op 2 to op 3) is impossible: an element was there whose only way "
           "in had failed", aborted);
}
END_TEST

/* cover and stabs against arrays. */
enum { CELLS = 700, INTERVALS = 300 };

static uint32_t next_random(uint32_t *seed)
{
    return *seed = *seed * 1664525u + 1013904223u;
}

START_TEST(covers)
{
    uint32_t seed = (uint32_t)_i + 1, first[INTERVALS], last[INTERVALS];
    int32_t count[CELLS] = {0};
    uint32_t who[CELLS] = {0};
    struct cover c;
    cover_init(&c, CELLS);
    for (uint32_t i = 0; i < INTERVALS; i++) {
        uint32_t a = (next_random(&seed) >> 8) % CELLS, b = (next_random(&seed) >> 8) % CELLS;
        first[i] = a < b ? a : b;
        last[i] = a < b ? b : a;
        for (uint32_t x = first[i]; x <= last[i]; x++) {
            count[x]++;
            who[x] ^= i;
        }
    }
    memcpy(c.count, count, sizeof count);
    memcpy(c.who, who, sizeof who);
    cover_build(&c);
    for (uint32_t i = 0; i < INTERVALS; i++) {
        uint32_t cells[COVER_BLOCK], ids[COVER_BLOCK];
        cover_remove(&c, first[i], last[i], i);
        int32_t least = INT32_MAX;
        for (uint32_t x = 0; x < CELLS; x++) {
            count[x] -= x >= first[i] && x <= last[i];
            who[x] ^= x >= first[i] && x <= last[i] ? i : 0;
            least = count[x] < least ? count[x] : least;
        }
        ck_assert(least > INT32_MAX / 4 || cover_least(&c) == least);
        if (i % 2 || least > INT32_MAX / 4)
            continue;
        uint32_t n = cover_take(&c, cells, ids);
        ck_assert_uint_ge(n, 1);
        for (uint32_t x = 0; x < n; x++) {
            ck_assert_int_eq(count[cells[x]], least);
            ck_assert_uint_eq(who[cells[x]], ids[x]);
            count[cells[x]] = INT32_MAX / 2;
        }
    }
    cover_free(&c);
}
END_TEST

START_TEST(stabbed)
{
    enum { ITEMS = 500 };
    uint32_t seed = (uint32_t)_i + 1, reach[ITEMS];
    struct stabs s;
    stabs_init(&s, ITEMS);
    for (uint32_t i = 0; i < ITEMS; i++)
        s.reach[i] = reach[i] = 1 + (next_random(&seed) >> 8) % CELLS;
    stabs_build(&s);
    for (uint32_t k = 0; k < 2000; k++) {
        uint32_t from = (next_random(&seed) >> 8) % ITEMS, cell = (next_random(&seed) >> 8) % CELLS;
        uint32_t to = from + (next_random(&seed) >> 8) % (ITEMS - from + 1), expected = NO_ITEM;
        for (uint32_t i = from; i < to; i++)
            if (reach[i] > cell)
                expected = i;
        ck_assert_uint_eq(stabs_take(&s, from, to, cell), expected);
        if (expected != NO_ITEM)
            reach[expected] = 0;
    }
    stabs_free(&s);
}
END_TEST

START_TEST(priorities)
{
    struct values t;
    values_init(&t);
    const int64_t numbers[] = {-5000000000, -3, 0, 7, 1000000000, 5000000000};
    const char *const texts[] = {"", "a", "ab", "b"};
    val v[8];
    uint32_t order[8];
    for (size_t i = 0; i < 6; i++)
        v[5 - i] = val_int(&t, numbers[i]);
    priorities_sort(&t, v, 6, order);
    for (uint32_t i = 0; i < 6; i++)
        ck_assert_uint_eq(order[i], 5 - i);
    priorities_sort(&t, v + 2, 3, order); /* small ones, another way */
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_uint_eq(order[i], 2 - i);
    for (size_t i = 0; i < 4; i++)
        v[3 - i] = val_text(&t, V_STRING, str_of(texts[i]));
    priorities_sort(&t, v, 4, order);
    for (uint32_t i = 0; i < 4; i++)
        ck_assert_uint_eq(order[i], 3 - i);
    ck_assert(!priority_comparable(&t, v[0], val_int(&t, 1)));
    ck_assert(!priority_comparable(&t, VAL_NIL, VAL_NIL));
    values_free(&t);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

int main(void)
{
    Suite *s = suite_create("piles");
    TCase *t = tcase_create("piles");
    tcase_add_loop_test(t, stack_rules, 0, COUNT(stacks));
    tcase_add_loop_test(t, queue_rules, 0, COUNT(queues));
    tcase_add_loop_test(t, queue_rules_mirrored, 0, COUNT(queues));
    tcase_add_loop_test(t, refusals, 0, COUNT(refused));
    tcase_add_test(t, arguments);
    tcase_add_loop_test(t, covers, 0, 20);
    tcase_add_loop_test(t, stabbed, 0, 20);
    tcase_add_test(t, priorities);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
