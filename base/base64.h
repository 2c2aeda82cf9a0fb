/* Base 64 (RFC 4648, with padding): binary data inside of text. */
#ifndef BELIE_BASE_BASE64_H
#define BELIE_BASE_BASE64_H

#include "base/buf.h"

void base64_put(const void *data, size_t n, struct buf *out);
/* The bytes, appended. False, with some of them appended, when `s` is not base 64. */
bool base64_decode(struct str s, struct buf *out);

#endif
