/* How stale reads were, and how far apart the nodes. Numbers of the document as tables, and the
 * number of keys on which nodes differ as a step line over time. */
#include "reports/html/page.h"

enum { WIDTH = 800, HEIGHT = 70, SERIES_MAX = 200 };

/* ---- staleness ---- */

static void spread_row(const char *name, const json_t *spread, bool time, struct buf *out)
{
    static const char *const points[] = {"0.5", "0.9", "0.95", "0.99", "0.999", "1"};
    if (!json_is_object(spread))
        return;
    buf_printf(out, "<tr><th scope=\"row\">%s</th>", name);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        html_number_cell(spread, points[i], time, out);
    buf_puts(out, "</tr>\n");
}

static void spreads(const json_t *m, struct buf *out)
{
    static const char *const heads[] = {"share of all", "#half of all", "#90 %", "#95 %",
                                        "#99 %",        "#99.9 %",      "#worst"};
    const json_t *stale = json_object_get(m, "staleness");
    struct buf rows = {0};
    spread_row("a read is behind by", json_object_get(stale, "time"), true, &rows);
    spread_row("versions missed", json_object_get(stale, "versions"), false, &rows);
    spread_row("a write is not seen for", json_object_get(json_object_get(m, "windows"), "time"),
               true, &rows);
    spread_row("nodes agree after", json_object_get(json_object_get(m, "convergence"), "time"),
               true, &rows);
    if (rows.n > 0) {
        html_table(out, "Staleness by share", heads, sizeof heads / sizeof *heads);
        buf_put(out, buf_str(&rows));
        buf_puts(out, "</tbody></table></div>\n");
    }
    buf_free(&rows);
}

static void stale_sentence(const json_t *m, struct buf *out)
{
    const json_t *stale = json_object_get(m, "staleness");
    if (!json_is_object(stale))
        return;
    buf_printf(out,
               "<p>%lld of %lld reads returned a value that had been overwritten before they "
               "began",
               (long long)json_int(stale, "stale", 0), (long long)json_int(stale, "reads", 0));
    if (json_is_integer(json_object_get(stale, "delta"))) {
        buf_puts(out, "; no read was further behind than ");
        html_duration(json_int(stale, "delta", 0), out);
    }
    int64_t k = json_int(json_object_get(stale, "k"), "most", 0);
    if (k > 0)
        buf_printf(out, ", or than the last %lld writes", (long long)k);
    buf_puts(out, ".</p>\n");
}

static void group_rows(const json_t *list, const char *by, struct buf *out)
{
    size_t i;
    const json_t *g;
    json_array_foreach(list, i, g)
    {
        buf_printf(out, "<tr><td>%s ", by);
        html_text(json_str(g, "name"), out);
        buf_puts(out, "</td>");
        html_number_cell(g, "reads", false, out);
        html_number_cell(g, "stale", false, out);
        buf_printf(out, "<td class=\"n\">%.0f %%</td>",
                   100 * json_number_value(json_object_get(g, "fraction")));
        html_number_cell(g, "time", true, out);
        html_number_cell(g, "versions", false, out);
        buf_puts(out, "</tr>\n");
    }
}

static void groups(const json_t *by, struct buf *out)
{
    static const char *const heads[] = {"where",  "#reads", "#stale",
                                        "#share", "#worst", "#versions"};
    size_t n = json_array_size(json_object_get(by, "node")) +
               json_array_size(json_object_get(by, "phase")) +
               json_array_size(json_object_get(by, "key"));
    if (n == 0)
        return;
    html_table(out, "Staleness by node, phase and key", heads, sizeof heads / sizeof *heads);
    group_rows(json_object_get(by, "node"), "node", out);
    group_rows(json_object_get(by, "phase"), "", out);
    group_rows(json_object_get(by, "key"), "key", out);
    buf_puts(out, "</tbody></table></div>\n");
}

/* ---- divergence ---- */

static void divergence(const struct page *p, const json_t *d, struct buf *out)
{
    const json_t *series = json_object_get(d, "series"), *at;
    size_t n = json_array_size(series), i;
    int64_t most = 1, end = p->end - p->start;
    if (n < 2 || n > SERIES_MAX || p->start == NO_TIME || end <= 0)
        return;
    json_array_foreach(series, i, at) most =
        json_int(at, "keys", 0) > most ? json_int(at, "keys", 0) : most;
    buf_printf(out,
               "<p>The last reads of %lld nodes differ on %lld %s at the end. On how many they "
               "differed before, from the first to the last event:</p>\n"
               "<div class=\"scroll picture\" role=\"group\" aria-label=\"Picture of divergence\" "
               "tabindex=\"0\"><svg class=\"steps\" role=\"img\" aria-labelledby=\"t-div\" "
               "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\"><title id=\"t-div\">Keys on "
               "which nodes differ, over time, at most %lld</title><path d=\"M0 %d",
               (long long)json_int(d, "nodes", 0), (long long)json_int(d, "keys-at-end", 0),
               json_int(d, "keys-at-end", 0) == 1 ? "key" : "keys", WIDTH, HEIGHT, WIDTH, HEIGHT,
               (long long)most, HEIGHT - 4);
    json_array_foreach(series, i, at)
    {
        double x = (double)json_int(at, "time", 0) / (double)end * WIDTH;
        double y = (double)json_int(at, "keys", 0) / (double)most * (HEIGHT - 12);
        buf_printf(out, "H%.1fV%.1f", x, HEIGHT - 4 - y);
    }
    buf_printf(out, "H%d\"/></svg></div>\n", WIDTH);
}

void html_measures(struct page *p)
{
    const json_t *m = json_object_get(p->input, "measures");
    for (size_t i = 0; i < page_properties(p) && !m; i++)
        m = json_object_get(page_property(p, i), "measures");
    if (!json_is_object(m))
        return;
    buf_puts(p->out, "<section id=\"measures\" aria-labelledby=\"h-measures\">\n"
                     "<h2 id=\"h-measures\">How stale, how far apart</h2>\n");
    stale_sentence(m, p->out);
    spreads(m, p->out);
    groups(json_object_get(m, "by"), p->out);
    divergence(p, json_object_get(m, "divergence"), p->out);
    buf_puts(p->out, "</section>\n");
}
