/* kafka: logs that clients send to and poll from by offset, as jepsen.tests.kafka records them:
 *   :send  [[:send k v]], acknowledged as [[:send k [offset v]]]
 *   :poll  [[:poll]], acknowledged as [[:poll {k [[offset v] ...]}]]
 * (also mixed in :txn; :assign, :subscribe and :crash start a process's polling anew). What is
 * checked needs no transactions:
 *   inconsistent-offsets  one offset of a key had two values
 *   duplicated            one value of a key is at more offsets than sends may have put it
 *   aborted-read, thin-air-read   a value was polled whose send failed, or that nobody sent
 *   lost-write            acknowledged, never polled, though a later offset of the key was
 *   poll-skip, nonmonotonic-poll  a process's next poll of a key passes over a known record, or
 *                         does not go on; int-...: within one operation
 *   nonmonotonic-send     a process's later send got a lower offset; int-...: within one operation
 * Gaps between offsets that nobody knows a record at are no skips: brokers put markers there. Where
 * an operation reports a rebalance (:rebalance-log) polling starts anew; where a process subscribes
 * and nothing in the history reports rebalances, with each operation, since one may have come in
 * between. Sends after the last
 * polled offset are unseen: counted, not judged. Linear but for sorting the offsets. After Jepsen's
 * checker of the same name; see also research/jepsen.md 1.6. */
#include "base/mem.h"
#include "checker/account_say.h"
#include "checker/check.h"
#include "checker/elements.h"
#include "checker/property.h"
#include "histories/event_text.h"

#include <stdlib.h>

struct record {
    uint32_t key, value; /* dense */
    int64_t offset;
    uint32_t by;     /* the first operation that told of it */
    uint32_t first;  /* the first record of the same value */
    uint32_t copies; /* of a first one: records of its value */
    uint32_t sent;   /* the acknowledged send, or NO_EVENT */
    bool polled;
};

/* What one micro-operation says of a record: in a list by operation. */
struct mention {
    uint32_t op, key, record;
    bool poll;
};

struct log_key {
    int64_t *offsets; /* known ones, sorted */
    size_t n, at;
    int64_t polled; /* the greatest, or INT64_MIN */
    uint32_t poller;
};

struct position { /* of a process in a key */
    int64_t offset;
    uint32_t op, epoch;
};

struct kafka {
    const struct account_input *in;
    struct key_result *k;
    struct speaker say;
    struct elements keys, values, processes;
    struct map64 at, of;  /* key and offset, key and value -> record */
    struct elements offsets;
    struct record *r;
    size_t nr, r_cap;
    struct mention *m;
    size_t nm, m_cap;
    struct map64 attempts; /* key and value -> sends that may have happened */
    bool logged;           /* some operation reports rebalances */
    struct log_key *logs;
    uint64_t sends, polls, unseen, lost;
};

static uint64_t pair(uint32_t a, uint32_t b)
{
    return (uint64_t)a << 32 | b;
}

static bool broken(const struct kafka *x)
{
    return x->k->verdict == VERDICT_INVALID;
}

/* ---- evidence ------------------------------------------------------------------------------- */

static void say_record(struct kafka *x, uint32_t key, int64_t offset)
{
    buf_puts(&x->say.b, "offset ");
    buf_i64(&x->say.b, offset);
    buf_puts(&x->say.b, " of key ");
    say_val(&x->say, x->keys.v[key]);
}

/* Two operations and what each says; then the reason is said by the caller, and `finish`. */
static void begin_case(struct kafka *x, uint32_t a, uint32_t b)
{
    account_show(x->k, &a, 1, b);
    account_say_one(&x->say, a, "");
    if (b != a)
        account_say_one(&x->say, b, "");
}

static void finish(struct kafka *x, const char *rule)
{
    account_invalid(&x->say, rule);
}

/* ---- records -------------------------------------------------------------------------------- */

static uint32_t record_at(struct kafka *x, uint32_t op, uint32_t key, int64_t offset,
                          val offset_val, uint32_t value)
{
    uint64_t place = pair(key, elements_add(&x->offsets, offset_val));
    uint32_t i = map64_get(&x->at, place), j = map64_get(&x->of, pair(key, value));
    if (i != MAP64_NONE && x->r[i].value != value && !broken(x)) {
        begin_case(x, x->r[i].by, op);
        say_record(x, key, offset);
        buf_puts(&x->say.b, " had two values: ");
        say_val(&x->say, x->values.v[x->r[i].value]);
        buf_puts(&x->say.b, " and ");
        say_val(&x->say, x->values.v[value]);
        finish(x, "inconsistent-offsets");
    }
    if (i != MAP64_NONE)
        return i;
    x->r = mem_grow(x->r, &x->r_cap, x->nr + 1, sizeof *x->r);
    x->r[x->nr] = (struct record){.key = key, .value = value, .offset = offset, .by = op,
                                  .sent = NO_EVENT, .first = j};
    map64_put(&x->at, place, (uint32_t)x->nr);
    if (j == MAP64_NONE) {
        map64_put(&x->of, pair(key, value), (uint32_t)x->nr);
        x->r[x->nr].first = (uint32_t)x->nr;
    }
    x->r[x->r[x->nr].first].copies++;
    return (uint32_t)x->nr++;
}

static void mention(struct kafka *x, uint32_t op, uint32_t record, bool poll)
{
    x->m = mem_grow(x->m, &x->m_cap, x->nm + 1, sizeof *x->m);
    x->m[x->nm++] = (struct mention){op, x->r[record].key, record, poll};
}

/* [offset value], as sends and polls have it. False for anything else. */
static bool offset_value(struct kafka *x, val v, int64_t *offset, val *offset_val, val *value)
{
    return val_pair(&x->in->h->values, v, offset_val, value) &&
           val_get_int(&x->in->h->values, *offset_val, offset);
}

static void take_send(struct kafka *x, uint32_t id, const val *micro, size_t n)
{
    const struct op *op = &x->in->h->ops[id];
    if (n < 3)
        return;
    int64_t offset;
    val offset_val, value = micro[2];
    bool placed = op->type == OP_OK && offset_value(x, micro[2], &offset, &offset_val, &value);
    uint32_t key = elements_add(&x->keys, micro[1]), v = elements_add(&x->values, value);
    uint64_t what = pair(key, v);
    uint32_t before = map64_get(&x->attempts, what);
    map64_put(&x->attempts, what, (before == MAP64_NONE ? 0 : before) + (op->type != OP_FAIL));
    x->sends += op->type == OP_OK;
    if (!placed)
        return;
    uint32_t r = record_at(x, id, key, offset, offset_val, v);
    x->r[r].sent = id;
    mention(x, id, r, false);
}

static void take_poll(struct kafka *x, uint32_t id, const val *micro, size_t n)
{
    const struct values *t = &x->in->h->values;
    size_t entries = 0;
    const val *map = n > 1 && val_kind(t, micro[1]) == V_MAP ? val_items(t, micro[1], &entries)
                                                             : NULL;
    if (x->in->h->ops[id].type != OP_OK)
        return;
    x->polls++;
    for (size_t i = 0; map && i + 1 < entries; i += 2) {
        size_t m;
        const val *list = val_items(t, map[i + 1], &m);
        uint32_t key = elements_add(&x->keys, map[i]);
        for (size_t j = 0; j < m; j++) {
            int64_t offset;
            val offset_val, value;
            if (!offset_value(x, list[j], &offset, &offset_val, &value))
                continue;
            uint32_t r = record_at(x, id, key, offset, offset_val,
                                   elements_add(&x->values, value));
            x->r[r].polled = true;
            mention(x, id, r, true);
        }
    }
}

static void take_op(struct kafka *x, uint32_t id)
{
    const struct op *op = &x->in->h->ops[id];
    const struct values *t = &x->in->h->values;
    size_t n;
    val v = op->type == OP_OK && op->out != VAL_ABSENT ? op->out : op->in;
    const val *micros = val_items(t, v, &n);
    for (size_t i = 0; i < n; i++) {
        size_t m;
        const val *micro = val_items(t, micros[i], &m);
        struct str name = m ? val_get_text(t, micro[0]) : (struct str){"", 0};
        if (str_is(name, "send"))
            take_send(x, id, micro, m);
        else if (str_is(name, "poll"))
            take_poll(x, id, micro, m);
    }
}

/* ---- judging -------------------------------------------------------------------------------- */

static int by_offset(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void sort_offsets(struct kafka *x)
{
    x->logs = mem_zalloc(x->keys.n + 1, sizeof *x->logs);
    for (size_t i = 0; i < x->nr; i++)
        x->logs[x->r[i].key].n++;
    for (size_t k = 0; k < x->keys.n; k++) {
        x->logs[k].offsets = mem_alloc((x->logs[k].n + 1) * sizeof(int64_t));
        x->logs[k].polled = INT64_MIN;
    }
    for (size_t i = 0; i < x->nr; i++) {
        struct log_key *l = &x->logs[x->r[i].key];
        l->offsets[l->at++] = x->r[i].offset;
        if (x->r[i].polled && x->r[i].offset > l->polled) {
            l->polled = x->r[i].offset;
            l->poller = x->r[i].by;
        }
    }
    for (size_t k = 0; k < x->keys.n; k++)
        qsort(x->logs[k].offsets, x->logs[k].n, sizeof(int64_t), by_offset);
}

/* A known record strictly between two offsets? */
static bool between(const struct log_key *l, int64_t from, int64_t to)
{
    size_t low = 0, high = l->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->offsets[middle] > from)
            high = middle;
        else
            low = middle + 1;
    }
    return low < l->n && l->offsets[low] < to;
}

static void say_duplicated(struct kafka *x, const struct record *r)
{
    const struct record *first = &x->r[r->first];
    begin_case(x, first->by, r->by);
    say_val(&x->say, x->values.v[r->value]);
    buf_puts(&x->say.b, " is at two offsets: ");
    buf_i64(&x->say.b, first->offset);
    buf_puts(&x->say.b, ", and at ");
    say_record(x, r->key, r->offset);
    finish(x, "duplicated");
}

static void judge_records(struct kafka *x)
{
    for (size_t i = 0; i < x->nr; i++) {
        const struct record *r = &x->r[i];
        const struct log_key *l = &x->logs[r->key];
        uint32_t attempt = map64_get(&x->attempts, pair(r->key, r->value));
        bool missing = r->sent != NO_EVENT && !r->polled;
        x->unseen += missing && r->offset > l->polled;
        x->lost += missing && r->offset < l->polled;
        if (broken(x))
            continue;
        bool none = attempt == 0 || attempt == MAP64_NONE;
        if (r->first != i && x->r[r->first].copies > (none ? 1 : attempt)) {
            say_duplicated(x, r);
        } else if (r->polled && none) {
            begin_case(x, r->by, r->by);
            say_val(&x->say, x->values.v[r->value]);
            buf_puts(&x->say.b, attempt == 0 ? " was polled, and its send had failed"
                                             : " was polled, and nobody sent it");
            finish(x, attempt == 0 ? "aborted-read" : "thin-air-read");
        } else if (missing && r->offset < l->polled) {
            begin_case(x, r->sent, l->poller);
            say_val(&x->say, x->values.v[r->value]);
            buf_puts(&x->say.b, " was acknowledged at ");
            say_record(x, r->key, r->offset);
            buf_puts(&x->say.b, " and never polled, though a later offset was");
            finish(x, "lost-write");
        }
    }
}

static void judge_step(struct kafka *x, const struct mention *m, const struct position *p)
{
    int64_t offset = x->r[m->record].offset;
    bool same = p->op == m->op, back = offset <= p->offset;
    bool skips = m->poll && !back && between(&x->logs[m->key], p->offset, offset);
    if (!back && !skips)
        return;
    begin_case(x, p->op, m->op);
    buf_puts(&x->say.b, m->poll ? "a process polled " : "a process sent to ");
    say_record(x, m->key, offset);
    buf_puts(&x->say.b, back ? " after offset " : ", passing over known records after offset ");
    buf_i64(&x->say.b, p->offset);
    finish(x, !m->poll ? (same ? "int-nonmonotonic-send" : "nonmonotonic-send")
              : back   ? (same ? "int-nonmonotonic-poll" : "nonmonotonic-poll")
                       : (same ? "int-poll-skip" : "poll-skip"));
}

/* A process's positions in all keys start anew when it is assigned other ones, as those that
 * subscribed may be at any time. */
static bool starts_anew(const struct kafka *x, uint32_t id, bool *subscribed)
{
    const struct op *op = &x->in->h->ops[id];
    struct str f = val_get_text(&x->in->h->values, op->f);
    bool subscribes = str_is(f, "subscribe"), assigns = str_is(f, "assign");
    *subscribed = subscribes || (*subscribed && !assigns);
    return subscribes || assigns || str_is(f, "crash") || (*subscribed && !x->logged) ||
           (op->ret != NO_EVENT && event_says(x->in->h, op->ret, "rebalance-log", "keys"));
}

static bool reports_rebalances(const struct account_input *in)
{
    for (size_t i = 0; i < in->n; i++) {
        uint32_t ret = in->h->ops[in->ids[i]].ret;
        if (ret != NO_EVENT && event_field(in->h, ret, "rebalance-log").n > 0)
            return true;
    }
    return false;
}

static void judge_order(struct kafka *x)
{
    struct map64 where = {0};
    struct polling {
        uint32_t epoch;
        bool subscribed;
    } *polling = NULL;
    size_t np = 0, cap = 0, known = 0, room = 0, at = 0;
    struct position *p = mem_grow(NULL, &cap, 1, sizeof *p);
    for (size_t i = 0; i < x->in->n && !broken(x); i++) {
        uint32_t id = x->in->ids[i];
        uint32_t process = elements_add(&x->processes, x->in->h->ops[id].process);
        polling = mem_grow(polling, &room, x->processes.n, sizeof *polling);
        while (known < x->processes.n)
            polling[known++] = (struct polling){0, false};
        struct polling *now = &polling[process];
        now->epoch += starts_anew(x, id, &now->subscribed);
        for (; at < x->nm && x->m[at].op == id && !broken(x); at++) {
            const struct mention *m = &x->m[at];
            uint64_t what = pair(process, m->key * 2 + m->poll);
            uint32_t j = map64_get(&where, what);
            if (j == MAP64_NONE) {
                p = mem_grow(p, &cap, np + 1, sizeof *p);
                j = (uint32_t)np++;
                map64_put(&where, what, j);
            } else if (!m->poll || p[j].epoch == now->epoch) {
                judge_step(x, m, &p[j]);
            }
            p[j] = (struct position){x->r[m->record].offset, m->op, now->epoch};
        }
    }
    map64_free(&where);
    mem_free(polling);
    mem_free(p);
}

static void conclude(struct kafka *x)
{
    struct account *a = x->k->account;
    account_number(a, "sends", x->sends);
    account_number(a, "polls", x->polls);
    account_number(a, "records", x->nr);
    account_number(a, "lost", x->lost);
    account_number(a, "unseen", x->unseen);
    if (x->k->verdict != VERDICT_VALID)
        return;
    if (x->sends == 0)
        account_unknown(x->k, "nothing was tested: no send was acknowledged");
    else if (x->polls == 0)
        account_unknown(x->k, "nothing was tested: no poll was acknowledged");
    else if (x->unseen > 0 && x->unseen == x->nr)
        account_unknown(x->k, "nothing was tested: no poll returned a record");
}

static bool run(const struct account_input *in, struct key_result *k, struct err *e)
{
    struct kafka x = {.in = in, .k = k, .say = account_speaker(in, k)};
    (void)e;
    elements_init(&x.keys, 64);
    elements_init(&x.values, in->n);
    elements_init(&x.offsets, in->n);
    elements_init(&x.processes, 64);
    for (size_t i = 0; i < in->n; i++)
        take_op(&x, in->ids[i]);
    x.logged = reports_rebalances(in);
    sort_offsets(&x);
    judge_records(&x);
    judge_order(&x);
    conclude(&x);
    for (size_t i = 0; i < x.keys.n; i++)
        mem_free(x.logs[i].offsets);
    mem_free(x.logs);
    elements_free(&x.keys);
    elements_free(&x.values);
    elements_free(&x.offsets);
    elements_free(&x.processes);
    map64_free(&x.at);
    map64_free(&x.of);
    map64_free(&x.attempts);
    mem_free(x.r);
    mem_free(x.m);
    buf_free(&x.say.b);
    return true;
}

static const struct part_name names[] = {{"send", PART_ADD}, {"poll", PART_READ},
                                         {"txn", PART_OTHER}, {NULL, PART_OTHER}};

const struct property property_kafka = {
    .name = "kafka",
    .summary = "logs with offsets: nothing lost, twice, or skipped; offsets mean one value",
    .complexity = "n log n",
    .names = names,
    .ignores_others = true,
    .run = run,
};
