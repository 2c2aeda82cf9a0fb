/* SHA-256 (FIPS 180-4): names the exact input of a report, and the style and scripts that a page
 * may use. */
#ifndef BELIE_BASE_SHA256_H
#define BELIE_BASE_SHA256_H

#include "base/buf.h"

enum { SHA256_BYTES = 32 };

/* O(data.n). */
void sha256(struct str data, uint8_t out[SHA256_BYTES]);
/* Append as 64 lower-case hexadecimal digits. */
void sha256_hex(struct str data, struct buf *out);

#endif
