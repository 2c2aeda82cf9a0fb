/* Canonical forms: integers that fit 64 bits are V_INT whatever their radix or suffix; larger ones
 * are decimal digits and N; ratios are reduced; doubles are printed with the fewest digits that
 * read back to the same double, the way Java prints them (1.0E-4); decimals (1.5M) stay as written.
 */
#include "histories/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DOUBLE_MAX_TEXT = 400 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.n > 0;
}

static int digit_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

static val raw_number(struct values *t, const char *sign, struct str body, const char *suffix)
{
    struct buf b = {0};
    buf_puts(&b, sign);
    buf_put(&b, body);
    buf_puts(&b, suffix);
    val v = val_text(t, V_NUMBER, buf_str(&b));
    buf_free(&b);
    return v;
}

/* Decimal digits of any length. */
static val decimal(struct values *t, bool neg, struct str d)
{
    while (d.n > 1 && d.p[0] == '0') {
        d.p++;
        d.n--;
    }
    char text[24];
    int64_t i;
    if (d.n < 20) {
        text[0] = neg ? '-' : '+';
        memcpy(text + 1, d.p, d.n);
        if (str_to_i64((struct str){text, d.n + 1}, &i))
            return val_int(t, i);
    }
    return raw_number(t, neg ? "-" : "", d, "N");
}

/* Digits in another radix; those beyond 64 bits stay as written. */
static bool radix(struct values *t, bool neg, struct str whole, struct str d, int base, val *out)
{
    uint64_t v = 0;
    bool over = false;
    for (size_t i = 0; i < d.n; i++) {
        int x = digit_value(d.p[i]);
        if (x >= base)
            return false;
        over |= __builtin_mul_overflow(v, (uint64_t)base, &v);
        over |= __builtin_add_overflow(v, (uint64_t)x, &v);
    }
    if (d.n == 0)
        return false;
    if (over) {
        *out = raw_number(t, neg ? "-" : "", whole, "");
    } else if (v > (uint64_t)INT64_MAX + neg) {
        char text[24];
        int n = snprintf(text, sizeof text, "%llu", (unsigned long long)v);
        *out = decimal(t, neg, (struct str){text, (size_t)n});
    } else {
        *out = val_int(t, neg ? (int64_t)(0 - v) : (int64_t)v);
    }
    return true;
}

static int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;
        a = b;
        b = r;
    }
    return a;
}

static bool ratio(struct values *t, bool neg, struct str s, size_t slash, val *out)
{
    struct str top = {s.p, slash}, bottom = {s.p + slash + 1, s.n - slash - 1};
    int64_t a, b;
    if (!all_digits(top) || !all_digits(bottom))
        return false;
    if (!str_to_i64(top, &a) || !str_to_i64(bottom, &b)) {
        *out = raw_number(t, neg ? "-" : "", s, "");
        return true;
    }
    if (b == 0)
        return false;
    int64_t g = gcd(a, b);
    a = (neg ? -a : a) / g;
    b /= g;
    char text[48];
    int n = snprintf(text, sizeof text, "%lld/%lld", (long long)a, (long long)b);
    *out = b == 1 ? val_int(t, a) : val_text(t, V_NUMBER, (struct str){text, (size_t)n});
    return true;
}

/* digits [. digits] [e [sign] digits] */
static bool is_float(struct str s)
{
    size_t i = 0, from;
    while (i < s.n && is_digit(s.p[i]))
        i++;
    if (i == 0)
        return false;
    if (i < s.n && s.p[i] == '.')
        for (i++; i < s.n && is_digit(s.p[i]);)
            i++;
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        i++;
        if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
            i++;
        for (from = i; i < s.n && is_digit(s.p[i]);)
            i++;
        if (i == from)
            return false;
    }
    return i == s.n;
}

/* Digits d[0..n) with the point after the first and exponent `e`, as Java's Double.toString. */
static void print_java(struct buf *b, const char *d, int n, int e)
{
    if (e < -3 || e >= 7) {
        buf_printf(b, "%c.%.*sE%d", d[0], n > 1 ? n - 1 : 1, n > 1 ? d + 1 : "0", e);
        return;
    }
    if (e < 0)
        buf_printf(b, "0.%.*s%.*s", -e - 1, "00", n, d);
    else if (n > e + 1)
        buf_printf(b, "%.*s.%.*s", e + 1, d, n - e - 1, d + e + 1);
    else
        buf_printf(b, "%.*s%.*s.0", n, d, e + 1 - n, "000000");
}

/* Fewest digits that read back: 15 always survive text -> double -> text, 17 always suffice. */
static void print_double(struct buf *b, double x)
{
    char t[40];
    for (int prec = 15; prec <= 17; prec++) {
        (void)snprintf(t, sizeof t, "%.*e", prec - 1, x);
        if (strtod(t, NULL) == x)
            break;
    }
    char digits[20];
    int n = 0;
    const char *p = t;
    for (; *p && *p != 'e'; p++)
        if (is_digit(*p))
            digits[n++] = *p;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    print_java(b, digits, n, (int)strtol(p + 1, NULL, 10));
}

static val floating(struct values *t, bool neg, struct str s)
{
    char text[DOUBLE_MAX_TEXT + 1];
    double x = HUGE_VAL;
    if (s.n <= DOUBLE_MAX_TEXT) {
        memcpy(text, s.p, s.n);
        text[s.n] = '\0';
        x = strtod(text, NULL);
    }
    if (!isfinite(x))
        return raw_number(t, neg ? "-" : "", s, "");
    struct buf b = {0};
    if (neg)
        buf_putc(&b, '-');
    print_double(&b, x);
    val v = val_text(t, V_NUMBER, buf_str(&b));
    buf_free(&b);
    return v;
}

static bool strip_sign(struct str *s)
{
    bool neg = s->n && s->p[0] == '-';
    if (neg || (s->n && s->p[0] == '+')) {
        s->p++;
        s->n--;
    }
    return neg;
}

static struct str tail(struct str s, size_t n)
{
    return (struct str){s.p + n, s.n - n};
}

/* Integers that do not start with a decimal digit run: 0x1F, 017, 36rZ, with optional N. */
static bool prefixed(struct values *t, bool neg, struct str s, val *out)
{
    struct str d = s;
    if (s.n > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X')) {
        if (d.p[d.n - 1] == 'N')
            d.n--;
        return radix(t, neg, s, tail(d, 2), 16, out);
    }
    for (size_t i = 1; i < 3 && i < s.n; i++) {
        int64_t base;
        if ((s.p[i] == 'r' || s.p[i] == 'R') && str_to_i64((struct str){s.p, i}, &base))
            return base >= 2 && base <= 36 && radix(t, neg, s, tail(s, i + 1), (int)base, out);
    }
    if (s.p[0] != '0' || s.n < 2)
        return false;
    if (d.p[d.n - 1] == 'N')
        d.n--;
    return radix(t, neg, s, tail(d, 1), 8, out);
}

bool number_edn(struct values *t, struct str s, val *out)
{
    bool neg = strip_sign(&s);
    if (s.n == 0 || !is_digit(s.p[0]) || s.n > UINT32_MAX / 2)
        return false;
    char last = s.p[s.n - 1];
    struct str body = last == 'N' || last == 'M' ? (struct str){s.p, s.n - 1} : s;
    if (last != 'M' && all_digits(body) && (body.p[0] != '0' || body.n == 1)) {
        *out = decimal(t, neg, body);
        return true;
    }
    const char *slash = memchr(s.p, '/', s.n);
    if (slash)
        return ratio(t, neg, s, (size_t)(slash - s.p), out);
    if (last != 'N' && is_float(body) && (last == 'M' || !all_digits(body))) {
        *out = last == 'M' ? raw_number(t, neg ? "-" : "", s, "") : floating(t, neg, s);
        return true;
    }
    return prefixed(t, neg, s, out);
}

bool number_is_json(struct str s)
{
    if (s.n && s.p[0] == '-')
        s = tail(s, 1);
    const char *point = s.n ? memchr(s.p, '.', s.n) : NULL;
    bool leading_zero = s.n > 1 && s.p[0] == '0' && is_digit(s.p[1]);
    return is_float(s) && !leading_zero &&
           (!point || (point + 1 < s.p + s.n && is_digit(point[1])));
}

bool number_json(struct values *t, struct str s, val *out)
{
    if (s.n > UINT32_MAX / 2 || !number_is_json(s))
        return false;
    bool neg = s.p[0] == '-';
    if (neg)
        s = tail(s, 1);
    *out = all_digits(s) ? decimal(t, neg, s) : floating(t, neg, s);
    return true;
}
