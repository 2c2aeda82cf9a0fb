#include "base/mem.h"
#include "generators/synth.h"
#include "tests/property/read_text.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static void must_generate(struct history *h, const struct synth_options *o)
{
    struct err e = {0};
    const struct pair_options strict = {0};
    history_init(h);
    ck_assert_msg(synth_generate(h, o, &e), "%s", e.text);
    ck_assert_msg(history_pair(h, &strict, &e), "%s", e.text);
}

static void ck_refused(const struct synth_options *o, const char *part)
{
    struct history h;
    struct err e = {0};
    history_init(&h);
    ck_assert(!synth_generate(&h, o, &e));
    ck_assert_int_eq(e.code, ERR_USAGE);
    ck_assert_msg(strstr(e.text, part) != NULL, "'%s' is not in '%s'", part, e.text);
    history_free(&h);
}

static struct synth_options small(void)
{
    struct synth_options o;
    synth_defaults(&o);
    o.ops = 500;
    o.processes = 5;
    return o;
}

static size_t count(const struct history *h, enum op_type type)
{
    size_t n = 0;
    for (size_t i = 0; i < h->nops; i++)
        n += h->ops[i].type == type;
    return n;
}

static bool is_read(const struct history *h, const struct op *op)
{
    return str_is(val_get_text(&h->values, op->f), "read");
}

START_TEST(a_seed_names_one_history)
{
    struct synth_options o = small();
    o.ops = 5;
    o.processes = 2;
    o.values = 3;
    o.crashes = 1;
    o.versions = true;
    struct history h;
    must_generate(&h, &o);
    char *text = show_events(&h);
    /* The history of a seed is part of the interface: this text must not change. */
    ck_assert_str_eq(
        text,
        "invoke 0 :write 0 time=601262 index=0 | invoke 1 :write 1 time=747774 index=1 | "
        "ok 1 :write 1 time=1053509 index=2 version=1 | invoke 1 :cas [1 1] time=1096179 index=3 | "
        "fail 1 :cas [1 1] time=2415084 index=4 | invoke 1 :cas [0 1] time=2438204 index=5 | "
        "ok 0 :write 0 time=2500809 index=6 version=2 | invoke 0 :read nil time=2895963 index=7 | "
        "ok 0 :read 0 time=3521748 index=8 version=2 | info 1 :cas [0 1] time=4314350 index=9");
    mem_free(text);
    history_free(&h);
}
END_TEST

START_TEST(another_seed_is_another_history)
{
    struct synth_options o = small();
    struct history a, b;
    must_generate(&a, &o);
    o.seed = 1;
    must_generate(&b, &o);
    char *x = show_events(&a), *y = show_events(&b);
    ck_assert_str_ne(x, y);
    mem_free(x);
    mem_free(y);
    history_free(&a);
    history_free(&b);
}
END_TEST

START_TEST(counts_are_as_asked)
{
    struct synth_options o = small();
    o.crashes = 17;
    struct history h;
    must_generate(&h, &o);
    ck_assert_uint_eq(h.nops, 500);
    ck_assert_uint_eq(h.events.n, 1000);
    ck_assert_uint_eq(count(&h, OP_INFO), 17);
    for (size_t i = 0; i < h.nops; i++)
        ck_assert(h.ops[i].type != OP_INFO || !is_read(&h, &h.ops[i]));
    history_free(&h);
    o.crashes = 0;
    o.crash_rate = 1;
    must_generate(&h, &o);
    for (size_t i = 0; i < h.nops; i++)
        ck_assert((h.ops[i].type == OP_INFO) != is_read(&h, &h.ops[i]));
    history_free(&h);
}
END_TEST

START_TEST(a_crashed_client_takes_the_next_process_of_its_slot)
{
    struct synth_options o = small();
    o.crashes = 20;
    struct history h;
    must_generate(&h, &o);
    int64_t now[5], p;
    for (int i = 0; i < 5; i++)
        now[i] = i;
    for (size_t i = 0; i < h.events.n; i++) {
        ck_assert(val_get_int(&h.values, h.events.process[i], &p));
        ck_assert_int_eq(now[p % 5], p);
        if (h.events.type[i] == OP_INFO)
            now[p % 5] += 5;
    }
    history_free(&h);
}
END_TEST

START_TEST(time_goes_forwards)
{
    struct synth_options o = small();
    o.inject = "stale-reads";
    struct history h;
    must_generate(&h, &o);
    for (size_t i = 1; i < h.events.n; i++)
        ck_assert_int_ge(h.events.time[i], h.events.time[i - 1]);
    history_free(&h);
}
END_TEST

START_TEST(unique_values_are_unique)
{
    struct synth_options o = small();
    struct history h;
    must_generate(&h, &o);
    bool seen[501] = {false};
    for (size_t i = 0; i < h.nops; i++) {
        val old, new = h.ops[i].in;
        int64_t v;
        if (is_read(&h, &h.ops[i]))
            continue;
        (void)val_pair(&h.values, h.ops[i].in, &old, &new);
        ck_assert(val_get_int(&h.values, new, &v) && v >= 1 && v <= 500);
        ck_assert(!seen[v]);
        seen[v] = true;
    }
    history_free(&h);
}
END_TEST

START_TEST(repeated_values_stay_in_their_range)
{
    struct synth_options o = small();
    o.values = 3;
    o.model = "register";
    struct history h;
    must_generate(&h, &o);
    for (size_t i = 0; i < h.nops; i++) {
        int64_t v = 0;
        ck_assert(h.ops[i].in == VAL_NIL || val_get_int(&h.values, h.ops[i].in, &v));
        ck_assert(v >= 0 && v < 3);
        ck_assert(h.ops[i].type == OP_OK);
    }
    history_free(&h);
}
END_TEST

START_TEST(keys_are_tuples_that_detection_finds)
{
    struct synth_options o = small();
    struct err e = {0};
    o.model = "kv";
    o.keys = 7;
    struct history h;
    must_generate(&h, &o);
    ck_assert(history_split_keys(&h, SPLIT_AUTO, &e));
    ck_assert(h.independent);
    for (size_t i = 0; i < h.nops; i++) {
        int64_t k;
        ck_assert(val_get_int(&h.values, h.ops[i].key, &k) && k >= 0 && k < 7);
    }
    history_free(&h);
}
END_TEST

START_TEST(transactions_touch_different_keys)
{
    struct synth_options o = small();
    o.model = "multi-register";
    o.keys = 4;
    struct history h;
    must_generate(&h, &o);
    size_t most = 0;
    for (size_t i = 0; i < h.nops; i++) {
        size_t n, k;
        const val *micro = val_items(&h.values, h.ops[i].out, &n);
        ck_assert(n >= 1 && n <= 3);
        for (size_t a = 0; a < n; a++)
            for (size_t b = a + 1; b < n; b++)
                ck_assert(val_items(&h.values, micro[a], &k)[1] !=
                          val_items(&h.values, micro[b], &k)[1]);
        most = n > most ? n : most;
    }
    ck_assert_uint_eq(most, 3);
    history_free(&h);
}
END_TEST

START_TEST(versions_count_the_mutations)
{
    struct synth_options o = small();
    o.versions = true;
    struct history h;
    must_generate(&h, &o);
    bool seen[501] = {false};
    ck_assert_ptr_nonnull(h.events.version);
    for (size_t i = 0; i < h.nops; i++) {
        const struct op *op = &h.ops[i];
        int64_t v = h.events.version[op->ret];
        ck_assert_int_eq(h.events.version[op->inv], -1);
        ck_assert((v >= 0) == (op->type == OP_OK));
        if (v < 0 || is_read(&h, op))
            continue;
        ck_assert(v >= 1 && v <= 500 && !seen[v]);
        seen[v] = true;
    }
    history_free(&h);
}
END_TEST

START_TEST(violations_are_planted_where_asked)
{
    for (size_t i = 0; violations[i]; i++) {
        struct synth_options o = small();
        o.inject = violations[i]->name;
        o.model = violations[i]->needs_txn ? "multi-register" : "cas-register";
        o.keys = violations[i]->needs_txn ? 3 : 1;
        struct history clean, h;
        must_generate(&h, &o);
        o.inject = NULL;
        must_generate(&clean, &o);
        ck_assert_uint_gt(h.nops, 500);
        /* The same up to 90 percent: planting begins there. */
        size_t same = 0;
        while (same < 1000 && h.events.type[same] == clean.events.type[same] &&
               h.events.process[same] == clean.events.process[same] &&
               h.events.time[same] == clean.events.time[same])
            same++;
        ck_assert_msg(same >= 880 && same < 1000, "%s: %zu", violations[i]->name, same);
        ck_assert_ptr_eq(violation_find(o.model, violations[i]->name), violations[i]);
        history_free(&h);
        history_free(&clean);
    }
    ck_assert_ptr_null(violation_find("register", "nothing"));
}
END_TEST

START_TEST(a_violation_needs_no_operations_around_it)
{
    struct synth_options o = small();
    o.ops = 0;
    o.inject = "stale-read";
    struct history h;
    must_generate(&h, &o);
    ck_assert_uint_eq(h.nops, 3);
    history_free(&h);
}
END_TEST

START_TEST(options_that_do_not_go_together_are_refused)
{
    struct synth_options o = small();
    o.model = "queue";
    ck_refused(&o, "queue");
    o = small();
    o.inject = "nothing";
    ck_refused(&o, "nothing");
    o = small();
    o.model = "register";
    o.inject = "double-cas";
    ck_refused(&o, "needs a model with cas");
    o = small();
    o.inject = "fractured-read";
    ck_refused(&o, "multi-register");
    o = small();
    o.model = "multi-register";
    o.versions = true;
    ck_refused(&o, "versions");
}
END_TEST

START_TEST(numbers_out_of_range_are_refused)
{
    struct synth_options o = small();
    o.processes = 0;
    ck_refused(&o, "processes");
    o = small();
    o.keys = 0;
    ck_refused(&o, "keys");
    o = small();
    o.ops = 1ull << 40;
    ck_refused(&o, "operations");
    o = small();
    o.crashes = 501;
    ck_refused(&o, "crashes");
    o = small();
    o.read_share = (double)NAN;
    ck_refused(&o, "shares");
    o = small();
    o.cas_share = 0.7;
    ck_refused(&o, "shares");
    o = small();
    o.think = 1e9;
    ck_refused(&o, "think");
    o = small();
    o.values = 1u << 31;
    ck_refused(&o, "values");
    o = small();
    o.values = 1u << 20;
    o.keys = 1u << 20;
    o.inject = "flip";
    ck_refused(&o, "too many values and keys");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("synth");
    TCase *t = tcase_create("synth");
    tcase_add_test(t, a_seed_names_one_history);
    tcase_add_test(t, another_seed_is_another_history);
    tcase_add_test(t, counts_are_as_asked);
    tcase_add_test(t, a_crashed_client_takes_the_next_process_of_its_slot);
    tcase_add_test(t, time_goes_forwards);
    tcase_add_test(t, unique_values_are_unique);
    tcase_add_test(t, repeated_values_stay_in_their_range);
    tcase_add_test(t, keys_are_tuples_that_detection_finds);
    tcase_add_test(t, transactions_touch_different_keys);
    tcase_add_test(t, versions_count_the_mutations);
    tcase_add_test(t, violations_are_planted_where_asked);
    tcase_add_test(t, a_violation_needs_no_operations_around_it);
    tcase_add_test(t, options_that_do_not_go_together_are_refused);
    tcase_add_test(t, numbers_out_of_range_are_refused);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
