#include "tests/property/session_case.h"

#include <ctype.h>

/* ---- notation ------------------------------------------------------------------------------- */

struct text {
    const char *p, *end;
    char keys[CASE_KEYS][4]; /* names of keys, by first appearance */
    unsigned nkeys;
};

static void blanks(struct text *t)
{
    while (t->p < t->end && isspace((unsigned char)*t->p))
        t->p++;
}

static bool is(struct text *t, char c)
{
    blanks(t);
    if (t->p == t->end || *t->p != c)
        return false;
    t->p++;
    return true;
}

static bool number(struct text *t, int8_t *out)
{
    blanks(t);
    const char *begin = t->p;
    int n = 0;
    while (t->p < t->end && isdigit((unsigned char)*t->p))
        n = n * 10 + (*t->p++ - '0');
    *out = (int8_t)n;
    return t->p > begin && n < 128;
}

static bool key(struct text *t, uint8_t *out)
{
    char name[4] = "";
    size_t n = 0;
    blanks(t);
    while (t->p < t->end && !isspace((unsigned char)*t->p) && n < 3)
        name[n++] = *t->p++;
    for (unsigned i = 0; i < t->nkeys; i++) {
        if (strcmp(t->keys[i], name) == 0) {
            *out = (uint8_t)i;
            return true;
        }
    }
    if (n == 0 || t->nkeys == CASE_KEYS)
        return false;
    *out = (uint8_t)t->nkeys;
    memcpy(t->keys[t->nkeys++], name, sizeof name);
    return true;
}

static bool operation(struct text *t, struct case_op *op)
{
    *op = (struct case_op){.version = -1};
    blanks(t);
    if (t->p == t->end)
        return false;
    op->f = *t->p++;
    if (!strchr("wrc", op->f) || !key(t, &op->key) || !number(t, &op->value))
        return false;
    if (op->f == 'c' && !number(t, &op->to))
        return false;
    if (is(t, '^') && !number(t, &op->version))
        return false;
    op->crashed = is(t, '!');
    return true;
}

bool session_case_parse(struct session_case *c, struct str line)
{
    struct text t = {.p = line.p, .end = line.p + line.n};
    static const char global[] = "global ";
    *c = (struct session_case){0};
    c->global = line.n > sizeof global && memcmp(line.p, global, sizeof global - 1) == 0;
    t.p += c->global ? sizeof global - 1 : 0;
    do {
        blanks(&t);
        if (c->nsessions == CASE_SESSIONS || t.p == t.end)
            return false;
        t.p++; /* its letter */
        unsigned s = c->nsessions++;
        if (!is(&t, ':'))
            return false;
        do {
            if (c->n[s] == CASE_OPS || !operation(&t, &c->ops[s][c->n[s]]))
                return false;
            c->n[s]++;
        } while (is(&t, ','));
    } while (is(&t, '|'));
    blanks(&t);
    return t.p == t.end;
}

void session_case_print(const struct session_case *c, struct buf *out)
{
    if (c->global)
        buf_puts(out, "global ");
    for (unsigned s = 0; s < c->nsessions; s++) {
        buf_printf(out, "%s%c:", s ? " | " : "", (char)('A' + s));
        for (unsigned i = 0; i < c->n[s]; i++) {
            const struct case_op *op = &c->ops[s][i];
            buf_printf(out, "%s %c k%u %d", i ? "," : "", op->f, op->key, op->value);
            if (op->f == 'c')
                buf_printf(out, " %d", op->to);
            if (op->version >= 0)
                buf_printf(out, " ^%d", op->version);
            if (op->crashed)
                buf_puts(out, " !");
        }
    }
}

/* ---- random ones ---------------------------------------------------------------------------- */

static unsigned below(struct rng *r, unsigned n)
{
    return (unsigned)rng_below(r, n);
}

/* The version of some write of what `op` read, mostly; `version`: of each write. */
static int8_t read_version(const struct session_case *c, struct rng *r, const struct case_op *op,
                           int8_t version[CASE_SESSIONS][CASE_OPS])
{
    int8_t found[CASE_SESSIONS * CASE_OPS];
    unsigned n = 0;
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned i = 0; i < c->n[s]; i++) {
            const struct case_op *w = &c->ops[s][i];
            if (w->f != 'r' && w->key == op->key && (w->f == 'c' ? w->to : w->value) == op->value)
                found[n++] = version[s][i];
        }
    }
    if (n == 0)
        return -1;
    return below(r, 20) == 0 ? (int8_t)below(r, 8) : found[below(r, n)];
}

/* Each write has a version of its own; neighbours may have changed places, some are not recorded.
 * By key, or over all keys. */
static void add_versions(struct session_case *c, struct rng *r, bool global)
{
    int8_t version[CASE_SESSIONS][CASE_OPS];
    unsigned swapped = below(r, 4), next[CASE_KEYS] = {0};
    c->global = global;
    for (unsigned i = 0; i < CASE_OPS; i++)
        for (unsigned s = 0; s < c->nsessions; s++)
            if (i < c->n[s] && c->ops[s][i].f != 'r')
                version[s][i] = (int8_t)(next[global ? 0 : c->ops[s][i].key]++ ^ swapped);
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned i = 0; i < c->n[s]; i++) {
            struct case_op *op = &c->ops[s][i];
            if (!op->crashed && below(r, 8) > 0)
                op->version = op->f == 'r' ? read_version(c, r, op, version) : version[s][i];
        }
    }
}

/* ---- read as views that agree on the order of each key's writes ----------------------------- */

struct write_at {
    unsigned s, i;
};

/* Some order of all writes that keeps every session's. */
static unsigned order_writes(const struct session_case *c, struct rng *r, struct write_at *order)
{
    unsigned at[CASE_SESSIONS] = {0}, n = 0, left = 0;
    for (unsigned s = 0; s < c->nsessions; s++)
        left += c->n[s];
    while (left > 0) {
        unsigned s = below(r, c->nsessions);
        if (at[s] == c->n[s])
            continue;
        if (c->ops[s][at[s]].f == 'w')
            order[n++] = (struct write_at){s, at[s]};
        at[s]++;
        left--;
    }
    return n;
}

/* Is write i of session s the next one of its key that session's view has not had? */
static bool is_next(const struct session_case *c, const struct write_at *order, unsigned n,
                    const unsigned *at, unsigned s, unsigned i)
{
    for (unsigned k = 0; k < n && !(order[k].s == s && order[k].i == i); k++)
        if (c->ops[order[k].s][order[k].i].key == c->ops[s][i].key && order[k].i >= at[order[k].s])
            return false;
    return true;
}

/* What session `own` reads: its view is a random order of its operations and all writes. */
static void read_view(struct session_case *c, struct rng *r, const struct write_at *order,
                      unsigned n, unsigned own)
{
    unsigned at[CASE_SESSIONS] = {0};
    int8_t memory[CASE_KEYS] = {0};
    while (at[own] < c->n[own]) {
        unsigned s = below(r, c->nsessions);
        struct case_op *op = &c->ops[s][at[s]];
        if (at[s] == c->n[s] || (op->f == 'w' && !is_next(c, order, n, at, s, at[s])))
            continue;
        if (op->f == 'w')
            memory[op->key] = op->value;
        else if (s == own)
            op->value = memory[op->key];
        at[s]++;
    }
}

/* Processor consistent by construction; then a few reads are changed, or none. */
static void read_views(struct session_case *c, struct rng *r, const unsigned *written)
{
    struct write_at order[CASE_SESSIONS * CASE_OPS];
    unsigned n = order_writes(c, r, order);
    for (unsigned s = 0; s < c->nsessions; s++)
        read_view(c, r, order, n, s);
    for (unsigned change = below(r, 5); change > 0; change--) {
        unsigned s = below(r, c->nsessions);
        struct case_op *op = c->n[s] ? &c->ops[s][below(r, c->n[s])] : NULL;
        if (op && op->f == 'r')
            op->value = (int8_t)(below(r, 60) == 0 ? 99 : below(r, written[op->key] + 1));
    }
}

void session_case_random(struct session_case *c, struct rng *r, const struct case_shape *shape)
{
    unsigned written[CASE_KEYS] = {0}, total = 1 + below(r, shape->ops);
    total = shape->views ? (total + shape->ops) / 2 : total;
    unsigned writes = 20 + below(r, 60), keys = 1 + below(r, shape->keys);
    *c = (struct session_case){.nsessions = 1 + below(r, shape->sessions)};
    for (unsigned i = 0; i < total; i++) {
        unsigned s = below(r, c->nsessions);
        struct case_op op = {.f = 'r', .key = (uint8_t)below(r, keys), .version = -1};
        if (c->n[s] == CASE_OPS)
            continue;
        if (below(r, 100) < writes) {
            op.f = shape->cas && below(r, 4) == 0 ? 'c' : 'w';
            op.value = (int8_t)(shape->values ? below(r, shape->values + 1)
                                              : ++written[op.key]);
        }
        c->ops[s][c->n[s]++] = op;
    }
    for (unsigned s = 0; s < c->nsessions; s++) {
        for (unsigned i = 0; i < c->n[s]; i++) {
            struct case_op *op = &c->ops[s][i];
            unsigned top = shape->values ? shape->values : written[op->key];
            if (op->f == 'w')
                continue;
            if (op->f == 'c')
                op->to = op->value;
            op->value = (int8_t)below(r, top + 1);
            if (op->f == 'r' && below(r, 60) == 0)
                op->value = 99;
            if (op->f == 'c' && op->value == op->to && !shape->values)
                op->f = 'w';
            if (op->f == 'w')
                op->value = op->to;
        }
        if (c->n[s] > 0 && below(r, 4) == 0)
            c->ops[s][c->n[s] - 1].crashed = true;
    }
    if (shape->views)
        read_views(c, r, written);
    for (unsigned s = 0; s < c->nsessions;) {
        if (c->n[s] > 0) {
            s++;
            continue;
        }
        c->nsessions--;
        c->n[s] = c->n[c->nsessions];
        memcpy(c->ops[s], c->ops[c->nsessions], sizeof c->ops[s]);
        c->n[c->nsessions] = 0;
    }
    if (shape->versions)
        add_versions(c, r, shape->global);
}

void session_case_drop(struct session_case *c, unsigned s, unsigned i)
{
    c->n[s]--;
    memmove(&c->ops[s][i], &c->ops[s][i + 1], (c->n[s] - i) * sizeof c->ops[s][0]);
}

/* ---- as a history ---------------------------------------------------------------------------- */

static val pair(struct values *t, unsigned key, val v)
{
    val items[] = {val_text(t, V_KEYWORD, (struct str){&"abcdefghijklmnopqrstuvwxyz"[key], 1}), v};
    return val_seq(t, V_LIST, items, 2);
}

static void add(struct history *h, const struct case_op *op, unsigned process, bool completes,
                bool global)
{
    struct values *t = &h->values;
    struct event e = event_blank();
    val v = val_int(t, op->value), cas[] = {v, val_int(t, op->to)};
    e.type = !completes ? OP_INVOKE : op->crashed ? OP_INFO : OP_OK;
    e.process = val_int(t, process);
    e.f = val_text(t, V_KEYWORD, str_of(op->f == 'w' ? "write" : op->f == 'r' ? "read" : "cas"));
    if (op->f == 'c')
        v = val_seq(t, V_LIST, cas, 2);
    else if (op->f == 'r' && e.type != OP_OK)
        v = VAL_NIL;
    e.value = pair(t, op->key, v);
    if (e.type == OP_OK)
        e.version = op->version;
    e.revision = global;
    history_add_event(h, &e);
}

bool session_case_history(const struct session_case *c, struct rng *r, struct history *h,
                          struct err *e)
{
    unsigned at[CASE_SESSIONS] = {0};
    bool open[CASE_SESSIONS] = {false};
    struct pair_options opt = {.lenient = false};
    history_init(h);
    for (;;) {
        unsigned live[CASE_SESSIONS], n = 0;
        for (unsigned s = 0; s < c->nsessions; s++)
            if (at[s] < c->n[s])
                live[n++] = s;
        if (n == 0)
            break;
        unsigned s = live[r ? below(r, n) : 0];
        add(h, &c->ops[s][at[s]], s, open[s], c->global);
        at[s] += open[s];
        open[s] = !open[s];
    }
    if (history_pair(h, &opt, e) && history_split_keys(h, SPLIT_YES, e))
        return true;
    history_free(h);
    return false;
}
