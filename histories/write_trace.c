/* The trace format of Chrome and Perfetto (JSON, "traceEvents"): each process is a thread, each
 * operation a slice from its invocation to its completion, with what was asked and said. Events of
 * others (nemesis) are instants. Times are microseconds; a history without times counts events. */
#include "histories/writer_list.h"

static void put_text(const char *name, const struct history *h, val v, struct buf *out)
{
    struct buf text = {0};
    if (v == VAL_ABSENT)
        return;
    val_print_edn(&h->values, v, &text);
    buf_printf(out, ",\"%s\":", name);
    json_print_string(buf_str(&text), out);
    buf_free(&text);
}

static void put_name(const struct history *h, const struct event *e, struct buf *out)
{
    struct buf text = {0};
    buf_put(&text, val_get_text(&h->values, e->f));
    if (e->type == OP_INVOKE && e->value != VAL_ABSENT && e->value != VAL_NIL) {
        buf_putc(&text, ' ');
        val_print_edn(&h->values, e->value, &text);
    }
    json_print_string(buf_str(&text), out);
    buf_free(&text);
}

static void write_trace(const struct history *h, size_t i, struct buf *out)
{
    static const char *const outcomes[] = {"", "ok", "fail", "info"};
    struct event e = history_event(h, i);
    int64_t process = 0;
    bool client = val_get_int(&h->values, e.process, &process);
    buf_puts(out, "{\"name\":");
    put_name(h, &e, out);
    buf_printf(out, ",\"cat\":\"%s\",\"ph\":\"%s\",\"pid\":%d,\"tid\":%lld,\"ts\":",
               client ? "client" : "fault",
               !client               ? "i"
               : e.type == OP_INVOKE ? "B"
                                     : "E",
               client ? 1 : 2, (long long)process);
    if (e.time == NO_TIME)
        buf_printf(out, "%zu", i);
    else
        buf_printf(out, "%.3f", (double)e.time / 1e3);
    buf_printf(out, "%s,\"args\":{\"event\":%zu", client ? "" : ",\"s\":\"g\"", i);
    if (e.type != OP_INVOKE)
        buf_printf(out, ",\"outcome\":\"%s\"", outcomes[e.type]);
    put_text("process", h, e.process, out);
    put_text("value", h, e.value, out);
    put_text("key", h, e.key, out);
    buf_puts(out, "}}");
}

const struct writer writer_trace = {
    .name = "trace",
    .summary = "trace events for Perfetto and chrome://tracing: a slice for each operation",
    .suffix = "trace.json",
    .event = write_trace,
    .before = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n",
    .between = ",\n",
    .after = "\n]}\n",
};
