/* Session guarantees of counters. What a read saw is a set of additions with that sum, and the sum
 * does not tell which; bounds do:
 *   any   no read is outside of what all additions together allow;
 *   RYW   a read is at least what its process had added (acknowledged), with all that anybody takes
 *         away; at most the same the other way round;
 *   MR    a counter that only grows never goes down: its values are its versions;
 *   RYW, MR and WFR together: a read is at least the read before and what its process added in
 *         between, because that read did not see it.
 * These are all there is when every amount is the same, and no read is more than what had been
 * invoked by then: take for the order of additions that of their invocations, and let each read see
 * what it must and then the first ones. Otherwise what is not refuted is unknown, but for MR.
 * O(operations). */
#include "base/mem.h"
#include "base/sort.h"
#include "checker/levels/guarantees.h"

static const uint32_t NONE = UINT32_MAX;
static const int64_t LARGE = (int64_t)1 << 60;
enum { SHOWN = 1000 };

struct sum {
    int64_t up, down; /* down is negative */
};

struct keyed {
    uint32_t session; /* + 1 */
    struct sum own;   /* acknowledged */
    uint32_t read;    /* the last one, and what its process had added by then */
    int64_t own_then;
};

struct judge {
    const struct level_input *in;
    struct key_result *k;
    const struct growing *g;
    unsigned asked, broken;
    int64_t *amount; /* per operation: what it adds, or what was read */
    int64_t initial, step; /* step: the amount, when all are the same */
    struct sum *all; /* per key: what can have been added */
    struct keyed *keyed;
    bool falls, differ; /* some amounts are negative; not all are the same */
    bool early;         /* a read is more than what had been invoked */
};

static void plus(struct sum *s, int64_t amount)
{
    int64_t *to = amount < 0 ? &s->down : &s->up;
    *to += amount;
}

/* False when they are too large to add up. */
static bool find_amounts(struct judge *x)
{
    const struct growing *g = x->g;
    if (x->in->initial != VAL_NIL && !val_get_int(&g->h->values, x->in->initial, &x->initial))
        return false;
    if (x->initial > LARGE || x->initial < -LARGE)
        return false;
    for (uint32_t i = 0; i < g->n; i++) {
        int64_t n = 0;
        if (!val_get_int(&g->h->values, g->ops[i].value, &n))
            return false;
        x->amount[i] = n;
        if (g->ops[i].read)
            continue;
        struct sum *all = &x->all[g->ops[i].key];
        if (n > LARGE || n < -LARGE || all->up > LARGE || all->down < -LARGE)
            return false;
        plus(all, n);
        x->falls |= n < 0;
        x->differ |= x->step != 0 && n != x->step;
        x->step = n;
    }
    return true;
}

/* ---- evidence ------------------------------------------------------------------------------- */

/* Additions of the key that make up what was read; at most SHOWN. */
static size_t show_enough(struct judge *x, uint32_t r, uint32_t *ops)
{
    int64_t left = x->amount[r] - x->initial;
    size_t n = 0;
    for (uint32_t i = 0; i < x->g->n && left > 0 && n < SHOWN; i++) {
        const struct grow_op *o = &x->g->ops[i];
        if (o->read || o->key != x->g->ops[r].key || x->amount[i] < 0)
            continue;
        ops[n++] = o->op;
        left -= x->amount[i];
    }
    return n;
}

/* What the process of `r` did with the key after `from` (NONE: at first) and before r. */
static size_t show_own(struct judge *x, uint32_t from, uint32_t r, uint32_t *ops)
{
    size_t n = 0;
    for (uint32_t i = r; i-- > 0 && i != from && n < SHOWN;) {
        const struct grow_op *o = &x->g->ops[i];
        if (o->session != x->g->ops[r].session)
            break;
        if (!o->read && !o->crashed && o->key == x->g->ops[r].key)
            ops[n++] = o->op;
    }
    return n;
}

static void say_key(struct speaker *s, const struct grow_op *r)
{
    val key = s->h->ops[r->op].key;
    if (key == VAL_ABSENT)
        return;
    buf_puts(&s->b, " of ");
    say_val(s, key);
}

/* ": process 3 read 5, added 2, and later read 5" */
static void say_case(struct judge *x, struct speaker *s, uint32_t first, uint32_t r, int64_t own)
{
    buf_puts(&s->b, ": process ");
    say_val(s, s->h->ops[x->g->ops[r].op].process);
    if (first != NONE) {
        buf_puts(&s->b, " read ");
        buf_i64(&s->b, x->amount[first]);
    }
    if (first == NONE || own != 0) {
        buf_puts(&s->b, first == NONE ? " had added " : ", added ");
        buf_i64(&s->b, own);
    }
    buf_puts(&s->b, first == NONE ? " in all and read " : " and later read ");
    buf_i64(&s->b, x->amount[r]);
    say_key(s, &x->g->ops[r]);
}

static void break_it(struct judge *x, unsigned g, uint32_t first, uint32_t r, int64_t own)
{
    struct speaker s = level_speaker(x->in->h, x->k);
    const struct edge e = {first == NONE ? 0 : x->g->ops[first].op, x->g->ops[r].op, NO_EVENT,
                           EDGE_PROGRAM, NULL};
    uint32_t *ops = mem_alloc((2 * SHOWN + 2) * sizeof *ops);
    size_t n = 0;
    ops[n++] = x->g->ops[r].op;
    if (first != NONE)
        n += show_enough(x, first, ops + n);
    else
        n += show_enough(x, r, ops + n);
    if (g & RYW)
        n += show_own(x, first, r, ops + n);
    x->broken = g;
    x->k->bad_op = x->g->ops[r].op;
    level_edges(&s, &e, first != NONE, ops, n);
    guarantees_say(&s, g);
    say_case(x, &s, first, r, own);
    level_invalid(&s, guarantees_word(g));
    buf_free(&s.b);
    mem_free(ops);
}

/* No additions at all explain it. */
static void say_impossible(struct judge *x, uint32_t r, int64_t low, int64_t high)
{
    struct speaker s = level_speaker(x->in->h, x->k);
    uint32_t op = x->g->ops[r].op;
    bool above = x->amount[r] > high, below = x->amount[r] < low;
    level_show(x->k, &op, 1, op);
    level_say_op(&s, op);
    buf_puts(&s.b, ": whatever took effect, the counter was between ");
    buf_i64(&s.b, low);
    buf_puts(&s.b, " and ");
    buf_i64(&s.b, high);
    if (!above && !below) {
        buf_puts(&s.b, ", in steps of ");
        buf_i64(&s.b, x->step);
    }
    say_end_step(&s);
    buf_puts(&s.b, above   ? "a read is higher than all additions together"
                   : below ? "a read is lower than anything that can have been there"
                           : "a read is what no additions add up to");
    level_invalid(&s, above ? "counter-too-high" : below ? "counter-too-low" : "wrong-total");
    buf_free(&s.b);
    x->broken = ALL;
}

/* ---- judging -------------------------------------------------------------------------------- */

static void judge_alone(struct judge *x, uint32_t r, const struct keyed *k)
{
    const struct sum *all = &x->all[x->g->ops[r].key];
    int64_t v = x->amount[r], high = x->initial + all->up, low = x->initial + all->down;
    bool between = !x->differ && x->step != 0 && (v - x->initial) % x->step != 0;
    if (v > high || v < low || between) {
        say_impossible(x, r, low, high);
        return;
    }
    if (!(x->asked & RYW))
        return;
    if (v < low + k->own.up || v > high + k->own.down)
        break_it(x, RYW, NONE, r, v < low + k->own.up ? k->own.up : k->own.down);
}

static void judge_after(struct judge *x, uint32_t r, const struct keyed *k)
{
    const unsigned joint = RYW | MR | WFR;
    if (x->broken || k->read == NONE || x->falls)
        return;
    int64_t v = x->amount[r], then = x->amount[k->read], own = k->own.up - k->own_then;
    if ((x->asked & MR) && v < then)
        break_it(x, MR, k->read, r, 0);
    else if ((x->asked & joint) == joint && v < then + own)
        break_it(x, joint, k->read, r, own);
}

static void sweep(struct judge *x)
{
    const struct growing *g = x->g;
    for (uint32_t i = 0; i < g->n && !x->broken; i++) {
        const struct grow_op *o = &g->ops[i];
        struct keyed *k = &x->keyed[o->key];
        if (k->session != o->session + 1)
            *k = (struct keyed){.session = o->session + 1, .read = NONE};
        if (!o->read) {
            if (!o->crashed)
                plus(&k->own, x->amount[i]);
            continue;
        }
        judge_alone(x, i, k);
        judge_after(x, i, k);
        k->read = i;
        k->own_then = k->own.up;
    }
}

/* Is a read more than what had been invoked when it completed? By position. */
static void find_early(struct judge *x)
{
    const struct growing *g = x->g;
    uint64_t *order = mem_alloc(((size_t)g->n + 1) * sizeof *order);
    struct sum *by_then = mem_zalloc((size_t)g->nkeys + 1, sizeof *by_then);
    for (uint32_t i = 0; i < g->n; i++) {
        const struct op *op = &g->h->ops[g->ops[i].op];
        order[i] = sort_word(g->ops[i].read ? op->ret : op->inv, i);
    }
    sort_by_high32(order, g->n);
    for (uint32_t j = 0; j < g->n; j++) {
        uint32_t i = sort_id(order[j]);
        struct sum *s = &by_then[g->ops[i].key];
        if (!g->ops[i].read)
            plus(s, x->amount[i]);
        else
            x->early |= x->amount[i] > x->initial + s->up;
    }
    mem_free(order);
    mem_free(by_then);
}

static void leave_open(struct judge *x)
{
    if (x->falls)
        level_unknown(x->k, "the counter goes up and down, so its values are no versions; no read "
                      "is outside of its bounds");
    else if (x->asked != MR && x->differ)
        level_unknown(x->k, "the amounts differ, so it is open which additions a read saw; no read "
                      "is outside of its bounds");
    else if ((x->asked & WFR) && x->early)
        level_unknown(x->k, "a read returned more than had been added by then, so it is open which "
                      "additions it saw");
}

void growing_sums(const struct level_input *in, struct key_result *k, const struct growing *g,
                  unsigned asked)
{
    struct judge x = {.in = in, .k = k, .g = g, .asked = asked};
    x.amount = mem_alloc(((size_t)g->n + 1) * sizeof *x.amount);
    x.all = mem_zalloc((size_t)g->nkeys + 1, sizeof *x.all);
    x.keyed = mem_zalloc((size_t)g->nkeys + 1, sizeof *x.keyed);
    if (!find_amounts(&x)) {
        level_unknown(k, "the amounts are too large to add up");
    } else {
        sweep(&x);
        if (!x.broken)
            find_early(&x);
        if (!x.broken)
            leave_open(&x);
    }
    mem_free(x.amount);
    mem_free(x.all);
    mem_free(x.keyed);
}
