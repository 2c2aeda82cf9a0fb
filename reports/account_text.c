#include "reports/account_text.h"

#include "histories/element_set.h"

enum { ELEMENTS_SHOWN = 200, ELEMENTS_VERBOSE = 20000, ELEMENT_SHOWN = 40, INDENT = 2 };

void report_elements(const struct history *h, const struct outcome_list *l, size_t width,
                     struct buf *out)
{
    struct buf text = {.max = width};
    element_set_print(&h->values, l->elements, l->n, &text);
    report_plain(buf_str(&text), 0, out);
    if (text.cut)
        buf_puts(out, "...");
    buf_free(&text);
}

/* "  name: text", wrapped; empties `text`. */
static void line(const struct text_style *s, const char *name, struct buf *text, struct buf *out)
{
    buf_printf(out, "%*s%s: ", INDENT, "", name);
    report_wrapped(buf_str(text), (size_t)s->width, INDENT + strlen(name) + 2, INDENT + 2, out);
    buf_free(text);
}

static void milliseconds(int64_t ns, struct buf *out)
{
    buf_printf(out, "%.3g ms", (double)ns / 1e6);
}

static void latencies(const struct latencies *l, const char *name, const struct text_style *s,
                      struct buf *out)
{
    struct buf t = {0};
    if (l->n == 0)
        return;
    for (size_t i = 0; i < QUANTILES; i++) {
        buf_printf(&t, "%s%g: ", i ? ", " : "", quantile_points[i]);
        milliseconds(l->ns[i], &t);
    }
    line(s, name, &t, out);
}

void report_account(const struct report *r, const struct account *a, const struct text_style *s,
                    struct buf *out)
{
    struct buf t = {0};
    const struct history *h = r->history;
    for (size_t i = 0; i < OUTCOMES; i++) {
        const struct outcome_list *l = &a->list[i];
        if (l->n == 0)
            continue;
        buf_printf(&t, "%zu ", l->n);
        if (l->copies != l->n)
            buf_printf(&t, "(%llu copies) ", (unsigned long long)l->copies);
        report_elements(h, l, s->verbose ? ELEMENTS_VERBOSE : ELEMENTS_SHOWN, &t);
        line(s, outcome_names[i], &t, out);
    }
    for (size_t i = 0; a->numbers[i].name; i++)
        buf_printf(&t, "%s%lld %s", i ? ", " : "", (long long)a->numbers[i].n, a->numbers[i].name);
    if (a->least != VAL_ABSENT) {
        buf_puts(&t, ", range ");
        report_value(h, a->least, ELEMENT_SHOWN, &t);
        buf_puts(&t, " to ");
        report_value(h, a->greatest, ELEMENT_SHOWN, &t);
    }
    line(s, "numbers", &t, out);
    latencies(&a->stable, "latency until stable (quantiles)", s, out);
    latencies(&a->lost, "latency until lost (quantiles)", s, out);
    for (size_t i = 0; i < a->nworst; i++) {
        buf_puts(&t, i ? ", " : "");
        report_value(h, a->worst[i].element, ELEMENT_SHOWN, &t);
        buf_puts(&t, " after ");
        milliseconds(a->worst[i].ns, &t);
    }
    if (a->nworst)
        line(s, "most stale", &t, out);
}
