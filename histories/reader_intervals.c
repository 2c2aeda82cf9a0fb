/* Reader for plain interval logs: one completed operation per line,
 *
 *     process start end f [value ...]        # comments and empty lines are skipped
 *
 * with integer times; an end of `-` means that no completion was seen. Two intervals that touch in
 * one point are concurrent (they are closed, as in Porcupine), so at equal times all invocations
 * come before all completions. A process whose next operation starts when its last one ends would
 * then have two open operations: the later one gets a process number of its own, which only
 * drops an order that closed intervals do not give. O(n log n). */
#include "base/hash.h"
#include "base/mem.h"
#include "histories/op_reader.h"
#include "histories/reader.h"

#include <stdlib.h>

enum { MAX_WORDS = 64 };

struct interval {
    int64_t start, end; /* end = INT64_MAX: no completion */
    uint64_t offset;
    val process, f, in, out;
};

struct moment {
    int64_t time;
    uint32_t op;
    bool completion;
};

struct interval_reader {
    struct history *h;
    struct err *e;
    struct interval *ops;
    size_t n, cap;
    int64_t next_process; /* larger than every number seen */
};

/* Words of a line up to a comment; more than MAX_WORDS are counted but not kept. */
static size_t split_words(struct str line, struct str *words)
{
    size_t n = 0;
    const char *p = line.p, *end = p + line.n;
    for (;;) {
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        if (p >= end || *p == '#')
            return n;
        const char *from = p;
        while (p < end && *p != ' ' && *p != '\t')
            p++;
        if (n < MAX_WORDS)
            words[n] = (struct str){from, (size_t)(p - from)};
        n++;
    }
}

static bool is_interval(const struct str *w, size_t n)
{
    int64_t process, start, end;
    return n >= 4 && n <= MAX_WORDS && str_to_i64(w[0], &process) && process >= 0 &&
           str_to_i64(w[1], &start) &&
           (str_is(w[2], "-") || (str_to_i64(w[2], &end) && end >= start)) &&
           !str_to_i64(w[3], &end);
}

static val word_value(struct values *t, struct str w)
{
    int64_t i;
    if (str_to_i64(w, &i))
        return val_int(t, i);
    if (str_is(w, "nil") || str_is(w, "null") || str_is(w, "-"))
        return VAL_NIL;
    return val_text(t, V_STRING, w);
}

static val lower_keyword(struct values *t, struct str w)
{
    char name[64];
    size_t n = w.n < sizeof name ? w.n : sizeof name;
    for (size_t i = 0; i < n; i++)
        name[i] = w.p[i] >= 'A' && w.p[i] <= 'Z' ? (char)(w.p[i] | 32) : w.p[i];
    return val_text(t, V_KEYWORD, (struct str){name, n});
}

/* One word is the value itself, several are a list, whose first may be a key. What a read returned
 * is not known when it is invoked. */
static void set_values(struct interval_reader *r, struct interval *op, const struct str *w,
                       size_t n)
{
    struct values *t = &r->h->values;
    val items[MAX_WORDS];
    struct str f = val_get_text(t, op->f);
    bool read = str_is(f, "read") || str_is(f, "get") || str_is(f, "r");
    for (size_t i = 0; i < n; i++)
        items[i] = word_value(t, w[i]);
    op->out = n == 0 ? VAL_NIL : n == 1 ? items[0] : val_seq(t, V_LIST, items, n);
    op->in = op->out;
    if (read && n > 0) {
        items[n - 1] = VAL_NIL;
        op->in = n == 1 ? VAL_NIL : val_seq(t, V_LIST, items, n);
    }
}

static void add_interval(struct interval_reader *r, const struct str *w, size_t n)
{
    struct values *t = &r->h->values;
    struct interval op = {.end = INT64_MAX};
    int64_t process = 0;
    (void)str_to_i64(w[0], &process);
    (void)str_to_i64(w[1], &op.start);
    (void)str_to_i64(w[2], &op.end);
    op.offset = (uint64_t)(w[0].p - r->h->source.text.p);
    op.process = val_int(t, process);
    op.f = lower_keyword(t, w[3]);
    set_values(r, &op, w + 4, n - 4);
    if (process >= r->next_process && process < INT64_MAX)
        r->next_process = process + 1;
    r->ops = mem_grow(r->ops, &r->cap, r->n + 1, sizeof *r->ops);
    r->ops[r->n++] = op;
}

/* A line that is no interval: torn when it is the last and has no line end. */
static bool not_an_interval(struct interval_reader *r, const char *at, bool ended)
{
    if (!ended && r->n > 0) {
        op_warn_torn(r->h, at);
        return true;
    }
    return source_error(&r->h->source, (size_t)(at - r->h->source.text.p), r->e,
                        "expected: process start end f value ..., with end >= start, such as 0 10 "
                        "25 write 3");
}

static bool read_lines(struct interval_reader *r)
{
    struct str text = r->h->source.text, line, words[MAX_WORDS];
    const char *p = text.p;
    bool ended;
    while (op_next_line(&p, text.p + text.n, &line, &ended)) {
        size_t n = split_words(line, words);
        if (n == 0)
            continue;
        if (r->n >= NO_EVENT / 2)
            return source_error(&r->h->source, (size_t)(line.p - text.p), r->e,
                                "more operations than belie can number; split the file");
        if (!is_interval(words, n)) {
            if (!not_an_interval(r, words[0].p, ended))
                return false;
            continue;
        }
        add_interval(r, words, n);
        if (!ended)
            op_warn_unended(r->h);
    }
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->completion != y->completion)
        return x->completion ? 1 : -1;
    return (x->op > y->op) - (x->op < y->op);
}

static struct moment *sorted_moments(const struct interval_reader *r, size_t *n)
{
    struct moment *m = mem_realloc(NULL, 2 * r->n, sizeof *m);
    *n = 0;
    for (size_t i = 0; i < r->n; i++) {
        m[(*n)++] = (struct moment){r->ops[i].start, (uint32_t)i, false};
        if (r->ops[i].end != INT64_MAX)
            m[(*n)++] = (struct moment){r->ops[i].end, (uint32_t)i, true};
    }
    qsort(m, *n, sizeof *m, by_time);
    return m;
}

static void add_event(struct interval_reader *r, const struct moment *m)
{
    const struct interval *op = &r->ops[m->op];
    struct event ev = event_blank();
    ev.type = m->completion ? OP_OK : OP_INVOKE;
    ev.process = op->process;
    ev.f = op->f;
    ev.value = m->completion ? op->out : op->in;
    ev.time = m->time;
    ev.offset = op->offset;
    history_add_event(r->h, &ev);
}

static void add_events(struct interval_reader *r)
{
    size_t n;
    struct moment *m = sorted_moments(r, &n);
    struct map64 busy = {0}; /* process -> 1 while an operation of it is open */
    for (size_t i = 0; i < n; i++) {
        struct interval *op = &r->ops[m[i].op];
        if (!m[i].completion && map64_get(&busy, op->process) == 1)
            op->process = val_int(&r->h->values, r->next_process++);
        map64_put(&busy, op->process, m[i].completion ? 0 : 1);
        add_event(r, &m[i]);
    }
    map64_free(&busy);
    mem_free(m);
}

static bool intervals_read(struct history *h, struct err *e)
{
    struct interval_reader r = {.h = h, .e = e};
    bool ok = read_lines(&r);
    if (ok && r.n > 0)
        add_events(&r);
    h->intervals = true;
    mem_free(r.ops);
    return ok;
}

static int intervals_detect(struct str head)
{
    struct str line, words[MAX_WORDS];
    const char *p = head.p;
    bool ended;
    while (op_next_line(&p, head.p + head.n, &line, &ended)) {
        size_t n = split_words(line, words);
        if (n > 0)
            return is_interval(words, n) ? 85 : 0;
    }
    return 0;
}

const struct reader reader_intervals = {"intervals",
                                        "one operation per line: process start end f value",
                                        intervals_detect, intervals_read};
