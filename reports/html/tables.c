/* Tables: what was decided and how, what stayed open, warnings about the history. */
#include "reports/html/page.h"

enum { KEYS_MAX = 500, OPEN_MAX = 10 };

/* ---- what other parts use, too ---- */

void html_key(const json_t *key, struct buf *out)
{
    const json_t *name = json_object_get(key, "key");
    if (!name || json_is_null(name)) {
        buf_puts(out, "all");
        return;
    }
    char *text = json_dumps(name, JSON_ENCODE_ANY | JSON_COMPACT);
    struct str s = str_of(text ? text : "?");
    html_text((struct str){s.p, s.n < 80 ? s.n : 80}, out);
    buf_puts(out, s.n > 80 ? "..." : "");
    free(text);
}

void html_short(struct str s, size_t width, struct buf *out)
{
    struct buf text = {0};
    report_plain(s, width, &text);
    html_text(buf_str(&text), out);
    buf_free(&text);
}

void html_number_cell(const json_t *o, const char *name, bool time, struct buf *out)
{
    const json_t *v = json_object_get(o, name);
    buf_puts(out, "<td class=\"n\">");
    if (!json_is_integer(v))
        buf_putc(out, '-');
    else if (time)
        html_duration(json_integer_value(v), out);
    else
        buf_printf(out, "%lld", (long long)json_integer_value(v));
    buf_puts(out, "</td>");
}

void html_table(struct buf *out, const char *label, const char *const *heads, size_t n)
{
    buf_printf(out,
               "<div class=\"scroll\" role=\"group\" aria-label=\"%s\" tabindex=\"0\">"
               "<table>\n<thead><tr>",
               label);
    for (size_t i = 0; i < n; i++) {
        bool number = heads[i][0] == '#';
        buf_printf(out, "<th scope=\"col\"%s>%s</th>", number ? " class=\"n\"" : "",
                   heads[i] + number);
    }
    buf_puts(out, "</tr></thead>\n<tbody>\n");
}

/* ---- what stayed open ---- */

static void undecided_key(struct page *p, const json_t *property, const json_t *key)
{
    buf_puts(p->out, "<article class=\"card\"><h3>Key ");
    html_key(key, p->out);
    buf_puts(p->out, ", ");
    html_text(json_str(property, "property"), p->out);
    buf_puts(p->out, "</h3><p>");
    html_text(json_str(key, "reason"), p->out);
    buf_puts(p->out, ".");
    int64_t certified = json_int(key, "certified", 0);
    if (certified > 0 && (uint64_t)certified <= p->h->events.n)
        buf_printf(p->out, " It is linearizable up to op %lld for sure.",
                   (long long)report_event_index(p->h, (uint32_t)certified - 1));
    buf_puts(p->out, "</p>\n");
    html_account(p, key);
    buf_puts(p->out, "</article>\n");
}

void html_undecided(struct page *p)
{
    size_t shown = 0;
    for (size_t i = 0; i < page_properties(p); i++) {
        const json_t *property = page_property(p, i), *key;
        size_t j;
        json_array_foreach(json_object_get(property, "results"), j, key)
        {
            if (json_valid(key) || json_invalid(key) || shown == page_most(p, OPEN_MAX))
                continue;
            if (shown++ == 0)
                buf_puts(p->out, "<section id=\"open\" aria-labelledby=\"h-open\">\n"
                                 "<h2 id=\"h-open\">What stayed open</h2>\n");
            undecided_key(p, property, key);
        }
    }
    if (shown)
        buf_puts(p->out, "</section>\n");
}

/* ---- checks ---- */

static void check_row(struct page *p, const json_t *property, const json_t *key)
{
    const char *verdict = page_verdict(key);
    struct buf *out = p->out;
    buf_printf(out, "<tr><td><span class=\"badge %s\">%s</span></td>", verdict, verdict);
    html_cell(json_str(property, "property"), out);
    buf_puts(out, "<td>");
    html_key(key, out);
    buf_printf(out, "</td><td class=\"n\">%lld</td><td class=\"n\">%lld</td>",
               (long long)json_int(key, "operations", 0), (long long)json_int(key, "crashed", 0));
    html_cell(json_str(key, "algorithm"), out);
    buf_printf(out, "<td class=\"n\">%lld</td>", (long long)json_int(key, "explored", 0));
    struct str why = json_str(key, "reason");
    html_cell(why.n ? why : json_str(key, "algorithm-reason"), out);
    buf_puts(out, "</tr>\n");
}

static size_t check_rows(struct page *p, const char *verdict, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < page_properties(p); i++) {
        const json_t *property = page_property(p, i), *key;
        size_t j;
        json_array_foreach(json_object_get(property, "results"), j,
                           key) if (strcmp(page_verdict(key), verdict) == 0 && n++ < room)
            check_row(p, property, key);
    }
    return n;
}

static void model_line(struct page *p)
{
    for (size_t i = 0; i < page_properties(p); i++) {
        const json_t *property = page_property(p, i);
        struct str model = json_str(property, "model"), why = json_str(property, "model-reason");
        if (!model.n)
            continue;
        buf_puts(p->out, "<p>Model: <b>");
        html_text(model, p->out);
        buf_puts(p->out, "</b>");
        bool repeats =
            why.n > model.n + 2 && memcmp(why.p, model.p, model.n) == 0 && why.p[model.n] == ':';
        if (repeats)
            why = (struct str){why.p + model.n + 2, why.n - model.n - 2};
        if (why.n) {
            buf_puts(p->out, " (");
            html_text(why, p->out);
            buf_puts(p->out, ")");
        }
        buf_puts(p->out, ".</p>\n");
        break;
    }
    struct str why = json_str(p->input, "independent-reason");
    if (why.n) {
        buf_puts(p->out, "<p>Keys: ");
        html_text(why, p->out);
        buf_puts(p->out, ".</p>\n");
    }
}

static void checks(struct page *p)
{
    static const char *const heads[] = {"verdict",  "property",  "key",       "#operations",
                                        "#crashed", "algorithm", "#explored", "reason"};
    static const char *const order[] = {"invalid", "unknown", "vacuous", "valid"};
    size_t n = 0, most = page_most(p, KEYS_MAX);
    model_line(p);
    html_table(p->out, "Checks", heads, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        n += check_rows(p, order[i], n < most ? most - n : 0);
    buf_puts(p->out, "</tbody></table></div>\n");
    if (n > most)
        buf_printf(p->out,
                   "<p>%zu of %zu rows are shown, the worst first; <code>belie check --json"
                   "</code> lists all.</p>\n",
                   most, n);
}

/* The books of properties that hold. */
static void books(struct page *p)
{
    for (size_t i = 0; i < page_properties(p); i++) {
        const json_t *results = json_object_get(page_property(p, i), "results");
        const json_t *key = json_array_get(results, 0);
        if (json_array_size(results) == 1 && json_valid(key) && json_object_get(key, "account")) {
            buf_puts(p->out, "<h3>");
            html_text(json_str(page_property(p, i), "property"), p->out);
            buf_puts(p->out, "</h3>\n");
            html_account(p, key);
        }
    }
}

static void warnings(struct page *p)
{
    const json_t *list = json_object_get(p->input, "warnings"), *w;
    size_t i;
    if (json_array_size(list) == 0)
        return;
    buf_puts(p->out, "<h3>Warnings about the history</h3>\n<ul>\n");
    json_array_foreach(list, i, w)
    {
        buf_puts(p->out, "<li>");
        html_text(json_str(w, "text"), p->out);
        buf_printf(p->out, " (%lld times)</li>\n", (long long)json_int(w, "count", 0));
    }
    buf_puts(p->out, "</ul>\n");
}

void html_tables(struct page *p)
{
    buf_puts(p->out, "<section id=\"checks\" aria-labelledby=\"h-checks\">\n"
                     "<h2 id=\"h-checks\">Checks</h2>\n");
    checks(p);
    books(p);
    warnings(p);
    html_errors(p);
    buf_puts(p->out, "</section>\n");
}
