/* Hand-made histories with known verdicts, each through every engine that applies. */
#include "tests/property/notation.h"
#include "tests/property/oracle.h"
#include "tests/property/run_engines.h"

#include <check.h>
#include <stdlib.h>

struct vector {
    const char *name;
    bool ok;
    const char *line;
};

/* Register and cas-register, initial value 0; values repeat, operations crash. */
static const struct vector repeated[] = {
    {"sequential", true, "a:w(1)[1,2] b:r=1[3,4]"},
    {"stale read", false, "a:w(1)[1,2] b:r=0[3,4]"},
    {"a crashed write takes effect once, nothing brings 0 back", false,
     "a:w(1)[1,-] b:r=0[2,3] b:r=1[4,5] b:r=0[6,7]"},
    {"a second crashed write brings 0 back", true,
     "a:w(1)[1,-] c:w(0)[2,-] b:r=1[4,5] b:r=0[6,7]"},
    {"one crashed write cannot be used twice", false,
     "a:w(1)[1,-] b:r=1[4,5] c:w(0)[6,7] b:r=1[8,9]"},
    {"two identical crashed writes can", true,
     "a:w(1)[1,-] d:w(1)[2,-] b:r=1[4,5] c:w(0)[6,7] b:r=1[8,9]"},
    {"two cas from 0 cannot both succeed", false, "a:cas(0>1)[1,5] b:cas(0>2)[2,6]"},
    {"a chain 0-1-0-2 of overlapping cas", true,
     "a:cas(0>1)[1,5] b:cas(1>0)[2,6] c:cas(0>2)[3,7] d:r=2[8,9]"},
    {"1,2,1 needs two writes of 1", false,
     "a:w(1)[1,10] b:w(2)[2,3] c:r=1[4,5] d:r=2[6,7] c:r=1[8,9]"},
    {"a write hidden in one branch is still usable for real", true,
     "a:cas(0>1)[1,2] b:w(0)[3,5] c:w(1)[4,8] b:r=1[6,13] d:cas(1>1)[7,9] e:r=0[10,14] "
     "g:w(0)[11,12]"},
};

/* The same with every value written once. */
static const struct vector unique[] = {
    {"read of a pending write", true, "a:w(1)[1,4] b:r=1[2,3]"},
    {"read ends before the write starts", false, "b:r=1[1,2] a:w(1)[3,4]"},
    {"forward zones overlap", false, "a:w(1)[1,2] b:w(2)[3,4] c:r=1[5,6]"},
    {"backward zone inside a forward zone", false,
     "a:w(1)[1,8] b:w(2)[2,3] c:r=1[4,5] c:r=2[6,7]"},
    {"crashed write observed, then the old value", false,
     "a:w(1)[1,2] b:w(2)[3,-] c:r=2[4,5] c:r=1[6,7]"},
    {"crashed write takes effect late", true, "a:w(1)[1,2] b:w(2)[3,-] c:r=1[4,5] c:r=2[6,7]"},
    {"initial value after an acknowledged write", false, "a:w(1)[1,2] b:r=0[3,4]"},
    {"initial value beside a write", true, "a:w(1)[1,3] b:r=0[2,4]"},
    {"reading 3 proves that both crashed cas happened", true,
     "a:w(1)[1,2] b:cas(1>2)[3,-] c:cas(2>3)[4,-] d:r=3[5,6]"},
    {"two cas from 1", false, "a:w(1)[1,2] b:cas(1>2)[3,-] d:r=2[4,5] c:cas(1>3)[6,7]"},
    {"a read of 1 before the cas in the same block", true,
     "a:w(1)[1,2] b:cas(1>2)[3,4] e:w(9)[5,6] d:r=1[3,7]"},
    {"9 would have to sit inside the block of 1 and 2", false,
     "a:w(1)[1,20] b:cas(1>2)[2,3] e:w(9)[4,5] d:r=2[6,7]"},
    {"cas cycle without an origin", false, "a:cas(1>2)[1,5] b:cas(2>1)[2,6]"},
};

static void check_vector(const struct vector *v)
{
    struct script script;
    struct history h;
    struct err e = {0};
    struct budget budget = {0};
    const char *why = "";
    bool linearizable = false;
    ck_assert_msg(script_parse(&script, str_of(v->line), &e), "%s: %s", v->name, e.text);
    ck_assert_msg(script_history(&script, &h, &e), "%s: %s", v->name, e.text);
    struct spec_options opt = {.model = "cas-register", .initial = val_int(&h.values, 0)};
    ck_assert_msg(oracle_history(&h, &opt, &linearizable, &why), "%s: %s", v->name, why);
    ck_assert_msg(linearizable == v->ok, "%s: the oracle disagrees", v->name);
    for (size_t i = 0; engines[i]; i++) {
        struct engine_run run;
        run_engine(engines[i], &h, &opt, &budget, 1u << 20, &run);
        if (!run.applies)
            continue;
        ck_assert_msg(run.verdict == (v->ok ? VERDICT_VALID : VERDICT_INVALID), "%s: %s says %d",
                      v->name, engines[i]->name, (int)run.verdict);
        ck_assert_msg(!run.wrong[0], "%s: %s: %s", v->name, engines[i]->name, run.wrong);
    }
    history_free(&h);
}

START_TEST(repeated_values)
{
    check_vector(&repeated[_i]);
}
END_TEST

START_TEST(unique_values)
{
    check_vector(&unique[_i]);
}
END_TEST

START_TEST(zones_takes_unique_values)
{
    struct script script;
    struct history h;
    struct err e = {0};
    struct budget budget = {0};
    struct engine_run run;
    ck_assert(script_parse(&script, str_of(unique[_i].line), &e));
    ck_assert(script_history(&script, &h, &e));
    struct spec_options opt = {.model = "cas-register", .initial = val_int(&h.values, 0)};
    run_engine(engine_find("zones"), &h, &opt, &budget, 1u << 20, &run);
    ck_assert_msg(run.applies, "%s", unique[_i].name);
    history_free(&h);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("vectors");
    TCase *t = tcase_create("vectors");
    suite_add_tcase(s, t);
    tcase_add_loop_test(t, repeated_values, 0, sizeof repeated / sizeof *repeated);
    tcase_add_loop_test(t, unique_values, 0, sizeof unique / sizeof *unique);
    tcase_add_loop_test(t, zones_takes_unique_values, 0, sizeof unique / sizeof *unique);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
