/* Reader for the histories of pingcap/chaos, one JSON object per line:
 *
 *     {"action":"call","proc":3,"data":{"Op":1,"Arg1":5,"Arg2":0}}
 *     {"action":"return","proc":3,"data":{"Ok":true,"Exists":false,"Value":0,"Unknown":false}}
 *
 * Of its objects those two that are registers: one with Op false (read) or true (write) and Value,
 * and one with Op 0 (read), 1 (write Arg1) or 2 (cas from Arg1 to Arg2). Data of null, or with
 * Unknown, is an outcome that nobody knows; a cas that is not Ok has failed; a read of what does
 * not exist returns nil. A `summarize` before the first call holds the value at the beginning: it
 * becomes a write that has completed before. O(bytes). */
#include "base/hash.h"
#include "histories/json_lexer.h"
#include "histories/op_reader.h"
#include "histories/reader.h"

struct chaos_reader {
    struct history *h;
    struct map64 open; /* process -> event of its call, plus one; 0 = none */
    uint64_t offset;   /* of the line */
};

/* The item of a map with this key, or VAL_ABSENT. */
static val get(const struct values *t, val map, const char *key)
{
    size_t n;
    const val *items = val_items(t, map, &n);
    if (val_kind(t, map) != V_MAP)
        return VAL_ABSENT;
    for (size_t i = 0; i + 1 < n; i += 2)
        if (val_kind(t, items[i]) == V_STRING && str_is(val_get_text(t, items[i]), key))
            return items[i + 1];
    return VAL_ABSENT;
}

static bool is_int(const struct values *t, val v)
{
    return val_kind(t, v) == V_INT;
}

static void add(struct chaos_reader *r, enum op_type type, val process, const char *f, val value)
{
    struct event ev = event_blank();
    ev.type = type;
    ev.process = process;
    ev.f = val_text(&r->h->values, V_KEYWORD, str_of(f));
    ev.value = value;
    ev.offset = r->offset;
    history_add_event(r->h, &ev);
}

/* f and value of a request; NULL when it is none of these two objects'. */
static const char *request(struct values *t, val data, val *value)
{
    val op = get(t, data, "Op"), a = get(t, data, "Arg1"), b = get(t, data, "Arg2");
    val v = get(t, data, "Value");
    if (op == VAL_FALSE || op == val_small(0)) {
        *value = VAL_NIL;
        return "read";
    }
    if ((op == VAL_TRUE && is_int(t, v)) || (op == val_small(1) && is_int(t, a))) {
        *value = op == VAL_TRUE ? v : a;
        return "write";
    }
    if (op != val_small(2) || !is_int(t, a) || !is_int(t, b))
        return NULL;
    *value = val_seq(t, V_LIST, (val[]){a, b}, 2);
    return "cas";
}

static const char *call(struct chaos_reader *r, val process, val data)
{
    val value = VAL_NIL;
    const char *f = request(&r->h->values, data, &value);
    if (!f)
        return "this reader knows registers: data with Op true or false and Value, or with Op 0, 1 "
               "or 2 and Arg1, Arg2";
    map64_put(&r->open, process, (uint32_t)r->h->events.n + 1);
    add(r, OP_INVOKE, process, f, value);
    return NULL;
}

static const char *returns(struct chaos_reader *r, val process, val data)
{
    struct values *t = &r->h->values;
    uint32_t open = map64_get(&r->open, process);
    if (open == MAP64_NONE || open == 0)
        return "this process returns, but it has no open call";
    struct event ev = history_event(r->h, open - 1);
    struct str f = val_get_text(t, ev.f);
    ev.type = data == VAL_NIL || get(t, data, "Unknown") == VAL_TRUE ? OP_INFO : OP_OK;
    ev.offset = r->offset;
    if (ev.type == OP_OK && str_is(f, "read")) {
        ev.value = get(t, data, "Exists") == VAL_FALSE ? VAL_NIL : get(t, data, "Value");
        if (ev.value != VAL_NIL && !is_int(t, ev.value))
            return "expected data with the Value that the read returned";
    } else if (ev.type == OP_OK && str_is(f, "cas")) {
        val ok = get(t, data, "Ok");
        if (ok != VAL_TRUE && ok != VAL_FALSE)
            return "expected data with Ok, whether the compare-and-set succeeded";
        ev.type = ok == VAL_TRUE ? OP_OK : OP_FAIL;
    }
    map64_put(&r->open, process, 0);
    history_add_event(r->h, &ev);
    return NULL;
}

/* -1 stands for a register that does not exist. */
static const char *summarize(struct chaos_reader *r, val data)
{
    const val process = val_small(0);
    if (r->h->events.n > 0)
        return "a summary is understood before the first call only; remove the line";
    if (!is_int(&r->h->values, data))
        return "this reader knows summaries of registers, an integer";
    val value = data == val_small(-1) ? VAL_NIL : data;
    add(r, OP_INVOKE, process, "write", value);
    r->offset++;
    add(r, OP_OK, process, "write", value);
    return NULL;
}

/* NULL, or what is wrong with the line. */
static const char *read_record(struct chaos_reader *r, val record)
{
    const struct values *t = &r->h->values;
    val action = get(t, record, "action"), process = get(t, record, "proc");
    val data = get(t, record, "data");
    struct str name = val_get_text(t, action);
    int64_t number;
    if (r->h->events.n >= NO_EVENT - 2)
        return "more events than belie can number; split the file";
    if (!val_get_int(t, process, &number) || number < 0 || data == VAL_ABSENT)
        return "expected {\"action\": ..., \"proc\": a number, \"data\": ...}";
    if (str_is(name, "call"))
        return call(r, process, data);
    if (str_is(name, "return"))
        return returns(r, process, data);
    if (str_is(name, "summarize"))
        return summarize(r, data);
    return "expected the action call, return or summarize";
}

static bool read_records(struct chaos_reader *r, struct lexer *l, struct err *e)
{
    const char *text = r->h->source.text.p;
    for (;;) {
        json_space(l);
        const char *from = l->p, *wrong = NULL;
        val record;
        if (from >= l->end)
            return true;
        r->offset = (uint64_t)(from - text);
        if (json_value(l, &record))
            wrong = read_record(r, record);
        else if (l->torn && r->h->events.n > 0)
            op_warn_torn(r->h, from);
        else
            return source_error(&r->h->source, (size_t)(l->at - text), e, "%s", l->what);
        if (wrong)
            return source_error(&r->h->source, (size_t)r->offset, e, "%s", wrong);
        if (r->h->truncated)
            return true;
    }
}

static bool chaos_read(struct history *h, struct err *e)
{
    struct chaos_reader r = {.h = h};
    struct lexer l = {
        .p = h->source.text.p, .end = h->source.text.p + h->source.text.n, .t = &h->values};
    bool ok = read_records(&r, &l, e);
    lexer_free(&l);
    map64_free(&r.open);
    return ok;
}

/* An object whose first key is "action". */
static int chaos_detect(struct str head)
{
    struct lexer l = {.p = head.p, .end = head.p + head.n};
    struct str key = {"", 0};
    json_space(&l);
    if (l.p >= l.end || *l.p != '{')
        return 0;
    l.p++;
    json_space(&l);
    return *l.p == '"' && json_raw_string(&l, &key) && str_is(key, "action") ? 95 : 0;
}

const struct reader reader_chaos = {
    "chaos", "registers of pingcap/chaos: {\"action\":\"call\",...}", chaos_detect, chaos_read};
