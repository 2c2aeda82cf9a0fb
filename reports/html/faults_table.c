/* The faults of a run with their receipts, and how the operations fared meanwhile. */
#include "reports/html/faults.h"
#include "reports/html/page.h"

#include "base/mem.h"
#include "histories/event_text.h"

enum { ROWS_MAX = 200 };

struct fared {
    size_t ok, fail, info, latencies;
    int64_t *latency; /* of ok operations; room for as many as there are operations */
};

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The first operation invoked at event `from` or later. */
static size_t first_op(const struct history *h, uint32_t from)
{
    size_t lo = 0, hi = h->nops;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (h->ops[mid].inv < from)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Operations invoked from event `from` up to event `to`. */
static void count(const struct history *h, uint32_t from, uint32_t to, struct fared *out)
{
    out->ok = out->fail = out->info = out->latencies = 0;
    for (size_t i = first_op(h, from); i < h->nops && h->ops[i].inv < to; i++) {
        const struct op *op = &h->ops[i];
        out->ok += op->type == OP_OK;
        out->fail += op->type == OP_FAIL;
        out->info += op->type == OP_INFO;
        if (op->type != OP_OK || op->ret == NO_EVENT || h->events.time[op->inv] == NO_TIME ||
            h->events.time[op->ret] == NO_TIME)
            continue;
        out->latency[out->latencies++] = h->events.time[op->ret] - h->events.time[op->inv];
    }
    qsort(out->latency, out->latencies, sizeof *out->latency, by_size);
}

static void quantile(const struct fared *f, double q, struct buf *out)
{
    buf_puts(out, "<td class=\"n\">");
    if (f->latencies)
        html_duration(f->latency[(size_t)(q * (double)(f->latencies - 1))], out);
    else
        buf_putc(out, '-');
    buf_puts(out, "</td>");
}

static void fared_cells(const struct fared *f, struct buf *out)
{
    size_t all = f->ok + f->fail + f->info;
    buf_printf(out, "<td class=\"n\">%zu</td><td class=\"n\">%zu</td><td class=\"n\">%zu</td>",
               f->ok, f->fail, f->info);
    if (all)
        buf_printf(out, "<td class=\"n\">%.0f %%</td>", 100.0 * (double)f->ok / (double)all);
    else
        buf_puts(out, "<td class=\"n\">-</td>");
    quantile(f, 0.5, out);
    quantile(f, 0.99, out);
}

static void phase_row(struct page *p, struct str name, uint32_t from, uint32_t to, struct fared *f)
{
    int64_t begin = from ? page_time(p, from) : 0;
    int64_t end = to < p->h->events.n ? page_time(p, to)
                  : p->end == NO_TIME ? NO_TIME
                                      : p->end - p->start;
    count(p->h, from, to, f);
    buf_puts(p->out, "<tr><td>");
    html_short(name, 60, p->out);
    buf_puts(p->out, "</td><td class=\"n\">");
    if (begin == NO_TIME || end == NO_TIME) {
        buf_printf(p->out, "event %u to %u", (unsigned)from, (unsigned)to);
    } else {
        html_seconds(begin, p->out);
        buf_puts(p->out, " to ");
        html_seconds(end, p->out);
    }
    buf_puts(p->out, "</td>");
    fared_cells(f, p->out);
    buf_puts(p->out, "</tr>\n");
}

/* Before, during and after each fault. Faults that overlap are counted as they began. */
static void phases(struct page *p, struct fared *f)
{
    static const char *const heads[] = {"phase",    "time",       "#ok",     "#failed",
                                        "#unknown", "#ok of all", "#median", "#99 %"};
    const struct faults *all = p->faults;
    uint32_t at = 0, end = (uint32_t)p->h->events.n;
    buf_puts(p->out, "<h3>Before, during and after</h3>\n");
    html_table(p->out, "Operations by phase", heads, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < all->n && i < page_most(p, ROWS_MAX); i++) {
        const struct one_fault *one = &all->v[i];
        uint32_t to = one->to == NO_FAULT_EVENT ? end : one->to;
        if (one->from > at)
            phase_row(p, STR("no fault"), at, one->from, f);
        phase_row(p, one->name, one->from, to, f);
        at = to > at ? to : at;
    }
    if (at < end)
        phase_row(p, STR("no fault"), at, end, f);
    buf_puts(p->out, "</tbody></table></div>\n");
}

static void moment(struct page *p, uint32_t event)
{
    int64_t t = event == NO_FAULT_EVENT ? NO_TIME : page_time(p, event);
    buf_puts(p->out, "<td class=\"n\">");
    if (event == NO_FAULT_EVENT)
        buf_puts(p->out, "never");
    else if (t == NO_TIME)
        buf_printf(p->out, "event %u", (unsigned)event);
    else
        html_seconds(t, p->out);
    buf_puts(p->out, "</td>");
}

static void receipt(struct page *p, uint32_t event)
{
    struct str text = event == NO_FAULT_EVENT ? STR("") : event_field(p->h, event, "receipt");
    buf_puts(p->out, "<td>");
    html_short(text.n ? text : STR("none"), 300, p->out);
    buf_puts(p->out, "</td>");
}

void html_fault_name(struct str name, struct buf *out)
{
    static const char *const known[] = {"partition", "kill", "pause", "clock", "packet"};
    buf_puts(out, "<span class=\"fault ");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(name, known[i]))
            buf_puts(out, known[i]);
    buf_puts(out, "\">");
    html_short(name, 60, out);
    buf_puts(out, "</span>");
}

static void fault_row(struct page *p, const struct one_fault *f)
{
    const struct events *ev = &p->h->events;
    buf_puts(p->out, "<tr><td>");
    html_fault_name(f->name, p->out);
    buf_puts(p->out, "</td><td><code>");
    html_value(p->h, ev->value[f->from], 100, p->out);
    if (f->done != NO_FAULT_EVENT && ev->value[f->done] != ev->value[f->from]) {
        buf_puts(p->out, "</code> &rarr; <code>");
        html_value(p->h, ev->value[f->done], 300, p->out);
    }
    buf_puts(p->out, "</code></td>");
    moment(p, f->from);
    receipt(p, f->done);
    moment(p, f->to);
    receipt(p, f->healed);
    buf_puts(p->out, "</tr>\n");
}

void html_faults(struct page *p)
{
    static const char *const heads[] = {"fault",  "planned, and done", "#began", "measured",
                                        "#ended", "measured after"};
    if (p->faults->n == 0)
        return;
    size_t most = page_most(p, ROWS_MAX);
    struct fared f = {.latency = mem_alloc((p->h->nops + 1) * sizeof *f.latency)};
    buf_puts(p->out,
             "<section id=\"faults\" aria-labelledby=\"h-faults\">\n<h2 "
             "id=\"h-faults\">Faults</h2>\n<p>What was measured after each fault was injected, and "
             "after it was healed. A fault without a receipt may not have happened.</p>\n");
    html_table(p->out, "Faults", heads, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < p->faults->n && i < most; i++)
        fault_row(p, &p->faults->v[i]);
    buf_puts(p->out, "</tbody></table></div>\n");
    if (p->faults->n > most)
        buf_printf(p->out, "<p>The first %zu of %zu faults.</p>\n", most, p->faults->n);
    phases(p, &f);
    buf_puts(p->out, "</section>\n");
    mem_free(f.latency);
}
