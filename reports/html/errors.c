/* Errors, grouped by kind: were their operations definitely not done, or is that unknown, and is
 * the one or the other what such an error can say? A lost answer never proves that nothing
 * happened; a request that was not sent always does. Kinds are judged by the words that clients and
 * systems use, so what is said is advice. Then the errors as they were recorded. */
#include "reports/html/page.h"

#include "histories/event_text.h"

enum { ERRORS_MAX = 40, KINDS_MAX = 40, KIND_WIDTH = 60 };

struct error_kind {
    struct str text;
    enum op_type type;
    val f;
    size_t count;
    uint32_t first;
};

static int by_count(const void *a, const void *b)
{
    const struct error_kind *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->first > y->first) - (x->first < y->first);
}

/* Errors of failed and unknown operations, the most frequent first. Returns how many kinds. */
static size_t find_errors(const struct history *h, struct error_kind *v, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        if (op->type == OP_OK)
            continue;
        struct str text = op->ret == NO_EVENT ? STR("no completion was recorded")
                                              : event_field(h, op->ret, "error");
        size_t k = 0;
        while (k < n && !(str_eq(v[k].text, text) && v[k].type == op->type && v[k].f == op->f))
            k++;
        if (k == cap)
            continue;
        if (k == n)
            v[n++] = (struct error_kind){text, op->type, op->f, 0, op->inv};
        v[k].count++;
    }
    qsort(v, n, sizeof *v, by_count);
    return n;
}

/* ---- by kind ---- */

struct kind {
    struct str name;
    size_t failed_reads, failed, unknown; /* failed: others than reads */
};

/* "timeout" of [:timeout "no reply within 5 s"], or of ["timeout", "..."]; what is no vector is a
 * kind of its own. */
static struct str kind_of(struct str error)
{
    if (!error.n || error.p[0] != '[')
        return error;
    struct str s = {error.p + 1, error.n - 1};
    if (s.n && strchr(":\"", s.p[0]))
        s = (struct str){s.p + 1, s.n - 1};
    for (size_t i = 0; i < s.n; i++)
        if (strchr(" ,]\"", s.p[i]))
            s.n = i;
    return s;
}

static bool is_read(struct str f)
{
    return str_contains_nocase(f, "read") || str_is(f, "r") || str_is(f, "get");
}

static size_t find_kinds(const struct history *h, struct kind *v, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *op = &h->ops[i];
        if (op->type == OP_OK)
            continue;
        struct str name = op->ret == NO_EVENT ? STR("no completion was recorded")
                                              : kind_of(event_field(h, op->ret, "error"));
        size_t k = 0;
        while (k < n && !str_eq(v[k].name, name))
            k++;
        if (k == cap)
            continue;
        if (k == n)
            v[n++] = (struct kind){.name = name};
        bool failed = op->type == OP_FAIL;
        bool read = is_read(val_get_text(&h->values, op->f));
        v[k].unknown += !failed;
        v[k].failed_reads += failed && read;
        v[k].failed += failed && !read;
    }
    return n;
}

static bool says(struct str name, const char *const *words)
{
    for (; *words; words++)
        if (str_contains_nocase(name, *words))
            return true;
    return false;
}

static const char *advice(const struct kind *k)
{
    static const char *const unsent[] = {"not-sent", "refused", "no-client", NULL};
    static const char *const lost[] = {"timeout", "timed",     "closed",        "reset",
                                       "broken",  "eof",       "crash",         "disconnect",
                                       "lost",    "interrupt", "no completion", NULL};
    if (says(k->name, unsent))
        return k->unknown ? "Where that is true of the whole operation nothing was done: record it "
                            "as failed, and the check is stronger and faster."
                          : "Nothing was sent, or it was refused: definitely not done.";
    if (says(k->name, lost)) {
        if (k->failed)
            return "An answer that was lost proves nothing, but these are recorded as failed. If "
                   "one of them was done after all, the verdict is wrong: record them as unknown.";
        return k->unknown ? "The answer was lost: it may have been done, or be done later. The "
                            "check takes both into account."
                          : "The answer was lost; of a read nothing depends on it.";
    }
    if (k->failed + k->failed_reads && k->unknown)
        return "Recorded as both; the next table says for which operations.";
    return k->unknown ? "Indefinite: it may have been done, or be done later. If this error is an "
                        "answer that says no, record it as failed."
                      : "Definite: recorded as certainly not done, and the check relies on it.";
}

static void by_kind(struct page *p)
{
    static const char *const heads[] = {"kind", "#failed", "#unknown", "what it says"};
    struct kind kinds[KINDS_MAX];
    size_t n = find_kinds(p->h, kinds, page_most(p, KINDS_MAX));
    html_table(p->out, "Kinds of errors", heads, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < n; i++) {
        const struct kind *k = &kinds[i];
        struct buf name = {0};
        report_plain(k->name.n ? k->name : STR("(none recorded)"), KIND_WIDTH, &name);
        buf_puts(p->out, "<tr>");
        html_cell(buf_str(&name), p->out);
        buf_printf(p->out, "<td class=\"n\">%zu</td><td class=\"n\">%zu</td>",
                   k->failed + k->failed_reads, k->unknown);
        html_cell(str_of(advice(k)), p->out);
        buf_puts(p->out, "</tr>\n");
        buf_free(&name);
    }
    buf_puts(p->out, "</tbody></table></div>\n");
}

/* ---- as recorded ---- */

void html_errors(struct page *p)
{
    static const char *const heads[] = {"#count", "f", "recorded as", "error", "#first op"};
    struct error_kind kinds[ERRORS_MAX];
    size_t most = page_most(p, ERRORS_MAX), n = find_errors(p->h, kinds, most);
    if (n == 0)
        return;
    buf_puts(p->out, "<h3>Errors</h3>\n<p><b>failed</b> says that the operation certainly did not "
                     "take effect. A timeout or a lost connection never proves that: it belongs "
                     "under <b>unknown</b>.</p>\n");
    by_kind(p);
    html_table(p->out, "Errors", heads, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < n; i++) {
        buf_printf(p->out, "<tr><td class=\"n\">%zu</td>", kinds[i].count);
        buf_puts(p->out, "<td>");
        html_short(val_get_text(&p->h->values, kinds[i].f), 60, p->out);
        buf_puts(p->out, "</td>");
        html_cell(kinds[i].type == OP_FAIL ? STR("failed") : STR("unknown"), p->out);
        buf_puts(p->out, "<td>");
        html_short(kinds[i].text.n ? kinds[i].text : STR("(none recorded)"), 500, p->out);
        buf_puts(p->out, "</td>");
        buf_printf(p->out, "<td class=\"n\">%lld</td></tr>\n",
                   (long long)report_event_index(p->h, kinds[i].first));
    }
    buf_puts(p->out, "</tbody></table></div>\n");
    if (n == most)
        buf_printf(p->out, "<p>Not more than %zu kinds are told apart.</p>\n", most);
}
