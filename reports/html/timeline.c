/* The place of the time line and the charts. Scripts fill it; without them it stays hidden, and the
 * tables say the same in words. */
#include "reports/html/again.h"

static void controls(struct buf *out)
{
    buf_puts(out,
             "<div class=\"controls\" role=\"group\" aria-label=\"Time line\">\n"
             "<button type=\"button\" id=\"next\">Next violation <kbd>n</kbd></button>\n"
             "<button type=\"button\" id=\"in\">Zoom in <kbd>+</kbd></button>\n"
             "<button type=\"button\" id=\"out\">Zoom out <kbd>-</kbd></button>\n"
             "<button type=\"button\" id=\"whole\">All <kbd>0</kbd></button>\n"
             "<label>Rows by <select id=\"by\"><option value=\"process\">process</option>"
             "<option value=\"node\">node</option><option value=\"key\">key</option></select>"
             "</label>\n<label>From left to right <kbd>a</kbd> <select id=\"axis\">"
             "<option value=\"time\">real time</option><option value=\"order\">order of "
             "events</option><option value=\"proof\">order of the proof</option></select></label>\n"
             "<label>Search <input id=\"search\" type=\"search\" autocomplete=\"off\"></label>\n"
             "</div>\n");
}

static void explanation(const struct page *p)
{
    buf_puts(p->out,
             "<p class=\"legend\">Colours: <span class=\"op ok\">ok</span> <span class=\"op "
             "fail\">\xe2\x9c\x97 failed</span> <span class=\"op info\">? unknown</span>; "
             "dashed bars may take effect at any time. Drag to move, select in a chart to "
             "zoom, click an operation for its details; with the focus on a picture the "
             "arrow keys move it. <kbd>/</kbd> searches.");
    if (p->again->effect)
        buf_puts(p->out, " A dot under a bar: there it takes effect in the order that explains the "
                         "history; in the order of the proof each is one step, and "
                         "those that did nothing are left out.");
    if (json_array_size(json_object_get(json_object_get(p->coverage, "recovery"), "each")))
        buf_puts(p->out, " Green marks in the charts: from the heal of all faults to the first "
                         "success; a triangle where as many are ok as before the faults.");
    buf_puts(p->out, "</p>\n");
}

/* What of the history the time line leaves out. */
static void reduced(const struct page *p, struct html_listed listed)
{
    if (listed.every > 1) {
        buf_printf(p->out, "<p>The history is large: of %zu operations one of %zu is drawn",
                   p->h->nops, listed.every);
        if (listed.marks && listed.violations == SIZE_MAX)
            buf_puts(p->out, ", and all of those around each violation");
        else if (listed.marks)
            buf_printf(p->out, ", and all of those around the first %zu of %zu violations",
                       listed.violations, listed.marks);
        if (listed.marks)
            buf_printf(p->out, ", at least %zu before and after each operation that shows it",
                       listed.around);
        buf_puts(p->out, ". Rates are scaled up. The full data is in the history.</p>\n");
    }
    if (listed.columns)
        buf_printf(p->out,
                   "<p>Values in the time line are cut to %zu characters: the history is "
                   "large.</p>\n",
                   listed.columns);
    if (listed.marks > HTML_MARKS)
        buf_printf(p->out, "<p>The first %d of %zu violations are marked.</p>\n", HTML_MARKS,
                   listed.marks);
}

void html_timeline(struct page *p, size_t room)
{
    struct buf *out = p->out;
    if (p->h->nops == 0)
        return;
    struct buf head = {0};
    p->out = &head;
    struct html_listed listed = html_data(p, room);
    p->out = out;
    if (!listed.every) {
        buf_free(&head);
        buf_puts(out,
                 "<p>Even a few operations of this history are too long for the time line: it is "
                 "left out.</p>\n");
        return;
    }
    buf_puts(out, "<noscript><p>The time line and the charts need JavaScript; everything else does "
                  "not.</p></noscript>\n<section id=\"timeline\" aria-labelledby=\"h-timeline\" "
                  "hidden>\n<h2 id=\"h-timeline\">Time line</h2>\n");
    explanation(p);
    reduced(p, listed);
    buf_put(out, buf_str(&head));
    buf_free(&head);
    controls(out);
    buf_puts(out, "<p id=\"status\" role=\"status\"></p>\n<div id=\"rows\"></div>\n"
                  "<div id=\"detail\" aria-live=\"polite\"></div>\n"
                  "<details id=\"listing\"><summary>What is shown as a table (the first 300 "
                  "operations)</summary>\n<div class=\"scroll\" role=\"group\" aria-label=\""
                  "Operations that are shown\" tabindex=\"0\"><table>\n<thead><tr>"
                  "<th scope=\"col\" class=\"n\">op</th><th scope=\"col\">process</th><th "
                  "scope=\"col\">operation"
                  "</th><th scope=\"col\">outcome</th><th scope=\"col\" class=\"n\">began, s</th>"
                  "<th scope=\"col\" class=\"n\">took</th></tr></thead>\n<tbody "
                  "id=\"listed\"></tbody></table>"
                  "</div></details>\n<div id=\"charts\"></div>\n</section>\n");
}
