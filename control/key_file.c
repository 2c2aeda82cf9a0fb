/* An OpenSSH private key is base64 of "openssh-key-v1\0", the cipher's name, the name and options
 * of the key derivation, the number of keys and the public key, which begins with its type; strings
 * have a length of four bytes in front. */
#define _POSIX_C_SOURCE 200809L
#include "control/key_file.h"

#include <errno.h>
#include <stdio.h>

enum { HEAD = 512, FILE_MAX = 65536 };

static int digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* At most `max` bytes; other characters are passed over. */
static size_t base64(struct str s, unsigned char *out, size_t max)
{
    uint32_t bits = 0;
    unsigned have = 0;
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < max; i++) {
        int d = digit(s.p[i]);
        if (d < 0)
            continue;
        bits = bits << 6 | (uint32_t)d;
        have += 6;
        if (have >= 8)
            out[n++] = (unsigned char)(bits >> (have -= 8));
    }
    return n;
}

static bool take(const unsigned char *b, size_t n, size_t *at, struct str *s)
{
    if (n - *at < 4)
        return false;
    size_t len = (size_t)b[*at] << 24 | (size_t)b[*at + 1] << 16 | (size_t)b[*at + 2] << 8 |
                 (size_t)b[*at + 3];
    *at += 4;
    if (n - *at < len)
        return false;
    *s = (struct str){(const char *)b + *at, len};
    *at += len;
    return true;
}

static bool openssh(struct str text, struct key_info *k)
{
    static const char magic[] = "openssh-key-v1"; /* with its NUL */
    unsigned char b[HEAD];
    size_t n = base64(text, b, sizeof b), at = sizeof magic;
    struct str cipher, kdf, options, key, type;
    if (n < at || memcmp(b, magic, sizeof magic) != 0 || !take(b, n, &at, &cipher) ||
        !take(b, n, &at, &kdf) || !take(b, n, &at, &options) || n - at < 8)
        return false;
    /* The number of keys, and the length of the first, which may reach beyond what was decoded. */
    at += 8;
    key = (struct str){(const char *)b + at, n - at};
    at = 0;
    if (!take((const unsigned char *)key.p, key.n, &at, &type))
        return false;
    *k = (struct key_info){.rsa = str_is(type, "ssh-rsa"), .encrypted = !str_is(cipher, "none")};
    return true;
}

bool key_info_of(struct str text, struct key_info *k)
{
    static const char begin[] = "-----BEGIN OPENSSH PRIVATE KEY-----";
    if (str_starts(text, begin)) {
        size_t skip = sizeof begin - 1;
        return openssh((struct str){text.p + skip, text.n - skip}, k);
    }
    if (!str_starts(text, "-----BEGIN ") || !str_contains_nocase(text, "PRIVATE KEY-----"))
        return false;
    *k = (struct key_info){.rsa = str_starts(text, "-----BEGIN RSA"),
                           .encrypted = str_contains_nocase(text, "ENCRYPTED")};
    return true;
}

bool key_file_info(const char *path, struct key_info *k, struct err *e)
{
    char text[FILE_MAX];
    FILE *f = fopen(path, "r");
    if (!f)
        return err_set(e, ERR_USAGE, "cannot read the private key %s: %s", path, strerror(errno));
    size_t n = fread(text, 1, sizeof text, f);
    (void)fclose(f);
    if (!key_info_of((struct str){text, n}, k))
        return err_set(e, ERR_USAGE, "%s is no private key that we know (OpenSSH or PEM)", path);
    return true;
}
