#include "tests/property/read_text.h"

bool read_text(struct history *h, const char *format, struct str text, struct err *e)
{
    history_init(h);
    (void)source_memory(&h->source, "test", text);
    const struct reader *r = format ? reader_find(format) : reader_detect(h->source.text);
    bool ok = r ? r->read(h, e) : err_set(e, ERR_INPUT, "unknown format");
    if (!ok)
        history_free(h);
    return ok;
}

static void show_value(const struct history *h, val v, struct buf *out)
{
    buf_putc(out, ' ');
    if (v == VAL_ABSENT)
        buf_putc(out, '-');
    else
        val_print_edn(&h->values, v, out);
}

static void show_number(const char *name, int64_t v, int64_t unset, struct buf *out)
{
    if (v != unset)
        buf_printf(out, " %s=%lld", name, (long long)v);
}

char *show_events(const struct history *h)
{
    static const char *const types[] = {"invoke", "ok", "fail", "info"};
    struct buf out = {0};
    for (size_t i = 0; i < h->events.n; i++) {
        struct event e = history_event(h, i);
        buf_puts(&out, i ? " | " : "");
        buf_puts(&out, types[e.type]);
        show_value(h, e.process, &out);
        show_value(h, e.f, &out);
        show_value(h, e.value, &out);
        if (e.key != VAL_ABSENT) {
            buf_puts(&out, " key=");
            val_print_edn(&h->values, e.key, &out);
        }
        show_number("time", e.time, NO_TIME, &out);
        show_number("index", e.index, -1, &out);
        show_number("version", e.version, -1, &out);
        if (e.node != VAL_ABSENT) {
            buf_puts(&out, " node=");
            val_print_edn(&h->values, e.node, &out);
        }
    }
    buf_putc(&out, '\0');
    return out.p;
}
