#define _POSIX_C_SOURCE 200809L
#include "runners/conf.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "histories/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DEPTH_MAX = 64, FILE_MAX_BYTES = 1 << 20 };

struct parser {
    struct conf_file *file;
    const char *p, *end;
    unsigned depth;
    struct err *e;
};

/* ---- messages ------------------------------------------------------------------------------ */

__attribute__((format(printf, 4, 0))) static bool say_at(const struct conf_file *f, size_t at,
                                                         struct err *e, const char *fmt, va_list ap)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at && i < f->text.n; i++) {
        column = f->text.p[i] == '\n' ? 1 : column + 1;
        line += f->text.p[i] == '\n';
    }
    char text[800];
    (void)vsnprintf(text, sizeof text, fmt, ap);
    return err_set(e, ERR_INPUT, "%s:%zu:%zu: %s", f->name, line, column, text);
}

bool conf_error(const struct conf *c, struct err *e, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)say_at(c->file, c->at, e, fmt, ap);
    va_end(ap);
    return false;
}

bool conf_name_error(const struct conf *c, struct err *e, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)say_at(c->file, c->name ? c->name_at : c->at, e, fmt, ap);
    va_end(ap);
    return false;
}

__attribute__((format(printf, 2, 3))) static struct conf *fail(struct parser *p, const char *fmt,
                                                               ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)say_at(p->file, (size_t)(p->p - p->file->text.p), p->e, fmt, ap);
    va_end(ap);
    return NULL;
}

/* ---- parsing ------------------------------------------------------------------------------- */

static void space(struct parser *p)
{
    while (p->p < p->end && (*p->p == ' ' || *p->p == '\t' || *p->p == '\n' || *p->p == '\r'))
        p->p++;
}

static bool take(struct parser *p, char c)
{
    space(p);
    if (p->p >= p->end || *p->p != c)
        return false;
    p->p++;
    return true;
}

static struct conf *node(struct parser *p, enum conf_kind kind)
{
    struct conf *c = arena_zalloc(p->file->arena, sizeof *c);
    c->kind = kind;
    c->file = p->file;
    c->at = (size_t)(p->p - p->file->text.p);
    return c;
}

/* Strings and numbers are read by the reader of values: one idea of JSON in the program. */
static struct conf *scalar(struct parser *p, struct str token, enum conf_kind kind)
{
    struct values t;
    struct err why = {0};
    val v = VAL_NIL;
    struct conf *c = node(p, kind);
    values_init(&t);
    bool ok = json_parse_value(&t, token, &v, &why);
    if (ok && kind == CONF_TEXT) {
        struct str s = val_get_text(&t, v);
        if (memchr(s.p, '\0', s.n))
            ok = err_set(&why, ERR_INPUT, "a text with a zero byte");
        c->text = arena_printf(p->file->arena, "%.*s", (int)s.n, s.p);
    } else if (ok) {
        c->text = arena_printf(p->file->arena, "%.*s", (int)token.n, token.p);
        c->number = strtod(c->text, NULL);
        enum val_kind k = val_kind(&t, v);
        if (k != V_INT && k != V_NUMBER)
            ok = err_set(&why, ERR_INPUT, "'%s' is no JSON value", c->text);
    }
    values_free(&t);
    if (!ok)
        return fail(p, "%s", why.text);
    p->p += token.n;
    return c;
}

static struct conf *text(struct parser *p)
{
    const char *q = p->p + 1;
    while (q < p->end && *q != '"' && *q != '\n')
        q += *q == '\\' && q + 1 < p->end ? 2 : 1;
    if (q >= p->end || *q != '"')
        return fail(p, "this text has no end: a '\"' is missing");
    return scalar(p, (struct str){p->p, (size_t)(q + 1 - p->p)}, CONF_TEXT);
}

static struct conf *word(struct parser *p)
{
    const char *q = p->p;
    while (q < p->end && !strchr(" \t\r\n,:]}[{\"", *q))
        q++;
    struct str w = {p->p, (size_t)(q - p->p)};
    bool truth = str_is(w, "true");
    if (!truth && !str_is(w, "false") && !str_is(w, "null")) {
        if (w.n == 0 || !strchr("-0123456789", *w.p))
            return fail(p, "expected a JSON value: an object, list, text, number, true, false or "
                           "null");
        return scalar(p, w, CONF_NUMBER);
    }
    struct conf *c = node(p, str_is(w, "null") ? CONF_NULL : CONF_BOOL);
    c->truth = truth;
    p->p = q;
    return c;
}

static struct conf *value(struct parser *p);

static struct conf *member(struct parser *p)
{
    space(p);
    if (p->p >= p->end || *p->p != '"')
        return fail(p, "expected a name in quotes");
    struct conf *name = text(p);
    if (!name)
        return NULL;
    if (!take(p, ':'))
        return fail(p, "expected ':' after the name \"%s\"", name->text);
    struct conf *c = value(p);
    if (c) {
        c->name = name->text;
        c->name_at = name->at;
    }
    return c;
}

static struct conf *collection(struct parser *p, enum conf_kind kind)
{
    const char close = kind == CONF_LIST ? ']' : '}';
    struct conf *c = node(p, kind), **last = &c->first;
    if (p->depth >= DEPTH_MAX)
        return fail(p, "nested deeper than %d levels", DEPTH_MAX);
    p->depth++;
    p->p++;
    if (!take(p, close)) {
        do {
            *last = kind == CONF_LIST ? value(p) : member(p);
            if (!*last)
                return NULL;
            last = &(*last)->next;
        } while (take(p, ','));
        if (!take(p, close))
            return fail(p, "expected ',' or '%c'", close);
    }
    p->depth--;
    return c;
}

static struct conf *value(struct parser *p)
{
    space(p);
    if (p->p >= p->end)
        return fail(p, "the file ends where a value is expected");
    switch (*p->p) {
    case '{':
        return collection(p, CONF_OBJECT);
    case '[':
        return collection(p, CONF_LIST);
    case '"':
        return text(p);
    default:
        return word(p);
    }
}

struct conf *conf_parse(const char *name, struct str bytes, struct arena *a, struct err *e)
{
    struct conf_file *f = arena_alloc(a, sizeof *f);
    *f = (struct conf_file){arena_printf(a, "%s", name), arena_dup(a, bytes), a};
    struct parser p = {f, f->text.p, f->text.p + f->text.n, 0, e};
    struct conf *c = value(&p);
    space(&p);
    if (c && p.p < p.end)
        return fail(&p, "something follows the JSON value");
    return c;
}

static bool read_all(int fd, struct buf *out, const char *path, struct err *e)
{
    char block[4096];
    ssize_t n;
    while ((n = read(fd, block, sizeof block)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
        buf_put(out, (struct str){block, (size_t)n});
        if (out->n > FILE_MAX_BYTES)
            return err_set(e, ERR_INPUT, "%s: larger than 1 MiB: this is no description", path);
    }
    return true;
}

struct conf *conf_read(const char *path, struct arena *a, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        (void)err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
        return NULL;
    }
    struct buf bytes = {0};
    struct conf *c = NULL;
    if (read_all(fd, &bytes, path, e))
        c = conf_parse(path, buf_str(&bytes), a, e);
    buf_free(&bytes);
    (void)close(fd);
    return c;
}

/* ---- looking things up --------------------------------------------------------------------- */

const struct conf *conf_get(const struct conf *object, const char *name)
{
    if (!object || object->kind != CONF_OBJECT)
        return NULL;
    for (const struct conf *c = object->first; c; c = c->next)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static const char *name_at(const void *ctx, size_t i)
{
    return ((const char *const *)ctx)[i];
}

const char *conf_suggestion(const struct conf *c, const char *word, const char *const *names)
{
    const char *best = nearest(word, name_at, names);
    return best ? arena_printf(c->file->arena, "; did you mean '%s'?", best) : "";
}

bool conf_any_object(const struct conf *c, const char *what, struct err *e)
{
    if (c->kind != CONF_OBJECT)
        return conf_error(c, e, "%s is an object: {\"name\": value, ...}", what);
    for (const struct conf *m = c->first; m; m = m->next)
        for (const struct conf *n = m->next; n; n = n->next)
            if (strcmp(m->name, n->name) == 0)
                return conf_name_error(n, e, "\"%s\" stands here twice", n->name);
    return true;
}

bool conf_object(const struct conf *c, const char *what, const char *const *names, struct err *e)
{
    if (!conf_any_object(c, what, e))
        return false;
    for (const struct conf *m = c->first; m; m = m->next) {
        size_t i = 0;
        while (names[i] && strcmp(names[i], m->name) != 0)
            i++;
        if (!names[i])
            return conf_name_error(m, e, "%s has no \"%s\"%s", what, m->name,
                                   conf_suggestion(m, m->name, names));
    }
    return true;
}

bool conf_text(const struct conf *object, const char *name, const char **out, struct err *e)
{
    const struct conf *c = conf_get(object, name);
    if (c && c->kind != CONF_TEXT)
        return conf_error(c, e, "\"%s\" is a text in quotes", name);
    if (c)
        *out = c->text;
    return true;
}

bool conf_bool(const struct conf *object, const char *name, bool *out, struct err *e)
{
    const struct conf *c = conf_get(object, name);
    if (c && c->kind != CONF_BOOL)
        return conf_error(c, e, "\"%s\" is true or false", name);
    if (c)
        *out = c->truth;
    return true;
}

bool conf_number(const struct conf *object, const char *name, double least, double most,
                 double *out, struct err *e)
{
    const struct conf *c = conf_get(object, name);
    if (!c)
        return true;
    if (c->kind != CONF_NUMBER || !(c->number >= least && c->number <= most))
        return conf_error(c, e, "\"%s\" is a number from %.10g to %.10g", name, least, most);
    *out = c->number;
    return true;
}

void conf_print(const struct conf *c, struct buf *out)
{
    switch (c->kind) {
    case CONF_NULL:
        buf_puts(out, "null");
        break;
    case CONF_BOOL:
        buf_puts(out, c->truth ? "true" : "false");
        break;
    case CONF_NUMBER:
        buf_puts(out, c->text);
        break;
    case CONF_TEXT:
        json_print_string(str_of(c->text), out);
        break;
    case CONF_LIST:
    case CONF_OBJECT:
        buf_putc(out, c->kind == CONF_LIST ? '[' : '{');
        for (const struct conf *m = c->first; m; m = m->next) {
            if (m->name) {
                json_print_string(str_of(m->name), out);
                buf_putc(out, ':');
            }
            conf_print(m, out);
            if (m->next)
                buf_putc(out, ',');
        }
        buf_putc(out, c->kind == CONF_LIST ? ']' : '}');
        break;
    }
}
