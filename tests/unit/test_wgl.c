/* wgl: hand-made histories with repeated values, its limits, and the cache of configurations. */
#include "checker/wgl.h"
#include "generators/synth.h"
#include "tests/property/engine_case.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"

#include <check.h>

static const struct {
    enum verdict verdict;
    const char *text;
} cases[] = {
    {VERDICT_VALID, ""},
    {VERDICT_VALID, "a:w(1)[1,2] b:r()=1[3,4]"},
    {VERDICT_INVALID, "a:w(1)[1,2] b:r()=0[3,4]"},
    {VERDICT_INVALID, "a:w(1)[1,-] b:r()=0[2,3] b:r()=1[4,5] b:r()=0[6,7]"},
    {VERDICT_VALID, "a:w(1)[1,-] c:w(0)[2,-] b:r()=1[4,5] b:r()=0[6,7]"},
    {VERDICT_INVALID, "a:w(1)[1,-] b:r()=1[4,5] c:w(0)[6,7] b:r()=1[8,9]"},
    {VERDICT_VALID, "a:w(1)[1,-] d:w(1)[2,-] b:r()=1[4,5] c:w(0)[6,7] b:r()=1[8,9]"},
    {VERDICT_INVALID, "a:cas(0>1)[1,5] b:cas(0>2)[2,6]"},
    {VERDICT_VALID, "a:cas(0>1)[1,5] b:cas(1>0)[2,6] c:cas(0>2)[3,7] d:r()=2[8,9]"},
    {VERDICT_INVALID, "a:w(1)[1,10] b:w(2)[2,3] c:r()=1[4,5] d:r()=2[6,7] c:r()=1[8,9]"},
    {VERDICT_VALID, "a:cas(0>1)[1,2] b:w(0)[3,5] c:w(1)[4,8] b:r()=1[6,13] d:cas(1>1)[7,9] "
                    "e:r()=0[10,14] f:w(0)[11,12]"},
    /* an ok operation and an equal crashed one */
    {VERDICT_VALID, "a:w(1)[1,-] b:w(1)[2,9] c:r()=1[3,4] d:w(2)[5,6] e:r()=1[7,8]"},
    /* two crashed writes are worth more than one that came earlier */
    {VERDICT_VALID, "a:w(1)[1,-] b:w(2)[2,-] c:r()=2[3,4] d:r()=1[5,6]"},
    {VERDICT_VALID, "a:w(1)[1,-] b:cas(1>2)[2,-] c:cas(2>1)[3,-] d:r()=2[4,5] e:r()=1[6,7]"},
    {VERDICT_INVALID, "a:w(1)[1,-] b:cas(1>2)[2,-] d:r()=2[4,5] e:r()=1[6,7]"},
    /* a crashed operation that begins after the wall */
    {VERDICT_INVALID, "b:r()=1[1,2] a:w(1)[3,-]"},
};

START_TEST(verdicts)
{
    struct engine_case c;
    ck_assert(case_open(&c, cases[_i].text, false));
    const char *why = case_judge(&c, &engine_wgl);
    ck_assert_msg(!why, "%s: %s", cases[_i].text, why);
    ck_assert_msg(c.r.verdict == cases[_i].verdict, "%s", cases[_i].text);
    case_close(&c);
}
END_TEST

START_TEST(states_before_the_violation)
{
    struct engine_case c;
    ck_assert(case_open(&c, "a:w(1)[1,5] b:w(2)[2,6] c:r()=3[3,4]", false));
    ck_assert_ptr_null(case_judge(&c, &engine_wgl));
    ck_assert_uint_eq(c.r.bad, 2);
    ck_assert_uint_eq(c.r.certified, c.o.ops[2].res - 1);
    bool seen[3] = {false};
    for (size_t i = 0; i < c.r.nstates; i++) {
        struct buf b = {0};
        c.o.model->describe(&c.o, c.r.states[i], &b);
        ck_assert_uint_eq(b.n, 1);
        ck_assert(b.p[0] >= '0' && b.p[0] <= '2');
        seen[b.p[0] - '0'] = true;
        buf_free(&b);
    }
    ck_assert(seen[0] && seen[1] && seen[2] && c.r.nstates == 3);
    case_close(&c);
}
END_TEST

static const char hard[] =
    "a:w(1)[1,20] b:w(2)[2,21] c:w(3)[3,22] d:w(4)[4,23] e:w(5)[5,24] f:w(6)[6,-] g:w(7)[7,-] "
    "h:r()=1[8,9] h:r()=9[10,11]";

START_TEST(limit_of_configurations)
{
    struct engine_case c;
    ck_assert(case_open(&c, hard, false));
    struct engine_options opt = {.budget = &c.budget, .max_explored = 3};
    engine_wgl.run(&c.o, &opt, &c.r);
    ck_assert_int_eq(c.r.verdict, VERDICT_UNKNOWN);
    ck_assert_uint_eq(c.r.explored, 3);
    ck_assert_uint_eq(c.r.certified, 2 * 10);
    ck_assert_str_eq(c.r.reason,
                     "the limit of explored configurations was reached after 3 configurations: "
                     "the first 1 of 7 completed operations are linearizable, 2 crashed operations "
                     "overlap what follows");
    case_close(&c);
}
END_TEST

START_TEST(limit_of_memory)
{
    struct engine_case c;
    ck_assert(case_open(&c, hard, false));
    struct engine_options opt = {.budget = &c.budget};
    c.budget.max_memory = 100;
    engine_wgl.run(&c.o, &opt, &c.r);
    ck_assert_int_eq(c.r.verdict, VERDICT_UNKNOWN);
    ck_assert_str_eq(c.r.reason, "the memory limit was reached");
    c.budget.max_memory = 5000;
    engine_wgl.run(&c.o, &opt, &c.r);
    ck_assert_int_eq(c.r.verdict, VERDICT_UNKNOWN);
    ck_assert_msg(strncmp(c.r.reason, "the memory limit was reached after", 34) == 0, "%s",
                  c.r.reason);
    ck_assert_uint_eq(atomic_load(&c.budget.used_memory), 0);
    c.budget.max_memory = 1 << 20;
    arena_free(&c.r.arena);
    engine_wgl.run(&c.o, &opt, &c.r);
    ck_assert_int_eq(c.r.verdict, VERDICT_INVALID);
    case_close(&c);
}
END_TEST

START_TEST(cache_is_exact)
{
    enum { KEYS = 5000 };
    struct budget budget = {0};
    struct wgl_cache cache;
    wgl_cache_init(&cache, &budget, 8);
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < KEYS; i++) {
            uint32_t key[8] = {4 + i % 3, i, i * 7, 1, 2, 3, 4, 5};
            /* all hashes collide in 16 groups */
            enum wgl_cache_answer a = wgl_cache_add(&cache, key, key[0], hash_u64(i % 16), NULL, 0);
            ck_assert_int_eq(a, round ? CACHE_KNOWN : CACHE_NEW);
        }
    ck_assert_uint_eq(cache.n, KEYS);
    wgl_cache_free(&cache);
    ck_assert_uint_eq(atomic_load(&budget.used_memory), 0);
}
END_TEST

START_TEST(cache_keeps_the_fewest_uses)
{
    struct budget budget = {0};
    struct wgl_cache cache;
    uint32_t key[2] = {2, 7};
    const struct wgl_use two_a[] = {{1, 2}}, one_b[] = {{2, 1}}, both[] = {{1, 2}, {2, 1}},
                         one_a[] = {{1, 1}};
    wgl_cache_init(&cache, &budget, 8);
    ck_assert_int_eq(wgl_cache_add(&cache, key, 2, 1, two_a, 1), CACHE_NEW);
    ck_assert_int_eq(wgl_cache_add(&cache, key, 2, 1, one_b, 1), CACHE_NEW);
    ck_assert_int_eq(wgl_cache_add(&cache, key, 2, 1, both, 2), CACHE_KNOWN);
    ck_assert_int_eq(wgl_cache_add(&cache, key, 2, 1, one_a, 1), CACHE_NEW);
    ck_assert_int_eq(wgl_cache_add(&cache, key, 2, 1, two_a, 1), CACHE_KNOWN);
    ck_assert_int_eq(wgl_cache_add(&cache, key, 2, 1, NULL, 0), CACHE_NEW);
    ck_assert_int_eq(wgl_cache_add(&cache, key, 2, 1, one_b, 1), CACHE_KNOWN);
    wgl_cache_free(&cache);
}
END_TEST

/* What a configuration is, without packing: one byte per ok operation, and the state. */
struct plain {
    uint8_t *rows;
    size_t n, width;
};

static bool plain_add(struct plain *p, const struct wgl *w)
{
    uint8_t *row = p->rows + p->n * p->width;
    memset(row, 0, p->width);
    for (uint32_t i = 0; i < w->nok; i++)
        row[i] = w->done[i / 32] >> (i % 32) & 1;
    memcpy(row + w->nok, &w->state, sizeof w->state);
    for (size_t i = 0; i < p->n; i++)
        if (memcmp(p->rows + i * p->width, row, p->width) == 0)
            return false;
    p->n++;
    return true;
}

static void step_at_random(struct wgl *w, struct rng *r)
{
    wgl_candidates(w);
    uint32_t back = w->nturn == 0 ? 1 + (uint32_t)rng_below(r, 20) : 0;
    while (back-- > 0 && w->npath > 0)
        (void)wgl_pop(w);
    if (w->nturn == 0 || rng_below(r, 4) == 0)
        return;
    uint32_t what = w->turn[rng_below(r, w->nturn < 2 ? 1 : 2)].what;
    uint32_t next = w->o->model->step(w->o, w->state, wgl_class(w, what), 0);
    wgl_push(w, (struct wgl_frame){.what = what, .state = w->state}, next);
    wgl_settle(w);
}

/* With all hashes equal only the packed keys tell configurations apart. */
START_TEST(packed_keys_are_exact)
{
    enum { STEPS = 6000, OPS = 300 };
    struct synth_options so;
    struct history h;
    struct object o;
    struct err e = {0};
    struct budget budget = {0};
    uint32_t ids[OPS];
    synth_defaults(&so);
    so.ops = OPS;
    so.values = 3;
    so.seed = (uint64_t)_i;
    so.think = 0.2;
    history_init(&h);
    ck_assert(synth_generate(&h, &so, &e) && history_pair(&h, &(struct pair_options){0}, &e));
    for (uint32_t i = 0; i < OPS; i++)
        ids[i] = i;
    ck_assert(
        object_build(&o, &h, model_find("cas-register"), ids, OPS, VAL_ABSENT, VAL_NIL, false, &e));
    struct wgl w;
    struct rng r;
    uint32_t deepest = 0;
    rng_seed(&r, (uint64_t)_i);
    wgl_open(&w, &o, &budget);
    struct plain p = {.width = w.nok + sizeof w.state};
    p.rows = mem_alloc((STEPS + 1) * p.width);
    for (int i = 0; i < STEPS && w.left > 0; i++) {
        uint64_t hash = w.hash;
        w.hash = 0;
        enum wgl_cache_answer a = wgl_visit(&w);
        w.hash = hash;
        ck_assert_int_eq(a, plain_add(&p, &w) ? CACHE_NEW : CACHE_KNOWN);
        if (w.first > deepest)
            deepest = w.first;
        step_at_random(&w, &r);
        if (w.left == 0)
            while (w.npath > 0)
                (void)wgl_pop(&w);
    }
    ck_assert_uint_gt(deepest, 64);
    mem_free(p.rows);
    wgl_close(&w);
    object_free(&o);
    history_free(&h);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("wgl");
    TCase *t = tcase_create("search");
    tcase_add_loop_test(t, verdicts, 0, sizeof cases / sizeof *cases);
    tcase_add_test(t, states_before_the_violation);
    tcase_add_test(t, limit_of_configurations);
    tcase_add_test(t, limit_of_memory);
    suite_add_tcase(s, t);
    t = tcase_create("cache");
    tcase_add_test(t, cache_is_exact);
    tcase_add_test(t, cache_keeps_the_fewest_uses);
    tcase_add_loop_test(t, packed_keys_are_exact, 0, 3);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
