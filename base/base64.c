#include "base/base64.h"

void base64_put(const void *data, size_t n, struct buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
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
