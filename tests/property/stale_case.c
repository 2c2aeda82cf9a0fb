#include "tests/property/stale_case.h"

#include <string.h>

/* ---- events --------------------------------------------------------------------------------- */

/* How many events have a smaller position: the number of an event in the history. */
static size_t event_of(const struct script *s, uint32_t position)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        n += s->ops[i].inv < position;
        n += s->ops[i].res != NO_EVENT && s->ops[i].res < position;
    }
    return n;
}

void stale_case_positions(struct stale_case *c)
{
    for (size_t i = 0; i < c->script.n; i++) {
        const struct script_op *op = &c->script.ops[i];
        c->time[event_of(&c->script, op->inv)] = op->inv;
        if (op->res != NO_EVENT)
            c->time[event_of(&c->script, op->res)] = op->res;
    }
}

bool stale_history(const struct stale_case *c, struct history *h, struct err *e)
{
    if (!script_history(&c->script, h, e))
        return false;
    for (size_t i = 0; i < h->events.n; i++)
        h->events.time[i] = c->time[i] < 0 ? NO_TIME : c->time[i];
    return true;
}

static size_t events(const struct script *s)
{
    return event_of(s, UINT32_MAX);
}

void stale_case_drop(struct stale_case *c, size_t i)
{
    const struct script_op op = c->script.ops[i];
    size_t n = events(&c->script), at = event_of(&c->script, op.inv);
    if (op.res != NO_EVENT) {
        size_t end = event_of(&c->script, op.res);
        memmove(&c->time[end], &c->time[end + 1], (n - end - 1) * sizeof c->time[0]);
    }
    memmove(&c->time[at], &c->time[at + 1], (n - at - 1) * sizeof c->time[0]);
    script_drop(&c->script, i);
}

void stale_case_print(const struct stale_case *c, struct buf *out)
{
    script_print(&c->script, out);
    buf_puts(out, "  times");
    for (size_t i = 0; i < events(&c->script); i++)
        buf_printf(out, " %lld", (long long)c->time[i]);
}

/* ---- random --------------------------------------------------------------------------------- */

static void random_times(struct stale_case *c, struct rng *r)
{
    size_t n = events(&c->script);
    int64_t now = 1;
    bool odd = rng_chance(r, 0.2);
    for (size_t i = 0; i < n; i++) {
        now += (int64_t)rng_below(r, 4) + !odd;
        c->time[i] = now;
        if (odd && rng_chance(r, 0.1))
            c->time[i] = now > 5 ? now - 5 : 1;
    }
}

/* Processes take turns; each event either begins or ends an operation of one. */
static void random_shape(struct script *s, size_t n, struct rng *r)
{
    enum { PROCESSES = 4 };
    size_t open[PROCESSES], busy = 0;
    uint32_t position = 0, next = PROCESSES, process[PROCESSES] = {0, 1, 2, 3};
    size_t width = 1 + rng_below(r, PROCESSES);
    bool crashes = rng_chance(r, 0.4);
    memset(open, 0xff, sizeof open);
    while (s->n < n || busy > 0) {
        size_t p = rng_below(r, width);
        if (open[p] != SIZE_MAX) {
            struct script_op *op = &s->ops[open[p]];
            bool crash = crashes && rng_chance(r, 0.25);
            op->type = crash ? OP_INFO : OP_OK;
            op->res = crash ? NO_EVENT : ++position;
            process[p] = crash ? next++ : process[p];
            open[p] = SIZE_MAX;
            busy--;
        } else if (s->n < n) {
            s->ops[s->n] = (struct script_op){.process = process[p], .inv = ++position,
                                              .version = -1};
            open[p] = s->n++;
            busy++;
        }
    }
}

static int64_t past(const int64_t *values, size_t n, struct rng *r)
{
    static const size_t back[] = {0, 0, 1, 1, 2, 3};
    size_t k = back[rng_below(r, 6)];
    return values[n > k ? n - 1 - k : 0];
}

/* Operations take effect by the middle of their intervals; reads may look back. */
static void random_values(struct script *s, struct rng *r)
{
    int64_t values[STALE_OPS + 1] = {0}, fresh = 0;
    size_t n = 1;
    bool cas = rng_chance(r, 0.3), repeat = rng_chance(r, 0.2);
    for (uint32_t position = 1; position <= 2 * STALE_OPS; position++) {
        for (size_t i = 0; i < s->n; i++) {
            struct script_op *op = &s->ops[i];
            bool early = (op->process + i) % 2;
            if ((early ? op->inv : op->res == NO_EVENT ? op->inv : op->res) != position)
                continue;
            unsigned kind = (unsigned)rng_below(r, cas ? 5 : 4);
            op->kind = kind < 2 ? SCRIPT_READ : kind < 4 ? SCRIPT_WRITE : SCRIPT_CAS;
            op->out = script_int(rng_chance(r, 0.05) ? (int64_t)rng_below(r, STALE_OPS)
                                                     : past(values, n, r));
            op->in = script_int(op->kind == SCRIPT_CAS ? past(values, n, r) : ++fresh);
            if (repeat && op->kind == SCRIPT_WRITE && rng_chance(r, 0.4))
                op->in = script_int((int64_t)rng_below(r, 4));
            if (op->kind == SCRIPT_CAS)
                op->to = script_int(++fresh);
            if (op->kind != SCRIPT_READ)
                values[n++] = op->kind == SCRIPT_CAS ? op->to.i : op->in.i;
        }
    }
}

void stale_case(struct stale_case *c, size_t ops, struct rng *r)
{
    *c = (struct stale_case){0};
    random_shape(&c->script, 1 + rng_below(r, ops), r);
    random_values(&c->script, r);
    random_times(c, r);
}

/* ---- brute force ---------------------------------------------------------------------------- */

/* The clock as it is meant: it never goes back, and crashed reads do not count. */
static int64_t clock_at(const struct stale_case *c, uint32_t position)
{
    int64_t t = 0;
    for (size_t i = 0; i < c->script.n; i++) {
        const struct script_op *op = &c->script.ops[i];
        const uint32_t at[] = {op->inv, op->res};
        for (size_t j = 0; j < 2 && (op->kind != SCRIPT_READ || op->type == OP_OK); j++)
            if (at[j] != NO_EVENT && at[j] <= position && c->time[event_of(&c->script, at[j])] > t)
                t = c->time[event_of(&c->script, at[j])];
    }
    return t;
}

void stale_case_clock(struct stale_case *c)
{
    struct stale_case meant = *c;
    for (size_t i = 0; i < c->script.n; i++) {
        const struct script_op *op = &c->script.ops[i];
        meant.time[event_of(&c->script, op->inv)] = clock_at(c, op->inv);
        if (op->res != NO_EVENT)
            meant.time[event_of(&c->script, op->res)] = clock_at(c, op->res);
    }
    *c = meant;
}

enum move { MOVE_READS, MOVE_ALL };

struct trial {
    const struct script *s;
    uint32_t before[STALE_OPS]; /* per operation: those that must have been done before, as bits */
    unsigned k;
    uint32_t must; /* operations that completed */
};

static bool try(const struct trial *t, uint32_t done, const int64_t *values, size_t n);

/* Do operation i in this state: values, the latest last. */
static bool step(const struct trial *t, size_t i, uint32_t done, const int64_t *values, size_t n)
{
    const struct script_op *op = &t->s->ops[i];
    int64_t next[STALE_OPS + 2];
    memcpy(next, values, n * sizeof *next);
    if (op->kind == SCRIPT_READ) {
        bool found = op->type != OP_OK;
        for (size_t j = 0; j < t->k && j < n; j++)
            found = found || values[n - 1 - j] == op->out.i;
        return found && try(t, done | 1u << i, values, n);
    }
    if (op->kind == SCRIPT_CAS && values[n - 1] != op->in.i)
        return false;
    next[n] = op->kind == SCRIPT_CAS ? op->to.i : op->in.i;
    return try(t, done | 1u << i, next, n + 1);
}

static bool try(const struct trial *t, uint32_t done, const int64_t *values, size_t n)
{
    if ((t->must & ~done) == 0)
        return true;
    for (size_t i = 0; i < t->s->n; i++)
        if (!(done >> i & 1) && (t->before[i] & ~done) == 0 && step(t, i, done, values, n))
            return true;
    return false;
}

static bool explains(const struct stale_case *c, enum move move, int64_t d, unsigned k)
{
    struct trial t = {.s = &c->script, .k = k};
    for (size_t i = 0; i < c->script.n; i++) {
        const struct script_op *op = &c->script.ops[i];
        t.must |= (uint32_t)(op->type == OP_OK) << i;
        bool moves = d > 0 && (move == MOVE_ALL || op->kind == SCRIPT_READ);
        for (size_t j = 0; j < c->script.n; j++) {
            const struct script_op *other = &c->script.ops[j];
            if (other->type != OP_OK)
                continue;
            bool before = moves ? clock_at(c, other->res) + d < clock_at(c, op->inv)
                                : other->res < op->inv;
            t.before[i] |= (uint32_t)before << j;
        }
    }
    const int64_t initial = 0;
    return try(&t, 0, &initial, 1);
}

static int64_t smallest(const struct stale_case *c, enum move move)
{
    int64_t most = 1;
    for (size_t i = 0; i < events(&c->script); i++)
        most = c->time[i] > most ? c->time[i] : most;
    if (!explains(c, move, most + 1, 1))
        return STALE_NEVER;
    int64_t d = 0;
    while (!explains(c, move, d, 1))
        d++;
    return d;
}

int64_t stale_oracle_delta(const struct stale_case *c)
{
    return smallest(c, MOVE_READS);
}

int64_t stale_oracle_gamma(const struct stale_case *c)
{
    return smallest(c, MOVE_ALL);
}

bool stale_oracle_k(const struct stale_case *c, unsigned k)
{
    return explains(c, MOVE_READS, 0, k);
}
