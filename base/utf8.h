/* Decode UTF-8 that may be broken: everything that is printed for another program goes through. */
#ifndef BELIE_BASE_UTF8_H
#define BELIE_BASE_UTF8_H

#include "base/str.h"

#define UTF8_BAD UINT32_MAX

/* The first code point of `s` (s.n > 0). Returns the bytes taken, at least 1; *cp = UTF8_BAD for a
 * byte that starts no well-formed sequence (overlong forms and surrogates are ill-formed). */
size_t utf8_decode(struct str s, uint32_t *cp);

/* Number of code points; each ill-formed byte counts as one. */
size_t utf8_length(struct str s);

#endif
