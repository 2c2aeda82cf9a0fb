/* Jepsen's history.txt, and the console log lines that Porcupine's test data consists of:
 * process, type, f and value between tabs. There is no place for time, index and version. A :key
 * goes into the value as an independent tuple [key value], lest operations on different objects
 * look like operations on one. */
#include "histories/writer_list.h"

static void put_value(const struct history *h, const struct event *e, struct buf *out)
{
    if (e->key == VAL_ABSENT) {
        val_print_edn(&h->values, e->value, out);
        return;
    }
    buf_putc(out, '[');
    val_print_edn(&h->values, e->key, out);
    buf_putc(out, ' ');
    val_print_edn(&h->values, e->value, out);
    buf_putc(out, ']');
}

static void write_txt(const struct history *h, size_t i, struct buf *out)
{
    static const char *const types[] = {"\t:invoke\t", "\t:ok\t", "\t:fail\t", "\t:info\t"};
    struct event e = history_event(h, i);
    val_print_edn(&h->values, e.process, out);
    buf_puts(out, types[e.type]);
    val_print_edn(&h->values, e.f, out);
    buf_putc(out, '\t');
    put_value(h, &e, out);
}

static void write_log(const struct history *h, size_t i, struct buf *out)
{
    buf_puts(out, "INFO  jepsen.util - ");
    write_txt(h, i, out);
}

const struct writer writer_txt = {
    .name = "history-txt",
    .summary = "Jepsen's history.txt: process, type, f and value between tabs",
    .suffix = ".txt",
    .event = write_txt,
};

const struct writer writer_log = {
    .name = "porcupine-log",
    .summary = "console log lines as in Porcupine's test data",
    .suffix = ".log",
    .event = write_log,
};
