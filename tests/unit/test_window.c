/* The end of a long violation. */
#include "checker/check.h"
#include "generators/synth.h"
#include "histories/reader.h"

#include <check.h>
#include <stdlib.h>

static void check_synth(struct history *h, struct check_result *r, const struct synth_options *o,
                        const char *algorithm, struct budget *budget)
{
    struct err e = {0};
    struct pair_options pair = {0};
    struct check_options opt = {.model = model_find(o->model), .algorithm = algorithm, .jobs = 1,
                                .evidence = true, .budget = budget};
    history_init(h);
    ck_assert_msg(synth_generate(h, o, &e) && history_pair(h, &pair, &e) &&
                  history_split_keys(h, SPLIT_NO, &e) && check_history(h, &opt, r, &e),
                  "%s", e.text);
    ck_assert_uint_eq(r->nkeys, 1);
    ck_assert_int_eq(r->verdict, VERDICT_INVALID);
}

/* All acquires since the start count; the last ones and the state are enough to see it. */
START_TEST(a_long_core_has_an_end)
{
    struct history h;
    struct check_result r;
    struct budget budget = {0};
    struct synth_options o;
    synth_defaults(&o);
    o.model = "mutex";
    o.ops = 2000;
    o.inject = "two-holders";
    check_synth(&h, &r, &o, "jit", &budget);
    const struct key_result *k = &r.keys[0];
    ck_assert_uint_gt(k->ncore, 24);
    ck_assert_uint_gt(k->nwindow, 0);
    ck_assert_uint_le(k->nwindow, 40);
    ck_assert_uint_gt(k->nsince_states, 0);
    size_t strict = 0;
    for (size_t i = 0; i < k->nwindow; i++) {
        strict += k->window[i].strict;
        ck_assert(!k->window[i].strict || h.ops[k->window[i].op].ret >= k->since);
    }
    ck_assert_uint_gt(strict, 0);
    ck_assert_uint_le(strict, 24);
    ck_assert_ptr_nonnull(strstr(k->steps[0], "the state was "));
    ck_assert_uint_eq(atomic_load(&budget.used_memory), 0);
    check_result_free(&r);
    history_free(&h);
}
END_TEST

START_TEST(a_short_core_has_none)
{
    struct history h;
    struct check_result r;
    struct budget budget = {0};
    struct synth_options o;
    synth_defaults(&o);
    o.ops = 500;
    o.inject = "stale-read";
    check_synth(&h, &r, &o, "jit", &budget);
    ck_assert_uint_eq(r.keys[0].nwindow, 0);
    ck_assert_uint_eq(r.keys[0].since, NO_EVENT);
    check_result_free(&r);
    history_free(&h);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("window");
    TCase *t = tcase_create("window");
    tcase_add_test(t, a_long_core_has_an_end);
    tcase_add_test(t, a_short_core_has_none);
    suite_add_tcase(s, t);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
