/* Reader for plain interval logs: one completed operation per line,
 *
 *     process start end f [value ...]        # comments and empty lines are skipped
 *
 * with integer times; an end of `-` means that no completion was seen. Two intervals that touch in
 * one point are concurrent (they are closed, as in Porcupine). O(n log n). */
#include "histories/intervals.h"
#include "histories/op_reader.h"
#include "histories/reader.h"

static bool is_interval(const struct str *w, size_t n, int64_t *process, struct interval *op)
{
    int64_t number;
    return n >= 4 && n <= INTERVAL_WORDS && interval_times(w, process, op) &&
           !str_to_i64(w[3], &number);
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
static void set_values(struct values *t, struct interval *op, const struct str *w, size_t n)
{
    val items[INTERVAL_WORDS];
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

static bool interval_line(struct intervals *v, const struct str *w, size_t n, void *ctx,
                          const char **what)
{
    (void)ctx;
    struct values *t = &v->h->values;
    struct interval op = interval_blank();
    int64_t process;
    *what = "expected: process start end f value ..., with end >= start, such as 0 10 25 write 3";
    if (!is_interval(w, n, &process, &op))
        return false;
    op.offset = (uint64_t)(w[0].p - v->h->source.text.p);
    op.f = lower_keyword(t, w[3]);
    set_values(t, &op, w + 4, n - 4);
    intervals_add(v, process, op);
    return true;
}

static bool read_interval_log(struct history *h, struct err *e)
{
    return intervals_read(h, TIES_CONCURRENT, interval_line, NULL, e);
}

static int detect(struct str head)
{
    struct str line, words[INTERVAL_WORDS];
    struct interval op;
    int64_t process;
    const char *p = head.p;
    bool ended;
    while (op_next_line(&p, head.p + head.n, &line, &ended)) {
        size_t n = interval_words(line, words);
        if (n > 0)
            return is_interval(words, n, &process, &op) ? 85 : 0;
    }
    return 0;
}

const struct reader reader_intervals = {
    "intervals", "one operation per line: process start end f value", detect, read_interval_log};
