/* One broker with a log for each key, and clients that send, poll, are assigned anew and crash.
 * What it does is never called invalid. With one planted bug that the history shows, it always is:
 * a fresh process polls all at the end. */
#include "base/rng.h"
#include "checker/property.h"
#include "histories/history.h"
#include "tests/property/tap.h"

enum { KEYS = 3, THREADS = 4, MICROS = 3, RECORDS = 128 };

enum bug { NONE, LOSE, TWICE, SKIP, BACK, FAILED, OFFSET, INVENT, BUGS };

static const char *const bug_names[BUGS] = {
    "none", "an acknowledged record is lost", "a record is stored twice", "a poll skips a record",
    "a poll goes back", "a failed send is stored", "a send is told another offset",
    "a poll returns what nobody sent"};

struct record {
    unsigned offset, value;
};

struct log {
    struct record r[RECORDS];
    unsigned n, next; /* records, next offset */
    bool lost;        /* one is missing, and no later one is there yet */
};

struct client {
    unsigned process;
    unsigned at[KEYS];  /* place in the log */
    bool polled[KEYS];  /* since it was assigned */
    char f;             /* pending: 's'end, 'p'oll, 't'xn, 'a'ssign, or 0 */
    unsigned n;
    bool send[MICROS];
    unsigned key[MICROS], value[MICROS];
};

struct world {
    struct rng *rng;
    struct buf *out;
    enum bug bug;
    bool planted, hurt; /* done; and it shows */
    bool whole;         /* polls return all that is left */
    unsigned keys, values, processes;
    struct log log[KEYS];
    struct client c[THREADS];
};

static unsigned below(struct world *w, unsigned n)
{
    return (unsigned)rng_below(w->rng, n);
}

/* Now, once in a history? */
static bool strikes(struct world *w, enum bug bug)
{
    if (w->bug != bug || w->planted || below(w, 2) == 0)
        return false;
    w->planted = true;
    return true;
}

/* ---- the broker ------------------------------------------------------------------------------ */

static void store(struct world *w, unsigned key, unsigned value)
{
    struct log *l = &w->log[key];
    w->hurt |= l->lost;
    l->lost = false;
    l->r[l->n++] = (struct record){l->next++, value};
}

/* The offset that the client is told. */
static unsigned append(struct world *w, unsigned key, unsigned value, bool acknowledged)
{
    struct log *l = &w->log[key];
    l->next += below(w, 4) == 0 ? below(w, 3) : 0; /* a marker */
    unsigned offset = l->next;
    if (acknowledged && strikes(w, LOSE)) {
        l->next++;
        l->lost = true;
        return offset;
    }
    store(w, key, value);
    if (strikes(w, TWICE)) {
        store(w, key, value);
        w->hurt = true;
    }
    if (acknowledged && strikes(w, OFFSET)) {
        w->hurt = true;
        return offset + 1000;
    }
    return offset;
}

static void poll(struct world *w, struct client *c)
{
    buf_puts(w->out, "[:poll {");
    for (unsigned k = 0; k < w->keys; k++) {
        const struct log *l = &w->log[k];
        bool skips = c->polled[k] && c->at[k] + 1 < l->n && strikes(w, SKIP);
        bool back = c->polled[k] && c->at[k] > 0 && strikes(w, BACK);
        c->at[k] += skips ? 1 : 0;
        c->at[k] -= back ? 1 : 0;
        w->hurt |= skips || back;
        unsigned left = l->n - c->at[k];
        unsigned n = w->whole || skips || back ? left : below(w, left + 1);
        if (n == 0)
            continue;
        buf_printf(w->out, "%u [", k);
        for (; n > 0; n--, c->at[k]++) {
            const struct record *r = &l->r[c->at[k]];
            bool invent = strikes(w, INVENT);
            w->hurt |= invent;
            buf_printf(w->out, "[%u %u] ", r->offset, invent ? 9999 : r->value);
        }
        buf_puts(w->out, "] ");
        c->polled[k] = true;
    }
    buf_puts(w->out, "}]");
}

/* ---- clients --------------------------------------------------------------------------------- */

static void begin_event(struct world *w, const struct client *c, const char *type)
{
    buf_printf(w->out, "{:process %u, :type :%s, :f :%s, :value [", c->process, type,
               c->f == 's' ? "send" : c->f == 'p' ? "poll" : c->f == 't' ? "txn" : "assign");
}

static void asked(struct world *w, const struct client *c, const char *type)
{
    begin_event(w, c, type);
    for (unsigned i = 0; i < c->n; i++) {
        if (c->send[i])
            buf_printf(w->out, "[:send %u %u]", c->key[i], c->value[i]);
        else
            buf_puts(w->out, c->f == 'a' ? "0 " : "[:poll]");
    }
    buf_puts(w->out, "]}\n");
}

static void start(struct world *w, struct client *c)
{
    c->f = "sspptta"[below(w, 7)];
    c->n = c->f == 't' ? 1 + below(w, MICROS) : 1;
    for (unsigned i = 0; i < c->n; i++) {
        c->send[i] = c->f == 's' || (c->f == 't' && below(w, 2));
        c->key[i] = below(w, w->keys);
        c->value[i] = c->send[i] ? ++w->values : 0;
    }
    asked(w, c, "invoke");
}

/* It, or the one that takes its place, polls from anywhere. */
static void assign(struct world *w, struct client *c)
{
    for (unsigned k = 0; k < KEYS; k++) {
        c->at[k] = below(w, w->log[k].n + 1);
        c->polled[k] = false;
    }
}

static void succeed(struct world *w, struct client *c)
{
    begin_event(w, c, "ok");
    for (unsigned i = 0; i < c->n; i++) {
        if (c->send[i])
            buf_printf(w->out, "[:send %u [%u %u]]", c->key[i],
                       append(w, c->key[i], c->value[i], true), c->value[i]);
        else if (c->f == 'a')
            buf_puts(w->out, "0");
        else
            poll(w, c);
    }
    buf_puts(w->out, "]}\n");
    if (c->f == 'a')
        assign(w, c);
}

static void finish(struct world *w, struct client *c)
{
    unsigned luck = c->f == 'a' ? 9 : below(w, 10);
    bool crashes = luck == 0, fails = luck == 1, stored = crashes && below(w, 2);
    if (!crashes && !fails) {
        succeed(w, c);
        c->f = 0;
        return;
    }
    for (unsigned i = 0; i < c->n; i++) {
        if (!c->send[i])
            continue;
        bool wrong = fails && strikes(w, FAILED);
        w->hurt |= wrong;
        if (stored || wrong)
            (void)append(w, c->key[i], c->value[i], false);
    }
    asked(w, c, crashes ? "info" : "fail");
    c->f = 0;
    if (crashes) {
        c->process = w->processes++;
        assign(w, c);
    }
}

/* A history; true when it shows a bug. */
static bool play(struct rng *r, enum bug bug, struct buf *out)
{
    struct world w = {.rng = r, .out = out, .bug = bug, .processes = THREADS};
    struct client last = {.f = 'p', .n = 1};
    unsigned steps = 10 + below(&w, 50), threads = 1 + below(&w, THREADS);
    w.keys = 1 + below(&w, KEYS);
    for (unsigned i = 0; i < threads; i++)
        w.c[i].process = i;
    for (unsigned i = 0; i < steps; i++) {
        struct client *c = &w.c[below(&w, threads)];
        if (c->f)
            finish(&w, c);
        else
            start(&w, c);
    }
    last.process = w.processes;
    asked(&w, &last, "invoke");
    w.planted = w.whole = true;
    succeed(&w, &last);
    return w.hurt;
}

/* ---- the checker ----------------------------------------------------------------------------- */

static bool verdict_of(struct str text, enum verdict *v)
{
    struct history h;
    struct check_result r;
    struct budget budget = {0};
    struct load_options load = {.format = "edn", .split = SPLIT_NO};
    struct err e = {0};
    struct check_options o = {.property = property_find(str_of("kafka")), .jobs = 1,
                              .evidence = true, .budget = &budget};
    if (!history_load_memory(&h, "kafka", text, &load, &e)) {
        tap_note("%s", e.text);
        return false;
    }
    bool good = check_history(&h, &o, &r, &e);
    if (good) {
        *v = r.verdict;
        good = *v != VERDICT_INVALID || r.keys[0].ncore > 0;
        check_result_free(&r);
    }
    history_free(&h);
    return good;
}

static bool judge(enum bug bug, uint64_t seed, uint64_t verdicts[], uint64_t *hurt)
{
    struct rng r;
    struct buf text = {0};
    enum verdict v = VERDICT_UNKNOWN;
    rng_seed(&r, seed);
    bool shows = play(&r, bug, &text);
    bool good = verdict_of(buf_str(&text), &v) && (v == VERDICT_INVALID) == shows;
    verdicts[v]++;
    *hurt += shows;
    if (!good) {
        tap_note("seed %llu, verdict %d:", (unsigned long long)seed, (int)v);
        for (const char *p = buf_str(&text).p, *end; p < text.p + text.n; p = end + 1) {
            end = memchr(p, '\n', (size_t)(text.p + text.n - p));
            tap_note("%.*s", (int)(end - p), p);
        }
    }
    buf_free(&text);
    return good;
}

int main(int argc, char **argv)
{
    uint64_t count = 4000, seed = 1;
    tap_arguments(argc, argv, &count, &seed);
    tap_plan(BUGS);
    for (int b = 0; b < BUGS; b++) {
        uint64_t verdicts[VERDICT_UNKNOWN + 1] = {0}, hurt = 0;
        bool good = true;
        for (uint64_t i = 0; good && i < count; i++)
            good = judge((enum bug)b, seed + i, verdicts, &hurt);
        good = good && (count < 200 || (b == NONE ? verdicts[VERDICT_VALID] : hurt) > 0);
        tap_result(good, "kafka, bug: %s: %llu valid, %llu invalid, %llu unknown; %llu show it",
                   bug_names[b], (unsigned long long)verdicts[VERDICT_VALID],
                   (unsigned long long)verdicts[VERDICT_INVALID],
                   (unsigned long long)verdicts[VERDICT_UNKNOWN], (unsigned long long)hurt);
    }
    return tap_status();
}
