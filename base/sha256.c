#include "base/sha256.h"

enum { BLOCK = 64, ROUNDS = 64 };

static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* One round; word a is s[at & 7], b the next one, and so on. */
static inline void step(uint32_t s[8], unsigned at, uint32_t input)
{
    uint32_t a = s[at & 7], b = s[(at + 1) & 7], c = s[(at + 2) & 7];
    uint32_t e = s[(at + 4) & 7], f = s[(at + 5) & 7], g = s[(at + 6) & 7], *h = &s[(at + 7) & 7];
    *h += (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + input;
    s[(at + 3) & 7] += *h;
    *h += (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
}

static void block(uint32_t state[8], const uint8_t *p)
{
    uint32_t w[ROUNDS], s[8];
    for (unsigned i = 0; i < 16; i++)
        w[i] = big_endian(p + 4 * (size_t)i);
    for (unsigned i = 16; i < ROUNDS; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[i - 7] +
               (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
    }
    memcpy(s, state, sizeof s);
    for (unsigned i = 0; i < ROUNDS; i += 8) /* the eight words turn round instead of moving */
        for (unsigned j = 0; j < 8; j++)
            step(s, 8 - j, constants[i + j] + w[i + j]);
    for (unsigned i = 0; i < 8; i++)
        state[i] += s[i];
}

void sha256(struct str data, uint8_t out[SHA256_BYTES])
{
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const uint8_t *p = (const uint8_t *)data.p;
    size_t whole = data.n / BLOCK * BLOCK, rest = data.n - whole;
    for (size_t at = 0; at < whole; at += BLOCK)
        block(state, p + at);
    uint8_t last[2 * BLOCK] = {0};
    size_t n = rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
    if (rest)
        memcpy(last, p + whole, rest);
    last[rest] = 0x80;
    for (unsigned i = 0; i < 8; i++)
        last[n - 1 - i] = (uint8_t)((uint64_t)data.n * 8 >> (8 * i));
    for (size_t at = 0; at < n; at += BLOCK)
        block(state, last + at);
    for (unsigned i = 0; i < SHA256_BYTES; i++)
        out[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256_hex(struct str data, struct buf *out)
{
    uint8_t sum[SHA256_BYTES];
    sha256(data, sum);
    for (unsigned i = 0; i < SHA256_BYTES; i++)
        buf_printf(out, "%02x", (unsigned)sum[i]);
}
