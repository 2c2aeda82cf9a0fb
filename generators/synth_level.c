/* No level asks anything across keys of operations that share no process, so parts with processes
 * and keys of their own may be mixed at will: views, orders and causes of the parts, one after the
 * other, are those of the whole. */
#include "generators/synth_level.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/sort.h"
#include "histories/compact.h"

enum { EVERY = 10000, NODES = 3, MOST_GAP = 4, LETTERS = 26 };

struct weaver {
    struct history *h;
    struct history rest; /* the linearizable one; its values are in h */
    struct rng rng;
    struct event *events; /* of what is woven in */
    size_t n, cap;
    uint64_t *order; /* before which event of `rest` it comes, number of the event */
    size_t order_cap;
    int64_t processes, keys; /* the next ones that are free */
    bool final_reads;
    val *last; /* of each key what was acknowledged last */
    size_t last_cap;
};

static val keyword(struct weaver *w, const char *name)
{
    return val_text(&w->h->values, V_KEYWORD, str_of(name));
}

static val pair(struct weaver *w, int64_t key, val v)
{
    struct values *t = &w->h->values;
    return val_seq(t, V_LIST, (val[]){val_int(t, key), v}, 2);
}

static val node(struct weaver *w, int64_t n)
{
    const char name[] = {'n', (char)('1' + n % NODES), '\0'};
    return w->final_reads ? val_text(&w->h->values, V_STRING, str_of(name)) : VAL_ABSENT;
}

static void set_last(struct weaver *w, int64_t key, val v)
{
    size_t had = w->last_cap;
    w->last = mem_grow(w->last, &w->last_cap, (size_t)key + 1, sizeof *w->last);
    for (size_t i = had; i < w->last_cap; i++)
        w->last[i] = VAL_NIL;
    w->last[key] = v;
}

/* ---- what is woven in ----------------------------------------------------------------------- */

static void plan_event(struct weaver *w, struct event e, uint64_t at)
{
    w->events = mem_grow(w->events, &w->cap, w->n + 1, sizeof *w->events);
    w->order = mem_grow(w->order, &w->order_cap, w->n + 1, sizeof *w->order);
    w->order[w->n] = sort_word((uint32_t)at, (uint32_t)w->n);
    w->events[w->n++] = e;
}

/* One operation after the other, somewhere, with some events of others in between. */
static void plan(struct weaver *w, const char *compact)
{
    struct compact_op op = {0};
    int64_t keys[LETTERS], sessions = 0;
    uint64_t end = w->rest.events.n, at = rng_below(&w->rng, end + 1);
    for (int i = 0; i < LETTERS; i++)
        keys[i] = -1;
    while (compact_next(&compact, &op)) {
        int64_t *key = &keys[(op.key - 'a') % LETTERS];
        if (*key < 0)
            *key = w->keys++;
        struct event e = event_blank();
        e.process = val_int(&w->h->values, w->processes + op.session);
        e.f = keyword(w, op.write ? "write" : "read");
        e.node = node(w, op.session);
        for (e.type = OP_INVOKE;; e.type = OP_OK) {
            bool known = op.write || (e.type == OP_OK && op.value != 0);
            e.value = pair(w, *key, known ? val_small(op.value) : VAL_NIL);
            plan_event(w, e, at);
            at += rng_below(&w->rng, MOST_GAP);
            at = at < end ? at : end;
            if (e.type == OP_OK)
                break;
        }
        if (op.write)
            set_last(w, *key, val_small(op.value));
        sessions = op.session + 1;
    }
    w->processes += sessions;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void put(struct weaver *w, struct event e, int64_t time)
{
    e.index = (int64_t)w->h->events.n;
    e.time = time;
    history_add_event(w->h, &e);
}

/* The values that the linearizable one has last, and how many processes it has. */
static void survey(struct weaver *w)
{
    const struct values *t = &w->h->values;
    val cas = keyword(w, "cas"), read = keyword(w, "read");
    for (size_t i = 0; i < w->rest.events.n; i++) {
        struct event e = history_event(&w->rest, i);
        int64_t process = 0, key = 0;
        size_t n;
        (void)val_get_int(t, e.process, &process);
        w->processes = process >= w->processes ? process + 1 : w->processes;
        const val *items = val_items(t, e.value, &n);
        (void)val_get_int(t, items[0], &key);
        if (e.type == OP_OK && e.f != read)
            set_last(w, key, e.f == cas ? val_items(t, items[1], &n)[1] : items[1]);
    }
}

static void merge(struct weaver *w)
{
    int64_t time = 0, process = 0;
    size_t next = 0;
    for (size_t i = 0; i <= w->rest.events.n; i++) {
        for (; next < w->n && sort_key(w->order[next]) == i; next++)
            put(w, w->events[sort_id(w->order[next])], time);
        if (i == w->rest.events.n)
            break;
        struct event e = history_event(&w->rest, i);
        time = e.time;
        (void)val_get_int(&w->h->values, e.process, &process);
        e.node = node(w, process);
        put(w, e, time);
    }
}

enum { LATER = 1000000 };

/* A key that nobody has written says nothing about convergence. */
static int64_t add_first_writes(struct weaver *w, uint64_t value, int64_t time)
{
    for (int64_t key = 0; key < w->keys; key++) {
        if ((size_t)key < w->last_cap && w->last[key] != VAL_NIL)
            continue;
        struct event e = event_blank();
        e.process = val_int(&w->h->values, w->processes + NODES);
        e.f = keyword(w, "write");
        e.node = node(w, 0);
        set_last(w, key, val_int(&w->h->values, (int64_t)value));
        e.value = pair(w, key, w->last[key]);
        e.type = OP_INVOKE;
        put(w, e, time += LATER);
        e.type = OP_OK;
        put(w, e, time += LATER);
    }
    return time;
}

/* Every node reads every key, a while after everything. */
static void add_final_reads(struct weaver *w, int64_t time)
{
    for (int64_t n = 0; n < NODES; n++) {
        for (int64_t key = 0; key < w->keys; key++) {
            struct event e = event_blank();
            e.process = val_int(&w->h->values, w->processes + n);
            e.f = keyword(w, "read");
            e.node = node(w, n);
            e.type = OP_INVOKE;
            e.value = pair(w, key, VAL_NIL);
            put(w, e, time += LATER);
            e.type = OP_OK;
            e.value = pair(w, key, w->last[key]);
            put(w, e, time += LATER);
        }
    }
}

static bool check_options(const struct synth_options *o, struct err *e)
{
    static const char *const models[] = {"register", "cas-register", "kv"};
    bool known = false;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        known = known || strcmp(models[i], o->model) == 0;
    if (!known)
        return err_set(e, ERR_USAGE, "levels are about registers: model register, cas-register or "
                       "kv, not %s", o->model);
    if (o->inject || o->stale_share > 0)
        return err_set(e, ERR_USAGE, "a level cannot be kept together with --inject or "
                       "--stale-share");
    return true;
}

bool synth_level(struct history *h, const struct synth_options *o, const char *const *woven,
                 bool final_reads, struct err *e)
{
    if (!check_options(o, e))
        return false;
    struct synth_options rest = *o;
    rest.keys = o->keys < 2 ? 2 : o->keys;
    struct weaver w = {.h = h, .keys = rest.keys, .final_reads = final_reads};
    history_init(&w.rest);
    if (!synth_generate(&w.rest, &rest, e)) {
        history_free(&w.rest);
        return false;
    }
    struct values empty = h->values; /* the two change places */
    h->values = w.rest.values;
    rng_seed(&w.rng, o->seed ^ UINT64_C(0x6c6576656c));
    survey(&w);
    for (uint64_t set = 0; set <= o->ops / EVERY; set++)
        for (size_t i = 0; woven[i]; i++)
            plan(&w, woven[i]);
    sort_by_high32(w.order, w.n);
    merge(&w);
    if (final_reads) {
        int64_t time = h->events.n ? history_event(h, h->events.n - 1).time : 0;
        add_final_reads(&w, add_first_writes(&w, o->ops + o->values + 1, time));
    }
    h->format = "generated";
    w.rest.values = empty;
    history_free(&w.rest);
    mem_free(w.events);
    mem_free(w.order);
    mem_free(w.last);
    return true;
}
