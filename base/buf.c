#include "base/buf.h"

#include "base/mem.h"

#include <stdio.h>

/* Room for n more bytes, or less where the maximum says so. Returns how many may be written. */
static size_t room(struct buf *b, size_t n)
{
    if (b->max && b->n + n > b->max) {
        n = b->max > b->n ? b->max - b->n : 0;
        b->cut = true;
    }
    b->p = mem_grow(b->p, &b->cap, b->n + n + 1, 1);
    return n;
}

void buf_put(struct buf *b, struct str s)
{
    size_t n = room(b, s.n);
    if (n)
        memcpy(b->p + b->n, s.p, n);
    b->n += n;
}

void buf_putc(struct buf *b, char c)
{
    buf_put(b, (struct str){&c, 1});
}

void buf_puts(struct buf *b, const char *z)
{
    buf_put(b, str_of(z));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    char small[256];
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof small) {
        buf_put(b, (struct str){small, (size_t)n});
    } else if (n >= 0) {
        char *big = mem_alloc((size_t)n + 1);
        (void)vsnprintf(big, (size_t)n + 1, fmt, again);
        buf_put(b, (struct str){big, (size_t)n});
        mem_free(big);
    }
    va_end(again);
}

void buf_i64(struct buf *b, int64_t v)
{
    char t[24];
    size_t i = sizeof t;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        t[--i] = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0)
        t[--i] = '-';
    buf_put(b, (struct str){t + i, sizeof t - i});
}

void buf_free(struct buf *b)
{
    mem_free(b->p);
    *b = (struct buf){0};
}
