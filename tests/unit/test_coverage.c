/* What a history covers, from small histories in which each thing is missing in turn. */
#include "checker/coverage.h"
#include "nemesis/fault.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct history h;
static struct coverage c;
static struct arena arena;

static void measure(const char *text, const struct thresholds *t)
{
    static const struct thresholds none = {0};
    const struct load_options load = {.pair = {.lenient = true}, .split = SPLIT_NO};
    struct err e = {0};
    ck_assert_msg(history_load_memory(&h, "test", str_of(text), &load, &e), "%s", e.text);
    coverage_measure(&c, &h, t ? t : &none, &arena);
}

static void done(void)
{
    history_free(&h);
    arena_free(&arena);
}

static bool says(const char *sentence)
{
    for (size_t i = 0; i < c.nmissing; i++)
        if (strstr(c.missing[i], sentence))
            return true;
    for (size_t i = 0; i < c.nbroken; i++)
        if (strstr(c.broken[i], sentence))
            return true;
    return false;
}

/* Events as TIME TYPE PROCESS F VALUE EXTRA. */
#define EVENT(time, type, process, f, rest)                                                        \
    "{:time " #time ", :type :" #type ", :process " #process ", :f :" #f ", :value " rest "}\n"

#define TWO_CLIENTS                                                                                \
    EVENT(0, invoke, 0, write, "1, :node \"n1\"")                                                  \
    EVENT(1, invoke, 1, read, "nil, :node \"n2\"")                                                 \
    EVENT(5, ok, 0, write, "1, :node \"n1\"") EVENT(9, ok, 1, read, "1, :node \"n2\"")
#define CUT                                                                                        \
    EVENT(10, info, :nemesis, start-partition, ":halves")                                          \
    EVENT(10, info, :nemesis, start-partition,                                                     \
          "[:isolated {\"n1\" #{\"n2\"}, \"n2\" #{\"n1\"}}], :receipt \"2 of 2 links cut\"")
#define HEAL                                                                                       \
    EVENT(40, info, :nemesis, stop-partition, "nil")                                               \
    EVENT(40, info, :nemesis, stop-partition, ":network-healed")

START_TEST(a_good_test_misses_nothing)
{
    measure(TWO_CLIENTS CUT EVENT(20, invoke, 0, write, "2, :node \"n1\"")
                EVENT(21, invoke, 1, read, "nil, :node \"n2\"")
                    EVENT(25, ok, 0, write, "2, :node \"n1\"")
                        EVENT(26, fail, 1, read, "nil, :node \"n2\"") HEAL
                            EVENT(50, invoke, 0, read, "nil, :node \"n1\", :final? true")
                                EVENT(57, ok, 0, read, "2, :node \"n1\", :final? true"),
            NULL);
    ck_assert_int_eq(coverage_verdict(&c), VERDICT_VALID);
    ck_assert(c.ops == 5 && c.ok == 4 && c.fail == 1 && c.info == 0 && c.nf == 2);
    ck_assert(c.f[0].ok_in[PHASE_BEFORE] == 1 && c.f[0].ok_in[PHASE_DURING] == 1);
    ck_assert(c.f[1].ok_in[PHASE_BEFORE] == 1 && c.f[1].ok_in[PHASE_AFTER] == 1);
    ck_assert(c.nfaults == 1 && c.faults[0].times == 1 && c.faults[0].ok == 1);
    ck_assert(c.faults[0].ns == 30 && c.faults[0].effectless == 0);
    ck_assert(c.cuts.all == 1 && c.cuts.tried == 1 && c.cuts.served == 0);
    ck_assert(c.overlapping == 4 && c.most_at_once == 2);
    ck_assert(c.final_reads == 1 && c.final_ok == 1);
    ck_assert(c.ends == 1 && c.recovered && c.recovery == 17);
    ck_assert(c.nheals == 1 && c.heals[0].event == 11 && c.heals[0].success == 13);
    ck_assert(c.heals[0].ns == 17 && c.heals[0].not_ok == 0);
    ck_assert(c.ncut == 1 && c.cut[0].nnodes == 2 && c.cut[0].nsides == 2);
    ck_assert(c.cut[0].from == 5 && c.cut[0].to == 11 && c.cut[0].deaf[0] == 2);
    ck_assert(c.cut[0].asked[0].all == 1 && c.cut[0].asked[0].ok == 1);
    ck_assert(c.cut[0].asked[1].all == 1 && c.cut[0].asked[1].ok == 0);
    struct coverage_share(*in)[PHASES] = c.faults[0].in;
    ck_assert(in[0][PHASE_BEFORE].all == 1 && in[0][PHASE_BEFORE].ok == 1);
    ck_assert(in[1][PHASE_DURING].all == 1 && in[1][PHASE_DURING].ok == 0);
    ck_assert(in[1][PHASE_AFTER].all == 1 && in[1][PHASE_AFTER].ok == 1);
    ck_assert(c.slowest == 8);
    done();
}
END_TEST

/* After a heal something fails before something succeeds; the last fault never ends. */
START_TEST(each_heal_has_its_recovery)
{
    measure(TWO_CLIENTS CUT HEAL EVENT(50, invoke, 0, write, "3") EVENT(60, fail, 0, write, "3")
                EVENT(61, invoke, 0, write, "4") EVENT(70, ok, 0, write, "4")
                    CUT HEAL CUT EVENT(80, invoke, 0, write, "5"),
            NULL);
    ck_assert(c.nheals == 2 && c.heals[0].ns == 30 && c.heals[0].not_ok == 1);
    ck_assert(c.heals[1].success == NO_EVENT && c.heals[1].ns == NO_TIME);
    ck_assert(c.ncut == 3 && c.cut[2].to == NO_EVENT && c.cut[0].to == 7);
    ck_assert(c.faults[0].in[0][PHASE_DURING].all == 1 && c.faults[0].in[0][PHASE_AFTER].all == 2);
    done();
}
END_TEST

/* `n` writes at `time` that end as `type`. */
static void writes(struct buf *text, int n, int time, const char *type)
{
    for (int i = 0; i < n; i++)
        buf_printf(text,
                   "{:time %d, :type :invoke, :process 0, :f :write, :value 1}\n"
                   "{:time %d, :type :%s, :process 0, :f :write, :value 1}\n",
                   time, time, type);
}

static void measure_buf(struct buf *text)
{
    buf_putc(text, '\0');
    measure(text->p, NULL);
    buf_free(text);
}

/* Before the faults 20 of 22 are ok, so 18 of 20 are as many. Three failures put that off until
 * they are out of the window. After the second heal too few end. */
START_TEST(as_many_ok_as_before)
{
    struct buf text = {0};
    writes(&text, 20, 0, "ok");
    writes(&text, 2, 1, "fail");
    buf_puts(&text, CUT HEAL);
    writes(&text, 1, 41, "fail");
    writes(&text, 1, 42, "ok");
    writes(&text, 3, 43, "fail");
    writes(&text, 1, 46, "ok");
    writes(&text, 20, 47, "ok");
    buf_puts(&text, CUT HEAL);
    writes(&text, 10, 50, "ok");
    measure_buf(&text);
    ck_assert(c.before.all == 22 && c.before.ok == 20);
    ck_assert(c.heals[0].ns == 2 && c.heals[0].not_ok == 1);
    ck_assert(c.heals[0].back_ns == 6 && c.heals[0].tried == 25);
    ck_assert(c.heals[1].back == NO_EVENT && c.heals[1].back_ns == NO_TIME);
    ck_assert(c.heals[1].ns == 10 && c.heals[1].tried == 10);
    done();
}
END_TEST

START_TEST(too_few_before_the_faults)
{
    struct buf text = {0};
    writes(&text, 19, 0, "ok");
    buf_puts(&text, CUT HEAL);
    writes(&text, 40, 50, "ok");
    measure_buf(&text);
    ck_assert(c.before.all == 19 && c.heals[0].back == NO_EVENT && c.heals[0].ns == 10);
    done();
}
END_TEST

START_TEST(kinds_that_never_succeed)
{
    measure(EVENT(0, invoke, 0, write, "1") EVENT(1, invoke, 1, read, "nil")
                EVENT(5, ok, 0, write, "1") EVENT(9, fail, 1, read, "nil"),
            NULL);
    ck_assert_int_eq(coverage_verdict(&c), VERDICT_UNKNOWN);
    ck_assert(says("no read succeeded, of 1") && c.nmissing == 1);
    done();
    measure("{:type :info, :process :nemesis, :f :start-x, :value nil}", NULL);
    ck_assert(says("there are no operations"));
    done();
}
END_TEST

START_TEST(operations_one_after_the_other)
{
    measure(EVENT(0, invoke, 0, write, "1") EVENT(5, ok, 0, write, "1")
                EVENT(6, invoke, 1, read, "nil") EVENT(9, ok, 1, read, "1"),
            NULL);
    ck_assert(says("no two operations overlapped") && c.nmissing == 1);
    done();
}
END_TEST

START_TEST(faults_without_effect)
{
    measure(TWO_CLIENTS EVENT(10, info, :nemesis, kill, ":all")
                EVENT(11, info, :nemesis, kill,
                      "{\"n1\" :killed}, :receipt \"no effect: 0 of 1 nodes killed\""),
            NULL);
    ck_assert(says("the fault kill had no effect, 1 times") && c.nmissing == 1);
    done();
}
END_TEST

START_TEST(nothing_during_or_after_a_fault)
{
    measure(TWO_CLIENTS EVENT(10, info, :nemesis, kill, ":all")
                EVENT(10, info, :nemesis, kill, "{\"n1\" :killed}, :receipt \"1 of 1\"")
                    EVENT(4000000000, info, :nemesis, start, "nil")
                        EVENT(4000000000, info, :nemesis, start, "{\"n1\" :started}")
                            EVENT(4000000001, invoke, 0, read, "nil")
                                EVENT(4000000009, fail, 0, read, "nil"),
            &(const struct thresholds){.max_recovery = 5});
    ck_assert(says("nothing succeeded while the fault kill was on"));
    ck_assert(says("nothing succeeded after the faults had ended"));
    ck_assert_int_eq(coverage_verdict(&c), VERDICT_INVALID); /* --max-recovery */
    done();
}
END_TEST

START_TEST(one_side_of_every_cut)
{
    measure(TWO_CLIENTS CUT EVENT(20, invoke, 0, write, "2, :node \"n1\"")
                EVENT(25, ok, 0, write, "2, :node \"n1\"") HEAL,
            NULL);
    ck_assert(says("nothing was tried on more than one side of a cut, of 1"));
    done();
    measure(EVENT(0, invoke, 0, write, "1") EVENT(1, invoke, 1, write, "2")
                EVENT(5, ok, 0, write, "1") EVENT(9, ok, 1, write, "2") CUT
                    EVENT(20, invoke, 0, write, "2") EVENT(25, ok, 0, write, "2") HEAL,
            NULL); /* without nodes nobody knows */
    ck_assert(!c.knows_nodes && c.nmissing == 0);
    done();
}
END_TEST

START_TEST(final_reads_that_fail)
{
    measure(TWO_CLIENTS EVENT(20, invoke, 0, read, "nil, :final? true")
                EVENT(25, fail, 0, read, "nil, :final? true"),
            NULL);
    ck_assert(says("no final read succeeded, of 1") && c.nmissing == 1);
    done();
}
END_TEST

START_TEST(demands)
{
    const struct thresholds t = {.min_ops = 3, .min_ok_rate = 1.0, .max_p99 = 7};
    measure(TWO_CLIENTS, &t);
    ck_assert(says("--min-ops asks for 3") && !says("--min-ok-rate"));
    ck_assert(says("--max-p99") && c.nbroken == 1);
    ck_assert_int_eq(coverage_verdict(&c), VERDICT_INVALID);
    done();
    measure(TWO_CLIENTS, &(const struct thresholds){.min_ops = 2, .max_p99 = 8});
    ck_assert_int_eq(coverage_verdict(&c), VERDICT_VALID);
    done();
}
END_TEST

/* One that is not known would be no fault at all: its test would pass for one without faults. */
START_TEST(each_fault_is_known)
{
    const struct fault *f = faults[_i];
    char text[2000];
    (void)snprintf(text, sizeof text,
                   TWO_CLIENTS
                   "{:time 10, :type :info, :process :nemesis, :f :%s, :value :all}\n"
                   "{:time 11, :type :info, :process :nemesis, :f :%s, :value {\"n1\" 1}, "
                   ":receipt \"1 of 1\"}\n"
                   "{:time 31, :type :info, :process :nemesis, :f :%s, :value nil}\n"
                   "{:time 31, :type :info, :process :nemesis, :f :%s, :value :done}\n",
                   f->start, f->start, f->stop, f->stop);
    measure(text, NULL);
    ck_assert_uint_eq(c.nfaults, 1);
    ck_assert_str_eq(c.faults[0].name, f->flaps ? "partition" : f->name);
    ck_assert_uint_eq(c.faults[0].times, 1);
    ck_assert_int_eq(c.faults[0].ns, 20);
    ck_assert_uint_eq(c.ends, 1);
    done();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("coverage");
    TCase *t = tcase_create("coverage");
    tcase_add_test(t, a_good_test_misses_nothing);
    tcase_add_test(t, each_heal_has_its_recovery);
    tcase_add_test(t, as_many_ok_as_before);
    tcase_add_test(t, too_few_before_the_faults);
    tcase_add_test(t, kinds_that_never_succeed);
    tcase_add_test(t, operations_one_after_the_other);
    tcase_add_test(t, faults_without_effect);
    tcase_add_test(t, nothing_during_or_after_a_fault);
    tcase_add_test(t, one_side_of_every_cut);
    tcase_add_test(t, final_reads_that_fail);
    tcase_add_test(t, demands);
    int n = 0;
    while (faults[n])
        n++;
    tcase_add_loop_test(t, each_fault_is_known, 0, n);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
