/* Decompression of whole .gz and .zst files, recognised by their first bytes. */
#ifndef BELIE_HISTORIES_INFLATE_H
#define BELIE_HISTORIES_INFLATE_H

#include "base/err.h"
#include "base/str.h"

enum packing { PACKED_NOT, PACKED_GZIP, PACKED_ZSTD };

enum packing inflate_kind(struct str head);

/* Decompress `in` into *out (heap, `pad` zero bytes behind it; free with mem_free). All members
 * or frames are joined. The output may be any size and grows geometrically. Errors say what is
 * wrong but not which file. */
bool inflate_all(enum packing kind, struct str in, size_t pad, char **out, size_t *n,
                 struct err *e);

#endif
