/* The operations for the time line and the charts, as one block of JSON in the page:
 *
 *   {"all": operations, "every": N, "n": operations listed, "ops": BASE64, "values": [...],
 *    "processes": [...], "lanes": [row of each process], "rows": rows, "fs", "nodes", "keys":
 * [...], "timed": bool, "faults": [{"name", "from", "to", "began", "ended", "done", "healed"}],
 *    "marks": [op...], "effects": bool, "steps": of the proof, "stale": bool,
 *    "heals": [{"from", "to", "began", "ended", "back", "backAt"}]}
 *
 * Times are microseconds from the first event; "order" of an event is its position. "ops" are
 * variable-length integers (7 bits a byte, the low ones first, signed ones zigzag), per operation:
 * events since the last one's invocation; events until its completion (0: none); index minus
 * position, as a signed difference to the last one's; where timed: microseconds since the last
 * one's invocation (signed) and until the completion; type | sampled << 2 | f << 3; process; key;
 * node; value; where "effects": events from the invocation until it takes effect in the order that
 * proves the history, plus 1 (0: not known), and where known its step in that order as a signed
 * difference to the last one's; where "stale": microseconds that the read was behind,
 * rounded up (0: none).
 *
 * When the page would be too large, only one of N operations is listed outside of the surroundings
 * of violations, which stay complete. */
#include "reports/html/again.h"
#include "reports/html/lanes.h"

#include "base/base64.h"
#include "base/mem.h"
#include "histories/event_text.h"

enum {
    OPS_MAX = 200000,
    NAMES_MAX = 250000,
    AROUND_ALL = 20000,
    MARK_BYTES = 11,
    FAULTS_MAX = 1000
};

/* What is given up, one after the other, where there is no room: texts, the width of surroundings,
 * and only then whole ones. */
static const struct
try {
    size_t violations; /* the first ones, whose surroundings are complete */
    size_t around;     /* operations on each side at least */
    size_t columns;    /* of values and keys */
}
tries[] = {
    {SIZE_MAX, 20, 48}, {SIZE_MAX, 20, 16},  {SIZE_MAX, 8, 16}, {SIZE_MAX, 2, 16}, {1000, 20, 16},
    {100, 20, 48},      {CARDS_MAX, 20, 48}, {1, 20, 48},       {1, 2, 16},
};

/* Texts by the number under which they were first asked for. */
struct names {
    struct map64 ids;
    size_t n;
    struct buf text; /* JSON strings with commas */
};

struct data {
    struct page *p;
    struct lanes lanes;
    struct names fs, nodes, keys, values, processes;
    struct buf rows; /* of each process, with commas */
    uint8_t *near;   /* per operation: part of the surroundings of a violation */
    size_t every, listed;
    size_t marks; /* violations */
    const struct try *limits;
    struct buf ops;
    struct {
        uint32_t inv;
        int64_t index, us, step;
    } last;
    bool timed;
};

static void put_varint(uint64_t v, struct buf *out)
{
    for (; v >= 128; v >>= 7)
        buf_putc(out, (char)(v | 128));
    buf_putc(out, (char)v);
}

static void put_signed(int64_t v, struct buf *out)
{
    put_varint((uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0), out);
}

/* ---- names ---- */

/* The number of `key`, and whether its text has to be added; number 0 when there are too many. */
static uint32_t name_number(struct names *t, uint64_t key, bool *fresh)
{
    uint32_t i = map64_get(&t->ids, key);
    if (t->n == 0) { /* number 0 is for what found no room */
        buf_puts(&t->text, "\"\"");
        t->n = 1;
    }
    *fresh = i == MAP64_NONE && t->n < NAMES_MAX;
    if (*fresh) {
        i = (uint32_t)t->n++;
        map64_put(&t->ids, key, i);
        buf_putc(&t->text, ',');
    }
    return i == MAP64_NONE ? 0 : i;
}

static uint32_t value_name(struct data *d, struct names *t, val v)
{
    bool fresh;
    uint32_t i = name_number(t, v, &fresh);
    if (fresh) {
        struct buf b = {0};
        enum val_kind kind = val_kind(&d->p->h->values, v);
        if (kind == V_KEYWORD || kind == V_STRING) /* names: without colon and quotes */
            report_plain(val_get_text(&d->p->h->values, v), d->limits->columns, &b);
        else if (v != VAL_ABSENT && v != VAL_NIL)
            report_value(d->p->h, v, d->limits->columns, &b);
        html_json(buf_str(&b), &t->text);
        buf_free(&b);
    }
    return i;
}

/* What the operation was asked and said: depends on no more than what the key is made of. */
static uint32_t op_value(struct data *d, const struct op *op)
{
    bool fresh;
    uint64_t key = (uint64_t)op->in << 32 | (op->type == OP_OK ? op->out : UINT32_MAX);
    uint32_t i = name_number(&d->values, key, &fresh);
    if (fresh) {
        struct buf b = {0};
        report_op_value(d->p->h, op, d->limits->columns, &b);
        html_json(buf_str(&b), &d->values.text);
        buf_free(&b);
    }
    return i;
}

static uint32_t process_name(struct data *d, val process)
{
    bool fresh;
    uint32_t i = name_number(&d->processes, process, &fresh);
    if (fresh) {
        struct buf b = {0};
        report_value(d->p->h, process, 24, &b);
        html_json(buf_str(&b), &d->processes.text);
        buf_free(&b);
        uint32_t number = map64_get(&d->lanes.number, process);
        buf_printf(&d->rows, "%s%u", d->rows.n ? "," : "0,", (unsigned)d->lanes.lane[number]);
    }
    return i;
}

static void names_free(struct names *t)
{
    map64_free(&t->ids);
    buf_free(&t->text);
    *t = (struct names){0};
}

/* ---- operations ---- */

static int64_t microseconds(const struct page *p, uint32_t event)
{
    int64_t t = page_time(p, event);
    return t == NO_TIME ? 0 : t / 1000;
}

static void put_op(struct data *d, const struct op *op)
{
    const struct history *h = d->p->h;
    struct buf *out = &d->ops;
    int64_t index = report_event_index(h, op->inv) - (int64_t)op->inv;
    int64_t us = microseconds(d->p, op->inv);
    bool ended = op->ret != NO_EVENT;
    put_varint(op->inv - d->last.inv, out);
    put_varint(ended ? op->ret - op->inv + 1u : 0, out);
    put_signed(index - d->last.index, out);
    if (d->timed) {
        int64_t took = ended ? microseconds(d->p, op->ret) - us : 0;
        put_signed(us - d->last.us, out);
        put_varint(took > 0 ? (uint64_t)took : 0, out);
    }
    d->last.inv = op->inv;
    d->last.index = index;
    d->last.us = us;
}

/* What was found about the operation beyond the history. */
static void put_found(struct data *d, const struct op *op)
{
    const struct again *g = d->p->again;
    size_t id = (size_t)(op - d->p->h->ops);
    if (g->effect)
        put_varint(g->effect[id] == NO_EVENT ? 0 : g->effect[id] - op->inv + 1u, &d->ops);
    if (g->effect && g->effect[id] != NO_EVENT) {
        put_signed((int64_t)g->step[id] - d->last.step, &d->ops);
        d->last.step = g->step[id];
    }
    if (g->stale)
        put_varint((uint64_t)(g->stale[id] + 999) / 1000, &d->ops);
}

static void put_names(struct data *d, const struct op *op, bool sampled)
{
    const struct history *h = d->p->h;
    val node =
        h->events.node ? h->events.node[op->ret == NO_EVENT ? op->inv : op->ret] : VAL_ABSENT;
    put_varint((uint64_t)value_name(d, &d->fs, op->f) << 3 | (sampled ? 4u : 0u) | op->type,
               &d->ops);
    put_varint(process_name(d, op->process), &d->ops);
    put_varint(value_name(d, &d->keys, op->key), &d->ops);
    put_varint(value_name(d, &d->nodes, node), &d->ops);
    put_varint(op_value(d, op), &d->ops);
    put_found(d, op);
    d->listed++;
}

static void start_over(struct data *d)
{
    names_free(&d->fs);
    names_free(&d->nodes);
    names_free(&d->keys);
    names_free(&d->values);
    names_free(&d->processes);
    buf_free(&d->rows);
    buf_free(&d->ops);
    d->listed = 0;
    memset(&d->last, 0, sizeof d->last);
}

static size_t size(const struct data *d)
{
    return d->ops.n / 3 * 4 + d->fs.text.n + d->nodes.text.n + d->keys.text.n + d->values.text.n +
           d->processes.text.n + d->rows.n +
           MARK_BYTES * (d->marks < HTML_MARKS ? d->marks : HTML_MARKS);
}

/* Stops where it is more than `room` bytes. */
static void put_all(struct data *d, size_t room)
{
    const struct history *h = d->p->h;
    start_over(d);
    for (size_t i = 0; i < h->nops && size(d) <= room; i++) {
        bool sampled = d->every > 1 && !d->near[i];
        if (sampled && i % d->every != 0)
            continue;
        put_op(d, &h->ops[i]);
        put_names(d, &h->ops[i], sampled);
    }
}

/* ---- surroundings of violations ---- */

static const json_t *shown_operations(const json_t *key)
{
    const json_t *c = json_object_get(key, "counterexample"), *end = json_object_get(c, "end");
    return json_object_get(end ? end : c, "operations");
}

/* Calls `see` with each operation of the counterexamples, of `most` violations. */
static void each_shown(struct data *d, size_t most,
                       void (*see)(struct data *, const json_t *key, uint32_t op))
{
    for (size_t i = 0, n = 0; i < page_properties(d->p); i++) {
        const json_t *key, *one;
        size_t j, k;
        json_array_foreach(json_object_get(page_property(d->p, i), "results"), j, key)
        {
            if (!json_invalid(key) || n++ >= most)
                continue;
            json_array_foreach(shown_operations(key), k, one)
            {
                see(d, key, page_op(one));
            }
        }
    }
}

static void count_shown(struct data *d, const json_t *key, uint32_t op)
{
    (void)key;
    (void)op;
    d->listed++;
}

/* `listed` says how many operations are shown; each gets its share of room. */
static void surround(struct data *d, const json_t *key, uint32_t op)
{
    (void)key;
    size_t around = AROUND_ALL / (2 * (d->listed + 1)), n = d->p->h->nops;
    around = around < d->limits->around ? d->limits->around : around;
    size_t from = op > around ? op - around : 0, to = op + around < n ? op + around : n - 1;
    memset(d->near + from, 1, to - from + 1);
}

/* Is it the one to blame? Where there is none, it is the last one that is shown. */
static bool is_mark(const json_t *key, uint32_t op)
{
    int64_t bad = json_int(json_object_get(key, "counterexample"), "not-placed", -1);
    const json_t *ops = shown_operations(key);
    if (bad < 0)
        bad = page_op(json_array_get(ops, json_array_size(ops) - 1));
    return bad == op;
}

static void count_mark(struct data *d, const json_t *key, uint32_t op)
{
    d->marks += is_mark(key, op);
}

static void put_mark(struct data *d, const json_t *key, uint32_t op)
{
    if (!is_mark(key, op) || d->listed >= HTML_MARKS)
        return;
    buf_printf(d->p->out, "%s%lld", d->listed++ ? "," : "",
               (long long)report_event_index(d->p->h, d->p->h->ops[op].inv));
}

/* ---- the block ---- */

static void put_array(const char *name, const struct names *t, struct buf *out)
{
    buf_printf(out, ",\n\"%s\":[", name);
    buf_put(out, buf_str(&t->text));
    buf_putc(out, ']');
}

static void put_fault(struct data *d, const struct one_fault *f)
{
    struct page *p = d->p;
    struct buf *out = p->out;
    uint32_t to = f->to == NO_FAULT_EVENT ? (uint32_t)p->h->events.n : f->to;
    int64_t end = f->to == NO_FAULT_EVENT ? (p->end == NO_TIME ? 0 : (p->end - p->start) / 1000)
                                          : microseconds(p, f->to);
    buf_puts(out, "{\"name\":");
    html_json(f->name, out);
    buf_printf(out,
               ",\"from\":%u,\"to\":%u,\"began\":%lld,\"ended\":%lld,\"done\":", (unsigned)f->from,
               (unsigned)to, (long long)microseconds(p, f->from), (long long)end);
    html_json(f->done == NO_FAULT_EVENT ? STR("") : event_field(p->h, f->done, "receipt"), out);
    buf_puts(out, ",\"healed\":");
    html_json(f->healed == NO_FAULT_EVENT ? STR("") : event_field(p->h, f->healed, "receipt"), out);
    buf_putc(out, '}');
}

/* From each heal to the first success after it, and to as many of them as before the faults. */
static void put_heals(struct data *d)
{
    struct page *p = d->p;
    const json_t *list = json_object_get(json_object_get(p->coverage, "recovery"), "each"), *heal;
    size_t i, n = 0;
    buf_puts(p->out, "],\n\"heals\":[");
    json_array_foreach(list, i, heal)
    {
        int64_t from = json_int(heal, "event", 0), to = json_int(heal, "success", -1);
        if (to < 0)
            continue;
        buf_printf(p->out, "%s{\"from\":%lld,\"to\":%lld,\"began\":%lld,\"ended\":%lld",
                   n++ ? "," : "", (long long)from, (long long)to,
                   (long long)microseconds(p, (uint32_t)from),
                   (long long)microseconds(p, (uint32_t)to));
        int64_t back = json_int(heal, "as-before", -1);
        if (back >= 0)
            buf_printf(p->out, ",\"back\":%lld,\"backAt\":%lld", (long long)back,
                       (long long)microseconds(p, (uint32_t)back));
        buf_putc(p->out, '}');
    }
}

static void put_block(struct data *d)
{
    struct page *p = d->p;
    struct buf *out = p->out;
    buf_printf(out,
               "<script type=\"application/json\" id=\"data\">{\"all\":%zu,\"every\":%zu,\"n\":%zu,"
               "\"events\":%zu,\"end\":%lld,\"timed\":%s,\n\"ops\":\"",
               p->h->nops, d->every, d->listed, p->h->events.n,
               (long long)(p->end == NO_TIME ? 0 : (p->end - p->start) / 1000),
               d->timed ? "true" : "false");
    base64_put(buf_str(&d->ops).p, d->ops.n, out);
    buf_putc(out, '"');
    put_array("processes", &d->processes, out);
    buf_puts(out, ",\n\"lanes\":[");
    buf_put(out, buf_str(&d->rows));
    buf_printf(out, "],\n\"rows\":%zu", d->lanes.count);
    put_array("fs", &d->fs, out);
    put_array("nodes", &d->nodes, out);
    put_array("keys", &d->keys, out);
    put_array("values", &d->values, out);
    buf_puts(out, ",\n\"faults\":[");
    for (size_t i = 0; i < p->faults->n && i < FAULTS_MAX; i++) {
        buf_puts(out, i ? "," : "");
        put_fault(d, &p->faults->v[i]);
    }
    buf_puts(out, "],\n\"marks\":[");
    d->listed = 0;
    each_shown(d, SIZE_MAX, put_mark);
    put_heals(d);
    buf_printf(out, "],\n\"effects\":%s,\"steps\":%zu,\"stale\":%s}</script>\n",
               p->again->effect ? "true" : "false", p->again->steps,
               p->again->stale ? "true" : "false");
}

/* One of how many operations is listed, so that all is at most `room` bytes. False when there is no
 * such number. */
static bool fit(struct data *d, const struct try *limits, size_t room)
{
    size_t n = d->p->h->nops;
    memset(d->near, 0, n + 1);
    d->limits = limits;
    d->listed = 0;
    each_shown(d, limits->violations, count_shown);
    each_shown(d, limits->violations, surround);
    d->every = n + 1; /* the surroundings alone */
    put_all(d, room);
    if (size(d) > room)
        return false;
    for (d->every = n / OPS_MAX + 1; d->every <= n; d->every *= 2) {
        put_all(d, room);
        if (size(d) <= room)
            return true;
    }
    return false;
}

struct html_listed html_data(struct page *p, size_t room)
{
    struct data d = {.p = p, .timed = p->start != NO_TIME && p->end > p->start};
    lanes_find(&d.lanes, p->h);
    d.near = mem_zalloc(p->h->nops + 1, sizeof *d.near);
    bool ok = false;
    each_shown(&d, SIZE_MAX, count_mark);
    for (size_t i = 0; i < sizeof tries / sizeof *tries && !ok; i++)
        ok = fit(&d, &tries[i], room);
    if (ok)
        put_block(&d);
    struct html_listed listed = {
        .every = ok ? d.every : 0,
        .violations = d.limits->violations,
        .around = d.limits->around,
        .marks = d.marks,
        .columns = d.limits->columns < tries[0].columns ? d.limits->columns : 0,
    };
    start_over(&d);
    lanes_free(&d.lanes);
    mem_free(d.near);
    return listed;
}
