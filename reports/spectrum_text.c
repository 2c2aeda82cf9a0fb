#include "reports/spectrum_text.h"

#include "checker/property.h"
#include "reports/report.h"

enum { INDENT = 2 };

const char *spectrum_word(const struct spectrum_entry *x)
{
    return x->verdict == VERDICT_VALID     ? "holds"
           : x->verdict == VERDICT_INVALID ? "broken"
                                           : "undecided";
}

static void color(const struct spectrum_entry *x, const struct text_style *s, struct buf *out)
{
    if (s->color)
        buf_puts(out, x->verdict == VERDICT_VALID     ? "\033[32m"
                      : x->verdict == VERDICT_INVALID ? "\033[31m"
                                                      : "\033[33m");
}

static void why(const struct spectrum_entry *x, struct buf *t)
{
    if (x->how == SPECTRUM_IMPLIED)
        buf_printf(t, "implied by %s", x->by->name);
    else if (x->how == SPECTRUM_REFUTED)
        buf_printf(t, "because %s is", x->by->name);
    else if (x->reason)
        buf_puts(t, x->reason);
}

static void entry(const struct spectrum_entry *x, size_t name_width, const struct text_style *s,
                  struct buf *out)
{
    struct buf t = {0};
    why(x, &t);
    buf_printf(out, "%*s%-*s  ", INDENT, "", (int)name_width, x->level->name);
    color(x, s, out);
    buf_puts(out, spectrum_word(x));
    if (s->color)
        buf_puts(out, "\033[0m");
    size_t at = INDENT + name_width + 2 + strlen("undecided") + 2;
    if (t.n == 0) {
        buf_putc(out, '\n');
        return;
    }
    buf_printf(out, "%*s", (int)(strlen("undecided") + 2 - strlen(spectrum_word(x))), "");
    report_wrapped(buf_str(&t), (size_t)s->width, at, at, out);
    buf_free(&t);
}

/* "  label: a, b", or what to say when there is none. */
static void border(const struct spectrum *p, bool weakest, const char *label, const char *none,
                   const struct text_style *s, struct buf *out)
{
    struct buf t = {0};
    for (size_t i = 0; i < p->n; i++) {
        const struct spectrum_entry *x = &p->entries[i];
        if (!(weakest ? x->weakest : x->strongest))
            continue;
        buf_printf(&t, "%s%s%s", t.n ? ", " : "", x->level->name,
                   x->verdict == VERDICT_UNKNOWN ? " (undecided)" : "");
    }
    buf_printf(out, "%*s%s: ", INDENT, "", label);
    report_wrapped(t.n ? buf_str(&t) : str_of(none), (size_t)s->width, INDENT + strlen(label) + 2,
                   INDENT + 2, out);
    buf_free(&t);
}

void report_spectrum(const struct spectrum *p, const struct text_style *s, struct buf *out)
{
    size_t width = 0;
    for (size_t i = 0; i < p->n; i++) {
        size_t n = strlen(p->entries[i].level->name);
        width = n > width ? n : width;
    }
    buf_puts(out, "SPECTRUM: what this history says about each level\n");
    for (size_t i = 0; i < p->n; i++)
        entry(&p->entries[i], width, s, out);
    border(p, false, "strongest that is not refuted", "none", s, out);
    border(p, true, "weakest that is refuted", "none", s, out);
}
