/* JSON values, one at a time and without a tree, like edn_lexer.h. Strings stay strings (nobody can
 * know which were keywords); NaN and Infinity, which Python writes, are accepted. */
#ifndef BELIE_HISTORIES_JSON_LEXER_H
#define BELIE_HISTORIES_JSON_LEXER_H

#include "histories/lexer.h"

/* Classes of bytes. */
enum {
    JSON_SPACE = 1,
    JSON_END = 2,   /* ends a number or a word */
    JSON_QUOTE = 4, /* ends a string */
};
extern const uint8_t json_class[256];

static inline void json_space(struct lexer *l)
{
    while (json_class[(unsigned char)*l->p] & JSON_SPACE)
        l->p++;
}

/* The value at l->p (after json_space). */
bool json_value(struct lexer *l, val *out);

/* Step over the value at l->p; brackets and strings are matched, words are not examined. */
bool json_skip(struct lexer *l);

/* The string at l->p as raw bytes between its quotes, escapes as written. Moves behind it. */
bool json_raw_string(struct lexer *l, struct str *out);

/* Step over `c`, with space around it; else fail with `what`. */
bool json_expect(struct lexer *l, char c, const char *what);

#endif
