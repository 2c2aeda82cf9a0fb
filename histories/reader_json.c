/* Reader for JSON histories: an array of operation objects, one object per line, or objects one
 * after the other however they are laid out. The same events as from the EDN twin. */
#include "histories/json_lexer.h"
#include "histories/op_reader.h"
#include "histories/reader.h"

static const char expected[] =
    "expected an operation such as {\"type\": \"invoke\", \"process\": 0, \"f\": \"read\", "
    "\"value\": null}, or an array of them";

static bool read_type(struct op_reader *r)
{
    struct lexer *l = &r->l;
    const char *at = l->p;
    val v;
    if (*at == '"' && op_usual_type(r, at + 1, json_class, JSON_QUOTE)) {
        l->p++;
        return true;
    }
    return json_value(l, &v) && op_set_type(r, val_get_text(l->t, v), at);
}

static bool read_f(struct op_reader *r)
{
    struct lexer *l = &r->l;
    const char *at = l->p;
    val v;
    if (*at == '"' && op_usual_name(r, at + 1, "\"\"\"", &r->ev.f)) {
        l->p++;
        return true;
    }
    struct str name;
    if (*at != '"')
        return json_value(l, &v) && op_set_f(r, v, at);
    if (!json_raw_string(l, &name))
        return false;
    if (!memchr(name.p, '\\', name.n)) {
        r->ev.f = op_keyword(r, name);
        return true;
    }
    l->p = at;
    return json_value(l, &v) && op_set_f(r, v, at);
}

static bool read_process(struct op_reader *r)
{
    struct lexer *l = &r->l;
    const char *at = l->p;
    val v;
    return json_value(l, &v) && op_set_process(r, v, at);
}

static bool read_number(struct op_reader *r, enum field f)
{
    int64_t i;
    val v;
    if (lexer_small_int(&r->l, json_class, JSON_END, &i)) {
        op_set_number(r, f, i);
        return true;
    }
    if (!json_value(&r->l, &v))
        return false;
    if (val_get_int(r->l.t, v, &i))
        op_set_number(r, f, i);
    return true;
}

static bool read_field(struct op_reader *r, enum field f)
{
    struct lexer *l = &r->l;
    const char *at = l->p;
    switch (f) {
    case FIELD_TYPE:
        return read_type(r);
    case FIELD_F:
        return read_f(r);
    case FIELD_PROCESS:
        return read_process(r);
    case FIELD_VALUE:
        return json_value(l, &r->ev.value);
    case FIELD_KEY:
        return json_value(l, &r->ev.key);
    case FIELD_NODE:
        return json_value(l, &r->ev.node);
    case FIELD_TIME:
    case FIELD_INDEX:
    case FIELD_VERSION:
    case FIELD_REVISION:
        return read_number(r, f);
    case FIELD_ERROR:
        if (!json_skip(l))
            return false;
        r->error = (struct str){at, (size_t)(l->p - at)};
        return true;
    case FIELD_EXTRA:
    default:
        return json_skip(l);
    }
}

/* The key at the cursor, the colon, and space around them. `from` is where the last value ended. */
static bool read_field_name(struct op_reader *r, const char *from, unsigned i, enum field *f)
{
    struct lexer *l = &r->l;
    struct str name;
    if (*l->p != '"')
        return l->p >= l->end ? lexer_torn(l)
                              : lexer_fail(l, l->p, "expected a key in double quotes");
    if (!json_raw_string(l, &name) || !json_expect(l, ':', "expected : after the key"))
        return false;
    *f = op_field(name);
    op_learn_shape(r, i, from, *f);
    return true;
}

/* At the opening brace. */
static bool read_op(struct op_reader *r)
{
    struct lexer *l = &r->l;
    const char *form = l->p++;
    op_begin(r, form);
    for (unsigned i = 0;; i++) {
        const char *from = l->p;
        enum field f = FIELD_EXTRA;
        if (op_same_shape(r, i, &f)) {
            json_space(l);
        } else {
            json_space(l);
            if (*l->p == '}')
                break;
            if (i > 0 && !json_expect(l, ',', "expected , or } after a value"))
                return false;
            if (!read_field_name(r, from, i, &f))
                return false;
        }
        if (!op_once(r, f, from) || !read_field(r, f))
            return false;
    }
    l->p++;
    if (!(r->seen & 1u << FIELD_TYPE))
        return lexer_fail(l, form,
                          "this object has no \"type\"; belie reads operations such as "
                          "{\"type\": \"invoke\", \"process\": 0, \"f\": \"read\", "
                          "\"value\": null}");
    return op_end(r);
}

/* One top-level step. `*array`: inside the array around all operations. */
static bool read_form(struct op_reader *r, bool *array)
{
    struct lexer *l = &r->l;
    switch (*l->p) {
    case '{':
        return read_op(r);
    case '[':
    case ']':
        if (*array == (*l->p == '['))
            return lexer_fail(l, l->p, expected);
        *array = !*array;
        l->p++;
        return true;
    case ',':
        l->p++;
        return true;
    default:
        return lexer_fail(l, l->p, expected);
    }
}

static bool read_all(struct op_reader *r, struct err *e)
{
    struct lexer *l = &r->l;
    bool array = false;
    for (;;) {
        json_space(l);
        const char *form = l->p;
        if (form >= l->end)
            break;
        if (!read_form(r, &array))
            return op_failed(r, form, e);
    }
    if (!array)
        return true;
    (void)lexer_torn(l);
    return op_failed(r, l->end, e);
}

static bool json_read(struct history *h, struct err *e)
{
    struct op_reader r;
    op_reader_init(&r, h);
    bool ok = read_all(&r, e);
    op_reader_free(&r);
    return ok;
}

/* An object whose first key is a string followed by a colon, perhaps in an array. */
static int json_detect(struct str head)
{
    struct lexer l = {.p = head.p, .end = head.p + head.n};
    struct str key;
    json_space(&l);
    if (*l.p == '[')
        l.p++;
    json_space(&l);
    bool ok = *l.p == '{';
    if (ok) {
        l.p++;
        json_space(&l);
        ok = *l.p == '"' && json_raw_string(&l, &key);
    }
    json_space(&l);
    return ok && *l.p == ':' ? 90 : 0;
}

const struct reader reader_json = {"json", "JSON: an array of operations, or one per line",
                                   json_detect, json_read};
