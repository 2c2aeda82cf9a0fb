#include "reports/html/index_page.h"

#include "reports/html/assets.h"
#include "reports/html/frame.h"
#include "reports/html/json.h"
#include "reports/html/markup.h"

enum { REASON_MAX = 300, TREND_MAX = 400, BAR = 8 };

static const char *const words[] = {"invalid", "unknown", "valid"};

static size_t verdict_number(const json_t *o)
{
    return json_invalid(o) ? 0 : json_valid(o) ? 2 : 1;
}

/* The properties of an input, and the reason of its verdict. */
static void put_properties(const json_t *input, struct buf *out)
{
    const json_t *list = json_object_get(input, "properties"), *one;
    size_t i;
    html_text(json_str(input, "property"), out);
    json_array_foreach(list, i, one)
    {
        buf_puts(out, i ? ", " : "");
        html_text(json_str(one, "property"), out);
    }
}

static struct str reason_of(const json_t *input)
{
    const json_t *list = json_object_get(input, "properties"), *one, *key;
    size_t i;
    struct str why = json_str(input, "error");
    why = why.n ? why : json_str(input, "reason");
    json_array_foreach(list, i, one) if (!why.n && !json_valid(one)) why = json_str(one, "reason");
    json_array_foreach(json_object_get(input, "results"), i, key) if (!why.n && !json_valid(key))
        why = json_str(key, "reason");
    return why;
}

static void put_reason(struct str why, struct buf *out)
{
    html_text((struct str){why.p, why.n < REASON_MAX ? why.n : REASON_MAX}, out);
    buf_puts(out, why.n > REASON_MAX ? "..." : "");
}

static void put_faults(const json_t *test, struct buf *out)
{
    const json_t *list = json_object_get(test, "nemesis"), *one;
    size_t i;
    json_array_foreach(list, i, one)
    {
        buf_puts(out, i ? ", " : "");
        html_puts(json_is_string(one) ? json_string_value(one) : "?", out);
    }
}

static void row(struct index_page *x, struct str name, struct str link, const json_t *input,
                const json_t *test)
{
    struct buf *out = &x->rows;
    size_t v = verdict_number(input);
    x->count[v]++;
    buf_printf(out, "<tr data-verdict=\"%s\"><td><span class=\"badge %s\">%s</span></td><td>",
               words[v], words[v], words[v]);
    if (link.n) {
        buf_puts(out, "<a href=\"");
        html_address(link, out);
        buf_puts(out, "\">");
    }
    html_text(name, out);
    buf_puts(out, link.n ? "</a></td><td>" : "</td><td>");
    put_reason(reason_of(input), out);
    buf_puts(out, "</td><td>");
    put_properties(input, out);
    const json_t *counts = json_object_get(input, "operations");
    buf_printf(out, "</td><td class=\"n\">%lld</td><td>", (long long)json_int(counts, "all", 0));
    put_faults(test, out);
    buf_puts(out, "</td><td class=\"n\">");
    if (json_int(test, "seed", -1) >= 0)
        buf_printf(out, "%lld", (long long)json_int(test, "seed", 0));
    buf_puts(out, "</td></tr>\n");
    if (x->n++ < TREND_MAX) { /* high, middle, low: not by colour alone */
        size_t height = v == 0 ? 36 : v == 1 ? 24 : 12;
        buf_printf(&x->trend,
                   "<rect class=\"%s\" x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"%zu\">"
                   "<title>",
                   words[v], x->n * BAR, 40 - height, BAR - 2, height);
        html_text(name, &x->trend);
        buf_printf(&x->trend, ": %s</title></rect>\n", words[v]);
    }
}

void index_page_add(struct index_page *x, struct str name, struct str link, const json_t *results,
                    const json_t *test)
{
    const json_t *input;
    size_t i;
    json_array_foreach(json_object_get(results, "inputs"), i, input)
    {
        bool only = json_array_size(json_object_get(results, "inputs")) == 1;
        row(x, only ? name : json_str(input, "path"), only ? link : STR(""), input, test);
    }
}

static void trend(const struct index_page *x, struct buf *out)
{
    size_t n = x->n < TREND_MAX ? x->n : TREND_MAX, width = (n + 2) * BAR;
    buf_printf(
        out,
        "<h2>Trend</h2>\n<p class=\"legend\">Each bar is a result, in the order of the table: "
        "tall is invalid, middle unknown, low valid.</p>\n<div class=\"scroll\" role=\"group\" "
        "aria-label=\"Verdicts in "
        "order\" tabindex=\"0\"><svg class=\"trend\" role=\"img\" aria-labelledby=\"t-trend\" "
        "width=\"%zu\" height=\"42\" viewBox=\"0 0 %zu 42\"><title id=\"t-trend\">Verdicts in "
        "the order of the table: tall is invalid, middle unknown, low valid</title>\n",
        width, width);
    buf_put(out, buf_str(&x->trend));
    buf_puts(out, "</svg></div>\n");
    if (x->n > TREND_MAX)
        buf_printf(out, "<p>The first %d of %zu.</p>\n", TREND_MAX, x->n);
}

void index_page_print(const struct index_page *x, struct str title, struct buf *out)
{
    size_t worst = x->count[0] ? 0 : x->count[1] || x->n == 0 ? 1 : 2;
    html_head(words[worst], title, asset_text(&asset_index), out);
    buf_printf(out,
               "<body class=\"%s\">\n<a class=\"skip\" href=\"#main\">Skip to the results</a>\n"
               "<header><p class=\"brand\"><b>belie</b> index of <code>",
               words[worst]);
    html_text(title, out);
    buf_printf(out,
               "</code></p>\n<h1>%zu results: %zu invalid, %zu unknown, %zu valid</h1></header>\n"
               "<main id=\"main\" tabindex=\"-1\">\n",
               x->n, x->count[0], x->count[1], x->count[2]);
    buf_puts(
        out,
        "<div class=\"controls\" id=\"filters\" role=\"group\" aria-label=\"Filters\" hidden>\n"
        "<label>Show <select id=\"show\"><option value=\"\">all</option>"
        "<option value=\"invalid\">invalid</option><option value=\"unknown\">unknown</option>"
        "<option value=\"valid\">valid</option></select></label>\n"
        "<label>Search <input id=\"search\" type=\"search\" autocomplete=\"off\"></label>\n"
        "<span id=\"status\" role=\"status\"></span>\n</div>\n");
    if (x->n)
        trend(x, out);
    buf_puts(out, "<h2>Results</h2>\n<div class=\"scroll\" role=\"group\" aria-label=\"Results\" "
                  "tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">verdict</th>"
                  "<th scope=\"col\">run</th><th scope=\"col\">reason</th>"
                  "<th scope=\"col\">property</th><th scope=\"col\" class=\"n\">operations</th>"
                  "<th scope=\"col\">faults</th><th scope=\"col\" class=\"n\">seed</th></tr>"
                  "</thead>\n"
                  "<tbody id=\"results\">\n");
    buf_put(out, buf_str(&x->rows));
    buf_puts(out, "</tbody></table></div>\n</main>\n<script>");
    buf_put(out, asset_text(&asset_index));
    buf_puts(out, "</script>\n</body>\n</html>\n");
}

void index_page_free(struct index_page *x)
{
    buf_free(&x->rows);
    buf_free(&x->trend);
}
