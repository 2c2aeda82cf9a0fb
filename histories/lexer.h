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

/* Eight bytes, the first in the low bits whatever the machine's order. */
static inline uint64_t lexer_load8(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    w = __builtin_bswap64(w);
#endif
    return w;
}

/* How many of the eight bytes are decimal digits before the first that is none. */
static inline unsigned lexer_digits8(uint64_t w)
{
    /* High nibble 3, also after adding 6, means '0'..'9'. Carries only reach bytes behind the
     * first that is no digit. */
    const uint64_t high = 0xf0f0f0f0f0f0f0f0u, three = 0x3030303030303030u;
    uint64_t bad = ((w & high) ^ three) | (((w + 0x0606060606060606u) & high) ^ three);
    return bad ? (unsigned)__builtin_ctzll(bad) / 8 : 8;
}

/* The number that the first n (1..8) digits of w make: pairs, then fours, then eight at once. */
static inline uint64_t lexer_number8(uint64_t w, unsigned n)
{
    w = (w << (8 * (8 - n))) & 0x0f0f0f0f0f0f0f0fu;
    w = w * 10 + (w >> 8);
    return (((w & 0x000000ff000000ffu) * 0x000f424000000064u) +
            (((w >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u)) >>
           32;
}

/* An integer [-]d{1,16} without leading zeros that ends at a byte in class `mask` of `class`.
 * False with nothing read when it is not that simple. */
static inline bool lexer_small_int(struct lexer *l, const uint8_t *class, uint8_t mask,
                                   int64_t *out)
{
    static const uint32_t power[9] = {1,      10,      100,      1000,     10000,
                                      100000, 1000000, 10000000, 100000000};
    const char *p = l->p;
    bool neg = *p == '-';
    p += neg;
    uint64_t w = lexer_load8(p);
    unsigned n = lexer_digits8(w);
    if (n == 0 || (*p == '0' && n > 1))
        return false;
    uint64_t v = lexer_number8(w, n);
    p += n;
    if (n == 8) {
        w = lexer_load8(p);
        n = lexer_digits8(w);
        if (n)
            v = v * power[n] + lexer_number8(w, n);
        p += n;
    }
    if (!(class[(unsigned char)*p] & mask))
        return false;
    *out = neg ? -(int64_t)v : (int64_t)v;
    l->p = p;
    return true;
}

#endif
