/* Formats with one map per event: Jepsen's EDN, with keys in Jepsen's order, and elle-cli's JSON,
 * where keywords lose their colon and sets become arrays. */
#include "histories/writer_list.h"

struct dialect {
    const char *index, *time, *type[4], *process, *f, *key, *value, *version, *revision, *node;
    void (*print)(const struct values *t, val v, struct buf *out);
};

static void put_int(struct buf *out, const char *key, int64_t i)
{
    buf_puts(out, key);
    buf_i64(out, i);
}

static void put_val(const struct dialect *d, const struct values *t, struct buf *out,
                    const char *key, val v)
{
    if (v == VAL_ABSENT)
        return;
    buf_puts(out, key);
    d->print(t, v, out);
}

static void write_map(const struct dialect *d, const struct history *h, size_t i, struct buf *out)
{
    struct event e = history_event(h, i);
    buf_putc(out, '{');
    if (e.index >= 0) {
        put_int(out, d->index, e.index);
        buf_puts(out, ", ");
    }
    if (e.time != NO_TIME) {
        put_int(out, d->time, e.time);
        buf_puts(out, ", ");
    }
    buf_puts(out, d->type[e.type]);
    put_val(d, &h->values, out, d->process, e.process);
    put_val(d, &h->values, out, d->f, e.f);
    put_val(d, &h->values, out, d->key, e.key);
    put_val(d, &h->values, out, d->value, e.value);
    if (e.version >= 0)
        put_int(out, e.revision ? d->revision : d->version, e.version);
    put_val(d, &h->values, out, d->node, e.node);
    buf_putc(out, '}');
}

static void write_edn(const struct history *h, size_t i, struct buf *out)
{
    static const struct dialect edn = {
        .index = ":index ",
        .time = ":time ",
        .type = {":type :invoke", ":type :ok", ":type :fail", ":type :info"},
        .process = ", :process ",
        .f = ", :f ",
        .key = ", :key ",
        .value = ", :value ",
        .version = ", :version ",
        .revision = ", :mod-revision ",
        .node = ", :node ",
        .print = val_print_edn,
    };
    write_map(&edn, h, i, out);
}

static void write_json(const struct history *h, size_t i, struct buf *out)
{
    static const struct dialect json = {
        .index = "\"index\": ",
        .time = "\"time\": ",
        .type = {"\"type\": \"invoke\"", "\"type\": \"ok\"", "\"type\": \"fail\"",
                 "\"type\": \"info\""},
        .process = ", \"process\": ",
        .f = ", \"f\": ",
        .key = ", \"key\": ",
        .value = ", \"value\": ",
        .version = ", \"version\": ",
        .revision = ", \"mod-revision\": ",
        .node = ", \"node\": ",
        .print = val_print_json,
    };
    write_map(&json, h, i, out);
}

const struct writer writer_edn = {
    .name = "edn",
    .summary = "Jepsen's history.edn: one operation map per line",
    .suffix = ".edn",
    .event = write_edn,
};

const struct writer writer_json = {
    .name = "json",
    .summary = "elle-cli's JSON: an array of operation objects",
    .suffix = ".json",
    .event = write_json,
    .before = "[",
    .between = ",\n",
    .after = "]\n",
};

const struct writer writer_jsonl = {
    .name = "jsonl",
    .summary = "one JSON operation object per line",
    .suffix = ".jsonl",
    .event = write_json,
};
