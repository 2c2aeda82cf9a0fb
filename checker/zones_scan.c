/* The zone test. Definition: a register whose written values are all different is linearizable iff
 *  1. every value that was observed has a writer (closed backwards over cas),
 *  2. no value is replaced by two cas, and no cas cycle lacks an origin,
 *  3. inside a chain of cas the stages [write v0][reads v0][cas v0 v1][reads v1]... do not
 *     contradict real time,
 *  4. no two chains each have to come before the other. A chain is a block: with f = its earliest
 *     end and s = its latest begin, A must precede B iff f_A < s_B.
 * Pairs suffice in 4: take the block with the least f on a cycle, its predecessor P has f_P < s_A,
 * and f_A <= f_(predecessor of P) < s_P. One sweep by f finds a conflicting pair, remembering only
 * the block with the greatest s so far: if two earlier blocks both had s > f, they conflict.
 * Crashed operations have no end; those that nobody needs are dropped.
 * Complexity O(n): positions and value ids are dense, so all sorting is by buckets.
 * Source: Gibbons & Korach, Testing Shared Memories, SIAM J. Comput. 1997 (zones); the extension
 * to cas chains and crashed operations is research/algorithms.md 1.5. */
#include "checker/zones.h"

static void place_ops(struct zones *z)
{
    memset(z->v, 0xff, z->values->n * sizeof *z->v);
    const struct lin_op *ops = z->o->ops;
    for (uint32_t i = 0; i < z->o->n && ops[i].inv <= z->limit; i++) {
        struct effect e = zone_effect(z, i);
        if (e.to != NO_VALUE) {
            if (zone_writes(z, i))
                z->v[e.to].writer = i;
        } else if (e.from != NO_VALUE && ops[i].res <= z->limit) {
            struct zone_value *v = &z->v[e.from];
            if (v->first_read == NO_OP || ops[i].res < ops[v->first_read].res)
                v->first_read = i;
            v->last_read = i;
        }
    }
}

/* The value was there, as `op` proves; so was what a cas needed to make it. */
static bool observe(struct zones *z, uint32_t value, uint32_t op, struct zone_clash *c)
{
    while (value != 0 && value != NO_VALUE && z->v[value].seen == NO_OP) {
        z->v[value].seen = op;
        z->nseen++;
        uint32_t w = z->v[value].writer;
        if (w == NO_OP) {
            *c = (struct zone_clash){
                .rule = RULE_THIN_AIR, .value = value, .op = op, .evident = z->o->ops[op].res};
            return false;
        }
        value = zone_effect(z, w).from;
    }
    return true;
}

static bool observe_all(struct zones *z, struct zone_clash *c)
{
    z->nseen = 0;
    for (uint32_t v = 0; v < z->values->n; v++) {
        uint32_t w = z->v[v].writer;
        if (z->v[v].first_read != NO_OP && !observe(z, v, z->v[v].first_read, c))
            return false;
        if (w != NO_OP && zone_ended(z, w) && !observe(z, v, w, c))
            return false;
    }
    return true;
}

/* The earliest end that proves that `op`, a reader or a seen writer, took effect. */
static uint32_t proved(const struct zones *z, uint32_t op)
{
    struct effect e = zone_effect(z, op);
    uint32_t end = zone_ended(z, op) ? z->o->ops[op].res : RES_INF;
    if (e.to == NO_VALUE)
        return end;
    uint32_t seen = z->o->ops[z->v[e.to].seen].res;
    return seen < end ? seen : end;
}

static uint32_t later(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static bool link_cas(struct zones *z, struct zone_clash *c)
{
    bool good = true;
    for (uint32_t v = 1; v < z->values->n; v++) {
        if (z->v[v].seen == NO_OP)
            continue;
        uint32_t op = z->v[v].writer, from = zone_effect(z, op).from;
        if (from == NO_VALUE)
            continue;
        if (z->v[from].next == NO_VALUE) {
            z->v[from].next = v;
            continue;
        }
        uint32_t other = z->v[z->v[from].next].writer;
        *c = (struct zone_clash){.rule = RULE_TWO_CAS,
                                 .value = from,
                                 .op = other,
                                 .op2 = op,
                                 .evident = later(proved(z, op), proved(z, other))};
        good = false;
    }
    return good;
}

/* Stage scan of one chain: `after` is the latest begin among strictly earlier stages. */
struct stages {
    int64_t after;
    uint32_t op;
};

static bool stage(const struct zones *z, uint32_t first, uint32_t last, struct stages *s,
                  struct block *b, struct zone_clash *c)
{
    const struct lin_op *ops = z->o->ops;
    if (zone_ended(z, first)) {
        int64_t end = ops[first].res;
        if (end < s->after) {
            bool reader = zone_effect(z, s->op).to == NO_VALUE;
            uint32_t both = later(ops[first].res, ops[s->op].res);
            *c = (struct zone_clash){.rule = RULE_CHAIN_ORDER,
                                     .op = first,
                                     .op2 = s->op,
                                     .evident = reader ? both : ops[first].res};
            return false;
        }
        if (end < b->first_end) {
            b->first_end = end;
            b->first = first;
        }
    }
    int64_t begin = ops[last].inv;
    if (begin > s->after) {
        s->after = begin;
        s->op = last;
    }
    if (begin > b->last_begin) {
        b->last_begin = begin;
        b->last = last;
    }
    return true;
}

bool zones_scan_chain(const struct zones *z, uint32_t head, struct block *b, struct zone_clash *c)
{
    struct stages s = {-1, NO_OP};
    *b = (struct block){head == 0 ? -1 : INT64_MAX, -1, NO_OP, NO_OP, head};
    for (uint32_t v = head; v != NO_VALUE; v = z->v[v].next) {
        const struct zone_value *x = &z->v[v];
        if (x->writer != NO_OP && !stage(z, x->writer, x->writer, &s, b, c))
            return false;
        if (x->first_read != NO_OP && !stage(z, x->first_read, x->last_read, &s, b, c))
            return false;
    }
    return true;
}

static uint32_t chain_length(const struct zones *z, uint32_t head)
{
    uint32_t n = 0;
    for (uint32_t v = head; v != NO_VALUE; v = z->v[v].next)
        n++;
    return n;
}

/* Blocks into z->order. `*loose` is the number of seen values on no chain. */
static bool scan_chains(struct zones *z, struct block *initial, uint32_t *loose,
                        struct zone_clash *c)
{
    z->norder = 0;
    *loose = z->nseen - (chain_length(z, 0) - 1);
    if (!zones_scan_chain(z, 0, initial, c))
        return false;
    for (uint32_t v = 1; v < z->values->n; v++) {
        if (z->v[v].seen == NO_OP || zone_effect(z, z->v[v].writer).from != NO_VALUE)
            continue;
        struct block b;
        if (!zones_scan_chain(z, v, &b, c))
            return false;
        z->v[v].last_begin = (uint32_t)b.last_begin;
        z->order[z->norder++] = sort_word((uint32_t)b.first_end, v);
        *loose -= z->v[v].next == NO_VALUE ? 1 : chain_length(z, v);
    }
    return true;
}

/* Mark what the chains hold (last_begin is set); anything else that was seen lies on a cycle. */
static bool cycle(struct zones *z, struct zone_clash *c)
{
    for (uint32_t v = z->v[0].next; v != NO_VALUE; v = z->v[v].next)
        z->v[v].last_begin = 0;
    for (size_t i = 0; i < z->norder; i++)
        for (uint32_t v = sort_id(z->order[i]); v != NO_VALUE; v = z->v[v].next)
            z->v[v].last_begin = 0;
    uint32_t v = 1;
    while (z->v[v].seen == NO_OP || z->v[v].last_begin == 0)
        v++;
    *c = (struct zone_clash){
        .rule = RULE_CAS_CYCLE, .value = v, .evident = z->o->ops[z->v[v].seen].res};
    return false;
}

static bool conflict(const struct zones *z, uint32_t a, uint32_t b, struct zone_clash *c)
{
    struct zone_clash none;
    *c = (struct zone_clash){.rule = a == 0 ? RULE_INITIAL_GONE : RULE_BLOCK_ORDER};
    zones_scan_chain(z, a, &c->a, &none);
    zones_scan_chain(z, b, &c->b, &none);
    const struct lin_op *ops = z->o->ops;
    c->evident = later(ops[c->b.first].res, proved(z, c->a.last));
    if (a != 0)
        c->evident = later(c->evident, later(ops[c->a.first].res, proved(z, c->b.last)));
    return false;
}

static bool sweep_blocks(struct zones *z, const struct block *initial, struct zone_clash *c)
{
    sort_by_high32(z->order, z->norder);
    int64_t end = initial->first_end, begin = initial->last_begin;
    uint32_t head = 0;
    for (size_t i = 0; i < z->norder; i++) {
        uint32_t v = sort_id(z->order[i]);
        int64_t f = sort_key(z->order[i]), s = z->v[v].last_begin;
        if (begin > f && s > end)
            return conflict(z, head, v, c);
        if (s > begin) {
            begin = s;
            end = f;
            head = v;
        }
    }
    return true;
}

bool zones_scan(struct zones *z, struct zone_clash *c)
{
    place_ops(z);
    struct block initial;
    uint32_t loose;
    if (!observe_all(z, c) || !link_cas(z, c) || !scan_chains(z, &initial, &loose, c))
        return false;
    if (loose > 0)
        return cycle(z, c);
    return sweep_blocks(z, &initial, c);
}
