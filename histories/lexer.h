/* What the EDN and the JSON lexer share: a cursor over padded text, a stack of items for open
 * collections, scratch space for unescaped strings, and the description of the first error.
 * Owner rule: lexer_free frees the stack and the scratch space. */
#ifndef BELIE_HISTORIES_LEXER_H
#define BELIE_HISTORIES_LEXER_H

#include "base/buf.h"
#include "histories/value.h"

enum { LEXER_MAX_DEPTH = 512 };

struct lexer {
    const char *p, *end; /* *end is readable and no token goes on there */
    struct values *t;
    val *stack;
    size_t nstack, cap;
    unsigned depth;
    size_t set_duplicates; /* seen so far, for a warning */
    struct buf scratch;
    /* After a failure: */
    const char *at;   /* where */
    const char *what; /* static text */
    bool torn;        /* the text ended inside a form */
};

void lexer_free(struct lexer *l);

/* Describe the failure and return false. */
bool lexer_fail(struct lexer *l, const char *at, const char *what);
/* The same about the token before l->p, which is torn when the text ends there. */
bool lexer_bad_token(struct lexer *l, const char *at, const char *what);
/* The text ended inside a form. */
bool lexer_torn(struct lexer *l);
/* One level deeper, or failure; leave with l->depth--. */
bool lexer_enter(struct lexer *l);
void lexer_push(struct lexer *l, val v);
/* The text in the scratch buffer or a slice of the source as a value; fails beyond 4 GiB. */
bool lexer_text(struct lexer *l, enum val_kind kind, struct str s, val *out);
/* Append a code point in UTF-8; lone surrogates too, so that different strings stay different. */
void lexer_put_utf8(struct buf *b, uint32_t c);
/* Four hexadecimal digits at l->p + 1, where l->p is at the `u`; moves behind them. */
bool lexer_hex4(struct lexer *l, uint32_t *out);
/* The rest of \uXXXX at the `u`, with a second surrogate when the first asks for one. */
bool lexer_unicode_escape(struct lexer *l);

/* Digits [-]d{1,18} that end at one of the bytes `ends` accepts; false: not that simple. */
static inline bool lexer_small_int(struct lexer *l, const uint8_t *ends, uint8_t mask, int64_t *out)
{
    const char *p = l->p;
    bool neg = *p == '-';
    p += neg;
    const char *from = p;
    int64_t v = 0;
    while ((unsigned char)(*p - '0') < 10 && p - from < 18)
        v = v * 10 + (*p++ - '0');
    if (p == from || !(ends[(unsigned char)*p] & mask) || (*from == '0' && p - from > 1))
        return false;
    *out = neg ? -v : v;
    l->p = p;
    return true;
}

#endif
