/* Models: which one is detected, how operations become classes, and how states step. */
#include "base/mem.h"
#include "checker/container.h"
#include "checker/model_list.h"
#include "histories/reader.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static void load(struct history *h, const char *text)
{
    struct load_options opt = {.pair = {.lenient = true}};
    struct err e = {0};
    ck_assert_msg(history_load_memory(h, "test.edn", str_of(text), &opt, &e), "%s\n%s", text,
                  e.text);
}

/* JSON has no keywords, so that :empty is written "empty"; in EDN that is an element. */
START_TEST(empty_in_json)
{
    static const char *const texts[] = {
        "{\"process\": 0, \"type\": \"invoke\", \"f\": \"dequeue\", \"value\": null}\n"
        "{\"process\": 0, \"type\": \"ok\", \"f\": \"dequeue\", \"value\": \"empty\"}\n",
        "{:process 0, :type :invoke, :f :dequeue, :value nil}\n"
        "{:process 0, :type :ok, :f :dequeue, :value \"empty\"}\n",
    };
    struct history h;
    load(&h, texts[_i]);
    ck_assert_uint_eq(h.nops, 1);
    ck_assert(container_says_empty(&h, h.ops[0].out) == (_i == 0));
    history_free(&h);
}
END_TEST

static val parse(struct history *h, const char *text)
{
    val v;
    struct err e = {0};
    ck_assert_msg(edn_parse_value(&h->values, str_of(text), &v, &e), "%s", e.text);
    return v;
}

/* The object made of all operations, with initial value `initial` (EDN). */
static bool build(struct object *o, struct history *h, const struct model *m, const char *initial,
                  bool nil_unknown, struct err *e)
{
    uint32_t *ids = mem_alloc(h->nops * sizeof *ids);
    for (size_t i = 0; i < h->nops; i++)
        ids[i] = (uint32_t)i;
    bool good = object_build(o, h, m, ids, h->nops, VAL_ABSENT, parse(h, initial), nil_unknown, e);
    mem_free(ids);
    return good;
}

static void must_build(struct object *o, struct history *h, const struct model *m,
                       const char *initial, bool nil_unknown)
{
    struct err e = {0};
    ck_assert_msg(build(o, h, m, initial, nil_unknown, &e), "%s", e.text);
}

static void must_refuse(const char *text, const struct model *m, const char *said)
{
    struct history h;
    struct object o;
    struct err e = {0};
    load(&h, text);
    ck_assert_msg(!build(&o, &h, m, "nil", false, &e), "accepted: %s", text);
    ck_assert_int_eq(e.code, ERR_INPUT);
    ck_assert_msg(strstr(e.text, said), "'%s' does not say '%s'", e.text, said);
    history_free(&h);
}

static void ck_state(const struct object *o, uint32_t state, const char *expected)
{
    struct buf b = {0};
    ck_assert_uint_ne(state, NO_STATE);
    o->model->describe(o, state, &b);
    buf_putc(&b, '\0');
    ck_assert_str_eq(b.p, expected);
    buf_free(&b);
}

static uint32_t step(struct object *o, uint32_t state, size_t op)
{
    ck_assert_uint_eq(o->model->step(o, state, o->ops[op].cls, 1), NO_STATE);
    return o->model->step(o, state, o->ops[op].cls, 0);
}

/* An ok operation of process p. */
#define OK(p, f, in, out)                                                                          \
    "{:process " #p ", :type :invoke, :f " f ", :value " in "}\n"                                  \
    "{:process " #p ", :type :ok, :f " f ", :value " out "}\n"
#define INFO(p, f, in) "{:process " #p ", :type :invoke, :f " f ", :value " in "}\n"
#define KV(p, f, in, out)                                                                          \
    "{:process " #p ", :type :invoke, :f " f ", :key \"k\", :value " in "}\n"                      \
    "{:process " #p ", :type :ok, :f " f ", :key \"k\", :value " out "}\n"

static const struct {
    const char *text, *model, *reason;
} detections[] = {
    {OK(0, ":write", "1", "1") OK(0, ":read", "nil", "1"), "register", "write, read"},
    {OK(0, ":read", "nil", "nil"), "register", "read"},
    {OK(0, ":write", "1", "1") INFO(0, ":cas", "[1 2]"), "cas-register", "write, cas"},
    {OK(0, ":get", "nil", "1") OK(0, ":put", "1", "1"), "register", "get, put"},
    {OK(0, ":write", "[1 5]", "[1 5]") OK(0, ":read", "[1 nil]", "[1 5]"), "register",
     "each key on its own"},
    {KV(0, ":get", "nil", "\"\"") KV(0, ":put", "\"a\"", "\"a\""), "kv", "with :key"},
    {KV(0, ":append", "\"a\"", "\"a\""), "kv", "append"},
    {OK(0, ":append", "\"a\"", "\"a\""), "kv", "append"},
    {OK(0, ":txn", "[[:read :x nil]]", "[[:read :x 0]]"), "multi-register", ":read and :write"},
    {OK(0, ":txn", "[[:r 1 nil] [:w 2 3]]", "[[:r 1 0] [:w 2 3]]"), NULL, "-m multi-register"},
    {OK(0, ":txn", "[[:r 1 nil] [:append 2 3]]", "[[:r 1 []] [:append 2 3]]"), NULL,
     "list-append"},
    {OK(0, ":txn", "[[:send 1 2]]", "[[:send 1 [0 2]]]"), NULL, "micro-operations"},
    {OK(0, ":write", "[[:w 1 2]]", "[[:w 1 2]]") OK(0, ":read", "[[:r 1 nil]]", "[[:r 1 2]]"), NULL,
     "rw-register"},
    {OK(0, ":write", "[[:x 1]]", "[[:x 1]]") OK(0, ":read", "[[:x nil] [:y nil]]",
                                               "[[:x 1] [:y 2]]"),
     "multi-register", "[key value]"},
    {OK(0, ":enqueue", "1", "1") OK(0, ":dequeue", "nil", "1"), "fifo-queue",
     "-m chooses another model that fits: unordered-queue"},
    {OK(0, ":push", "1", "1") OK(0, ":pop", "nil", "1"), "stack", "push, pop"},
    {OK(0, ":insert", "1", "1") OK(0, ":poll", "nil", "1"), "priority-queue", "max-priority-queue"},
    {OK(0, ":push-front", "1", "1") OK(0, ":pop-back", "nil", "1"), "deque", "push-front"},
    {OK(0, ":add", "1", "1") OK(0, ":read", "nil", "1"), "counter", "add, read"},
    {OK(0, ":add", "1", "1") OK(0, ":read", "nil", "#{1}"), "grow-set", "add, read"},
    {OK(0, ":broadcast", "1", "1") OK(0, ":read", "nil", "[1]"), "grow-set", "broadcast"},
    {OK(0, ":add", "1", "1") OK(0, ":remove", "1", "1") OK(0, ":contains", "1", "false"), "set",
     "add, remove, contains"},
    {OK(0, ":append", "1", "1") OK(0, ":read", "nil", "[1]"), "list", "append, read"},
    {OK(0, ":fetch-and-add", "nil", "0"), "fetch-and-add", "fetch-and-add"},
    {OK(0, ":generate", "nil", "7"), "unique-ids", "generate"},
    {OK(0, ":read-acquire", "nil", "nil") OK(0, ":release", "nil", "nil"), "rw-lock", "release"},
    {OK(0, ":read", "nil", "{0 5, 1 5}"), NULL, "collections"},
    {OK(0, ":transfer", "{:from 0, :to 1, :amount 5}", "nil"), NULL, "transfer"},
    {OK(0, ":frob", "1", "1") OK(0, ":read", "nil", "1"), NULL, "frob, read"},
    {OK(0, ":acquire", "nil", "nil") OK(0, ":release", "nil", "nil"), "mutex", "acquire, release"},
    {OK(0, ":write", "1", "1") OK(0, ":read", "nil", "#{1}"), NULL, "-m register"},
    {OK(0, ":write", "[1 2 3]", "[1 2 3]") OK(0, ":read", "nil", "[1 2 3]"), "register", "write"},
    {OK(0, ":write", "1", "1") "{:process :nemesis, :type :info, :f :kill, :value nil}\n"
     "{:process :nemesis, :type :info, :f :kill, :value nil}\n", "register", "write"},
    {OK(0, ":txn", "[[:read :x nil]]", "[[:read :x 0]]") OK(0, ":write", "1", "1"), NULL,
     "txn, write"},
};

START_TEST(detection)
{
    struct history h;
    struct arena a = {0};
    const char *reason = NULL, *expected = detections[_i].model;
    load(&h, detections[_i].text);
    const struct model *m = model_detect(&h, &a, &reason);
    ck_assert_msg(m ? expected && strcmp(m->name, expected) == 0 : !expected,
                  "%sdetected %s: %s", detections[_i].text, m ? m->name : "none", reason);
    ck_assert_msg(strstr(reason, detections[_i].reason), "'%s' does not say '%s'", reason,
                  detections[_i].reason);
    arena_free(&a);
    history_free(&h);
}
END_TEST

START_TEST(every_model_is_found_by_its_name)
{
    for (size_t i = 0; models[i]; i++) {
        ck_assert_ptr_eq(model_find(models[i]->name), models[i]);
        ck_assert(models[i]->summary && models[i]->example && models[i]->names[0].f);
    }
    ck_assert_ptr_null(model_find("cassandra"));
}
END_TEST

START_TEST(operations_become_classes)
{
    struct history h;
    struct object o;
    load(&h, OK(0, ":write", "1", "1") OK(0, ":read", "nil", "1") INFO(1, ":write", "1")
         INFO(2, ":read", "nil") INFO(3, ":cas", "[1 1]") INFO(4, ":cas", "[1 2]")
         OK(0, ":cas", "[1 1]", "[1 1]")
         "{:process 0, :type :invoke, :f :write, :value 7}\n"
         "{:process 0, :type :fail, :f :write, :value 7}\n");
    must_build(&o, &h, &model_cas_register, "0", false);
    ck_assert_uint_eq(o.n, 5); /* without the fail, the crashed read and the crashed cas [1 1] */
    ck_assert_uint_eq(o.crashed, 2);
    ck_assert_uint_eq(o.nclasses, 3);
    ck_assert(o.register_like);
    ck_assert_uint_eq(o.ops[0].cls, o.ops[2].cls); /* ok and crashed write of 1 */
    ck_assert_uint_eq(o.ops[1].cls, o.ops[4].cls); /* read of 1 and cas from 1 to 1 */
    ck_assert(o.classes[0].blind && !o.classes[0].pure);
    ck_assert(o.classes[1].pure && o.classes[1].action == ACT_READ);
    ck_assert(!o.classes[2].blind && o.classes[2].action == ACT_CAS);
    ck_assert_uint_eq(o.ops[2].res, RES_INF);
    for (size_t i = 0; i < o.n; i++) {
        ck_assert(o.ops[i].inv < o.ops[i].res);
        ck_assert_uint_eq(lin_event(o.ops[i].inv), h.ops[o.ops[i].op].inv);
        ck_assert(i == 0 || o.ops[i - 1].inv < o.ops[i].inv);
    }
    ck_state(&o, o.init_state, "0");
    ck_state(&o, step(&o, o.init_state, 0), "1");
    ck_assert_uint_eq(step(&o, o.init_state, 1), NO_STATE);
    ck_state(&o, step(&o, step(&o, o.init_state, 0), 3), "2");
    object_free(&o);
    history_free(&h);
}
END_TEST

START_TEST(completions_alone_have_width)
{
    struct history h;
    struct object o;
    load(&h, "{:process 0, :type :ok, :f :write, :value 1}\n"
             "{:process 1, :type :ok, :f :read, :value 1}\n");
    must_build(&o, &h, &model_register, "nil", false);
    ck_assert_uint_eq(o.n, 2);
    ck_assert(o.ops[0].inv < o.ops[0].res && o.ops[0].res < o.ops[1].inv);
    ck_state(&o, step(&o, o.init_state, 0), "1");
    object_free(&o);
    history_free(&h);
}
END_TEST

START_TEST(reads_that_say_nothing_are_dropped)
{
    struct history h;
    struct object o;
    load(&h, OK(0, ":read", "nil", "nil") "{:process 0, :type :invoke, :f :read}\n"
             "{:process 0, :type :ok, :f :read}\n");
    must_build(&o, &h, &model_register, "0", false);
    ck_assert_uint_eq(o.n, 1);
    object_free(&o);
    must_build(&o, &h, &model_register, "0", true);
    ck_assert_uint_eq(o.n, 0);
    object_free(&o);
    history_free(&h);
}
END_TEST

START_TEST(versions_are_those_of_ok_completions)
{
    struct history h;
    struct object o;
    load(&h, "{:process 0, :type :invoke, :f :write, :value 1, :version 4}\n"
             "{:process 0, :type :ok, :f :write, :value 1, :version 5}\n"
             "{:process 0, :type :invoke, :f :write, :value 2}\n"
             "{:process 0, :type :info, :f :write, :value 2, :version 6}\n");
    must_build(&o, &h, &model_register, "nil", false);
    ck_assert_int_eq(o.ops[0].version, 5);
    ck_assert_int_eq(o.ops[1].version, -1);
    object_free(&o);
    history_free(&h);
}
END_TEST

START_TEST(misfits_are_told_where_and_why)
{
    must_refuse(OK(0, ":read", "nil", "nil") OK(0, ":cas", "[1 2]", "[1 2]"), &model_register,
                "test.edn:3:1: operation :cas");
    must_refuse(OK(0, ":cas", "5", "5"), &model_cas_register, "[old new]");
    must_refuse(OK(0, ":enqueue", "5", "5"), &model_cas_register, "compare-and-set");
    must_refuse("{:process 0, :type :invoke, :f :write}\n{:process 0, :type :ok, :f :write}\n",
                &model_register, "needs a value");
    must_refuse(KV(0, ":append", "5", "5"), &model_kv, "needs a string");
    must_refuse(KV(0, ":append", "\"a\"", "\"a\"") KV(0, ":put", "5", "5"), &model_kv,
                "has value 5");
    must_refuse(OK(0, ":txn", "5", "5"), &model_multi_register, "needs a list");
    must_refuse(OK(0, ":txn", "[[:inc :x 1]]", "[[:inc :x 1]]"), &model_multi_register,
                "needs a list");
    must_refuse(OK(0, ":txn", "[[:read :x nil]]", "[[:read :x 1] [:read :y 1]]"),
                &model_multi_register, "another number");
    must_refuse(OK(0, ":txn", "[[:read :x nil]]", "[[:read :y 1]]"), &model_multi_register,
                "other micro-operations");
    must_refuse(OK(0, ":txn", "[[:write :x]]", "[[:write :x]]"), &model_multi_register,
                "needs a value");
}
END_TEST

START_TEST(a_refused_acquire_saw_the_mutex_held)
{
    struct history h;
    struct object o;
    load(&h, OK(0, ":acquire", "nil", "true") OK(1, ":acquire", "nil", "false")
                 OK(0, ":release", "nil", "nil"));
    must_build(&o, &h, &model_mutex, "false", false);
    ck_assert(o.classes[1].pure && o.classes[1].action == ACT_IS_UP);
    ck_assert_uint_eq(step(&o, o.init_state, 1), NO_STATE);
    uint32_t held = step(&o, o.init_state, 0);
    ck_state(&o, held, "held");
    ck_assert_uint_eq(step(&o, held, 0), NO_STATE);
    ck_assert_uint_eq(step(&o, held, 1), held);
    ck_state(&o, step(&o, held, 2), "free");
    object_free(&o);
    history_free(&h);
    must_refuse(OK(0, ":release", "nil", "false"), &model_mutex, "recorded as :fail");
}
END_TEST

START_TEST(a_key_without_append_is_a_register)
{
    struct history h;
    struct object o;
    load(&h, KV(0, ":put", "\"a\"", "\"a\"") KV(0, ":get", "nil", "\"\"")
         KV(0, ":get", "nil", "nil") KV(0, ":put", "\"\"", "\"\"")
         KV(0, ":cas", "[\"\" nil]", "nil"));
    must_build(&o, &h, &model_kv, "nil", false);
    ck_assert(o.register_like);
    ck_assert_uint_eq(o.ops[1].cls, o.ops[2].cls); /* nil and "" are equal */
    ck_assert_uint_eq(o.ops[4].cls, o.ops[2].cls); /* so this cas only observes */
    ck_assert_uint_eq(step(&o, o.init_state, 1), o.init_state);
    ck_assert_uint_eq(step(&o, step(&o, o.init_state, 0), 3), o.init_state);
    ck_assert_uint_eq(step(&o, step(&o, o.init_state, 0), 1), NO_STATE);
    object_free(&o);
    history_free(&h);
}
END_TEST

START_TEST(appends_build_the_texts_that_reads_saw)
{
    struct history h;
    struct object o;
    load(&h, KV(0, ":append", "\"ab\"", "\"ab\"") KV(0, ":append", "\"c\"", "\"c\"")
         KV(0, ":put", "\"a\"", "\"a\"") KV(0, ":append", "\"bc\"", "\"bc\"")
         KV(0, ":get", "nil", "\"abc\"") KV(0, ":append", "\"\"", "\"\"")
         KV(0, ":cas", "[\"abc\" \"zz\"]", "nil"));
    must_build(&o, &h, &model_kv, "nil", false);
    ck_assert(!o.register_like);
    ck_assert_uint_eq(o.n, 6); /* appending nothing is nothing */
    uint32_t ab = step(&o, o.init_state, 0), a = step(&o, o.init_state, 2);
    uint32_t abc = step(&o, ab, 1);
    ck_state(&o, o.init_state, "\"\"");
    ck_state(&o, ab, "\"ab\"");
    ck_state(&o, abc, "\"abc\"");
    ck_assert_uint_eq(abc, step(&o, a, 3)); /* the same text by another way */
    ck_assert_uint_eq(step(&o, abc, 4), abc);
    ck_assert_uint_eq(step(&o, ab, 4), NO_STATE);
    uint32_t hidden = step(&o, abc, 5); /* nobody reads "zz", nor "c", nor "abcc" */
    ck_assert_uint_eq(hidden, step(&o, o.init_state, 1));
    ck_assert_uint_eq(hidden, step(&o, abc, 1));
    ck_assert_uint_eq(hidden, step(&o, hidden, 0));
    ck_assert_uint_eq(step(&o, hidden, 5), NO_STATE);
    ck_assert_uint_eq(step(&o, hidden, 2), a);
    object_free(&o);
    history_free(&h);
}
END_TEST

START_TEST(long_texts_cost_no_copies)
{
    enum { PIECES = 4000 };
    struct buf text = {0}, whole = {0};
    for (int i = 0; i < PIECES; i++) {
        buf_printf(&text, KV(0, ":append", "\"piece %d \"", "nil"), i);
        buf_printf(&whole, "piece %d ", i);
    }
    buf_printf(&text, "{:process 0, :type :invoke, :f :get, :key \"k\"}\n"
                      "{:process 0, :type :ok, :f :get, :key \"k\", :value \"%.*s\"}\n",
               (int)whole.n, whole.p);
    buf_putc(&text, '\0');
    struct history h;
    struct object o;
    load(&h, text.p);
    must_build(&o, &h, &model_kv, "nil", false);
    uint32_t state = o.init_state;
    for (size_t i = 0; i <= PIECES; i++)
        state = step(&o, state, i);
    ck_assert_uint_ne(state, NO_STATE);
    struct buf shown = {0};
    o.model->describe(&o, state, &shown);
    ck_assert(shown.n < 200);
    buf_free(&shown);
    buf_free(&text);
    buf_free(&whole);
    object_free(&o);
    history_free(&h);
}
END_TEST

START_TEST(transactions_step_all_keys_at_once)
{
    struct history h;
    struct object o;
    load(&h, OK(0, ":txn", "[[:write :x 1] [:write :y 2]]", "[[:write :x 1] [:write :y 2]]")
         OK(0, ":txn", "[[:read :x nil] [:write :x 5] [:read :x nil]]",
            "[[:read :x 1] [:write :x 5] [:read :x 5]]")
         OK(0, ":txn", "[[:write :y 3] [:read :y nil]]", "[[:write :y 3] [:read :y 4]]")
         OK(0, ":txn", "[[:read :y nil] [:write :y 2]]", "[[:read :y 2] [:write :y 2]]")
         INFO(1, ":txn", "[[:read :x nil] [:write :y 9]]") INFO(2, ":txn", "[[:read :x nil]]"));
    must_build(&o, &h, &model_multi_register, "{:x 0}", false);
    ck_assert_uint_eq(o.n, 5); /* without the crashed read */
    ck_assert(!o.register_like);
    uint32_t s = o.init_state;
    ck_state(&o, s, "{:x 0, :y nil}");
    ck_assert(o.classes[o.ops[0].cls].blind);
    ck_assert_uint_eq(step(&o, s, 1), NO_STATE);
    s = step(&o, s, 0);
    ck_state(&o, s, "{:x 1, :y 2}");
    ck_state(&o, step(&o, s, 1), "{:x 5, :y 2}");
    ck_assert_uint_eq(step(&o, s, 2), NO_STATE); /* contradicts itself */
    ck_assert(o.classes[o.ops[3].cls].pure);     /* writes back what it read */
    ck_assert_uint_eq(step(&o, s, 3), s);
    ck_state(&o, step(&o, s, 4), "{:x 1, :y 9}"); /* its read observed nothing */
    ck_assert(!o.classes[o.ops[4].cls].blind);
    ck_assert_uint_eq(step(&o, step(&o, s, 1), 0), s);
    uint32_t relaxed = o.classes[o.ops[1].cls].relaxed;
    ck_assert_uint_ne(relaxed, o.ops[1].cls);
    ck_state(&o, o.model->step(&o, o.init_state, relaxed, 0), "{:x 5, :y nil}");
    ck_assert_uint_eq(o.classes[relaxed].relaxed, relaxed);
    object_free(&o);
    history_free(&h);
}
END_TEST

START_TEST(reads_and_writes_of_pairs)
{
    struct history h;
    struct object o;
    load(&h, OK(0, ":write", "[[:x 1]]", "[[:x 1]]") OK(0, ":read", "[[:x nil] [:y nil]]",
                                                        "[[:x 1] [:y 0]]"));
    must_build(&o, &h, &model_multi_register, "0", false);
    ck_assert_uint_eq(step(&o, o.init_state, 1), NO_STATE);
    uint32_t s = step(&o, o.init_state, 0);
    ck_state(&o, s, "{:x 1, :y 0}");
    ck_assert_uint_eq(step(&o, s, 1), s);
    object_free(&o);
    history_free(&h);
}
END_TEST

START_TEST(many_keys_cost_a_logarithm_each)
{
    enum { KEYS = 20000 };
    struct buf text = {0};
    buf_puts(&text, "{:process 0, :type :invoke, :f :txn, :value [");
    for (int i = 0; i < KEYS; i++)
        buf_printf(&text, "[:write %d %d]", i, i % 7);
    buf_puts(&text, "]}\n");
    buf_puts(&text, OK(1, ":txn", "[[:read 19999 nil] [:write 3 -1]]",
                       "[[:read 19999 0] [:write 3 -1]]"));
    buf_puts(&text, OK(1, ":txn", "[[:read 3 nil]]", "[[:read 3 -1]]"));
    buf_putc(&text, '\0');
    struct history h;
    struct object o;
    load(&h, text.p);
    must_build(&o, &h, &model_multi_register, "nil", false);
    uint32_t s = step(&o, o.init_state, 0);
    ck_assert_uint_eq(step(&o, o.init_state, 1), NO_STATE);
    ck_assert_uint_eq(step(&o, s, 2), NO_STATE);
    s = step(&o, s, 1); /* 19999 % 7 is 0 */
    ck_assert_uint_ne(s, NO_STATE);
    ck_assert_uint_eq(step(&o, s, 2), s);
    object_free(&o);
    history_free(&h);
    buf_free(&text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("models");
    TCase *t = tcase_create("models");
    suite_add_tcase(s, t);
    tcase_add_loop_test(t, empty_in_json, 0, 2);
    tcase_add_loop_test(t, detection, 0, sizeof detections / sizeof *detections);
    tcase_add_test(t, every_model_is_found_by_its_name);
    tcase_add_test(t, operations_become_classes);
    tcase_add_test(t, completions_alone_have_width);
    tcase_add_test(t, reads_that_say_nothing_are_dropped);
    tcase_add_test(t, versions_are_those_of_ok_completions);
    tcase_add_test(t, misfits_are_told_where_and_why);
    tcase_add_test(t, a_refused_acquire_saw_the_mutex_held);
    tcase_add_test(t, a_key_without_append_is_a_register);
    tcase_add_test(t, appends_build_the_texts_that_reads_saw);
    tcase_add_test(t, long_texts_cost_no_copies);
    tcase_add_test(t, transactions_step_all_keys_at_once);
    tcase_add_test(t, reads_and_writes_of_pairs);
    tcase_add_test(t, many_keys_cost_a_logarithm_each);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
