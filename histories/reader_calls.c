/* Reader for the set logs of Lowe's testers and of ahorn's linearizability-checker: one event per
 * line, in the order in which they happened,
 *
 *     2 invokes add 16
 *     2 returns true
 *
 * Elements are integers. The methods become the names of belie's set model (insert is add, erase is
 * remove), and the result joins the element: [16 true]. O(bytes). */
#include "base/hash.h"
#include "histories/op_reader.h"
#include "histories/reader.h"

enum { WORDS = 4 };

static const struct {
    const char *method, *f;
} methods[] = {
    {"add", "add"},      {"insert", "add"},        {"remove", "remove"},
    {"erase", "remove"}, {"contains", "contains"}, {NULL, NULL},
};

struct call_reader {
    struct history *h;
    struct map64 open; /* process -> event of its invocation, plus one; 0 = none */
};

/* The words of a line, separated by spaces or tabs; more than WORDS are counted but not kept. */
static size_t split_words(struct str line, struct str words[WORDS])
{
    size_t n = 0;
    for (const char *p = line.p, *end = p + line.n; p < end;) {
        const char *from = p;
        while (p < end && *p != ' ' && *p != '\t')
            p++;
        if (p > from && n < WORDS)
            words[n] = (struct str){from, (size_t)(p - from)};
        n += p > from;
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
    }
    return n;
}

static const char *name_of(struct str method)
{
    for (size_t i = 0; methods[i].method; i++)
        if (str_is(method, methods[i].method))
            return methods[i].f;
    return NULL;
}

static const char *invokes(struct call_reader *r, struct event *ev, const struct str *w)
{
    struct values *t = &r->h->values;
    const char *f = name_of(w[2]);
    int64_t element;
    if (!f)
        return "this format knows add, insert, remove, erase and contains";
    if (!str_to_i64(w[3], &element))
        return "expected an integer behind the method";
    ev->type = OP_INVOKE;
    ev->f = val_text(t, V_KEYWORD, str_of(f));
    ev->value = val_int(t, element);
    map64_put(&r->open, ev->process, (uint32_t)r->h->events.n + 1);
    history_add_event(r->h, ev);
    return NULL;
}

static const char *returns(struct call_reader *r, struct event *ev, const struct str *w)
{
    uint32_t open = map64_get(&r->open, ev->process);
    if (open == MAP64_NONE || open == 0)
        return "this process returns, but it has invoked nothing since its last return";
    bool yes = str_is(w[2], "true");
    if (!yes && !str_is(w[2], "false"))
        return "expected: returns true or returns false";
    struct event call = history_event(r->h, open - 1);
    ev->type = OP_OK;
    ev->f = call.f;
    ev->value = val_seq(&r->h->values, V_LIST, (val[]){call.value, yes ? VAL_TRUE : VAL_FALSE}, 2);
    map64_put(&r->open, ev->process, 0);
    history_add_event(r->h, ev);
    return NULL;
}

static bool is_call(const struct str *w, size_t n, int64_t *process)
{
    return (n == 3 || n == 4) && str_to_i64(w[0], process) && *process >= 0 &&
           str_is(w[1], n == 4 ? "invokes" : "returns");
}

/* NULL, or what is wrong with the line. */
static const char *read_line(struct call_reader *r, const struct str *w, size_t n)
{
    int64_t process;
    struct event ev = event_blank();
    if (!is_call(w, n, &process))
        return "expected: process invokes add|remove|contains element, or process returns "
               "true|false";
    if (r->h->events.n >= NO_EVENT - 1)
        return "more events than belie can number; split the file";
    ev.process = val_int(&r->h->values, process);
    ev.offset = (uint64_t)(w[0].p - r->h->source.text.p);
    return n == 4 ? invokes(r, &ev, w) : returns(r, &ev, w);
}

static bool read_lines(struct call_reader *r, struct err *e)
{
    struct str text = r->h->source.text, line, words[WORDS];
    const char *p = text.p;
    bool ended;
    while (op_next_line(&p, text.p + text.n, &line, &ended)) {
        size_t n = split_words(line, words);
        const char *wrong = n ? read_line(r, words, n) : NULL;
        if (n && !wrong && !ended)
            op_warn_unended(r->h);
        else if (wrong && !ended && r->h->events.n > 0)
            op_warn_torn(r->h, words[0].p);
        else if (wrong)
            return source_error(&r->h->source, (size_t)(words[0].p - text.p), e, "%s", wrong);
    }
    return true;
}

static bool calls_read(struct history *h, struct err *e)
{
    struct call_reader r = {.h = h};
    bool ok = read_lines(&r, e);
    map64_free(&r.open);
    return ok;
}

static int calls_detect(struct str head)
{
    struct str line, words[WORDS];
    const char *p = head.p;
    bool ended;
    int64_t process;
    while (op_next_line(&p, head.p + head.n, &line, &ended)) {
        size_t n = split_words(line, words);
        if (n > 0)
            return is_call(words, n, &process) ? 95 : 0;
    }
    return 0;
}

const struct reader reader_calls = {
    "calls", "set logs: process invokes add 3, process returns true", calls_detect, calls_read};
