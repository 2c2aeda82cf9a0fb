/* Reader for container logs of FPTLin (Lee, Mathur, PLDI 2026): a data type, then one completed
 * operation per line,
 *
 *     # stack
 *     0 1 5 PUSH 1                            process start end METHOD value
 *
 * Unlike in plain interval logs an operation that ends when another begins comes before it. The
 * methods become the names that belie's models know:
 *
 *     stack            PUSH POP PEEK           push pop peek         -1 as a result: empty, nil
 *     queue            ENQ DEQ PEEK            enqueue dequeue peek
 *     priorityqueue    INSERT POLL PEEK        insert extract-max find-max
 *     set              INSERT REMOVE CONTAINS  add remove contains   v 1: [v true], v 0: [v false]
 *     semaphore        INCR DECR               signal wait           1: done; DECR 0: false, no
 *                                                                    permit was left
 *     rmw              READ_MODIFY_WRITE       cas                   old new: [old new]
 *
 * The objects begin empty, the semaphore without permits and the register with 0, which the log
 * does not say. O(n log n). */
#include "histories/intervals.h"
#include "histories/op_reader.h"
#include "histories/reader.h"

/* What stands behind the method. */
enum operands {
    ARGUMENT, /* v */
    RESULT,   /* v, or -1 when the object was empty */
    TRUTH,    /* v and 0 or 1 */
    DONE,     /* 1 */
    GRANTED,  /* 0 or 1 */
    OLD_NEW,  /* two values */
};

struct method {
    const char *type, *name, *f;
    enum operands operands;
};

static const struct method methods[] = {
    {"stack", "PUSH", "push", ARGUMENT},
    {"stack", "POP", "pop", RESULT},
    {"stack", "PEEK", "peek", RESULT},
    {"queue", "ENQ", "enqueue", ARGUMENT},
    {"queue", "DEQ", "dequeue", RESULT},
    {"queue", "PEEK", "peek", RESULT},
    {"priorityqueue", "INSERT", "insert", ARGUMENT},
    {"priorityqueue", "POLL", "extract-max", RESULT},
    {"priorityqueue", "PEEK", "find-max", RESULT},
    {"set", "INSERT", "add", TRUTH},
    {"set", "REMOVE", "remove", TRUTH},
    {"set", "CONTAINS", "contains", TRUTH},
    {"semaphore", "INCR", "signal", DONE},
    {"semaphore", "DECR", "wait", GRANTED},
    {"rmw", "READ_MODIFY_WRITE", "cas", OLD_NEW},
    {NULL, NULL, NULL, ARGUMENT},
};

/* The data type of the first line that is not empty; empty when it is none. */
static struct str type_of(struct str text)
{
    const char *p = text.p;
    struct str line = {p, 0}, words[INTERVAL_WORDS];
    bool ended;
    while (op_next_line(&p, text.p + text.n, &line, &ended) && line.n == 0)
        ;
    const char *hash = memchr(line.p, '#', line.n);
    if (!hash || interval_words(line, words) > 0)
        return (struct str){line.p, 0};
    line = (struct str){hash + 1, line.n - (size_t)(hash + 1 - line.p)};
    if (interval_words(line, words) != 1)
        return (struct str){line.p, 0};
    for (const struct method *m = methods; m->type; m++)
        if (str_is(words[0], m->type))
            return words[0];
    return (struct str){line.p, 0};
}

static const struct method *method_of(struct str type, struct str name)
{
    const struct method *m = methods;
    while (m->type && !(str_is(type, m->type) && str_is(name, m->name)))
        m++;
    return m->type ? m : NULL;
}

static bool bit(struct str w, val *out)
{
    *out = str_is(w, "1") ? VAL_TRUE : VAL_FALSE;
    return w.n == 1 && (*w.p == '0' || *w.p == '1');
}

/* Set in and out from the words behind the method. */
static bool set_values(struct values *t, enum operands kind, const struct str *w, size_t n,
                       struct interval *op)
{
    int64_t a = 0, b = 0;
    val truth = VAL_TRUE;
    if (n != (kind == TRUTH || kind == OLD_NEW ? 2u : 1u) || !str_to_i64(w[0], &a))
        return false;
    op->in = op->out = val_int(t, a);
    switch (kind) {
    case ARGUMENT:
        return a != -1; /* no result could tell it from "empty" */
    case RESULT:
        op->in = VAL_NIL;
        op->out = a == -1 ? VAL_NIL : op->out;
        return true;
    case TRUTH:
        op->out = val_seq(t, V_LIST, (val[]){op->in, bit(w[1], &truth) ? truth : VAL_NIL}, 2);
        return bit(w[1], &truth);
    case DONE:
        op->in = op->out = VAL_NIL;
        return bit(w[0], &truth) && truth == VAL_TRUE;
    case GRANTED:
        op->in = VAL_NIL;
        op->out = a ? VAL_NIL : VAL_FALSE;
        return bit(w[0], &truth);
    case OLD_NEW:
        if (!str_to_i64(w[1], &b))
            return false;
        op->in = op->out = val_seq(t, V_LIST, (val[]){op->in, val_int(t, b)}, 2);
        return true;
    }
    return false;
}

static const char *expected(enum operands kind)
{
    switch (kind) {
    case ARGUMENT:
        return "expected one integer behind the method, and not -1, which stands for empty";
    case RESULT:
        return "expected one integer behind the method, -1 for empty";
    case TRUTH:
        return "expected an integer and the result, 0 or 1, behind the method";
    case DONE:
        return "expected the result 1 behind the method";
    case GRANTED:
        return "expected the result, 0 or 1, behind the method";
    case OLD_NEW:
        return "expected two integers, the old and the new value, behind the method";
    }
    return NULL;
}

static bool fptlin_line(struct intervals *v, const struct str *w, size_t n, void *ctx,
                        const char **what)
{
    const struct str *type = ctx;
    struct interval op = interval_blank();
    int64_t process;
    *what = "expected: process start end METHOD value, with end >= start, such as 0 1 5 PUSH 1";
    if (n < 4 || !interval_times(w, &process, &op) || op.end == NO_END)
        return false;
    const struct method *m = method_of(*type, w[3]);
    *what = "the data type in the first line has no such method";
    if (!m)
        return false;
    *what = expected(m->operands);
    if (!set_values(&v->h->values, m->operands, w + 4, n - 4, &op))
        return false;
    op.offset = (uint64_t)(w[0].p - v->h->source.text.p);
    op.f = val_text(&v->h->values, V_KEYWORD, str_of(m->f));
    intervals_add(v, process, op);
    return true;
}

/* What the data types are called here. */
static const struct {
    const char *type, *model;
    val initial;
} objects[] = {
    {"stack", "stack", VAL_ABSENT},
    {"queue", "fifo-queue", VAL_ABSENT},
    {"priorityqueue", "max-priority-queue", VAL_ABSENT},
    {"set", "set", VAL_ABSENT},
    {"semaphore", "semaphore", VAL_SMALL /* 0 */},
    {"rmw", "cas-register", VAL_SMALL /* 0 */},
};

static void name_object(struct history *h, struct str type)
{
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        if (!str_is(type, objects[i].type))
            continue;
        h->object = objects[i].model;
        h->object_initial = objects[i].initial;
    }
}

static bool fptlin_read(struct history *h, struct err *e)
{
    struct str type = type_of(h->source.text);
    if (type.n == 0)
        return source_error(&h->source, 0, e,
                            "the first line must name the data type: # stack, "
                            "# queue, # priorityqueue, # set, # semaphore or # rmw");
    name_object(h, type);
    return intervals_read(h, TIES_ORDERED, fptlin_line, &type, e);
}

/* The data type, and a first operation with a method of it: more than an interval log with a
 * comment at its beginning would have. */
static int fptlin_detect(struct str head)
{
    struct str line, words[INTERVAL_WORDS], type = type_of(head);
    struct interval op;
    int64_t process;
    const char *p = head.p;
    bool ended;
    while (type.n > 0 && op_next_line(&p, head.p + head.n, &line, &ended)) {
        size_t n = interval_words(line, words);
        if (n > 0)
            return n >= 4 && interval_times(words, &process, &op) && method_of(type, words[3]) ? 90
                                                                                               : 0;
    }
    return 0;
}

const struct reader reader_fptlin = {"fptlin",
                                     "FPTLin's container logs: # type, process start end METHOD "
                                     "value",
                                     fptlin_detect, fptlin_read};
