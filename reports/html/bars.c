/* Operations as bars over time, a row for each process. Time is warped: only the order of the
 * operations' own events counts, and every bar is wide enough for its text. */
#include "reports/html/order.h"

#include "base/utf8.h"
#include "reports/event_ranks.h"

enum {
    BARS_MAX = EVENT_RANKS_MAX / 2,
    LABEL_MAX = 60,
    LETTER = 8,
    ROW = 58,
    BAR = 30,
    TOP = 14,
    GAP = 22
};

struct bar {
    const json_t *o;
    const struct op *op;
    uint32_t id;
    bool bad, failed, strict, open;
    size_t from, to, row, step; /* ranks; step: its place in the order, from 1, or 0 */
    size_t name;                /* n of Tn, or 0 */
    struct buf label;
    size_t columns;
};

struct picture {
    struct bar bars[BARS_MAX];
    size_t n, rows, margin;
    bool named, keyed;
    struct event_ranks events;
    size_t x[EVENT_RANKS_MAX + 1];
};

static void add_bar(struct page *p, struct picture *c, const json_t *ops, size_t i, int64_t bad)
{
    const json_t *o = json_array_get(ops, i);
    struct bar *b = &c->bars[c->n++];
    struct str role = json_str(o, "role");
    *b = (struct bar){.o = o,
                      .id = page_op(o),
                      .name = c->named ? i + 1 : 0,
                      .failed = str_is(role, "failed"),
                      .strict = str_is(role, "strict")};
    b->op = &p->h->ops[b->id];
    b->bad = b->id == bad;
    b->open = !b->failed && (!b->strict || b->op->type != OP_OK || b->op->ret == NO_EVENT);
    struct buf text = {0};
    report_plain(val_get_text(&p->h->values, b->op->f), 16, &text);
    buf_putc(&text, ' ');
    report_op_value(p->h, b->op, 40, &text);
    if (c->keyed) {
        buf_puts(&text, " of key ");
        report_value(p->h, b->op->key, 12, &text);
    }
    report_plain(buf_str(&text), LABEL_MAX, &b->label);
    buf_free(&text);
    b->columns = utf8_length(buf_str(&b->label));
    event_ranks_add(&c->events, b->op->inv);
    if (!b->open)
        event_ranks_add(&c->events, b->op->ret);
}

/* Of many operations those that must hold, and of these the last ones. */
static void choose(struct page *p, struct picture *c, const json_t *ops, int64_t bad)
{
    size_t n = json_array_size(ops), first = 0, fit = 0;
    bool all = n <= BARS_MAX;
    for (size_t i = n; i-- > 0 && fit < BARS_MAX;)
        if (all || !str_is(json_str(json_array_get(ops, i), "role"), "background")) {
            fit++;
            first = i;
        }
    for (size_t i = first; i < n; i++)
        if (all || !str_is(json_str(json_array_get(ops, i), "role"), "background"))
            add_bar(p, c, ops, i, bad);
}

/* A process has one row, or more where its operations overlap. */
static void find_rows(struct picture *c)
{
    for (size_t i = 0; i < c->n; i++) {
        struct bar *b = &c->bars[i];
        b->from = event_rank(&c->events, b->op->inv);
        b->to = b->open ? c->events.n : event_rank(&c->events, b->op->ret);
        b->row = SIZE_MAX;
        for (size_t j = 0; j < i && b->row == SIZE_MAX; j++) {
            bool same = c->bars[j].op->process == b->op->process, free_row = true;
            for (size_t k = 0; k < i; k++)
                free_row =
                    free_row && (c->bars[k].row != c->bars[j].row || c->bars[k].to <= b->from);
            if (same && free_row)
                b->row = c->bars[j].row;
        }
        if (b->row == SIZE_MAX)
            b->row = c->rows++;
    }
}

static void find_columns(struct picture *c)
{
    for (size_t r = 0; r <= c->events.n; r++) {
        c->x[r] = r ? c->x[r - 1] + GAP : c->margin;
        for (size_t i = 0; i < c->n; i++) {
            const struct bar *b = &c->bars[i];
            size_t label = b->columns * LETTER + (b->step ? 44 : 20), note = b->bad    ? 190
                                                                             : b->name ? 90
                                                                                       : 70;
            size_t end = c->x[b->from] + (label > note ? label : note);
            if (b->from < r && b->to == r && c->x[r] < end)
                c->x[r] = end;
        }
    }
}

static void find_steps(struct picture *c, const struct order *order)
{
    for (size_t i = 0; i < c->n; i++)
        for (size_t j = 0; j < order->n; j++)
            if (order->steps[j].op == c->bars[i].id)
                c->bars[i].step = j + 1;
}

static void describe(struct page *p, const struct bar *b)
{
    static const char *const ends[] = {[OP_OK] = "ok", [OP_FAIL] = "failed", [OP_INFO] = "unknown"};
    buf_puts(p->out, "<title>process ");
    html_value(p->h, b->op->process, 40, p->out);
    buf_puts(p->out, ": ");
    html_text(buf_str(&b->label), p->out);
    buf_printf(p->out, ", op %lld, outcome %s%s</title>", (long long)json_int(b->o, "index", 0),
               ends[b->op->type], b->bad ? ", impossible" : "");
}

static void draw_bar(struct page *p, const struct picture *c, const struct bar *b)
{
    struct buf *out = p->out;
    static const char *const kinds[] = {[OP_OK] = "ok", [OP_FAIL] = "fail", [OP_INFO] = "info"};
    size_t x = c->x[b->from], width = c->x[b->to] - x, y = TOP + b->row * ROW;
    const char *kind = kinds[b->op->type];
    buf_printf(out, "<g class=\"bar %s%s%s\">", kind, b->open ? " open" : "", b->bad ? " bad" : "");
    describe(p, b);
    buf_printf(out, "<rect x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%d\" rx=\"4\"/>", x, y, width,
               BAR);
    size_t text = x + 9;
    if (b->step) {
        buf_printf(out,
                   "<circle cx=\"%zu\" cy=\"%zu\" r=\"10\"/><text class=\"step\" x=\"%zu\" "
                   "y=\"%zu\">%zu</text>",
                   x + 16, y + BAR / 2, x + 16, y + 19, b->step);
        text = x + 32;
    }
    buf_printf(out, "<text class=\"label\" x=\"%zu\" y=\"%zu\">", text, y + 20);
    html_text(buf_str(&b->label), out);
    buf_printf(out, "</text><text class=\"note\" x=\"%zu\" y=\"%zu\">", x, y + BAR + 14);
    if (b->name)
        buf_printf(out, "T%zu, ", b->name);
    buf_printf(out, "%sop %lld</text></g>\n", b->bad ? "\xe2\x9c\x97 impossible, " : "",
               (long long)json_int(b->o, "index", 0));
}

static void process_names(struct page *p, const struct picture *c)
{
    for (size_t row = 0; row < c->rows; row++)
        for (size_t i = 0; i < c->n; i++) {
            if (c->bars[i].row != row)
                continue;
            buf_printf(p->out,
                       "<line class=\"rail\" x1=\"%zu\" y1=\"%zu\" x2=\"%zu\" y2=\"%zu\"/>"
                       "<text class=\"process\" x=\"4\" y=\"%zu\">process ",
                       c->margin, TOP + row * ROW + BAR / 2, c->x[c->events.n],
                       TOP + row * ROW + BAR / 2, TOP + row * ROW + 20);
            html_value(p->h, c->bars[i].op->process, 12, p->out);
            buf_puts(p->out, "</text>\n");
            break;
        }
}

static void legend(struct page *p, const struct picture *c, const struct order *order)
{
    bool open = false, lost = false, failed = false;
    for (size_t i = 0; i < c->n; i++) {
        lost = lost || (c->bars[i].open && c->bars[i].op->type == OP_INFO);
        open = open || (c->bars[i].open && c->bars[i].op->type != OP_INFO);
        failed = failed || c->bars[i].failed;
    }
    buf_puts(p->out,
             "<p class=\"legend\">Time goes from left to right; only the order of beginnings "
             "and ends is to scale.");
    if (order->n)
        buf_puts(p->out, " Numbers: an order that works so far.");
    if (lost)
        buf_puts(p->out,
                 " Orange, dashed: its outcome is not known, so it may have taken effect at "
                 "any time after its start.");
    if (open)
        buf_puts(p->out, " Blue, dashed, in the background: it ended, but it would not help if it "
                         "took effect at any later time.");
    if (failed)
        buf_puts(p->out, " Pink: it failed, so it must not have taken effect.");
    buf_puts(p->out, "</p>\n");
}

void html_bars(struct page *p, const json_t *ops, int64_t bad, const struct order *order,
               size_t number, bool named)
{
    struct picture c = {.margin = 40, .named = named, .keyed = page_keyed(p, ops)};
    choose(p, &c, ops, bad);
    find_steps(&c, order);
    for (size_t i = 0; i < c.n; i++) {
        struct buf name = {0};
        report_value(p->h, c.bars[i].op->process, 12, &name);
        size_t wide = (utf8_length(buf_str(&name)) + 9) * LETTER;
        c.margin = wide > c.margin ? wide : c.margin;
        buf_free(&name);
    }
    find_rows(&c);
    find_columns(&c);
    size_t width = c.x[c.events.n] + 12, height = TOP + c.rows * ROW + 4;
    buf_printf(p->out,
               "<div class=\"scroll picture\" role=\"group\" aria-label=\"Picture of the "
               "operations\" tabindex=\"0\"><svg class=\"bars\" role=\"img\" "
               "aria-labelledby=\"t%zu d%zu\" width=\"%zu\" height=\"%zu\" "
               "viewBox=\"0 0 %zu %zu\"><title id=\"t%zu\">The operations by process</title>"
               "<desc id=\"d%zu\">%zu operations as bars over time. The table below lists "
               "them.</desc>\n",
               number, number, width, height, width, height, number, number, c.n);
    process_names(p, &c);
    for (size_t i = 0; i < c.n; i++)
        draw_bar(p, &c, &c.bars[i]);
    buf_puts(p->out, "</svg></div>\n");
    legend(p, &c, order);
    for (size_t i = 0; i < c.n; i++)
        buf_free(&c.bars[i].label);
}
