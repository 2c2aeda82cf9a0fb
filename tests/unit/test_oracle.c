/* The judges judged: hand-made histories, witnesses and cores with known answers. */
#include "tests/property/calls.h"
#include "tests/property/notation.h"
#include "tests/property/oracle.h"
#include "tests/property/verify.h"

#include <check.h>
#include <stdlib.h>

struct fixture {
    struct history h;
    struct spec s;
    struct spec_options opt;
};

static void open_with(struct fixture *f, const char *model, struct script_value initial,
                      bool versions, const char *line)
{
    struct script script;
    struct err e = {0};
    const char *why = "";
    ck_assert_msg(script_parse(&script, str_of(line), &e), "%s: %s", line, e.text);
    ck_assert_msg(script_history(&script, &f->h, &e), "%s: %s", line, e.text);
    f->opt = (struct spec_options){.model = model, .versions = versions};
    f->opt.initial = initial.kind == SCRIPT_NIL ? VAL_NIL : val_int(&f->h.values, initial.i);
    ck_assert_msg(spec_open(&f->s, &f->h, &f->opt, NULL, 0, &why), "%s: %s", line, why);
}

static void close_fixture(struct fixture *f)
{
    spec_free(&f->s);
    history_free(&f->h);
}

static const struct script_value nil = {.kind = SCRIPT_NIL};

static void expect(bool ok, const char *model, struct script_value initial, bool versions,
                   const char *line)
{
    struct fixture f;
    open_with(&f, model, initial, versions, line);
    ck_assert_msg(oracle_linearizable(&f.s) == ok, "%s: expected %d", line, ok);
    /* With every operation strict a core is the history itself. */
    enum proof p = verify_not_linearizable(&f.s, 1u << 20);
    ck_assert_msg(p == (ok ? PROOF_FAILS : PROOF_HOLDS), "%s: core search differs", line);
    close_fixture(&f);
}

START_TEST(registers)
{
    expect(true, "register", script_int(0), false, "a:w(1)[1,2] b:r=1[3,4]");
    expect(false, "register", script_int(0), false, "a:w(1)[1,2] b:r=0[3,4]");
    expect(true, "register", script_int(0), false, "a:w(1)[1,3] b:r=0[2,4]");
    expect(false, "register", script_int(0), false, "a:w(1)[1,!2] b:r=1[3,4]");
    expect(true, "register", script_int(0), false, "a:w(1)[1,?2] b:r=1[3,4]");
    expect(true, "register", script_int(0), false, "a:w(1)[1,-] b:r=0[3,4] b:r=1[5,6]");
    expect(false, "register", script_int(0), false, "b:r=1[1,2] a:w(1)[3,-]");
    expect(true, "register", nil, false, "b:r=nil[1,2] a:w(1)[3,4]");
    expect(false, "register", nil, false, "a:w(1)[1,2] b:r=nil[3,4]");
    expect(true, "cas-register", nil, false, "a:cas(nil>1)[1,2] b:r=1[3,4]");
    expect(false, "cas-register", nil, false, "a:cas(0>1)[1,2]");
    expect(true, "cas-register", script_int(0), false, "a:cas(2>3)[1,4] b:w(2)[2,3]");
}
END_TEST

START_TEST(kv)
{
    expect(true, "kv", nil, false, "a:append('x')@k[1,2] b:append('y')@k[3,4] c:get()='xy'@k[5,6]");
    expect(false, "kv", nil, false,
           "a:append('x')@k[1,2] b:append('y')@k[3,4] c:get()='yx'@k[5,6]");
    expect(true, "kv", nil, false, "a:append('x')@k[1,4] b:append('y')@k[2,3] c:get()='yx'@k[5,6]");
    expect(false, "kv", nil, false, "a:append('x')@k[1,2] c:get()=''@k[5,6]");
    expect(true, "kv", nil, false, "c:get()=''@k[1,2] d:get()=nil@k[3,4]");
    expect(true, "kv", nil, false, "a:put('x')@k[1,2] b:get()=nil@j[3,4]");
    expect(false, "kv", nil, false, "a:put('x')@k[1,2] b:get()=nil@k[3,4]");
    expect(true, "kv", nil, false, "a:append('x')@k[1,-] c:get()=''@k[3,4] d:get()='x'@k[5,6]");
    expect(false, "kv", nil, false, "a:append('x')@k[1,-] c:get()='x'@k[3,4] d:get()='xx'@k[5,6]");
    expect(false, "kv", nil, false,
           "a:append('x')@k[1,2] b:put('z')@k[3,4] c:append('y')@k[5,6] d:get()='xy'@k[7,8]");
}
END_TEST

START_TEST(transactions)
{
    struct script_value zero = script_int(0);
    expect(true, "multi-register", zero, false, "a:txn(x:=1;y:=2)[1,2] b:txn(x?1;y?2)[3,4]");
    expect(false, "multi-register", zero, false, "a:txn(x:=1;y:=2)[1,4] b:txn(x?1;y?0)[2,3]");
    expect(true, "multi-register", zero, false, "a:txn(x:=1;x?1;x:=3)[1,2] b:txn(x?3)[3,4]");
    expect(false, "multi-register", zero, false, "a:txn(x:=1;x?0)[1,2]");
    expect(false, "multi-register", zero, false, "a:txn(x?0;x?1)[1,2]");
    expect(true, "multi-register", zero, false, "a:txn(x?7;y:=1)[1,-] b:txn(y?1)[3,4]");
    /* Write skew: each reads what the other overwrites. */
    expect(false, "multi-register", zero, false, "a:txn(x?0;y:=1)[1,3] b:txn(y?0;x:=1)[2,4]");
}
END_TEST

START_TEST(versions)
{
    struct script_value zero = script_int(0);
    expect(true, "cas-register", zero, true, "a:w(1)#5[1,2] b:r=1#5[3,4]");
    expect(false, "cas-register", zero, true, "a:w(1)#5[1,2] b:r=1#6[3,4]");
    expect(true, "cas-register", zero, true, "a:w(1)#5[1,2] c:w(1)[3,-] b:r=1#6[4,5]");
    expect(false, "cas-register", zero, true, "a:w(1)#5[1,2] c:w(1)#4[3,4]");
    expect(true, "cas-register", zero, true, "a:w(1)#5[1,4] c:w(1)#4[2,3] b:r=1#5[5,6]");
    expect(false, "cas-register", zero, true, "a:w(1)#5[1,4] c:w(1)#5[2,3]");
    expect(true, "cas-register", zero, true, "a:r=0#0[1,2] b:w(2)#1[3,4]");
    expect(false, "cas-register", zero, true, "a:r=0#3[1,2] b:w(2)#3[3,4]");
}
END_TEST

static void witness(bool good, const char *line, const uint32_t *order, size_t n)
{
    struct fixture f;
    const char *why;
    open_with(&f, "cas-register", script_int(0), false, line);
    ck_assert_msg(verify_witness(&f.s, order, n, &why) == good, "%s: expected %d (%s)", line, good,
                  why ? why : "accepted");
    close_fixture(&f);
}

#define ORDER(...) (const uint32_t[]){__VA_ARGS__}, sizeof(uint32_t[]){__VA_ARGS__} / 4

START_TEST(witnesses)
{
    const char *two = "a:w(1)[1,4] b:r=1[2,3]";
    witness(true, two, ORDER(0, 1));
    witness(false, two, ORDER(1, 0));    /* illegal step */
    witness(false, two, ORDER(0));       /* ok operation missing */
    witness(false, two, ORDER(0, 1, 0)); /* twice */
    witness(false, two, ORDER(0, 1, 2)); /* no such operation */
    const char *crash = "a:w(1)[1,-] b:r=0[2,3] c:r=1[4,5] d:w(9)[6,!7]";
    witness(true, crash, ORDER(1, 0, 2));
    witness(false, crash, ORDER(1, 2));
    witness(false, crash, ORDER(1, 0, 2, 3)); /* failed */
    witness(false, crash, ORDER(1, 0, 0, 2));
    const char *order = "a:w(1)[1,2] b:w(2)[3,4] c:r=2[5,6]";
    witness(true, order, ORDER(0, 1, 2));
    witness(false, order, ORDER(1, 0, 2)); /* also against real time */
    const char *late = "a:w(1)[1,2] b:w(1)[3,-]";
    witness(true, late, ORDER(0));
    witness(true, late, ORDER(0, 1));
    witness(false, late, ORDER(1, 0)); /* legal, but against real time */
}
END_TEST

/* `kept`: one letter per operation, s strict, o optional, c crashed, - gone. */
static void core(enum proof expected, const char *line, const char *kept)
{
    static const char letters[] = "soc-"; /* in the order of enum core_role */
    struct fixture f;
    const char *why;
    enum core_role roles[SCRIPT_OPS];
    open_with(&f, "cas-register", script_int(0), false, line);
    for (size_t i = 0; kept[i]; i++)
        roles[i] = (enum core_role)(strchr(letters, kept[i]) - letters);
    ck_assert_msg(verify_core(&f.s, roles, 1u << 20, &why) == expected, "%s %s: (%s)", line, kept,
                  why ? why : "holds");
    close_fixture(&f);
}

START_TEST(cores)
{
    const char *stale = "a:w(1)[1,2] b:w(2)[3,4] c:r=1[5,6] d:r=2[7,8]";
    core(PROOF_HOLDS, stale, "ssss");
    core(PROOF_HOLDS, stale, "sssc");
    core(PROOF_FAILS, stale, "cssc"); /* a crashed write of 1 may come after the one of 2 */
    core(PROOF_HOLDS, stale, "ossc"); /* one that did happen in time cannot */
    core(PROOF_HOLDS, stale, "-ss-");
    core(PROOF_FAILS, stale, "scsc");
    core(PROOF_FAILS, stale, "sosc"); /* perhaps 2 was never written */
    core(PROOF_FAILS, stale, "sscc");
    core(PROOF_FAILS, stale, "cccs");
    const char *air = "a:w(1)[1,2] b:r=7[3,4]";
    core(PROOF_HOLDS, air, "cs");
    core(PROOF_FAILS, air, "sc");
    const char *future = "a:r=1[1,2] b:w(1)[3,4]";
    core(PROOF_HOLDS, future, "sc");
    core(PROOF_HOLDS, future, "so");
    const char *cas = "a:cas(0>1)[1,4] b:cas(0>2)[2,3] c:w(0)[5,6]";
    core(PROOF_HOLDS, cas, "ssc");
    core(PROOF_FAILS, cas, "scc");
    const char *chain = "a:cas(0>1)[1,2] b:cas(1>2)[3,-] c:w(5)[4,5] d:r=2[6,7]";
    core(PROOF_FAILS, chain, "scsc"); /* nothing has to see 2 */
    core(PROOF_HOLDS, chain, "ccss"); /* after 5 there is no 0 to start from */
    core(PROOF_FAILS, chain, "cccs");
    const char *once = "a:cas(0>1)[1,2] b:r=1[3,4] c:w(5)[5,6] d:r=1[7,8]";
    core(PROOF_HOLDS, once, "csss"); /* relaxed, but it cannot be used twice */
    core(PROOF_FAILS, once, "cscs");
}
END_TEST

/* Two optional writes of 1 with different deadlines: the search must spend the right one first. */
START_TEST(optional_operations_keep_their_deadlines)
{
    const char *line = "a:w(1)[1,8] b:w(1)[2,20] c:r=1[3,4] d:w(2)[5,6] e:r=1[9,10] "
                       "f:w(3)[11,12] g:r=1[13,14]";
    core(PROOF_HOLDS, line, "oosssss");
    core(PROOF_FAILS, line, "oosss--");
    core(PROOF_FAILS, line, "oo--sss");
    core(PROOF_HOLDS, line, "o-sssss");
    core(PROOF_HOLDS, line, "o---sss");
    core(PROOF_FAILS, line, "-o---ss");
    core(PROOF_FAILS, line, "cosss--");
}
END_TEST

START_TEST(core_search_says_when_it_gives_up)
{
    struct fixture f;
    open_with(&f, "register", script_int(0), false,
              "a:w(1)[1,20] b:w(2)[2,21] c:w(3)[3,22] d:r=4[4,23]");
    ck_assert_int_eq(verify_not_linearizable(&f.s, 2), PROOF_GAVE_UP);
    ck_assert_int_eq(verify_not_linearizable(&f.s, 1000), PROOF_HOLDS);
    close_fixture(&f);
}
END_TEST

START_TEST(notation_round_trip)
{
    const char *line = "p0:w(5)#7[11,14] p6:r()=nil[12,13] p2:cas(0>1)[8,-] p1:append('x')@k[1,2] "
                       "p3:txn(x:=1;y?0)[4,5] p4:w(-5)[20,!21] p5:put('')@j[22,?23]";
    struct script s;
    struct err e = {0};
    struct buf b = {0};
    ck_assert(script_parse(&s, str_of(line), &e));
    script_print(&s, &b);
    buf_putc(&b, '\0');
    ck_assert_str_eq(b.p, line);
    buf_free(&b);
    ck_assert(!script_parse(&s, STR("p0:w(5)[1]"), &e));
    ck_assert(!script_parse(&s, STR("p0:what(5)[1,2]"), &e));
    ck_assert(!script_parse(&s, STR("p0:r()=[1,2]"), &e));
}
END_TEST

/* What a failing case prints can be read again: the same text, and the same EDN. */
START_TEST(calls_round_trip)
{
    static const struct {
        const char *edn, *text;
    } values[] = {{"1", "1"}, {"nil", "nil"}, {"[1 2]", "[1 2]"}, {"[[1 2] [3 [4]]]", NULL},
                  {"#{1 2}", "#{1 2}"}, {"#{[1 2] #{3}}", NULL}, {"{}", "map{}"},
                  {"{:ttl 5000, :client \"n1\"}", "map{:ttl 5000, :client \"n1\"}"},
                  {"{:a {:b [1 2]}}", "map{:a {:b [1 2]}}"}, {"[{:a 1}]", NULL},
                  {"#{1 2}", "{1 2}"}, {"[1 2]", "<1 2>"}, {"nil", "empty"}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const char *text = values[i].text ? values[i].text : values[i].edn;
        struct buf line = {0}, printed = {0}, again = {0};
        struct calls c, d;
        struct err e = {0};
        buf_printf(&line, "p0:f(%s)=%s[1,4] p1:g()[2,?3]", text, text);
        ck_assert_msg(calls_parse(&c, NULL, buf_str(&line), &e), "%s: %s", text, e.text);
        calls_print(&c, &printed);
        ck_assert_msg(calls_parse(&d, NULL, buf_str(&printed), &e), "%s: %s", text, e.text);
        calls_print(&d, &again);
        ck_assert(str_eq(buf_str(&printed), buf_str(&again)));
        ck_assert_uint_eq(d.n, 2);
        ck_assert_str_eq(d.at[0].in, values[i].edn);
        ck_assert_str_eq(d.at[0].out, values[i].edn);
        ck_assert(d.at[1].type == OP_INFO && d.at[1].res == 3);
        buf_free(&line);
        buf_free(&printed);
        buf_free(&again);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("oracle");
    TCase *t = tcase_create("oracle");
    suite_add_tcase(s, t);
    tcase_add_test(t, registers);
    tcase_add_test(t, kv);
    tcase_add_test(t, transactions);
    tcase_add_test(t, versions);
    tcase_add_test(t, witnesses);
    tcase_add_test(t, cores);
    tcase_add_test(t, optional_operations_keep_their_deadlines);
    tcase_add_test(t, core_search_says_when_it_gives_up);
    tcase_add_test(t, notation_round_trip);
    tcase_add_test(t, calls_round_trip);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
