/* Text buffer with a declared maximum: appending past it drops the rest and sets `cut`.
 * The bytes are not NUL-terminated. Owner rule: the holder frees it with buf_free. */
#ifndef BELIE_BASE_BUF_H
#define BELIE_BASE_BUF_H

#include "base/str.h"

#include <stdarg.h>

struct buf {
    char *p;
    size_t n, cap;
    size_t max; /* 0 = no limit */
    bool cut;
};

void buf_put(struct buf *b, struct str s);
void buf_putc(struct buf *b, char c);
void buf_puts(struct buf *b, const char *z);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_i64(struct buf *b, int64_t v);
void buf_free(struct buf *b);

static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->p ? b->p : "", b->n};
}

#endif
