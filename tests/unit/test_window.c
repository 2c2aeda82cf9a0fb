/* The end of a long violation, and the states that are shown where there is none. */
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

static void enqueue(struct history *h, enum op_type type, int64_t process, int64_t element)
{
    struct event e = event_blank();
    e.type = type;
    e.process = val_int(&h->values, process);
    e.f = val_text(&h->values, V_KEYWORD, STR("enqueue"));
    e.value = val_int(&h->values, element);
    history_add_event(h, &e);
}

/* Without a core: 40 elements, then two whose order is open, and the wrong one comes out. */
START_TEST(states_that_print_alike_are_counted)
{
    struct history h;
    struct check_result r;
    struct err e = {0};
    struct pair_options pair = {0};
    struct budget budget = {0};
    struct check_options opt = {.model = model_find("fifo-queue"), .algorithm = "jit", .jobs = 1,
                                .budget = &budget};
    history_init(&h);
    for (int64_t i = 1; i <= 40; i++) {
        enqueue(&h, OP_INVOKE, 0, i);
        enqueue(&h, OP_OK, 0, i);
    }
    enqueue(&h, OP_INVOKE, 1, 101);
    enqueue(&h, OP_INVOKE, 2, 102);
    enqueue(&h, OP_OK, 1, 101);
    enqueue(&h, OP_OK, 2, 102);
    struct event take = event_blank();
    take.process = val_int(&h.values, 0);
    take.f = val_text(&h.values, V_KEYWORD, STR("dequeue"));
    take.type = OP_INVOKE;
    history_add_event(&h, &take);
    take.type = OP_OK;
    take.value = val_int(&h.values, 7);
    history_add_event(&h, &take);
    ck_assert_msg(history_pair(&h, &pair, &e) && history_split_keys(&h, SPLIT_NO, &e) &&
                  check_history(&h, &opt, &r, &e), "%s", e.text);
    ck_assert_int_eq(r.verdict, VERDICT_INVALID);
    ck_assert_uint_eq(r.keys[0].nstates, 1);
    ck_assert_ptr_nonnull(strstr(r.keys[0].states[0], "(2 that print alike)"));
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
    tcase_add_test(t, states_that_print_alike_are_counted);
    suite_add_tcase(s, t);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
