#include "base/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_put(const void *data, size_t n, struct buf *out)
{
    const uint8_t *p = data;
    for (size_t i = 0; i < n; i += 3) {
        size_t have = n - i < 3 ? n - i : 3;
        uint32_t bits = 0;
        for (size_t j = 0; j < 3; j++)
            bits = bits << 8 | (j < have ? p[i + j] : 0u);
        char four[4];
        for (size_t j = 0; j < 4; j++)
            four[j] = j > have ? '=' : digits[bits >> (18 - 6 * j) & 63];
        buf_put(out, (struct str){four, 4});
    }
}

bool base64_decode(struct str s, struct buf *out)
{
    uint32_t w = 0;
    unsigned bits = 0;
    while (s.n && s.p[s.n - 1] == '=')
        s.n--;
    if (s.n % 4 == 1)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        const char *at = s.p[i] ? strchr(digits, s.p[i]) : NULL;
        if (!at)
            return false;
        w = w << 6 | (uint32_t)(at - digits);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            buf_putc(out, (char)(w >> bits & 255));
        }
    }
    return true;
}
