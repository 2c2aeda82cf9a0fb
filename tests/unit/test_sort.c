/* sort_by_high32 orders by keys and keeps the order of equal ones, whether words come in order,
 * nearly so, backwards or at random. */
#include "base/mem.h"
#include "base/rng.h"
#include "base/sort.h"

#include <check.h>

enum { WORDS = 3000 };

/* Ids count up, so a stable order has them ascending within a key. */
static void check_sorts(const uint32_t *keys, size_t n)
{
    uint64_t *a = mem_alloc((n + 1) * sizeof *a), sum = 0, want = 0;
    for (size_t i = 0; i < n; i++) {
        a[i] = sort_word(keys[i], (uint32_t)i);
        want += a[i];
    }
    sort_by_high32(a, n);
    for (size_t i = 0; i < n; i++) {
        sum += a[i];
        ck_assert_uint_eq(sort_key(a[i]), keys[sort_id(a[i])]);
        ck_assert(i == 0 || a[i - 1] < a[i]);
    }
    ck_assert(sum == want);
    mem_free(a);
}

START_TEST(orders)
{
    uint32_t *keys = mem_alloc(WORDS * sizeof *keys);
    struct rng r;
    rng_seed(&r, 3);
    for (size_t n = 0; n <= WORDS; n = n * 2 + 1) {
        for (uint32_t spread = 1; spread <= 1000; spread *= 10) {
            for (uint32_t i = 0; i < n; i++)
                keys[i] = i + (uint32_t)rng_below(&r, spread); /* nearly in order, then less */
            check_sorts(keys, n);
            for (uint32_t i = 0; i < n; i++)
                keys[i] = (WORDS - i) / spread; /* backwards, with equal keys */
            check_sorts(keys, n);
            for (uint32_t i = 0; i < n; i++)
                keys[i] = (uint32_t)rng_below(&r, spread) * 0x01000193u;
            check_sorts(keys, n);
        }
    }
    mem_free(keys);
}
END_TEST

/* Many that are last stand among others that are in order, and then only some at the end. */
START_TEST(last_ones)
{
    uint32_t *keys = mem_alloc(WORDS * sizeof *keys);
    for (uint32_t every = 2; every < 600; every *= 3) {
        for (uint32_t i = 0; i < WORDS; i++)
            keys[i] = i % every == 0 ? UINT32_MAX : i;
        check_sorts(keys, WORDS);
    }
    mem_free(keys);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sort");
    TCase *t = tcase_create("sort");
    tcase_add_test(t, orders);
    tcase_add_test(t, last_ones);
    suite_add_tcase(s, t);
    SRunner *run = srunner_create(s);
    srunner_run_all(run, CK_ENV);
    int failed = srunner_ntests_failed(run);
    srunner_free(run);
    return failed != 0;
}
