/* Registers of replicas.
 *
 * Any read returns what a write that had begun wrote, or the initial value.
 * Final reads agree, but for values of crashed writes; they are not the initial value when a write
 * was acknowledged.
 *
 * Last writer wins (unique values): each place goes from lower to higher values of one order, and
 * acknowledges a write only when what it has is not lower. So consecutive reads of a place, and a
 * write before a read there, order their values, everything is below what final reads agree on, and
 * a cycle has no explanation.
 *
 * Many values: a write supersedes what its place had: earlier writes acknowledged there, or read
 * there. Superseded values are not returned together with what superseded them, nor after it at
 * that place; a write that its place acknowledged is returned there until another write that may
 * have seen it supersedes it; and in the end a write after which none can have begun is there.
 * Necessary conditions; O(n log n) but for reads of many values. After research/algorithms.md 5.2.
 */
#include "base/mem.h"
#include "checker/levels/digraph.h"
#include "checker/replicas/replicas.h"

struct written {
    uint32_t write; /* the first write of it, into ops; NO_EVENT: none */
    uint32_t writes;
    uint32_t stamp;
};

struct place {
    uint32_t last; /* operation that ended last of those that follow each other, or NO_EVENT */
};

struct registers {
    struct replicas *r;
    const struct demands *d;
    struct elements values;
    struct written *w;
    size_t cap;
    uint32_t initial; /* value */
    uint32_t stamp;
    bool repeated;
};

static uint32_t value(struct registers *s, val v)
{
    size_t known = s->values.n;
    uint32_t i = elements_add(&s->values, v);
    if (s->values.n > known) {
        s->w = mem_grow(s->w, &s->cap, s->values.n, sizeof *s->w);
        s->w[i] = (struct written){.write = NO_EVENT};
    }
    return i;
}

static void note_writes(struct registers *s)
{
    s->initial = value(s, s->r->initial);
    for (uint32_t i = 0; i < s->r->n; i++) {
        if (s->r->ops[i].part == REPLICA_READ)
            continue;
        uint32_t v = value(s, s->r->ops[i].value);
        s->repeated |= s->w[v].writes > 0 || v == s->initial;
        if (s->w[v].writes++ == 0)
            s->w[v].write = i;
    }
}

static void say_bad(struct registers *s, const uint32_t *ops, size_t n, const char *word, val v,
                    const char *what)
{
    struct buf text = {.max = 60};
    val_print_edn(&s->r->h->values, v, &text);
    replicas_invalid(s->r, ops, n, word, "%.*s %s", (int)text.n, buf_str(&text).p, what);
    buf_free(&text);
}

/* The values that a read returned: one, or with many all of them. */
static const val *returned(const struct registers *s, uint32_t i, size_t *n)
{
    const struct replica_op *op = &s->r->ops[i];
    const struct values *t = &s->r->h->values;
    enum val_kind kind = val_kind(t, op->value);
    if (s->d->many && (kind == V_LIST || kind == V_SET))
        return val_items(t, op->value, n);
    *n = op->value != VAL_ABSENT && (op->value != VAL_NIL || !(s->d->many || s->r->nil_unknown));
    return &op->value;
}

static void judge_known(struct registers *s)
{
    struct replicas *r = s->r;
    for (uint32_t i = 0; i < r->n && r->k->verdict == VERDICT_VALID; i++) {
        size_t n;
        if (r->ops[i].part != REPLICA_READ)
            continue;
        const val *items = returned(s, i, &n);
        for (size_t j = 0; j < n && r->k->verdict == VERDICT_VALID; j++) {
            uint32_t v = value(s, items[j]), w = s->w[v].write;
            if (v != s->initial && (w == NO_EVENT || r->ops[w].begin > r->ops[i].end))
                say_bad(s, (const uint32_t[]){w, i}, 2, "thin-air-read", items[j],
                        "was read, though no write that can have happened by then wrote it");
        }
    }
}

/* ---- last writer wins ----------------------------------------------------------------------- */

static void say_cycle(struct registers *s, const struct digraph *g)
{
    enum { MOST = 10 };
    size_t k;
    uint32_t ops[2 * MOST], n = 0;
    struct digraph_edge *cycle = digraph_cycle(g, &k);
    for (size_t i = 0; i < k && n + 2 <= 2 * MOST; i++) {
        uint32_t later = cycle[i].tag, before = s->w[cycle[i].from].write;
        ops[n++] = before;
        ops[n++] = later;
    }
    mem_free(cycle);
    replicas_invalid(s->r, ops, n, "no-winner", "no order of the writes lets the last one win: "
                     "places replaced values by each other in a circle");
}

/* `to` was there later; the initial value is the lowest. */
static void add_edge(const struct registers *s, struct digraph *g, uint32_t from, uint32_t to,
                     uint32_t later)
{
    digraph_add(g, from, to, later);
    if (to == s->initial)
        digraph_add(g, to, from, later);
}

/* Everything that was there before is below what all final reads agree on. */
static void add_final_edges(struct registers *s, struct digraph *g)
{
    struct replicas *r = s->r;
    uint32_t last = NO_EVENT;
    for (uint32_t p = 0; p < r->places.n; p++) {
        uint32_t i = r->final[p];
        if (i != NO_EVENT && last != NO_EVENT && r->ops[i].value != r->ops[last].value)
            return;
        if (i != NO_EVENT && (last == NO_EVENT || i > last))
            last = i;
    }
    if (last == NO_EVENT || r->ops[last].begin < r->updated)
        return;
    for (uint32_t i = 0; i < r->n; i++)
        if (r->ops[i].end < r->ops[last].begin && r->ops[i].value != r->ops[last].value &&
            r->ops[i].value != VAL_ABSENT)
            add_edge(s, g, value(s, r->ops[i].value), value(s, r->ops[last].value), last);
}

/* Edges from what a place had to what it had later. An operation counts when it began after the one
 * before it, that counted, had ended. `in_the_end`: final reads count as such, too. */
static void judge_order(struct registers *s, bool in_the_end)
{
    struct replicas *r = s->r;
    uint64_t *order = replicas_order(r);
    struct place *place = mem_alloc((r->places.n + 1) * sizeof *place);
    struct digraph g = {.n = (uint32_t)s->values.n};
    for (uint32_t p = 0; p < r->places.n; p++)
        place[p].last = NO_EVENT;
    for (size_t j = 0; order[j] != UINT64_MAX; j++) {
        uint32_t i = sort_id(order[j]);
        const struct replica_op *op = &r->ops[i];
        struct place *p = &place[op->place];
        bool follows = p->last == NO_EVENT || r->ops[p->last].end < op->begin;
        if (sort_key(order[j]) == op->begin || !follows || op->value == VAL_ABSENT)
            continue;
        if (p->last != NO_EVENT && op->part == REPLICA_READ &&
            r->ops[p->last].value != op->value)
            add_edge(s, &g, value(s, r->ops[p->last].value), value(s, op->value), i);
        /* A write may lose against what the place has: only a later read tells. */
        p->last = i;
    }
    if (in_the_end)
        add_final_edges(s, &g);
    if (digraph_cyclic(&g))
        say_cycle(s, &g);
    digraph_free(&g);
    mem_free(place);
    mem_free(order);
}

/* ---- many values ---------------------------------------------------------------------------- */

struct known { /* a value that a place has */
    uint32_t value, since; /* position from which on it is known */
    struct known *next;
};

struct superseder {
    uint32_t value; /* whose write it was that superseded */
    struct superseder *next;
};

struct many {
    struct registers *s;
    struct known **at;         /* per place */
    struct superseder **by;    /* per value */
    uint32_t ends[2], latest;  /* of writes that began: the two greatest ends; whose the first is */
    struct arena arena;
};

static void write_began(struct many *m, uint32_t i)
{
    uint32_t end = m->s->r->ops[i].end;
    if (m->latest == NO_EVENT || end > m->ends[0]) {
        m->ends[1] = m->latest == NO_EVENT ? 0 : m->ends[0];
        m->ends[0] = end;
        m->latest = i;
    } else if (end > m->ends[1]) {
        m->ends[1] = end;
    }
}

/* Can another write that began by now have seen write i? */
static bool may_be_superseded(const struct many *m, uint32_t i)
{
    return m->ends[m->latest == i] > m->s->r->ops[i].begin;
}

static void know(struct many *m, uint32_t place, uint32_t v, uint32_t since)
{
    struct known *x = arena_alloc(&m->arena, sizeof *x);
    *x = (struct known){v, since, m->at[place]};
    m->at[place] = x;
}

static void write_ended(struct many *m, uint32_t i)
{
    const struct replica_op *op = &m->s->r->ops[i];
    uint32_t v = value(m->s, op->value);
    for (struct known **p = &m->at[op->place]; *p;) {
        struct known *x = *p;
        if (x->since >= op->begin || x->value == v) {
            p = &x->next;
            continue;
        }
        struct superseder *by = arena_alloc(&m->arena, sizeof *by);
        *by = (struct superseder){v, m->by[x->value]};
        m->by[x->value] = by;
        *p = x->next;
    }
    know(m, op->place, v, op->end);
}

/* The read has v: nothing that superseded v is in it, or was acknowledged at its place before. */
static void judge_superseded(struct many *m, uint32_t i, uint32_t v)
{
    struct registers *s = m->s;
    const struct replica_op *op = &s->r->ops[i];
    for (const struct superseder *x = m->by[v]; x && s->r->k->verdict == VERDICT_VALID;
         x = x->next) {
        uint32_t w = s->w[x->value].write;
        bool here = w != NO_EVENT && s->r->ops[w].place == op->place &&
                    s->r->ops[w].end < op->begin;
        if (s->w[x->value].stamp == s->stamp || here)
            say_bad(s, (const uint32_t[]){s->w[v].write, w, i}, 3, "superseded", s->values.v[v],
                    "was returned although a write whose place had it had replaced it");
    }
}

static bool knows(const struct many *m, uint32_t place, uint32_t v)
{
    for (const struct known *x = m->at[place]; x; x = x->next)
        if (x->value == v)
            return true;
    return false;
}

static void many_read(struct many *m, uint32_t i)
{
    struct registers *s = m->s;
    const struct replica_op *op = &s->r->ops[i];
    size_t n;
    const val *items = returned(s, i, &n);
    s->stamp++;
    for (size_t j = 0; j < n; j++)
        s->w[value(s, items[j])].stamp = s->stamp;
    for (size_t j = 0; j < n && s->r->k->verdict == VERDICT_VALID; j++)
        judge_superseded(m, i, value(s, items[j]));
    for (struct known **p = &m->at[op->place]; *p;) {
        struct known *x = *p;
        uint32_t w = s->w[x->value].write;
        bool kept = s->w[x->value].stamp == s->stamp || x->since > op->begin;
        if (!kept && w != NO_EVENT && s->r->ops[w].end != UINT32_MAX &&
            !may_be_superseded(m, w) && s->r->k->verdict == VERDICT_VALID)
            say_bad(s, (const uint32_t[]){w, i}, 2, "lost", s->values.v[x->value],
                    "was there, no other write can have replaced it, and a later read lacks it");
        if (kept)
            p = &x->next;
        else
            *p = x->next;
    }
    for (size_t j = 0; j < n; j++)
        if (!knows(m, op->place, value(s, items[j])))
            know(m, op->place, value(s, items[j]), op->end);
}

static void judge_many(struct registers *s)
{
    struct replicas *r = s->r;
    struct many m = {.s = s, .latest = NO_EVENT};
    uint64_t *order = replicas_order(r);
    m.at = mem_zalloc(r->places.n + 1, sizeof(struct known *));
    m.by = mem_zalloc(s->values.n + 1, sizeof(struct superseder *));
    for (size_t j = 0; order[j] != UINT64_MAX && r->k->verdict == VERDICT_VALID; j++) {
        uint32_t i = sort_id(order[j]);
        bool begins = sort_key(order[j]) == r->ops[i].begin, write = r->ops[i].part != REPLICA_READ;
        if (write && begins)
            write_began(&m, i);
        else if (write)
            write_ended(&m, i);
        else if (!begins)
            many_read(&m, i);
    }
    mem_free(order);
    mem_free(m.at);
    mem_free(m.by);
    arena_free(&m.arena);
}

/* ---- final reads ---------------------------------------------------------------------------- */

/* Of a read's value v: did only crashed operations write it? */
static bool doubtful(const struct registers *s, uint32_t v)
{
    for (uint32_t i = 0; i < s->r->n; i++)
        if (s->r->ops[i].part != REPLICA_READ && s->r->ops[i].value == s->values.v[v] &&
            s->r->ops[i].end == UINT32_MAX)
            return true;
    return false;
}

/* Items of final read `i` that `other` lacks: first into *v. *doubt: one of them is doubtful, or
 * one that both have and that was written twice: only the later read may have the crashed write. */
static bool differs(struct registers *s, uint32_t i, uint32_t other, uint32_t *v, bool *doubt)
{
    size_t n, others;
    const val *items = returned(s, i, &n), *there = returned(s, other, &others);
    bool any = false;
    s->stamp++;
    for (size_t j = 0; j < others; j++)
        s->w[value(s, there[j])].stamp = s->stamp;
    for (size_t j = 0; j < n; j++) {
        uint32_t x = value(s, items[j]);
        bool both = s->w[x].stamp == s->stamp;
        *doubt |= (!both || s->w[x].writes > 1) && doubtful(s, x);
        if (both)
            continue;
        *v = any ? *v : x;
        any = true;
    }
    return any;
}

/* A crashed write may have taken effect between two final reads, and replaced what the first one
 * had: then both differ, and only the later value tells why. */
static void judge_pair(struct registers *s, uint32_t first, uint32_t i, bool *doubt)
{
    uint32_t v = 0, w = 0;
    bool maybe = false, a = differs(s, first, i, &v, &maybe), b = differs(s, i, first, &w, &maybe);
    if (!(a || b))
        return;
    *doubt |= maybe;
    if (maybe)
        return;
    uint32_t x = a ? v : w;
    say_bad(s, (const uint32_t[]){s->w[x].write, first, i}, 3, "diverged", s->values.v[x],
            "is what one final read returned, but not another one");
}

/* The acknowledged write that no other one can have replaced, because all others had ended when it
 * began; or NO_EVENT. */
static uint32_t certain_winner(const struct replicas *r)
{
    uint32_t last = NO_EVENT;
    for (uint32_t i = 0; i < r->n; i++)
        if (r->ops[i].part != REPLICA_READ)
            last = i;
    for (uint32_t i = 0; i < r->n && last != NO_EVENT; i++)
        if (r->ops[i].part != REPLICA_READ && i != last && r->ops[i].end > r->ops[last].begin)
            return NO_EVENT;
    return last != NO_EVENT && r->ops[last].end != UINT32_MAX ? last : NO_EVENT;
}

static void judge_final(struct registers *s, uint32_t i, uint32_t winner)
{
    struct replicas *r = s->r;
    size_t n;
    const val *items = returned(s, i, &n);
    bool initial = n == 0, has = false;
    for (size_t j = 0; j < n; j++) {
        initial |= value(s, items[j]) == s->initial;
        has |= winner != NO_EVENT && items[j] == r->ops[winner].value;
    }
    uint32_t write = NO_EVENT;
    for (uint32_t j = 0; j < r->n; j++)
        if (r->ops[j].part != REPLICA_READ && r->ops[j].end != UINT32_MAX)
            write = j;
    if (initial && write != NO_EVENT && s->w[s->initial].writes == 0)
        replicas_invalid(r, (const uint32_t[]){write, i}, 2, "lost", "a final read returned the "
                         "initial value, although a write was acknowledged");
    else if (s->d->many && winner != NO_EVENT && !has)
        say_bad(s, (const uint32_t[]){winner, i}, 2, "lost", r->ops[winner].value,
                "was written last, after all other writes had ended, and a final read lacks it");
}

/* Did acknowledged writes alone make what it returned? */
static bool is_sure(struct registers *s, uint32_t i)
{
    size_t n;
    const val *items = returned(s, i, &n);
    for (size_t j = 0; j < n; j++)
        if (doubtful(s, value(s, items[j])))
            return false;
    return true;
}

static void judge_finals(struct registers *s)
{
    struct replicas *r = s->r;
    uint32_t first = NO_EVENT, sure = NO_EVENT, winner = certain_winner(r);
    bool doubt = false;
    for (uint32_t p = 0; p < r->places.n && r->k->verdict == VERDICT_VALID; p++) {
        uint32_t i = r->final[p];
        if (i == NO_EVENT)
            continue;
        judge_final(s, i, winner);
        if (first == NO_EVENT)
            first = i;
        else if (r->k->verdict == VERDICT_VALID)
            judge_pair(s, first, i, &doubt);
        /* Where crashed writes leave it open whether one differs from the first, two that they
         * cannot have made may still differ from each other. */
        if (r->ops[i].value == r->ops[first].value || !is_sure(s, i))
            continue;
        if (sure == NO_EVENT)
            sure = i;
        else if (r->k->verdict == VERDICT_VALID)
            judge_pair(s, sure, i, &doubt);
    }
    if (r->k->verdict == VERDICT_VALID && doubt)
        level_unknown(r->k, "final reads disagree, but only about values of writes whose outcome "
                            "is "
                      "unknown, which may have taken effect between them");
}

static bool registers_only(const struct replicas *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        if (r->ops[i].part == REPLICA_READ || r->ops[i].part == REPLICA_WRITE)
            continue;
        level_unknown(r->k, "a register is changed by writes only");
        return false;
    }
    return true;
}

void judge_register(struct replicas *r, const struct demands *d)
{
    struct registers s = {.r = r, .d = d};
    if (!registers_only(r))
        return;
    elements_init(&s.values, r->n);
    note_writes(&s);
    judge_known(&s);
    if (r->k->verdict == VERDICT_VALID && d->many && !d->finals_only && !s.repeated)
        judge_many(&s);
    bool last_wins = d->last_wins && !s.repeated;
    if (r->k->verdict == VERDICT_VALID && last_wins)
        judge_order(&s, false);
    if (r->k->verdict == VERDICT_VALID && replicas_testable(r)) {
        judge_finals(&s);
        if (r->k->verdict == VERDICT_VALID && last_wins)
            judge_order(&s, true);
        replicas_soften(r);
    }
    if (r->k->verdict == VERDICT_VALID && s.repeated && (d->many || d->last_wins))
        level_unknown(r->k, "values were written more than once, so it cannot be told which write "
                      "won (workloads should write each value once)");
    elements_free(&s.values);
    mem_free(s.w);
}
