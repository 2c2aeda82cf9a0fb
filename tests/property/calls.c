#include "tests/property/calls.h"

#include "histories/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct reader_at {
    const char *p, *end;
};

static bool eat(struct reader_at *r, char c)
{
    if (r->p < r->end && *r->p == c) {
        r->p++;
        return true;
    }
    return false;
}

/* Everything before the first of `stops` outside of brackets. */
static struct str eat_until(struct reader_at *r, const char *stops)
{
    const char *start = r->p;
    int depth = 0;
    for (; r->p < r->end; r->p++) {
        if (depth == 0 && strchr(stops, *r->p))
            break;
        depth += strchr("([{<", *r->p) != NULL;
        depth -= strchr(")]}>", *r->p) != NULL;
    }
    return (struct str){start, (size_t)(r->p - start)};
}

/* A vector: it begins like an interval. */
static struct str eat_vector(struct reader_at *r)
{
    const char *start = r->p;
    int depth = 0;
    do {
        depth += *r->p == '[';
        depth -= *r->p == ']';
        r->p++;
    } while (depth > 0 && r->p < r->end);
    return (struct str){start, (size_t)(r->p - start)};
}

/* The EDN of an argument or result in notation. */
static void edn_text(char to[CALL_TEXT], struct str s)
{
    int n = (int)s.n;
    if (str_is(s, "empty"))
        call_text(to, "nil");
    else if (n >= 2 && s.p[0] == '{')
        call_text(to, "#%.*s", n, s.p);
    else if (n >= 2 && s.p[0] == '<')
        call_text(to, "[%.*s]", n - 2, s.p + 1);
    else if (n >= 5 && memcmp(s.p, "map{", 4) == 0)
        call_text(to, "%.*s", n - 3, s.p + 3);
    else
        call_text(to, "%.*s", n, s.p);
}

static uint32_t process_number(struct str name)
{
    int64_t i;
    if (name.n > 1 && name.p[0] == 'p' && str_to_i64((struct str){name.p + 1, name.n - 1}, &i))
        return (uint32_t)i;
    uint32_t n = 100;
    for (size_t k = 0; k < name.n; k++)
        n = n * 128 + (unsigned char)name.p[k];
    return n;
}

static bool eat_position(struct reader_at *r, uint32_t *out)
{
    const char *start = r->p;
    int64_t i;
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
        r->p++;
    if (!str_to_i64((struct str){start, (size_t)(r->p - start)}, &i))
        return false;
    *out = (uint32_t)i;
    return true;
}

static bool eat_interval(struct reader_at *r, struct call *c)
{
    if (!eat(r, '[') || !eat_position(r, &c->inv) || !eat(r, ','))
        return false;
    c->type = eat(r, '!') ? OP_FAIL : eat(r, '?') ? OP_INFO : OP_OK;
    if (eat(r, '-')) {
        c->type = OP_INFO;
        c->res = NO_EVENT;
        return eat(r, ']');
    }
    return eat_position(r, &c->res) && eat(r, ']');
}

static void name_call(struct call *c, const struct call_name *names, struct str f)
{
    (void)snprintf(c->f, sizeof c->f, "%.*s", (int)f.n, f.p);
    for (; names && names->name; names++) {
        if (!str_is(f, names->name))
            continue;
        (void)snprintf(c->f, sizeof c->f, "%s", names->f);
        if (names->in)
            call_text(c->in, "%s", names->in);
        if (names->out)
            call_text(c->out, "%s", names->out);
    }
}

static bool eat_call(struct reader_at *r, const struct call_name *names, struct call *c)
{
    *c = (struct call){.res = NO_EVENT};
    struct str process = eat_until(r, ":");
    if (process.n == 0 || !eat(r, ':'))
        return false;
    c->process = process_number(process);
    struct str f = eat_until(r, "([=");
    if (eat(r, '(')) {
        edn_text(c->in, eat_until(r, ")"));
        if (!eat(r, ')'))
            return false;
    }
    if (eat(r, '='))
        edn_text(c->out, r->p < r->end && *r->p == '[' ? eat_vector(r) : eat_until(r, "["));
    name_call(c, names, f);
    return eat_interval(r, c);
}

bool calls_parse(struct calls *c, const struct call_name *names, struct str line, struct err *e)
{
    struct reader_at r = {line.p, line.p + line.n};
    c->n = 0;
    for (;;) {
        while (eat(&r, ' ') || eat(&r, '\t') || eat(&r, '\n') || eat(&r, '\r'))
            ;
        if (r.p == r.end)
            return true;
        if (c->n == CALLS_MAX)
            return err_set(e, ERR_INPUT, "more than %d operations", CALLS_MAX);
        if (!eat_call(&r, names, &c->at[c->n++]))
            return err_set(e, ERR_INPUT, "cannot read operation %zu, at column %zu", c->n,
                           (size_t)(r.p - line.p) + 1);
    }
}

/* In front of EDN that means something else in notation. */
static const char *mark_of(const char *edn)
{
    return edn[0] == '{' ? "map" : "";
}

void calls_print(const struct calls *c, struct buf *out)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct call *k = &c->at[i];
        buf_printf(out, "%sp%u:%s(%s%s)", i ? " " : "", k->process, k->f, mark_of(k->in), k->in);
        if (k->type == OP_OK && k->out[0])
            buf_printf(out, "=%s%s", mark_of(k->out), k->out);
        if (k->res == NO_EVENT)
            buf_printf(out, "[%u,-]", k->inv);
        else
            buf_printf(out, "[%u,%s%u]", k->inv,
                       k->type == OP_FAIL ? "!" : k->type == OP_INFO ? "?" : "", k->res);
    }
}

void calls_drop(struct calls *c, size_t i)
{
    memmove(&c->at[i], &c->at[i + 1], (c->n - i - 1) * sizeof c->at[0]);
    c->n--;
}

/* Two positions are a moment, of one ms each. */
static int64_t time_of(uint32_t position)
{
    enum { NS_PER_MS = 1000000 };
    return (int64_t)(position & ~1u) * NS_PER_MS;
}

static bool add_event(struct history *h, const struct call *c, bool completion, struct err *e)
{
    struct event ev = event_blank();
    ev.time = time_of(completion ? c->res : c->inv);
    const char *text = completion && c->type == OP_OK && c->out[0] ? c->out : c->in;
    ev.type = completion ? c->type : OP_INVOKE;
    ev.process = val_int(&h->values, c->process);
    ev.f = val_text(&h->values, V_KEYWORD, str_of(c->f));
    ev.value = VAL_NIL;
    if (text[0] && !edn_parse_value(&h->values, str_of(text), &ev.value, e))
        return false;
    history_add_event(h, &ev);
    return true;
}

struct position {
    uint32_t at, call;
    bool completion;
};

static int by_position(const void *x, const void *y)
{
    const struct position *a = x, *b = y;
    return (a->at > b->at) - (a->at < b->at);
}

bool calls_history(const struct calls *c, struct history *h, struct err *e)
{
    struct position at[2 * CALLS_MAX];
    size_t n = 0;
    for (uint32_t i = 0; i < c->n; i++) {
        at[n++] = (struct position){c->at[i].inv, i, false};
        if (c->at[i].res != NO_EVENT)
            at[n++] = (struct position){c->at[i].res, i, true};
    }
    qsort(at, n, sizeof *at, by_position);
    history_init(h);
    bool good = true;
    for (size_t i = 0; good && i < n; i++)
        good = add_event(h, &c->at[at[i].call], at[i].completion, e);
    struct pair_options lenient = {.lenient = true};
    if (good && history_pair(h, &lenient, e) && history_split_keys(h, SPLIT_NO, e))
        return true;
    history_free(h);
    return false;
}

void call_more(char to[CALL_TEXT], const char *format, ...)
{
    size_t n = strlen(to);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(to + n, CALL_TEXT - n, format, args);
    va_end(args);
}

void call_text(char to[CALL_TEXT], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(to, CALL_TEXT, format, args);
    va_end(args);
}
