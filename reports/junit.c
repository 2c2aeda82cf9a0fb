#include "reports/junit.h"

#include "base/utf8.h"
#include "reports/text.h"

/* XML 1.0 forbids most control characters, even as references: they become U+FFFD. */
static void xml(struct str s, struct buf *out)
{
    for (size_t at = 0; at < s.n;) {
        uint32_t cp;
        struct str one = {s.p + at, utf8_decode((struct str){s.p + at, s.n - at}, &cp)};
        at += one.n;
        bool space = cp == '\t' || cp == '\n' || cp == '\r';
        if (cp == '<')
            buf_puts(out, "&lt;");
        else if (cp == '>')
            buf_puts(out, "&gt;");
        else if (cp == '&')
            buf_puts(out, "&amp;");
        else if (cp == '"')
            buf_puts(out, "&quot;");
        else if (space)
            buf_printf(out, "&#%u;", (unsigned)cp);
        else if (cp == UTF8_BAD || cp < 0x20 || cp == 0xfffe || cp == 0xffff)
            buf_puts(out, "\xef\xbf\xbd");
        else
            buf_put(out, one);
    }
}

static void attribute(const char *name, const char *text, struct buf *out)
{
    buf_printf(out, " %s=\"", name);
    xml(str_of(text), out);
    buf_putc(out, '"');
}

/* The text report as the element's content: newlines stay newlines. */
static void content(const struct report *r, struct buf *out)
{
    struct buf t = {.max = 1 << 20};
    const struct text_style style = {.width = 100};
    report_text(r, &style, &t);
    for (struct str rest = buf_str(&t); rest.n;) {
        const char *nl = memchr(rest.p, '\n', rest.n);
        size_t n = nl ? (size_t)(nl - rest.p) : rest.n;
        xml((struct str){rest.p, n}, out);
        buf_putc(out, '\n');
        n += nl != NULL;
        rest = (struct str){rest.p + n, rest.n - n};
    }
    buf_free(&t);
}

static const char *reason(const struct report *r, enum verdict v)
{
    const struct key_result *k = report_first_key(r, v);
    if (r->coverage && r->coverage->nbroken)
        return r->coverage->broken[0];
    if (!k && r->coverage && r->coverage->nmissing)
        return r->coverage->missing[0];
    const char *why = k ? k->reason : r->result ? r->result->reason : r->skipped;
    return why ? why : "no reason was given";
}

static void add_case(struct junit *j, const struct report *r)
{
    struct buf *out = &j->cases;
    enum verdict v = report_verdict(r);
    j->tests++;
    buf_puts(out, "    <testcase");
    attribute("classname", r->path, out);
    attribute("name", r->result ? r->result->property : "check", out);
    if (r->error) {
        j->errors++;
        buf_puts(out, "><error");
        attribute("message", r->error, out);
        buf_puts(out, "/></testcase>\n");
    } else if (v == VERDICT_VALID) {
        buf_puts(out, "/>\n");
    } else if (v == VERDICT_UNKNOWN) {
        j->skipped++;
        buf_puts(out, "><skipped");
        attribute("message", reason(r, v), out);
        buf_puts(out, "/></testcase>\n");
    } else if (r->known) {
        j->skipped++;
        buf_puts(out, "><skipped");
        attribute("message", r->known, out);
        buf_puts(out, "/></testcase>\n");
    } else {
        j->failures++;
        buf_puts(out, "><failure");
        attribute("type", "invalid", out);
        attribute("message", reason(r, v), out);
        buf_putc(out, '>');
        content(r, out);
        buf_puts(out, "</failure></testcase>\n");
    }
}

void junit_add(struct junit *j, const struct report *r)
{
    if (!r->result)
        add_case(j, r);
    for (const struct check_result *c = r->result; c; c = r->one ? NULL : c->next) {
        const struct report one = report_of(r, c);
        add_case(j, &one);
    }
}

void junit_print(const struct junit *j, struct buf *out)
{
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    for (int inner = 0; inner < 2; inner++)
        buf_printf(out,
                   "%s name=\"belie\" tests=\"%u\" failures=\"%u\" errors=\"%u\" "
                   "skipped=\"%u\">\n",
                   inner ? "  <testsuite" : "<testsuites", j->tests, j->failures, j->errors,
                   j->skipped);
    buf_put(out, buf_str(&j->cases));
    buf_puts(out, "  </testsuite>\n</testsuites>\n");
}

void junit_free(struct junit *j)
{
    buf_free(&j->cases);
}
