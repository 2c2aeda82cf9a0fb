/* queue and bag: the vectors of the research and hand-made histories with the rule that each
 * breaks; every verdict is checked against brute force, every witness and every set of culprits by
 * the independent verifier. Arguments word by word; the states of queues and bags by themselves. */
#include "base/rng.h"
#include "checker/bag_states.h"
#include "checker/model_deque.h"
#include "checker/queue_states.h"
#include "tests/property/engine_case.h"

#include <check.h>

static const struct {
    enum rule rule;
    const char *text;
} fifo[] = {
    {RULE_NONE, ""},
    /* V1d */
    {RULE_NONE, "a:enq(1)[1,2] a:enq(2)[3,4] b:deq()=1[5,6] b:deq()=2[7,8]"},
    {RULE_QUEUE_ORDER, "a:enq(1)[1,2] a:enq(2)[3,4] b:deq()=2[5,6] b:deq()=1[7,8]"},
    {RULE_NONE, "a:enq(1)[1,4] c:enq(2)[2,3] b:deq()=2[5,6] b:deq()=1[7,8]"},
    {RULE_QUEUE_ORDER, "a:enq(1)[1,2] a:enq(2)[3,4] b:deq()=2[5,6]"},
    {RULE_NONE, "a:enq(1)[1,2] a:enq(2)[3,4] x:deq()[5,-] b:deq()=2[6,7]"},
    {RULE_QUEUE_ORDER, "a:enq(1)[1,2] a:enq(2)[3,4] b:deq()=2[5,6] x:deq()[7,-]"},
    {RULE_NONE, "a:enq(1)[1,-] b:enq(2)[2,3] c:deq()=2[4,5] c:deq()=1[6,7]"},
    {RULE_NOT_EMPTY, "a:enq(1)[1,2] b:deq()=empty[3,4] c:deq()=1[5,6]"},
    {RULE_NONE, "a:enq(1)[1,2] c:deq()=1[4,9] b:deq()=empty[3,5]"},
    {RULE_NOT_EMPTY, "a:enq(1)[1,2] c:deq()=1[7,8] d:enq(2)[4,5] e:deq()=2[10,11] "
                     "b:deq()=empty[3,9]"},
    /* as many crashed dequeues as elements that were passed, and one less */
    {RULE_NONE, "a:enq(1)[1,2] a:enq(2)[3,4] a:enq(3)[5,6] x:deq()[7,-] y:deq()[8,-] "
                "b:deq()=3[9,10]"},
    {RULE_QUEUE_ORDER, "a:enq(1)[1,2] a:enq(2)[3,4] a:enq(3)[5,6] x:deq()[7,-] b:deq()=3[8,9] "
                       "y:deq()[10,-]"},
    /* a crashed dequeue cannot take what somebody else took */
    {RULE_QUEUE_ORDER, "a:enq(1)[1,2] a:enq(2)[3,4] x:deq()[5,-] b:deq()=2[6,7] c:deq()=1[8,9]"},
    {RULE_NONE, "a:enq(1)[1,2] x:deq()[3,-] b:peek()=1[4,5] b:deq()=1[6,7] b:deq()=empty[8,9]"},
    /* peeks */
    {RULE_NONE, "a:enq(1)[1,2] b:peek()=1[3,4] a:enq(2)[5,6] b:deq()=1[7,8] b:peek()=2[9,10]"},
    {RULE_QUEUE_ORDER, "a:enq(1)[1,2] a:enq(2)[3,4] b:peek()=2[5,6]"},
    {RULE_QUEUE_ORDER, "a:enq(1)[1,10] b:enq(2)[2,11] c:peek()=1[3,4] d:peek()=2[5,6]"},
    {RULE_QUEUE_ORDER, "a:enq(1)[1,10] b:enq(2)[2,11] c:peek()=1[3,4] d:peek()=2[5,6] "
                       "c:peek()=1[7,8] e:deq()=1[9,12]"},
    {RULE_NONE, "a:enq(1)[1,10] b:enq(2)[2,11] c:peek()=1[3,4] e:deq()=1[5,12] d:peek()=2[6,7]"},
    {RULE_NONE, "a:enq(1)[1,8] b:deq()=1[2,7] c:deq()=empty[3,4] d:peek()=empty[5,6]"},
    /* crashed dequeues with peeks or empty results */
    {RULE_NONE, "a:enq(1)[1,2] x:deq()[3,-] b:deq()=empty[4,5]"},
    {RULE_NONE, "a:enq(1)[1,2] x:deq()[3,-] b:peek()=1[4,5] b:deq()=empty[6,7]"},
    {RULE_NONE, "a:enq(1)[1,2] a:enq(2)[3,4] x:deq()[5,-] b:peek()=2[6,7] y:deq()[8,-] "
                "b:deq()=empty[9,10]"},
    {RULE_NOT_EMPTY, "a:enq(1)[1,2] a:enq(2)[3,4] x:deq()[5,-] b:deq()=empty[6,7]"},
    {RULE_NOT_EMPTY, "a:enq(1)[1,2] b:deq()=empty[3,4] x:deq()[5,-]"},
    {RULE_NOT_EMPTY, "a:enq(1)[1,2] x:deq()[3,-] a:enq(2)[4,5] b:deq()=empty[6,7] b:deq()=2[8,9]"},
    {RULE_QUEUE_ORDER, "a:enq(1)[1,2] b:peek()=1[3,4] a:enq(2)[5,6] b:peek()=2[7,8] x:deq()[9,-]"},
    {RULE_QUEUE_ORDER, "a:enq(1)[1,2] a:enq(2)[3,4] a:enq(3)[5,6] x:deq()[7,-] b:deq()=3[8,9] "
                       "b:peek()=empty[10,11]"},
    /* one element by itself */
    {RULE_THIN_AIR, "a:deq()=1[1,2]"},
    {RULE_THIN_AIR, "a:enq(1)[1,2] b:peek()=2[3,4]"},
    {RULE_ABORTED_READ, "a:enq(1)[1,!2] b:deq()=1[3,4]"},
    {RULE_FUTURE_READ, "b:deq()=1[1,2] a:enq(1)[3,4]"},
    {RULE_FUTURE_READ, "b:deq()=1[1,2] a:enq(1)[3,-]"},
    {RULE_TAKEN_TWICE, "a:enq(1)[1,2] b:deq()=1[3,6] c:deq()=1[4,5]"},
    /* the take that is still open might have been the one that counts, until the other one ended */
    {RULE_QUEUE_ORDER, "p0:enq(1)[1,2] p0:enq(3)[3,7] p1:deq()=1[4,12] p2:deq()=3[5,6] "
                       "p2:deq()=1[9,11]"},
    {RULE_SEEN_AFTER, "a:enq(1)[1,2] b:deq()=1[3,4] c:peek()=1[5,6]"},
    /* the same element again, after a crashed enqueue that nobody can have noticed */
    {RULE_NONE, "a:enq(1)[1,2] b:deq()=1[3,4] x:enq(1)[5,-]"},
    /* the first of two violations counts */
    {RULE_QUEUE_ORDER, "a:enq(1)[1,2] a:enq(2)[3,4] b:deq()=2[5,6] b:deq()=7[7,8]"},
    {RULE_THIN_AIR, "b:deq()=7[1,2] a:enq(1)[3,4] a:enq(2)[5,6] b:deq()=2[7,8]"},
};

static const struct {
    enum rule rule;
    const char *text;
} unordered[] = {
    {RULE_NONE, ""},
    {RULE_NONE, "a:enq(1)[1,2] a:enq(2)[3,4] b:deq()=2[5,6] b:deq()=1[7,8]"},
    {RULE_NONE, "a:enq(1)[1,2] a:enq(1)[3,4] b:deq()=1[5,6] b:deq()=1[7,8]"},
    {RULE_NONE, "a:enq(1)[1,2] x:enq(1)[3,-] b:deq()=1[5,6] b:deq()=1[7,8]"},
    {RULE_NONE, "a:enq(1)[1,2] x:deq()[3,-] b:deq()=1[5,6]"},
    {RULE_NONE, "a:enq(1)[1,2] a:enq(2)[3,4] b:peek()=2[5,6] b:peek()=1[7,8]"},
    {RULE_TAKEN_TWICE, "a:enq(1)[1,2] b:deq()=1[3,6] c:deq()=1[4,5]"},
    {RULE_TAKEN_TWICE, "a:enq(1)[1,2] a:enq(1)[3,4] b:deq()=1[5,6] c:deq()=1[7,8] d:deq()=1[9,10]"},
    {RULE_TAKEN_TWICE, "a:enq(1)[1,2] b:deq()=1[3,4] c:deq()=1[5,6] a:enq(1)[7,8]"},
    {RULE_THIN_AIR, "a:enq(1)[1,2] b:deq()=2[3,4]"},
    {RULE_FUTURE_READ, "b:deq()=1[1,2] a:enq(1)[3,4]"},
    {RULE_SEEN_AFTER, "a:enq(1)[1,2] b:deq()=1[3,4] c:peek()=1[5,6]"},
    {RULE_NONE, "a:enq(1)[1,2] b:deq()=1[3,4] c:peek()=1[5,8] d:enq(1)[6,7]"},
    /* with empty results */
    {RULE_NOT_EMPTY, "a:enq(1)[1,2] b:deq()=empty[3,4] c:deq()=1[5,6]"},
    {RULE_NONE, "a:enq(1)[1,2] c:deq()=1[4,9] b:deq()=empty[3,5]"},
    {RULE_NOT_EMPTY, "a:enq(1)[1,2] c:deq()=1[7,8] d:enq(2)[4,5] e:deq()=2[10,11] "
                     "b:deq()=empty[3,9]"},
    {RULE_NONE, "a:enq(1)[1,6] c:deq()=1[2,5] b:peek()=empty[3,4] b:deq()=empty[7,8]"},
    {RULE_NOT_EMPTY, "a:enq(1)[1,2] b:peek()=empty[3,4]"},
    {RULE_NONE, "a:enq(1)[1,2] a:enq(2)[3,4] x:deq()[5,-] b:deq()=1[6,9] b:deq()=empty[10,11]"},
    {RULE_NOT_EMPTY, "a:enq(1)[1,2] a:enq(2)[3,4] x:deq()[5,-] b:deq()=empty[6,7]"},
    {RULE_TAKEN_TWICE, "b:deq()=empty[1,2] a:enq(1)[3,4] b:deq()=1[5,6] c:deq()=1[7,8]"},
    {RULE_THIN_AIR, "b:deq()=empty[1,2] b:deq()=1[5,6]"},
};

static const struct {
    enum rule rule;
    const char *text;
} ends[] = {
    {RULE_NONE, "a:push-back(1)[1,2] a:push-back(2)[3,4] b:pop-front()=1[5,6]"},
    {RULE_QUEUE_ORDER, "a:push-back(1)[1,2] a:push-back(2)[3,4] b:pop-front()=2[5,6]"},
    {RULE_QUEUE_ORDER, "a:push-front(1)[1,2] a:push-front(2)[3,4] b:peek-back()=2[5,6]"},
};

static void judge(const char *model, const struct engine *engine, enum rule rule, const char *text)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, model, NULL, text));
    const char *why = case_judge(&c, engine);
    ck_assert_msg(!why, "%s: %s", text, why);
    ck_assert_msg(c.r.rule == rule, "%s: rule %d", text, (int)c.r.rule);
    case_close(&c);
}

START_TEST(fifo_rules)
{
    judge("fifo-queue", &engine_queue, fifo[_i].rule, fifo[_i].text);
}
END_TEST

START_TEST(unordered_rules)
{
    judge("unordered-queue", &engine_bag, unordered[_i].rule, unordered[_i].text);
}
END_TEST

START_TEST(deques_used_as_queues)
{
    judge("deque", &engine_queue, ends[_i].rule, ends[_i].text);
}
END_TEST

static const struct {
    const char *model, *initial, *why, *text;
} refused[] = {
    {"fifo-queue", NULL, "element 1 comes in twice", "a:enq(1)[1,2] b:enq(1)[3,4]"},
    {"fifo-queue", NULL, "element 1 comes in twice", "a:enq(1)[1,2] x:enq(1)[3,-] b:deq()=1[4,5]"},
    {"fifo-queue", "[7]", "the queue is not empty at the beginning", "a:deq()=7[1,2]"},
    {"fifo-queue", NULL,
     "crashed takes with peeks or empty results, and elements that they may have taken",
     "a:enq(1)[1,4] b:enq(2)[2,5] c:peek()=1[3,9] b:enq(3)[6,12] x:deq()[7,?8] "
     "d:deq()=empty[10,16] c:deq()=2[11,15] b:peek()=2[13,14]"},
    {"unordered-queue", "[7]", "the queue is not empty at the beginning", "a:deq()=7[1,2]"},
    {"unordered-queue", NULL, "element 1 comes in twice",
     "a:enq(1)[1,2] a:enq(1)[3,4] b:deq()=empty[5,6]"},
    {"deque", NULL, "elements come in and leave at the same end of the deque",
     "a:push-back(1)[1,2] b:pop-back()=1[3,4]"},
    {"stack", NULL, "", "a:push(1)[1,2]"},
};

/* By the engine of the model; the search decides as brute force does. */
START_TEST(refusals)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, refused[_i].model, refused[_i].initial, refused[_i].text));
    bool bag = strcmp(refused[_i].model, "unordered-queue") == 0;
    const char *why = (bag ? &engine_bag : &engine_queue)->applies(&c.o, &c.arena);
    ck_assert_ptr_nonnull(why);
    ck_assert_str_eq(why, refused[_i].why);
    if (!refused[_i].initial) {
        ck_assert_ptr_null(case_judge(&c, &engine_jit));
        ck_assert_ptr_null(case_judge(&c, &engine_wgl));
    }
    case_close(&c);
}
END_TEST

START_TEST(initial_elements)
{
    static const char *const texts[] = {"a:deq()=7[1,2] a:deq()=8[3,4] a:deq()=empty[5,6]",
                                        "a:deq()=8[1,2]"};
    for (int i = 0; i < 2; i++) {
        struct engine_case c;
        struct engine_options opt = {.budget = &c.budget};
        ck_assert(case_open_toy(&c, "fifo-queue", "[7 8]", texts[i]));
        engine_jit.run(&c.o, &opt, &c.r);
        ck_assert_int_eq(c.r.verdict, i == 0 ? VERDICT_VALID : VERDICT_INVALID);
        case_close(&c);
    }
}
END_TEST

/* A crashed dequeue of an unordered queue took one of three: the search has to try. */
START_TEST(one_of_three)
{
    static const char *const texts[] = {
        "a:enq(1)[1,2] a:enq(2)[3,4] a:enq(3)[5,6] x:deq()[7,-] b:deq()=1[8,9] b:deq()=3[10,11] "
        "b:deq()=empty[12,13]",
        "a:enq(1)[1,2] a:enq(2)[3,4] a:enq(3)[5,6] x:deq()[7,-] b:deq()=1[8,9] "
        "b:deq()=empty[12,13]",
    };
    for (int i = 0; i < 2; i++) {
        struct engine_case c;
        ck_assert(case_open_toy(&c, "unordered-queue", NULL, texts[i]));
        ck_assert_ptr_null(case_judge(&c, &engine_jit));
        ck_assert_int_eq(c.r.verdict, i == 0 ? VERDICT_VALID : VERDICT_INVALID);
        ck_assert_ptr_null(case_judge(&c, &engine_wgl));
        case_close(&c);
    }
}
END_TEST

static const struct {
    const char *model, *f, *value, *part;
} misfits[] = {
    {"fifo-queue", "drain", "[1 2]", "one operation for each"},
    {"fifo-queue", "push", "1", "no such operation"},
    {"fifo-queue", "enqueue", "nil", "nil and :empty cannot be put in"},
    {"unordered-queue", "enqueue", ":empty", "nil and :empty cannot be put in"},
    {"deque", "push", "1", "no such operation"},
};

START_TEST(operations_that_do_not_fit)
{
    struct history h;
    struct object o;
    struct err e = {0};
    history_init(&h);
    struct event ev = event_blank();
    ev.type = OP_INVOKE;
    ev.process = val_int(&h.values, 1);
    ev.f = val_text(&h.values, V_KEYWORD, str_of(misfits[_i].f));
    ev.value = *misfits[_i].value == ':' ? val_text(&h.values, V_KEYWORD, STR("empty")) : VAL_NIL;
    history_add_event(&h, &ev);
    ev.type = OP_OK;
    history_add_event(&h, &ev);
    const struct pair_options strict = {0};
    ck_assert(history_pair(&h, &strict, &e));
    uint32_t id = 0;
    ck_assert(!object_build(&o, &h, model_find(misfits[_i].model), &id, 1, VAL_ABSENT, VAL_NIL,
                            false, &e));
    ck_assert_msg(strstr(e.text, misfits[_i].part) != NULL, "%s", e.text);
    history_free(&h);
}
END_TEST

/* The argument as a user reads it. */
static void argued(const char *text, const char *reason, const char *const *steps)
{
    struct engine_case c;
    ck_assert(case_open_toy(&c, "fifo-queue", NULL, text));
    ck_assert_ptr_null(case_judge(&c, &engine_queue));
    struct core core;
    struct key_result k;
    case_argue(&c, &engine_queue, &core, &k);
    ck_assert(core.found && core.minimal);
    ck_assert_str_eq(k.reason, reason);
    for (size_t i = 0; steps[i]; i++) {
        ck_assert_uint_lt(i, k.nsteps);
        ck_assert_str_eq(k.steps[i], steps[i]);
        ck_assert(steps[i + 1] || i + 1 == k.nsteps);
    }
    core_free(&core);
    arena_free(&k.arena);
    case_close(&c);
}

START_TEST(arguments)
{
    static const char *const early[] = {
        "enqueue 1 by process 0 completed at op 1, before enqueue 2 by process 0 was invoked at "
        "op 2: 1 came in before 2",
        "dequeue 2 by process 1 (op 4 to op 5): yet 1 never left before that",
        NULL,
    };
    argued("p0:enq(1)[1,2] p0:enq(2)[3,4] p1:deq()=2[5,6] p1:deq()=1[7,8]",
           "dequeue 2 by process 1 (op 4 to op 5) is impossible: 2 was at the front of the queue "
           "while 1, which had come in before it, was still inside", early);
    static const char *const covered[] = {
        "enqueue 1 by process 0 completed at op 1, before dequeue that found nothing by process 1 "
        "was invoked at op 2: 1 was inside by then",
        "enqueue 2 by process 3 completed at op 4, before dequeue 1 by process 2 was invoked at "
        "op 5: 2 came in before 1 left",
        "dequeue that found nothing by process 1 (op 2 to op 7): 2 never left",
        NULL,
    };
    argued("p0:enq(1)[1,2] p2:deq()=1[7,8] p3:enq(2)[4,5] p4:deq()=2[10,11] p1:deq()=empty[3,9]",
           "dequeue that found nothing by process 1 (op 2 to op 7) is impossible: it was found "
           "empty while something was certainly inside", covered);
    static const char *const lost[] = {
        "enqueue 1 by process 0 completed at op 1, before enqueue 3 by process 0 was invoked at "
        "op 4: 1 came in before 3",
        "dequeue 3 by process 2 (op 7 to op 8): 3 left, so 1 had left before it, yet nothing says "
        "that it took 1",
        "enqueue 2 by process 0 completed at op 3, before enqueue 3 by process 0 was invoked at "
        "op 4: 2 came in before 3",
        "dequeue 3 by process 2 (op 7 to op 8): 3 left, so 2 had left before it, yet nothing says "
        "that it took 2",
        "2 elements had left like that, and only 1 crashed operations that could have taken them "
        "had begun",
        NULL,
    };
    argued("p0:enq(1)[1,2] p0:enq(2)[3,4] p0:enq(3)[5,6] p1:deq()[7,-] p2:deq()=3[8,9]",
           "dequeue 3 by process 2 (op 7 to op 8) is impossible: more elements had left the queue "
           "than operations can have taken", lost);
}
END_TEST

/* Against arrays: whatever way a content was reached, it is the same state. */
START_TEST(states_of_queues)
{
    enum { MOST = 12, STEPS = 20000 };
    struct queues q;
    struct rng r;
    queues_init(&q);
    rng_seed(&r, 1);
    uint32_t s = QUEUE_EMPTY, n = 0, seen[1 << (MOST + 1)];
    uint32_t bits = 0; /* the content: elements 0 and 1, the front is the lowest bit */
    memset(seen, 0xff, sizeof seen);
    for (int i = 0; i < STEPS; i++) {
        uint32_t v = (uint32_t)rng_below(&r, 2);
        uint64_t what = rng_below(&r, 4);
        if (what < 2 && n < MOST) {
            s = what ? queues_put_first(&q, s, val_small((int32_t)v))
                     : queues_put(&q, s, val_small((int32_t)v));
            bits = what ? bits << 1 | v : bits | v << n;
            n++;
        } else if (what >= 2 && n > 0) {
            bool last = what == 2;
            v = last ? bits >> (n - 1) & 1 : bits & 1;
            ck_assert_uint_eq(last ? queues_last(&q, s) : queues_first(&q, s),
                              val_small((int32_t)v));
            s = last ? queues_take_last(&q, s) : queues_take(&q, s);
            n--;
            bits = last ? bits & ((1u << n) - 1) : bits >> 1;
        }
        uint32_t *known = &seen[bits | 1u << n];
        ck_assert(*known == UINT32_MAX || *known == s);
        *known = s;
    }
    bool distinct = true;
    for (uint32_t a = 1; a < 512; a++)
        for (uint32_t b = 1; b < a; b++)
            distinct &= seen[a] == UINT32_MAX || seen[a] != seen[b];
    ck_assert(distinct);
    ck_assert_uint_gt(queues_bytes(&q), 0);
    queues_free(&q);
}
END_TEST

START_TEST(states_of_bags)
{
    enum { IDS = 5, STEPS = 2000 };
    static const uint32_t sizes[] = {1, 2, IDS, 1000, 1u << 31};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct bags b;
        struct rng r;
        uint32_t count[IDS] = {0}, s = BAG_EMPTY;
        uint32_t first = sizes[k] > IDS ? sizes[k] - IDS : 0, ids = sizes[k] < IDS ? sizes[k] : IDS;
        bags_init(&b, sizes[k]);
        rng_seed(&r, k);
        for (int i = 0; i < STEPS; i++) {
            uint32_t id = (uint32_t)rng_below(&r, ids);
            bool put = rng_below(&r, 2);
            if (!put && count[id] == 0)
                continue;
            s = put ? bags_put(&b, s, first + id) : bags_take(&b, s, first + id);
            count[id] += put ? 1 : UINT32_MAX;
            uint32_t distinct = 0;
            bool right = true;
            for (uint32_t j = 0; j < ids; j++) {
                right &= bags_count(&b, s, first + j) == count[j];
                right &= count[j] == 0 || bags_nth(&b, s, distinct++) == first + j;
            }
            right &= bags_distinct(&b, s) == distinct && (s == BAG_EMPTY) == (distinct == 0);
            ck_assert(right);
        }
        bags_free(&b);
    }
}
END_TEST

#define LOOP(tests, table) \
    tcase_add_loop_test(t, tests, 0, (int)(sizeof table / sizeof *(table)))

int main(void)
{
    Suite *s = suite_create("queues");
    TCase *t = tcase_create("queues");
    LOOP(fifo_rules, fifo);
    LOOP(unordered_rules, unordered);
    LOOP(deques_used_as_queues, ends);
    LOOP(refusals, refused);
    LOOP(operations_that_do_not_fit, misfits);
    tcase_add_test(t, initial_elements);
    tcase_add_test(t, one_of_three);
    tcase_add_test(t, arguments);
    tcase_add_test(t, states_of_queues);
    tcase_add_test(t, states_of_bags);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
