/* Generators and the scheduler in virtual time, over a runtime in which every operation takes ten
 * nanoseconds and ends as the test says (after jepsen.generator.test). */
#define _POSIX_C_SOURCE 200809L
#include "generators/workload.h"
#include "runners/scheduler.h"

#include <check.h>
#include <stdio.h>
#include <unistd.h>

enum { THREADS_MAX = 8, DONE_MAX = 20000, LATENCY = 10 };

struct begun {
    int64_t time;
    uint32_t thread;
    val f, value;
    bool sleeps, final;
};

static struct {
    int64_t now;
    struct {
        bool busy;
        int64_t ends;
        enum op_type type;
        val value;
    } thread[THREADS_MAX];
    struct begun begun[DONE_MAX];
    size_t n;
    enum op_type (*outcome)(size_t n);
} world;

static struct arena arena;
static struct values values;

static int64_t now(void *ctx)
{
    (void)ctx;
    return world.now;
}

static bool wait_until(void *ctx, int64_t until, struct completion *out)
{
    (void)ctx;
    uint32_t first = THREADS_MAX;
    for (uint32_t t = 0; t < THREADS_MAX; t++)
        if (world.thread[t].busy &&
            (first == THREADS_MAX || world.thread[t].ends < world.thread[first].ends))
            first = t;
    if (first == THREADS_MAX || world.thread[first].ends > until) {
        ck_assert_int_lt(until, INT64_MAX); /* nothing would ever end */
        world.now = until;
        return false;
    }
    world.now = world.thread[first].ends;
    world.thread[first].busy = false;
    *out = (struct completion){
        .thread = first, .type = world.thread[first].type, .value = world.thread[first].value};
    return true;
}

static void dispatch(void *ctx, const struct gen_op *op)
{
    (void)ctx;
    ck_assert(world.n < DONE_MAX && !world.thread[op->thread].busy);
    bool sleeps = op->kind == GEN_SLEEP;
    world.thread[op->thread].busy = true;
    world.thread[op->thread].ends = world.now + (sleeps ? op->pause : LATENCY);
    world.thread[op->thread].type = sleeps ? OP_OK : world.outcome(world.n);
    world.thread[op->thread].value = op->value;
    world.begun[world.n++] = (struct begun){
        world.now, op->thread, op->f, op->value, sleeps, op->final};
}

static enum op_type all_ok(size_t n)
{
    (void)n;
    return OP_OK;
}

/* Every third one is of each kind. */
static enum op_type mixed(size_t n)
{
    static const enum op_type types[] = {OP_FAIL, OP_INFO, OP_OK};
    return types[n % 3];
}

static void setup(void)
{
    memset(&world, 0, sizeof world);
    arena = (struct arena){0};
    values_init(&values);
    world.outcome = all_ok;
}

static void teardown(void)
{
    arena_free(&arena);
    values_free(&values);
}

static void run_into(struct gen *g, uint32_t clients, uint64_t seed, int fd)
{
    static const struct runtime runtime = {
        .now = now, .wait = wait_until, .dispatch = dispatch};
    struct recorder recorder = {.fd = fd, .values = &values};
    const struct schedule s = {
        .gen = g, .clients = clients, .seed = seed, .runtime = &runtime, .recorder = &recorder};
    struct err e = {0};
    ck_assert_msg(schedule_run(&s, &e), "%s", e.text);
    recorder_free(&recorder);
}

static void run(struct gen *g, uint32_t clients)
{
    run_into(g, clients, 1, -1);
}

/* Operations whose f is `state`, a name, and whose value counts up. */
static void named(void *state, struct rng *rng, struct gen_op *op)
{
    static int64_t next;
    (void)rng;
    op->f = val_text(&values, V_KEYWORD, str_of(state));
    op->value = val_int(&values, next++);
}

static struct gen *ops(const char *name)
{
    static char names[256][8]; /* a gen_maker's state is not const */
    char *copy = names[(unsigned char)name[0]];
    (void)snprintf(copy, sizeof names[0], "%s", name);
    return gen_source(&arena, named, copy);
}

static bool is(size_t i, const char *f)
{
    return str_is(val_get_text(&values, world.begun[i].f), f);
}

static size_t count(const char *f)
{
    size_t n = 0;
    for (size_t i = 0; i < world.n; i++)
        n += !world.begun[i].sleeps && is(i, f);
    return n;
}

START_TEST(limit_uses_all_threads)
{
    run(gen_clients(&arena, gen_limit(&arena, 7, ops("a"))), 3);
    ck_assert_uint_eq(world.n, 7);
    bool used[4] = {0};
    for (size_t i = 0; i < world.n; i++) {
        ck_assert_uint_lt(world.begun[i].thread, 3);
        used[world.begun[i].thread] = true;
        /* three at a time, ten nanoseconds each */
        ck_assert_int_eq(world.begun[i].time, (int64_t)(i / 3) * LATENCY);
    }
    ck_assert(used[0] && used[1] && used[2]);
}
END_TEST

START_TEST(time_limit_counts_from_the_first)
{
    struct gen *const two[] = {gen_sleep(&arena, 1000), gen_time_limit(&arena, 100, ops("a"))};
    run(gen_clients(&arena, gen_phases(&arena, two, 2)), 1);
    ck_assert_uint_eq(count("a"), 10);
    ck_assert(world.begun[0].sleeps && world.begun[1].time == 1000);
    ck_assert_int_eq(world.begun[10].time, 1090);
}
END_TEST

START_TEST(stagger_sets_the_rate_of_all_threads)
{
    enum { N = 5000, MEAN = 200 };
    run(gen_clients(&arena, gen_limit(&arena, N, gen_stagger(&arena, MEAN, ops("a")))), 5);
    int64_t span = world.begun[N - 1].time, widest = 0;
    for (size_t i = 1; i < N; i++) {
        int64_t gap = world.begun[i].time - world.begun[i - 1].time;
        widest = gap > widest ? gap : widest;
        ck_assert_int_ge(gap, 0);
    }
    ck_assert(span > N * (MEAN - 10) && span < N * (MEAN + 10));
    ck_assert(widest > 2 * MEAN - 10 && widest <= 2 * MEAN);
}
END_TEST

START_TEST(mix_chooses_evenly_until_all_are_done)
{
    struct gen *const three[] = {gen_limit(&arena, 5, ops("a")), gen_limit(&arena, 1000, ops("b")),
                                 gen_limit(&arena, 1000, ops("c"))};
    run(gen_clients(&arena, gen_mix(&arena, three, 3)), 2);
    ck_assert(count("a") == 5 && count("b") == 1000 && count("c") == 1000);
    size_t b = 0;
    for (size_t i = 0; i < 1000; i++)
        b += is(i, "b");
    ck_assert(b > 430 && b < 570);
}
END_TEST

START_TEST(any_takes_the_soonest)
{
    struct gen *const two[] = {
        gen_clients(&arena, gen_limit(&arena, 100, ops("a"))),
        gen_nemesis(&arena, gen_limit(&arena, 3, gen_stagger(&arena, 50, ops("n")))),
    };
    run(gen_any(&arena, two, 2), 2);
    ck_assert(count("a") == 100 && count("n") == 3);
    for (size_t i = 0; i < world.n; i++)
        ck_assert_int_eq(world.begun[i].thread == 2, is(i, "n"));
    /* The clients never waited for the nemesis: 50 rounds of two. */
    int64_t last = 0;
    for (size_t i = 0; i < world.n; i++)
        last = is(i, "a") ? world.begun[i].time : last;
    ck_assert_int_eq(last, 49 * LATENCY);
}
END_TEST

START_TEST(phases_wait_for_everybody)
{
    struct gen *const three[] = {gen_clients(&arena, gen_limit(&arena, 5, ops("a"))),
                                 gen_nemesis(&arena, gen_limit(&arena, 1, ops("n"))),
                                 gen_clients(&arena, gen_limit(&arena, 4, ops("b")))};
    run(gen_phases(&arena, three, 3), 4);
    ck_assert_uint_eq(world.n, 10);
    for (size_t i = 0; i < 10; i++)
        ck_assert(is(i, i < 5 ? "a" : i == 5 ? "n" : "b"));
    ck_assert(world.begun[5].time == 20 && world.begun[6].time == 30);
}
END_TEST

START_TEST(flip_flop_alternates)
{
    struct gen *g = gen_flip_flop(&arena, gen_limit(&arena, 3, ops("a")), ops("b"));
    run(gen_clients(&arena, g), 3);
    ck_assert_uint_eq(world.n, 6); /* ends when it is the first one's turn */
    for (size_t i = 0; i < 6; i++)
        ck_assert(is(i, i % 2 ? "b" : "a"));
}
END_TEST

static struct gen *two_ops(void *state, struct arena *a)
{
    return gen_limit(a, 2, ops(state));
}

static struct gen *one_success(void *state, struct arena *a)
{
    return gen_until_ok(a, ops(state));
}

START_TEST(each_thread_has_its_own)
{
    run(gen_clients(&arena, gen_each_thread(&arena, 3, two_ops, (char[]){"a"})), 3);
    unsigned of[3] = {0};
    for (size_t i = 0; i < world.n; i++)
        of[world.begun[i].thread]++;
    ck_assert(of[0] == 2 && of[1] == 2 && of[2] == 2);
}
END_TEST

START_TEST(until_ok_tries_again)
{
    world.outcome = mixed;
    run(gen_clients(&arena, gen_each_thread(&arena, 3, one_success, (char[]){"a"})), 3);
    /* Of each three operations one succeeds, and its thread is done. */
    ck_assert_uint_eq(world.n, 9);
}
END_TEST

START_TEST(keys_count_up_in_groups)
{
    struct gen *g = gen_keys(&arena, &values, 4, 2, two_ops, (char[]){"a"});
    run(gen_clients(&arena, gen_limit(&arena, 12, g)), 4);
    unsigned of[6] = {0};
    uint32_t group[6] = {0};
    for (size_t i = 0; i < world.n; i++) {
        val key, value;
        int64_t k;
        ck_assert(val_pair(&values, world.begun[i].value, &key, &value));
        ck_assert(val_get_int(&values, key, &k) && k >= 0 && k < 6);
        ck_assert(of[k] == 0 || group[k] == world.begun[i].thread / 2);
        group[k] = world.begun[i].thread / 2;
        of[k]++;
    }
    for (size_t k = 0; k < 6; k++)
        ck_assert_uint_eq(of[k], 2);
}
END_TEST

START_TEST(same_seed_same_operations)
{
    static struct begun first[DONE_MAX];
    size_t n = 0;
    for (uint64_t round = 0; round < 3; round++) {
        memset(&world, 0, sizeof world);
        world.outcome = mixed;
        struct gen *const two[] = {ops("a"), ops("b")};
        struct gen *g = gen_stagger(&arena, 30, gen_mix(&arena, two, 2));
        run_into(gen_clients(&arena, gen_limit(&arena, 200, g)), 5, round == 1, -1);
        bool same = n == world.n;
        for (size_t i = 0; same && i < n; i++)
            same = first[i].time == world.begun[i].time &&
                   first[i].thread == world.begun[i].thread && first[i].f == world.begun[i].f;
        ck_assert_int_eq(same, round == 2);
        if (round == 0) {
            memcpy(first, world.begun, sizeof first);
            n = world.n;
        }
    }
}
END_TEST

/* ---- what is recorded ---------------------------------------------------------------------- */

START_TEST(unknown_outcomes_change_the_process)
{
    FILE *f = tmpfile();
    struct history h;
    struct err e = {0};
    const struct load_options opt = {0};
    static char text[1 << 16];
    world.outcome = mixed;
    struct gen *const two[] = {gen_clients(&arena, gen_limit(&arena, 60, ops("a"))),
                               gen_nemesis(&arena, gen_limit(&arena, 2, ops("n")))};
    run_into(gen_any(&arena, two, 2), 3, 1, fileno(f));
    ssize_t n = pread(fileno(f), text, sizeof text, 0);
    ck_assert_int_gt(n, 0);
    /* Strict pairing refuses a process that goes on after an unknown outcome. */
    ck_assert_msg(history_load_memory(&h, "h", (struct str){text, (size_t)n}, &opt, &e), "%s",
                  e.text);
    ck_assert_uint_eq(h.nops, 60);
    ck_assert_uint_eq(h.events.n, 124);
    size_t seen[OP_INFO + 1] = {0};
    for (size_t i = 0; i < h.nops; i++)
        seen[h.ops[i].type]++;
    ck_assert(seen[OP_OK] >= 18 && seen[OP_FAIL] >= 18 && seen[OP_INFO] >= 18);
    history_free(&h);
    (void)fclose(f);
}
END_TEST

START_TEST(a_generator_that_waits_forever_is_an_error)
{
    /* The nemesis' operation is never possible: there is no such thread in the clients' range. */
    static const struct runtime runtime = {
        .now = now, .wait = wait_until, .dispatch = dispatch};
    struct recorder recorder = {.fd = -1, .values = &values};
    const struct schedule s = {.gen = gen_clients(&arena, gen_nemesis(&arena, ops("a"))),
                               .clients = 2,
                               .runtime = &runtime,
                               .recorder = &recorder};
    struct err e = {0};
    ck_assert(!schedule_run(&s, &e));
    ck_assert_int_eq(e.code, ERR_INTERNAL);
    recorder_free(&recorder);
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
    static const struct runtime runtime = {
        .now = now, .wait = wait_until, .dispatch = dispatch};
    FILE *f = fopen("/dev/full", "w");
    if (!f)
        return; /* not on this system */
    struct recorder recorder = {.fd = fileno(f), .values = &values};
    const struct schedule s = {.gen = gen_clients(&arena, ops("a")),
                               .clients = 2,
                               .runtime = &runtime,
                               .recorder = &recorder};
    struct err e = {0};
    ck_assert(!schedule_run(&s, &e));
    ck_assert_int_eq(e.code, ERR_IO);
    recorder_free(&recorder);
    (void)fclose(f);
}
END_TEST

START_TEST(concat_goes_on_without_waiting)
{
    struct gen *const list[] = {
        gen_limit(&arena, 2, ops("a")),
        gen_limit(&arena, 2, ops("b")),
    };
    run(gen_clients(&arena, gen_concat(&arena, list, 2)), 3);
    ck_assert(count("a") == 2 && count("b") == 2);
    ck_assert_int_eq(world.begun[2].time, 0); /* while both of a are under way */
}
END_TEST

START_TEST(reserve_divides_the_threads)
{
    struct gen *const list[] = {ops("a"), ops("b"),
                                ops("c")};
    const uint32_t sizes[] = {1, 2};
    run(gen_limit(&arena, 500, gen_clients(&arena, gen_reserve(&arena, sizes, list, 2))), 5);
    for (size_t i = 0; i < world.n; i++) {
        uint32_t t = world.begun[i].thread;
        struct str f = val_get_text(&values, world.begun[i].f);
        ck_assert(str_is(f, t < 1 ? "a" : t < 3 ? "b" : "c"));
    }
    ck_assert(count("a") == 100 && count("b") == 200 && count("c") == 200);
}
END_TEST

START_TEST(final_marks_operations)
{
    struct gen *const list[] = {
        gen_limit(&arena, 2, ops("a")),
        gen_final(&arena, gen_limit(&arena, 2, ops("b"))),
    };
    run(gen_phases(&arena, list, 2), 2);
    for (size_t i = 0; i < world.n; i++)
        ck_assert_int_eq(world.begun[i].final, i >= 2);
}
END_TEST

/* ---- workloads ----------------------------------------------------------------------------- */

START_TEST(workloads_do_what_they_list)
{
    const struct workload *w = workloads[_i];
    struct workload_state state = {&values, 1, 4};
    const struct workload_plan plan = {4, w->keyed ? 50 : 0, 2, 5};
    struct gen *work = gen_limit(&arena, 600, workload_generator(w, &state, &plan, &arena));
    ck_assert_ptr_eq(workload_find(w->name), w);
    run(work, 4);
    for (const struct workload_op *o = w->ops; o->f; o++)
        ck_assert_msg(count(o->f) > 100 || w->final, "%s: %s", w->name, o->f);
    for (size_t i = 0; i < world.n; i++)
        ck_assert_ptr_nonnull(workload_op(w, val_get_text(&values, world.begun[i].f)));
    size_t before = world.n;
    struct gen *final = workload_final(w, &state, &plan, &arena);
    if (final)
        run(final, 4);
    size_t reads = w->pairs ? 5 : 1; /* of each thread, one of each key */
    ck_assert_uint_eq(world.n - before, final ? 4 * reads : 0);
    for (size_t i = before; i < world.n; i++)
        ck_assert(world.begun[i].final);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gen");
    TCase *t = tcase_create("combinators");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, limit_uses_all_threads);
    tcase_add_test(t, concat_goes_on_without_waiting);
    tcase_add_test(t, reserve_divides_the_threads);
    tcase_add_test(t, final_marks_operations);
    tcase_add_test(t, time_limit_counts_from_the_first);
    tcase_add_test(t, stagger_sets_the_rate_of_all_threads);
    tcase_add_test(t, mix_chooses_evenly_until_all_are_done);
    tcase_add_test(t, any_takes_the_soonest);
    tcase_add_test(t, phases_wait_for_everybody);
    tcase_add_test(t, flip_flop_alternates);
    tcase_add_test(t, each_thread_has_its_own);
    tcase_add_test(t, until_ok_tries_again);
    tcase_add_test(t, keys_count_up_in_groups);
    tcase_add_test(t, same_seed_same_operations);
    suite_add_tcase(s, t);
    t = tcase_create("scheduler");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, unknown_outcomes_change_the_process);
    tcase_add_test(t, a_generator_that_waits_forever_is_an_error);
    tcase_add_test(t, a_full_disk_is_an_error);
    suite_add_tcase(s, t);
    t = tcase_create("workloads");
    int n = 0;
    while (workloads[n])
        n++;
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, workloads_do_what_they_list, 0, n);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
