/* belie.h: models that the program defines, good ones and bad ones. */
#include "reports/belie.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a counter whose states are numbers
 * ---------------------------------------------------------*/

struct counter {
    int64_t start;
    int wrong;      /* which mistake to make */
    unsigned asked; /* calls of step */
};

enum mistake {
    RIGHT,
    STEP_CANNOT_TELL,
    ENDLESS_NEXT_STATES,
    OBSERVERS_CHANGE,
    INIT_FAILS,
    KEY_FAILS,
    KEY_IS_NOTHING,
};

static int counter_init(void *context, const belie_history *h, belie_value key, void **state)
{
    const struct counter *c = context;
    (void)h;
    (void)key;
    *state = (void *)(intptr_t)c->start;
    return c->wrong == INIT_FAILS ? -1 : 1;
}

static int counter_step(void *context, const void *state, const struct belie_call *call, unsigned k,
                        void **next)
{
    struct counter *c = context;
    int64_t now = (intptr_t)state, amount = 1, seen = 0;
    c->asked++;
    if (c->wrong == STEP_CANNOT_TELL && now > 1)
        return -1;
    if (strcmp(call->f, "read") == 0) {
        *next = (void *)(intptr_t)(c->wrong == OBSERVERS_CHANGE ? now + 1 : now);
        return k == 0 && (!call->result_known ||
                          (belie_value_int(call->history, call->out, &seen) && seen == now));
    }
    (void)belie_value_int(call->history, call->in, &amount);
    *next = (void *)(intptr_t)(now + amount * (c->wrong == ENDLESS_NEXT_STATES ? (int)k + 1 : 1));
    return c->wrong == ENDLESS_NEXT_STATES || k == 0;
}

static int counter_observes(void *context, const struct belie_call *call)
{
    (void)context;
    return strcmp(call->f, "read") == 0;
}

static void counter_describe(void *context, const void *state, char *text, size_t n)
{
    (void)context;
    (void)snprintf(text, n, "count %d", (int)(intptr_t)state);
}

/* Values are [key amount]; this must be said of each operation. */
static int counter_key(void *context, const struct belie_call *call, belie_value *key)
{
    const struct counter *c = context;
    size_t n;
    const belie_value *items = belie_value_items(call->history, call->in, &n);
    if (c->wrong == KEY_FAILS)
        return 0;
    *key = c->wrong == KEY_IS_NOTHING ? 77777 : n > 0 ? items[0] : BELIE_NONE;
    return 1;
}

static struct belie_model counter_model(struct counter *c)
{
    struct belie_model m = BELIE_MODEL;
    m.name = "counter of the test";
    m.context = c;
    m.init = counter_init;
    m.step = counter_step;
    m.describe = counter_describe;
    return m;
}

static const char counts[] = "{:process 0, :type :invoke, :f :add, :value 2}\n"
                             "{:process 0, :type :ok, :f :add, :value 2}\n"
                             "{:process 1, :type :invoke, :f :add, :value 5}\n"
                             "{:process 2, :type :invoke, :f :read, :value nil}\n"
                             "{:process 2, :type :ok, :f :read, :value 7}\n"
                             "{:process 1, :type :info, :f :add, :value 5}\n";
static const char miscounts[] = "{:process 0, :type :invoke, :f :add, :value 2}\n"
                                "{:process 0, :type :ok, :f :add, :value 2}\n"
                                "{:process 1, :type :invoke, :f :add, :value 5}\n"
                                "{:process 2, :type :invoke, :f :read, :value nil}\n"
                                "{:process 2, :type :ok, :f :read, :value 5}\n"
                                "{:process 1, :type :ok, :f :add, :value 5}\n";

/* NULL and *error on an error. */
static belie_result *result_of(const char *text, const struct belie_model *m, const char *algorithm,
                               char **error)
{
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    o.user_model = m;
    o.algorithm = algorithm;
    belie_history *h = belie_history_from_memory("h", text, strlen(text), NULL, error);
    ck_assert_ptr_nonnull(h);
    belie_result *r = belie_check(h, &o, error);
    belie_history_free(h);
    return r;
}

static enum belie_verdict verdict_of(const char *text, const struct belie_model *m,
                                     const char *algorithm)
{
    char *error = NULL;
    belie_result *r = result_of(text, m, algorithm, &error);
    ck_assert_msg(r != NULL, "%s", error ? error : "no error text");
    enum belie_verdict v = belie_result_verdict(r);
    belie_result_free(r);
    return v;
}

static void is_unknown(const char *text, const struct belie_model *m, const char *because)
{
    static const char *const algorithms[] = {NULL, "jit", "wgl"};
    for (size_t i = 0; i < 3; i++) {
        char *error = NULL;
        belie_result *r = result_of(text, m, algorithms[i], &error);
        ck_assert_msg(r != NULL, "%s", error ? error : "no error text");
        ck_assert_int_eq(belie_result_verdict(r), BELIE_UNKNOWN);
        ck_assert_msg(strstr(belie_result_json(r), because) != NULL, "%s", belie_result_json(r));
        belie_result_free(r);
    }
}

static void is_error(const char *text, const struct belie_model *m, const char *because)
{
    char *error = NULL;
    ck_assert_ptr_null(result_of(text, m, NULL, &error));
    ck_assert_msg(strstr(error, because) != NULL, "%s", error);
    belie_free(error);
}

START_TEST(a_counter)
{
    struct counter c = {0};
    struct belie_model m = counter_model(&c);
    static const char *const algorithms[] = {NULL, "jit", "wgl"};
    for (int observes = 0; observes < 2; observes++) {
        m.observes = observes ? counter_observes : NULL;
        for (size_t i = 0; i < 3; i++) {
            ck_assert_int_eq(verdict_of(counts, &m, algorithms[i]), BELIE_VALID);
            ck_assert_int_eq(verdict_of(miscounts, &m, algorithms[i]), BELIE_INVALID);
        }
    }
    c.start = 3;
    ck_assert_int_eq(verdict_of(counts, &m, NULL), BELIE_INVALID);
}
END_TEST

START_TEST(the_report)
{
    struct counter c = {0};
    struct belie_model m = counter_model(&c);
    char *error = NULL;
    belie_result *r = result_of(miscounts, &m, NULL, &error);
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "\"model\": \"counter of the test\""));
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "count 2"));
    ck_assert_ptr_nonnull(strstr(belie_result_text(r), "count 2"));
    ck_assert_ptr_nonnull(strstr(belie_result_text(r), "read 5"));
    belie_result_free(r);
    m.describe = NULL;
    m.name = NULL;
    r = result_of(miscounts, &m, NULL, &error);
    ck_assert_ptr_nonnull(strstr(belie_result_text(r), "state "));
    belie_result_free(r);
}
END_TEST

START_TEST(each_step_is_asked_once)
{
    struct counter c = {0};
    struct belie_model m = counter_model(&c);
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    o.user_model = &m;
    o.no_evidence = 1;
    belie_history *h = belie_history_new("h");
    for (int i = 0; i < 3000; i++) {
        struct belie_event e = BELIE_EVENT;
        e.process = i % 3;
        e.f = "add";
        e.value = belie_int(h, i % 2 ? 1 : -1);
        ck_assert(belie_history_add(h, &e, NULL));
        e.type = BELIE_OK;
        ck_assert(belie_history_add(h, &e, NULL));
    }
    belie_result *r = belie_check(h, &o, NULL);
    ck_assert_int_eq(belie_result_verdict(r), BELIE_VALID);
    ck_assert_uint_lt(c.asked,
                      20); /* two or three states, two classes, and that there is no more */
    belie_result_free(r);
    belie_history_free(h);
}
END_TEST

START_TEST(models_that_go_wrong)
{
    struct counter c = {.wrong = STEP_CANNOT_TELL};
    struct belie_model m = counter_model(&c);
    is_unknown(counts, &m, "could not tell");
    c.wrong = ENDLESS_NEXT_STATES;
    is_unknown(miscounts, &m, "never ends");
    c.wrong = OBSERVERS_CHANGE;
    m.observes = counter_observes;
    is_unknown(counts, &m, "observes only");
    m.observes = NULL;
    m.max_states = 1;
    c.wrong = RIGHT;
    is_unknown(counts, &m, "max_states");
    m.max_states = 100;
    ck_assert_int_eq(verdict_of(counts, &m, NULL), BELIE_VALID);
    c.wrong = INIT_FAILS;
    is_error(counts, &m, "init gave no state");
    m.init = NULL;
    is_error(counts, &m, "needs init and step");
    m = counter_model(&c);
    m.name = "\xff";
    is_error(counts, &m, "UTF-8");
}
END_TEST

START_TEST(memory_limit)
{
    struct counter c = {0};
    struct belie_model m = counter_model(&c);
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    o.user_model = &m;
    o.max_memory = 100000;
    m.state_bytes = 60000;
    belie_history *h = belie_history_from_memory("h", counts, strlen(counts), NULL, NULL);
    belie_result *r = belie_check(h, &o, NULL);
    ck_assert_int_eq(belie_result_verdict(r), BELIE_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "memory limit"));
    belie_result_free(r);
    belie_history_free(h);
}
END_TEST

START_TEST(not_with_a_named_model)
{
    struct counter c = {0};
    struct belie_model m = counter_model(&c);
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    char *error = NULL;
    o.user_model = &m;
    o.model = "register";
    belie_history *h = belie_history_from_memory("h", counts, strlen(counts), NULL, NULL);
    ck_assert_ptr_null(belie_check(h, &o, &error));
    ck_assert_ptr_nonnull(strstr(error, "user_model"));
    belie_free(error);
    o.model = NULL;
    o.initial = "1";
    ck_assert_ptr_null(belie_check(h, &o, NULL));
    o.initial = NULL;
    o.algorithm = "zones"; /* knows registers only */
    belie_result *r = belie_check(h, &o, NULL);
    ck_assert_int_eq(belie_result_verdict(r), BELIE_UNKNOWN);
    belie_result_free(r);
    belie_history_free(h);
}
END_TEST

/* Two counters at [key amount]; reads are invoked with [key]. */
static const char two[] = "{:process 0, :type :invoke, :f :add, :value [:x 2]}\n"
                          "{:process 0, :type :ok, :f :add, :value [:x 2]}\n"
                          "{:process 1, :type :invoke, :f :read, :value [:y]}\n"
                          "{:process 1, :type :ok, :f :read, :value 0}\n"
                          "{:process 1, :type :invoke, :f :read, :value [:x]}\n"
                          "{:process 1, :type :ok, :f :read, :value 0}\n";

START_TEST(keys_by_the_model)
{
    struct counter c = {0};
    struct belie_model m = counter_model(&c);
    char *error = NULL;
    m.key_of = counter_key;
    m.thread_safe = 1;
    belie_result *r = result_of(two, &m, NULL, &error);
    const char *json = belie_result_json(r);
    ck_assert_int_eq(belie_result_verdict(r), BELIE_INVALID);
    ck_assert_ptr_nonnull(strstr(json, "the model says which"));
    ck_assert_ptr_nonnull(strstr(json, "\"key\": \"y\""));
    ck_assert_ptr_nonnull(strstr(json, "\"invalid\": 1"));
    ck_assert_ptr_nonnull(strstr(json, "\"valid\": 1"));
    belie_result_free(r);
    c.wrong = KEY_FAILS;
    is_error(two, &m, "h:1:1: the model's key_of");
    c.wrong = KEY_IS_NOTHING;
    is_error(two, &m, "h:1:1: the model's key_of");
    m.one_object = 1; /* then nobody asks for keys */
    ck_assert_int_ge(verdict_of(two, &m, NULL), 0);
}
END_TEST

/* ---- a stack whose states are allocated
 * ---------------------------------------------------------*/

struct stack {
    size_t n;
    belie_value items[8];
};

struct stacks {
    int live;        /* allocated and not yet freed */
    int never_equal; /* mistakes */
    int steps_change;
};

static struct stack *copy_of(struct stacks *all, const struct stack *s)
{
    struct stack *copy = malloc(sizeof *copy);
    ck_assert_ptr_nonnull(copy);
    *copy = *s;
    all->live++;
    return copy;
}

static int stack_init(void *context, const belie_history *h, belie_value key, void **state)
{
    static const struct stack empty = {0};
    (void)h;
    (void)key;
    *state = copy_of(context, &empty);
    return 1;
}

static int stack_step(void *context, const void *state, const struct belie_call *call, unsigned k,
                      void **next)
{
    struct stacks *all = context;
    struct stack s = *(const struct stack *)state;
    if (k > 0)
        return 0;
    if (all->steps_change) {
        union {
            const void *given;
            struct stack *mine;
        } u = {state};
        u.mine->n = 1;
        u.mine->items[0]++;
    }
    if (strcmp(call->f, "push") == 0)
        s.items[s.n++ % 8] = call->in;
    else if (s.n == 0 || (call->result_known && s.items[s.n - 1] != call->out))
        return 0;
    else
        s.n--;
    *next = copy_of(all, &s);
    return 1;
}

static int stack_equal(void *context, const void *a, const void *b)
{
    const struct stack *x = a, *y = b;
    const struct stacks *all = context;
    return !all->never_equal && x->n == y->n &&
           memcmp(x->items, y->items, x->n * sizeof *x->items) == 0;
}

static uint64_t stack_hash(void *context, const void *state)
{
    const struct stack *s = state;
    uint64_t h = s->n;
    (void)context;
    for (size_t i = 0; i < s->n; i++)
        h = h * 31 + s->items[i];
    return h;
}

static void stack_free(void *context, void *state)
{
    struct stacks *all = context;
    all->live--;
    free(state);
}

static const char stacked[] = "{:process 0, :type :invoke, :f :push, :value 1}\n"
                              "{:process 0, :type :ok, :f :push, :value 1}\n"
                              "{:process 0, :type :invoke, :f :push, :value 2}\n"
                              "{:process 0, :type :ok, :f :push, :value 2}\n"
                              "{:process 1, :type :invoke, :f :pop, :value nil}\n"
                              "{:process 1, :type :info, :f :pop, :value nil}\n"
                              "{:process 0, :type :invoke, :f :pop, :value nil}\n"
                              "{:process 0, :type :ok, :f :pop, :value 1}\n";

static struct belie_model stack_model(struct stacks *all)
{
    struct belie_model m = BELIE_MODEL;
    m.context = all;
    m.init = stack_init;
    m.step = stack_step;
    m.equal = stack_equal;
    m.free_state = stack_free;
    return m;
}

START_TEST(allocated_states)
{
    struct stacks all = {0};
    struct belie_model m = stack_model(&all);
    for (int hashed = 0; hashed < 2; hashed++) {
        m.hash = hashed ? stack_hash : NULL;
        /* Only the crashed pop explains it. */
        ck_assert_int_eq(verdict_of(stacked, &m, NULL), BELIE_VALID);
        ck_assert_int_eq(verdict_of(stacked, &m, "wgl"), BELIE_VALID);
        ck_assert_int_eq(
            verdict_of(strstr(stacked, "{:process 0, :type :invoke, :f :push, :value 2"), &m, NULL),
            BELIE_INVALID);
        ck_assert_int_eq(all.live, 0);
    }
}
END_TEST

START_TEST(allocated_states_that_go_wrong)
{
    struct stacks all = {.never_equal = 1};
    struct belie_model m = stack_model(&all);
    m.hash = stack_hash;
    is_unknown(stacked, &m, "not equal to itself");
    ck_assert_int_eq(all.live, 0);
    all = (struct stacks){.steps_change = 1};
    is_unknown(stacked, &m, "changed the state");
    ck_assert_int_eq(all.live, 0);
    m.equal = NULL;
    is_error(stacked, &m, "needs equal");
}
END_TEST

static int plain_step(void *context, const void *state, const struct belie_call *call, unsigned k,
                      void **next)
{
    struct counter here = *(const struct counter *)context;
    return counter_step(&here, state, call, k, next);
}

START_TEST(objects_in_parallel)
{
    enum { KEYS = 200, EACH = 50 };
    struct counter c = {0};
    struct belie_model m = counter_model(&c);
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    belie_history *h = belie_history_new("h");
    m.step = plain_step; /* writes nothing that threads share */
    m.thread_safe = 1;
    o.user_model = &m;
    o.jobs = 4;
    for (int i = 0; i < KEYS * EACH; i++) {
        struct belie_event e = BELIE_EVENT;
        e.process = i % 7;
        e.f = i % EACH == EACH - 1 ? "read" : "add";
        e.key = belie_int(h, i / EACH);
        e.value = belie_int(h, 1);
        ck_assert(belie_history_add(h, &e, NULL));
        e.type = BELIE_OK;
        e.value = belie_int(h, i / EACH == 77 ? 1 : EACH - 1); /* one key is wrong */
        ck_assert(belie_history_add(h, &e, NULL));
    }
    belie_result *r = belie_check(h, &o, NULL);
    ck_assert_int_eq(belie_result_verdict(r), BELIE_INVALID);
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "\"invalid\": 1"));
    ck_assert_ptr_nonnull(strstr(belie_result_json(r), "\"valid\": 199"));
    belie_result_free(r);
    belie_history_free(h);
}
END_TEST

START_TEST(older_headers_keep_working)
{
    struct counter c = {0};
    struct belie_model m = counter_model(&c);
    m.observes = counter_observes;
    m.max_states = 1;
    m.size = offsetof(struct belie_model, max_states); /* a header that ends before it */
    ck_assert_int_eq(verdict_of(counts, &m, NULL), BELIE_VALID);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("user_model");
    TCase *t = tcase_create("belie.h");
    tcase_add_test(t, a_counter);
    tcase_add_test(t, the_report);
    tcase_add_test(t, each_step_is_asked_once);
    tcase_add_test(t, models_that_go_wrong);
    tcase_add_test(t, memory_limit);
    tcase_add_test(t, not_with_a_named_model);
    tcase_add_test(t, keys_by_the_model);
    tcase_add_test(t, allocated_states);
    tcase_add_test(t, allocated_states_that_go_wrong);
    tcase_add_test(t, objects_in_parallel);
    tcase_add_test(t, older_headers_keep_working);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
