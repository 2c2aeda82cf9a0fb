#include "histories/op_reader.h"

#include "base/hash.h"

void op_reader_init(struct op_reader *r, struct history *h)
{
    struct str s = h->source.text;
    *r = (struct op_reader){.h = h, .l = {.p = s.p, .end = s.p + s.n, .t = &h->values}};
}

void op_reader_free(struct op_reader *r)
{
    lexer_free(&r->l);
}

void op_learn_shape(struct op_reader *r, unsigned i, const char *from, enum field f)
{
    struct shape s = {.n = (uint8_t)(r->l.p - from), .field = f};
    if (r->l.p - from > (ptrdiff_t)sizeof s.word)
        return;
    memcpy(s.word, from, s.n);
    memset(s.mask, 0xff, s.n);
    r->shape[i & (SHAPE_MAX - 1)] = s;
}

void op_begin(struct op_reader *r, const char *at)
{
    static const struct event blank = {.process = VAL_ABSENT,
                                       .f = VAL_ABSENT,
                                       .value = VAL_ABSENT,
                                       .key = VAL_ABSENT,
                                       .node = VAL_ABSENT,
                                       .time = NO_TIME,
                                       .index = -1,
                                       .version = -1};
    r->ev = blank;
    r->ev.offset = (uint64_t)(at - r->h->source.text.p);
    r->seen = 0;
    r->error = (struct str){0};
}

static bool same(struct str s, const char *z)
{
    return memcmp(s.p, z, s.n) == 0;
}

enum field op_field(struct str s)
{
    switch (s.n) {
    case 1:
        return s.p[0] == 'f' ? FIELD_F : FIELD_EXTRA;
    case 3:
        return same(s, "key") ? FIELD_KEY : FIELD_EXTRA;
    case 4:
        return same(s, "type")   ? FIELD_TYPE
               : same(s, "time") ? FIELD_TIME
               : same(s, "node") ? FIELD_NODE
                                 : FIELD_EXTRA;
    case 5:
        return same(s, "value")   ? FIELD_VALUE
               : same(s, "index") ? FIELD_INDEX
               : same(s, "error") ? FIELD_ERROR
                                  : FIELD_EXTRA;
    case 7:
        return same(s, "process")   ? FIELD_PROCESS
               : same(s, "version") ? FIELD_VERSION
                                    : FIELD_EXTRA;
    case 12:
        return same(s, "mod-revision") || same(s, "mod_revision") ? FIELD_REVISION : FIELD_EXTRA;
    default:
        return FIELD_EXTRA;
    }
}

static bool equal_nocase(struct str s, const char *z)
{
    return s.n == strlen(z) && str_contains_nocase(s, z);
}

bool op_set_type(struct op_reader *r, struct str s, const char *at)
{
    static const struct {
        const char *name;
        enum op_type type;
    } types[] = {{"invoke", OP_INVOKE}, {"ok", OP_OK},       {"fail", OP_FAIL},
                 {"info", OP_INFO},     {"call", OP_INVOKE}, {"return", OP_OK}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (equal_nocase(s, types[i].name)) {
            r->ev.type = types[i].type;
            return true;
        }
    }
    return lexer_bad_token(&r->l, at, "unknown :type; it is one of :invoke, :ok, :fail, :info");
}

bool op_set_f(struct op_reader *r, val v, const char *at)
{
    enum val_kind kind = val_kind(&r->h->values, v);
    if (kind == V_STRING || kind == V_SYMBOL)
        v = val_text(&r->h->values, V_KEYWORD, val_get_text(&r->h->values, v));
    else if (kind == V_NIL)
        v = VAL_ABSENT;
    else if (kind != V_KEYWORD)
        return lexer_bad_token(&r->l, at, ":f names the operation, for example :read");
    r->ev.f = v;
    return true;
}

bool op_set_process(struct op_reader *r, val v, const char *at)
{
    struct str s = val_get_text(&r->h->values, v);
    int64_t number;
    switch (val_kind(&r->h->values, v)) {
    case V_INT:
    case V_KEYWORD:
        r->ev.process = v;
        return true;
    case V_STRING:
    case V_SYMBOL:
        /* "0" is a client whose number went through a text format; "nemesis" is :nemesis. */
        r->ev.process = str_to_i64(s, &number) ? val_int(&r->h->values, number)
                                               : val_text(&r->h->values, V_KEYWORD, s);
        return true;
    case V_NIL:
        r->ev.process = VAL_ABSENT;
        return true;
    case V_BOOL:
    case V_NUMBER:
    case V_LIST:
    case V_SET:
    case V_MAP:
    case V_ABSENT:
    default:
        return lexer_bad_token(&r->l, at, ":process is a number, or a name such as :nemesis");
    }
}

void op_set_number(struct op_reader *r, enum field f, int64_t i)
{
    if (f == FIELD_TIME)
        r->ev.time = i == -1 ? NO_TIME : i; /* Jepsen writes -1 for "no time" */
    else if (f == FIELD_INDEX)
        r->ev.index = i < 0 ? -1 : i;
    else if (f == FIELD_VERSION || !(r->seen & 1u << FIELD_VERSION)) {
        r->ev.version = i < 0 ? -1 : i;
        r->ev.revision = f == FIELD_REVISION;
    }
}

val op_keyword(struct op_reader *r, struct str s)
{
    if (s.n == 0 || s.n > 8)
        return val_text(&r->h->values, V_KEYWORD, s);
    char bytes[8] = {0};
    memcpy(bytes, s.p, s.n);
    uint64_t word = lexer_load8(bytes);
    size_t i = op_name_slot(word);
    if (r->names[i].word != word) {
        r->names[i].v = val_text(&r->h->values, V_KEYWORD, s);
        r->names[i].word = word;
    }
    return r->names[i].v;
}

/* "eof" as a word of its own, not inside "geoffrey". */
static bool mentions_eof(struct str s)
{
    for (size_t i = 0; i + 3 <= s.n; i++) {
        if ((s.p[i] | 32) != 'e' || (s.p[i + 1] | 32) != 'o' || (s.p[i + 2] | 32) != 'f')
            continue;
        bool starts = i == 0 || ((s.p[i - 1] | 32) < 'a' || (s.p[i - 1] | 32) > 'z');
        bool ends = i + 3 == s.n || s.p[i + 3] < 'a' || s.p[i + 3] > 'z';
        if (starts && ends)
            return true;
    }
    return false;
}

bool error_is_indefinite(struct str s)
{
    static const char *const signs[] = {
        "timeout",           "timed out",       "timed-out",     "connection reset",
        "connection-reset",  "conn reset",      "broken pipe",   "connection closed",
        "connection-closed", "unknown",         "indeterminate", "unavailable",
        "lost connection",   "connection lost", "interrupted",   NULL};
    enum { LOOK_AT = 4096 };
    if (s.n > LOOK_AT)
        s.n = LOOK_AT;
    for (size_t i = 0; signs[i]; i++)
        if (str_contains_nocase(s, signs[i]))
            return true;
    return mentions_eof(s);
}

/* A run has few different errors; each is judged once while it stays in the cache. */
static bool indefinite_cached(struct op_reader *r, struct str s)
{
    uint64_t hash = hash_bytes(s.p, s.n);
    size_t i = (size_t)(hash & (ERROR_CACHE - 1));
    if (r->errors[i].hash != hash || !str_eq(r->errors[i].text, s)) {
        r->errors[i].indefinite = error_is_indefinite(s);
        r->errors[i].text = s;
        r->errors[i].hash = hash;
    }
    return r->errors[i].indefinite;
}

/* A failed read changes nothing, whatever became of it. */
static bool is_read(const struct op_reader *r)
{
    struct str f = val_get_text(&r->h->values, r->ev.f);
    return str_is(f, "read") || str_is(f, "get");
}

static void look_at_failure(struct op_reader *r)
{
    enum { SHOWN = 80 };
    struct str error = r->error;
    if (error.n == 0 || !indefinite_cached(r, error) || is_read(r))
        return;
    struct buf shown = {0};
    if (r->h->warnings[WARN_FAIL_INDEFINITE].count == 0) /* the others are only counted */
        edn_print_string((struct str){error.p, error.n > SHOWN ? SHOWN : error.n}, &shown);
    history_warn(r->h, WARN_FAIL_INDEFINITE, r->h->events.n,
                 "recorded as :fail with an error that leaves the outcome open: %.*s; the client "
                 "should record :info",
                 (int)shown.n, shown.p);
    buf_free(&shown);
}

bool op_end(struct op_reader *r)
{
    if (r->h->events.n >= NO_EVENT - 1)
        return lexer_fail(&r->l, r->l.p,
                          "more events than belie can number (2^32); split the file");
    if (r->ev.type == OP_FAIL)
        look_at_failure(r);
    if (r->ev.key == VAL_NIL) /* how serializers write "this operation has no key" */
        r->ev.key = VAL_ABSENT;
    if (r->l.set_duplicates) {
        r->l.set_duplicates = 0;
        history_warn(r->h, WARN_SET_DUPLICATE, r->h->events.n,
                     "a set literal holds the same value twice; it was read once");
    }
    history_add_event(r->h, &r->ev);
    return true;
}

bool op_error(struct op_reader *r, const char *at, struct err *e, const char *what)
{
    return source_error(&r->h->source, (size_t)(at - r->h->source.text.p), e, "%s", what);
}

/* Is the brace at p the start of an operation? At the beginning of a line we take any map for one,
 * further right the first key must be a field of operations. */
static bool starts_op(const char *p, const char *end, bool at_margin)
{
    if (p >= end || *p != '{')
        return false;
    for (p++; p < end && (*p == ' ' || *p == ':' || *p == '"');)
        p++;
    const char *from = p;
    while (p < end && ((*p >= 'a' && *p <= 'z') || *p == '-' || *p == '_'))
        p++;
    return at_margin || op_field((struct str){from, (size_t)(p - from)}) != FIELD_EXTRA;
}

/* Where another operation begins on a line of its own inside a form that never ends: then the
 * damage is there, and not at the end of the text. */
static const char *next_op_inside(const char *form, const char *end)
{
    for (const char *p = form; p < end && (p = memchr(p, '\n', (size_t)(end - p)));) {
        const char *line = ++p;
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        if (starts_op(p, end, p == line))
            return p;
    }
    return NULL;
}

/* The lexer stopped where nothing but zero bytes follow: the machine went down before the last
 * blocks reached the disk. */
static bool stopped_at_zeros(const struct lexer *l)
{
    const char *p = l->p > l->at ? l->p : l->at;
    size_t n = (size_t)(l->end - p);
    return n > 0 && *p == '\0' && memcmp(p, p + 1, n) == 0; /* one byte of padding */
}

void op_warn_torn(struct history *h, const char *form)
{
    size_t line, col;
    source_where(&h->source, (size_t)(form - h->source.text.p), &line, &col);
    h->truncated = true;
    history_warn(h, WARN_TRUNCATED, h->events.n ? h->events.n - 1 : 0,
                 "the last form, at line %zu, is torn: it was dropped and what stands before it "
                 "was kept; the verdict is about that",
                 line);
}

void op_warn_unended(struct history *h)
{
    history_warn(h, WARN_TRUNCATED, h->events.n ? h->events.n - 1 : 0,
                 "the last line has no line end; if its writer was killed, its value may be cut");
}

bool op_next_line(const char **p, const char *end, struct str *line, bool *ended)
{
    if (*p >= end)
        return false;
    const char *nl = memchr(*p, '\n', (size_t)(end - *p));
    const char *stop = nl ? nl : end;
    *line = (struct str){*p, (size_t)(stop - *p)};
    if (line->n && stop[-1] == '\r')
        line->n--;
    *ended = nl != NULL;
    *p = nl ? nl + 1 : end;
    return true;
}

bool op_failed(struct op_reader *r, const char *form, struct err *e)
{
    struct lexer *l = &r->l;
    if (r->h->events.n == 0 || (!l->torn && !stopped_at_zeros(l)))
        return op_error(r, l->at, e, l->what);
    if (next_op_inside(form, l->end))
        return op_error(r, form, e,
                        "this form is not closed before the next operation begins; close it or "
                        "remove its line");
    op_warn_torn(r->h, form);
    return true;
}
