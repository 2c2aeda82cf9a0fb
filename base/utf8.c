#include "base/utf8.h"

/* Bounds of the second byte keep out overlong forms, surrogates and what is above U+10FFFF. */
static size_t sequence(unsigned char first, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xbf;
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef) {
        *low = first == 0xe0 ? 0xa0 : 0x80;
        *high = first == 0xed ? 0x9f : 0xbf;
        return 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        *low = first == 0xf0 ? 0x90 : 0x80;
        *high = first == 0xf4 ? 0x8f : 0xbf;
        return 4;
    }
    return 0;
}

size_t utf8_decode(struct str s, uint32_t *cp)
{
    unsigned char first = (unsigned char)s.p[0], low, high;
    size_t n = sequence(first, &low, &high);
    *cp = UTF8_BAD;
    if (n == 0 || n > s.n)
        return 1;
    uint32_t c = n == 1 ? first : first & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        unsigned char b = (unsigned char)s.p[i];
        if (b < low || b > high)
            return 1;
        low = 0x80;
        high = 0xbf;
        c = c << 6 | (b & 0x3fu);
    }
    *cp = c;
    return n;
}

size_t utf8_length(struct str s)
{
    size_t n = 0;
    uint32_t cp;
    for (size_t at = 0; at < s.n; n++)
        at += utf8_decode((struct str){s.p + at, s.n - at}, &cp);
    return n;
}
