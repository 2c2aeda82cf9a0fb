/* The core as bars over time, one row per process:
 *
 *     0  [write 2]
 *     1            [read 1 !]
 *     2    [write 1 ...
 *
 * Time is warped: only the order of the core's own events counts, and every bar is wide enough for
 * its text. An operation that may take effect at any later time has no right end. */
#include "reports/text.h"

#include "base/utf8.h"
#include "reports/event_ranks.h"

enum { OPS_MAX = 12, EVENTS_MAX = 2 * OPS_MAX };

struct bar {
    const struct shown_op *op;
    bool open;         /* no right end: crashed, or counted as if it were */
    size_t from, to;   /* ranks among the events shown */
    char label[160];
    size_t label_columns;
};

struct chart {
    struct bar bars[OPS_MAX];
    size_t n;
    struct event_ranks events;
    size_t x[EVENTS_MAX + 1]; /* column of each rank; the last one is the right edge */
};

/* Labels "write 2", or where these are too wide "#20" (the index in the table above). */
static void label(const struct history *h, struct bar *b, bool wide)
{
    struct buf text = {.max = sizeof b->label - 1};
    if (wide) {
        report_plain(val_get_text(&h->values, b->op->op->f), 12, &text);
        buf_putc(&text, ' ');
        report_op_value(h, b->op->op, 16, &text);
    } else {
        buf_printf(&text, "#%lld", (long long)b->op->index);
    }
    buf_puts(&text, b->op->bad ? " !" : b->op->failed ? " x" : "");
    struct buf shown = {.max = sizeof b->label - 1};
    report_plain(buf_str(&text), 32, &shown);
    struct str s = buf_str(&shown);
    memcpy(b->label, s.p, s.n);
    b->label[s.n] = '\0';
    b->label_columns = utf8_length(s);
    buf_free(&text);
    buf_free(&shown);
}

/* Columns: each rank right of the one before, each bar as wide as its label. */
static size_t lay_out(struct chart *c)
{
    for (size_t r = 0; r <= c->events.n; r++) {
        c->x[r] = r ? c->x[r - 1] + 2 : 0;
        for (size_t i = 0; i < c->n; i++) {
            const struct bar *b = &c->bars[i];
            size_t end = c->x[b->from] + b->label_columns + (b->open ? 5 : 1);
            if (b->from < r && b->to == r && c->x[r] < end)
                c->x[r] = end;
        }
    }
    return c->x[c->events.n] + 1;
}

static void fill(struct chart *c, const struct shown_op *ops, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct bar *b = &c->bars[c->n++];
        *b = (struct bar){.op = &ops[i]};
        b->open = !ops[i].failed && (!ops[i].strict || ops[i].op->type != OP_OK);
        event_ranks_add(&c->events, ops[i].op->inv);
        if (!b->open)
            event_ranks_add(&c->events, ops[i].op->ret);
    }
    for (size_t i = 0; i < c->n; i++) {
        struct bar *b = &c->bars[i];
        b->from = event_rank(&c->events, b->op->op->inv);
        b->to = b->open ? c->events.n : event_rank(&c->events, b->op->op->ret);
    }
}

static void pad(struct buf *out, size_t *at, size_t to)
{
    for (; *at < to; ++*at)
        buf_putc(out, ' ');
}

static void bar_text(const struct chart *c, const struct bar *b, struct buf *out, size_t *at)
{
    size_t inside = c->x[b->to] - c->x[b->from] - 1, used = b->label_columns;
    pad(out, at, c->x[b->from]);
    buf_printf(out, "[%s", b->label);
    if (b->open) {
        buf_puts(out, " ...");
        *at += 1 + used + 4;
        return;
    }
    for (; used < inside; used++)
        buf_putc(out, used > b->label_columns ? '-' : ' ');
    buf_putc(out, ']');
    *at += inside + 2;
}

/* Bars of one process go on one row as long as they do not overlap. */
static void rows(const struct report *r, const struct chart *c, size_t margin, struct buf *out)
{
    bool drawn[OPS_MAX] = {false};
    for (size_t i = 0; i < c->n; i++) {
        if (drawn[i])
            continue;
        val process = c->bars[i].op->op->process;
        size_t start = out->n, at = 0;
        buf_puts(out, "    ");
        report_value(r->history, process, margin, out);
        while (out->n - start < margin + 6)
            buf_putc(out, ' ');
        for (size_t j = i; j < c->n; j++) {
            const struct bar *b = &c->bars[j];
            if (drawn[j] || b->op->op->process != process || (at && at >= c->x[b->from]))
                continue;
            bar_text(c, b, out, &at);
            drawn[j] = true;
        }
        buf_putc(out, '\n');
    }
}

void report_timeline(const struct report *r, const struct shown_op *ops, size_t n, int width,
                     struct buf *out)
{
    if (n < 2 || n > OPS_MAX)
        return;
    struct chart c = {.n = 0};
    fill(&c, ops, n);
    size_t margin = 1;
    for (size_t i = 0; i < n; i++) {
        struct buf b = {0};
        report_value(r->history, ops[i].op->process, 10, &b);
        margin = b.n > margin ? b.n : margin;
        buf_free(&b);
    }
    size_t columns = 0, room = (size_t)width - margin - 7;
    for (int wide = 1; wide >= 0; wide--) {
        for (size_t i = 0; i < c.n; i++)
            label(r->history, &c.bars[i], wide);
        columns = lay_out(&c);
        if (columns <= room)
            break;
    }
    if (columns > room)
        return;
    buf_puts(out, "\n  process, and time from left to right:\n");
    rows(r, &c, margin, out);
}
