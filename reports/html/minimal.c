/* What the counterexample says in the history's own words: the lines of the file, and the
 * operations as a history that other tools read. */
#include "reports/html/page.h"

#include "base/base64.h"
#include "histories/writer.h"
#include "reports/core_history.h"

enum { RAW_MAX = 400, RAW_ROWS = 100, MINIMAL_MAX = 1 << 18 };

/* ---- lines of the file ---- */

static void raw_line(const struct page *p, uint32_t event)
{
    struct str text = p->h->source.text;
    uint64_t offset = p->h->events.offset[event];
    if (offset >= text.n)
        return;
    const char *end = memchr(text.p + offset, '\n', text.n - offset);
    size_t n = end ? (size_t)(end - text.p) - offset : text.n - offset;
    buf_printf(p->out, "<span class=\"line\">%zu</span> ", source_line(&p->h->source, offset));
    html_text((struct str){text.p + offset, n < RAW_MAX ? n : RAW_MAX}, p->out);
    if (n > RAW_MAX)
        buf_printf(p->out, "... (%zu more bytes)", n - RAW_MAX);
    buf_putc(p->out, '\n');
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

void html_lines(struct page *p, const json_t *ops)
{
    uint32_t events[2 * RAW_ROWS];
    size_t n = 0, all = json_array_size(ops), most = page_most(p, RAW_ROWS);
    for (size_t i = all > most ? all - most : 0; i < all; i++) {
        const struct op *op = &p->h->ops[page_op(json_array_get(ops, i))];
        events[n++] = op->inv;
        if (op->ret != NO_EVENT && op->ret != op->inv)
            events[n++] = op->ret;
    }
    qsort(events, n, sizeof *events, by_number);
    buf_puts(p->out, "<details><summary>The lines of the history that say so</summary>\n<pre>");
    for (size_t i = 0; i < n; i++)
        raw_line(p, events[i]);
    buf_puts(p->out, "</pre></details>\n");
}

/* ---- the minimal history ---- */

struct saved_event {
    uint32_t at;
    uint8_t type;
    val process;
};

/* The core as struct key_result, as far as core_reduce looks at it. In `a`. */
static struct key_result core_of(const json_t *ops, struct arena *a)
{
    struct key_result k = {.failed_op = NO_EVENT, .origin_op = NO_EVENT};
    k.core = arena_alloc(a, (json_array_size(ops) + 1) * sizeof *k.core);
    for (size_t i = 0; i < json_array_size(ops); i++) {
        const json_t *o = json_array_get(ops, i);
        struct str role = json_str(o, "role");
        if (str_is(role, "failed"))
            k.failed_op = page_op(o);
        else
            k.core[k.ncore++] = (struct core_op){page_op(o), str_is(role, "strict")};
    }
    return k;
}

static bool append(void *ctx, struct str piece)
{
    buf_put(ctx, piece);
    return true;
}

static size_t save(const struct history *h, const struct key_result *k, struct saved_event *s)
{
    size_t n = 0;
    for (size_t i = 0; i < k->ncore; i++) {
        const struct op *op = &h->ops[k->core[i].op];
        uint32_t both[] = {op->inv, op->ret};
        for (size_t j = 0; j < 2; j++)
            if (both[j] != NO_EVENT)
                s[n++] = (struct saved_event){both[j], h->events.type[both[j]],
                                              h->events.process[both[j]]};
    }
    return n;
}

void html_minimal(struct page *p, const json_t *key)
{
    struct history *h = p->h;
    const json_t *ops = json_object_get(json_object_get(key, "counterexample"), "operations");
    struct arena a = {0};
    struct buf text = {.max = page_most(p, MINIMAL_MAX)};
    struct key_result k = core_of(ops, &a);
    struct saved_event *saved = arena_alloc(&a, (2 * k.ncore + 1) * sizeof *saved);
    bool *keep = arena_alloc(&a, h->events.n + 1);
    size_t n = save(h, &k, saved);
    core_reduce(h, &k, keep);
    (void)history_write(h, writer_find("edn"), keep, append, &text);
    for (size_t i = 0; i < n; i++) {
        h->events.type[saved[i].at] = saved[i].type;
        h->events.process[saved[i].at] = saved[i].process;
    }
    arena_free(&a);
    if (text.n && !text.cut) {
        buf_puts(p->out, "<p><a class=\"button\" download=\"minimal.edn\" "
                         "href=\"data:application/octet-stream;base64,");
        base64_put(text.p, text.n, p->out);
        buf_puts(p->out, "\">Download these operations as a history</a></p>\n");
    }
    if (text.n && !text.cut && !p->reduced) {
        buf_puts(p->out, "<details><summary>The same as text</summary>\n<pre>");
        html_text(buf_str(&text), p->out);
        buf_puts(p->out, "</pre></details>\n");
    }
    if (text.cut)
        buf_puts(p->out,
                 "<p>As a history of their own they are too long for this page; <code>belie "
                 "shrink</code> writes it.</p>\n");
    buf_free(&text);
}
