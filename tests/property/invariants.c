#include "tests/property/invariants.h"

#include "tests/property/read_text.h"

static const char *edn_round_trip(struct values *t, val v)
{
    struct buf b = {0};
    val again = VAL_ABSENT;
    val_print_edn(t, v, &b);
    bool ok = edn_parse_value(t, buf_str(&b), &again, NULL);
    buf_free(&b);
    return !ok ? "a value's EDN text does not read" : again != v ? "a value changes in EDN" : NULL;
}

static const char *json_reads(const struct values *t, val v)
{
    struct buf b = {0};
    struct history h;
    buf_puts(&b, "{\"type\":\"ok\",\"value\":");
    val_print_json(t, v, &b);
    buf_puts(&b, "}");
    bool ok = read_text(&h, "json", buf_str(&b), NULL);
    bool whole = ok && h.events.n == 1 && !h.truncated;
    if (ok)
        history_free(&h);
    buf_free(&b);
    return whole ? NULL : "a value's JSON text does not read";
}

static const char *value_broken(struct values *t, val v)
{
    if (v == VAL_ABSENT)
        return NULL;
    const char *why = edn_round_trip(t, v);
    return why ? why : json_reads(t, v);
}

static const char *events_broken(struct history *h)
{
    for (size_t i = 0; i < h->events.n; i++) {
        struct event e = history_event(h, i);
        if (e.type > OP_INFO)
            return "no such type";
        if (e.offset >= h->source.text.n ||
            (i && !h->intervals && e.offset <= h->events.offset[i - 1]))
            return "offsets are not in order";
        if (e.f != VAL_ABSENT && val_kind(&h->values, e.f) != V_KEYWORD)
            return "f is no keyword";
        const char *why = value_broken(&h->values, e.value);
        if (!why)
            why = value_broken(&h->values, e.key);
        if (why)
            return why;
    }
    return NULL;
}

const char *history_broken(struct history *h)
{
    for (size_t i = 0; i < h->nops; i++) {
        const struct op *o = &h->ops[i];
        if (o->inv >= h->events.n || (i && o->inv < h->ops[i - 1].inv))
            return "operations are not in order";
        if (o->ret != NO_EVENT && (o->ret >= h->events.n || o->ret < o->inv))
            return "a completion is out of place";
    }
    return events_broken(h);
}
