/* Vector clocks that share nodes do what plain arrays do: one, two and three levels of nodes, the
 * topmost of which are not full. */
#include "base/rng.h"
#include "checker/levels/clocks.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { CLOCKS = 40, MOST = 300, STEPS = 4000 };

static const uint32_t columns[] = {1, 5, 16, 17, 20, 40, 256, 300};

struct both {
    struct clocks shared;
    vclock v[CLOCKS];
    uint32_t plain[CLOCKS][MOST];
};

static uint32_t first(const struct both *b, int a, int x, int y, uint32_t n, uint32_t from,
                      bool greater)
{
    for (uint32_t i = from; i < n; i++) {
        uint32_t v = b->plain[a][i], p = b->plain[x][i], q = b->plain[y][i];
        if (greater ? v > p : v != p && v != q)
            return i;
    }
    return CLOCK_NONE;
}

static void ask(const struct both *b, struct rng *r, uint32_t n)
{
    const struct clocks *c = &b->shared;
    int a = (int)rng_below(r, CLOCKS), x = (int)rng_below(r, CLOCKS), y = (int)rng_below(r, CLOCKS);
    uint32_t from = (uint32_t)rng_below(r, n);
    ck_assert_uint_eq(clock_get(c, b->v[a], from), b->plain[a][from]);
    ck_assert_uint_eq(clock_next_change(c, b->v[a], b->v[x], b->v[y], from),
                      first(b, a, x, y, n, from, false));
    ck_assert_uint_eq(clock_next_greater(c, b->v[a], c, b->v[x], from),
                      first(b, a, x, y, n, from, true));
}

static void change(struct both *b, struct rng *r, uint32_t n)
{
    int a = (int)rng_below(r, CLOCKS), x = (int)rng_below(r, CLOCKS);
    uint32_t at = (uint32_t)rng_below(r, n), to = (uint32_t)rng_below(r, 50);
    if (rng_chance(r, 0.1)) {
        b->v[a] = 0;
        memset(b->plain[a], 0, sizeof b->plain[a]);
    } else if (rng_chance(r, 0.5)) {
        b->v[a] = clock_raise(&b->shared, b->v[a], at, to);
        b->plain[a][at] = to > b->plain[a][at] ? to : b->plain[a][at];
    } else {
        vclock before = b->v[a];
        bool known = true;
        for (uint32_t i = 0; i < n; i++) {
            known &= b->plain[x][i] <= b->plain[a][i];
            b->plain[a][i] = b->plain[a][i] > b->plain[x][i] ? b->plain[a][i] : b->plain[x][i];
        }
        b->v[a] = clock_join(&b->shared, b->v[a], b->v[x]);
        ck_assert(!known || b->v[a] == before);
    }
}

START_TEST(as_plain_arrays)
{
    static struct both b;
    struct rng r;
    uint32_t n = columns[_i];
    rng_seed(&r, (uint64_t)_i);
    memset(&b, 0, sizeof b);
    clocks_init(&b.shared, n);
    for (int i = 0; i < STEPS; i++) {
        change(&b, &r, n);
        ask(&b, &r, n);
    }
    clocks_free(&b.shared);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("clocks");
    TCase *t = tcase_create("clocks");
    tcase_add_loop_test(t, as_plain_arrays, 0, (int)(sizeof columns / sizeof *columns));
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
