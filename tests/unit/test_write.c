#include "base/mem.h"
#include "base/rng.h"
#include "histories/reader.h"
#include "histories/writer.h"
#include "tests/property/read_text.h"

#include <check.h>
#include <stdlib.h>

static bool put(void *ctx, struct str chunk)
{
    buf_put(ctx, chunk);
    return true;
}

static void write_all(const struct history *h, const char *format, struct buf *out)
{
    const struct writer *w = writer_find(format);
    ck_assert_ptr_nonnull(w);
    ck_assert(history_write(h, w, NULL, put, out));
}

static void add(struct history *h, enum op_type type, const char *process, const char *f,
                const char *value)
{
    struct event e = event_blank();
    e.type = type;
    ck_assert(edn_parse_value(&h->values, str_of(process), &e.process, NULL));
    e.f = val_text(&h->values, V_KEYWORD, str_of(f));
    if (value)
        ck_assert(edn_parse_value(&h->values, str_of(value), &e.value, NULL));
    history_add_event(h, &e);
}

static void ck_written(const struct history *h, const char *format, const char *expected)
{
    struct buf b = {0};
    write_all(h, format, &b);
    buf_putc(&b, '\0');
    ck_assert_str_eq(b.p, expected);
    buf_free(&b);
}

static void two_events(struct history *h)
{
    history_init(h);
    add(h, OP_INVOKE, "0", "write", "[1 \"a\tb\\n\"]");
    add(h, OP_INFO, ":nemesis", "start", NULL);
    h->events.index[0] = 7;
    h->events.time[0] = -5;
    h->events.key[0] = val_text(&h->values, V_STRING, STR("k"));
}

START_TEST(each_format_looks_as_documented)
{
    struct history h;
    two_events(&h);
    ck_written(&h, "edn",
               "{:index 7, :time -5, :type :invoke, :process 0, :f :write, :key \"k\", "
               ":value [1 \"a\\tb\\n\"]}\n"
               "{:type :info, :process :nemesis, :f :start}\n");
    ck_written(&h, "jsonl",
               "{\"index\": 7, \"time\": -5, \"type\": \"invoke\", \"process\": 0, "
               "\"f\": \"write\", \"key\": \"k\", \"value\": [1,\"a\\tb\\n\"]}\n"
               "{\"type\": \"info\", \"process\": \"nemesis\", \"f\": \"start\"}\n");
    ck_written(&h, "json",
               "[{\"index\": 7, \"time\": -5, \"type\": \"invoke\", \"process\": 0, "
               "\"f\": \"write\", \"key\": \"k\", \"value\": [1,\"a\\tb\\n\"]},\n"
               "{\"type\": \"info\", \"process\": \"nemesis\", \"f\": \"start\"}]\n");
    ck_written(&h, "history-txt",
               "0\t:invoke\t:write\t[\"k\" [1 \"a\\tb\\n\"]]\n:nemesis\t:info\t:start\tnil\n");
    ck_written(&h, "porcupine-log",
               "INFO  jepsen.util - 0\t:invoke\t:write\t[\"k\" [1 \"a\\tb\\n\"]]\n"
               "INFO  jepsen.util - :nemesis\t:info\t:start\tnil\n");
    history_free(&h);
}
END_TEST

START_TEST(an_empty_history_is_written)
{
    struct history h;
    history_init(&h);
    ck_written(&h, "edn", "");
    ck_written(&h, "json", "[]\n");
    history_free(&h);
}
END_TEST

START_TEST(only_what_is_kept_is_written)
{
    struct history h;
    struct buf b = {0};
    history_init(&h);
    for (size_t i = 0; i < 4; i++)
        add(&h, OP_OK, "3", "read", "1");
    const bool keep[4] = {false, true, false, true};
    h.events.index[1] = 1;
    h.events.index[3] = 3;
    ck_assert(history_write(&h, writer_find("json"), keep, put, &b));
    buf_putc(&b, '\0');
    ck_assert_str_eq(b.p,
                     "[{\"index\": 1, \"type\": \"ok\", \"process\": 3, \"f\": \"read\", "
                     "\"value\": 1},\n"
                     "{\"index\": 3, \"type\": \"ok\", \"process\": 3, \"f\": \"read\", "
                     "\"value\": 1}]\n");
    buf_free(&b);
    history_free(&h);
}
END_TEST

struct counter {
    size_t calls, bytes, stop_at;
};

static bool count(void *ctx, struct str chunk)
{
    struct counter *c = ctx;
    c->bytes += chunk.n;
    return ++c->calls != c->stop_at;
}

START_TEST(text_comes_in_chunks_and_stops_when_told)
{
    struct history h;
    history_init(&h);
    for (size_t i = 0; i < 10000; i++)
        add(&h, OP_INVOKE, "0", "write", "1");
    size_t line = strlen("{:type :invoke, :process 0, :f :write, :value 1}\n");
    struct counter all = {0}, some = {.stop_at = 2};
    ck_assert(history_write(&h, writer_find("edn"), NULL, count, &all));
    ck_assert_uint_eq(all.bytes, 10000 * line);
    ck_assert_uint_gt(all.calls, 2);
    ck_assert(!history_write(&h, writer_find("edn"), NULL, count, &some));
    ck_assert_uint_eq(some.calls, 2);
    history_free(&h);
}
END_TEST

START_TEST(writers_are_found_by_suffix)
{
    static const char *const paths[][2] = {
        {"a/b.edn", "edn"},         {"b.json", "json"},           {"b.jsonl", "jsonl"},
        {"x/b.trace.json", "trace"}, {"trace.json", "trace"},
        {"b.log", "porcupine-log"}, {"b.txt", "history-txt"}, {NULL, NULL}};
    for (size_t i = 0; paths[i][0]; i++)
        ck_assert_str_eq(writer_for_path(paths[i][0])->name, paths[i][1]);
    ck_assert_ptr_null(writer_for_path("a.edn/b"));
    ck_assert_ptr_null(writer_for_path("b.html"));
    ck_assert_ptr_null(writer_find("xml"));
}
END_TEST

/* --- round trips -----------------------------------------------------------------------------*/

/* What every format can hold. */
static const char *const plain_texts[] = {
    "nil", "true", "false", "0", "-1", "1073741824", "-9223372036854775808", "\"\"", "\"a b\"",
    "\"q\\\"\\\\ \\t\\n\\r \\u0001 \\u2028 ü\"", "[]", "[1 [2 nil]]", "{\"a\" 1, \"b\" [2]}",
    "123456789012345678901234567890N", "1.5", "\":k\"",
};
/* What JSON cannot. */
static const char *const edn_texts[] = {
    ":kw", ":a/b", ":50ms", "#{}", "#{1 :x}", "{1 2, :k #{3}}", "1/3", "##NaN", "1.5M", "sym",
    "\\a", "[:r 1 nil]", "\"\\u0000\"",
};

static val random_value(struct history *h, struct rng *r, bool edn)
{
    size_t n = sizeof plain_texts / sizeof *plain_texts, m = sizeof edn_texts / sizeof *edn_texts;
    size_t i = (size_t)rng_below(r, edn ? n + m : n);
    val v = VAL_ABSENT;
    struct err e = {0};
    const char *text = i < n ? plain_texts[i] : edn_texts[i - n];
    ck_assert_msg(edn_parse_value(&h->values, str_of(text), &v, &e), "%s: %s", text, e.text);
    return v;
}

struct holds {
    const char *format, *reader;
    bool edn;   /* all values of EDN */
    bool extra; /* time, index, version, key, node, and that something is absent */
};

static void random_history(struct history *h, struct rng *r, const struct holds *x)
{
    static const char *const fs[] = {"read", "write", "a/b", "my f"};
    static const char *const names[] = {"nemesis", "nemesis-2"};
    history_init(h);
    for (uint64_t n = rng_below(r, 12) + 1; n > 0; n--) {
        struct event e = event_blank();
        e.type = (enum op_type)rng_below(r, 4);
        e.process = rng_chance(r, 0.2)
                        ? val_text(&h->values, V_KEYWORD, str_of(names[rng_below(r, 2)]))
                        : val_int(&h->values, (int64_t)rng_below(r, 5) - 1);
        e.f = val_text(&h->values, V_KEYWORD, str_of(fs[rng_below(r, x->extra ? 4 : 3)]));
        e.value = random_value(h, r, x->edn);
        /* In text a keyword in the place of a failed operation's value is its error. */
        if (!x->extra && e.type >= OP_FAIL && val_kind(&h->values, e.value) == V_KEYWORD)
            e.value = VAL_NIL;
        if (x->extra) {
            e.time = rng_chance(r, 0.5) ? NO_TIME : (int64_t)rng_below(r, 1u << 31) - 1000;
            e.index = (int64_t)rng_below(r, 100) - 1;
            e.version = (int64_t)rng_below(r, 100) - 1;
            e.key = rng_chance(r, 0.5) ? VAL_ABSENT : random_value(h, r, x->edn);
            if (e.key == VAL_NIL) /* :key nil is no key */
                e.key = VAL_ABSENT;
            e.node = rng_chance(r, 0.5) ? VAL_ABSENT : random_value(h, r, x->edn);
            e.process = rng_chance(r, 0.2) ? VAL_ABSENT : e.process;
            e.f = rng_chance(r, 0.2) ? VAL_ABSENT : e.f;
            e.value = rng_chance(r, 0.2) ? VAL_ABSENT : e.value;
        }
        e.time = e.time == -1 ? NO_TIME : e.time; /* -1 reads as "no time" */
        e.key = e.key == VAL_NIL ? VAL_ABSENT : e.key; /* and nil as "no key" */
        history_add_event(h, &e);
    }
}

static void round_trip(const struct holds *x, uint64_t seed)
{
    struct rng r;
    struct history h, again;
    struct err e = {0};
    struct buf text = {0};
    rng_seed(&r, seed);
    random_history(&h, &r, x);
    write_all(&h, x->format, &text);
    ck_assert_msg(read_text(&again, NULL, buf_str(&text), &e), "%s %llu: %s\n%.*s", x->format,
                  (unsigned long long)seed, e.text, (int)text.n, text.p);
    ck_assert_str_eq(reader_detect(buf_str(&text))->name, x->reader);
    char *before = show_events(&h), *after = show_events(&again);
    ck_assert_str_eq(before, after);
    mem_free(before);
    mem_free(after);
    buf_free(&text);
    history_free(&h);
    history_free(&again);
}

static const struct holds formats[] = {
    {"edn", "edn", true, true},
    {"json", "json", false, true},
    {"jsonl", "json", false, true},
    {"history-txt", "history-txt", true, false},
    {"porcupine-log", "jepsen-log", true, false},
};

START_TEST(what_is_written_reads_the_same)
{
    for (uint64_t seed = 0; seed < 500; seed++)
        round_trip(&formats[_i], seed);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("write");
    TCase *t = tcase_create("write");
    tcase_add_test(t, each_format_looks_as_documented);
    tcase_add_test(t, an_empty_history_is_written);
    tcase_add_test(t, only_what_is_kept_is_written);
    tcase_add_test(t, text_comes_in_chunks_and_stops_when_told);
    tcase_add_test(t, writers_are_found_by_suffix);
    tcase_add_loop_test(t, what_is_written_reads_the_same, 0,
                        (int)(sizeof formats / sizeof *formats));
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
