/* JSON after RFC 8259. Recursion is bounded by LEXER_MAX_DEPTH; stepping over does not recurse. */
#include "histories/json_lexer.h"

#include "histories/number.h"

enum { S = JSON_SPACE | JSON_END, E = JSON_END };

const uint8_t json_class[256] = {
    ['\t'] = S, ['\n'] = S, ['\r'] = S, [' '] = S, [','] = E,  [':'] = E,
    [']'] = E,  ['}'] = E,  ['['] = E,  ['{'] = E, ['\0'] = E, ['"'] = E | JSON_QUOTE,
};

static struct str word(struct lexer *l)
{
    const char *from = l->p;
    while (!(json_class[(unsigned char)*l->p] & JSON_END))
        l->p++;
    return (struct str){from, (size_t)(l->p - from)};
}

static bool bad_start(struct lexer *l)
{
    if (l->p >= l->end)
        return lexer_torn(l);
    return lexer_fail(l, l->p, *l->p ? "expected a JSON value" : "a zero byte: this is not text");
}

bool json_expect(struct lexer *l, char c, const char *what)
{
    json_space(l);
    if (*l->p != c)
        return l->p >= l->end ? lexer_torn(l) : lexer_fail(l, l->p, what);
    l->p++;
    json_space(l);
    return true;
}

bool json_raw_string(struct lexer *l, struct str *out)
{
    const char *from = l->p + 1, *p = from;
    for (;;) {
        while (p < l->end && *p != '"' && *p != '\\')
            p++;
        if (p >= l->end)
            return lexer_torn(l);
        if (*p == '"')
            break;
        p += 2;
    }
    *out = (struct str){from, (size_t)(p - from)};
    l->p = p + 1;
    return true;
}

bool json_skip(struct lexer *l)
{
    char closers[LEXER_MAX_DEPTH];
    unsigned open = 0;
    struct str s;
    do {
        json_space(l);
        char c = *l->p;
        if (c == '"') {
            if (!json_raw_string(l, &s))
                return false;
        } else if (c == '[' || c == '{') {
            if (open == LEXER_MAX_DEPTH)
                return lexer_fail(l, l->p, "nested deeper than 512 levels");
            closers[open++] = c == '[' ? ']' : '}';
            l->p++;
        } else if (c == ']' || c == '}') {
            if (open == 0 || closers[--open] != c)
                return lexer_fail(l, l->p, "this bracket does not match the opening one");
            l->p++;
        } else if (open && (c == ',' || c == ':')) {
            l->p++;
        } else if (word(l).n == 0) {
            return bad_start(l);
        }
    } while (open);
    return true;
}

static bool escape(struct lexer *l)
{
    static const char names[] = "tnrbf\"\\/", bytes[] = "\t\n\r\b\f\"\\/";
    const char *at = l->p++;
    if (*l->p == 'u')
        return lexer_unicode_escape(l);
    const char *known = *l->p ? strchr(names, *l->p) : NULL;
    if (!known)
        return lexer_fail(l, at, "an escape that JSON strings do not have");
    buf_putc(&l->scratch, bytes[known - names]);
    l->p++;
    return true;
}

static bool string_value(struct lexer *l, val *out)
{
    const char *from = l->p;
    struct str s;
    if (!json_raw_string(l, &s))
        return false;
    if (!memchr(s.p, '\\', s.n))
        return lexer_text(l, V_STRING, s, out);
    l->p = from + 1;
    l->scratch.n = 0;
    while (*l->p != '"') {
        const char *plain = l->p;
        while (*l->p != '"' && *l->p != '\\')
            l->p++;
        buf_put(&l->scratch, (struct str){plain, (size_t)(l->p - plain)});
        if (*l->p == '\\' && !escape(l))
            return false;
    }
    l->p++;
    return lexer_text(l, V_STRING, buf_str(&l->scratch), out);
}

static bool word_value(struct lexer *l, val *out)
{
    static const struct {
        const char *name;
        val v;
    } words[] = {{"null", VAL_NIL}, {"true", VAL_TRUE}, {"false", VAL_FALSE}};
    static const char *const numbers[][2] = {
        {"NaN", "##NaN"}, {"Infinity", "##Inf"}, {"-Infinity", "##-Inf"}};
    const char *at = l->p;
    struct str s = word(l);
    if (s.n == 0)
        return bad_start(l);
    for (size_t i = 0; i < 3; i++) {
        if (str_is(s, words[i].name)) {
            *out = words[i].v;
            return true;
        }
        if (str_is(s, numbers[i][0]))
            return lexer_text(l, V_NUMBER, str_of(numbers[i][1]), out);
    }
    return number_json(l->t, s, out) || lexer_bad_token(l, at, "this is no JSON value");
}

static bool array_items(struct lexer *l)
{
    val v;
    l->p++;
    json_space(l);
    if (*l->p == ']') {
        l->p++;
        return true;
    }
    for (;;) {
        if (!json_value(l, &v))
            return false;
        lexer_push(l, v);
        json_space(l);
        if (*l->p == ']')
            break;
        if (!json_expect(l, ',', "expected , or ] after an array item"))
            return false;
    }
    l->p++;
    return true;
}

static bool object_items(struct lexer *l)
{
    val k, v;
    l->p++;
    json_space(l);
    if (*l->p == '}') {
        l->p++;
        return true;
    }
    for (;;) {
        if (*l->p != '"')
            return l->p >= l->end ? lexer_torn(l)
                                  : lexer_fail(l, l->p, "expected a key in double quotes");
        if (!string_value(l, &k) || !json_expect(l, ':', "expected : after the key"))
            return false;
        lexer_push(l, k);
        if (!json_value(l, &v))
            return false;
        lexer_push(l, v);
        json_space(l);
        if (*l->p == '}')
            break;
        if (!json_expect(l, ',', "expected , or } after a value"))
            return false;
    }
    l->p++;
    return true;
}

static bool collection(struct lexer *l, val *out)
{
    bool array = *l->p == '[';
    size_t base = l->nstack;
    if (!lexer_enter(l) || !(array ? array_items(l) : object_items(l)))
        return false;
    l->depth--;
    size_t n = l->nstack - base;
    l->nstack = base;
    *out = val_seq(l->t, array ? V_LIST : V_MAP, n ? l->stack + base : NULL, n);
    return true;
}

bool json_value(struct lexer *l, val *out)
{
    int64_t i;
    switch (*l->p) {
    case '"':
        return string_value(l, out);
    case '[':
    case '{':
        return collection(l, out);
    default:
        if (!lexer_small_int(l, json_class, JSON_END, &i))
            return word_value(l, out);
        *out = val_int(l->t, i);
        return true;
    }
}
