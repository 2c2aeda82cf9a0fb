#include "reports/html/markup.h"

#include "base/utf8.h"
#include "reports/report.h"

#include <stdio.h>

/* Marks that turn the direction of text around, and line separators. */
static bool changes_text(uint32_t cp)
{
    return (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200e ||
           cp == 0x200f || cp == 0x061c || cp == 0x2028 || cp == 0x2029 || cp == 0xfeff;
}

static bool forbidden(uint32_t cp)
{
    return cp == UTF8_BAD || (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0) ||
           (cp & 0xfffe) == 0xfffe || (cp >= 0xfdd0 && cp <= 0xfdef);
}

static void character(uint32_t cp, struct str bytes, struct buf *out)
{
    if (cp == '<')
        buf_puts(out, "&lt;");
    else if (cp == '>')
        buf_puts(out, "&gt;");
    else if (cp == '&')
        buf_puts(out, "&amp;");
    else if (cp == '"')
        buf_puts(out, "&quot;");
    else if (cp == '\'')
        buf_puts(out, "&#39;");
    else if (forbidden(cp))
        buf_puts(out, "\xef\xbf\xbd");
    else if (changes_text(cp))
        buf_printf(out, "\\u%04x", (unsigned)cp);
    else
        buf_put(out, bytes);
}

void html_text(struct str s, struct buf *out)
{
    for (size_t at = 0; at < s.n;) {
        uint32_t cp;
        struct str one = {s.p + at, utf8_decode((struct str){s.p + at, s.n - at}, &cp)};
        character(cp, one, out);
        at += one.n;
    }
}

void html_address(struct str s, struct buf *out)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || (c && strchr("/._-~", c)))
            buf_putc(out, c);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}

void html_json(struct str s, struct buf *out)
{
    buf_putc(out, '"');
    for (size_t at = 0; at < s.n;) {
        uint32_t cp;
        struct str one = {s.p + at, utf8_decode((struct str){s.p + at, s.n - at}, &cp)};
        at += one.n;
        bool special = cp == '<' || cp == '>' || cp == '&' || cp == '"' || cp == '\\' || cp == '\'';
        if (special || cp == '\n' || cp == '\t')
            buf_printf(out, "\\u%04x", (unsigned)cp);
        else if (changes_text(cp))
            buf_printf(out, "\\\\u%04x", (unsigned)cp);
        else
            character(cp, one, out);
    }
    buf_putc(out, '"');
}

void html_puts(const char *z, struct buf *out)
{
    html_text(str_of(z), out);
}

void html_printf(struct buf *out, const char *fmt, ...)
{
    char small[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    size_t have = n < 0 ? 0 : (size_t)n < sizeof small ? (size_t)n : sizeof small - 1;
    html_text((struct str){small, have}, out);
}

static void escaped(struct buf *text, struct buf *out)
{
    html_text(buf_str(text), out);
    buf_free(text);
}

void html_value(const struct history *h, val v, size_t width, struct buf *out)
{
    struct buf text = {0};
    report_value(h, v, width, &text);
    escaped(&text, out);
}

void html_op_value(const struct history *h, const struct op *op, size_t width, struct buf *out)
{
    struct buf text = {0};
    report_op_value(h, op, width, &text);
    escaped(&text, out);
}

void html_seconds(int64_t ns, struct buf *out)
{
    buf_printf(out, "%.3f s", (double)ns / 1e9);
}

void html_duration(int64_t ns, struct buf *out)
{
    double ms = (double)ns / 1e6;
    if (ns == 0) {
        buf_putc(out, '0');
        return;
    }
    if (ms >= 1000)
        buf_printf(out, "%.3g s", ms / 1000);
    else
        buf_printf(out, ms < 10 ? "%.2f ms" : "%.0f ms", ms);
}

void html_cell(struct str s, struct buf *out)
{
    buf_puts(out, "<td>");
    html_text(s, out);
    buf_puts(out, "</td>");
}
