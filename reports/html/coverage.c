/* What the run covered: operations by kind, before, during and after each fault, on both sides of
 * each cut, and how long it took after each heal until something succeeded again. */
#include "reports/html/page.h"

#include "checker/ok_ratio.h"
#include "histories/event_text.h"

enum { ROWS_MAX = 200, HEALS_MAX = 100, CUTS_MAX = 12, MATRIX_MAX = 12 };

static void complaint_list(const json_t *list, const char *title, struct buf *out)
{
    size_t i;
    const json_t *one;
    if (json_array_size(list) == 0)
        return;
    buf_printf(out, "<h3>%s</h3>\n<ul>\n", title);
    json_array_foreach(list, i, one)
    {
        struct str text = json_is_string(one)
                              ? (struct str){json_string_value(one), json_string_length(one)}
                              : json_str(one, "text");
        buf_puts(out, "<li>");
        if (text.n) {
            html_text(text, out);
        } else {
            char *json = json_dumps(one, JSON_ENCODE_ANY | JSON_SORT_KEYS);
            html_puts(json ? json : "?", out);
            free(json);
        }
        buf_puts(out, "</li>\n");
    }
    buf_puts(out, "</ul>\n");
}

/* ":write" as people say it. */
static void put_kind(const json_t *k, struct buf *out)
{
    struct str f = json_str(k, "f");
    bool keyword = f.n > 1 && f.p[0] == ':';
    html_text(keyword ? (struct str){f.p + 1, f.n - 1} : f, out);
}

static void kinds(const json_t *list, bool phases, size_t most, struct buf *out)
{
    static const char *const heads[] = {"operation",  "#all",     "#ok",
                                        "#failed",    "#unknown", "#ok before faults",
                                        "#ok during", "#ok after"};
    size_t i;
    const json_t *k;
    html_table(out, "Operations by phase of the run", heads, phases ? 8 : 5);
    json_array_foreach(list, i, k)
    {
        const json_t *phase = json_object_get(k, "ok-by-phase");
        if (i == most)
            break;
        buf_puts(out, "<tr><th scope=\"row\">");
        put_kind(k, out);
        buf_puts(out, "</th>");
        html_number_cell(k, "all", false, out);
        html_number_cell(k, "ok", false, out);
        html_number_cell(k, "fail", false, out);
        html_number_cell(k, "info", false, out);
        for (int j = 0; phases && j < PHASES; j++)
            html_number_cell(phase, coverage_phases[j], false, out);
        buf_puts(out, "</tr>\n");
    }
    buf_puts(out, "</tbody></table></div>\n");
    if (json_array_size(list) > most)
        buf_printf(out, "<p>The first %zu of %zu kinds of operations.</p>\n", most,
                   json_array_size(list));
}

/* ---- each fault ---- */

static void share_cell(const json_t *o, const char *phase, struct buf *out)
{
    const json_t *share = json_object_get(o, phase);
    long long all = json_int(share, "all", 0), ok = json_int(share, "ok", 0);
    if (all)
        buf_printf(out, "<td class=\"n\">%lld of %lld</td><td class=\"n\">%.0f %%</td>", ok, all,
                   100.0 * (double)ok / (double)all);
    else
        buf_puts(out, "<td class=\"n\">-</td><td class=\"n\">-</td>");
}

static void by_fault(const json_t *faults, size_t most, struct buf *out)
{
    size_t i, j, rows = 0;
    const json_t *f, *k;
    if (json_array_size(faults) == 0)
        return;
    buf_puts(out, "<h3>Before, during and after each kind of fault</h3>\n");
    buf_puts(
        out,
        "<div class=\"scroll\" role=\"group\" aria-label=\"Operations by kind of fault\" "
        "tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">fault</th>"
        "<th scope=\"col\">operation</th><th scope=\"col\" class=\"n\" colspan=\"2\">ok before it"
        "</th><th scope=\"col\" class=\"n\" colspan=\"2\">ok during it</th>"
        "<th scope=\"col\" class=\"n\" colspan=\"2\">ok after it</th></tr></thead>\n<tbody>\n");
    json_array_foreach(faults, i, f)
    {
        json_array_foreach(json_object_get(f, "kinds"), j, k)
        {
            if (rows++ >= most)
                break;
            buf_puts(out, "<tr><th scope=\"row\">");
            html_fault_name(json_str(f, "name"), out);
            buf_puts(out, "</th>");
            buf_puts(out, "<td>");
            put_kind(k, out);
            buf_puts(out, "</td>");
            for (int n = 0; n < PHASES; n++)
                share_cell(k, coverage_phases[n], out);
            buf_puts(out, "</tr>\n");
        }
    }
    buf_puts(out, "</tbody></table></div>\n");
}

/* ---- after each heal ---- */

static void at_event(const struct page *p, const json_t *o, const char *name)
{
    int64_t event = json_int(o, name, -1);
    int64_t t = event < 0 ? NO_TIME : page_time(p, (uint32_t)event);
    if (event < 0)
        buf_puts(p->out, "the end");
    else if (t == NO_TIME)
        buf_printf(p->out, "event %lld", (long long)event);
    else
        html_seconds(t, p->out);
}

/* When as many succeeded as before the faults, or why that is not known. */
static void as_before_cell(const struct page *p, const json_t *heal)
{
    if (json_is_integer(json_object_get(heal, "as-before-ns")))
        html_number_cell(heal, "as-before-ns", true, p->out);
    else if (json_is_integer(json_object_get(heal, "as-before")))
        buf_printf(p->out, "<td class=\"n\">event %lld</td>",
                   (long long)json_int(heal, "as-before", 0));
    else
        buf_puts(p->out, json_int(heal, "tried", 0) < OK_RATIO_WINDOW
                             ? "<td>too few operations to tell</td>"
                             : "<td>not before the next fault, or the end</td>");
}

static void heal_row(const struct page *p, const json_t *heal, bool ratio)
{
    uint32_t event = (uint32_t)json_int(heal, "event", 0);
    const json_t *success = json_object_get(heal, "success");
    buf_puts(p->out, "<tr><td class=\"n\">");
    at_event(p, heal, "event");
    buf_puts(p->out, "</td>");
    buf_puts(p->out, "<td>");
    if (event < p->h->events.n)
        html_short(val_get_text(&p->h->values, p->h->events.f[event]), 60, p->out);
    buf_puts(p->out, "</td>");
    if (json_is_integer(success)) {
        buf_puts(p->out, "<td class=\"n\">");
        at_event(p, heal, "success");
        buf_puts(p->out, "</td>");
    } else {
        buf_puts(p->out, json_int(heal, "not-ok", 0) ? "<td>none before the next fault</td>"
                                                     : "<td>nothing was tried</td>");
    }
    html_number_cell(heal, "ns", true, p->out);
    html_number_cell(heal, "not-ok", false, p->out);
    if (ratio)
        as_before_cell(p, heal);
    buf_puts(p->out, "</tr>\n");
}

/* What the share of ok is compared with. False when there is nothing. */
static bool before_faults(const struct page *p, const json_t *before)
{
    long long all = json_int(before, "all", 0), ok = json_int(before, "ok", 0);
    if (all < OK_RATIO_WINDOW || ok == 0) {
        buf_printf(p->out,
                   "<p>Only %lld operations had ended when the first fault began, %lld of them ok: "
                   "too few to say when as many succeeded again.</p>\n",
                   all, ok);
        return false;
    }
    buf_printf(p->out,
               "<p>Before the first fault %lld of %lld operations were ok, %.0f %%. That share is "
               "back with the success from which on %d operations are ok as often.</p>\n",
               ok, all, 100.0 * (double)ok / (double)all, OK_RATIO_WINDOW);
    return true;
}

static void heals(const struct page *p, const json_t *recovery)
{
    static const char *const heads[] = {"#healed at",        "by",
                                        "#first success",    "#recovery took",
                                        "#not ok meanwhile", "#share of ok back after"};
    const json_t *list = json_object_get(recovery, "each"), *heal;
    size_t i, most = page_most(p, HEALS_MAX);
    if (json_array_size(list) == 0)
        return;
    buf_puts(p->out, "<h3>After each heal</h3>\n<p>Each moment at which no fault was on any more, "
                     "and the first operation that was begun afterwards and succeeded.</p>\n");
    bool ratio = before_faults(p, json_object_get(recovery, "before"));
    html_table(p->out, "Recovery after each heal", heads, ratio ? 6 : 5);
    json_array_foreach(list, i, heal) if (i < most) heal_row(p, heal, ratio);
    buf_puts(p->out, "</tbody></table></div>\n");
    if (json_int(recovery, "times", 0) > (int64_t)most)
        buf_printf(p->out, "<p>The first %zu of %lld heals.</p>\n", most,
                   (long long)json_int(recovery, "times", 0));
}

/* ---- cuts ---- */

struct cut {
    const json_t *node[MATRIX_MAX]; /* by name */
    size_t place[MATRIX_MAX];       /* in the document's list */
    size_t n;
};

static void sort_nodes(struct cut *c, const json_t *nodes)
{
    c->n = 0;
    for (size_t i = 0; i < json_array_size(nodes) && c->n < MATRIX_MAX; i++) {
        const json_t *one = json_array_get(nodes, i);
        const char *name = json_string_value(json_object_get(one, "node"));
        size_t at = c->n++;
        for (; at > 0; at--) {
            const char *other = json_string_value(json_object_get(c->node[at - 1], "node"));
            if (strcmp(other ? other : "", name ? name : "") <= 0)
                break;
            c->node[at] = c->node[at - 1];
            c->place[at] = c->place[at - 1];
        }
        c->node[at] = one;
        c->place[at] = i;
    }
}

static bool is_deaf(const json_t *node, size_t to)
{
    const json_t *list = json_object_get(node, "deaf-to"), *one;
    size_t i;
    json_array_foreach(list, i, one) if (json_integer_value(one) == (json_int_t)to) return true;
    return false;
}

static void matrix_row(const struct cut *c, size_t i, bool sides, struct buf *out)
{
    buf_puts(out, "<tr><th scope=\"row\">");
    html_text(json_str(c->node[i], "node"), out);
    buf_puts(out, "</th>");
    for (size_t j = 0; j < c->n; j++)
        buf_puts(out, i == j                             ? "<td class=\"self\"></td>"
                      : is_deaf(c->node[i], c->place[j]) ? "<td class=\"cut\">cut</td>"
                                                         : "<td>hears</td>");
    if (sides)
        buf_printf(out, "<td class=\"n\">%lld</td>",
                   (long long)json_int(c->node[i], "side", 0) + 1);
    html_number_cell(c->node[i], "tried", false, out);
    html_number_cell(c->node[i], "ok", false, out);
    buf_puts(out, "</tr>\n");
}

static void caption(const struct page *p, const json_t *cut)
{
    uint32_t from = (uint32_t)json_int(cut, "from", 0);
    struct str receipt = from < p->h->events.n ? event_field(p->h, from, "receipt") : STR("");
    buf_puts(p->out, "<caption>");
    at_event(p, cut, "from");
    buf_puts(p->out, " to ");
    at_event(p, cut, "to");
    buf_puts(p->out, ": ");
    html_short(receipt.n ? receipt : STR("planned; nothing was measured"), 300, p->out);
    buf_puts(p->out, "</caption>\n");
}

static void one_cut(const struct page *p, const json_t *cut)
{
    struct cut c;
    bool sides = json_int(cut, "sides", 0) > 1;
    sort_nodes(&c, json_object_get(cut, "nodes"));
    buf_puts(p->out, "<div class=\"scroll\" role=\"group\" aria-label=\"A cut of the network\" "
                     "tabindex=\"0\"><table class=\"matrix\">");
    caption(p, cut);
    buf_puts(p->out, "<thead><tr><th scope=\"col\">node</th>");
    for (size_t i = 0; i < c.n; i++) {
        buf_puts(p->out, "<th scope=\"col\" class=\"node\">");
        html_text(json_str(c.node[i], "node"), p->out);
        buf_puts(p->out, "</th>");
    }
    buf_puts(p->out, sides ? "<th scope=\"col\" class=\"n\">side</th>" : "");
    buf_puts(p->out, "<th scope=\"col\" class=\"n\">tried</th><th scope=\"col\" class=\"n\">"
                     "ok</th></tr></thead>\n"
                     "<tbody>\n");
    for (size_t i = 0; i < c.n; i++)
        matrix_row(&c, i, sides, p->out);
    buf_puts(p->out, "</tbody></table></div>\n");
    if (json_array_size(json_object_get(cut, "nodes")) > MATRIX_MAX)
        buf_printf(p->out, "<p>The first %d of %zu nodes.</p>\n", MATRIX_MAX,
                   json_array_size(json_object_get(cut, "nodes")));
}

static void cuts(const struct page *p, const json_t *list)
{
    size_t i, most = page_most(p, CUTS_MAX);
    const json_t *cut;
    if (json_array_size(list) == 0)
        return;
    buf_puts(p->out, "<h3>Both sides of each cut</h3>\n<p>Which node heard which (a row hears the "
                     "columns), as planned, with what was measured; and the operations that were "
                     "sent to each node meanwhile. Nodes that hear each other, also over others, "
                     "are one side.</p>\n<div class=\"matrices\">\n");
    json_array_foreach(list, i, cut) if (i < most) one_cut(p, cut);
    buf_puts(p->out, "</div>\n");
    if (json_array_size(list) > most)
        buf_printf(p->out, "<p>The first %zu cuts.</p>\n", most);
}

static void summary(const json_t *c, struct buf *out)
{
    const json_t *recovery = json_object_get(c, "recovery"), *two = json_object_get(c, "cuts");
    buf_printf(out,
               "<p>Operations at once, at most: %lld; operations that overlapped another: %lld.",
               (long long)json_int(c, "most-at-once", 0), (long long)json_int(c, "overlapping", 0));
    if (json_int(two, "all", 0) > 0)
        buf_printf(out, " Of %lld cuts of the network into sides %lld were served on two sides.",
                   (long long)json_int(two, "all", 0),
                   (long long)json_int(two, "served-on-two-sides", 0));
    if (json_int(recovery, "times", 0) > 0 &&
        json_is_integer(json_object_get(recovery, "longest-ns"))) {
        buf_printf(out, " After %lld faults it took ", (long long)json_int(recovery, "times", 0));
        html_duration(json_int(recovery, "longest-ns", 0), out);
        buf_puts(out, " at most until operations succeeded again.");
    }
    buf_puts(out, "</p>\n");
}

void html_coverage(struct page *p)
{
    const json_t *c = p->coverage, *faults = json_object_get(c, "faults");
    const json_t *asked = json_object_get(p->input, "coverage");
    buf_puts(p->out, "<section id=\"coverage\" aria-labelledby=\"h-coverage\">\n"
                     "<h2 id=\"h-coverage\">What was covered</h2>\n");
    complaint_list(json_object_get(asked, "missing"), "What was missing", p->out);
    complaint_list(json_object_get(asked, "broken"), "What was demanded, and not met", p->out);
    kinds(json_object_get(c, "kinds"), json_array_size(faults) > 0, page_most(p, ROWS_MAX), p->out);
    summary(c, p->out);
    by_fault(faults, page_most(p, ROWS_MAX), p->out);
    heals(p, json_object_get(c, "recovery"));
    cuts(p, json_object_get(json_object_get(c, "cuts"), "each"));
    buf_puts(p->out, "</section>\n");
}
