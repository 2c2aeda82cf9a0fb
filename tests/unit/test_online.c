/* Online checkers: at which event they speak, what makes them give up, and that what they keep does
 * not grow with the history. That they are right is shown by prop_online. */
#include "checker/online.h"

#include "base/mem.h"
#include "checker/property.h"
#include "histories/reader.h"

#include <check.h>

struct run {
    struct history h;
    struct online *o;
    enum online_state state;
    size_t pushed;
};

static void open_run(struct run *r, const char *model, struct online_options opt)
{
    *r = (struct run){0};
    history_init(&r->h);
    opt.model = model_find(model);
    ck_assert_ptr_nonnull(opt.model);
    if (opt.initial == VAL_NIL)
        opt.initial = opt.model->default_initial;
    r->o = online_open(&r->h, &opt);
    ck_assert_ptr_nonnull(r->o);
}

static void close_run(struct run *r)
{
    online_close(r->o);
    history_free(&r->h);
}

static void push(struct run *r, const struct event *e)
{
    ck_assert(r->state == ONLINE_GOING);
    r->state = online_push(r->o, e);
    r->pushed++;
}

/* Events as EDN text, until the checker speaks. */
static void push_text(struct run *r, const char *text)
{
    struct history h;
    struct err e = {0};
    history_init(&h);
    ck_assert(source_memory(&h.source, "text", str_of(text)));
    ck_assert_msg(reader_edn.read(&h, &e), "%s", e.text);
    const struct value_mover m = {.from = &h.values, .to = &r->h.values};
    for (size_t i = 0; r->state == ONLINE_GOING && i < h.events.n; i++) {
        struct event ev = history_event(&h, i);
        ev.process = value_move(&m, ev.process);
        ev.f = value_move(&m, ev.f);
        ev.value = value_move(&m, ev.value);
        ev.key = value_move(&m, ev.key);
        push(r, &ev);
    }
    history_free(&h);
}

static void expect(const char *model, struct online_options opt, const char *text,
                   enum online_state state, size_t after)
{
    struct run r;
    open_run(&r, model, opt);
    push_text(&r, text);
    ck_assert_msg(r.state == state && r.pushed == after, "%s: %d after %zu events: %s", text,
                  (int)r.state, r.pushed, r.state ? online_reason(r.o) : "");
    close_run(&r);
}

#define INVOKE(p, f, v) "{:process " #p " :type :invoke :f :" #f " :value " #v "}"
#define OK(p, f, v) "{:process " #p " :type :ok :f :" #f " :value " #v "}"
#define FAIL(p, f, v) "{:process " #p " :type :fail :f :" #f " :value " #v "}"
#define INFO(p, f, v) "{:process " #p " :type :info :f :" #f " :value " #v "}"

static const struct {
    const char *model, *text;
    enum online_state state;
    size_t after;
} cases[] = {
    /* a stale read is known when it completes, not when it begins */
    {"register", INVOKE(0, write, 1) OK(0, write, 1) INVOKE(0, write, 2) OK(0, write, 2)
     INVOKE(1, read, nil) OK(1, read, 1) INVOKE(2, read, nil), ONLINE_VIOLATED, 6},
    {"register", INVOKE(0, read, nil) OK(0, read, 1), ONLINE_VIOLATED, 2},
    /* a write that fails after its value was read: the failure completes it */
    {"register", INVOKE(0, write, 1) INVOKE(1, read, nil) OK(1, read, 1) FAIL(0, write, 1),
     ONLINE_VIOLATED, 4},
    {"register", INVOKE(0, write, 1) INFO(0, write, 1) INVOKE(1, read, nil) OK(1, read, nil)
     INVOKE(1, read, nil) OK(1, read, 1), ONLINE_GOING, 6},
    {"register", INVOKE(0, write, 1) FAIL(0, write, 1) INVOKE(0, write, 1) OK(0, write, 1),
     ONLINE_GOING, 4},
    /* what the kind does not cover */
    {"register", INVOKE(0, write, 1) INVOKE(1, write, 1), ONLINE_LOST, 2},
    {"register", INVOKE(0, cas, [1 2]), ONLINE_LOST, 1},
    {"register", INVOKE(0, read, nil) OK(0, read, [1]), ONLINE_LOST, 2},
    /* what the reader of whole histories refuses or must decide */
    {"register", INVOKE(0, write, 1) INVOKE(0, write, 2), ONLINE_LOST, 2},
    {"register", INVOKE(0, write, 1) OK(0, read, 1), ONLINE_LOST, 2},
    {"register", INVOKE(0, write, 1) INFO(0, write, 1) INVOKE(0, write, 2), ONLINE_LOST, 3},
    {"register", INFO(0, write, 1), ONLINE_LOST, 1},
    {"register", "{:process :nemesis :type :info :f :start}" OK(0, write, 1) INVOKE(0, read, nil)
     OK(0, read, 1), ONLINE_GOING, 4},
    {"register", "{:process :joe :type :invoke :f :read}", ONLINE_LOST, 1},
    {"register", "{:type :invoke :f :read}", ONLINE_LOST, 1},
    {"mutex", INVOKE(0, acquire, nil) OK(0, acquire, nil) INVOKE(1, acquire, nil)
     OK(1, acquire, nil), ONLINE_VIOLATED, 4},
    {"mutex", INVOKE(0, acquire, nil) OK(0, acquire, nil) INVOKE(2, release, nil)
     INVOKE(1, acquire, nil) OK(1, acquire, nil) FAIL(2, release, nil), ONLINE_VIOLATED, 6},
    {"counter", INVOKE(0, inc, nil) INVOKE(1, read, nil) OK(1, read, 1) FAIL(0, inc, nil),
     ONLINE_VIOLATED, 4},
    {"counter", INVOKE(0, inc, nil) OK(0, inc, nil) INVOKE(1, read, nil) OK(1, read, 0),
     ONLINE_VIOLATED, 4},
    {"counter", INVOKE(0, inc, nil) INVOKE(1, read, nil) OK(1, read, 2), ONLINE_VIOLATED, 3},
    {"counter", INVOKE(0, add, 2), ONLINE_LOST, 1},
    /* 1 came in before 2 was enqueued; 2 is out, and no open dequeue can have taken 1 */
    {"fifo-queue", INVOKE(0, enqueue, 1) OK(0, enqueue, 1) INVOKE(0, enqueue, 2)
     INVOKE(1, dequeue, nil) OK(1, dequeue, 2), ONLINE_VIOLATED, 5},
    /* the open dequeue of process 2 may have taken 1, until it fails */
    {"fifo-queue", INVOKE(0, enqueue, 1) OK(0, enqueue, 1) INVOKE(0, enqueue, 2)
     INVOKE(2, dequeue, nil) INVOKE(1, dequeue, nil) OK(1, dequeue, 2) FAIL(2, dequeue, nil),
     ONLINE_VIOLATED, 7},
    {"fifo-queue", INVOKE(0, enqueue, 1) OK(0, enqueue, 1) INVOKE(1, dequeue, nil)
     OK(1, dequeue, 1) INVOKE(1, dequeue, nil) OK(1, dequeue, 1), ONLINE_VIOLATED, 6},
    {"fifo-queue", INVOKE(0, enqueue, 1) OK(0, enqueue, 1) INVOKE(1, dequeue, nil)
     OK(1, dequeue, 1) INVOKE(0, enqueue, 1) OK(0, enqueue, 1) INVOKE(1, dequeue, nil)
     OK(1, dequeue, 1), ONLINE_GOING, 8},
    {"fifo-queue", INVOKE(1, peek, nil) OK(1, peek, nil), ONLINE_LOST, 2},
    {"set", INVOKE(0, add, 1) OK(0, add, true) INVOKE(1, add, 1) OK(1, add, true),
     ONLINE_VIOLATED, 4},
    {"set", INVOKE(0, add, 1) INVOKE(1, contains, 1) OK(1, contains, true) OK(0, add, false),
     ONLINE_VIOLATED, 4},
    {"set", INVOKE(0, add, 1) OK(0, add, 1) INVOKE(1, read, nil) OK(1, read, []),
     ONLINE_VIOLATED, 4},
    {"set", INVOKE(0, add, 1) OK(0, add, 1) INVOKE(1, remove, 1), ONLINE_LOST, 3},
    {"grow-set", INVOKE(0, add, 1) INVOKE(1, add, 2) INVOKE(2, read, nil) INVOKE(3, read, nil)
     OK(2, read, #{1}) OK(3, read, #{2}), ONLINE_VIOLATED, 6},
    {"grow-set", INVOKE(0, read, nil) OK(0, read, #{1}), ONLINE_VIOLATED, 2},
    /* a smaller read between two that do not go together */
    {"grow-set", INVOKE(0, add, 1) INVOKE(1, add, 2) INVOKE(2, read, nil) INVOKE(3, read, nil)
     INVOKE(4, read, nil) OK(2, read, #{1}) OK(3, read, #{}) OK(4, read, #{2}),
     ONLINE_VIOLATED, 8},
    /* an element is out again, but process 1 may have seen it; process 9 kept its first parting */
    {"set", INVOKE(9, contains, 5) INVOKE(0, add, 1) OK(0, add, true) INVOKE(0, remove, 1)
     OK(0, remove, true) INVOKE(1, contains, 1) INVOKE(0, add, 1) OK(0, add, true)
     INVOKE(0, remove, 1) OK(0, remove, true) OK(9, contains, false) OK(1, contains, true),
     ONLINE_GOING, 12},
};

START_TEST(speaks)
{
    expect(cases[_i].model, (struct online_options){0}, cases[_i].text, cases[_i].state,
           cases[_i].after);
}
END_TEST

START_TEST(keys)
{
    const struct online_options tuples = {.tuples = true}, one = {.one_object = true};
    const char *two = "{:process 0 :type :invoke :f :write :value 1 :key :x}"
                      "{:process 1 :type :invoke :f :write :value 1 :key :y}";
    expect("register", tuples, INVOKE(0, write, [:x 1]) OK(0, write, [:x 1])
           INVOKE(0, read, [:y nil]) OK(0, read, [:y 1]), ONLINE_VIOLATED, 4);
    expect("register", tuples, INVOKE(0, write, 1), ONLINE_LOST, 1);
    expect("register", tuples, INVOKE(0, write, [:x 1]) OK(0, write, [:y 1]), ONLINE_LOST, 2);
    expect("register", (struct online_options){0}, two, ONLINE_GOING, 2);
    expect("register", one, two, ONLINE_LOST, 2);
    expect("register", tuples, two, ONLINE_LOST, 1);
}
END_TEST

START_TEST(options)
{
    struct online_options o = {.lenient = true};
    expect("register", o, INVOKE(0, write, 1) INFO(0, write, 1) INVOKE(0, write, 2)
           OK(0, write, 2), ONLINE_GOING, 4);
    o = (struct online_options){.initial = val_small(7)};
    expect("register", o, INVOKE(0, read, nil) OK(0, read, 7), ONLINE_GOING, 2);
    o = (struct online_options){.nil_unknown = true};
    expect("register", o, INVOKE(0, write, 1) OK(0, write, 1) INVOKE(0, read, nil)
           OK(0, read, nil), ONLINE_GOING, 4);
    ck_assert_ptr_null(online_open(&(struct history){0},
                                   &(struct online_options){.model = model_find("kv")}));
}
END_TEST

/* ---- what is kept ---------------------------------------------------------------------------- */

enum { CLIENTS = 4, LONG = 20000, WINDOW = 64 };

struct mill {
    struct run r;
    val f, value[CLIENTS];
};

static void say(struct mill *m, uint32_t process, enum op_type type, const char *f, val v)
{
    struct event e = event_blank();
    e.type = type;
    e.process = val_small((int32_t)process);
    e.f = val_text(&m->r.h.values, V_KEYWORD, str_of(f));
    e.value = v;
    push(&m->r, &e);
}

/* Overlapping operations for ever: each client's operation begins before the last one's ends. */
static void turn(struct mill *m, int32_t i, const char *mutation, const char *other, bool same)
{
    uint32_t p = (uint32_t)i % 2;
    const val v = val_small(i);
    say(m, p, OP_INVOKE, mutation, same ? val_small(1) : v);
    if (i > 1)
        say(m, 1 - p, OP_OK, mutation, same ? val_small(1) : val_small(i - 1));
    if (!other || i < 3)
        return;
    say(m, 2, OP_INVOKE, other, VAL_NIL);
    int32_t seen = same || strcmp(other, "read") == 0 ? i - 1 : i - 2;
    say(m, 2, OP_OK, other, val_small(seen));
}

/* Session guarantees: what completes a violation, and what is left to the ordinary check. */
static const struct {
    const char *level, *model, *text;
    enum online_state state;
    size_t after;
} sessions[] = {
    {"read-your-writes", "counter", INVOKE(0, add, 2) OK(0, add, 2) INVOKE(0, read, nil)
     OK(0, read, 1), ONLINE_VIOLATED, 4},
    {"monotonic-reads", "counter", INVOKE(0, add, 2) OK(0, add, 2) INVOKE(0, read, nil)
     OK(0, read, 1), ONLINE_GOING, 4},
    {"monotonic-reads", "counter", INVOKE(0, read, nil) OK(0, read, 2) INVOKE(1, read, nil)
     OK(1, read, 1) INVOKE(0, read, nil) OK(0, read, 1), ONLINE_VIOLATED, 6},
    {"session", "counter", INVOKE(0, read, nil) OK(0, read, 5) INVOKE(0, add, 2) OK(0, add, 2)
     INVOKE(0, read, nil) OK(0, read, 6), ONLINE_VIOLATED, 6},
    {"session", "counter", INVOKE(0, read, nil) OK(0, read, 5) INVOKE(0, add, 2) FAIL(0, add, 2)
     INVOKE(0, read, nil) OK(0, read, 6), ONLINE_GOING, 6},
    {"session", "counter", INVOKE(0, dec, 1), ONLINE_LOST, 1},
    {"session", "counter", INVOKE(0, add, 1152921504606846976) INVOKE(1, add, 1), ONLINE_LOST, 2},
    {"session", "grow-set", INVOKE(0, add, 1) OK(0, add, 1) INVOKE(1, read, nil)
     OK(1, read, #{}) INVOKE(0, read, nil) OK(0, read, #{}), ONLINE_VIOLATED, 6},
    {"session", "grow-set", INVOKE(0, add, 1) INVOKE(1, read, nil) OK(1, read, #{1})
     INVOKE(1, read, nil) OK(1, read, #{}), ONLINE_VIOLATED, 5},
    {"session", "grow-set", INVOKE(1, read, nil) OK(1, read, #{1}), ONLINE_LOST, 2},
    {"read-your-writes", "list", INVOKE(0, append, 1) OK(0, append, 1) INVOKE(1, append, 2)
     INVOKE(0, read, nil) OK(0, read, [2]), ONLINE_VIOLATED, 5},
    {"monotonic-reads", "list", INVOKE(0, append, 1) INVOKE(1, append, 2) INVOKE(2, read, nil)
     OK(2, read, [1]) INVOKE(2, read, nil) OK(2, read, [2 1]), ONLINE_VIOLATED, 6},
    {"session", "list", INVOKE(0, append, 1), ONLINE_LOST, 1},
    /* the addition that is left was made after the read */
    {"writes-follow-reads", "grow-set", INVOKE(1, add, 1) INVOKE(0, read, nil) OK(0, read, #{1})
     INVOKE(0, add, 1) OK(0, add, 1) FAIL(1, add, 1), ONLINE_LOST, 6},
};

START_TEST(speaks_of_sessions)
{
    const struct online_options o = {.level = property_find(str_of(sessions[_i].level))};
    expect(sessions[_i].model, o, sessions[_i].text, sessions[_i].state, sessions[_i].after);
}
END_TEST

START_TEST(window_of_a_register)
{
    struct mill m = {0};
    open_run(&m.r, "register", (struct online_options){0});
    for (int32_t i = 1; i <= LONG; i++) {
        turn(&m, i, "write", "read", false);
        ck_assert_uint_le(online_kept(m.r.o), WINDOW);
    }
    ck_assert(m.r.state == ONLINE_GOING);
    ck_assert_uint_eq(online_counts(m.r.o).ops, 2 * LONG - 2);
    close_run(&m.r);
}
END_TEST

START_TEST(window_of_a_counter)
{
    struct mill m = {0};
    open_run(&m.r, "counter", (struct online_options){0});
    for (int32_t i = 1; i <= LONG; i++) {
        turn(&m, i, "add", "read", true);
        ck_assert_uint_le(online_kept(m.r.o), WINDOW);
    }
    ck_assert(m.r.state == ONLINE_GOING);
    close_run(&m.r);
}
END_TEST

START_TEST(window_of_a_queue)
{
    struct mill m = {0};
    open_run(&m.r, "fifo-queue", (struct online_options){0});
    for (int32_t i = 1; i <= LONG; i++) {
        turn(&m, i, "enqueue", "dequeue", false);
        ck_assert_uint_le(online_kept(m.r.o), WINDOW);
    }
    ck_assert(m.r.state == ONLINE_GOING);
    close_run(&m.r);
}
END_TEST

/* Each element is added, seen and removed, and another one comes. */
START_TEST(window_of_a_set)
{
    struct mill m = {0};
    open_run(&m.r, "set", (struct online_options){0});
    for (int32_t i = 1; i <= LONG; i++) {
        const char *const f[] = {"add", "contains", "remove"};
        say(&m, 3, OP_INVOKE, "contains", val_small(i));
        for (int k = 0; k < 3; k++) {
            say(&m, 0, OP_INVOKE, f[k], val_small(i));
            say(&m, 0, OP_OK, f[k], VAL_TRUE);
        }
        say(&m, 3, OP_OK, "contains", VAL_TRUE);
        ck_assert_uint_le(online_kept(m.r.o), WINDOW);
    }
    ck_assert(m.r.state == ONLINE_GOING);
    close_run(&m.r);
}
END_TEST

/* An operation that never ends holds everything; when it does, it is let go. */
START_TEST(one_that_hangs)
{
    struct mill m = {0};
    open_run(&m.r, "register", (struct online_options){0});
    say(&m, 9, OP_INVOKE, "read", VAL_NIL);
    for (int32_t i = 1; i <= LONG; i++)
        turn(&m, i, "write", "read", false);
    ck_assert_uint_ge(online_kept(m.r.o), LONG);
    say(&m, 9, OP_OK, "read", val_small(LONG / 2));
    turn(&m, LONG + 1, "write", "read", false);
    ck_assert_uint_le(online_kept(m.r.o), WINDOW);
    ck_assert(m.r.state == ONLINE_GOING);
    say(&m, 9, OP_INVOKE, "read", VAL_NIL);
    say(&m, 9, OP_OK, "read", val_small(LONG / 2));
    ck_assert(m.r.state == ONLINE_VIOLATED);
    close_run(&m.r);
}
END_TEST

START_TEST(values_move)
{
    struct run r;
    open_run(&r, "register", (struct online_options){.tuples = true});
    push_text(&r, INVOKE(0, write, ["k" {:a ["x" #{1 2}]}]) INVOKE(1, read, ["k" nil]));
    struct values fresh;
    values_init(&fresh);
    (void)val_text(&fresh, V_STRING, STR("another number for everything"));
    const struct value_mover m = {.from = &r.h.values, .to = &fresh};
    online_move(r.o, &m);
    values_free(&r.h.values);
    r.h.values = fresh;
    push_text(&r, OK(1, read, ["k" {:a ["x" #{1 2}]}]) OK(0, write, ["k" {:a ["x" #{1 2}]}]));
    ck_assert_msg(r.state == ONLINE_GOING, "%s", online_reason(r.o));
    size_t ops;
    struct str key = val_get_text(&r.h.values, online_object(r.o, 0, &ops));
    ck_assert(str_is(key, "k"));
    ck_assert_uint_eq(ops, 2);
    close_run(&r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("online");
    TCase *t = tcase_create("online");
    tcase_add_loop_test(t, speaks, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_loop_test(t, speaks_of_sessions, 0, (int)(sizeof sessions / sizeof *sessions));
    tcase_add_test(t, keys);
    tcase_add_test(t, options);
    tcase_add_test(t, window_of_a_register);
    tcase_add_test(t, window_of_a_counter);
    tcase_add_test(t, window_of_a_queue);
    tcase_add_test(t, window_of_a_set);
    tcase_add_test(t, one_that_hangs);
    tcase_add_test(t, values_move);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
