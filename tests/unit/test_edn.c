/* Each quirk of EDN histories that concerns reading, by its number in the research notes' list. */
#include "base/mem.h"
#include "tests/property/read_text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static void ck_read_n(const char *text, size_t n, const char *events)
{
    struct history h;
    struct err e = {0};
    ck_assert_msg(read_text(&h, NULL, (struct str){text, n}, &e), "%s\n%s", text, e.text);
    char *got = show_events(&h);
    ck_assert_str_eq(got, events);
    mem_free(got);
    history_free(&h);
}

static void ck_read(const char *text, const char *events)
{
    ck_read_n(text, strlen(text), events);
}

/* One operation whose :value is `text`; it reads as `shown`. */
static void ck_value(const char *text, const char *shown)
{
    char op[512], events[512];
    (void)snprintf(op, sizeof op, "{:type :ok, :process 0, :f :read, :value %s}", text);
    (void)snprintf(events, sizeof events, "ok 0 :read %s", shown);
    ck_read(op, events);
}

static void ck_error_n(const char *format, const char *text, size_t n, const char *message)
{
    struct history h;
    struct err e = {0};
    ck_assert_msg(!read_text(&h, format, (struct str){text, n}, &e), "was read: %s", text);
    ck_assert_msg(strncmp(e.text, message, strlen(message)) == 0, "%s\n%s", text, e.text);
}

static void ck_error(const char *text, const char *message)
{
    ck_error_n("edn", text, strlen(text), message);
}

/* Reads with a warning of that kind, leaving `events`. */
static void ck_warns(const char *text, enum warning_kind kind, const char *events)
{
    struct history h;
    struct err e = {0};
    ck_assert_msg(read_text(&h, NULL, str_of(text), &e), "%s\n%s", text, e.text);
    char *got = show_events(&h);
    ck_assert_str_eq(got, events);
    ck_assert_uint_eq(h.warnings[kind].count, 1);
    ck_assert(h.truncated == (kind == WARN_TRUNCATED));
    mem_free(got);
    history_free(&h);
}

START_TEST(jepsen_lines)
{
    ck_read("{:index 0, :time 16723, :type :invoke, :process 1, :f :write, :value 2}\n"
            "{:index 1, :time 16724, :type :ok, :process 1, :f :write, :value 2}\n",
            "invoke 1 :write 2 time=16723 index=0 | ok 1 :write 2 time=16724 index=1");
    ck_read("", "");
    ck_read("  \n; only a comment\n", "");
}
END_TEST

START_TEST(keys_come_in_any_order)
{
    ck_read("{:type :invoke, :f :read, :value nil, :process 3, :time 5, :index 0}"
            "{:value nil, :time 6, :process 3, :index 1, :f :read, :type :info}"
            "{:type :invoke, :f :read, :value nil, :process 3, :time 7, :index 2}",
            "invoke 3 :read nil time=5 index=0 | info 3 :read nil time=6 index=1 | "
            "invoke 3 :read nil time=7 index=2");
}
END_TEST

START_TEST(quirks_1_to_5_missing_fields)
{
    ck_read("{:type :invoke, :process 0, :f :read, :value 1}", "invoke 0 :read 1");
    ck_read("{:type :ok :process 0 :f :r :value 1 :time -1 :index -1}", "ok 0 :r 1");
    ck_read("{:type :ok :process 0 :f :r :value 1 :time nil :index nil}", "ok 0 :r 1");
    ck_read("{:type :ok :process 0 :f :r :value 1 :time 5.5}", "ok 0 :r 1");
    ck_read("{:type :ok, :f :read, :value 3, :time -7}", "ok - :read 3 time=-7");
    ck_read("{:type :ok, :value [[:append 1 2]], :process 0}", "ok 0 - [[:append 1 2]]");
    ck_read("{:type :invoke, :f :read, :process 0}", "invoke 0 :read -");
    ck_read("{:type :invoke, :f nil, :process nil, :value nil}", "invoke - - nil");
    ck_read("{:type :ok}", "ok - - -");
}
END_TEST

START_TEST(quirk_10_processes_that_are_no_clients)
{
    ck_read("{:type :info, :process :nemesis, :f :start-partition, :value :one}",
            "info :nemesis :start-partition :one");
    ck_read("{:type :info, :process :nemesis-2, :f :start, :value nil}",
            "info :nemesis-2 :start nil");
    ck_read("{:type :info, :process \"nemesis\", :f :start, :value nil}",
            "info :nemesis :start nil");
    ck_read("{:type :info, :process nemesis, :f :start, :value nil}", "info :nemesis :start nil");
    ck_read("{:type :ok, :process \"12\", :f :read, :value nil}", "ok 12 :read nil");
    ck_error("{:type :ok, :process [1 2], :f :read}", "test:1:22: :process is a number");
    ck_error("{:type :ok, :process 1.5, :f :read}", "test:1:22: :process is a number");
}
END_TEST

START_TEST(quirk_13_errors_of_any_shape)
{
    ck_read("{:type :fail, :process 0, :f :cas, :value [1 2], :error :precondition-failed}",
            "fail 0 :cas [1 2]");
    ck_read("{:type :info, :process 0, :f :txn, :error [:no-client \"Connection } refused\"], "
            ":value [[:r 1 nil]]}",
            "info 0 :txn [[:r 1 nil]]");
    ck_read(
        "{:type :info, :process 0, :f :txn, :exception {:via [{:type clojure.lang.ExceptionInfo,"
        ":at [user$eval197$fn__198 invoke \"t.clj\" 14]}], :trace ([a b \"c\" 14])}, :value 1, "
        ":error \"indeterminate: oh no\"}",
        "info 0 :txn 1");
    ck_read("{:type :info, :error #<SocketTimeoutException java.net.SocketTimeoutException: Read "
            "timed out>, :process 0, :f :read}",
            "info 0 :read -");
}
END_TEST

START_TEST(quirk_13_failures_that_look_indefinite)
{
    static const char *const some[] = {":timeout",
                                       "\"Read timed out\"",
                                       "[:timed-out \"x\"]",
                                       "\"Connection reset by peer\"",
                                       ":connection-closed",
                                       "{:cause :unknown}",
                                       "\"UNAVAILABLE: io\"",
                                       "\"unexpected EOF\""};
    char op[256];
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        (void)snprintf(op, sizeof op, "{:error %s, :type :fail, :process 0, :f :write, :value 1}",
                       some[i]);
        ck_warns(op, WARN_FAIL_INDEFINITE, "fail 0 :write 1");
    }
    static const char *const definite[] = {
        "{:error :timeout, :type :fail, :process 0, :f :read, :value 1}",
        "{:error :timeout, :type :info, :process 0, :f :write, :value 1}",
        "{:error \"connection refused\", :type :fail, :process 0, :f :write, :value 1}",
        "{:error :geoffrey, :type :fail, :process 0, :f :write, :value 1}",
    };
    for (size_t i = 0; i < sizeof definite / sizeof *definite; i++) {
        struct history h;
        struct err e;
        ck_assert(read_text(&h, NULL, str_of(definite[i]), &e));
        ck_assert_uint_eq(h.warnings[WARN_FAIL_INDEFINITE].count, 0);
        history_free(&h);
    }
}
END_TEST

START_TEST(quirk_15_sequences_of_any_kind)
{
    ck_value("(0 1)", "[0 1]");
    ck_value("[0 1]", "[0 1]");
    ck_value("#{1 0}", "#{0 1}");
    ck_value("()", "[]");
}
END_TEST

START_TEST(quirk_16_map_keys)
{
    ck_value("{0 100, \"56\" 1, :x 2, [1 2] 3}", "{0 100, \"56\" 1, :x 2, [1 2] 3}");
}
END_TEST

START_TEST(quirk_17_duplicates_and_odd_maps)
{
    ck_warns("{:type :ok, :f :read, :process 0, :value #{2 1 2}}", WARN_SET_DUPLICATE,
             "ok 0 :read #{1 2}");
    ck_error("{:type :ok, :value {1 2 3}}", "test:1:20: a map with a key that has no value");
    ck_error("{:type :ok, :value {1 2 1 3}}", "test:1:20: a map that has the same key twice");
    ck_error("{:type :ok, :f}", "test:1:13: this key has no value");
    ck_error("{:type :ok, :value 1, :value 2}", "test:1:21: this operation has the same key twice");
}
END_TEST

START_TEST(quirk_18_tags)
{
    ck_read("#jepsen.history.Op{:index 3, :type :ok, :process 0, :f :poll, :value #foo/bar [1]}",
            "ok 0 :poll [1] index=3");
    ck_read("#jepsen.history.Op {:type :ok, :process #int 0, :f #kw :poll}", "ok 0 :poll -");
    ck_value("#inst \"2024-01-01\"", "\"2024-01-01\"");
    ck_value("#object[java.lang.Object 0x46b695ec \"java\"]",
             "[java.lang.Object 1186371052 \"java\"]");
    ck_value("#uuid #tagged #twice 5", "5");
    ck_read(
        "{:type :ok, :debug #object[java.lang.Object 0x46b695ec \"java.lang.Object@46b695ec\"], "
        ":f :r, :process 0}",
        "ok 0 :r -");
}
END_TEST

START_TEST(quirk_19_numbers)
{
    ck_value("123N", "123");
    ck_value("+5", "5");
    ck_value("-0", "0");
    ck_value("0x1F", "31");
    ck_value("-0xff", "-255");
    ck_value("017", "15");
    ck_value("36rZ", "35");
    ck_value("2r101", "5");
    ck_value("9223372036854775807", "9223372036854775807");
    ck_value("-9223372036854775808", "-9223372036854775808");
    ck_value("9223372036854775808", "9223372036854775808N");
    ck_value("0xffffffffffffffff", "18446744073709551615N");
    ck_value("340282366920938463463374607431768211455N",
             "340282366920938463463374607431768211455N");
    ck_value("12345678901234567", "12345678901234567");
    ck_value("1.5M", "1.5M");
    ck_value("1/3", "1/3");
    ck_value("-2/6", "-1/3");
    ck_value("6/3", "2");
    ck_value("##NaN", "##NaN");
    ck_value("##-Inf", "##-Inf");
    ck_value("1.0E-4", "1.0E-4");
    ck_value("0.0001", "1.0E-4");
    ck_value("1e3", "1000.0");
    ck_value("25.6003", "25.6003");
    ck_value("0.1", "0.1");
    ck_value("0.00125", "0.00125");
    ck_value("1.50", "1.5");
    ck_value("12345678.9", "1.23456789E7");
    ck_value("0.1234567890123456789", "0.12345678901234568");
    ck_value("0.0", "0.0");
    ck_value("-1.5E-4", "-1.5E-4");
    ck_value("1e999", "1e999");
    ck_error("{:type :ok, :value 08}", "test:1:20: this is not a number");
    ck_error("{:type :ok, :value 1x}", "test:1:20: this is not a number");
    ck_error("{:type :ok, :value 1/0}", "test:1:20: this is not a number");
    ck_error("{:type :ok, :value ##what}", "test:1:20: ## is followed by");
}
END_TEST

START_TEST(quirk_20_keywords_characters_symbols)
{
    ck_value("[:50ms :25% :1 :a/b :jepsen.client/timeout]",
             "[:50ms :25% :1 :a/b :jepsen.client/timeout]");
    ck_value("[\\a \\newline \\u0041 \\( \\; \\é \\space \\o101]",
             "[\\a \\newline \\A \\( \\; \\é \\space \\A]");
    ck_value("[user$eval197$fn__198 + - -x ->y a'b . / % & =]",
             "[user$eval197$fn__198 + - -x ->y a'b . / % & =]");
    ck_error("{:type :ok, :value ::x}", "test:1:20: a keyword without a name");
    ck_error("{:type :ok, :value : x}", "test:1:20: a keyword without a name");
    ck_error("{:type :ok, :value \\nope}", "test:1:20: no such character");
}
END_TEST

START_TEST(quirk_21_discards_comments_namespaces_metadata_quotes)
{
    ck_read("#_{:type :ignored} {:type #_:invoke :ok :f :r #_ #_ :process 1 :process 2 ; } \n"
            ":value 3 #_x}",
            "ok 2 :r 3");
    ck_read("#_#_{:type :invoke} {:type :fail} {:type :ok} #_ 1", "ok - - -");
    ck_value("#:ns{:a 1 :_/b 2 \"s\" 3 :o/c 4}", "{\"s\" 3, :o/c 4, :ns/a 1, :b 2}");
    ck_value("^{:doc \"}\"} [^:m 1 '(2)]", "[1 [2]]");
    ck_read("^:meta {:type :ok} '({:type :fail})", "ok - - - | fail - - -");
    ck_error("{:type :ok, :value #\"re\"}", "test:1:20: a regular expression is not EDN");
    ck_error("{:type :ok, :value @x}", "test:1:20: Clojure code");
    ck_error("#:op{:type :ok}", "test:1:1: expected an operation");
}
END_TEST

START_TEST(quirk_22_commas)
{
    ck_read("{:type :ok :process 0 :f :r :value[1,,2]},,{,:type,:ok,:f,:r,:process,0,}",
            "ok 0 :r [1 2] | ok 0 :r -");
}
END_TEST

START_TEST(quirk_23_layouts_of_the_file)
{
    const char *two = "invoke 0 :r nil | ok 0 :r 1";
    ck_read("[{:type :invoke :process 0 :f :r :value nil} {:type :ok :process 0 :f :r :value 1}]",
            two);
    ck_read("({:type :invoke :process 0 :f :r :value nil}\n{:type :ok :process 0 :f :r :value 1})",
            two);
    ck_read("[{:type :invoke :process 0 :f :r :value nil}][{:type :ok :process 0 :f :r :value 1}]",
            two);
    ck_read("; head\n{:type :invoke :process 0 :f :r :value nil}\n [] () \n"
            "[{:type :ok :process 0 :f :r :value 1}]\n",
            two);
    ck_read("\xef\xbb\xbf{:type :invoke :process 0 :f :r :value nil}\r\n"
            "{:type :ok :process 0 :f :r\r\n:value 1}\r\n",
            two);
    ck_error("[[{:type :ok}]]", "test:1:2: expected an operation");
    ck_error("[{:type :ok})", "test:1:13: expected an operation");
    ck_error("{:type :ok}]", "test:1:12: expected an operation");
}
END_TEST

START_TEST(quirk_24_operations_over_several_lines)
{
    ck_read("; A multi-register\n[{:type :invoke,\n :f :txn,\n :value [[:read :x nil]],\n"
            " :process 3}\n{:type :ok,\n :f :txn,\n :value [[:read :x 0]],\n :process 3}]\n",
            "invoke 3 :txn [[:read :x nil]] | ok 3 :txn [[:read :x 0]]");
    struct history h;
    struct err e;
    size_t line, col;
    ck_assert(read_text(&h, NULL, STR("\n {:type\n:ok}\n  #tag {:type :ok}"), &e));
    history_where(&h, 0, &line, &col);
    ck_assert_uint_eq(line, 2);
    ck_assert_uint_eq(col, 2);
    history_where(&h, 1, &line, &col);
    ck_assert_uint_eq(line, 4);
    ck_assert_uint_eq(col, 3);
    history_free(&h);
}
END_TEST

START_TEST(quirk_25_torn_end)
{
    static const char *const torn[] = {
        "{:type :ok} {",
        "{:type :ok} {:ty",
        "{:type :ok} {:type",
        "{:type :ok} {:type :o",
        "{:type :ok} {:type :ok",
        "{:type :ok} {:type :ok, :value 1.",
        "{:type :ok} {:type :ok, :value 0x",
        "{:type :ok} {:type :ok, :value \"ab\\",
        "{:type :ok} {:type :ok, :value \"ab\\u00",
        "{:type :ok} {:type :ok, :value [1 {2",
        "{:type :ok} {:type :ok, :error \"ab",
        "{:type :ok} {:type :ok, :error #foo",
        "{:type :ok} {:type :ok, :value #",
        "{:type :ok} {:type :ok, :value \\",
        "{:type :ok} {:type :ok, :value #_",
        "{:type :ok} {:type :ok, :process",
        "{:type :ok} #_ {:type",
        "{:type :ok} #tag",
        "{:type :ok}\n{:type :ok,\n :value [1\n",
        "[{:type :ok}",
        "[{:type :ok} {:type :invoke",
    };
    for (size_t i = 0; i < sizeof torn / sizeof *torn; i++)
        ck_warns(torn[i], WARN_TRUNCATED, "ok - - -");
}
END_TEST

START_TEST(quirk_25_damage_in_the_middle_is_an_error)
{
    ck_error("{:type :ok}\n{:type :inv\n{:type :ok}\n", "test:2:");
    ck_error("{:type :ok}\n{:type :ok, :value [1\n{:type :ok}\n",
             "test:2:1: this form is not closed");
    ck_error("{:type :ok}\n{:type :ok, :value \"ab\n{:type :ok}\n", "test:2:1: this form is not");
    ck_error("[{:type :ok}\n {:type :ok, :value [1\n {:type :ok}]\n", "test:2:2: this form is not");
    ck_error("[{:type :ok}\n {:type :ok, :value [1\n\t{:time 1 :f 2}]\n", "test:2:2: this form");
    ck_error("{:type :ok :value ]}\n{:type :ok}", "test:1:19: a closing bracket");
    ck_error("{:type :ok :extra [1 )}\n{:type :ok}", "test:1:22: this closing bracket");
}
END_TEST

START_TEST(zero_bytes_at_the_end_are_a_torn_end)
{
    static const char *const ends[] = {"",
                                       "{",
                                       "{:type :in",
                                       "{:type :ok, :value 12",
                                       "{:type :ok, :value \"ab",
                                       "{:type :ok, :error [:x",
                                       "[",
                                       "#_"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char text[128] = {0};
        (void)snprintf(text, sizeof text, "{:type :ok}\n%s", ends[i]);
        struct history h;
        struct err e;
        ck_assert_msg(read_text(&h, "edn", (struct str){text, sizeof text}, &e), "%s", e.text);
        ck_assert_uint_eq(h.events.n, 1);
        ck_assert(h.truncated);
        ck_assert_uint_eq(h.warnings[WARN_TRUNCATED].count, 1);
        history_free(&h);
    }
    ck_error_n("edn", "{:type :ok}\n]\n {:type :ok}\n\0\0\0", 31, "test:2:1: expected");
    ck_error_n("edn", "\0\0\0\0\0", 5, "test:1:1: a zero byte");
    ck_error("{:type :ok, :value \"abc", "test:1:24: the text ends inside this form");
    ck_error_n("edn", "{:type :ok \0 :f 1}", 18, "test:1:12: expected a key");
}
END_TEST

START_TEST(quirk_26_extra_keys_are_not_interned)
{
    struct history h;
    struct err e;
    ck_assert(
        read_text(&h, NULL,
                  STR("{:type :ok, :host \"n1\", :debug {:ratio 1/3, :big 1.5M, :ch \\a, :nan "
                      "##NaN, :s #{:x}}, :final? true, :process 0, :rebalance-log [{:k [5]}]}"),
                  &e));
    ck_assert_uint_eq(h.values.n, 0);
    ck_assert_uint_eq(h.events.n, 1);
    history_free(&h);
}
END_TEST

START_TEST(quirk_27_keys_and_versions)
{
    ck_read("{:process 0, :type :invoke, :f :append, :key \"0\", :value \"x 0 0 y\"}",
            "invoke 0 :append \"x 0 0 y\" key=\"0\"");
    ck_read(
        "{:type :ok} {:type :ok :version 7} {:type :ok :mod-revision 9} {:type :ok :version :x}",
        "ok - - - | ok - - - version=7 | ok - - - version=9 | ok - - -");
    ck_read("{:type :ok} {:type :ok :node \"n1\"} {:type :ok :node nil} {:type :ok :node :b}",
            "ok - - - | ok - - - node=\"n1\" | ok - - - | ok - - - node=:b");
}
END_TEST

START_TEST(quirk_28_types)
{
    ck_read("{:type \"ok\"}{:type OK}{:type :Invoke}{:type \"return\"}{:type :call}{\"type\" :fail}"
            "{type info}{:type #t :ok}",
            "ok - - - | ok - - - | invoke - - - | ok - - - | invoke - - - | fail - - - | "
            "info - - - | ok - - -");
    ck_read("{:type :ok :f \"read\"}{:type :ok :f read}", "ok - :read - | ok - :read -");
    ck_error("{:type :nope}", "test:1:8: unknown :type");
    ck_error("{:type 5}", "test:1:8: unknown :type");
    ck_error("{:type :ok :f 5}", "test:1:15: :f names the operation");
    ck_error("{:process 5}", "test:1:1: this map has no :type");
}
END_TEST

START_TEST(quirk_29_strings)
{
    ck_value("\"a\\nb\\\"c\\\\\\u0000\\u00e9\\101\"", "\"a\\nb\\\"c\\\\\\u0000éA\"");
    ck_value("\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"");
    ck_value("\"line\nline\"", "\"line\\nline\"");
    ck_value("\"\"", "\"\"");
    ck_value("\"\xff\xfe\"", "\"\xff\xfe\"");
    ck_error("{:type :ok :value \"\\q\"}", "test:1:20: an escape that EDN strings do not have");
    ck_error("{:type :ok :value \"\\uZZZZ\"}", "test:1:22: \\u needs four");
}
END_TEST

START_TEST(other_things_at_the_top_are_errors)
{
    ck_error("42", "test:1:1: expected an operation such as");
    ck_error("\n  nil", "test:2:3: expected an operation such as");
    ck_error("{:valid? true, :stats {:count 5}}", "test:1:1: this map has no :type");
    ck_error("{:type :ok} \"x\"", "test:1:13: expected an operation");
    ck_error("#{1}", "test:1:1: expected an operation");
}
END_TEST

START_TEST(deep_nesting_is_an_error)
{
    enum { N = 1000000 };
    static const char *const opens[] = {"[", "{", "#{", "#_", "^", "#t ", "'", "(#_("};
    static const char *const keys[] = {":value", ":extra", ":error"};
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < sizeof opens / sizeof *opens; i++) {
            struct buf b = {0};
            buf_printf(&b, "{:type :ok, %s ", keys[k]);
            for (int j = 0; j < N; j++)
                buf_puts(&b, opens[i]);
            buf_puts(&b, "}\n");
            struct history h;
            struct err e = {0};
            ck_assert(!read_text(&h, "edn", buf_str(&b), &e));
            buf_free(&b);
        }
    }
    val v;
    struct values t;
    values_init(&t);
    struct buf b = {0};
    for (int i = 0; i < 512; i++)
        buf_putc(&b, '[');
    for (int i = 0; i < 512; i++)
        buf_putc(&b, ']');
    ck_assert(edn_parse_value(&t, buf_str(&b), &v, NULL));
    buf_free(&b);
    values_free(&t);
}
END_TEST

START_TEST(single_values)
{
    struct values t;
    struct err e;
    val v;
    values_init(&t);
    ck_assert(edn_parse_value(&t, STR(" [1 ; one\n] "), &v, &e));
    ck_assert(!edn_parse_value(&t, STR(""), &v, &e));
    ck_assert_str_eq(e.text, "\"\" is not one EDN value: at byte 1: expected a value");
    ck_assert(!edn_parse_value(&t, STR("1 2"), &v, &e));
    ck_assert_str_eq(e.text,
                     "\"1 2\" is not one EDN value: at byte 3: something follows the value");
    ck_assert(!edn_parse_value(&t, STR("[1"), &v, &e));
    ck_assert(!edn_parse_value(&t, STR("#_1"), &v, &e));
    values_free(&t);
}
END_TEST

START_TEST(changing_shapes_read_the_same)
{
    /* The remembered shape of one operation must not leak into the next. */
    ck_read("{:f :a, :type :ok, :process 1}{:f :a, :type :ok, :processes 1}"
            "{:f :b, :type :ok, :process  1}{:fo :a, :type :ok, :process 1}"
            "{:f :abc, :type :ok,  :process 1}{:f  :abc, :type :ok, :process\n1}",
            "ok 1 :a - | ok - :a - | ok 1 :b - | ok 1 - - | ok 1 :abc - | ok 1 :abc -");
    /* Nor the remembered name: "a;b" was a string, :a;b is :a and a comment. */
    ck_read("{:type :ok, :f \"a;b\", :process 0}\n{:type :ok, :f :a;b, :process 1\n}",
            "ok 0 \"a;b\" - | ok - :a -");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("edn");
    TCase *c = tcase_create("edn");
    tcase_add_test(c, jepsen_lines);
    tcase_add_test(c, keys_come_in_any_order);
    tcase_add_test(c, quirks_1_to_5_missing_fields);
    tcase_add_test(c, quirk_10_processes_that_are_no_clients);
    tcase_add_test(c, quirk_13_errors_of_any_shape);
    tcase_add_test(c, quirk_13_failures_that_look_indefinite);
    tcase_add_test(c, quirk_15_sequences_of_any_kind);
    tcase_add_test(c, quirk_16_map_keys);
    tcase_add_test(c, quirk_17_duplicates_and_odd_maps);
    tcase_add_test(c, quirk_18_tags);
    tcase_add_test(c, quirk_19_numbers);
    tcase_add_test(c, quirk_20_keywords_characters_symbols);
    tcase_add_test(c, quirk_21_discards_comments_namespaces_metadata_quotes);
    tcase_add_test(c, quirk_22_commas);
    tcase_add_test(c, quirk_23_layouts_of_the_file);
    tcase_add_test(c, quirk_24_operations_over_several_lines);
    tcase_add_test(c, quirk_25_torn_end);
    tcase_add_test(c, quirk_25_damage_in_the_middle_is_an_error);
    tcase_add_test(c, zero_bytes_at_the_end_are_a_torn_end);
    tcase_add_test(c, quirk_26_extra_keys_are_not_interned);
    tcase_add_test(c, quirk_27_keys_and_versions);
    tcase_add_test(c, quirk_28_types);
    tcase_add_test(c, quirk_29_strings);
    tcase_add_test(c, other_things_at_the_top_are_errors);
    tcase_add_test(c, deep_nesting_is_an_error);
    tcase_add_test(c, single_values);
    tcase_add_test(c, changing_shapes_read_the_same);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
