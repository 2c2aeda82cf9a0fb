#include "base/str.h"

static char lower(char c)
{
    return (c >= 'A' && c <= 'Z') ? (char)(c - 'A' + 'a') : c;
}

bool str_contains_nocase(struct str a, const char *needle)
{
    size_t n = strlen(needle);
    for (size_t i = 0; i + n <= a.n; i++) {
        size_t j = 0;
        while (j < n && lower(a.p[i + j]) == lower(needle[j]))
            j++;
        if (j == n)
            return true;
    }
    return false;
}

bool str_to_i64(struct str a, int64_t *out)
{
    size_t i = 0;
    bool neg = false;
    if (i < a.n && (a.p[i] == '-' || a.p[i] == '+'))
        neg = a.p[i++] == '-';
    if (i == a.n)
        return false;
    int64_t v = 0;
    for (; i < a.n; i++) {
        if (a.p[i] < '0' || a.p[i] > '9')
            return false;
        int64_t d = a.p[i] - '0';
        /* Accumulate downwards: the negative range is the larger one. */
        if (__builtin_mul_overflow(v, (int64_t)10, &v) || __builtin_sub_overflow(v, d, &v))
            return false;
    }
    if (!neg && __builtin_sub_overflow((int64_t)0, v, &v))
        return false;
    *out = v;
    return true;
}
