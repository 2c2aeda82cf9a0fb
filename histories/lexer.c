#include "histories/lexer.h"

#include "base/mem.h"

void lexer_free(struct lexer *l)
{
    mem_free(l->stack);
    buf_free(&l->scratch);
}

bool lexer_fail(struct lexer *l, const char *at, const char *what)
{
    l->at = at;
    l->what = what;
    return false;
}

bool lexer_bad_token(struct lexer *l, const char *at, const char *what)
{
    l->torn = l->p >= l->end;
    return lexer_fail(l, at, what);
}

bool lexer_torn(struct lexer *l)
{
    l->torn = true;
    return lexer_fail(l, l->end, "the text ends inside this form");
}

bool lexer_enter(struct lexer *l)
{
    if (l->depth >= LEXER_MAX_DEPTH)
        return lexer_fail(l, l->p, "nested deeper than 512 levels; belie reads no such values");
    l->depth++;
    return true;
}

void lexer_push(struct lexer *l, val v)
{
    if (l->nstack == l->cap)
        l->stack = mem_grow(l->stack, &l->cap, l->nstack + 1, sizeof *l->stack);
    l->stack[l->nstack++] = v;
}

bool lexer_text(struct lexer *l, enum val_kind kind, struct str s, val *out)
{
    if (s.n > UINT32_MAX)
        return lexer_fail(l, l->p, "a value of more than 4 GiB");
    *out = val_text(l->t, kind, s);
    return true;
}

void lexer_put_utf8(struct buf *b, uint32_t c)
{
    if (c < 0x80) {
        buf_putc(b, (char)c);
    } else if (c < 0x800) {
        buf_putc(b, (char)(0xc0 | c >> 6));
        buf_putc(b, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buf_putc(b, (char)(0xe0 | c >> 12));
        buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_putc(b, (char)(0x80 | (c & 0x3f)));
    } else {
        buf_putc(b, (char)(0xf0 | c >> 18));
        buf_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
        buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_putc(b, (char)(0x80 | (c & 0x3f)));
    }
}

bool lexer_hex4(struct lexer *l, uint32_t *out)
{
    uint32_t v = 0;
    for (int i = 1; i <= 4; i++) {
        const char *p = l->p + i;
        if (p >= l->end)
            return lexer_torn(l);
        unsigned d = (unsigned char)*p;
        unsigned x = d - '0' < 10 ? d - '0' : (d | 32) - 'a' < 6 ? (d | 32) - 'a' + 10 : 16;
        if (x > 15)
            return lexer_fail(l, p, "\\u needs four hexadecimal digits");
        v = v << 4 | x;
    }
    l->p += 5;
    *out = v;
    return true;
}

bool lexer_unicode_escape(struct lexer *l)
{
    uint32_t c, low;
    if (!lexer_hex4(l, &c))
        return false;
    if ((c & 0xfc00) == 0xd800 && l->end - l->p >= 6 && l->p[0] == '\\' && l->p[1] == 'u') {
        const char *second = l->p++;
        if (!lexer_hex4(l, &low))
            return false;
        if ((low & 0xfc00) == 0xdc00)
            c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
        else
            l->p = second;
    }
    lexer_put_utf8(&l->scratch, c);
    return true;
}
