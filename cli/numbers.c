#include "cli/numbers.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool number_count(const char *text, uint64_t *out)
{
    if (*text < '0' || *text > '9') /* strtoull would take signs and blanks */
        return false;
    char *end;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 10);
    *out = v;
    return errno == 0 && *end == '\0';
}

/* A decimal number without sign, exponent, hexadecimal or inf; *end is what follows it. */
static bool plain_real(const char *text, double *out, const char **end)
{
    size_t n = strspn(text, "0123456789.");
    if (n == 0 || n > 40 || strspn(text, "0123456789") == 0)
        return false;
    char digits[41];
    memcpy(digits, text, n);
    digits[n] = '\0';
    char *stop;
    *out = strtod(digits, &stop);
    *end = text + n;
    return *stop == '\0' && isfinite(*out);
}

bool number_real(const char *text, double *out)
{
    const char *end;
    return plain_real(text, out, &end) && *end == '\0';
}

bool number_bytes(const char *text, uint64_t *out)
{
    const char *end;
    double v;
    if (!plain_real(text, &v, &end))
        return false;
    static const char units[] = "KMGT";
    if (*end) {
        const char *u = strchr(units, *end >= 'a' ? *end - ('a' - 'A') : *end);
        if (!u)
            return false;
        for (const char *i = units; i <= u; i++)
            v *= 1024;
        end++;
        if (strcmp(end, "") != 0 && strcmp(end, "B") != 0 && strcmp(end, "iB") != 0)
            return false;
    }
    if (v < 1 || v > 9e18)
        return false;
    *out = (uint64_t)v;
    return true;
}

bool number_duration(const char *text, int64_t *ns)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"", 1e9},   {"s", 1e9},  {"ms", 1e6},  {"us", 1e3},
                 {"ns", 1}, {"m", 60e9}, {"h", 3600e9}, {"sec", 1e9}};
    const char *end;
    double v;
    if (!plain_real(text, &v, &end))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(end, units[i].name) != 0)
            continue;
        v *= units[i].ns;
        if (v < 1 || v > 9e18)
            return false;
        *ns = (int64_t)(v + 0.5);
        return true;
    }
    return false;
}
