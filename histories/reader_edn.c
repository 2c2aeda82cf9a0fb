/* Reader for Jepsen's EDN histories: operation maps one per line, or in one or several vectors or
 * lists, with keys in any order. Only the fields that a checker needs are interned; the others are
 * stepped over and read again from the source when a report shows the operation. */
#include "histories/edn_lexer.h"
#include "histories/op_reader.h"
#include "histories/reader.h"

/* The name of a map key: `:type`, `"type"` or `type`. Namespaced maps have no fields of ours. */
static bool read_key(struct lexer *l, struct str *name)
{
    const char *at = l->p;
    if (*at == ':') {
        l->p++;
        *name = edn_token(l);
        return name->n > 0 || lexer_bad_token(l, at, "a keyword without a name");
    }
    if (*at == '"') {
        if (!edn_skip(l))
            return false;
        *name = (struct str){at + 1, (size_t)(l->p - at) - 2};
        return true;
    }
    *name = edn_token(l);
    if (name->n > 0 && *at != '#')
        return true;
    l->p = at;
    if (l->p >= l->end)
        return lexer_torn(l);
    return lexer_fail(l, at, "expected a key such as :type, or } to end the operation");
}

static bool read_type(struct op_reader *r)
{
    struct lexer *l = &r->l;
    const char *at = l->p;
    val v;
    if (*at == ':' && op_usual_type(r, at + 1, edn_class, EDN_END))
        return true;
    if (!edn_space(l))
        return false;
    at = l->p;
    if (*at == ':') {
        l->p++;
        return op_set_type(r, edn_token(l), at);
    }
    return edn_value(l, &v) && op_set_type(r, val_get_text(l->t, v), at);
}

static bool read_f(struct op_reader *r)
{
    struct lexer *l = &r->l;
    const char *at = l->p;
    val v;
    if (*at == ':' && op_usual_name(r, at + 1, ", }", &r->ev.f))
        return true;
    if (!edn_space(l))
        return false;
    at = l->p;
    if (*at != ':')
        return edn_value(l, &v) && op_set_f(r, v, at);
    l->p++;
    struct str name = edn_token(l);
    if (name.n == 0)
        return lexer_bad_token(l, at, "a keyword without a name");
    r->ev.f = op_keyword(r, name);
    return true;
}

static bool read_process(struct op_reader *r)
{
    struct lexer *l = &r->l;
    int64_t i;
    val v;
    if (lexer_small_int(l, edn_class, EDN_END, &i)) {
        r->ev.process = val_int(l->t, i);
        return true;
    }
    if (!edn_space(l))
        return false;
    const char *at = l->p;
    return edn_value(l, &v) && op_set_process(r, v, at);
}

static bool read_number(struct op_reader *r, enum field f)
{
    struct lexer *l = &r->l;
    int64_t i;
    val v;
    if (lexer_small_int(l, edn_class, EDN_END, &i)) {
        op_set_number(r, f, i);
        return true;
    }
    if (!edn_space(l) || !edn_value(l, &v))
        return false;
    if (val_get_int(l->t, v, &i))
        op_set_number(r, f, i);
    return true;
}

/* A value that is nil or a short integer, as most are, or any other. */
static bool read_value(struct lexer *l, val *out)
{
    int64_t i;
    if (memcmp(l->p, "nil", 3) == 0 && edn_class[(unsigned char)l->p[3]] & EDN_END) {
        *out = VAL_NIL;
        l->p += 3;
        return true;
    }
    if (!lexer_small_int(l, edn_class, EDN_END, &i))
        return edn_space(l) && edn_value(l, out);
    *out = val_int(l->t, i);
    return true;
}

/* The form of a field, and space before it. */
static bool read_field(struct op_reader *r, enum field f)
{
    struct lexer *l = &r->l;
    const char *at;
    switch (f) {
    case FIELD_TYPE:
        return read_type(r);
    case FIELD_F:
        return read_f(r);
    case FIELD_PROCESS:
        return read_process(r);
    case FIELD_VALUE:
        return read_value(l, &r->ev.value);
    case FIELD_KEY:
        return read_value(l, &r->ev.key);
    case FIELD_NODE:
        return read_value(l, &r->ev.node);
    case FIELD_TIME:
    case FIELD_INDEX:
    case FIELD_VERSION:
    case FIELD_REVISION:
        return read_number(r, f);
    case FIELD_ERROR:
        if (!edn_space(l))
            return false;
        at = l->p;
        if (!edn_skip(l))
            return false;
        r->error = (struct str){at, (size_t)(l->p - at)};
        return true;
    case FIELD_EXTRA:
    default:
        return edn_space(l) && edn_skip(l);
    }
}

/* The key at the cursor; `from` is where the space before it begins. */
static bool read_field_name(struct op_reader *r, const char *from, unsigned i, enum field *f)
{
    struct lexer *l = &r->l;
    const char *at = l->p;
    struct str name;
    if (!read_key(l, &name))
        return false;
    *f = op_field(name);
    if (edn_class[(unsigned char)*l->p] & EDN_SPACE) {
        l->p++;
        op_learn_shape(r, i, from, *f);
    }
    if (!edn_space(l))
        return false;
    return *l->p != '}' || lexer_fail(l, at, "this key has no value");
}

/* At the opening brace. `form` is where the form began (a tag may stand before the brace). */
static bool read_op(struct op_reader *r, const char *form)
{
    struct lexer *l = &r->l;
    op_begin(r, form);
    l->p++;
    for (unsigned i = 0;; i++) {
        const char *from = l->p;
        enum field f = FIELD_EXTRA;
        if (!op_same_shape(r, i, &f)) {
            if (!edn_space(l))
                return false;
            if (*l->p == '}')
                break;
            if (!read_field_name(r, from, i, &f))
                return false;
        }
        if (!op_once(r, f, from) || !read_field(r, f))
            return false;
    }
    l->p++;
    if (!(r->seen & 1u << FIELD_TYPE))
        return lexer_fail(l, form,
                          "this map has no :type; belie reads operations such as {:type :invoke, "
                          ":process 0, :f :read, :value nil}");
    return op_end(r);
}

/* Tags, metadata and quotes before a top-level form. */
static bool skip_marks(struct lexer *l)
{
    for (;;) {
        if (*l->p == '^' || (*l->p == '#' && l->p[1] == '^')) {
            l->p += *l->p == '#' ? 2 : 1;
            if (!edn_space(l) || !edn_skip(l))
                return false;
        } else if (*l->p == '\'') {
            l->p++;
        } else if (*l->p != '#' || !edn_skip_tag(l)) {
            return true;
        }
        if (!edn_space(l))
            return false;
    }
}

static bool not_an_op(struct lexer *l)
{
    if (l->p >= l->end)
        return lexer_torn(l);
    if (*l->p == '\0')
        return lexer_fail(l, l->p, "a zero byte: this is not text");
    return lexer_fail(l, l->p,
                      "expected an operation such as {:type :invoke, :process 0, :f :read, :value "
                      "nil}, or a vector of them");
}

/* One top-level step: an operation, or a bracket around operations. `*close` is the bracket that
 * ends the vector or list that we are in, or 0. */
static bool read_form(struct op_reader *r, const char *form, char *close)
{
    struct lexer *l = &r->l;
    if (!skip_marks(l))
        return false;
    if (*l->p == '{')
        return read_op(r, form);
    if (*close && *l->p == *close) {
        *close = 0;
        l->p++;
        return true;
    }
    if (*close || (*l->p != '[' && *l->p != '('))
        return not_an_op(l);
    *close = *l->p == '[' ? ']' : ')';
    l->p++;
    return true;
}

static bool read_all(struct op_reader *r, struct err *e)
{
    struct lexer *l = &r->l;
    char close = 0;
    const char *form = l->p;
    for (;;) {
        if (!edn_space(l))
            return op_failed(r, form, e);
        form = l->p;
        if (l->p >= l->end)
            break;
        if (!read_form(r, form, &close))
            return op_failed(r, form, e);
    }
    if (!close)
        return true;
    (void)lexer_torn(l);
    return op_failed(r, l->end, e);
}

static bool edn_read(struct history *h, struct err *e)
{
    struct op_reader r;
    op_reader_init(&r, h);
    bool ok = read_all(&r, e);
    op_reader_free(&r);
    return ok;
}

/* The first byte behind space and comments opens a form that can hold operations. */
static int edn_detect(struct str head)
{
    struct lexer l = {.p = head.p, .end = head.p + head.n};
    bool ok = edn_space(&l);
    lexer_free(&l);
    if (!ok || l.p >= l.end)
        return 10;   /* nothing or only comments, so far: an empty history is EDN */
    if (*l.p == '#') /* a tag or a namespaced map, but not a comment of some other format */
        return edn_class[(unsigned char)l.p[1]] & EDN_END ? 0 : 50;
    return *l.p && strchr("{[(^'", *l.p) ? 50 : 0;
}

const struct reader reader_edn = {"edn", "Jepsen operation maps, one per line or in a vector",
                                  edn_detect, edn_read};
