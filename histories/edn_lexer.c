/* EDN after https://github.com/edn-format/edn and, where that is vague, what Clojure's reader
 * does. Recursion is bounded by LEXER_MAX_DEPTH. */
#include "histories/edn_lexer.h"

#include "histories/number.h"

enum { MAX_NAMESPACE = 256 };

static bool string_escape(struct lexer *l)
{
    static const char names[] = "tnrbf\"\\", bytes[] = "\t\n\r\b\f\"\\";
    const char *at = l->p++;
    if (l->p >= l->end)
        return lexer_torn(l);
    if (*l->p == 'u')
        return lexer_unicode_escape(l);
    const char *known = *l->p ? strchr(names, *l->p) : NULL;
    if (known) {
        buf_putc(&l->scratch, bytes[known - names]);
        l->p++;
        return true;
    }
    uint32_t c = 0;
    int n = 0;
    while (n < 3 && *l->p >= '0' && *l->p <= '7') {
        c = c * 8 + (uint32_t)(*l->p++ - '0');
        n++;
    }
    if (n == 0 || c > 0xff)
        return lexer_fail(l, at, "an escape that EDN strings do not have");
    lexer_put_utf8(&l->scratch, c);
    return true;
}

static bool string_value(struct lexer *l, val *out)
{
    const char *from = ++l->p;
    l->scratch.n = 0;
    for (;;) {
        const char *plain = l->p;
        while (l->p < l->end && *l->p != '"' && *l->p != '\\')
            l->p++;
        if (l->p >= l->end)
            return lexer_torn(l);
        struct str piece = {plain, (size_t)(l->p - plain)};
        if (*l->p == '"' && plain == from) {
            l->p++;
            return lexer_text(l, V_STRING, piece, out);
        }
        buf_put(&l->scratch, piece);
        if (*l->p == '"')
            break;
        if (!string_escape(l))
            return false;
    }
    l->p++;
    return lexer_text(l, V_STRING, buf_str(&l->scratch), out);
}

struct char_name {
    const char *name;
    uint32_t code;
};

static const struct char_name char_names[] = {
    {"newline", '\n'},   {"space", ' '},     {"tab", '\t'}, {"return", '\r'},
    {"backspace", '\b'}, {"formfeed", '\f'}, {NULL, 0},
};

/* A character as a symbol: its name, \uXXXX for control characters, or itself. */
static bool char_symbol(struct lexer *l, uint32_t c, val *out)
{
    l->scratch.n = 0;
    for (const struct char_name *k = char_names; k->name; k++) {
        if (k->code == c) {
            buf_printf(&l->scratch, "\\%s", k->name);
            return lexer_text(l, V_SYMBOL, buf_str(&l->scratch), out);
        }
    }
    buf_putc(&l->scratch, '\\');
    if (c < 0x20 || c == 0x7f)
        buf_printf(&l->scratch, "u%04x", c);
    else
        lexer_put_utf8(&l->scratch, c);
    return lexer_text(l, V_SYMBOL, buf_str(&l->scratch), out);
}

static bool octal_char(struct str s, uint32_t *c)
{
    *c = 0;
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '7')
            return false;
        *c = *c * 8 + (uint32_t)(s.p[i] - '0');
    }
    return s.n >= 2 && s.n <= 4 && s.p[0] == 'o' && *c <= 0xff;
}

static size_t char_bytes(const char *p)
{
    unsigned char c = (unsigned char)*p;
    return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static bool char_value(struct lexer *l, val *out)
{
    const char *at = l->p, *from = at + 1;
    if (!edn_skip_char(l))
        return false;
    struct str s = {from, (size_t)(l->p - from)};
    uint32_t c = (unsigned char)s.p[0];
    if (s.n == 1)
        return char_symbol(l, c, out);
    for (const struct char_name *k = char_names; k->name; k++)
        if (str_is(s, k->name))
            return char_symbol(l, k->code, out);
    if (octal_char(s, &c))
        return char_symbol(l, c, out);
    if (s.n == 5 && s.p[0] == 'u') {
        l->p = from;
        return lexer_hex4(l, &c) && char_symbol(l, c, out);
    }
    if (s.n != char_bytes(s.p))
        return lexer_bad_token(l, at,
                               "no such character; \\a, \\newline and \\u0041 are characters");
    return lexer_text(l, V_SYMBOL, (struct str){at, s.n + 1}, out);
}

static bool keyword_value(struct lexer *l, val *out)
{
    const char *at = l->p++;
    struct str s = edn_token(l);
    if (s.n == 0 || s.p[0] == ':')
        return lexer_bad_token(l, at, "a keyword without a name");
    return lexer_text(l, V_KEYWORD, s, out);
}

static bool number_value(struct lexer *l, val *out)
{
    const char *at = l->p;
    int64_t i;
    if (lexer_small_int(l, edn_class, EDN_END, &i)) {
        *out = val_int(l->t, i);
        return true;
    }
    if (!number_edn(l->t, edn_token(l), out))
        return lexer_bad_token(l, at, "this is not a number");
    return true;
}

static bool symbol_value(struct lexer *l, val *out)
{
    if (edn_is_end(*l->p) || *l->p == '@' || *l->p == '`' || *l->p == '~')
        return edn_bad_start(l);
    struct str s = edn_token(l);
    if (str_is(s, "nil"))
        *out = VAL_NIL;
    else if (str_is(s, "true"))
        *out = VAL_TRUE;
    else if (str_is(s, "false"))
        *out = VAL_FALSE;
    else
        return lexer_text(l, V_SYMBOL, s, out);
    return true;
}

/* Items up to the closing bracket; l->p is behind the opening one. */
static bool items(struct lexer *l, char close)
{
    for (;;) {
        val v;
        if (!edn_space(l))
            return false;
        if (*l->p == close) {
            l->p++;
            return true;
        }
        if (!edn_value(l, &v))
            return false;
        lexer_push(l, v);
    }
}

/* Keys of a #:ns{} map get the namespace, unless they have one; :_/k loses it. */
static bool qualify(struct lexer *l, struct str ns, val *key)
{
    enum val_kind kind = val_kind(l->t, *key);
    struct str s = val_get_text(l->t, *key);
    if ((kind != V_KEYWORD && kind != V_SYMBOL) || s.n == 0 || s.p[0] == '\\')
        return true;
    if (s.n > 2 && s.p[0] == '_' && s.p[1] == '/')
        return lexer_text(l, kind, (struct str){s.p + 2, s.n - 2}, key);
    if (memchr(s.p, '/', s.n))
        return true;
    l->scratch.n = 0;
    buf_put(&l->scratch, ns);
    buf_putc(&l->scratch, '/');
    buf_put(&l->scratch, s);
    return lexer_text(l, kind, buf_str(&l->scratch), key);
}

static bool finish_map(struct lexer *l, const char *at, struct str ns, val *v, size_t n, val *out)
{
    size_t left;
    if (n % 2)
        return lexer_fail(l, at, "a map with a key that has no value");
    for (size_t i = 0; ns.n && i < n; i += 2)
        if (!qualify(l, ns, &v[i]))
            return false;
    *out = val_seq(l->t, V_MAP, v, n);
    (void)val_items(l->t, *out, &left);
    return left == n || lexer_fail(l, at, "a map that has the same key twice");
}

/* At the opening bracket. `ns` is the namespace of a #:ns{} map, or empty. */
static bool collection(struct lexer *l, enum val_kind kind, struct str ns, val *out)
{
    const char *at = l->p;
    char close = *at == '(' ? ')' : *at == '[' ? ']' : '}';
    size_t base = l->nstack, left;
    if (!lexer_enter(l))
        return false;
    l->p++;
    if (!items(l, close))
        return false;
    l->depth--;
    size_t n = l->nstack - base;
    val *v = n ? l->stack + base : NULL;
    l->nstack = base;
    if (kind == V_MAP)
        return finish_map(l, at, ns, v, n, out);
    *out = val_seq(l->t, kind, v, n);
    (void)val_items(l->t, *out, &left);
    l->set_duplicates += left < n;
    return true;
}

/* ##NaN ##Inf ##-Inf */
static bool symbolic_number(struct lexer *l, val *out)
{
    const char *at = l->p;
    l->p += 2;
    (void)edn_token(l);
    struct str s = {at, (size_t)(l->p - at)};
    if (str_is(s, "##NaN") || str_is(s, "##Inf") || str_is(s, "##-Inf"))
        return lexer_text(l, V_NUMBER, s, out);
    return lexer_bad_token(l, at, "## is followed by NaN, Inf or -Inf");
}

static bool namespaced_map(struct lexer *l, val *out)
{
    const char *at = l->p;
    l->p += 2;
    struct str ns = edn_token(l);
    if (!edn_space(l))
        return false;
    if (*l->p != '{' || ns.n == 0 || ns.p[0] == ':')
        return lexer_bad_token(l, at, "#:name is followed by a map");
    if (ns.n > MAX_NAMESPACE) /* it is repeated in every key */
        return lexer_fail(l, at, "a namespace of more than 256 bytes");
    return collection(l, V_MAP, ns, out);
}

static bool dispatch(struct lexer *l, val *out)
{
    switch (l->p[1]) {
    case '{':
        l->p++;
        return collection(l, V_SET, (struct str){0}, out);
    case '#':
        return symbolic_number(l, out);
    case ':':
        return namespaced_map(l, out);
    case '"':
        return lexer_fail(l, l->p, "a regular expression is not EDN");
    case '<':
        return lexer_fail(l, l->p, "an object that Clojure printed unreadably");
    default:
        if (l->p + 1 >= l->end)
            return lexer_torn(l);
        return lexer_fail(l, l->p, "# is followed by a tag, {, _, #NaN or :name");
    }
}

bool edn_value(struct lexer *l, val *out)
{
    for (;;) {
        char c = *l->p;
        if (edn_is_digit(c) || ((c == '-' || c == '+') && edn_is_digit(l->p[1])))
            return number_value(l, out);
        switch (c) {
        case ':':
            return keyword_value(l, out);
        case '"':
            return string_value(l, out);
        case '[':
        case '(':
            return collection(l, V_LIST, (struct str){0}, out);
        case '{':
            return collection(l, V_MAP, (struct str){0}, out);
        case '\\':
            return char_value(l, out);
        case '#':
        case '^':
        case '\'':
            break;
        default:
            return symbol_value(l, out);
        }
        bool again;
        if (c == '#' && l->p[1] == ':')
            return namespaced_map(l, out);
        if (!edn_skip_prefix(l, &again))
            return false;
        if (!again)
            return dispatch(l, out);
    }
}
