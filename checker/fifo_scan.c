/* Queues whose elements are all different (research/algorithms.md 1.8; after Bouajjani, Emmi,
 * Enea, Hamza, On reducing linearizability to state reachability, 2015).
 *
 * Definition: an element comes in at one end and is taken out at the other; a take or a peek speaks
 * of the element that is at the front, or says that there is none.
 * Idea: in every linearization the elements come in and leave in one order. What the history says
 * of two elements a and b are two kinds of edges, a before b:
 *   E  a came in for certain before b's put began;
 *   F  a was at the front for certain before b was there for the last time
 * where .came, .out and .stays of fifo.h are the positions for certain. Both are interval orders,
 * so that a cycle always contains one of two edges (checked against brute force), and these are
 * found by sorting and sweeping with a maximum:
 *   F against F: two elements were at the front in turns (only possible with peeks);
 *   E against F: a came in first, but b was at the front before a had left.
 * An operation that found nothing needs a point at which no element is inside for certain, which is
 * from .came to .stays. Without an order that is all that elements have to do with each other.
 * Crashed puts count when their element was seen. Crashed takes have taken anybody: without peeks
 * and empty results a crashed take can only help an element that was never taken and that another
 * element passed; it must have begun before the first that passed was out. These limits are met in
 * order, each by the crashed take that began first (earliest deadline first).
 * Complexity: O(n) and a few sorts of n/2 words; 36 bytes per element and 8 per operation. */
#include "checker/fifo.h"

static const struct lin_op *op_at(const struct fifo *f, uint32_t op)
{
    return &f->o->ops[op];
}

static bool ended(const struct fifo *f, uint32_t op)
{
    return op_at(f, op)->res <= f->limit;
}

static uint32_t later(uint32_t x, uint32_t y)
{
    return x > y ? x : y;
}

static bool clash_of_ops(struct fifo_clash *c, enum rule rule, uint32_t op, uint32_t op2,
                         uint32_t evident)
{
    *c = (struct fifo_clash){.rule = rule, .a = NO_OP, .b = NO_OP, .op = op, .op2 = op2,
                             .evident = evident};
    return false;
}

static void see_front(const struct fifo *f, struct fifo_value *v, uint32_t op)
{
    const struct lin_op *l = op_at(f, op);
    if (l->res <= f->limit && (v->first == NO_OP || l->res < v->out)) {
        v->first = op;
        v->out = l->res;
    }
    if (v->last == NO_OP || l->inv > op_at(f, v->last)->inv)
        v->last = op;
}

static bool gather(const struct fifo *f, uint32_t i, struct fifo_clash *c)
{
    struct fifo_value *v = &f->v[i];
    uint32_t open = NO_OP;
    v->take = v->first = v->last = NO_OP;
    v->out = v->stays = v->came = RES_INF;
    v->settled = 1;
    for (uint32_t k = f->start[i]; k < f->start[i + 1]; k++) {
        uint32_t op = sort_id(f->ops[k]);
        v->settled = later(v->settled, op_at(f, op)->res);
        enum action action = f->o->classes[op_at(f, op)->cls].action;
        if (action == ACT_PUT || op_at(f, op)->inv > f->limit)
            continue;
        if (!ended(f, op)) {
            open = action == ACT_TAKE && open == NO_OP ? op : open; /* the first can do most */
            continue;
        }
        if (action == ACT_TAKE && v->take != NO_OP) {
            uint32_t x = op_at(f, v->take)->res, y = op_at(f, op)->res;
            return clash_of_ops(c, RULE_TAKEN_TWICE, v->take, op, x > y ? x : y);
        }
        if (action == ACT_TAKE)
            v->take = op;
        see_front(f, v, op);
    }
    if (v->take == NO_OP && open != NO_OP) {
        v->take = open;
        see_front(f, v, open);
    }
    return true;
}

static bool gather_and_check(const struct fifo *f, uint32_t i, struct fifo_clash *c)
{
    struct fifo_value *v = &f->v[i];
    if (v->settled && v->settled <= f->limit)
        return true;
    bool good = gather(f, i, c);
    uint32_t settled = v->settled <= f->limit ? v->settled : 0;
    v->settled = 0;
    if (!good)
        return false;
    if (v->first != NO_OP) {
        if (v->put == NO_OP)
            return clash_of_ops(c, RULE_THIN_AIR, v->first, NO_OP, v->out);
        if (v->out < fifo_inv(f, v))
            return clash_of_ops(c, RULE_FUTURE_READ, v->first, v->put, v->out);
        if (v->take != NO_OP && op_at(f, v->take)->res < op_at(f, v->last)->inv)
            return clash_of_ops(c, RULE_SEEN_AFTER, v->take, v->last, op_at(f, v->last)->res);
        v->came = v->out;
    }
    if (v->put != NO_OP && ended(f, v->put) && op_at(f, v->put)->res < v->came)
        v->came = op_at(f, v->put)->res;
    if (v->take != NO_OP)
        v->stays = op_at(f, v->last)->inv;
    v->settled = settled;
    return true;
}

/* May a crashed take have taken the element? An open take need not have happened. */
static bool is_left(const struct fifo *f, const struct fifo_value *v)
{
    return v->take == NO_OP || !ended(f, v->take);
}

/* Elements by `came`; for crashed takes only those that somebody else took. The others are behind
 * them, so that the next scan finds nearly its own order. */
static void sort_came(struct fifo *f)
{
    f->ncame = 0;
    for (uint32_t k = 0; k < f->nv; k++) {
        uint32_t i = f->has_order ? sort_id(f->words[k]) : k;
        bool counts = fifo_exists(&f->v[i]) && !(f->rescue && is_left(f, &f->v[i]));
        f->words[k] = sort_word(counts ? f->v[i].came : RES_INF, i);
        f->ncame += counts;
    }
    f->has_order = true;
    sort_by_high32(f->words, f->nv);
}

/* Elements that were at the front, by the end of that or by their put. */
static void sort_front(struct fifo *f, bool by_put)
{
    f->nfront = 0;
    for (uint32_t i = 0; i < f->nv; i++) {
        const struct fifo_value *v = &f->v[i];
        if (v->first != NO_OP)
            f->more[f->nfront++] = sort_word(by_put ? fifo_inv(f, v) : v->out, i);
    }
    sort_by_high32(f->more, f->nfront);
}

/* Where the peek ends that keeps an element inside; a take does so as soon as it has begun. */
static uint32_t shown_by(const struct fifo *f, const struct fifo_value *v)
{
    return v->take != NO_OP && v->last != v->take ? op_at(f, v->last)->res : 0;
}

static bool clash_of_values(const struct fifo *f, uint32_t a, uint32_t b, uint32_t evident,
                            struct fifo_clash *c)
{
    const struct fifo_value *x = &f->v[a];
    *c = (struct fifo_clash){.rule = RULE_QUEUE_ORDER, .a = a, .b = b, .op = NO_OP, .op2 = NO_OP};
    c->evident = later(evident, later(f->v[b].out, shown_by(f, x)));
    if (f->rescue)
        c->evident = later(c->evident, op_at(f, x->take)->res);
    return false;
}

/* F against F. */
static bool check_turns(struct fifo *f, struct fifo_clash *c)
{
    sort_front(f, false);
    uint32_t best = NO_OP;
    for (size_t k = 0; k < f->nfront; k++) {
        uint32_t i = sort_id(f->more[k]);
        const struct fifo_value *v = &f->v[i];
        const struct fifo_value *x = best == NO_OP ? NULL : &f->v[best];
        if (x && x->stays > v->out && v->stays > x->out)
            return clash_of_values(f, best, i, later(x->out, shown_by(f, v)), c);
        if (!x || v->stays > x->stays)
            best = i;
    }
    return true;
}

/* E against F. */
static bool check_order(struct fifo *f, struct fifo_clash *c)
{
    uint32_t best = NO_OP;
    size_t at = 0;
    sort_front(f, true);
    for (size_t k = 0; k < f->nfront; k++) {
        uint32_t i = sort_id(f->more[k]);
        for (; at < f->ncame && sort_key(f->words[at]) < sort_key(f->more[k]); at++)
            if (best == NO_OP || f->v[sort_id(f->words[at])].stays > f->v[best].stays)
                best = sort_id(f->words[at]);
        if (best != NO_OP && f->v[i].out < f->v[best].stays)
            return clash_of_values(f, best, i, 0, c);
    }
    return true;
}

size_t fifo_passed(struct fifo *f, uint32_t *passer)
{
    size_t n = 0, k = 0;
    f->has_order = false;
    sort_front(f, true);
    for (uint32_t i = 0; i < f->nv; i++)
        if (fifo_exists(&f->v[i]) && is_left(f, &f->v[i]))
            f->words[n++] = sort_word(f->v[i].came, i);
    sort_by_high32(f->words, n);
    uint32_t first = NO_OP; /* out of those whose put began after element n - 1 had come */
    size_t at = f->nfront, limits = n;
    for (; n > 0; n--) {
        uint32_t i = sort_id(f->words[n - 1]);
        for (; at > 0 && sort_key(f->more[at - 1]) > f->v[i].came; at--)
            if (first == NO_OP || f->v[sort_id(f->more[at - 1])].out < f->v[first].out)
                first = sort_id(f->more[at - 1]);
        if (first == NO_OP || f->v[i].stays < f->v[first].out)
            continue;
        if (passer)
            passer[i] = first;
        f->words[limits - 1 - k] = sort_word(f->v[first].out, i);
        k++;
    }
    memmove(f->words, f->words + limits - k, k * sizeof *f->words);
    sort_by_high32(f->words, k);
    return k;
}

static bool check_rescue(struct fifo *f, struct fifo_clash *c)
{
    size_t n = fifo_passed(f, NULL);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t limit = sort_key(f->words[k]);
        if (k < f->nlost && op_at(f, f->lost[k])->inv < limit)
            continue;
        *c = (struct fifo_clash){.rule = RULE_QUEUE_ORDER, .a = NO_OP, .b = NO_OP, .op = NO_OP,
                                 .op2 = NO_OP, .last = k, .evident = limit};
        return false;
    }
    return true;
}

/* Merge what is inside for certain, from words by `came`, to intervals in more: the beginning and
 * the end of each. */
static size_t merge_inside(struct fifo *f)
{
    size_t n = 0;
    for (size_t k = 0; k < f->ncame; k++) {
        const struct fifo_value *v = &f->v[sort_id(f->words[k])];
        if (v->came >= v->stays)
            continue;
        if (n == 0 || v->came > (uint32_t)f->more[n - 1])
            f->more[n++] = sort_word(v->came, v->stays);
        else if (v->stays > (uint32_t)f->more[n - 1])
            f->more[n - 1] = sort_word(sort_key(f->more[n - 1]), v->stays);
    }
    return n;
}

/* The last interval that begins before `pos`, or n. */
static size_t interval_before(const struct fifo *f, size_t n, uint32_t pos)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (sort_key(f->more[mid]) < pos)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo > 0 ? lo - 1 : n;
}

/* Do elements of more[0 .. n) whose peeks have ended by `limit` cover operation l? */
static bool covered_by(const struct fifo *f, size_t n, const struct lin_op *l, uint32_t limit)
{
    uint32_t begin = 0, end = 0;
    for (size_t k = 0; k < n && end <= l->res; k++) {
        const struct fifo_value *v = &f->v[sort_id(f->more[k])];
        if (shown_by(f, v) > limit)
            continue;
        if (v->came > end)
            begin = v->came;
        end = later(end, v->stays);
    }
    return begin < l->inv && end > l->res;
}

/* The first position by which it is evident that something was inside for all of operation l. */
static uint32_t evident_inside(struct fifo *f, const struct lin_op *l)
{
    size_t n = 0;
    uint32_t lo = l->res, hi = l->res;
    for (size_t k = 0; k < f->ncame; k++) {
        const struct fifo_value *v = &f->v[sort_id(f->words[k])];
        if (v->came >= l->res || v->stays <= l->inv)
            continue;
        f->more[n++] = f->words[k];
        hi = later(hi, shown_by(f, v));
    }
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (covered_by(f, n, l, middle))
            hi = middle;
        else
            lo = middle + 1;
    }
    return hi;
}

/* Of all that found nothing, although something was inside, the first to end: it is mostly the
 * earliest violation. */
static bool check_empty(struct fifo *f, struct fifo_clash *c)
{
    size_t n = merge_inside(f);
    uint32_t bad = NO_OP, evident = f->limit;
    for (uint32_t k = 0; k < f->nempty; k++) {
        const struct lin_op *l = op_at(f, f->empty[k]);
        if (l->res > evident)
            continue;
        size_t i = interval_before(f, n, l->inv);
        if (i < n && sort_id(f->more[i]) > l->res) {
            bad = f->empty[k];
            evident = l->res;
        }
    }
    if (bad == NO_OP)
        return true;
    return clash_of_ops(c, RULE_NOT_EMPTY, bad, NO_OP, evident_inside(f, op_at(f, bad)));
}

/* Of all elements that are impossible by themselves the one that shows it first. */
static bool check_values(const struct fifo *f, struct fifo_clash *c)
{
    struct fifo_clash x;
    bool good = true;
    for (uint32_t i = 0; i < f->nv; i++) {
        if (gather_and_check(f, i, &x))
            continue;
        if (good || x.evident < c->evident)
            *c = x;
        good = false;
    }
    return good;
}

bool fifo_scan(struct fifo *f, struct fifo_clash *c)
{
    if (!check_values(f, c))
        return false;
    if (f->ordered && f->npeeks && !check_turns(f, c))
        return false;
    sort_came(f);
    if (f->ordered && !check_order(f, c))
        return false;
    if (f->ordered && f->rescue && !check_rescue(f, c))
        return false;
    return f->nempty == 0 || check_empty(f, c);
}
