/* Accounting properties on hand-made histories: the vectors V5a and V5b, what Jepsen's originals
 * get wrong, and what cannot be judged. */
#include "checker/property.h"
#include "histories/element_set.h"
#include "histories/reader.h"
#include "tests/property/calls.h"

#include <check.h>
#include <stdlib.h>

/* In notation; the time of an event is its position. `finals`: NULL, or results of final reads. */
static void text_of(const char *line, const char *const *finals, struct buf *out)
{
    struct calls c;
    struct err e = {0};
    ck_assert_msg(calls_parse(&c, NULL, str_of(line), &e), "%s: %s", line, e.text);
    uint32_t position = 1;
    for (bool more = true; more; position++) {
        more = false;
        for (size_t i = 0; i < c.n; i++) {
            const struct call *op = &c.at[i];
            bool done = op->res != NO_EVENT && op->res == position;
            more |= op->inv >= position || (op->res != NO_EVENT && op->res >= position);
            if (op->inv != position && !done)
                continue;
            const char *type = op->type == OP_OK ? "ok" : op->type == OP_FAIL ? "fail" : "info";
            const char *in = op->in[0] ? op->in : "nil";
            buf_printf(out, "{:process %u :type :%s :f :%s :time %u :value %s}\n",
                       (unsigned)op->process, done ? type : "invoke", op->f, (unsigned)position,
                       done && op->type == OP_OK && op->out[0] ? op->out : in);
        }
    }
    for (unsigned i = 0; finals && finals[i]; i++)
        buf_printf(out,
                   "{:process %u :type :invoke :f :read :time %u}\n"
                   "{:process %u :type :ok :f :read :time %u :value %s :final? true}\n",
                   50 + i, (unsigned)position, 50 + i, (unsigned)position, finals[i]);
}

struct checked {
    struct history h;
    struct check_result r;
    struct budget budget;
};

static bool try_check(struct checked *c, const char *property, const char *text,
                      const char *initial, struct err *e)
{
    static const struct load_options load;
    *c = (struct checked){.budget = {0}};
    ck_assert_msg(history_load_memory(&c->h, "h.edn", str_of(text), &load, e), "%s", e->text);
    struct check_options o = {.property = property_find(str_of(property)), .evidence = true,
                              .jobs = 1, .budget = &c->budget};
    ck_assert_ptr_nonnull(o.property);
    if (initial) {
        o.has_initial = true;
        ck_assert(edn_parse_value(&c->h.values, str_of(initial), &o.initial, e));
    }
    if (check_history(&c->h, &o, &c->r, e))
        return true;
    history_free(&c->h);
    return false;
}

static void check(struct checked *c, const char *property, const char *text)
{
    struct err e = {0};
    ck_assert_msg(try_check(c, property, text, NULL, &e), "%s", e.text);
}

static void done(struct checked *c)
{
    check_result_free(&c->r);
    history_free(&c->h);
}

/* "lost #{1} ok #{2..3}" */
static char *outcomes(const struct checked *c)
{
    static char text[500];
    struct buf b = {.max = sizeof text - 1};
    for (int o = 0; o < OUTCOMES; o++) {
        const struct outcome_list *l = &c->r.keys[0].account->list[o];
        if (l->n == 0)
            continue;
        buf_printf(&b, "%s%s ", b.n ? " " : "", outcome_names[o]);
        element_set_print(&c->h.values, l->elements, l->n, &b);
    }
    memcpy(text, buf_str(&b).p, b.n);
    text[b.n] = '\0';
    buf_free(&b);
    return text;
}

static const char *const words[] = {"valid", "invalid", "unknown"};

struct vector {
    const char *property, *line, *verdict, *outcomes, *reason; /* reason: a part of it, or NULL */
};

static void expect(const struct vector *v, const char *text)
{
    struct checked c;
    check(&c, v->property, text);
    ck_assert_msg(strcmp(words[c.r.verdict], v->verdict) == 0, "%s %s: %s (%s), expected %s",
                  v->property, v->line, words[c.r.verdict], c.r.reason ? c.r.reason : "",
                  v->verdict);
    if (v->outcomes)
        ck_assert_msg(strcmp(outcomes(&c), v->outcomes) == 0, "%s: %s, expected %s", v->line,
                      outcomes(&c), v->outcomes);
    if (v->reason)
        ck_assert_msg(c.r.reason && strstr(c.r.reason, v->reason), "%s: %s, expected %s", v->line,
                      c.r.reason ? c.r.reason : "no reason", v->reason);
    ck_assert_msg(c.r.verdict == VERDICT_VALID || c.r.reason, "%s has no reason", v->line);
    ck_assert_msg(c.r.verdict != VERDICT_INVALID || c.r.keys[0].ncore > 0, "%s: no evidence",
                  v->line);
    done(&c);
}

static void expect_all(const struct vector *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct buf text = {0};
        text_of(v[i].line, NULL, &text);
        buf_putc(&text, '\0');
        expect(&v[i], text.p);
        buf_free(&text);
    }
}

/* ---- V5a ----------------------------------------------------------------------------------- */

/* Latencies are 0 where the vector has none of their kind. */
static const struct {
    const char *line, *outcomes;
    int64_t stable, lost;
} v5a[] = {
    {"p0:add(1)[1,2] p1:read()=[1][3,4]", "ok #{1}", 0, 0},
    {"p0:add(1)[1,2] p1:read()=[][3,4] p1:read()=[1][5,6]", "stale #{1}", 1, 0},
    {"p0:add(1)[1,2] p1:read()=[1][3,4] p1:read()=[][5,6]", "lost #{1}", 0, 1},
    {"p0:add(1)[1,2] p1:read()=[][3,4]", "lost #{1}", 0, 0},
    {"p0:add(1)[1,4] p1:read()=[][2,5]", "never-read #{1}", 0, 0},
    {"p0:add(1)[1,-] p1:read()=[][2,3]", "never-read #{1}", 0, 0},
    {"p0:add(1)[1,-] p1:read()=[1][2,3] p1:read()=[][4,5]", "lost #{1}", 0, 0},
    {"p0:add(1)[1,4] p1:read()=[1][2,3] p2:read()=[][5,6] p2:read()=[1][7,8]", "stale #{1}", 2, 0},
    {"p0:add(1)[1,2] p1:read()=[1 9][3,4]", "ok #{1} unexpected #{9}", 0, 0},
};

START_TEST(vectors_v5a)
{
    for (size_t i = 0; i < sizeof v5a / sizeof *v5a; i++) {
        struct buf text = {0};
        struct checked c;
        text_of(v5a[i].line, NULL, &text);
        buf_putc(&text, '\0');
        check(&c, "set-full", text.p);
        const struct account *a = c.r.keys[0].account;
        ck_assert_msg(strcmp(outcomes(&c), v5a[i].outcomes) == 0, "V5a-%zu: %s", i + 1,
                      outcomes(&c));
        ck_assert_int_eq(a->stable.n ? a->stable.ns[QUANTILES - 1] : 0, v5a[i].stable);
        ck_assert_int_eq(a->lost.n ? a->lost.ns[QUANTILES - 1] : 0, v5a[i].lost);
        bool bad = strstr(v5a[i].outcomes, "lost") || strstr(v5a[i].outcomes, "unexpected");
        ck_assert_int_eq(c.r.verdict == VERDICT_INVALID, bad);
        done(&c);
        buf_free(&text);
    }
}
END_TEST

/* ---- V5b ----------------------------------------------------------------------------------- */

static const struct {
    const char *line, *finals[3], *verdict, *rule;
} v5b[] = {
    {"p0:inc(1)[1,2] p1:read()=0[3,4]", {"1", "1", NULL}, "valid", NULL},
    {"p0:inc(1)[1,2] p0:read()=0[3,4]", {"1", "1", NULL}, "invalid", "out-of-bounds"},
    {"p0:inc(1)[1,2] p1:read()=2[3,4]", {"1", "1", NULL}, "invalid", "out-of-bounds"},
    {"p0:inc(1)[1,-] p1:read()=1[3,4]", {"1", "1", NULL}, "valid", NULL},
    /* the bounds alone accept it; what was read cannot vanish from a counter that only grows */
    {"p0:inc(1)[1,-] p1:read()=1[3,4]", {"0", "0", NULL}, "invalid", "vanished"},
    {"p0:inc(5)[1,2] p1:inc(3)[3,-]", {"6", "6", NULL}, "invalid", "wrong-total"},
    {"p0:inc(5)[1,2] p1:inc(-2)[3,4]", {"3", "4", NULL}, "invalid", "diverged"},
    {"p0:inc(1)[5,6] p1:read()=1[1,2]", {"1", "1", NULL}, "invalid", "out-of-bounds"},
    {"p0:inc(5)[1,2] p1:inc(3)[3,-]", {"8", "8", NULL}, "valid", NULL},
    {"p0:inc(5)[1,2] p1:inc(3)[3,-]", {"5", "8", NULL}, "unknown", NULL},
    {"p0:inc(5)[1,2] p1:dec(3)[3,4]", {"2", "2", NULL}, "valid", NULL},
    {"p0:inc(5)[1,2] p1:read()=5[3,4]", {NULL}, "unknown", NULL},
};

START_TEST(vectors_v5b)
{
    for (size_t i = 0; i < sizeof v5b / sizeof *v5b; i++) {
        struct buf text = {0};
        struct checked c;
        text_of(v5b[i].line, v5b[i].finals, &text);
        buf_putc(&text, '\0');
        check(&c, "pn-counter", text.p);
        ck_assert_msg(strcmp(words[c.r.verdict], v5b[i].verdict) == 0, "V5b-%zu: %s (%s)", i + 1,
                      words[c.r.verdict], c.r.reason ? c.r.reason : "");
        if (v5b[i].rule)
            ck_assert_str_eq(c.r.keys[0].account->rule, v5b[i].rule);
        done(&c);
        buf_free(&text);
    }
}
END_TEST

/* ---- each property -------------------------------------------------------------------------- */

START_TEST(sets)
{
    static const struct vector v[] = {
        {"set", "p0:add(1)[1,2] p0:add(2)[3,?4] p1:read()=[1 2][5,6]", "valid",
         "ok #{1} recovered #{2}", NULL},
        {"set", "p0:add(1)[1,2] p1:read()=[][3,4]", "invalid", "lost #{1}", "element 1 is lost"},
        {"set", "p0:add(1)[1,2] p1:read()=#{1 7}[3,4]", "invalid", "ok #{1} unexpected #{7}",
         "nothing ever added it"},
        {"set", "p0:add(1)[1,!2] p0:add(2)[3,4] p1:read()=[1 2][5,6]", "invalid",
         "ok #{2} unexpected #{1}", "its only add had failed"},
        {"set", "p1:read()=[1][1,2] p0:add(1)[3,4] p1:read()=[1][5,6]", "invalid",
         "unexpected #{1}", "before anything added it"},
        {"set", "p0:add(1)[1,2] p1:read()=[1 1][3,4]", "invalid", "ok #{1} duplicated #{1}",
         "more than once"},
        {"set", "p0:add(1)[1,2] p1:read()=[1][3,4] p0:add(2)[5,6]", "unknown",
         "ok #{1} never-read #{2}", "no final read: 1 element was known"},
        {"set", "p0:add(1)[1,2] p1:read()=[1][3,4] p1:read()[5,?6]", "unknown", "ok #{1}",
         "no final read: the last read was not acknowledged"},
        {"set", "p0:add(1)[1,2] p1:read()=[1][3,5] p2:read()[4,?6]", "valid", "ok #{1}", NULL},
        {"set", "p0:add(1)[1,2]", "unknown", "never-read #{1}", "no final read"},
        {"set", "p0:add(1)[1,!2] p1:read()=[][3,4]", "unknown", "", "nothing was tested"},
        {"set", "p0:add(nil)[1,2] p1:read()=[nil][3,4]", "valid", "ok #{nil}", NULL},
        {"set-full", "p0:broadcast(1)[1,2] p1:read()=[1][3,4]", "valid", "ok #{1}", NULL},
        {"set-full", "p0:add(1)[1,2] p1:read()=[1 1][3,4]", "invalid", "ok #{1} duplicated #{1}",
         "more than once"},
        {"set-full", "p0:add(1)[1,4] p1:read()=[1][2,3] p1:read()=[1][5,6]", "valid", "ok #{1}",
         NULL},
        {"set-full", "p0:add(1)[1,2] p0:add(2)[3,4]", "unknown", "never-read #{1..2}",
         "no read was acknowledged"},
        {"set-full", "p1:read()=[][1,2] p0:add(1)[3,4]", "unknown", "never-read #{1}",
         "no read began after"},
        {"set-full", "p0:add(1)[1,2] p1:read()[3,?4]", "unknown", "never-read #{1}", NULL},
        {"set-full", "p0:add(1)[1,!2] p1:read()=[][3,4]", "unknown", "", NULL},
    };
    expect_all(v, sizeof v / sizeof *v);
}
END_TEST

START_TEST(queues)
{
    static const struct vector v[] = {
        {"total-queue", "p0:enqueue(1)[1,2] p0:enqueue(2)[3,?4] p1:drain()=[2 1][5,6]", "valid",
         "ok #{1} recovered #{2}", NULL},
        {"total-queue", "p0:enqueue(1)[1,2] p0:enqueue(2)[3,4] p1:dequeue()=1[5,6] "
         "p1:drain()=[][7,8]", "invalid", "ok #{1} lost #{2}", "element 2 is lost"},
        {"total-queue", "p0:enqueue(1)[1,2] p1:dequeue()=nil[3,4]", "invalid", "lost #{1}", NULL},
        {"total-queue", "p0:enqueue(1)[1,2] p1:dequeue()=1[3,4] p1:dequeue()=1[5,6]", "invalid",
         "ok #{1} duplicated #{1}", "went in 1 time at most, but came out 2 times"},
        {"total-queue", "p0:enqueue(1)[1,2] p1:drain()=[1 9][3,4]", "invalid",
         "ok #{1} unexpected #{9}", "it never went in"},
        {"total-queue", "p0:enqueue(1)[1,!2] p1:dequeue()=1[3,4]", "invalid", "unexpected #{1}",
         "its only enqueue had failed"},
        {"total-queue", "p1:dequeue()=1[1,2] p0:enqueue(1)[3,4]", "invalid", "unexpected #{1}",
         "before it went in"},
        /* Jepsen calls these lost */
        {"total-queue", "p0:enqueue(1)[1,2] p0:enqueue(2)[3,4] p1:dequeue()=1[5,6]", "unknown",
         "ok #{1} never-read #{2}", "end the test with a drain"},
        {"total-queue", "p0:enqueue(1)[1,2] p1:dequeue()[3,?4] p2:drain()=[][5,6]", "unknown",
         "never-read #{1}", "1 dequeues have an unknown outcome"},
        {"total-queue", "p0:enqueue(1)[1,2] p0:enqueue(2)[3,4] p1:dequeue()[5,?6] "
         "p2:drain()=[][7,8]", "invalid", "lost #{1..2}", "or another one is"},
        {"total-queue", "p0:enqueue(1)[1,2] p1:drain()[3,?4] p2:drain()=[][5,6]", "unknown",
         "never-read #{1}", "a drain whose outcome is unknown"},
        {"total-queue", "p0:enqueue(1)[1,4] p1:drain()=[][2,3]", "unknown", "never-read #{1}",
         NULL},
        {"total-queue", "p0:enqueue(1)[1,?2] p1:drain()=[][3,4]", "unknown", "never-read #{1}",
         "nothing was tested"},
        {"total-queue", "p1:drain()=[][3,4]", "unknown", "", "nothing was tested"},
        {"total-queue", "p0:enqueue(1)[1,2] p0:enqueue(1)[3,4] p1:drain()=[1 1][5,6]", "valid",
         "ok #{1}", NULL},
        {"total-queue", "p0:enqueue(1)[1,2] p0:enqueue(1)[3,4] p1:drain()=[1][5,6]", "invalid",
         "ok #{1} lost #{1}", NULL},
    };
    expect_all(v, sizeof v / sizeof *v);
}
END_TEST

START_TEST(failed_dequeues)
{
    const struct vector empty = {"total-queue", ":error :empty", "invalid", "lost #{1}", NULL};
    const struct vector timeout = {"total-queue", ":error :no-leader", "unknown", NULL,
                                   "nothing found the queue empty"};
    expect(&empty, "{:process 0 :type :invoke :f :enqueue :value 1}\n"
                   "{:process 0 :type :ok :f :enqueue :value 1}\n"
                   "{:process 0 :type :invoke :f :dequeue}\n"
                   "{:process 0 :type :fail :f :dequeue :error :empty}\n");
    expect(&timeout, "{:process 0 :type :invoke :f :enqueue :value 1}\n"
                     "{:process 0 :type :ok :f :enqueue :value 1}\n"
                     "{:process 0 :type :invoke :f :dequeue}\n"
                     "{:process 0 :type :fail :f :dequeue :error :no-leader}\n");
    const struct vector ok = {"total-queue", ":value :empty", "invalid", "lost #{1}", NULL};
    expect(&ok, "{:process 0 :type :invoke :f :enqueue :value 1}\n"
                "{:process 0 :type :ok :f :enqueue :value 1}\n"
                "{:process 0 :type :invoke :f :dequeue}\n"
                "{:process 0 :type :ok :f :dequeue :value :empty}\n");
}
END_TEST

START_TEST(counters)
{
    static const struct vector v[] = {
        {"counter", "p0:add(5)[1,2] p1:read()=5[3,4]", "valid", NULL, NULL},
        {"counter", "p0:add(5)[1,4] p1:read()=0[2,3] p1:read()=5[5,6]", "valid", NULL, NULL},
        {"counter", "p0:add(5)[1,2] p1:read()=4[3,4]", "invalid", NULL,
         "a read returned 4, but the counter was between 5 and 5"},
        {"counter", "p0:add(5)[1,2] p0:dec(2)[3,?4] p1:read()=3[5,6] p1:read()=5[7,8]", "valid",
         NULL, NULL},
        {"counter", "p0:inc()[1,2] p0:add(-1)[3,4] p1:read()=0[5,6]", "valid", NULL, NULL},
        {"counter", "p0:inc()[1,2] p0:decrement(2)[3,4] p1:read()=0[5,6]", "invalid", NULL,
         "between -1 and -1"},
        {"counter", "p0:add(5)[1,!2] p1:read()=5[3,4]", "invalid", NULL, "between 0 and 0"},
        {"counter", "p0:add(5)[1,?2] p1:read()=5[3,4] p1:read()=0[5,6]", "valid", NULL, NULL},
        {"counter", "p0:add(5)[1,2]", "unknown", NULL, "no read was acknowledged"},
        {"counter", "p1:read()=0[1,2]", "unknown", NULL, "nothing was added"},
        {"counter", "p0:add(9000000000000000000)[1,2] p0:add(9000000000000000000)[3,4] "
         "p1:read()=0[5,6]", "unknown", NULL, "more than 64 bits"},
        {"unique-ids", "p0:generate()=1[1,2] p1:generate()=2[3,4]", "valid", NULL, NULL},
        {"unique-ids", "p0:generate()=1[1,2] p1:generate()=1[3,4] p0:generate()=1[5,6]",
         "invalid", "duplicated #{1}", "id 1 was handed out 3 times"},
        {"unique-ids", "p0:generate()=[1 2][1,2] p1:generate()=[1 2][3,4]", "invalid",
         "duplicated #{[1 2]}", NULL},
        {"unique-ids", "p0:generate()[1,?2] p1:generate()[3,!4]", "unknown", NULL,
         "nothing was tested"},
        {"unique-ids", "p0:generate()=1[1,2] p1:read()=1[3,4]", "valid", NULL, NULL},
    };
    expect_all(v, sizeof v / sizeof *v);
}
END_TEST

/* ---- around the properties ------------------------------------------------------------------- */

START_TEST(misfits)
{
    static const struct {
        const char *property, *line, *error;
    } bad[] = {
        {"set", "p0:add(1)[1,2] p1:read()=3[3,4]",
         "h.edn:3:1: operation :read 3: what it returned"},
        {"set-full", "p0:add(1)[1,2] p1:read()={1 2}[3,4]", NULL},
        {"set", "p0:remove(1)[1,2]",
         "set has no such operation (it knows add, broadcast, insert, read)"},
        {"total-queue", "p0:push(1)[1,2]", "total-queue has no such operation"},
        {"counter", "p0:add(\"x\")[1,2]", "the amount is not an integer"},
        {"counter", "p0:add()[1,2]", "the amount is not an integer"},
        {"counter", "p0:inc()[1,2] p1:read()=nil[3,4]", "--nil-reads unknown"},
        {"unique-ids", "p0:generate()=nil[1,2]", "it returned no id"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf text = {0};
        struct checked c;
        struct err e = {0};
        text_of(bad[i].line, NULL, &text);
        buf_putc(&text, '\0');
        bool fits = try_check(&c, bad[i].property, text.p, NULL, &e);
        ck_assert_msg(fits == !bad[i].error, "%s: %s", bad[i].line, e.text);
        if (fits)
            done(&c);
        else
            ck_assert_msg(strstr(e.text, bad[i].error), "%s: %s", bad[i].line, e.text);
        buf_free(&text);
    }
}
END_TEST

START_TEST(initial_value)
{
    struct checked c;
    struct err e = {0};
    const char *text = "{:process 0 :type :invoke :f :add :value 1}\n"
                       "{:process 0 :type :ok :f :add :value 1}\n"
                       "{:process 0 :type :invoke :f :read}\n"
                       "{:process 0 :type :ok :f :read :value 11}\n";
    ck_assert(try_check(&c, "counter", text, "10", &e));
    ck_assert_int_eq(c.r.verdict, VERDICT_VALID);
    done(&c);
    ck_assert(try_check(&c, "counter", text, NULL, &e));
    ck_assert_int_eq(c.r.verdict, VERDICT_INVALID);
    done(&c);
    ck_assert(!try_check(&c, "set", text, "10", &e));
    ck_assert_ptr_nonnull(strstr(e.text, "the initial value of a set"));
}
END_TEST

/* Keys are accounted for one by one; the worst verdict counts. */
START_TEST(independent_keys)
{
    struct checked c;
    check(&c, "set-full", "{:process 0 :type :invoke :f :add :value [:x 1]}\n"
                          "{:process 0 :type :ok :f :add :value [:x 1]}\n"
                          "{:process 1 :type :invoke :f :add :value [:y 1]}\n"
                          "{:process 1 :type :ok :f :add :value [:y 1]}\n"
                          "{:process 0 :type :invoke :f :read :value [:x nil]}\n"
                          "{:process 0 :type :ok :f :read :value [:x [1]]}\n"
                          "{:process 0 :type :invoke :f :read :value [:y nil]}\n"
                          "{:process 0 :type :ok :f :read :value [:y []]}\n");
    ck_assert_uint_eq(c.r.nkeys, 2);
    ck_assert_int_eq(c.r.keys[0].verdict, VERDICT_VALID);
    ck_assert_int_eq(c.r.keys[1].verdict, VERDICT_INVALID);
    ck_assert_int_eq(c.r.verdict, VERDICT_INVALID);
    done(&c);
}
END_TEST

START_TEST(limits)
{
    const char *text = "{:process 0 :type :invoke :f :add :value 1}\n"
                       "{:process 0 :type :ok :f :add :value 1}\n"
                       "{:process 0 :type :invoke :f :read}\n"
                       "{:process 0 :type :ok :f :read :value [1]}\n";
    static const struct load_options load;
    for (size_t i = 0; properties[i]; i++) {
        struct history h;
        struct err e = {0};
        struct check_result r;
        struct budget small = {.max_memory = 10}, stopped = {.stop = STOP_TIME};
        struct check_options o = {.property = properties[i], .jobs = 1, .budget = &small};
        bool fits = properties[i]->run && strstr(properties[i]->name, "set");
        if (!fits)
            continue;
        ck_assert(history_load_memory(&h, "h.edn", str_of(text), &load, &e));
        ck_assert(check_history(&h, &o, &r, &e));
        ck_assert_int_eq(r.verdict, VERDICT_UNKNOWN);
        ck_assert_ptr_nonnull(strstr(r.reason, "memory limit"));
        check_result_free(&r);
        o.budget = &stopped;
        ck_assert(check_history(&h, &o, &r, &e));
        ck_assert_int_eq(r.verdict, VERDICT_UNKNOWN);
        ck_assert_ptr_nonnull(strstr(r.reason, "time limit"));
        check_result_free(&r);
        history_free(&h);
    }
}
END_TEST

START_TEST(interval_notation)
{
    static const struct {
        const char *values, *shown;
    } cases[] = {
        {"[]", "#{}"},
        {"[3]", "#{3}"},
        {"[2 1]", "#{1..2}"},
        {"[12 9 1 2 3 4 5 7 10 11]", "#{1..5 7 9..12}"},
        {"[-1 0 1 -3]", "#{-3 -1..1}"},
        {"[\"b\" 2 :a 1 nil]", "#{1..2 nil \"b\" :a}"},
        {"[1073741824 1073741823 -1073741825 -1073741824 5]",
         "#{-1073741825..-1073741824 5 1073741823..1073741824}"},
        {"[9223372036854775807 9223372036854775806 -9223372036854775808]",
         "#{-9223372036854775808 9223372036854775806..9223372036854775807}"},
        {"[1.5M 2 1]", "#{1..2 1.5M}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct values t;
        struct err e = {0};
        struct buf out = {0};
        val list, sorted[16];
        size_t n;
        values_init(&t);
        ck_assert(edn_parse_value(&t, str_of(cases[i].values), &list, &e));
        const val *items = val_items(&t, list, &n);
        memcpy(sorted, items, n * sizeof *items);
        element_set_sort(&t, sorted, n);
        element_set_print(&t, sorted, n, &out);
        buf_putc(&out, '\0');
        ck_assert_str_eq(out.p, cases[i].shown);
        buf_free(&out);
        values_free(&t);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("account");
    TCase *t = tcase_create("account");
    tcase_add_test(t, vectors_v5a);
    tcase_add_test(t, vectors_v5b);
    tcase_add_test(t, sets);
    tcase_add_test(t, queues);
    tcase_add_test(t, failed_dequeues);
    tcase_add_test(t, counters);
    tcase_add_test(t, misfits);
    tcase_add_test(t, initial_value);
    tcase_add_test(t, independent_keys);
    tcase_add_test(t, limits);
    tcase_add_test(t, interval_notation);
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
