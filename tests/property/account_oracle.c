#include "tests/property/account_oracle.h"

#include "tests/property/visited.h"

#include <stdlib.h>

enum { NEVER = 1000 }; /* after every position */

static bool is_read(const struct case_op *op)
{
    return op->f[0] == 'r';
}

static int times_in(const struct case_op *op, int v)
{
    int n = 0;
    for (int i = 0; i < op->n; i++)
        n += op->items[i] == v;
    return n;
}

static int done(const struct case_op *op)
{
    return op->type == OP_OK ? (int)op->res : NEVER;
}

static int smaller(int x, int y)
{
    return x < y ? x : y;
}

static int larger(int x, int y)
{
    return x > y ? x : y;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool any(const struct account_truth *t, enum outcome o)
{
    for (int v = 0; v < CASE_VALUES; v++)
        if (t->copies[o][v])
            return true;
    return false;
}

/* ---- sets ---------------------------------------------------------------------------------- */

struct story { /* of one element, in positions */
    int first_try, known, first_seen, last_present, last_absent;
    bool acknowledged, in_final, twice;
};

static struct story tell(const struct account_case *c, int v)
{
    struct story s = {NEVER, NEVER, NEVER, -1, -1, false, false, false};
    int final = -1;
    for (size_t i = 0; i < c->n; i++) {
        const struct case_op *op = &c->at[i];
        if (!is_read(op) && op->arg == v && op->type != OP_FAIL) {
            s.first_try = smaller(s.first_try, (int)op->inv);
            s.known = smaller(s.known, done(op));
            s.acknowledged |= op->type == OP_OK;
        }
        if (!is_read(op) || op->type != OP_OK)
            continue;
        int n = times_in(op, v), inv = (int)op->inv;
        s.twice |= n > 1;
        if (n > 0) {
            s.first_seen = smaller(s.first_seen, done(op));
            s.last_present = larger(s.last_present, inv);
        } else {
            s.last_absent = larger(s.last_absent, inv);
        }
        if (inv > final) {
            final = inv;
            s.in_final = n > 0;
        }
    }
    return s;
}

static int64_t latency(const struct account_case *c, int from, int to)
{
    int64_t d = to < 0 ? 0 : c->time[to] - c->time[from];
    return d > 0 ? d : 0;
}

/* Research 5.3, word for word. OUTCOMES: the element does not exist. */
static enum outcome full_outcome(const struct account_case *c, struct story s,
                                 struct account_truth *t)
{
    if (s.last_present >= 0 && s.first_seen < s.first_try)
        return OUTCOME_UNEXPECTED;
    s.known = smaller(s.known, s.first_seen);
    if (s.first_try == NEVER && s.known == NEVER)
        return OUTCOMES;
    if (s.known != NEVER && s.last_absent > s.last_present && s.last_absent > s.known) {
        t->lost[t->nlost++] = latency(c, s.known, s.last_present);
        return OUTCOME_LOST;
    }
    if (s.last_present < 0 || s.last_absent > s.last_present)
        return OUTCOME_NEVER_READ;
    bool stale = s.last_absent > s.known;
    t->stable[t->nstable++] = stale ? latency(c, s.known, s.last_absent) : 0;
    return stale ? OUTCOME_STALE : OUTCOME_OK;
}

static void set_full(const struct account_case *c, struct account_truth *t)
{
    for (int v = 0; v < CASE_VALUES; v++) {
        struct story s = tell(c, v);
        enum outcome o = full_outcome(c, s, t);
        if (o != OUTCOMES)
            t->copies[o][v] = 1;
        t->copies[OUTCOME_DUPLICATED][v] = s.twice;
    }
    qsort(t->stable, t->nstable, sizeof *t->stable, by_size);
    qsort(t->lost, t->nlost, sizeof *t->lost, by_size);
    if (any(t, OUTCOME_LOST) || any(t, OUTCOME_UNEXPECTED) || any(t, OUTCOME_DUPLICATED))
        t->verdict = VERDICT_INVALID;
    else if (!any(t, OUTCOME_OK) && !any(t, OUTCOME_STALE))
        t->verdict = VERDICT_UNKNOWN;
}

static void set(const struct account_case *c, struct account_truth *t)
{
    int final = -1, end = -1;
    bool late = false, open = false;
    for (size_t i = 0; i < c->n; i++)
        if (is_read(&c->at[i]) && c->at[i].type == OP_OK && (int)c->at[i].inv > final) {
            final = (int)c->at[i].inv;
            end = (int)c->at[i].res;
        }
    for (size_t i = 0; i < c->n; i++)
        late |= is_read(&c->at[i]) && c->at[i].type != OP_OK && (int)c->at[i].inv > end;
    for (int v = 0; v < CASE_VALUES; v++) {
        struct story s = tell(c, v);
        int known = smaller(s.known, s.first_seen);
        t->copies[OUTCOME_DUPLICATED][v] = s.twice;
        if (s.last_present >= 0 && s.first_seen < s.first_try) {
            t->copies[OUTCOME_UNEXPECTED][v] = 1;
        } else if (s.in_final) {
            t->copies[s.acknowledged ? OUTCOME_OK : OUTCOME_RECOVERED][v] = 1;
        } else if (known < final) {
            t->copies[OUTCOME_LOST][v] = 1;
        } else if (s.first_try != NEVER) {
            t->copies[OUTCOME_NEVER_READ][v] = 1;
            open |= known != NEVER;
        }
    }
    if (any(t, OUTCOME_LOST) || any(t, OUTCOME_UNEXPECTED) || any(t, OUTCOME_DUPLICATED))
        t->verdict = VERDICT_INVALID;
    else if (final < 0 || late || open || (!any(t, OUTCOME_OK) && !any(t, OUTCOME_RECOVERED)))
        t->verdict = VERDICT_UNKNOWN;
}

/* ---- queue --------------------------------------------------------------------------------- */

static bool is_drain(const struct case_op *op)
{
    return op->f[1] == 'r';
}

static bool saw_empty(const struct case_op *op)
{
    if (op->f[0] != 'd')
        return false;
    return op->type == OP_OK ? is_drain(op) || op->gives == GIVES_NIL : op->mark;
}

struct flow { /* of one element */
    int acknowledged, possible, out, before_empty, first_in, first_out;
};

static struct flow follow(const struct account_case *c, int v, int empty)
{
    struct flow f = {0, 0, 0, 0, NEVER, NEVER};
    for (size_t i = 0; i < c->n; i++) {
        const struct case_op *op = &c->at[i];
        if (op->f[0] == 'e' && op->arg == v && op->type != OP_FAIL) {
            f.possible++;
            f.first_in = smaller(f.first_in, (int)op->inv);
            f.acknowledged += op->type == OP_OK;
            f.before_empty += done(op) < empty;
        } else if (op->f[0] == 'd' && op->type == OP_OK && times_in(op, v) > 0) {
            f.out += times_in(op, v);
            f.first_out = smaller(f.first_out, done(op));
        }
    }
    return f;
}

static void queue(const struct account_case *c, struct account_truth *t)
{
    int empty = -1, crashed = 0, certain = 0, missing = 0;
    struct flow flows[CASE_VALUES];
    for (size_t i = 0; i < c->n; i++) {
        const struct case_op *op = &c->at[i];
        if (saw_empty(op))
            empty = larger(empty, (int)op->inv);
        if (op->f[0] == 'd' && op->type == OP_INFO)
            crashed += is_drain(op) ? NEVER : 1;
    }
    for (int v = 0; v < CASE_VALUES; v++) {
        struct flow *f = &flows[v];
        *f = follow(c, v, empty);
        if (f->out > 0 && f->first_out < f->first_in)
            continue;
        certain += larger(0, f->before_empty - f->out);
        missing += larger(0, f->acknowledged - f->out);
    }
    for (int v = 0; v < CASE_VALUES; v++) {
        const struct flow *f = &flows[v];
        if (f->out > 0 && f->first_out < f->first_in) {
            t->copies[OUTCOME_UNEXPECTED][v] = (unsigned)f->out;
            continue;
        }
        int lost = certain > crashed ? larger(0, f->before_empty - f->out) : 0;
        int gone = larger(0, f->acknowledged - f->out);
        int good = smaller(f->out, f->acknowledged);
        t->copies[OUTCOME_LOST][v] = (unsigned)lost;
        t->copies[OUTCOME_OK][v] = (unsigned)good;
        t->copies[OUTCOME_RECOVERED][v] = (unsigned)(smaller(f->out, f->possible) - good);
        t->copies[OUTCOME_DUPLICATED][v] = (unsigned)larger(0, f->out - f->possible);
        t->copies[OUTCOME_NEVER_READ][v] = (unsigned)(gone - lost);
        if (f->acknowledged == 0 && f->out == 0)
            t->copies[OUTCOME_NEVER_READ][v] = (unsigned)f->possible;
    }
    if (any(t, OUTCOME_LOST) || any(t, OUTCOME_UNEXPECTED) || any(t, OUTCOME_DUPLICATED))
        t->verdict = VERDICT_INVALID;
    else if (missing > 0 || (!any(t, OUTCOME_OK) && !any(t, OUTCOME_RECOVERED)))
        t->verdict = VERDICT_UNKNOWN;
}

/* ---- ids ----------------------------------------------------------------------------------- */

static void ids(const struct account_case *c, struct account_truth *t)
{
    bool tested = false;
    for (size_t i = 0; i < c->n; i++) {
        bool before = false;
        if (c->at[i].type != OP_OK || c->at[i].gives != GIVES_NUMBER)
            continue;
        tested = true;
        for (size_t j = 0; j < i; j++)
            before |= c->at[j].type == OP_OK && c->at[j].gives == GIVES_NUMBER &&
                      c->at[j].items[0] == c->at[i].items[0];
        t->copies[OUTCOME_DUPLICATED][c->at[i].items[0]] += before;
    }
    t->verdict = any(t, OUTCOME_DUPLICATED) ? VERDICT_INVALID
                 : tested                   ? VERDICT_VALID
                                            : VERDICT_UNKNOWN;
}

/* ---- counters ------------------------------------------------------------------------------ */

static int change(const struct case_op *op)
{
    int x = op->has_arg ? op->arg : 1;
    return is_read(op) || op->type == OP_FAIL ? 0 : op->f[0] == 'd' ? -x : x;
}

static bool in_bounds(const struct account_case *c, const struct case_op *r)
{
    int low = 0, high = 0;
    for (size_t i = 0; i < c->n; i++) {
        const struct case_op *op = &c->at[i];
        int x = change(op);
        bool sure = done(op) < (int)r->inv &&
                    (c->kind == CASE_COUNTER || op->process == r->process);
        bool maybe = op->inv < r->res;
        low += x > 0 ? (sure ? x : 0) : (maybe ? x : 0);
        high += x > 0 ? (maybe ? x : 0) : (sure ? x : 0);
    }
    return low <= r->items[0] && r->items[0] <= high;
}

/* Is `total` the sum of acknowledged updates and of some crashed ones? Which sums of the latter
 * exist is ticked off one by one. */
static bool adds_up(const struct account_case *c, int total)
{
    enum { FAR = 8 * CASE_OPS };
    bool can[2 * FAR + 1] = {false};
    int sum = 0;
    can[FAR] = true;
    for (size_t i = 0; i < c->n; i++) {
        int x = change(&c->at[i]);
        if (c->at[i].type == OP_OK) {
            sum += x;
            continue;
        }
        bool before[2 * FAR + 1];
        memcpy(before, can, sizeof before);
        for (int s = 0; s <= 2 * FAR; s++)
            if (s - x >= 0 && s - x <= 2 * FAR)
                can[s] |= before[s - x];
    }
    int rest = total - sum + FAR;
    return rest >= 0 && rest <= 2 * FAR && can[rest];
}

struct facts {
    size_t reads, updates, unsure, finals;
    bool decrements, differ, impossible;
    int first_final;
    bool shrunk;
};

static struct facts collect(const struct account_case *c, struct account_truth *t)
{
    struct facts f = {.reads = 0};
    for (size_t i = 0; i < c->n; i++) {
        const struct case_op *op = &c->at[i];
        f.updates += !is_read(op) && op->type != OP_FAIL;
        f.unsure += !is_read(op) && op->type == OP_INFO;
        f.decrements |= change(op) < 0;
        if (!is_read(op) || op->type != OP_OK)
            continue;
        f.reads++;
        t->errors += !in_bounds(c, op);
    }
    for (size_t i = 0; i < c->n; i++) {
        const struct case_op *op = &c->at[i];
        if (!is_read(op) || op->type != OP_OK || !op->mark)
            continue;
        f.first_final = f.finals++ ? f.first_final : op->items[0];
        f.differ |= op->items[0] != f.first_final;
        f.impossible |= !adds_up(c, op->items[0]);
        for (size_t j = 0; j < c->n && !f.decrements; j++)
            f.shrunk |= is_read(&c->at[j]) && done(&c->at[j]) < (int)op->inv &&
                        c->at[j].items[0] > op->items[0];
    }
    return f;
}

static void counter(const struct account_case *c, struct account_truth *t)
{
    struct facts f = collect(c, t);
    bool pn = c->kind == CASE_PN_COUNTER;
    if (t->errors || (pn && (f.impossible || f.shrunk || (f.differ && f.unsure == 0))))
        t->verdict = VERDICT_INVALID;
    else if (f.reads == 0 || f.updates == 0 || (pn && (f.finals == 0 || f.differ)))
        t->verdict = VERDICT_UNKNOWN;
}

void account_truth(const struct account_case *c, struct account_truth *t)
{
    static void (*const judges[CASE_KINDS])(const struct account_case *,
                                            struct account_truth *) = {
        [CASE_SET] = set,         [CASE_SET_FULL] = set_full,   [CASE_QUEUE] = queue,
        [CASE_COUNTER] = counter, [CASE_PN_COUNTER] = counter, [CASE_IDS] = ids,
    };
    *t = (struct account_truth){.verdict = VERDICT_VALID};
    judges[c->kind](c, t);
}

/* ---- linearizability ----------------------------------------------------------------------- */

struct object_state {
    int number;
    int copies[CASE_VALUES];
};

/* Everything inside, and no more. */
static bool is_all(const struct case_op *op, const struct object_state *s)
{
    for (int v = 0; v < CASE_VALUES; v++)
        if (times_in(op, v) != s->copies[v])
            return false;
    return true;
}

static bool step(enum account_kind kind, const struct case_op *op, struct object_state *s,
                 int choice)
{
    bool known = op->type == OP_OK;
    if (kind == CASE_COUNTER) {
        s->number += change(op);
        return !is_read(op) || !known || op->items[0] == s->number;
    }
    if (op->has_arg) {
        s->copies[op->arg] = kind == CASE_QUEUE ? s->copies[op->arg] + 1 : 1;
        return true;
    }
    if (kind != CASE_QUEUE)
        return !known || is_all(op, s);
    if (op->type == OP_FAIL || (known && op->gives == GIVES_NIL) || (known && is_drain(op))) {
        bool good = is_all(op, s);
        memset(s->copies, 0, sizeof s->copies);
        return good;
    }
    int v = known ? op->items[0] : choice;
    if (is_drain(op)) {
        memset(s->copies, 0, sizeof s->copies);
        return true;
    }
    return s->copies[v]-- > 0;
}

/* What is left to do and the state: where the search was already, there is no order. */
static bool is_new(struct visited *seen, unsigned left, const struct object_state *s)
{
    uint32_t row[1 + sizeof *s / sizeof(uint32_t)] = {left};
    memcpy(row + 1, s, sizeof *s);
    return visited_add(seen, row, row);
}

static bool search(const struct account_case *c, unsigned left, const struct object_state *s,
                   struct visited *seen)
{
    int first_end = NEVER;
    bool must = false;
    for (size_t i = 0; i < c->n; i++)
        if (left >> i & 1) {
            must |= c->at[i].type != OP_INFO;
            int end = c->at[i].type == OP_INFO ? NEVER : (int)c->at[i].res;
            first_end = smaller(first_end, end);
        }
    if (!must)
        return true;
    if (!is_new(seen, left, s))
        return false;
    for (size_t i = 0; i < c->n; i++) {
        const struct case_op *op = &c->at[i];
        if (!(left >> i & 1) || (int)op->inv > first_end)
            continue;
        bool guess = op->type == OP_INFO && op->f[0] == 'd' && c->kind == CASE_QUEUE;
        for (int v = 0; v < (guess ? CASE_VALUES : 1); v++) {
            struct object_state next = *s;
            if (step(c->kind, op, &next, v) && search(c, left & ~(1u << i), &next, seen))
                return true;
        }
    }
    return false;
}

bool account_case_linearizable(const struct account_case *c)
{
    struct account_case less = *c;
    const struct object_state start = {0, {0}};
    if (c->kind == CASE_IDS || c->kind == CASE_PN_COUNTER || c->n > CASE_SMALL)
        return true;
    if (c->kind == CASE_SET_FULL)
        less.kind = CASE_SET;
    less.n = 0;
    for (size_t i = 0; i < c->n; i++) /* what failed did nothing, but may have found it empty */
        if (c->at[i].type != OP_FAIL || c->at[i].mark)
            less.at[less.n++] = c->at[i];
    struct visited seen = {.row_words = 1 + sizeof start / sizeof(uint32_t)};
    bool found = search(&less, (1u << less.n) - 1, &start, &seen);
    visited_free(&seen);
    return found;
}
