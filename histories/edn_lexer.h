/* EDN forms, one at a time, without a tree: values go straight into the interner, forms that
 * nobody needs are stepped over without looking inside. */
#ifndef BELIE_HISTORIES_EDN_LEXER_H
#define BELIE_HISTORIES_EDN_LEXER_H

#include "histories/lexer.h"

/* Classes of bytes. */
enum {
    EDN_SPACE = 1, /* whitespace and comma */
    EDN_END = 2,   /* ends a token */
    EDN_DIGIT = 4,
};
extern const uint8_t edn_class[256];

static inline bool edn_is_end(char c)
{
    return edn_class[(unsigned char)c] & EDN_END;
}

static inline bool edn_is_digit(char c)
{
    return edn_class[(unsigned char)c] & EDN_DIGIT;
}

/* Step over whitespace, comments and discarded forms. False when a discarded form is torn or
 * malformed. */
bool edn_space_slow(struct lexer *l);

static inline bool edn_space(struct lexer *l)
{
    while (edn_class[(unsigned char)*l->p] & EDN_SPACE)
        l->p++;
    return (*l->p != ';' && *l->p != '#') || edn_space_slow(l);
}

/* The value of the form at l->p (after edn_space). Tags, metadata and quotes are stripped. */
bool edn_value(struct lexer *l, val *out);

/* Step over the form at l->p; brackets and strings are matched, tokens are not examined. */
bool edn_skip(struct lexer *l);

/* The token at l->p: up to the next byte that ends one. Moves behind it. */
static inline struct str edn_token(struct lexer *l)
{
    const char *from = l->p;
    while (!(edn_class[(unsigned char)*l->p] & EDN_END))
        l->p++;
    return (struct str){from, (size_t)(l->p - from)};
}

/* At `#`: step over a tag such as #inst; false with nothing read when it is no tag. */
bool edn_skip_tag(struct lexer *l);

/* Step over what stands before a form: a tag, metadata with its form, a quote, #:ns. *again: there
 * was something, and there may be more. */
bool edn_skip_prefix(struct lexer *l, bool *again);
/* At the backslash: one character of any kind, then the rest of the token (\a \newline \u0041). */
bool edn_skip_char(struct lexer *l);
/* Fail with the reason why the byte at l->p cannot start a form. */
bool edn_bad_start(struct lexer *l);

#endif
