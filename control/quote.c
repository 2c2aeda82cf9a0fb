#include "control/quote.h"

static bool harmless(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_-./,:+@%", c) != NULL);
}

bool quote_word(struct buf *b, struct str s)
{
    bool plain = s.n > 0;
    if (s.n && memchr(s.p, '\0', s.n))
        return false;
    for (size_t i = 0; i < s.n && plain; i++)
        plain = harmless(s.p[i]);
    if (plain) {
        buf_put(b, s);
        return true;
    }
    buf_putc(b, '\'');
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\'')
            buf_puts(b, "'\\''");
        else
            buf_putc(b, s.p[i]);
    buf_putc(b, '\'');
    return true;
}
