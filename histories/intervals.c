/* Events out of intervals: all moments are sorted by time, and at equal times by what a tie means.
 * Concurrent: invocations, then completions. Ordered: completions, then invocations; an operation
 * that begins and ends in one moment stands between the two, with others of its kind concurrent. */
#include "histories/intervals.h"

#include "base/hash.h"
#include "base/mem.h"
#include "histories/op_reader.h"

#include <stdlib.h>

struct moment {
    int64_t time;
    uint32_t op;
    uint8_t rank; /* order at equal times */
    bool completion;
};

struct interval interval_blank(void)
{
    return (struct interval){.end = NO_END, .type = OP_OK, .key = VAL_ABSENT, .in = VAL_ABSENT,
                             .out = VAL_ABSENT};
}

void intervals_add(struct intervals *v, int64_t process, struct interval op)
{
    op.process = val_int(&v->h->values, process);
    if (process >= v->next_process && process < INT64_MAX)
        v->next_process = process + 1;
    v->ops = mem_grow(v->ops, &v->cap, v->n + 1, sizeof *v->ops);
    v->ops[v->n++] = op;
}

static uint8_t rank_of(enum interval_ties ties, const struct interval *op, bool completion)
{
    if (ties == TIES_CONCURRENT)
        return completion ? 1 : 0;
    if (op->start == op->end)
        return completion ? 2 : 1;
    return completion ? 0 : 3;
}

static int by_time(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return (x->op > y->op) - (x->op < y->op);
}

static struct moment *sorted_moments(const struct intervals *v, enum interval_ties ties, size_t *n)
{
    struct moment *m = mem_realloc(NULL, 2 * v->n + 1, sizeof *m);
    *n = 0;
    for (size_t i = 0; i < v->n; i++) {
        const struct interval *op = &v->ops[i];
        uint32_t id = (uint32_t)i;
        m[(*n)++] = (struct moment){op->start, id, rank_of(ties, op, false), false};
        if (op->end != NO_END)
            m[(*n)++] = (struct moment){op->end, id, rank_of(ties, op, true), true};
    }
    qsort(m, *n, sizeof *m, by_time);
    return m;
}

static void add_event(const struct intervals *v, const struct moment *m, val process)
{
    const struct interval *op = &v->ops[m->op];
    struct event ev = event_blank();
    ev.type = m->completion ? op->type : OP_INVOKE;
    ev.process = process;
    ev.f = op->f;
    ev.key = op->key;
    ev.value = m->completion ? op->out : op->in;
    ev.time = m->time;
    ev.offset = op->offset;
    history_add_event(v->h, &ev);
}

void intervals_events(const struct intervals *v, enum interval_ties ties)
{
    size_t n;
    struct moment *m = sorted_moments(v, ties, &n);
    struct map64 busy = {0}; /* process -> 1 while an operation of it is open */
    val *process = mem_alloc((v->n + 1) * sizeof *process);
    int64_t next_process = v->next_process;
    for (size_t i = 0; i < n; i++) {
        val *p = &process[m[i].op];
        if (!m[i].completion)
            *p = v->ops[m[i].op].process;
        if (!m[i].completion && map64_get(&busy, *p) == 1)
            *p = val_int(&v->h->values, next_process++);
        map64_put(&busy, *p, m[i].completion ? 0 : 1);
        add_event(v, &m[i], *p);
    }
    map64_free(&busy);
    mem_free(process);
    mem_free(m);
}

/* A line that is no operation: torn when it is the last and has no line end. */
static bool not_an_operation(struct intervals *v, const char *at, bool ended, const char *what,
                             struct err *e)
{
    const struct source *s = &v->h->source;
    if (ended || v->n == 0)
        return source_error(s, (size_t)(at - s->text.p), e, "%s", what);
    op_warn_torn(v->h, at);
    return true;
}

static bool read_lines(struct intervals *v, interval_line_fn *fn, void *ctx, struct err *e)
{
    struct str text = v->h->source.text, line, words[INTERVAL_WORDS];
    const char *p = text.p;
    bool ended;
    while (op_next_line(&p, text.p + text.n, &line, &ended)) {
        const char *what = "more words than an operation can have";
        size_t n = interval_words(line, words);
        if (n == 0)
            continue;
        if (v->n >= NO_EVENT / 2)
            return source_error(&v->h->source, (size_t)(line.p - text.p), e,
                                "more operations than belie can number; split the file");
        if (n <= INTERVAL_WORDS && fn(v, words, n, ctx, &what)) {
            if (!ended)
                op_warn_unended(v->h);
        } else if (!not_an_operation(v, words[0].p, ended, what, e)) {
            return false;
        }
    }
    return true;
}

bool intervals_read(struct history *h, enum interval_ties ties, interval_line_fn *line, void *ctx,
                    struct err *e)
{
    struct intervals v = {.h = h};
    bool ok = read_lines(&v, line, ctx, e);
    if (ok)
        intervals_events(&v, ties);
    h->intervals = true;
    mem_free(v.ops);
    return ok;
}

size_t interval_words(struct str line, struct str words[INTERVAL_WORDS])
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
        if (n < INTERVAL_WORDS)
            words[n] = (struct str){from, (size_t)(p - from)};
        n++;
    }
}

bool interval_times(const struct str *words, int64_t *process, struct interval *op)
{
    op->end = NO_END;
    return str_to_i64(words[0], process) && *process >= 0 && str_to_i64(words[1], &op->start) &&
           (str_is(words[2], "-") || (str_to_i64(words[2], &op->end) && op->end >= op->start));
}
