/* zones: hand-made histories with the rule that each breaks; every verdict is checked against
 * brute force, every witness and every set of culprits by the independent verifier. */
#include "tests/property/engine_case.h"

#include "base/mem.h"

#include <check.h>

static const struct {
    enum rule rule;
    const char *text;
} cases[] = {
    {RULE_NONE, ""},
    {RULE_NONE, "a:w(1)[1,4] b:r()=1[2,3]"},
    {RULE_NONE, "a:w(1)[1,2] b:w(2)[3,-] c:r()=1[4,5] c:r()=2[6,7]"},
    {RULE_NONE, "a:w(1)[1,3] b:r()=0[2,4]"},
    {RULE_NONE, "a:w(1)[1,2] b:cas(1>2)[3,-] c:cas(2>3)[4,-] d:r()=3[5,6]"},
    {RULE_NONE, "a:w(1)[1,2] b:cas(1>2)[3,4] e:w(9)[5,6] d:r()=1[3,7]"},
    {RULE_NONE, "a:w(1)[1,9] b:w(2)[2,5] c:r()=2[3,6] d:r()=1[7,8]"},
    {RULE_NONE, "a:w(1)[1,2] b:cas(1>1)[3,4] c:r()=1[5,6]"},
    {RULE_NONE, "a:cas(0>1)[1,2] b:cas(1>2)[3,8] c:r()=1[4,7] d:r()=2[5,6]"},
    /* a failed write may have any value */
    {RULE_NONE, "a:w(1)[1,2] b:w(1)[3,!4] c:r()=1[5,6]"},
    /* crashed writes that nobody needs may repeat values, the initial one too */
    {RULE_NONE, "a:w(1)[1,-] b:w(1)[2,-] c:w(0)[3,-] d:w(2)[4,5] e:r()=2[6,7]"},
    {RULE_NONE, "a:w(1)[1,2] c:r()=1[3,4] b:w(1)[5,-] d:w(2)[6,7]"},

    {RULE_THIN_AIR, "a:w(1)[1,2] b:r()=2[3,4]"},
    {RULE_THIN_AIR, "b:cas(2>3)[1,-] c:r()=3[3,4]"},
    {RULE_THIN_AIR, "a:w(1)[1,2] b:cas(2>3)[3,4]"},
    {RULE_ABORTED_READ, "a:w(1)[1,!2] b:r()=1[3,4]"},
    {RULE_ABORTED_READ, "a:cas(0>1)[1,!2] b:r()=1[3,4]"},
    {RULE_FUTURE_READ, "b:r()=1[1,2] a:w(1)[3,4]"},
    {RULE_FUTURE_READ, "b:cas(1>2)[1,-] c:r()=2[2,3] a:w(1)[4,5]"},
    {RULE_TWO_CAS, "a:w(1)[1,2] b:cas(1>2)[3,-] d:r()=2[4,5] c:cas(1>3)[6,7]"},
    {RULE_TWO_CAS, "a:cas(0>1)[1,5] b:cas(0>2)[2,6]"},
    {RULE_CAS_CYCLE, "a:cas(1>2)[1,5] b:cas(2>1)[2,6]"},
    {RULE_CAS_CYCLE, "a:cas(1>2)[1,-] b:cas(2>3)[2,-] c:cas(3>1)[3,-] d:r()=2[4,5]"},
    {RULE_CHAIN_ORDER, "a:w(1)[1,2] b:cas(1>2)[3,-] c:r()=2[4,5] d:r()=1[6,7]"},
    {RULE_CHAIN_ORDER, "a:w(1)[1,2] b:cas(1>2)[3,4] c:cas(2>3)[5,6] d:r()=1[7,8]"},
    {RULE_CHAIN_ORDER, "b:cas(0>2)[3,4] d:r()=0[7,8]"},
    {RULE_BLOCK_ORDER, "a:w(1)[1,2] b:w(2)[3,4] c:r()=1[5,6]"},
    {RULE_BLOCK_ORDER, "a:w(1)[1,8] b:w(2)[2,3] c:r()=1[4,5] c:r()=2[6,7]"},
    {RULE_BLOCK_ORDER, "a:w(1)[1,2] b:w(2)[3,-] c:r()=2[4,5] c:r()=1[6,7]"},
    {RULE_BLOCK_ORDER, "a:w(1)[1,20] b:cas(1>2)[2,3] e:w(9)[4,5] d:r()=2[6,7]"},
    {RULE_BLOCK_ORDER, "a:w(1)[1,20] e:w(9)[2,3] b:cas(1>2)[4,-] d:cas(2>3)[5,-] f:r()=1[6,7] "
                       "g:r()=3[8,9] h:r()=9[10,11]"},
    {RULE_INITIAL_GONE, "a:w(1)[1,2] b:r()=0[3,4]"},
    {RULE_INITIAL_GONE, "a:w(1)[1,2] b:cas(0>5)[3,-] c:r()=5[4,6]"},
    /* the first of two violations counts */
    {RULE_INITIAL_GONE, "a:w(1)[1,2] b:r()=0[3,4] b:r()=7[5,6]"},
};

START_TEST(rules)
{
    struct engine_case c;
    ck_assert(case_open(&c, cases[_i].text, false));
    const char *why = case_judge(&c, &engine_zones);
    ck_assert_msg(!why, "%s: %s", cases[_i].text, why);
    ck_assert_msg(c.r.rule == cases[_i].rule, "%s: rule %d", cases[_i].text, (int)c.r.rule);
    case_close(&c);
}
END_TEST

static const struct {
    const char *why, *text;
} refused[] = {
    {"value 1 is written twice", "a:w(1)[1,2] b:w(1)[3,4]"},
    {"value 1 is written twice", "a:w(1)[1,2] b:cas(0>1)[3,4]"},
    {"value 1 is written twice", "a:w(1)[1,-] b:w(1)[3,-] c:r()=1[4,5]"},
    {"the initial value 0 is written", "a:w(0)[1,2]"},
    {"the initial value 0 is written", "a:w(1)[1,2] a:w(0)[3,-] b:r()=0[4,5]"},
};

START_TEST(refusals)
{
    struct engine_case c;
    ck_assert(case_open(&c, refused[_i].text, false));
    const char *why = engine_zones.applies(&c.o, &c.arena);
    ck_assert_ptr_nonnull(why);
    ck_assert_str_eq(why, refused[_i].why);
    case_close(&c);
}
END_TEST

static uint32_t op_with(const struct engine_case *c, enum culprit_role role)
{
    for (size_t i = 0; i < c->r.nculprits; i++)
        if (c->r.culprits[i].role == role)
            return c->r.culprits[i].op;
    return UINT32_MAX;
}

START_TEST(roles)
{
    struct engine_case c;
    ck_assert(
        case_open(&c, "a:w(1)[1,2] b:w(2)[3,-] c:r()=2[4,5] c:r()=1[6,7] d:r()=2[8,9]", false));
    ck_assert_ptr_null(case_judge(&c, &engine_zones));
    ck_assert_uint_eq(op_with(&c, CULPRIT_A_DONE), 0);
    ck_assert_uint_eq(op_with(&c, CULPRIT_B_BEGAN), 2);
    ck_assert_uint_eq(op_with(&c, CULPRIT_B_DONE), 2);
    ck_assert_uint_eq(op_with(&c, CULPRIT_A_BEGAN), 3);
    ck_assert_uint_eq(op_with(&c, CULPRIT_LINK), UINT32_MAX);
    ck_assert_uint_eq(op_with(&c, CULPRIT_LINK_B), 1);
    ck_assert_uint_eq(c.r.bad, 3);
    case_close(&c);
}
END_TEST

START_TEST(aborted_read_names_the_failed_write)
{
    struct engine_case c;
    ck_assert(case_open(&c, "a:w(2)[1,!2] b:w(1)[3,!4] c:r()=1[5,6]", false));
    ck_assert_ptr_null(case_judge(&c, &engine_zones));
    ck_assert_uint_eq(c.r.failed_op, 1);
    case_close(&c);
}
END_TEST

/* Of many keys that are all invalid each looks at its own failed operations: one that is not among
 * the operations of the object is never found. */
START_TEST(failed_writes_are_sought_among_the_operations_of_the_object)
{
    struct engine_case c;
    struct object part;
    struct err e;
    const uint32_t ids[] = {1, 2, 3};
    ck_assert(case_open(&c, "a:w(1)[1,!2] a:w(2)[3,!4] b:w(3)[5,6] c:r()=1[7,8]", false));
    ck_assert(object_build(&part, &c.h, c.o.model, ids, 3, c.o.key, c.o.initial, false, &e));
    ck_assert_uint_eq(part.nfailed, 1);
    ck_assert_uint_eq(part.failed[0], 1);
    struct engine_options opt = {.budget = &c.budget};
    engine_zones.run(&part, &opt, &c.r);
    ck_assert_int_eq(c.r.verdict, VERDICT_INVALID);
    ck_assert_int_eq(c.r.rule, RULE_THIN_AIR);
    ck_assert_uint_eq(c.r.failed_op, UINT32_MAX);
    object_free(&part);
    case_close(&c);
}
END_TEST

START_TEST(limits)
{
    struct engine_case c;
    ck_assert(case_open(&c, "a:w(1)[1,2] b:r()=1[3,4]", false));
    struct engine_options opt = {.budget = &c.budget};
    c.budget.max_memory = 16;
    engine_zones.run(&c.o, &opt, &c.r);
    ck_assert_int_eq(c.r.verdict, VERDICT_UNKNOWN);
    ck_assert_str_eq(c.r.reason, "the memory limit was reached");
    ck_assert_uint_eq(atomic_load(&c.budget.used_memory), 0);
    c.budget.max_memory = 0;
    atomic_store(&c.budget.stop, STOP_TIME);
    engine_zones.run(&c.o, &opt, &c.r);
    ck_assert_int_eq(c.r.verdict, VERDICT_UNKNOWN);
    ck_assert_str_eq(c.r.reason, "the time limit was reached");
    case_close(&c);
}
END_TEST

/* A chain of `n` cas from the initial value, each read once; `stale`: the last read is of an old
 * value. Positions are made so that each operation overlaps the next. */
static void long_chain(struct object *o, struct history *h, uint32_t n, bool stale)
{
    *h = (struct history){.nops = 0};
    values_init(&h->values);
    h->events.n = 4 * (size_t)n + 4;
    h->ops = mem_alloc(2 * (size_t)n * sizeof *h->ops);
    val read = val_text(&h->values, V_KEYWORD, STR("read"));
    val cas = val_text(&h->values, V_KEYWORD, STR("cas"));
    uint32_t *ids = mem_alloc(2 * (size_t)n * sizeof *ids);
    for (uint32_t i = 0; i < n; i++) {
        val pair[2] = {val_small((int32_t)i), val_small((int32_t)i + 1)};
        val v = val_seq(&h->values, V_LIST, pair, 2);
        val seen = stale && i == n - 1 ? val_small(5) : pair[1];
        uint32_t at = 4 * i;
        struct op made = {.inv = at,
                          .ret = at + 3,
                          .f = cas,
                          .key = VAL_ABSENT,
                          .in = v,
                          .out = v,
                          .type = OP_OK};
        struct op seeing = {.inv = at + 2,
                            .ret = at + 5,
                            .f = read,
                            .key = VAL_ABSENT,
                            .in = VAL_NIL,
                            .out = seen,
                            .type = OP_OK};
        h->ops[2 * i] = made;
        h->ops[2 * i + 1] = seeing;
        ids[2 * i] = 2 * i;
        ids[2 * i + 1] = 2 * i + 1;
    }
    h->nops = 2 * (size_t)n;
    struct err e;
    ck_assert_msg(object_build(o, h, model_find("cas-register"), ids, h->nops, VAL_ABSENT,
                               val_small(0), false, &e),
                  "%s", e.text);
    mem_free(ids);
}

START_TEST(long_chains)
{
    enum { N = 50000 };
    struct history h;
    struct object o;
    struct budget budget = {0};
    struct arena arena = {0};
    struct engine_result r = {0};
    long_chain(&o, &h, N, _i == 1);
    ck_assert_ptr_null(engine_zones.applies(&o, &arena));
    struct engine_options opt = {.budget = &budget, .witness = true};
    engine_zones.run(&o, &opt, &r);
    if (_i == 0) {
        ck_assert_int_eq(r.verdict, VERDICT_VALID);
        ck_assert_uint_eq(r.nwitness, 2 * N);
        for (uint32_t i = 0; i < 2 * N; i++)
            ck_assert_uint_eq(r.witness[i], i);
    } else {
        ck_assert_int_eq(r.rule, RULE_CHAIN_ORDER);
        ck_assert_uint_eq(r.bad, 2 * N - 1);
    }
    arena_free(&r.arena);
    arena_free(&arena);
    object_free(&o);
    history_free(&h);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("zones");
    TCase *t = tcase_create("verdicts");
    tcase_add_loop_test(t, rules, 0, sizeof cases / sizeof *cases);
    tcase_add_loop_test(t, refusals, 0, sizeof refused / sizeof *refused);
    tcase_add_test(t, roles);
    tcase_add_test(t, aborted_read_names_the_failed_write);
    tcase_add_test(t, failed_writes_are_sought_among_the_operations_of_the_object);
    tcase_add_test(t, limits);
    tcase_add_loop_test(t, long_chains, 0, 2);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
