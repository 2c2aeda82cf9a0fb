#include "reports/report.h"

#include "base/utf8.h"

const char *verdict_word(enum verdict v)
{
    return v == VERDICT_VALID ? "true" : v == VERDICT_INVALID ? "false" : "unknown";
}

enum verdict report_verdict(const struct report *r)
{
    if (!r->result || r->one)
        return r->result ? r->result->verdict : VERDICT_UNKNOWN;
    enum verdict v = VERDICT_VALID;
    for (const struct check_result *c = r->result; c; c = c->next)
        v = verdict_merge(v, c->verdict);
    return r->coverage ? verdict_merge(v, coverage_verdict(r->coverage)) : v;
}

bool report_several(const struct report *r)
{
    return r->result && r->result->next && !r->one;
}

struct report report_of(const struct report *r, const struct check_result *c)
{
    struct report one = *r;
    one.result = c;
    one.one = true;
    return one;
}

const struct key_result *report_first_key(const struct report *r, enum verdict v)
{
    for (size_t i = 0; r->result && i < r->result->nkeys; i++)
        if (r->result->keys[i].verdict == v)
            return &r->result->keys[i];
    return NULL;
}

size_t report_count_keys(const struct report *r, enum verdict v)
{
    size_t n = 0;
    for (size_t i = 0; r->result && i < r->result->nkeys; i++)
        n += r->result->keys[i].verdict == v;
    return n;
}

int64_t report_event_index(const struct history *h, uint32_t i)
{
    return h->events.index && h->events.index[i] >= 0 ? h->events.index[i] : (int64_t)i;
}

static struct shown_op shown(const struct history *h, uint32_t id)
{
    const struct op *op = &h->ops[id];
    return (struct shown_op){
        .op = op,
        .id = id,
        .line = source_line(&h->source, h->events.offset[op->inv]),
        .index = report_event_index(h, op->inv),
        .done = op->ret == NO_EVENT ? -1 : report_event_index(h, op->ret),
    };
}

struct shown_op *report_core(const struct report *r, const struct key_result *k, struct arena *a,
                             size_t *n)
{
    const struct history *h = r->history;
    struct shown_op *ops = arena_zalloc(a, (k->ncore + 1) * sizeof *ops);
    uint32_t failed = k->ncore ? k->failed_op : NO_EVENT;
    *n = 0;
    for (size_t i = 0; i <= k->ncore; i++) {
        uint32_t id = i < k->ncore ? k->core[i].op : NO_EVENT;
        if (failed != NO_EVENT && failed < id) {
            ops[*n] = shown(h, failed);
            ops[(*n)++].failed = true;
            failed = NO_EVENT;
        }
        if (id == NO_EVENT)
            break;
        ops[*n] = shown(h, id);
        ops[*n].strict = k->core[i].strict;
        ops[(*n)++].bad = id == k->bad_op;
    }
    return ops;
}

struct shown_op *report_window(const struct report *r, const struct key_result *k, struct arena *a,
                               size_t *n)
{
    struct key_result end = {.core = k->window, .ncore = k->nwindow, .bad_op = k->bad_op,
                             .failed_op = NO_EVENT};
    return report_core(r, &end, a, n);
}

void report_plain(struct str s, size_t width, struct buf *out)
{
    size_t columns = width ? utf8_length(s) : 0;
    size_t keep = columns <= width ? SIZE_MAX : width > 3 ? width - 3 : width;
    for (size_t at = 0; at < s.n && keep > 0; keep--) {
        uint32_t cp;
        size_t n = utf8_decode((struct str){s.p + at, s.n - at}, &cp);
        if (cp == UTF8_BAD || cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
            buf_putc(out, '?');
        else
            buf_put(out, (struct str){s.p + at, n});
        at += n;
    }
    if (columns > width && width > 3)
        buf_puts(out, "...");
}

void report_wrapped(struct str text, size_t width, size_t at, size_t indent, struct buf *out)
{
    struct buf plain = {0};
    report_plain(text, 0, &plain);
    struct str rest = buf_str(&plain);
    for (bool first = true; rest.n; first = false) {
        const char *stop = memchr(rest.p, ' ', rest.n);
        struct str word = {rest.p, stop ? (size_t)(stop - rest.p) : rest.n};
        size_t columns = utf8_length(word);
        if (!first && at + 1 + columns > width) {
            buf_printf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            buf_putc(out, ' ');
            at++;
        }
        buf_put(out, word);
        at += columns;
        size_t used = word.n + (stop != NULL);
        rest = (struct str){rest.p + used, rest.n - used};
    }
    buf_putc(out, '\n');
    buf_free(&plain);
}

void report_value(const struct history *h, val v, size_t width, struct buf *out)
{
    if (v == VAL_ABSENT) {
        buf_putc(out, '-');
        return;
    }
    /* A value can be as large as the file: print only what can be shown. */
    struct buf text = {.max = width ? width * 4 + 4 : 0};
    val_print_edn(&h->values, v, &text);
    report_plain(buf_str(&text), width, out);
    buf_free(&text);
}

void report_op_value(const struct history *h, const struct op *op, size_t width, struct buf *out)
{
    bool argument = op->in != VAL_ABSENT && op->in != VAL_NIL;
    bool result = op->type == OP_OK && op->out != VAL_ABSENT && op->out != op->in;
    if (!argument) {
        if (op->type == OP_OK)
            report_value(h, op->out != VAL_ABSENT ? op->out : op->in, width, out);
        else
            buf_putc(out, '?');
        return;
    }
    report_value(h, op->in, result ? width / 2 : width, out);
    if (result) {
        buf_puts(out, " -> ");
        report_value(h, op->out, width / 2, out);
    }
}
