/* Histories of thousands of operations, beyond brute force: every engine that applies finds what
 * the generator made, witnesses hold, and all agree on the shortest bad prefix. */
#include "checker/engine.h"
#include "generators/synth.h"
#include "tests/property/verify.h"

#include "base/mem.h"

#include <check.h>

struct sample {
    struct history h;
    struct object o;
    struct spec spec;
};

/* Every so-many-th ok take of an element crashes instead; its process goes on as another one. */
static void crash_takes(struct history *h, const char *take, unsigned every)
{
    unsigned n = 0;
    for (size_t i = 0; i < h->events.n; i++) {
        bool took = h->events.type[i] == OP_OK && h->events.value[i] != VAL_NIL &&
                    str_is(val_get_text(&h->values, h->events.f[i]), take);
        if (!took || ++n % every)
            continue;
        h->events.type[i] = OP_INFO;
        h->events.value[i] = VAL_NIL;
    }
}

static void sample_open(struct sample *s, const struct synth_options *o, const char *take,
                        unsigned every)
{
    struct err e = {0};
    const struct pair_options strict = {.lenient = take != NULL};
    const char *why = "";
    history_init(&s->h);
    ck_assert_msg(synth_generate(&s->h, o, &e), "%s", e.text);
    if (take)
        crash_takes(&s->h, take, every);
    ck_assert_msg(history_pair(&s->h, &strict, &e) && history_split_keys(&s->h, SPLIT_NO, &e),
                  "%s", e.text);
    uint32_t *ids = mem_alloc(s->h.nops * sizeof *ids);
    for (uint32_t i = 0; i < s->h.nops; i++)
        ids[i] = i;
    ck_assert_msg(object_build(&s->o, &s->h, model_find(o->model), ids, s->h.nops, VAL_ABSENT,
                               VAL_NIL, false, &e),
                  "%s", e.text);
    mem_free(ids);
    struct spec_options opt = {.model = o->model, .initial = VAL_NIL, .versions = false};
    ck_assert_msg(spec_open(&s->spec, &s->h, &opt, NULL, 0, &why), "%s", why);
}

static void sample_close(struct sample *s)
{
    spec_free(&s->spec);
    object_free(&s->o);
    history_free(&s->h);
}

static void check_witness(const struct sample *s, const struct engine_result *r, const char *name)
{
    const char *why;
    uint32_t *order = mem_alloc(r->nwitness * sizeof *order);
    for (size_t i = 0; i < r->nwitness; i++)
        order[i] = s->o.ops[r->witness[i]].op;
    ck_assert_msg(verify_witness(&s->spec, order, r->nwitness, &why), "%s: %s", name, why);
    mem_free(order);
}

/* Run `g`; false when it does not apply. *bad: the op that completes the shortest bad prefix. */
static bool run(struct sample *s, const struct engine *g, bool valid, uint32_t *bad)
{
    struct budget budget = {0};
    struct arena scratch = {0};
    struct engine_result r = {.bad = UINT32_MAX};
    const struct engine_options opt = {.budget = &budget, .witness = true};
    bool applies = !g->applies(&s->o, &scratch);
    arena_free(&scratch);
    if (!applies)
        return false;
    g->run(&s->o, &opt, &r);
    ck_assert_int_eq(r.verdict, valid ? VERDICT_VALID : VERDICT_INVALID);
    if (valid)
        check_witness(s, &r, g->name);
    else if (g != &engine_stages && *bad != UINT32_MAX)
        ck_assert_msg(r.bad == *bad, "%s: bad operation %u instead of %u", g->name, r.bad, *bad);
    if (g != &engine_stages)
        *bad = r.bad;
    ck_assert_uint_eq(atomic_load(&budget.used_memory), 0);
    arena_free(&r.arena);
    return true;
}

static const struct shape {
    uint32_t processes, values;
    uint64_t crashes;
    bool versions;
} shapes[] = {
    {3, 3, 0, false},  {8, 0, 0, false}, {8, 5, 6, false},
    {6, 0, 12, false}, {12, 5, 0, true}, {25, 5, 0, false},
};

enum { SHAPES = sizeof shapes / sizeof *shapes, SEEDS = 4, OPS = 3000 };

static void options(struct synth_options *o, int i)
{
    const struct shape *s = &shapes[i % SHAPES];
    synth_defaults(o);
    o->seed = (uint64_t)i + 1;
    o->ops = OPS;
    o->processes = s->processes;
    o->values = s->values;
    o->crashes = s->crashes;
    o->versions = s->versions;
    o->think = 0.2;
}

static void all_agree(const struct synth_options *o, bool valid)
{
    struct sample s;
    uint32_t bad = UINT32_MAX;
    sample_open(&s, o, NULL, 0);
    ck_assert(run(&s, &engine_wgl, valid, &bad));
    ck_assert(run(&s, &engine_jit, valid, &bad));
    ck_assert(run(&s, &engine_zones, valid, &bad) == (o->values == 0));
    if (run(&s, &engine_stages, valid, &bad))
        ck_assert(o->versions);
    sample_close(&s);
}

START_TEST(valid)
{
    struct synth_options o;
    options(&o, _i);
    all_agree(&o, true);
}
END_TEST

/* Repeated values with crashed writes can take any search very long to refute: not here. */
START_TEST(invalid)
{
    struct synth_options o;
    options(&o, _i);
    if (o.values != 0)
        o.crashes = 0;
    o.inject = violations[_i / SHAPES]->name;
    o.inject_at = 0.3 + 0.1 * (_i % 6);
    if (!violations[_i / SHAPES]->needs_txn && o.processes < 20)
        all_agree(&o, false);
}
END_TEST

/* Crashed adds multiply configurations by their number with each step: the limits hold within one
 * closure too. Nothing explains the read. */
START_TEST(limits_hold_inside_a_closure)
{
    enum { ADDS = 300, LIMIT = 200000 };
    struct history h;
    struct object o;
    struct err e = {0};
    struct budget budget = {0};
    struct engine_result r = {.bad = UINT32_MAX};
    struct engine_options opt = {.budget = &budget, .max_explored = LIMIT};
    struct load_options load = {.split = SPLIT_NO};
    struct buf text = {0};
    uint32_t ids[ADDS + 1];
    for (unsigned i = 0; i < ADDS; i++)
        buf_printf(&text, "{:process %u, :type :invoke, :f :add, :value %u}\n", i, i);
    buf_printf(&text, "{:process %u, :type :invoke, :f :read}\n"
                      "{:process %u, :type :ok, :f :read, :value #{-1}}\n", ADDS, ADDS);
    ck_assert_msg(history_load_memory(&h, "test", buf_str(&text), &load, &e), "%s", e.text);
    for (uint32_t i = 0; i <= ADDS; i++)
        ids[i] = i;
    ck_assert_msg(object_build(&o, &h, model_find("set"), ids, h.nops, VAL_ABSENT, VAL_NIL, false,
                               &e), "%s", e.text);
    engine_jit.run(&o, &opt, &r);
    ck_assert_int_eq(r.verdict, VERDICT_UNKNOWN);
    ck_assert_uint_lt(r.explored, 2 * LIMIT);
    arena_free(&r.arena);
    object_free(&o);
    history_free(&h);
    buf_free(&text);
}
END_TEST

/* The first guesses at what crashed takes took are too many for them; a search has no room. */
START_TEST(crashed_takes)
{
    enum { EVERY = 90, MEMORY = 1 << 20 };
    struct synth_options o;
    struct sample s;
    struct budget budget = {.max_memory = MEMORY};
    struct engine_result r = {.bad = UINT32_MAX};
    const struct engine_options opt = {.budget = &budget, .witness = true};
    bool stack = _i % 2 == 0;
    synth_defaults(&o);
    o.model = stack ? "stack" : "priority-queue";
    o.seed = (uint64_t)_i + 1;
    o.ops = OPS;
    sample_open(&s, &o, stack ? "pop" : "poll", EVERY);
    (stack ? engine_stack : engine_priority).run(&s.o, &opt, &r);
    ck_assert_msg(r.verdict == VERDICT_VALID, "%s", r.reason ? r.reason : "no reason");
    check_witness(&s, &r, o.model);
    arena_free(&r.arena);
    sample_close(&s);
}
END_TEST

int main(void)
{
    int kinds = 0;
    while (violations[kinds])
        kinds++;
    Suite *s = suite_create("engines_long");
    TCase *t = tcase_create("agree");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, valid, 0, SHAPES * SEEDS);
    tcase_add_loop_test(t, invalid, 0, SHAPES * kinds);
    tcase_add_loop_test(t, crashed_takes, 0, 2 * SEEDS);
    tcase_add_test(t, limits_hold_inside_a_closure);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
