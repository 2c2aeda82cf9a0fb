/* One value as text, in either syntax. */
#include "histories/edn_lexer.h"
#include "histories/json_lexer.h"
#include "histories/reader.h"

struct syntax {
    const char *name;
    bool (*space)(struct lexer *l);
    bool (*value)(struct lexer *l, val *out);
};

static bool edn_blank(struct lexer *l)
{
    return edn_space(l);
}

static bool json_blank(struct lexer *l)
{
    json_space(l);
    return true;
}

static bool parse_whole(const struct syntax *x, struct lexer *l, val *out)
{
    if (!x->space(l))
        return false;
    if (l->p >= l->end)
        return lexer_fail(l, l->p, "expected a value");
    if (!x->value(l, out) || !x->space(l))
        return false;
    return l->p >= l->end || lexer_fail(l, l->p, "something follows the value");
}

static bool parse(const struct syntax *x, struct values *t, struct str text, val *out,
                  struct err *e)
{
    static const char zeros[SOURCE_PAD] = {0};
    struct buf s = {0};
    buf_put(&s, text);
    buf_put(&s, (struct str){zeros, sizeof zeros});
    struct lexer l = {.p = s.p, .end = s.p + text.n, .t = t};
    bool ok = parse_whole(x, &l, out);
    if (!ok)
        (void)err_set(e, ERR_INPUT, "\"%.*s\" is not one %s value: at byte %zu: %s",
                      text.n > 60 ? 60 : (int)text.n, text.p, x->name, (size_t)(l.at - s.p) + 1,
                      l.what);
    lexer_free(&l);
    buf_free(&s);
    return ok;
}

bool edn_parse_value(struct values *t, struct str text, val *out, struct err *e)
{
    static const struct syntax edn = {"EDN", edn_blank, edn_value};
    return parse(&edn, t, text, out, e);
}

bool json_parse_value(struct values *t, struct str text, val *out, struct err *e)
{
    static const struct syntax json = {"JSON", json_blank, json_value};
    return parse(&json, t, text, out, e);
}
