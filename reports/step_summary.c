#include "reports/step_summary.h"

#include "reports/html/markup.h"
#include "reports/text.h"

enum { ROWS_MAX = 400 * 1024, DETAILS_MAX = 500 * 1024, DETAIL_MAX = 60 * 1024, REASON_MAX = 300 };

/* A cell of a Markdown table, where HTML is allowed too: everything special becomes a reference. */
static void cell(const char *z, struct buf *out)
{
    struct buf plain = {0};
    report_plain(str_of(z), REASON_MAX, &plain);
    for (size_t i = 0; i < plain.n; i++) {
        char c = plain.p[i];
        if (c > 0 && strchr("|*_`[]<>&~\\#!\"'@:", c))
            buf_printf(out, "&#%d;", c);
        else
            buf_putc(out, c);
    }
    buf_free(&plain);
}

static const char *reason(const struct report *r, enum verdict v)
{
    const struct key_result *k = v == VERDICT_VALID ? NULL : report_first_key(r, v);
    const char *why = r->error ? r->error : r->skipped;
    why = why ? why : k && k->reason ? k->reason : r->result ? r->result->reason : NULL;
    return why ? why : "";
}

static void detail(struct step_summary *s, const struct report *r)
{
    struct buf text = {.max = DETAIL_MAX}, one = {0};
    const struct text_style style = {.width = 100};
    report_text(r, &style, &text);
    buf_puts(&one, "<details><summary>");
    html_puts(r->path, &one);
    buf_puts(&one, "</summary>\n\n<pre>");
    html_text(buf_str(&text), &one);
    buf_puts(&one, text.cut ? "\n(cut here)</pre>\n\n</details>\n\n" : "</pre>\n\n</details>\n\n");
    if (s->details.n + one.n < DETAILS_MAX)
        buf_put(&s->details, buf_str(&one));
    else
        s->left_out++;
    buf_free(&text);
    buf_free(&one);
}

static void row(struct step_summary *s, const struct report *r)
{
    enum verdict v = report_verdict(r);
    struct buf one = {0};
    const char *word = r->error               ? "error"
                       : r->known             ? "known issue"
                       : v == VERDICT_INVALID ? "**invalid**"
                       : v == VERDICT_VALID   ? "valid"
                                              : "unknown";
    s->n++;
    s->bad += r->error || (v == VERDICT_INVALID && !r->known);
    buf_printf(&one, "| %s | ", word);
    cell(r->path, &one);
    buf_puts(&one, " | ");
    cell(r->result ? r->result->property : "-", &one);
    buf_puts(&one, " | ");
    cell(r->known ? r->known : reason(r, v), &one);
    buf_puts(&one, " |\n");
    if (s->rows.n + one.n < ROWS_MAX)
        buf_put(&s->rows, buf_str(&one));
    else
        s->left_out++;
    buf_free(&one);
    if (!r->error && v == VERDICT_INVALID)
        detail(s, r);
}

void step_summary_add(struct step_summary *s, const struct report *r)
{
    if (!r->result)
        row(s, r);
    for (const struct check_result *c = r->result; c; c = r->one ? NULL : c->next) {
        const struct report one = report_of(r, c);
        row(s, &one);
    }
}

void step_summary_print(const struct step_summary *s, struct buf *out)
{
    buf_printf(out, "## belie: %zu of %zu checks broken\n\n", s->bad, s->n);
    buf_puts(out, "| verdict | history | property | reason |\n|---|---|---|---|\n");
    buf_put(out, buf_str(&s->rows));
    buf_putc(out, '\n');
    buf_put(out, buf_str(&s->details));
    if (s->left_out)
        buf_printf(out, "%zu parts were left out: a summary has at most 1 MiB.\n", s->left_out);
}

void step_summary_free(struct step_summary *s)
{
    buf_free(&s->rows);
    buf_free(&s->details);
}
